//! Validates an access token with keys from an image in flash, and reads a claim of it.

use crate::Input;
use keycard::{Algorithm, ImageRules, Keys, Policy, Time};

#[cfg(feature = "token-es256")]
const ALGORITHM: Algorithm = Algorithm::Es256;
#[cfg(feature = "token-rs256")]
const ALGORITHM: Algorithm = Algorithm::Rs256;

pub fn load(input: &Input) -> Option<()> {
    Keys::from_image(input.keys(), &ImageRules::storage_is_authenticated()).ok()?;
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let keys = Keys::open(input.keys()).ok()?;
    let policy = Policy::access_token(
        "https://dev-1234567.okta.example/oauth2/default",
        "api://default",
        ALGORITHM,
    );
    let now = Time::At(1_700_000_060);
    let token = keycard::validate(input.text(), keys, &policy, now, input.scratch()).ok()?;
    token.claims().string("cid").ok()?;
    Some(())
}
