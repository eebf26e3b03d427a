//! Reads a token in compact form (RFC 7515 section 7.1), step by step, up to its verified payload.
//!
//! Each step has its own type. [`Unverified`] has only a parsed header. [`Verified`] has a valid
//! signature and a parsed payload. Other modules check the claims, and only those of a [`Verified`]
//! token.

pub(crate) mod header;
#[cfg(lanes)]
mod vbmi;

use crate::algorithm::{Algorithm, Algorithms};
use crate::base64url;
use crate::error::{Error, Member, Reason, Stage};
use crate::json::scan::{self, Records};
use crate::json::{Value, string};
use crate::key::Key;
use crate::key::restrictions::Restrictions;
use crate::key::table::Keys;
use crate::limits::{self, Bounds};
use crate::step_counter::StepCounter;
use crate::switches::FAST;
use core::mem;
use header::Header;

/// A token whose header was parsed and whose signature was not verified. Do not trust anything in
/// it: use it only to choose the keys and the policy to verify it with.
///
/// Borrows the token and the scratch.
#[derive(Debug)]
pub struct Unverified<'a> {
    parts: TokenParts<'a>,
    header: Header<'a>,
    /// The scratch after the header.
    scratch: &'a mut [u8],
    /// The length of the header in the scratch, in bytes.
    header_length: usize,
    /// The maximum number of members of an object in the payload.
    members: usize,
}

impl<'a> Unverified<'a> {
    /// Decodes and parses the header of `token` at the beginning of `scratch`.
    /// [`scratch_size`](limits::scratch_size) bytes are always enough.
    ///
    /// # Errors
    ///
    /// * [`Stage::Token`]: [`Reason::TokenTooLong`], [`Reason::TokenParts`],
    ///   [`Reason::TokenEncrypted`]
    /// * [`Stage::Header`]: [`Reason::HeaderTooLong`], a base64url reason with the offset in the
    ///   token, a JSON reason with the offset in the decoded header, or a reason of the header
    ///   group
    /// * [`Stage::Usage`]: [`Reason::ScratchTooSmall`] with the required size in bytes
    pub fn read(token: &'a [u8], scratch: &'a mut [u8]) -> Result<Self, Error> {
        Self::read_within(token, scratch, Bounds::LARGEST, false)
    }

    /// Like [`read`](Self::read), but with these limits. The parts of the token may have padding if
    /// `padded` is true.
    pub(crate) fn read_within(
        token: &'a [u8],
        scratch: &'a mut [u8],
        bounds: Bounds,
        padded: bool,
    ) -> Result<Self, Error> {
        if token.len() > bounds.token {
            return Err(Error::new(Reason::TokenTooLong).at_offset(bounds.token));
        }
        let parts = TokenParts::of(token)?;
        let parts = if padded { parts.without_padding() } else { parts };
        if limits::decoded_length(parts.header.len()) > bounds.header {
            return Err(Error::new(Reason::HeaderTooLong).at_offset(bounds.header));
        }
        let too_small = parts.scratch_too_small();
        let in_header = |error: Error| error.at_stage(Stage::Header);
        let length = base64url::decode_public(parts.header, scratch)
            .map_err(|error| too_small.or(in_header(error)))?;
        let (header, scratch) = scratch
            .split_at_mut_checked(length)
            .ok_or(too_small.or(Error::new(Reason::ScratchTooSmall)))?;
        accept(header, scratch, bounds.members).map_err(|error| too_small.or(in_header(error)))?;
        let header = Header::read(header)?;
        let members = bounds.members;
        Ok(Self { parts, header, scratch, header_length: length, members })
    }

    /// The whole header.
    pub(crate) fn header(&self) -> Header<'a> {
        self.header
    }

    /// The header parameter `alg`, also if the algorithm is unknown.
    pub fn algorithm_name(&self) -> &'a str {
        self.header.algorithm_name()
    }

    /// The header parameter `kid`.
    pub fn key_id(&self) -> Option<&'a str> {
        core::str::from_utf8(self.header.key_id()?).ok()
    }

    /// The header parameter `typ`.
    pub fn token_type(&self) -> Option<&'a str> {
        core::str::from_utf8(self.header.token_type()?).ok()
    }

    /// The claim `iss`, **which is not verified**: the sender of the token may have written it. Use
    /// it only to choose the keys and the policy of an issuer.
    ///
    /// Decodes and parses the payload in the scratch after the header.
    ///
    /// # Errors
    ///
    /// * [`Stage::Payload`]: a base64url reason with the offset in the token, a JSON reason with
    ///   the offset in the decoded payload, [`Reason::NestedToken`]
    /// * [`Stage::Claims`]: [`Reason::ClaimType`] if `iss` is not a string
    /// * [`Stage::Usage`]: [`Reason::ScratchTooSmall`] with the required size in bytes
    pub fn issuer(&mut self) -> Result<Option<&str>, Error> {
        let Content::Object { text, .. } =
            self.parts.claims(&self.header, self.scratch, self.members)?
        else {
            return Ok(None);
        };
        let claims = Value::whole(text).and_then(|value| value.object());
        let wrong_type = Error::new(Reason::ClaimType).about(Member::Issuer);
        match claims.and_then(|claims| claims.member("iss")) {
            Some(value) => value.string().map(Some).ok_or(wrong_type),
            None => Ok(None),
        }
    }

    /// Decodes the signature, if its algorithm is allowed.
    ///
    /// # Errors
    ///
    /// Reasons of [`Stage::Algorithm`], and the base64url reasons of the signature at
    /// [`Stage::Signature`].
    pub(crate) fn signed(self, allowed: Algorithms) -> Result<Signed<'a>, Error> {
        let Self { parts, header, scratch, header_length, members } = self;
        let algorithm = header.algorithm()?;
        if !allowed.contains(algorithm) {
            // RFC 8725 section 3.1: only the caller decides which algorithms are allowed.
            return Err(Error::new(Reason::AlgorithmNotAllowed).about(Member::Algorithm));
        }
        let too_small = parts.scratch_too_small();
        let signature_length =
            base64url::decode_public(parts.signature, scratch).map_err(|error| {
                let offset = parts.signature_offset();
                too_small.or(error.offset_by(offset).at_stage(Stage::Signature))
            })?;
        Ok(Signed { parts, header, scratch, header_length, members, algorithm, signature_length })
    }
}

/// A token whose signature can be verified.
pub(crate) struct Signed<'a> {
    parts: TokenParts<'a>,
    header: Header<'a>,
    /// The signature, and the scratch after it.
    scratch: &'a mut [u8],
    header_length: usize,
    members: usize,
    algorithm: Algorithm,
    signature_length: usize,
}

impl<'a> Signed<'a> {
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn key_id(&self) -> Option<&'a [u8]> {
        self.header.key_id()
    }

    /// The signed bytes.
    pub(crate) fn message(&self) -> &'a [u8] {
        self.parts.signed
    }

    pub(crate) fn signature(&self) -> &[u8] {
        self.scratch.get(..self.signature_length).unwrap_or_default()
    }

    /// Verifies the signature with `verify`. Then decodes the payload, and parses it as claims
    /// unless it is `opaque`.
    ///
    /// # Errors
    ///
    /// Reasons of [`Stage::Key`], [`Stage::Signature`] and [`Stage::Payload`], as for
    /// [`validate`](crate::validate()).
    pub(crate) fn verify<'v>(
        &mut self,
        keys: Keys<'v>,
        opaque: bool,
        verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
    ) -> Result<Verified<'v>, Error>
    where
        'a: 'v,
    {
        let (message, signature) = (self.message(), self.signature());
        let (key, steps) =
            keys.verify_signature(self.key_id(), self.algorithm, message, signature, verify)?;
        let (key_index, restrictions) = (key.index(), key.restrictions());
        let Self { parts, header, header_length, members, algorithm, .. } = *self;
        let scratch = mem::take(&mut self.scratch);

        // The payload is read only from here on, after the signature was verified.
        let content = match opaque {
            true => Content::Opaque(parts.decode_payload(scratch)?.0),
            false => parts.claims(&header, scratch, members)?,
        };
        Ok(Verified { header, header_length, algorithm, key_index, restrictions, steps, content })
    }
}

/// A token with a valid signature and a parsed payload.
pub(crate) struct Verified<'s> {
    pub(crate) header: Header<'s>,
    pub(crate) header_length: usize,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_index: usize,
    /// The restrictions of the key that verified the signature.
    pub(crate) restrictions: Restrictions<'s>,
    pub(crate) steps: StepCounter,
    pub(crate) content: Content<'s>,
}

/// The parsed payload.
#[derive(Clone, Copy)]
pub(crate) enum Content<'s> {
    Opaque(&'s [u8]),
    /// An accepted and finished text, which is an object. The records of its `members` members are
    /// at the end of `records`.
    Object {
        text: &'s [u8],
        records: &'s [u8],
        members: usize,
    },
}

/// Accepts and finishes a JSON text whose objects have at most `members` members. The scan uses
/// `records`. Returns the number of members of the outermost object; their records are at the end
/// of `records`.
pub(crate) fn accept(text: &mut [u8], records: &mut [u8], members: usize) -> Result<usize, Error> {
    let scanned = scan::scan(text, &mut Records::bytes(records).at_most(members))?;
    if scanned.escapes {
        string::finish(text);
    }
    Ok(scanned.members)
}

/// The parts of a token, still encoded.
#[derive(Clone, Copy, Debug)]
struct TokenParts<'t> {
    /// The signed bytes: header, dot and payload (RFC 7515 section 5.1 step 5).
    signed: &'t [u8],
    header: &'t [u8],
    payload: &'t [u8],
    signature: &'t [u8],
}

impl<'t> TokenParts<'t> {
    fn of(token: &'t [u8]) -> Result<Self, Error> {
        let malformed = Error::new(Reason::TokenParts);
        let (header, rest) = split_at_dot(token).ok_or(malformed)?;
        let (payload, signature) = split_at_dot(rest).ok_or(malformed)?;
        if let Some((_, rest)) = split_at_dot(signature) {
            // RFC 7516 section 7.1: an encrypted token has five parts.
            let (_, last) = split_at_dot(rest).ok_or(malformed)?;
            return Err(
                split_at_dot(last).map_or(Error::new(Reason::TokenEncrypted), |_| malformed)
            );
        }
        // RFC 7515 section 8: an empty signature belongs to an unsecured token.
        if header.is_empty() || signature.is_empty() {
            return Err(malformed);
        }
        let signed_length = token.len().saturating_sub(signature.len()).saturating_sub(1);
        Ok(Self {
            signed: token.get(..signed_length).unwrap_or_default(),
            header,
            payload,
            signature,
        })
    }

    /// The parts without their padding, if it is exact. The signed bytes stay as they were
    /// received.
    fn without_padding(self) -> Self {
        Self {
            signed: self.signed,
            header: without_padding(self.header),
            payload: without_padding(self.payload),
            signature: without_padding(self.signature),
        }
    }

    fn payload_offset(&self) -> usize {
        let header = self.signed.iter().position(|byte| *byte == b'.');
        header.unwrap_or_default().saturating_add(1)
    }

    fn signature_offset(&self) -> usize {
        self.signed.len().saturating_add(1)
    }

    /// Decodes the payload at the beginning of `scratch`. Returns the payload and the rest of the
    /// scratch.
    fn decode_payload<'s>(
        &self,
        scratch: &'s mut [u8],
    ) -> Result<(&'s mut [u8], &'s mut [u8]), Error> {
        let too_small = self.scratch_too_small();
        let length = base64url::decode_public(self.payload, scratch).map_err(|error| {
            let offset = self.payload_offset();
            too_small.or(error.offset_by(offset).at_stage(Stage::Payload))
        })?;
        let parts = scratch.split_at_mut_checked(length);
        parts.ok_or(too_small.or(Error::new(Reason::ScratchTooSmall)))
    }

    /// Decodes the payload and parses it as claims.
    fn claims<'s>(
        &self,
        header: &Header<'_>,
        scratch: &'s mut [u8],
        members: usize,
    ) -> Result<Content<'s>, Error> {
        let in_payload = |error: Error| error.at_stage(Stage::Payload);
        let (payload, records) = self.decode_payload(scratch)?;
        if header.is_nested() {
            return Err(in_payload(Error::new(Reason::NestedToken)).about(Member::ContentType));
        }
        let members = accept(payload, records, members)
            .map_err(|error| self.scratch_too_small().or(in_payload(error)))?;
        // RFC 7519 section 7.2 step 10: the claims are a JSON object.
        let object = Value::whole(payload).and_then(|value| value.object());
        if object.is_none() {
            return Err(in_payload(Error::new(Reason::JsonNotAnObject)));
        }
        Ok(Content::Object { text: payload, records, members })
    }

    /// The error for the caller if any buffer was too small.
    fn scratch_too_small(&self) -> TooSmall {
        let token_length = self.signature_offset().saturating_add(self.signature.len());
        TooSmall { needed: limits::scratch_size(token_length) }
    }
}

/// A part without the padding that makes its length a multiple of four (RFC 4648 section 3.2). Any
/// other padding is kept, and then rejected.
fn without_padding(part: &[u8]) -> &[u8] {
    match part {
        [text @ .., b'=', b'='] if text.len() % 4 == 2 => text,
        [text @ .., b'='] if text.len() % 4 == 3 => text,
        _ => part,
    }
}

fn split_at_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(position_of_dot(text)?)?;
    Some((before, rest.get(1..)?))
}

fn position_of_dot(text: &[u8]) -> Option<usize> {
    #[cfg(lanes)]
    if let Some(vbmi) = crate::cpu::vbmi() {
        return vbmi.position(text, b'.');
    }
    position_of_dot_portably(text)
}

/// Like [`position_of_dot`], for every processor.
fn position_of_dot_portably(text: &[u8]) -> Option<usize> {
    // On targets with vector instructions the compiler can test several bytes of a chunk at once.
    let has_dot = |chunk: &[u8; 32]| chunk.iter().fold(false, |dot, byte| dot | (*byte == b'.'));
    let without = match FAST {
        true => text.as_chunks().0.iter().take_while(|chunk| !has_dot(chunk)).count(),
        false => 0,
    };
    let without = without.wrapping_mul(32);
    let found = text.get(without..)?.iter().position(|byte| *byte == b'.')?;
    Some(without.wrapping_add(found))
}

#[derive(Clone, Copy)]
struct TooSmall {
    needed: usize,
}

impl TooSmall {
    /// Returns `error`. If it says that a buffer was too small, returns [`Reason::ScratchTooSmall`]
    /// instead.
    fn or(self, error: Error) -> Error {
        match error.is(Reason::BufferTooSmall) || error.is(Reason::ScratchTooSmall) {
            true => Error::new(Reason::ScratchTooSmall).needing(self.needed),
            false => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(token: &str) -> Reason {
        TokenParts::of(token.as_bytes()).unwrap_err().reason()
    }

    #[test]
    fn finds_first_dot_at_every_place_whatever_follows() {
        for length in [0, 1, 31, 32, 33, 65] {
            let text = vec![b'a'; length];
            assert_eq!(position_of_dot(&text), None);
            assert_eq!(position_of_dot_portably(&text), None);
            let dots = vec![b'.'; length];
            assert_eq!(position_of_dot(&dots), (length > 0).then_some(0));
            assert_eq!(position_of_dot_portably(&dots), (length > 0).then_some(0));
            for first in 0..length {
                for second in first..length {
                    let mut text = text.clone();
                    (text[first], text[second]) = (b'.', b'.');
                    assert_eq!(position_of_dot(&text), Some(first), "{second} of {length}");
                    assert_eq!(
                        position_of_dot_portably(&text),
                        Some(first),
                        "{second} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_token_has_three_parts_and_five_are_encryption() {
        for token in ["", ".", "..", "a", "a.b", ".b.c", "a.b.", "..c", "a.b.c.d", "a.b.c.d.e.f"] {
            assert_eq!(rejection(token), Reason::TokenParts, "{token}");
        }
        assert_eq!(rejection("a.b.c.d.e"), Reason::TokenEncrypted);
        assert_eq!(rejection("a...."), Reason::TokenEncrypted);
        let parts = TokenParts::of(b"ab..c").unwrap();
        assert_eq!((parts.signed, parts.payload), (&b"ab."[..], &b""[..]));
        assert_eq!((parts.payload_offset(), parts.signature_offset()), (3, 4));
    }

    #[test]
    fn rejects_a_token_or_header_above_its_bound() {
        let bounds = Bounds { token: 100, header: 20, members: 3 };
        let error = |token: &str| {
            let mut scratch = [0; 256];
            let read = Unverified::read_within(token.as_bytes(), &mut scratch, bounds, false);
            read.err().map(|error| (error.reason(), error.offset()))
        };
        let token = |length: usize| format!("eyJhbGciOiJIUzI1NiJ9.{}.c", "b".repeat(length - 23));
        assert_eq!(error(&token(100)), None);
        assert_eq!(error(&token(101)), Some((Reason::TokenTooLong, Some(100))));
        // {"alg":"HS256","a":0}
        let longer = "eyJhbGciOiJIUzI1NiIsImEiOjB9..c";
        assert_eq!(error(longer), Some((Reason::HeaderTooLong, Some(20))));
        // {"a":0,"b":0,"c":0,"d":0}
        let many = "eyJhIjowLCJiIjowLCJjIjowLCJkIjowfQ..c";
        let bounds = Bounds { header: 30, ..bounds };
        let mut scratch = [0; 256];
        let read = Unverified::read_within(many.as_bytes(), &mut scratch, bounds, false);
        assert_eq!(read.err().map(|error| error.reason()), Some(Reason::JsonMembers));
    }

    #[test]
    fn accepts_a_token_of_the_greatest_length_and_no_longer() {
        let token = |length: usize| format!("eyJhbGciOiJIUzI1NiJ9.{}.c", "b".repeat(length - 23));
        let read = |length: usize| {
            let mut scratch = vec![0; limits::scratch_size(length)];
            Unverified::read(token(length).as_bytes(), &mut scratch).err().map(|it| it.reason())
        };
        assert_eq!(read(limits::MAX_TOKEN_BYTES), None);
        assert_eq!(read(limits::MAX_TOKEN_BYTES + 1), Some(Reason::TokenTooLong));
    }
}
