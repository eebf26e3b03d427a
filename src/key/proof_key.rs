//! The key in the header of a DPoP proof (RFC 9449 section 4.2). This is the only code that reads a
//! key from a token.

use super::HEAD_WORDS;
use super::jwk;
use super::rules::KeyRules;
use super::table::{HEADER_WORDS, KeyTable, Keys};
use crate::algorithm::Algorithm;
use crate::error::{Error, Reason};
use crate::json::Object;
use crate::limits::MAX_RSA_BITS;
use crate::words;

/// Words of the longest public key.
const LONGEST: usize =
    if Algorithm::MlDsa87.is_built() { words::count_for(2592) } else { 1 + MAX_RSA_BITS / 64 };

/// A table that holds only the key of a proof, after all checks of a key table. Its size is half a
/// KiB, or 2.7 KiB with the feature `ml-dsa`.
pub(crate) struct ProofKey {
    memory: [u64; HEADER_WORDS + HEAD_WORDS + LONGEST],
}

impl ProofKey {
    /// Reads the JWK with the default rules for fetched keys: public, asymmetric, as strong as RFC
    /// 7518 requires, and for verifying signatures. The caller cannot allow other keys.
    ///
    /// # Errors
    ///
    /// A reason of the group on loading keys, with the member.
    pub(crate) fn read(jwk: Object<'_>) -> Result<Self, Error> {
        let rules = KeyRules::new();
        let mut description = jwk::describe(&jwk::Members::of(jwk), &rules)?;
        if let Some(member) = description.restricting.member() {
            // The claims of a proof give its time and its target, so a key that is restricted to a
            // time or an issuer is rejected.
            return Err(Error::new(Reason::KeyUnsupported).about(member));
        }
        // A single key needs no `kid`, so the table has no memory for one.
        description.id = None;
        let mut key = Self { memory: [0; HEADER_WORDS + HEAD_WORDS + LONGEST] };
        KeyTable::new(&mut key.memory)?.add_described(&rules, &description)?;
        Ok(key)
    }

    /// The table with this single key.
    pub(crate) fn view(&self) -> Keys<'_> {
        Keys::over(&self.memory)
    }
}
