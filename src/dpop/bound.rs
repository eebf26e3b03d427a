//! An access token together with the proof of its key.

use super::check::{Holder, decide};
use super::key_cache::ProofKeyCache;
use super::proof::Proof;
use super::rules::ProofRules;
use crate::error::{Error, Member, Reason};
use crate::evidence::Check;
use crate::key::table::Keys;
use crate::key::verifier;
use crate::policy::Policy;
use crate::profile::kinds::HAS_MORE;
use crate::replay::ReplayCache;
use crate::time::Time;
use crate::validate::{self, Token, Verdict};

/// An accepted token, and the accepted proof of its key. The first use of the proof is recorded.
/// Only [`validate_bound_once`] makes one.
///
/// Borrows the scratch.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct BoundToken<'s> {
    token: Token<'s>,
    proof: Proof,
}

impl<'s> BoundToken<'s> {
    /// The token.
    pub const fn token(&self) -> &Token<'s> {
        &self.token
    }

    /// The proof. It is used up: it must not go to a replay cache again.
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }
}

/// The token and the proof of a request.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) token: &'a [u8],
    pub(crate) proof: &'a [u8],
}

/// Validates `token` together with the proof that came with it, and records the use of the proof in
/// `replay`. Returns the pair only if the use is the first one. Prefer it to
/// [`validate_bound_token`], unless several machines share one store of uses.
///
/// First [`validate`](super::validate()) checks the proof and the hash of the token in it. Then
/// [`validate()`](crate::validate()) checks the token with the key of the proof. A rejected pair
/// uses nothing up. `rules` must not contain the access token.
///
/// Both use `scratch`, one after the other; [`scratch_size`](crate::scratch_size) of the longer one
/// is enough. Read the clock for `time` while you hold the lock of `replay`.
///
/// # Errors
///
/// * The errors of [`validate_bound_token`].
/// * The errors of [`ReplayCache::check_proof`]. At [`Stage::Replay`](crate::Stage::Replay), answer
///   the client with `invalid_dpop_proof`.
#[expect(clippy::too_many_arguments, reason = "those of validate_bound_token, and the cache")]
pub fn validate_bound_once<'s>(
    token: impl AsRef<[u8]>,
    proof: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    replay: &mut ReplayCache<'_>,
    time: Time,
    scratch: &'s mut [u8],
) -> Result<BoundToken<'s>, Error> {
    let pair = Pair { token: token.as_ref(), proof: proof.as_ref() };
    let replay = Some(replay);
    let (verdict, proof) = decide_bound(pair, keys, policy, rules, time, scratch, replay, None)?;
    Ok(BoundToken { token: Token::of(verdict, scratch)?, proof })
}

/// Validates `token` together with the proof that came with it. First
/// [`validate`](super::validate()) checks the proof and the hash of the token in it, then
/// [`validate()`](crate::validate()) checks the token with the key of the proof. `rules` must not
/// contain the access token.
///
/// The use of the proof is not recorded, so the same proof is accepted again. Prefer
/// [`validate_bound_once`]. Use this function if several machines share one store of uses: write
/// [`Proof::replay_key`] to it afterwards, and reject the request if the key is already there.
///
/// Both use `scratch`, one after the other; [`scratch_size`](crate::scratch_size) of the longer one
/// is enough.
///
/// # Errors
///
/// * The errors of [`validate`](super::validate()). At [`Stage::Proof`](crate::Stage::Proof),
///   answer the client with `invalid_dpop_proof`, or with `use_dpop_nonce` (sections 5 and 9).
/// * Those of [`validate()`](crate::validate()). Answer with `invalid_token` (section 7.1). The
///   reason is [`TokenNotBound`](crate::Reason::TokenNotBound) for a token that is not bound to a
///   key, and [`WrongConfirmation`](crate::Reason::WrongConfirmation) for a token that is bound to
///   another key.
pub fn validate_bound_token<'s>(
    token: impl AsRef<[u8]>,
    proof: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &'s mut [u8],
) -> Result<(Token<'s>, Proof), Error> {
    let pair = Pair { token: token.as_ref(), proof: proof.as_ref() };
    let (verdict, proof) = decide_bound(pair, keys, policy, rules, time, scratch, None, None)?;
    Ok((Token::of(verdict, scratch)?, proof))
}

impl ProofKeyCache<'_> {
    /// Like [`validate_bound_once`], with the prepared keys. Admits the key if the pair is
    /// accepted.
    ///
    /// # Errors
    ///
    /// As for [`validate_bound_once`].
    #[expect(clippy::too_many_arguments, reason = "those of validate_bound_once")]
    pub fn validate_bound_once<'s>(
        &mut self,
        token: impl AsRef<[u8]>,
        proof: impl AsRef<[u8]>,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        rules: &ProofRules<'_>,
        replay: &mut ReplayCache<'_>,
        time: Time,
        scratch: &'s mut [u8],
    ) -> Result<BoundToken<'s>, Error> {
        let pair = Pair { token: token.as_ref(), proof: proof.as_ref() };
        let (replay, cache) = (Some(replay), Some(self));
        let decided = decide_bound(pair, keys, policy, rules, time, scratch, replay, cache);
        let (verdict, proof) = decided?;
        Ok(BoundToken { token: Token::of(verdict, scratch)?, proof })
    }

    /// Like [`validate_bound_token`], with the prepared keys. Admits the key if the token is
    /// accepted.
    ///
    /// # Errors
    ///
    /// As for [`validate_bound_token`].
    #[expect(clippy::too_many_arguments, reason = "those of validate_bound_token")]
    pub fn validate_bound_token<'s>(
        &mut self,
        token: impl AsRef<[u8]>,
        proof: impl AsRef<[u8]>,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        rules: &ProofRules<'_>,
        time: Time,
        scratch: &'s mut [u8],
    ) -> Result<(Token<'s>, Proof), Error> {
        let pair = Pair { token: token.as_ref(), proof: proof.as_ref() };
        let cache = Some(self);
        let (verdict, proof) = decide_bound(pair, keys, policy, rules, time, scratch, None, cache)?;
        Ok((Token::of(verdict, scratch)?, proof))
    }
}

/// Decides on a pair. Records the use in `replay` if it is given, as the last check. Then admits
/// the key to `cache` if that is given. Wipes the used part of the scratch after an error.
#[expect(clippy::too_many_arguments, reason = "those of validate_bound_once")]
pub(crate) fn decide_bound(
    pair: Pair<'_>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &mut [u8],
    replay: Option<&mut ReplayCache<'_>>,
    mut cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<(Verdict, Proof), Error> {
    if HAS_MORE && rules.takes_key_of_token() {
        return decide_by_key_of_token(pair, keys, policy, rules, time, scratch, replay, cache);
    }
    let Pair { token, proof } = pair;
    let rules = rules.for_access_token(token);
    let proof = decide(proof, &rules, None, time, scratch, cache.as_deref_mut())?;
    let policy = policy.require_dpop_key(&proof.key);
    let verify = verifier::in_software;
    let verdict = validate::decide(token, keys, &policy, time, scratch, verify)?;
    if let Some(replay) = replay {
        // Section 11.1. All other checks have passed, so only a request that could be served uses
        // the proof up.
        let recorded = replay.check_proof(&proof, time);
        recorded.inspect_err(|_| validate::used_of(token, scratch).fill(0))?;
    }
    if let Some(cache) = cache {
        cache.admit(&proof);
    }
    Ok((verdict, proof))
}

/// Decides on a pair whose proof is signed by the key in `cnf`.`jwk` of the token: the token comes
/// first, and its claims stay in the scratch.
#[expect(clippy::too_many_arguments, reason = "those of decide_bound")]
fn decide_by_key_of_token(
    pair: Pair<'_>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &mut [u8],
    replay: Option<&mut ReplayCache<'_>>,
    mut cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<(Verdict, Proof), Error> {
    let Pair { token, proof } = pair;
    rules.check()?;
    if !rules.is_for(policy) {
        return Err(Error::new(Reason::PolicyContradiction).about(Member::Profile));
    }
    let own = validate::used_of(token, scratch).len();
    let (scratch, rest) = scratch.split_at_mut_checked(own).unwrap_or_default();
    let policy = policy.with_holder_key();
    let mut verdict = validate::decide(token, keys, &policy, time, scratch, verifier::in_software)?;
    let proven: Result<Proof, Error> = (|| {
        let holder = Some(Holder { token, claims: verdict.extent.claims(scratch) });
        let proof = decide(proof, rules, holder, time, rest, cache.as_deref_mut())?;
        if let Some(replay) = replay {
            replay.check_proof(&proof, time)?;
        }
        Ok(proof)
    })();
    let proof = proven.inspect_err(|_| scratch.fill(0))?;
    verdict.evidence.pass(Check::KeyBinding);
    if let Some(cache) = cache {
        cache.admit(&proof);
    }
    Ok((verdict, proof))
}
