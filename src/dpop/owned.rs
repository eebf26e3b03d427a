//! An accepted token that owns its memory, together with the proof of its key.

use super::bound::{Pair, decide_bound};
use super::proof::Proof;
use super::rules::ProofRules;
use crate::error::Error;
use crate::key::table::Keys;
use crate::policy::Policy;
use crate::time::Time;
use crate::validate::owned::OwnedToken;

impl OwnedToken {
    /// Validates a token with its proof like
    /// [`validate_bound_token`](super::validate_bound_token), with a scratch of its own. The use of
    /// the proof is not recorded: pass it to
    /// [`ReplayCache::check_proof`](crate::replay::ReplayCache::check_proof).
    ///
    /// # Errors
    ///
    /// As for [`validate_bound_token`](super::validate_bound_token), but never
    /// [`ScratchTooSmall`](crate::Reason::ScratchTooSmall).
    pub fn validate_bound(
        token: impl AsRef<[u8]>,
        proof: impl AsRef<[u8]>,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        rules: &ProofRules<'_>,
        time: Time,
    ) -> Result<(Self, Proof), Error> {
        let pair = Pair { token: token.as_ref(), proof: proof.as_ref() };
        let mut scratch = Self::scratch_for(&[pair.token, pair.proof]);
        let decided = decide_bound(pair, keys, policy, rules, time, &mut scratch, None, None);
        let (verdict, proof) = decided?;
        Ok((Self::of(verdict, scratch)?, proof))
    }
}
