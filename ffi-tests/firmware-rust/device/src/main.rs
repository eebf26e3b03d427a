//! A firmware in Rust: keys from an image in flash, a token and its claims, a PKCE pair, and no
//! clock until something sets it. It exits with 0 only if every verdict was right.

#![no_std]
#![no_main]

mod claims;
mod semihosting;

use core::panic::PanicInfo;
use cortex_m_rt::entry;
use keycard::pkce::{self, Outcome, Rules, Stored};
use keycard::{Algorithm, Error, ImageRules, Keys, Policy, Reason, Time};

include!(concat!(env!("KEYCARD_VECTORS"), "/keys.rs"));

const TOKEN: &[u8] = include_bytes!(concat!(env!("KEYCARD_VECTORS"), "/token.jwt"));
const ISSUER: &str = "https://dev-1234567.okta.example/oauth2/default";
const ISSUED: i64 = 1_700_000_000;

/// Returns whether the claims of a token that may write could be kept.
fn may_write(keys: Keys<'_>, token: &[u8], time: Time, scratch: &mut [u8]) -> Result<bool, Error> {
    let policy = Policy::access_token(ISSUER, "api://default", Algorithm::Es256)
        .require_scope("telemetry:write");
    let token = keycard::validate(token, keys, &policy, time, scratch)?;
    Ok(claims::are_kept(&token.claims()))
}

fn is(verdict: Result<bool, Error>, reason: Reason) -> bool {
    verdict.is_err_and(|error| error.reason() == reason)
}

fn verdict() -> Result<bool, Error> {
    let keys = Keys::from_image(&KEYS, &ImageRules::storage_is_authenticated().require_min_version(7))?;
    let mut scratch = [0; keycard::scratch_size(1024)];
    let mut altered = [0; TOKEN.len()];
    for (place, byte) in altered.iter_mut().zip(TOKEN) {
        *place = *byte;
    }
    if let Some(byte) = altered.get_mut(TOKEN.len() / 2) {
        *byte ^= 1;
    }
    let mut verdict = |token, time| may_write(keys, token, time, &mut scratch);
    let in_time = Time::At(ISSUED + 60);
    let tokens = verdict(TOKEN, in_time) == Ok(true)
        && verdict(&altered, in_time).is_err()
        && is(verdict(TOKEN, Time::At(ISSUED + 3600)), Reason::Expired)
        && is(verdict(TOKEN, Time::Unknown { not_before: ISSUED }), Reason::TimeUnavailable);

    let stored = Stored::new("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Some("S256"));
    let verifier: &[u8] = b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let pair = pkce::verify(Some(stored), Some(verifier), Rules::new());
    Ok(tokens && pair == Ok(Outcome::Verified))
}

#[entry]
fn main() -> ! {
    semihosting::exit(verdict().unwrap_or(false))
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    semihosting::exit(false)
}
