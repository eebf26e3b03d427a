//! DPoP proofs (RFC 9449): the sender of a request proves that it holds the key to which its access
//! token is bound.
//!
//! At a resource server, one call checks both the proof and the access token that came with it:
//!
//! ```
//! use keycard::dpop::{self, ProofRules};
//! use keycard::replay::ReplayCache;
//! use keycard::{Algorithm, Error, Keys, Policy, Time};
//!
//! fn serve(
//!     token: &str,
//!     proof: &str,
//!     keys: Keys<'_>,
//!     cache: &mut ReplayCache<'_>,
//!     now: i64,
//! ) -> Result<(), Error> {
//!     let time = Time::At(now);
//!     let policy =
//!         Policy::access_token("https://id.example", "https://api.example", Algorithm::Es256);
//!     let rules = ProofRules::new("POST", "https://api.example/orders", Algorithm::Es256, 60)
//!         .allow_leeway(5)
//!         .nonce_not_provided();
//!     let mut scratch = [0; keycard::scratch_size(2048)];
//!     let (token, proof) =
//!         dpop::validate_bound_token(token, proof, keys, &policy, &rules, time, &mut scratch)?;
//!     // Last of all: a proof is good once.
//!     cache.check_proof(&proof, time)?;
//!     let _ = token.claims().string("sub");
//!     Ok(())
//! }
//! ```
//!
//! At a token endpoint there is no access token yet. [`validate`] checks only the proof, and the
//! thumbprint of [`Proof::key`] goes into the `cnf` of the issued token.
//!
//! [`validate`] does not make two of the twelve checks of section 4.3:
//!
//! * The request has exactly one `DPoP` header (check 1): the caller, who reads the request, must
//!   check it.
//! * The key of the proof is the key to which the access token is bound (second half of check 12).
//!   The validation of the token checks this, see [`Policy::require_dpop_key`].
//!
//! Only this module reads a key from a token (`jwk` in the header). It returns a [`Proof`], never a
//! [`Token`]: a proof shows that the sender holds a key, not who the sender is.

pub(crate) mod key_cache;
mod proof;
mod uri;

use crate::algorithm::{Algorithms, KeyKind};
use crate::base64url;
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::digest::Hash;
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason, Stage};
use crate::key::proof_key::ProofKey;
use crate::key::table::Keys;
use crate::key::thumbprint::Thumbprint;
use crate::key::verifier;
use crate::limits::{self, MAX_LEEWAY_SECONDS};
use crate::policy::{Policy, given};
use crate::profile::kinds;
use crate::replay::{self, ReplayKey, SingleUse};
use crate::str_list::StrList;
use crate::time::{Present, Time, Window};
use crate::token::header::is_media_type;
use crate::token::{Content, Unverified};
use crate::validate::{self, Token};
pub use key_cache::{ProofKeyCache, words_for};
pub use proof::Proof;
use subtle::{Choice, ConstantTimeEq};
use uri::Uri;

/// The requirements for a proof. Borrows the values that it compares with; `Copy`.
/// [`new`](Self::new) takes the members that every proof needs. The access token and the nonce must
/// each be given or waived by name.
///
/// The [`limits`] of the library apply to a proof. Lower limits in a policy apply only to the
/// token.
#[derive(Clone, Copy)]
#[must_use]
pub struct ProofRules<'a> {
    method: &'a str,
    uri: &'a str,
    algorithms: Algorithms,
    window: u32,
    leeway: Option<u32>,
    access_token: Option<&'a [u8]>,
    without_access_token: bool,
    nonces: StrList<'a>,
    nonce_not_provided: bool,
    given_twice: Twice,
}

impl<'a> ProofRules<'a> {
    /// Requires a proof for a request with this method to this URI. It must be signed with one of
    /// these asymmetric algorithms, and issued at most `window` seconds ago.
    ///
    /// The method is the one of the request, with unchanged case. The URI is absolute and the one
    /// that the client used. Behind a proxy, the server sees another URI. The comparison ignores
    /// query and fragment, and normalises both URIs (RFC 3986 sections 6.2.2 and 6.2.3):
    /// `https://API.example:443/a/../b` equals `https://api.example/b`. A proof is rejected if its
    /// path has a character that is not allowed in a URI, such as `|`.
    pub fn new(
        method: &'a str,
        uri: &'a str,
        algorithms: impl Into<Algorithms>,
        window: u32,
    ) -> Self {
        Self {
            method,
            uri,
            algorithms: algorithms.into(),
            window,
            leeway: None,
            access_token: None,
            without_access_token: false,
            nonces: StrList::NOT_GIVEN,
            nonce_not_provided: false,
            given_twice: Twice::NEVER,
        }
    }

    /// The access token of the request. Its hash must be in `ath` (check 12).
    /// [`validate_bound_token`] sets it by itself.
    pub fn for_access_token<T: AsRef<[u8]> + ?Sized>(mut self, token: &'a T) -> Self {
        self.given_twice.note(self.access_token.is_some(), Member::ProvenTokenHash);
        self.access_token = Some(token.as_ref());
        self
    }

    /// Says that the request has no access token, because it goes to the token endpoint or the
    /// pushed authorization request endpoint.
    pub const fn without_access_token(mut self) -> Self {
        self.without_access_token = true;
        self
    }

    /// The nonces that were provided to the client. The proof must have one of them, for example
    /// the nonce of this minute or of the minute before (check 10, sections 8 and 9).
    pub fn require_nonce(mut self, nonces: impl Into<StrList<'a>>) -> Self {
        self.given_twice.note(self.nonces.is_given(), Member::Nonce);
        self.nonces = nonces.into();
        self
    }

    /// Says that the client got no nonce. A nonce in the proof is then ignored.
    pub const fn nonce_not_provided(mut self) -> Self {
        self.nonce_not_provided = true;
        self
    }

    /// Allows for clocks that differ by this many seconds, at most 600. The default is 0, but the
    /// clocks of clients are rarely that exact.
    pub const fn allow_leeway(mut self, seconds: u32) -> Self {
        self.given_twice.note(self.leeway.is_some(), Member::Leeway);
        self.leeway = Some(seconds);
        self
    }

    /// Checks that the rules are complete and do not contradict themselves.
    ///
    /// # Errors
    ///
    /// At [`Stage::Usage`], each with the claim or the member:
    ///
    /// * [`Reason::PolicyIncomplete`], [`Reason::PolicyEmpty`], [`Reason::PolicyContradiction`],
    ///   [`Reason::PolicyTwice`]
    /// * [`Reason::UriMalformed`] for a URI that is not absolute
    /// * [`Reason::LeewayTooLong`]
    /// * [`Reason::AlgorithmNotBuilt`] if no algorithm of the rules was built
    pub fn check(&self) -> Result<(), Error> {
        given::check_algorithms(self.algorithms)?;
        if self.algorithms.iter().any(|algorithm| algorithm.key_kind() == KeyKind::Secret) {
            // Check 5: a proof shows its key, so a symmetric key would be public.
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Algorithm));
        }
        self.given_twice.check()?;
        if self.leeway() > MAX_LEEWAY_SECONDS {
            return Err(Error::new(Reason::LeewayTooLong).about(Member::Leeway));
        }
        let token = self.access_token.is_some();
        given::check_given(token, self.without_access_token, Member::ProvenTokenHash)?;
        given::check_given(self.nonces.is_given(), self.nonce_not_provided, Member::Nonce)?;
        let no_nonce = self.nonces.is_given() && self.nonces.get(0).is_none();
        for (is_empty, claim) in [
            (self.method.is_empty(), Member::HttpMethod),
            (self.uri.is_empty(), Member::HttpUri),
            (self.access_token.is_some_and(<[u8]>::is_empty), Member::ProvenTokenHash),
            (no_nonce || self.nonces.iter().any(str::is_empty), Member::Nonce),
        ] {
            if is_empty {
                return Err(Error::new(Reason::PolicyEmpty).about(claim));
            }
        }
        self.uri().map(|_| ()).map_err(|error| error.at_stage(Stage::Usage))
    }

    /// The leeway in seconds.
    fn leeway(&self) -> u32 {
        self.leeway.unwrap_or(0)
    }

    fn uri(&self) -> Result<Uri<'a>, Error> {
        Uri::read(self.uri).ok_or(Error::new(Reason::UriMalformed).about(Member::HttpUri))
    }
}

impl core::fmt::Debug for ProofRules<'_> {
    /// Shows neither the access token nor a nonce.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProofRules")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

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

/// Validates `token` together with the proof that came with it. First [`validate`] checks the proof
/// and the hash of the token in it, then [`validate()`](crate::validate()) checks the token with
/// the key of the proof. `rules` need not contain the access token.
///
/// Both use `scratch`, one after the other; [`scratch_size`](crate::scratch_size) of the longer one
/// is enough. Afterwards, pass the proof to
/// [`ReplayCache::check_proof`](crate::replay::ReplayCache::check_proof).
///
/// # Errors
///
/// * The errors of [`validate`]. At [`Stage::Proof`], answer the client with `invalid_dpop_proof`,
///   or with `use_dpop_nonce` (sections 5 and 9).
/// * Those of [`validate()`](crate::validate()). Answer with `invalid_token` (section 7.1). The
///   reason is [`Reason::TokenNotBound`] for a token that is not bound to a key, and
///   [`Reason::WrongConfirmation`] for a token that is bound to another key.
pub fn validate_bound_token<'s>(
    token: impl AsRef<[u8]>,
    proof: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &'s mut [u8],
) -> Result<(Token<'s>, Proof), Error> {
    decide_bound_token(token.as_ref(), proof.as_ref(), keys, policy, rules, time, scratch, None)
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

    /// Like [`validate_bound_token`](validate_bound_token), with the prepared keys.
    /// Admits the key if the token is accepted.
    ///
    /// # Errors
    ///
    /// As for [`validate_bound_token`](validate_bound_token).
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
        let (token, proof) = (token.as_ref(), proof.as_ref());
        let accepted =
            decide_bound_token(token, proof, keys, policy, rules, time, scratch, Some(self))?;
        let (_, proof) = &accepted;
        self.admit(proof);
        Ok(accepted)
    }
}

#[expect(clippy::too_many_arguments, reason = "those of validate_bound_token")]
fn decide_bound_token<'s>(
    token: &[u8],
    proof: &[u8],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    time: Time,
    scratch: &'s mut [u8],
    cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<(Token<'s>, Proof), Error> {
    let proof = decide(proof, &rules.for_access_token(token), time, scratch, cache)?;
    let token =
        validate::validate(token, keys, &policy.require_dpop_key(&proof.key), time, scratch)?;
    Ok((token, proof))
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
    let signed = unverified.signed(rules.algorithms)?;
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
