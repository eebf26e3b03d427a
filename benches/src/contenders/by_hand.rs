//! Validation as a careful engineer writes it without a token library: a signature verifier,
//! data-encoding and serde_json, with stack buffers and borrowed claims.

use super::{Validator, Verifier};
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::PublicKey;
use crate::setting::Clock;
use data_encoding::BASE64URL_NOPAD;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

pub struct ByHand<V> {
    name: &'static str,
    verifier: V,
}

#[derive(Deserialize)]
struct Header<'a> {
    alg: &'a str,
}

#[derive(Deserialize)]
struct Claims<'a> {
    #[serde(borrow)]
    iss: &'a str,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
}

/// True if our audience is the string, or is in the array.
struct Audience {
    ours: bool,
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AudienceVisitor)
    }
}

struct AudienceVisitor;

impl<'de> Visitor<'de> for AudienceVisitor {
    type Value = Audience;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Audience, E> {
        Ok(Audience { ours: text == AUDIENCE })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Audience, A::Error> {
        let mut ours = false;
        while let Some(text) = elements.next_element::<&str>()? {
            ours |= text == AUDIENCE;
        }
        Ok(Audience { ours })
    }
}

impl<V: Verifier> Validator for ByHand<V> {
    const NAME: &'static str = "by hand (data-encoding, serde_json)";
    const VARIANT: &'static str = V::NAME;

    fn parse(key: &PublicKey) -> Option<Self> {
        Some(Self { name: key.algorithm.name(), verifier: V::parse(key)? })
    }

    fn validate(&self, token: &str) -> bool {
        self.try_validate(token).unwrap_or(false)
    }
}

impl<V: Verifier> ByHand<V> {
    fn try_validate(&self, token: &str) -> Option<bool> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let mut buffer = [0; 1024];
        let header: Header<'_> = serde_json::from_slice(decode(header, &mut buffer)?).ok()?;
        if header.alg != self.name {
            return None;
        }
        let signature = decode(signature, &mut buffer)?;
        if !self.verifier.verify(signed.as_bytes(), signature) {
            return None;
        }
        let claims: Claims<'_> = serde_json::from_slice(decode(payload, &mut buffer)?).ok()?;
        let now = Clock::System.now();
        Some(
            claims.aud.ours
                && claims.iss == ISSUER
                && now < claims.exp
                && claims.nbf.is_none_or(|it| it <= now),
        )
    }
}

/// Decodes into the beginning of a buffer.
fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let length = BASE64URL_NOPAD.decode_len(text.len()).ok()?;
    let place = buffer.get_mut(..length)?;
    let length = BASE64URL_NOPAD.decode_mut(text.as_bytes(), place).ok()?;
    place.get(..length)
}
