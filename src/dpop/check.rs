//! The checks of section 4.3, in the order in which they are made.

use super::key_cache::ProofKeyCache;
use super::proof::Proof;
use super::rules::ProofRules;
use super::uri::Uri;
use crate::base64url;
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::digest::Hash;
use crate::error::{Error, Member, Reason, Stage};
use crate::key::proof_key::ProofKey;
use crate::key::thumbprint::Thumbprint;
use crate::key::verifier;
use crate::limits;
use crate::profile::kinds;
use crate::replay::{self, ReplayKey, SingleUse};
use crate::time::{Present, Time, Window};
use crate::token::header::is_media_type;
use crate::token::{Content, Unverified};
use subtle::{Choice, ConstantTimeEq};

/// Validates `proof` by section 4.3. It is the value of the only `DPoP` header of a request.
///
/// The used part of the scratch is wiped, also on success, so the scratch can be used for the
/// access token next. [`scratch_size`](crate::scratch_size) of the proof's length is always enough.
///
/// # Errors
///
/// At [`Stage::Usage`]: the errors of [`ProofRules::check`], and [`Reason::ScratchTooSmall`].
///
/// At [`Stage::Proof`], with the number of the check:
///
/// * 2: a reason of the token, base64url, JSON and header groups
/// * 3: [`Reason::ClaimMissing`] for `jti`, `htm`, `htu`, `iat`, and `ath` with an access token
/// * 4: [`Reason::WrongTokenType`]
/// * 5: a reason of the algorithm group
/// * 6: [`Reason::SignatureInvalid`], or another reason of the signature group
/// * 7: [`Reason::ProofKeyMissing`], [`Reason::KeyPrivate`], or another reason of the group on
///   loading keys
/// * 8: [`Reason::WrongHttpMethod`]
/// * 9: [`Reason::WrongHttpUri`], [`Reason::UriMalformed`]
/// * 10: [`Reason::ClaimMissing`] for `nonce`, [`Reason::WrongNonce`]
/// * 11: [`Reason::ProofTooOld`], [`Reason::IssuedInFuture`]; [`Reason::Expired`] and
///   [`Reason::NotYetValid`] for a proof with `exp` or `nbf`
/// * 12: [`Reason::WrongHash`]
///
/// If the time is not known, every proof is rejected. [`Reason::TimeUnavailable`] and the other
/// errors of time are returned only if nothing else is wrong.
pub fn validate(
    proof: impl AsRef<[u8]>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &mut [u8],
) -> Result<Proof, Error> {
    decide(proof.as_ref(), rules, time, scratch, None)
}

impl ProofKeyCache<'_> {
    /// Like [`validate`](validate()), with the prepared keys. Then call
    /// [`admit`](Self::admit) if the client is known, for example because its access token was
    /// accepted.
    ///
    /// # Errors
    ///
    /// As for [`validate`](validate()).
    pub fn validate(
        &mut self,
        proof: impl AsRef<[u8]>,
        rules: &ProofRules<'_>,
        time: Time,
        scratch: &mut [u8],
    ) -> Result<Proof, Error> {
        decide(proof.as_ref(), rules, time, scratch, Some(self))
    }
}

pub(crate) fn decide(
    proof: &[u8],
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &mut [u8],
    cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<Proof, Error> {
    rules.check()?;
    let used = limits::scratch_size(proof.len()).min(scratch.len());
    let scratch = scratch.get_mut(..used).unwrap_or_default();
    let decided = check_proof(proof, rules, time, scratch, cache);
    // A proof borrows nothing from the scratch. The scratch is wiped so that the proof cannot be
    // read from it later, even if the token is rejected.
    scratch.fill(0);
    decided.map_err(|error| match error.stage() {
        Stage::Usage => error,
        _ => error.at_stage(Stage::Proof),
    })
}

fn check_proof(
    proof: &[u8],
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &mut [u8],
    mut cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<Proof, Error> {
    // Check 2.
    let unverified = Unverified::read(proof, scratch)?;
    let header = unverified.header();
    // Check 4.
    if !header.token_type().is_some_and(|found| is_media_type(found, kinds::PROOF.header_type)) {
        return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
    }
    // Check 5, before any computation with the key.
    if !rules.algorithms.contains(header.algorithm()?) {
        return Err(Error::new(Reason::AlgorithmNotAllowed).about(Member::Algorithm));
    }
    // Check 7. Section 4.2: the key must be there, and in this form.
    let jwk = header.parameter("jwk").ok_or(about_key(Reason::ProofKeyMissing))?;
    let jwk = jwk.object().ok_or(about_key(Reason::HeaderType))?;
    let proof_key = ProofKey::read(jwk)?;
    let keys = proof_key.view();
    let public_key = keys.iter().next().ok_or(about_key(Reason::ProofKeyMissing))?;
    let key = public_key.thumbprint();
    let prepared = cache.as_deref_mut().and_then(|cache| cache.find(&key));
    // Checks 5 and 6.
    let mut signed = unverified.signed(rules.algorithms)?;
    let verified =
        signed.verify(keys, false, |key, algorithm, message, signature| match &prepared {
            Some(prepared) => prepared.verify(key, algorithm, message, signature),
            None => verifier::in_software(key, algorithm, message, signature),
        })?;
    verified.steps.check_signature()?;
    let algorithm = verified.algorithm;
    let Content::Object { text, records, members } = verified.content else {
        return Err(Error::new(Reason::JsonNotAnObject));
    };
    let claims = Claims::new(text, records, members);
    let registered = RegisteredClaims::read(&verified.header, algorithm, claims, false)?;
    let replay_key = check_request(rules, &registered, &key)?;
    check_access_token(rules, &registered)?;
    check_nonce(rules, &registered)?;
    let issued_at = check_time(rules, &registered, time)?;
    if let Some(cache) = cache {
        cache.prepare(&public_key, &key);
    }
    let window = i64::from(rules.window).saturating_add(rules.leeway().into());
    let single_use = SingleUse {
        key: replay_key,
        holder: replay::holder_of(key.as_bytes()),
        issued_at,
        until: issued_at.saturating_add(window),
        leeway: rules.leeway(),
    };
    Ok(Proof { key, algorithm, single_use })
}

fn about_key(reason: Reason) -> Error {
    Error::new(reason).about(Member::JsonWebKey)
}

/// Checks 3, 8 and 9, and the hash that identifies the proof.
fn check_request(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
    key: &Thumbprint,
) -> Result<ReplayKey, Error> {
    let string = |name, claim| registered.string(name, claim)?.ok_or(missing(claim));
    // With empty identifiers, two proofs could not be told apart.
    let token_id = registered.token_id.filter(|token_id| !token_id.is_empty());
    let token_id = token_id.ok_or(missing(Member::JwtId))?;
    let method = string("htm", Member::HttpMethod)?;
    let uri = string("htu", Member::HttpUri)?;
    // RFC 9110 section 9.1: methods are case-sensitive.
    if method != rules.method {
        return Err(Error::new(Reason::WrongHttpMethod).about(Member::HttpMethod));
    }
    let asked = rules.uri()?;
    let malformed = Error::new(Reason::UriMalformed).about(Member::HttpUri);
    let uri = Uri::read(uri).ok_or(malformed)?;
    // RFC 3986 section 3.3. The client chose both URIs, so the paths of both are checked.
    if !uri.has_path() || !asked.has_path() {
        return Err(malformed);
    }
    if !uri.matches(&asked) {
        return Err(Error::new(Reason::WrongHttpUri).about(Member::HttpUri));
    }
    let mut hasher = Hash::Sha256.hasher();
    replay::hash_text(&mut hasher, b"DPoP proof");
    hasher.update(key.as_bytes());
    replay::hash_text(&mut hasher, method.as_bytes());
    uri.hash(&mut hasher);
    replay::hash_text(&mut hasher, token_id);
    Ok(replay::finish(hasher))
}

/// The first half of check 12. The second half, the binding of the token, is checked with the
/// token.
fn check_access_token(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
) -> Result<(), Error> {
    let claim = Member::ProvenTokenHash;
    let Some(access_token) = rules.access_token else {
        return Ok(());
    };
    let found = registered.string("ath", claim)?.ok_or(missing(claim))?;
    let mut hasher = Hash::Sha256.hasher();
    hasher.update(access_token);
    // Section 4.2: the claim is the hash in base64url, which has exactly one spelling.
    let hash = base64url::encode(&replay::finish(hasher));
    if !bool::from(found.as_bytes().ct_eq(&hash)) {
        return Err(Error::new(Reason::WrongHash).about(claim));
    }
    Ok(())
}

/// Check 10.
fn check_nonce(rules: &ProofRules<'_>, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    if !rules.nonces.is_given() {
        return Ok(());
    }
    let found = registered.string("nonce", Member::Nonce)?.ok_or(missing(Member::Nonce))?;
    let provided = rules.nonces.iter().fold(Choice::from(0), |provided, nonce| {
        provided | found.as_bytes().ct_eq(nonce.as_bytes())
    });
    if !bool::from(provided) {
        return Err(Error::new(Reason::WrongNonce).about(Member::Nonce));
    }
    Ok(())
}

/// Check 11. Returns `iat`.
fn check_time(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
    time: Time,
) -> Result<i64, Error> {
    let issued_at = registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    let Present::At(now) = time.present()? else {
        // Only the window limits how long a proof can be used. Without a clock there is no limit,
        // so reject.
        return Err(Error::new(Reason::TimeUnavailable));
    };
    let window = Window::around(now, rules.leeway());
    window.check_age(issued_at, rules.window, Reason::ProofTooOld, Member::IssuedAt)?;
    // Proofs do not need these claims. If they are there, RFC 7519 sections 4.1.4 and 4.1.5 apply.
    if registered.expires_at.is_some_and(|date| !date.is_after(window.earliest)) {
        return Err(Error::new(Reason::Expired).about(Member::ExpirationTime));
    }
    if registered.not_before.is_some_and(|date| date.is_after(window.latest)) {
        return Err(Error::new(Reason::NotYetValid).about(Member::NotBefore));
    }
    Ok(issued_at.seconds())
}
