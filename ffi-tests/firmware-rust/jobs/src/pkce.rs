//! Checks a code verifier against an S256 code challenge.

use crate::Input;
use keycard::pkce::{self, Outcome, Rules, Stored};

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let stored = Stored::new(input.signature(), Some("S256"));
    match pkce::verify(Some(stored), Some(input.text()), Rules::new()).ok()? {
        Outcome::Verified => Some(()),
        Outcome::NotUsed => None,
    }
}
