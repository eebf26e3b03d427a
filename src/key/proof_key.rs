//! The key that a DPoP proof brings along in its header (RFC 9449 section 4.2). Nothing else reads a key that a token
//! names itself.

use super::HEAD_WORDS;
use super::jwk;
use super::rules::KeyRules;
use super::table::{HEADER_WORDS, KeyTable, Keys};
use crate::error::{Error, Reason};
use crate::json::Object;
use crate::limits::MAX_RSA_BITS;
use crate::words;

/// Words of the longest public key.
const LONGEST: usize =
    if cfg!(feature = "ml-dsa") { words::count_for(2592) } else { 1 + MAX_RSA_BITS / 64 };

/// A key that was checked as any that enters a table, in a table of its own. Half a KiB, or 2.7 KiB with the feature
/// `ml-dsa`.
pub(crate) struct ProofKey {
    memory: [u64; HEADER_WORDS + HEAD_WORDS + LONGEST],
}

impl ProofKey {
    /// Reads the JWK. By the rules for keys that were fetched: public, asymmetric, as strong as RFC 7518 asks, and for
    /// verifying signatures. There is no switch for others.
    ///
    /// # Errors
    ///
    /// A reason of the group on loading keys, with the member.
    pub(crate) fn read(jwk: Object<'_>) -> Result<Self, Error> {
        let rules = KeyRules::new();
        let mut description = jwk::describe(jwk, &rules)?;
        if let Some(member) = description.restricting.member() {
            // A proof says by its own claims when and for whom it is.
            return Err(Error::new(Reason::KeyUnsupported).about(member));
        }
        // One key needs no name, and the room for it.
        description.id = None;
        let mut key = Self { memory: [0; HEADER_WORDS + HEAD_WORDS + LONGEST] };
        KeyTable::new(&mut key.memory)?.add_described(&rules, &description)?;
        Ok(key)
    }

    /// The table of this one key.
    pub(crate) fn view(&self) -> Keys<'_> {
        Keys::over(&self.memory)
    }
}
