//! The rules for proofs, and accepted proofs, in their forms in C.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::dpop::{
    KEYCARD_PROOF_KIND_DPOP, KEYCARD_PROOF_KIND_WORKLOAD, KEYCARD_PROOF_NONCE_NOT_PROVIDED,
    KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN, KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN,
};
use super::layout::{keycard_proof, keycard_proof_rules};
use super::lists::TextList;
use super::raw::Reader;
use crate::algorithm::Algorithms;
use crate::dpop::{Proof, ProofRules};
use crate::error::{Error, Member, Reason};
use crate::profile::kinds::HAS_MORE;

impl keycard_proof_rules {
    /// Converts the structure to rules.
    ///
    /// # Safety
    ///
    /// The texts of the rules may be read as long as the result lives.
    pub(super) unsafe fn read<'a>(
        &self,
        reader: Reader<'_>,
        nonces: &'a TextList<'_>,
    ) -> Result<ProofRules<'a>, Error> {
        const ALL_FLAGS: u32 = KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN
            | KEYCARD_PROOF_NONCE_NOT_PROVIDED
            | KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN;
        let unsupported = Error::new(Reason::UnsupportedPolicy);
        if self.flags & !ALL_FLAGS != 0 || self.reserved != 0 {
            return Err(unsupported);
        }
        let algorithms = Algorithms::from_bits(self.algorithms).ok_or(unsupported)?;
        // For an absent text the rules get an empty one, which `ProofRules::check` rejects. SAFETY:
        // the caller's promise.
        let method = unsafe { self.method.read_text(reader) }?.unwrap_or_default();
        // SAFETY: as above.
        let uri = unsafe { self.uri.read_text(reader) }?.unwrap_or_default();
        let has_others = !self.transaction_token.data.is_null()
            || self.flags & KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN != 0;
        let mut rules = match self.kind {
            KEYCARD_PROOF_KIND_DPOP if !has_others => {
                ProofRules::new(method, uri, algorithms, self.window)
            }
            // SAFETY: as above.
            _ => unsafe { self.further(reader, method, uri, algorithms) }?,
        }
        .allow_leeway(self.leeway);
        // SAFETY: as above.
        if let Some(access_token) = unsafe { self.access_token.read_text(reader) }? {
            rules = rules.for_access_token(access_token);
        }
        if self.flags & KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN != 0 {
            rules = rules.without_access_token();
        }
        if nonces.list().is_given() {
            rules = rules.require_nonce(nonces.list());
        }
        if self.flags & KEYCARD_PROOF_NONCE_NOT_PROVIDED != 0 {
            rules = rules.nonce_not_provided();
        }
        Ok(rules)
    }

    /// The rules for a proof of another kind than DPoP.
    ///
    /// # Safety
    ///
    /// The texts of the rules may be read as long as the result lives.
    unsafe fn further<'a>(
        &self,
        reader: Reader<'_>,
        method: &str,
        uri: &'a str,
        algorithms: Algorithms,
    ) -> Result<ProofRules<'a>, Error> {
        let mut rules = match self.kind {
            KEYCARD_PROOF_KIND_WORKLOAD if HAS_MORE => {
                ProofRules::workload(uri, algorithms, self.window)
            }
            _ => return Err(Error::new(Reason::UnsupportedPolicy)),
        };
        if !method.is_empty() {
            return Err(Error::new(Reason::PolicyContradiction).about(Member::HttpMethod));
        }
        // SAFETY: the caller's promise.
        if let Some(token) = unsafe { self.transaction_token.read_text(reader) }? {
            rules = rules.for_transaction_token(token);
        }
        if self.flags & KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN != 0 {
            rules = rules.without_transaction_token();
        }
        Ok(rules)
    }
}

impl keycard_proof {
    pub(super) fn of(proof: &Proof) -> Self {
        Self {
            key32: *proof.key().as_bytes(),
            replay_key32: *proof.replay_key(),
            issued_at: proof.issued_at(),
            replayable_until: proof.replayable_until(),
            algorithm: proof.algorithm().bit(),
            leeway: proof.single_use().leeway,
            reserved: [0; 2],
        }
    }
}
