//! PKCE.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_bytes, keycard_status};
use super::raw::{self, Reader, Region};
use super::status::{KEYCARD_PKCE_NOT_USED, status_of};
use crate::error::{Error, Reason};
use crate::pkce::{self, CodeVerifier, Outcome, Rules, Stored};
use core::ffi::c_char;

/// The length in characters of a code verifier from keycard_pkce_verifier, and of a code challenge,
/// without a NUL.
pub const KEYCARD_PKCE_LENGTH: usize = 43;

/// Also accept the method plain, which does not protect against an attacker who can read the
/// authorization request.
pub const KEYCARD_PKCE_ALLOW_PLAIN: u32 = 1;
/// Let a client use no PKCE.
pub const KEYCARD_PKCE_OPTIONAL: u32 = 2;

/// Makes a code verifier of random bytes (RFC 7636 section 4.1).
///
/// Returns: KEYCARD_OK
/// In:      random32, 32 bytes from a cryptographic random source; use them once, then wipe them
/// Out:     verifier43, 43 characters without a NUL; zeros on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_pkce_verifier(
    random32: *const u8,
    verifier43: *mut c_char,
) -> keycard_status {
    let made = (|| {
        let written = [Region::of(verifier43, KEYCARD_PKCE_LENGTH)];
        let reader = Reader::new(&written, &[])?;
        // SAFETY: by the header, 32 bytes may be read.
        let random = unsafe { reader.structure::<[u8; 32]>(random32.cast()) }?;
        Ok(characters(CodeVerifier::from_random(*random).as_str()))
    })();
    // SAFETY: by the header, 43 characters may be written.
    status_of(&unsafe { raw::deliver(made, verifier43.cast(), NO_CHARACTERS) })
}

/// Computes the S256 code challenge of a code verifier (RFC 7636 section 4.2).
///
/// Returns: KEYCARD_OK
///          KEYCARD_CODE_VERIFIER_MALFORMED
/// In:      verifier, the code verifier, 43 to 128 characters
/// Out:     challenge43, 43 characters without a NUL; zeros on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_pkce_challenge(
    verifier: keycard_bytes,
    challenge43: *mut c_char,
) -> keycard_status {
    let made = (|| {
        let written = [Region::of(challenge43, KEYCARD_PKCE_LENGTH)];
        let reader = Reader::new(&written, &[])?;
        // SAFETY: by the header, the verifier may be read.
        let verifier = unsafe { verifier.read(reader) }?;
        Ok(characters(pkce::challenge_s256(verifier)?.as_str()))
    })();
    // SAFETY: by the header, 43 characters may be written.
    status_of(&unsafe { raw::deliver(made, challenge43.cast(), NO_CHARACTERS) })
}

/// Checks the code verifier of a token request against the code challenge of the authorization
/// request (RFC 7636 section 4.6, RFC 9700 sections 2.1.1 and 4.8.2). Pass a parameter that the
/// request did not have as absent bytes, and an empty parameter as bytes of length 0 with an
/// address.
///
/// Returns: KEYCARD_OK if the verifier matches the challenge
///          KEYCARD_PKCE_NOT_USED if neither side used PKCE, and flags has KEYCARD_PKCE_OPTIONAL
///          KEYCARD_PKCE_MISSING if neither side used PKCE, and it is required
///          KEYCARD_PKCE_DOWNGRADE if only one side used PKCE, or plain was used where S256 is
///            required
///          KEYCARD_PKCE_MISMATCH if the verifier does not match the challenge
///          KEYCARD_CODE_VERIFIER_MALFORMED, KEYCARD_CODE_CHALLENGE_MALFORMED or
///            KEYCARD_CODE_CHALLENGE_METHOD
///          KEYCARD_UNSUPPORTED_POLICY for unknown flags
/// In:      challenge, code_challenge of the authorization request, or absent
///          method, code_challenge_method of the authorization request, or absent
///          verifier, code_verifier of the token request, or absent
///          flags, KEYCARD_PKCE_ALLOW_PLAIN and KEYCARD_PKCE_OPTIONAL, or-ed; 0 for none
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_pkce_verify(
    challenge: keycard_bytes,
    method: keycard_bytes,
    verifier: keycard_bytes,
    flags: u32,
) -> keycard_status {
    let verified = (|| {
        let mut rules = Rules::new();
        if flags & !(KEYCARD_PKCE_ALLOW_PLAIN | KEYCARD_PKCE_OPTIONAL) != 0 {
            return Err(Error::new(Reason::UnsupportedPolicy));
        }
        if flags & KEYCARD_PKCE_ALLOW_PLAIN != 0 {
            rules = rules.allow_plain();
        }
        if flags & KEYCARD_PKCE_OPTIONAL != 0 {
            rules = rules.optional();
        }
        // SAFETY: by the header, the texts may be read.
        let challenge = unsafe { challenge.read_given(Reader::ANYWHERE) }?;
        // SAFETY: as above.
        let method = unsafe { method.read_given(Reader::ANYWHERE) }?;
        // SAFETY: as above.
        let verifier = unsafe { verifier.read_given(Reader::ANYWHERE) }?;
        if challenge.is_none() && method.is_some() {
            // A method without a challenge: an attacker may have removed the challenge.
            return Err(Error::new(Reason::CodeChallengeMalformed));
        }
        let stored = challenge.map(|challenge| Stored::of_bytes(challenge, method));
        pkce::verify(stored, verifier, rules)
    })();
    match verified {
        Ok(Outcome::NotUsed) => KEYCARD_PKCE_NOT_USED,
        verified => status_of(&verified.map(|_| ())),
    }
}

const NO_CHARACTERS: [u8; KEYCARD_PKCE_LENGTH] = [0; KEYCARD_PKCE_LENGTH];

fn characters(text: &str) -> [u8; KEYCARD_PKCE_LENGTH] {
    let mut characters = NO_CHARACTERS;
    for (place, character) in characters.iter_mut().zip(text.bytes()) {
        *place = character;
    }
    characters
}
