//! The JOSE header (RFC 7515 section 4): reads the parameters that are used, and rejects tokens
//! with forbidden ones.

use crate::algorithm::Algorithm;
use crate::error::{Error, Member, Reason, Stage};
use crate::json::{JsonStr, Object, Value};

/// A strictly parsed header. The signature over it is not verified yet.
///
/// `jwk`, `jku`, `x5u` and `x5c` may be there, but are ignored: a token must not choose the key
/// that verifies it (RFC 8725 section 3.10). The only exception is the `jwk` of a DPoP proof,
/// because a proof brings its own key (RFC 9449 section 4.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'s> {
    /// The whole header.
    object: Object<'s>,
    algorithm: &'s str,
    // Kept as bytes, because they are only compared. They are valid UTF-8, because the text is.
    key_id: Option<&'s [u8]>,
    token_type: Option<&'s [u8]>,
    content_type: Option<&'s [u8]>,
}

impl<'s> Header<'s> {
    /// Reads the header from an accepted and finished text.
    ///
    /// # Errors
    ///
    /// [`Reason::JsonNotAnObject`] or a reason of the header group.
    pub(super) fn read(text: &'s [u8]) -> Result<Self, Error> {
        let object = Value::whole(text).and_then(|value| value.object());
        let object = object.ok_or(Error::new(Reason::JsonNotAnObject).at_stage(Stage::Header))?;
        let mut algorithm = None;
        let mut header =
            Self { object, algorithm: "", key_id: None, token_type: None, content_type: None };
        for (name, field) in object.fields() {
            let value = field.text();
            match name.as_bytes().unwrap_or_default() {
                b"alg" => algorithm = Some(bytes(value, Member::Algorithm)?),
                b"kid" => header.key_id = Some(bytes(value, Member::KeyId)?),
                b"typ" => header.token_type = Some(bytes(value, Member::Type)?),
                b"cty" => header.content_type = Some(bytes(value, Member::ContentType)?),
                // RFC 7515 section 4.1.11: a critical parameter that is not understood must be
                // rejected. This library understands none, and an empty or malformed list is an
                // error, so every `crit` is rejected.
                b"crit" => return Err(rejected(Reason::HeaderCritical, Member::Critical)),
                // RFC 7797: with `b64` false the payload would not be base64url.
                b"b64" => return Err(rejected(Reason::HeaderUnsupported, Member::Base64Payload)),
                // RFC 7516 section 4.1.3: compression is only for encryption.
                b"zip" => return Err(rejected(Reason::HeaderUnsupported, Member::Compression)),
                // RFC 7516 section 4.1.2: `enc` marks an encrypted token, regardless of the number
                // of its parts.
                b"enc" => return Err(rejected(Reason::HeaderUnsupported, Member::Encryption)),
                _ => {}
            }
        }
        // RFC 7515 section 4.1.1: `alg` is required.
        let missing = rejected(Reason::AlgorithmMissing, Member::Algorithm);
        header.algorithm = core::str::from_utf8(algorithm.ok_or(missing)?).unwrap_or_default();
        Ok(header)
    }

    /// The value of `alg`, also if the algorithm is unknown.
    pub(crate) fn algorithm_name(&self) -> &'s str {
        self.algorithm
    }

    /// # Errors
    ///
    /// [`Reason::AlgorithmNone`] and [`Reason::AlgorithmUnknown`].
    pub(crate) fn algorithm(&self) -> Result<Algorithm, Error> {
        let unknown = match self.algorithm {
            // RFC 8725 section 3.2.
            "none" => Reason::AlgorithmNone,
            _ => Reason::AlgorithmUnknown,
        };
        let error = Error::new(unknown).about(Member::Algorithm);
        Algorithm::from_name(self.algorithm).ok_or(error)
    }

    pub(crate) fn key_id(&self) -> Option<&'s [u8]> {
        self.key_id
    }

    pub(crate) fn token_type(&self) -> Option<&'s [u8]> {
        self.token_type
    }

    /// The type, unless it is `JOSE`, which is the same as an absent type (RFC 7515 section 4.1.9).
    pub(crate) fn own_type(&self) -> Option<&'s [u8]> {
        self.token_type.filter(|found| !is_media_type(found, "JOSE"))
    }

    /// True if the payload is another token, by `cty` (RFC 7519 section 5.2).
    pub(crate) fn is_nested(&self) -> bool {
        self.content_type.is_some_and(|content| is_media_type(content, "JWT"))
    }

    /// The parameter with this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<Value<'s>> {
        self.object.member(name)
    }
}

fn rejected(reason: Reason, claim: Member) -> Error {
    Error::new(reason).about(claim)
}

fn bytes<'s>(value: Option<JsonStr<'s>>, claim: Member) -> Result<&'s [u8], Error> {
    value.and_then(|text| text.as_bytes()).ok_or(rejected(Reason::HeaderType, claim))
}

/// Compares media types like `typ` and `cty` (RFC 7515 sections 4.1.9 and 4.1.10): ASCII case is
/// ignored. `application/` may be left out before a name without another slash.
pub(crate) fn is_media_type(found: &[u8], wanted: &str) -> bool {
    is_same(without_application(found), without_application(wanted.as_bytes()))
}

fn without_application(media_type: &[u8]) -> &[u8] {
    const PREFIX: &[u8] = b"application/";
    match media_type.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if is_same(prefix, PREFIX) && rest.iter().all(|it| *it != b'/') => {
            rest
        }
        _ => media_type,
    }
}

/// True if two strings are equal except for ASCII case. Not inlined, because it is small and called
/// from several places.
#[inline(never)]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(text: &str) -> (Reason, Option<Member>) {
        let error = Header::read(text.as_bytes()).unwrap_err();
        (error.reason(), error.member())
    }

    #[test]
    fn rejects_crit_b64_zip_and_enc_whatever_their_value() {
        for (name, reason, claim) in [
            ("crit", Reason::HeaderCritical, Member::Critical),
            ("b64", Reason::HeaderUnsupported, Member::Base64Payload),
            ("zip", Reason::HeaderUnsupported, Member::Compression),
            ("enc", Reason::HeaderUnsupported, Member::Encryption),
        ] {
            for value in ["null", "true", "[]", "[\"exp\"]", "\"DEF\"", "{}"] {
                let text = format!("{{\"alg\":\"ES256\",\"{name}\":{value}}}");
                assert_eq!(rejection(&text), (reason, Some(claim)), "{text}");
            }
        }
    }

    #[test]
    fn a_parameter_of_the_wrong_type_is_not_an_absent_one() {
        for name in ["alg", "kid", "typ", "cty"] {
            for value in ["null", "1", "[\"a\"]", "{}"] {
                let text = format!("{{\"alg2\":\"ES256\",\"{name}\":{value}}}");
                assert_eq!(rejection(&text).0, Reason::HeaderType, "{text}");
            }
        }
        assert_eq!(rejection("{}").0, Reason::AlgorithmMissing);
    }

    #[test]
    fn rejects_alg_none_by_name_and_its_other_cases_as_unknown() {
        let reason = |name| {
            let text = format!("{{\"alg\":\"{name}\"}}");
            let header = Header::read(text.as_bytes()).unwrap();
            header.algorithm().unwrap_err().reason()
        };
        assert_eq!(reason("none"), Reason::AlgorithmNone);
        for name in ["None", "NONE", "nOnE", "", "es256", "RSA-OAEP"] {
            assert_eq!(reason(name), Reason::AlgorithmUnknown);
        }
    }

    #[test]
    fn media_types_compare_without_case_and_without_application() {
        for (found, wanted, same) in [
            ("at+jwt", "at+jwt", true),
            ("AT+JWT", "at+jwt", true),
            ("application/at+jwt", "at+jwt", true),
            ("Application/AT+jwt", "at+jwt", true),
            ("at+jwt", "application/at+jwt", true),
            ("application/a/b", "a/b", false),
            ("text/at+jwt", "at+jwt", false),
            ("at+jwt ", "at+jwt", false),
            ("", "at+jwt", false),
            ("application/", "at+jwt", false),
        ] {
            assert_eq!(is_media_type(found.as_bytes(), wanted), same, "{found} {wanted}");
        }
    }
}
