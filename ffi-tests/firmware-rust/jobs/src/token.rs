//! Validates an access token with keys from an image in flash, and reads a claim of it.

use crate::Input;
use keycard::{Algorithm, ImageRules, Keys, Policy, Time};

#[cfg(feature = "token-es256")]
const ALGORITHM: Algorithm = Algorithm::Es256;
#[cfg(feature = "token-rs256")]
const ALGORITHM: Algorithm = Algorithm::Rs256;
#[cfg(feature = "token-hs256")]
const ALGORITHM: Algorithm = Algorithm::Hs256;

const AUDIENCE: &str = if cfg!(feature = "other-audience") { "api://another" } else { "api://default" };
const NOW: i64 = if cfg!(feature = "late") { 1_800_000_000 } else { 1_700_000_060 };

pub fn load(input: &Input) -> Option<()> {
    Keys::from_image(input.keys(), &ImageRules::storage_is_authenticated()).ok()?;
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let keys = Keys::open(input.keys()).ok()?;
    let policy = Policy::access_token(
        "https://dev-1234567.okta.example/oauth2/default",
        AUDIENCE,
        ALGORITHM,
    );
    let now = Time::At(NOW);
    let token = keycard::validate(input.text(), keys, &policy, now, input.scratch()).ok()?;
    token.claims().string("cid").ok()?;
    Some(())
}
