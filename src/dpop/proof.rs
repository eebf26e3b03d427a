//! An accepted DPoP proof, and its single use.

use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::key::thumbprint::Thumbprint;
use crate::replay::{ReplayCache, SingleUse};
use crate::time::Time;

/// A valid proof. It proves that the sender holds the private key of [`key`](Self::key). It does
/// not identify a person.
///
/// A proof may be used only once: pass it to
/// [`ReplayCache::check_proof`](crate::replay::ReplayCache::check_proof).
#[derive(Clone, Copy)]
#[must_use = "a proof is good once: hand it to ReplayCache::check_proof, or its replay key to a store"]
pub struct Proof {
    pub(super) key: Thumbprint,
    pub(super) algorithm: Algorithm,
    pub(super) single_use: SingleUse,
}

impl Proof {
    /// The thumbprint of the key that signed the proof. An access token names it in `cnf`.`jkt`
    /// (section 6.1), and an authorization code is bound to it by `dpop_jkt` (section 10).
    pub const fn key(&self) -> &Thumbprint {
        &self.key
    }

    /// The algorithm of the signature.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `iat`, in whole seconds since 1970-01-01T00:00:00Z.
    pub const fn issued_at(&self) -> i64 {
        self.single_use.issued_at
    }

    /// A SHA-256 over the key, method, normalised URI and `jti` of the proof: the same for each
    /// copy of the proof, and different for every other proof. Use it as the key in a store that
    /// several machines share. On a single machine, use
    /// [`ReplayCache`](crate::replay::ReplayCache).
    pub const fn replay_key(&self) -> &[u8; 32] {
        &self.single_use.key
    }

    /// The last second at which the proof could be accepted again. The store must keep the key of
    /// the proof until then.
    pub const fn replayable_until(&self) -> i64 {
        self.single_use.until
    }

    pub(crate) const fn single_use(&self) -> &SingleUse {
        &self.single_use
    }
}

impl core::fmt::Debug for Proof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Proof")
            .field("key", &self.key)
            .field("algorithm", &self.algorithm)
            .field("issued_at", &self.issued_at())
            .finish_non_exhaustive()
    }
}

impl ReplayCache<'_> {
    /// Remembers the first use of a DPoP proof, by its key, method, URI and `jti`. Call it after
    /// all other checks, including those of the access token.
    ///
    /// # Errors
    ///
    /// As for [`check_token`](Self::check_token);
    /// [`Reason::ReplayLimits`](crate::Reason::ReplayLimits) also for rules with a longer window.
    /// At [`Stage::Replay`](crate::Stage::Replay), also
    /// [`Reason::ReplayKeyFull`](crate::Reason::ReplayKeyFull).
    pub fn check_proof(&mut self, proof: &Proof, time: Time) -> Result<(), Error> {
        self.check_use(proof.single_use(), time)
    }
}
