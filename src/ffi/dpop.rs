//! DPoP proofs.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_detail, keycard_proof, keycard_proof_rules, keycard_time};
#[cfg(feature = "dpop")]
use super::lists::TextList;
use super::raw::{self, Reader, Region};
use super::status::{conclude_at, keycard_status};
#[cfg(feature = "dpop")]
use super::validate::keycard_scratch_size;
#[cfg(feature = "dpop")]
use crate::algorithm::Algorithms;
#[cfg(feature = "dpop")]
use crate::dpop::{self, Proof, ProofRules};
use crate::error::{Error, Reason};
use crate::replay::{SingleUse, holder_of};
use crate::time::Time;
use core::ffi::c_void;

/// There is no access token: the request is to the token endpoint, or to that of pushed authorization requests.
pub const KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN: u32 = 1;
/// No nonce was provided to the client.
pub const KEYCARD_PROOF_NONCE_NOT_PROVIDED: u32 = 1 << 1;

/// Decides whether a DPoP proof is valid (RFC 9449 section 4.3): the value of the one DPoP header of a request. Its key
/// then goes into the policy for the access token as dpop_key32, without which that token is refused; and last of all
/// the proof goes to keycard_replay_cache_check_proof.
///
/// Returns: KEYCARD_OK, or one status that says why not, with more in detail: at KEYCARD_STAGE_USAGE the rules are wrong,
/// at KEYCARD_STAGE_PROOF the proof. KEYCARD_TIME_UNAVAILABLE always if the time is not known.
/// KEYCARD_UNSUPPORTED_POLICY if DPoP was not built.
/// In: rules; time; jwt, the proof without space around it; scratch, of which KEYCARD_SCRATCH_SIZE(jwt_length) bytes are
/// always enough. Claims of a token in it are gone; after the call it is free for the access token.
/// A proof that never goes to keycard_replay_cache_check_proof, or to a store of the caller's, can be used again.
/// Out: proof, empty on failure; detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_dpop_validate(
    rules: *const keycard_proof_rules,
    time: keycard_time,
    jwt: *const c_void,
    jwt_length: usize,
    scratch: *mut c_void,
    scratch_size: usize,
    proof: *mut keycard_proof,
    detail: *mut keycard_detail,
) -> keycard_status {
    let decided = (|| {
        let written =
            [Region::of(scratch, scratch_size), Region::one(proof), Region::detail(detail)];
        // SAFETY: by the header, the rules may be read.
        let asked = unsafe { Region::versioned(rules) };
        let read = [asked, Region::of(jwt, jwt_length)];
        let reader = Reader::new(&written, &read)?;
        // SAFETY: by the header, the text may be read.
        let jwt = unsafe { reader.bytes(jwt.cast(), jwt_length) }?;
        // SAFETY: by the header, the rules and all they point to may be read.
        let rules: &keycard_proof_rules = unsafe { reader.versioned(rules) }?;
        let time = time.read()?;
        // SAFETY: as above, and the scratch may be written.
        unsafe { decide(reader, rules, time, jwt, scratch, scratch_size) }
    })();
    // SAFETY: by the header, the proof may be written.
    let decided = unsafe { raw::deliver(decided, proof, keycard_proof::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude_at(decided, time.read().ok(), detail) }
}

/// # Safety
///
/// The texts of the rules may be read, and the scratch written.
#[cfg(feature = "dpop")]
unsafe fn decide(
    reader: Reader<'_>,
    rules: &keycard_proof_rules,
    time: Time,
    jwt: &[u8],
    scratch: *mut c_void,
    scratch_size: usize,
) -> Result<keycard_proof, Error> {
    // SAFETY: the caller's promise.
    let nonces = unsafe { TextList::read(reader, rules.nonces, rules.nonce_count) }?;
    // SAFETY: as above.
    let rules = unsafe { rules.read(reader, &nonces) }?;
    let enough = keycard_scratch_size(jwt.len());
    // SAFETY: the caller's promise; all that is read was found apart from it.
    let bytes = unsafe { raw::initialised(scratch.cast(), enough.min(scratch_size)) }?;
    let decided = dpop::decide(jwt, &rules, time, bytes);
    let proof = decided.map_err(|error| match error.reason() {
        Reason::ScratchTooSmall => error.needing(enough),
        _ => error,
    })?;
    Ok(keycard_proof::of(&proof))
}

/// # Safety
///
/// None is needed.
#[cfg(not(feature = "dpop"))]
unsafe fn decide(
    _: Reader<'_>,
    _: &keycard_proof_rules,
    _: Time,
    _: &[u8],
    _: *mut c_void,
    _: usize,
) -> Result<keycard_proof, Error> {
    Err(Error::new(Reason::UnsupportedPolicy))
}

#[cfg(feature = "dpop")]
impl keycard_proof_rules {
    /// The rules that the structure means.
    ///
    /// # Safety
    ///
    /// The texts of the rules may be read as long as the result lives.
    unsafe fn read<'a>(
        &self,
        reader: Reader<'_>,
        nonces: &'a TextList<'_>,
    ) -> Result<ProofRules<'a>, Error> {
        const ALL_FLAGS: u32 =
            KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN | KEYCARD_PROOF_NONCE_NOT_PROVIDED;
        let unsupported = Error::new(Reason::UnsupportedPolicy);
        if self.flags & !ALL_FLAGS != 0 {
            return Err(unsupported);
        }
        let algorithms = Algorithms::from_bits(self.algorithms).ok_or(unsupported)?;
        // What is absent is empty for the rules, which then refuse themselves.
        // SAFETY: the caller's promise.
        let method = unsafe { self.method.read(reader) }?.unwrap_or_default();
        // SAFETY: as above.
        let uri = unsafe { self.uri.read(reader) }?.unwrap_or_default();
        let mut rules =
            ProofRules::new(method, uri, algorithms, self.window).with_leeway(self.leeway);
        // SAFETY: as above.
        if let Some(access_token) = unsafe { self.access_token.read(reader) }? {
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
}

impl keycard_proof {
    const EMPTY: Self = Self {
        key32: [0; 32],
        replay_key32: [0; 32],
        issued_at: 0,
        replayable_until: 0,
        algorithm: 0,
        leeway: 0,
        reserved: [0; 2],
    };

    #[cfg(feature = "dpop")]
    fn of(proof: &Proof) -> Self {
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

    /// # Errors
    ///
    /// [`Reason::Stale`] for a proof that was never filled.
    pub(super) fn single_use(&self) -> Result<SingleUse, Error> {
        if self.algorithm == 0 {
            return Err(Error::new(Reason::Stale));
        }
        Ok(SingleUse {
            key: self.replay_key32,
            holder: holder_of(&self.key32),
            issued_at: self.issued_at,
            until: self.replayable_until,
            leeway: self.leeway,
        })
    }
}
