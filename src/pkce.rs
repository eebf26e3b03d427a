//! Proof Key for Code Exchange (RFC 7636) with the rules of RFC 9700 sections 2.1.1 and 4.8.2: the
//! client's pair of code verifier and code challenge, and the check at the token endpoint.
//!
//! This module does not use the code for tokens. Verifiers and challenges are handled in constant
//! time: timing shows only their lengths and the result.

use crate::base64url;
use crate::digest::Hash;
use crate::error::{Error, Reason};
use crate::switches::FAST;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The length of 32 bytes in base64url, in characters.
const ENCODED: usize = 43;

/// RFC 7636 section 4.1.
const MIN_CHARACTERS: usize = 43;
const MAX_CHARACTERS: usize = 128;

/// A code verifier that a client made (RFC 7636 section 4.1): 43 characters, wiped when dropped.
pub struct CodeVerifier {
    text: [u8; ENCODED],
}

impl CodeVerifier {
    /// Makes the code verifier of 32 random bytes, as section 4.1 recommends. The bytes must come
    /// from a cryptographic random source, and must be used only once.
    pub fn from_random(mut random: [u8; 32]) -> Self {
        let text = base64url::encode(&random);
        random.zeroize();
        Self { text }
    }

    /// The value that the client sends to the token endpoint.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The value that the client sends to the authorization endpoint, with the method `S256`
    /// (section 4.2).
    pub fn code_challenge(&self) -> CodeChallenge {
        challenge_of(&self.text)
    }
}

impl Drop for CodeVerifier {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl core::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CodeVerifier(secret)")
    }
}

/// A code challenge of the method `S256` (RFC 7636 section 4.2): 43 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeChallenge {
    text: [u8; ENCODED],
}

impl CodeChallenge {
    /// The 43 characters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl core::fmt::Debug for CodeChallenge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The `S256` code challenge of a code verifier: base64url of its SHA-256 (RFC 7636 section 4.2).
///
/// # Errors
///
/// [`Reason::CodeVerifierMalformed`] unless the verifier has 43 to 128 unreserved characters
/// (section 4.1).
pub fn challenge_s256(verifier: impl AsRef<[u8]>) -> Result<CodeChallenge, Error> {
    let verifier = verifier.as_ref();
    if !is_well_formed(verifier) {
        return Err(Error::new(Reason::CodeVerifierMalformed));
    }
    Ok(challenge_of(verifier))
}

/// The data that the authorization server stored with the code (RFC 7636 section 4.4).
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    challenge: &'a [u8],
    method: Option<&'a [u8]>,
}

impl<'a> Stored<'a> {
    /// Takes the parameters `code_challenge` and `code_challenge_method` of the authorization
    /// request, unchanged. Without a method, the method is `plain` (section 4.3).
    pub fn new(challenge: &'a (impl AsRef<[u8]> + ?Sized), method: Option<&'a str>) -> Self {
        Self { challenge: challenge.as_ref(), method: method.map(str::as_bytes) }
    }

    /// Takes a method that need not be UTF-8. [`verify`] then rejects it.
    pub(crate) fn of_bytes(challenge: &'a [u8], method: Option<&'a [u8]>) -> Self {
        Self { challenge, method }
    }
}

/// The PKCE rules of the authorization server for a client. The default follows RFC 9700 section
/// 2.1.1 for public clients: PKCE is required, with `S256`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Rules {
    plain: bool,
    optional: bool,
}

impl Rules {
    /// PKCE is required, with the method `S256`.
    pub const fn new() -> Self {
        Self { plain: false, optional: false }
    }

    /// Also accepts the method `plain`. It does not protect against an attacker who can read the
    /// authorization request (RFC 7636 section 7.2).
    pub const fn allow_plain(self) -> Self {
        Self { plain: true, ..self }
    }

    /// Also accepts requests without PKCE. For confidential clients that are protected in another
    /// way.
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// The result of a check without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The code verifier matches the code challenge.
    Verified,
    /// Neither side used PKCE, and the rules say that it is optional.
    NotUsed,
}

/// Checks a token request against the data that was stored with the code (RFC 7636 section 4.6, RFC
/// 9700 sections 2.1.1 and 4.8.2). `verifier` is the parameter `code_verifier`, or `None` if the
/// request has none.
///
/// # Errors
///
/// * Downgrade: [`Reason::PkceDowngrade`] for a verifier without a stored challenge, a challenge
///   without a verifier, or a `plain` challenge where `S256` is required.
/// * Missing: [`Reason::PkceMissing`] if both are absent and PKCE is required.
/// * Malformed: [`Reason::CodeChallengeMethod`], [`Reason::CodeChallengeMalformed`],
///   [`Reason::CodeVerifierMalformed`].
/// * Mismatch: [`Reason::PkceMismatch`].
pub fn verify(
    stored: Option<Stored<'_>>,
    verifier: Option<&[u8]>,
    rules: Rules,
) -> Result<Outcome, Error> {
    let (stored, verifier) = match (stored, verifier) {
        (Some(stored), Some(verifier)) => (stored, verifier),
        (None, None) if rules.optional => return Ok(Outcome::NotUsed),
        (None, None) => return Err(Error::new(Reason::PkceMissing)),
        // RFC 9700 section 4.8.2: an attacker removed the challenge or the verifier from a request.
        _ => return Err(Error::new(Reason::PkceDowngrade)),
    };
    let plain = match stored.method {
        // RFC 7636 section 4.3: the default is `plain`.
        None => true,
        Some(b"plain") => true,
        Some(b"S256") => false,
        Some(_) => return Err(Error::new(Reason::CodeChallengeMethod)),
    };
    if plain && !rules.plain {
        // RFC 7636 section 7.2: no fallback from S256.
        return Err(Error::new(Reason::PkceDowngrade));
    }
    // The hash of a verifier is not a secret: it went through the browser.
    let mut hash = [0; 32];
    let challenge_well_formed = if plain {
        is_well_formed(stored.challenge)
    } else {
        base64url::decode_public(stored.challenge, &mut hash).is_ok_and(|length| length == 32)
    };
    if !challenge_well_formed {
        return Err(Error::new(Reason::CodeChallengeMalformed));
    }
    if !is_well_formed(verifier) {
        return Err(Error::new(Reason::CodeVerifierMalformed));
    }
    // The decoder accepts only one spelling of a hash, so equal hashes mean equal challenges.
    let fits = if plain {
        is_equal(verifier, stored.challenge)
    } else {
        Hash::Sha256.digest(verifier).is_same_as(&hash)
    };
    if fits { Ok(Outcome::Verified) } else { Err(Error::new(Reason::PkceMismatch)) }
}

fn challenge_of(verifier: &[u8]) -> CodeChallenge {
    let digest = Hash::Sha256.digest(verifier);
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().zip(digest.as_bytes()) {
        *place = *byte;
    }
    CodeChallenge { text: base64url::encode(&bytes) }
}

/// Compares in constant time.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let difference = left.iter().zip(right).fold(0, |bits, (left, right)| bits | (left ^ right));
    left.len() == right.len() && bool::from(difference.ct_eq(&0))
}

/// RFC 7636 section 4.1: 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`. Checks all characters
/// without a branch on any of them.
fn is_well_formed(text: &[u8]) -> bool {
    if text.len() < MIN_CHARACTERS || text.len() > MAX_CHARACTERS {
        return false;
    }
    // On targets with vector instructions, the last 16 characters are checked again as one chunk.
    // This is faster than checking the remaining characters one by one.
    let reserved = match (text.as_chunks::<16>().0, text.last_chunk::<16>()) {
        (chunks, Some(last)) if FAST => {
            chunks.iter().fold(reserved_among(last), |all, chunk| all | reserved_among(chunk))
        }
        _ => text.iter().fold(0, |all, character| all | is_reserved(*character)),
    };
    bool::from(reserved.ct_eq(&0))
}

/// Returns 0 if all characters are unreserved, else 1.
fn reserved_among(text: &[u8; 16]) -> u32 {
    text.iter().fold(0, |all, character| all | is_reserved(*character))
}

/// Returns 0 for the unreserved characters of RFC 3986 section 2.3 (those of base64url, `.` and
/// `~`), else 1.
fn is_reserved(character: u8) -> u32 {
    let among = base64url::within;
    base64url::is_foreign(character)
        & (1 ^ among(character.into(), b'.', b'.'))
        & (1 ^ among(character.into(), b'~', b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_unreserved_characters_are_unreserved() {
        for character in 0..=u8::MAX {
            let expected = character.is_ascii_alphanumeric() || b"-._~".contains(&character);
            assert_eq!(is_reserved(character) == 0, expected, "{character}");
        }
    }

    #[test]
    fn lengths_from_43_to_128_are_well_formed() {
        for length in 0..200 {
            let text = vec![b'a'; length];
            assert_eq!(is_well_formed(&text), (43..=128).contains(&length), "{length}");
        }
    }
}
