//! The checks of section 4.3, in the order in which they are made.

use super::description::{KeySource, Life, Target};
use super::key_cache::ProofKeyCache;
use super::proof::Proof;
use super::rules::ProofRules;
use super::uri::Uri;
use crate::base64url;
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, missing, required};
use crate::digest::{Hash, Hasher};
use crate::error::{Error, Member, Reason, Stage};
use crate::json::Value;
use crate::key::proof_key::ProofKey;
use crate::key::thumbprint::Thumbprint;
use crate::key::verifier;
use crate::limits;
use crate::profile::kinds::HAS_MORE;
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
    decide(proof.as_ref(), rules, None, time, scratch, None)
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
        decide(proof.as_ref(), rules, None, time, scratch, Some(self))
    }
}

/// An accepted token whose key signs the proof.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) token: &'a [u8],
    pub(crate) claims: Claims<'a>,
}

pub(crate) fn decide(
    proof: &[u8],
    rules: &ProofRules<'_>,
    holder: Option<Holder<'_>>,
    time: Time,
    scratch: &mut [u8],
    cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<Proof, Error> {
    rules.check()?;
    if HAS_MORE && rules.takes_key_of_token() && holder.is_none() {
        // Only the validation of a pair has the token.
        return Err(Error::new(Reason::PolicyContradiction).about(Member::Confirmation));
    }
    let used = limits::scratch_size(proof.len()).min(scratch.len());
    let scratch = scratch.get_mut(..used).unwrap_or_default();
    let decided = check_proof(proof, rules, holder, time, scratch, cache);
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
    holder: Option<Holder<'_>>,
    time: Time,
    scratch: &mut [u8],
    mut cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<Proof, Error> {
    // Check 2.
    let description = rules.description();
    let unverified = Unverified::read(proof, scratch)?;
    let header = unverified.header();
    // Check 4.
    let expected = description.kind.header_type;
    if !header.token_type().is_some_and(|found| is_media_type(found, expected)) {
        return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
    }
    // Check 5, before any computation with the key.
    if !rules.algorithms.contains(header.algorithm()?) {
        return Err(Error::new(Reason::AlgorithmNotAllowed).about(Member::Algorithm));
    }
    // Check 7. Section 4.2: the key must be there, and in this form.
    let jwk = match (description.key, holder) {
        (KeySource::Header, _) => header.parameter("jwk"),
        (KeySource::Token(_), Some(holder)) => holder.jwk(header.algorithm_name())?,
        (KeySource::Token(_), None) => None,
    };
    let jwk = jwk.ok_or(about_key(Reason::ProofKeyMissing))?;
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
    let replay_key = check_target(rules, &registered, &key)?;
    check_hash(rules.access_token, &registered, "ath", Some(Member::ProvenTokenHash))?;
    if HAS_MORE {
        if let (Some(name), Some(holder)) = (description.holder_hash, holder) {
            check_hash(Some(holder.token), &registered, name, None)?;
        }
        check_hash(rules.transaction_token, &registered, "tth", None)?;
        // draft-ietf-wimse-wpt section 2: an entry that is not understood rejects the proof.
        if description.binds_others && registered.has("oth") {
            return Err(Error::new(Reason::WrongHash));
        }
    }
    check_nonce(rules, &registered)?;
    let issued_at = check_time(rules, &registered, time)?;
    if let Some(cache) = cache {
        cache.prepare(&public_key, &key);
    }
    let window = i64::from(rules.window).saturating_add(rules.leeway().into());
    // For a proof that ends with `exp`, `issued_at` is the first second of its window.
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

impl<'a> Holder<'a> {
    /// `cnf`.`jwk`. If it has `alg`, the proof has the same one (draft-ietf-wimse-wpt section 2).
    fn jwk(&self, algorithm: &str) -> Result<Option<Value<'a>>, Error> {
        let jwk = self.claims.member("cnf").and_then(|value| value.object()?.member("jwk"));
        let named = jwk.and_then(|jwk| jwk.object()?.member("alg"));
        if named.is_some_and(|named| named.string() != Some(algorithm)) {
            return Err(Error::new(Reason::AlgorithmNotAllowed).about(Member::Algorithm));
        }
        Ok(jwk)
    }
}

/// Checks the target of the proof. Returns the hash that identifies the proof.
fn check_target(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
    key: &Thumbprint,
) -> Result<ReplayKey, Error> {
    let description = rules.description();
    let mut hasher = Hash::Sha256.hasher();
    replay::hash_text(&mut hasher, description.name.as_bytes());
    hasher.update(key.as_bytes());
    // With empty identifiers, two proofs could not be told apart.
    let token_id = required(registered.token_id, Member::JwtId)?;
    match description.target {
        Target::Request => check_request(rules, registered, &mut hasher)?,
        Target::Uri => check_audience(rules, registered)?,
    }
    replay::hash_text(&mut hasher, token_id);
    Ok(replay::finish(hasher))
}

/// `aud` names the target alone.
fn check_audience(rules: &ProofRules<'_>, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    let mut found = registered.audience.clone().ok_or(missing(Member::Audience))?;
    let is_same = |found: &str| {
        let uris = Uri::read(found).zip(Uri::read(rules.uri));
        uris.is_some_and(|(uri, asked)| uri.has_path() && asked.has_path() && uri.matches(&asked))
    };
    match (found.next(), found.next()) {
        (Some(one), None) if one == rules.uri || is_same(one) => Ok(()),
        _ => Err(Error::new(Reason::WrongAudience).about(Member::Audience)),
    }
}

/// Checks 3, 8 and 9. Hashes the request.
fn check_request(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
    hasher: &mut Hasher,
) -> Result<(), Error> {
    let string = |name, claim| registered.string(name, claim)?.ok_or(missing(claim));
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
    replay::hash_text(hasher, method.as_bytes());
    uri.hash(hasher);
    Ok(())
}

/// The hash of a token of the request, if there is one. For `ath`, this is the first half of check
/// 12; the second half, the binding of the token, is checked with the token.
fn check_hash(
    token: Option<&[u8]>,
    registered: &RegisteredClaims<'_>,
    name: &str,
    claim: Option<Member>,
) -> Result<(), Error> {
    let Some(token) = token else {
        return Ok(());
    };
    let error = |reason| {
        let error = Error::new(reason);
        claim.map_or(error, |claim| error.about(claim))
    };
    let found = registered.claims.member(name).ok_or(error(Reason::ClaimMissing))?;
    let found = found.string().ok_or(error(Reason::ClaimType))?;
    let mut hasher = Hash::Sha256.hasher();
    hasher.update(token);
    // Section 4.2: the claim is the hash in base64url, which has exactly one spelling.
    let hash = base64url::encode(&replay::finish(hasher));
    if !bool::from(found.as_bytes().ct_eq(&hash)) {
        return Err(error(Reason::WrongHash));
    }
    Ok(())
}

/// Check 10.
fn check_nonce(rules: &ProofRules<'_>, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    if !rules.nonces.is_given() {
        return Ok(());
    }
    let (name, claim) = rules.description().nonce.unwrap_or(("nonce", Member::Nonce));
    let found = registered.string(name, claim)?.ok_or(missing(claim))?;
    let provided = rules.nonces.iter().fold(Choice::from(0), |provided, nonce| {
        provided | found.as_bytes().ct_eq(nonce.as_bytes())
    });
    if !bool::from(provided) {
        return Err(Error::new(Reason::WrongNonce).about(claim));
    }
    Ok(())
}

/// Check 11. Returns `iat`, or the first second of the window before `exp`.
fn check_time(
    rules: &ProofRules<'_>,
    registered: &RegisteredClaims<'_>,
    time: Time,
) -> Result<i64, Error> {
    let life = rules.description().life;
    let (end, claim) = match life {
        Life::IssuedAt => (registered.issued_at, Member::IssuedAt),
        Life::Expiry => (registered.expires_at, Member::ExpirationTime),
    };
    let date = end.ok_or(missing(claim))?;
    let Present::At(now) = time.present()? else {
        // Only the window limits how long a proof can be used. Without a clock there is no limit,
        // so reject.
        return Err(Error::new(Reason::TimeUnavailable));
    };
    let window = Window::around(now, rules.leeway());
    if life == Life::IssuedAt {
        window.check_age(date, rules.window, Reason::ProofTooOld, claim)?;
    } else if date.is_after(window.latest.saturating_add(rules.window.into())) {
        return Err(Error::new(Reason::LifetimeTooLong).about(claim).apart(date.seconds(), now));
    } else if registered.issued_at.is_some_and(|date| date.is_after(window.latest)) {
        return Err(Error::new(Reason::IssuedInFuture).about(Member::IssuedAt));
    }
    // Proofs do not need these claims. If they are there, RFC 7519 sections 4.1.4 and 4.1.5 apply.
    if registered.expires_at.is_some_and(|date| !date.is_after(window.earliest)) {
        return Err(Error::new(Reason::Expired).about(Member::ExpirationTime));
    }
    if registered.not_before.is_some_and(|date| date.is_after(window.latest)) {
        return Err(Error::new(Reason::NotYetValid).about(Member::NotBefore));
    }
    Ok(match life {
        Life::IssuedAt => date.seconds(),
        Life::Expiry => date.seconds().saturating_sub(rules.window.into()),
    })
}
