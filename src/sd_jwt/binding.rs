//! Key binding (sections 4.3 and 7.3): the holder proves that it has the key in `cnf`.

use super::parts::Parts;
use crate::algorithm::{Algorithms, KeyKind};
use crate::base64url;
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, missing, wrong_type};
use crate::digest::Hash;
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason};
use crate::key::proof_key::ProofKey;
use crate::key::verifier;
use crate::limits::{Bounds, MAX_LEEWAY_SECONDS};
use crate::policy::holder_key::HOLDER_KEY;
use crate::policy::{Part, given};
use crate::profile::{kinds, sd_jwt as profile};
use crate::str_list::StrList;
use crate::time::{Present, Time, Window};
use crate::token::header::is_media_type;
use crate::token::{Content, Unverified};
use subtle::{Choice, ConstantTimeEq};

/// The rules of the verifier for the key binding. The presentation has no influence on them.
///
/// Borrows the strings that it compares with; `Copy`.
#[derive(Clone, Copy)]
#[must_use]
pub struct KeyBinding<'a> {
    mode: Mode,
    audience: &'a str,
    nonces: StrList<'a>,
    algorithms: Algorithms,
    window: u32,
    leeway: Option<u32>,
    given_twice: Twice,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Required,
    Allowed,
    Forbidden,
}

impl<'a> KeyBinding<'a> {
    /// Requires a Key Binding JWT. A presentation without it is rejected.
    ///
    /// The `aud` of the Key Binding JWT must be `audience`, and its `nonce` one of those that were
    /// given to the holder for this presentation. It must be signed with one of these asymmetric
    /// algorithms by the key in `cnf`.`jwk`, and issued at most `window` seconds ago.
    ///
    /// A nonce is good once: the caller forgets it afterwards.
    pub fn required(
        audience: &'a str,
        nonces: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        window: u32,
    ) -> Self {
        Self {
            mode: Mode::Required,
            audience,
            nonces: nonces.into(),
            algorithms: algorithms.into(),
            window,
            leeway: None,
            given_twice: Twice::NEVER,
        }
    }

    /// Leaves the key binding to the holder. A Key Binding JWT must fulfil what
    /// [`required`](Self::required) says. A presentation without it is accepted from everyone who
    /// has it, even if the credential is bound to a key.
    ///
    /// The [evidence](crate::Token::evidence) of the token says whether
    /// [`KeyBinding`](crate::Check::KeyBinding) was passed.
    pub fn allowed(
        audience: &'a str,
        nonces: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        window: u32,
    ) -> Self {
        Self { mode: Mode::Allowed, ..Self::required(audience, nonces, algorithms, window) }
    }

    /// Rejects a presentation with a Key Binding JWT, and a credential that is bound to a key.
    pub fn forbidden() -> Self {
        let nothing = Self::required("", StrList::NOT_GIVEN, Algorithms::NONE, 0);
        Self { mode: Mode::Forbidden, ..nothing }
    }

    /// Allows for clocks that differ by this many seconds, at most 600. The default is 0.
    pub const fn allow_leeway(mut self, seconds: u32) -> Self {
        self.given_twice.note(self.leeway.is_some(), Member::Leeway);
        self.leeway = Some(seconds);
        self
    }

    /// Checks that the requirements are complete.
    ///
    /// # Errors
    ///
    /// At [`Stage::Usage`](crate::Stage::Usage), each with the member:
    ///
    /// * [`Reason::PolicyIncomplete`] without an algorithm or a nonce
    /// * [`Reason::PolicyEmpty`] for an empty audience or nonce
    /// * [`Reason::PolicyContradiction`] for an algorithm with a secret, or for a leeway without a
    ///   Key Binding JWT
    /// * [`Reason::PolicyTwice`], [`Reason::LeewayTooLong`]
    /// * [`Reason::AlgorithmNotBuilt`] if no algorithm was built
    pub fn check(&self) -> Result<(), Error> {
        self.given_twice.check()?;
        if self.mode == Mode::Forbidden {
            return given::check_meaningless(&[(self.leeway.is_some(), Member::Leeway)]);
        }
        given::check_algorithms(self.algorithms)?;
        let is_secret = self.algorithms.iter().any(|it| it.key_kind() == KeyKind::Secret);
        given::check_meaningless(&[(is_secret, Member::Algorithm)])?;
        if self.leeway.unwrap_or(0) > MAX_LEEWAY_SECONDS {
            return Err(Error::new(Reason::LeewayTooLong).about(Member::Leeway));
        }
        given::check_text(Some(self.audience), Member::Audience)?;
        given::check_given(self.nonces.is_given(), false, Member::Nonce)?;
        given::check_texts(&self.nonces, Member::Nonce)
    }

    /// Section 7.3 steps 1 and 2.
    pub(super) fn check_presence(&self, is_there: bool) -> Result<(), Error> {
        match (self.mode, is_there) {
            (Mode::Required, false) => Err(Error::new(Reason::KeyBindingMissing)),
            (Mode::Forbidden, true) => Err(Error::new(Reason::KeyBindingUnexpected)),
            _ => Ok(()),
        }
    }

    /// The check of `cnf`.
    pub(super) fn part(&self, is_there: bool) -> &'static Part {
        match (self.mode, is_there) {
            (_, true) => &HOLDER_KEY,
            (Mode::Allowed, false) => &profile::LEFT_TO_HOLDER,
            (_, false) => &profile::UNBOUND,
        }
    }

    /// True if no Key Binding JWT is accepted.
    pub(super) fn is_forbidden(&self) -> bool {
        self.mode == Mode::Forbidden
    }

    /// Checks the Key Binding JWT of a presentation by section 7.3 step 5. `claims` are the
    /// processed payload. Returns the bits in which the hash of the presentation differs, which are
    /// 0.
    ///
    /// # Errors
    ///
    /// As [`validate`](super::validate) says. The caller sets the stage.
    pub(super) fn check_jwt(
        &self,
        parts: &Parts<'_>,
        hash: Hash,
        claims: &Claims<'_>,
        time: Time,
        scratch: &mut [u8],
    ) -> Result<u64, Error> {
        let unverified = Unverified::read_within(parts.binding, scratch, Bounds::LARGEST, false)?;
        let header = unverified.header();
        // Step 5.4.
        let is_binding = |found| is_media_type(found, kinds::KEY_BINDING.header_type);
        if !header.token_type().is_some_and(is_binding) {
            return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
        }
        // Step 5.1. A `jwk` in the header of the Key Binding JWT is ignored.
        let about_key = |reason| Error::new(reason).about(Member::JsonWebKey);
        let key = claims.member("cnf").and_then(|value| value.object()?.member("jwk"));
        let key = key.ok_or(about_key(Reason::ProofKeyMissing))?;
        let key = ProofKey::read(key.object().ok_or(about_key(Reason::KeyMalformed))?)?;
        // Steps 5.2 and 5.3.
        let mut signed = unverified.signed(self.algorithms)?;
        let verified = signed.verify(key.view(), false, verifier::in_software)?;
        verified.steps.check_signature()?;
        let Content::Object { text, records, members } = verified.content else {
            return Err(Error::new(Reason::JsonNotAnObject));
        };
        let claims = Claims::new(text, records, members);
        let registered = {
            let (header, algorithm) = (&verified.header, verified.algorithm);
            RegisteredClaims::read(header, algorithm, claims, false)?
        };
        self.check_transaction(&registered)?;
        let difference = check_hash(parts.presented, hash, &registered)?;
        self.check_time(&registered, time)?;
        Ok(difference)
    }

    /// Step 5.6, section 4.3: `aud` is a single string.
    fn check_transaction(&self, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
        let claim = Member::Audience;
        let audience = registered.claims.member("aud").ok_or(missing(claim))?;
        if audience.string().ok_or(wrong_type(claim))? != self.audience {
            return Err(Error::new(Reason::WrongAudience).about(claim));
        }
        let found = registered.string("nonce", Member::Nonce)?.ok_or(missing(Member::Nonce))?;
        let given = self
            .nonces
            .iter()
            .fold(Choice::from(0), |given, nonce| given | found.as_bytes().ct_eq(nonce.as_bytes()));
        if !bool::from(given) {
            return Err(Error::new(Reason::WrongNonce).about(Member::Nonce));
        }
        Ok(())
    }

    /// Step 5.5. `exp` and `nbf` need not be there. If they are, RFC 7519 sections 4.1.4 and 4.1.5
    /// apply.
    fn check_time(&self, registered: &RegisteredClaims<'_>, time: Time) -> Result<(), Error> {
        let issued_at = registered.issued_at.ok_or(missing(Member::IssuedAt))?;
        let Present::At(now) = time.present()? else {
            // Only the window limits how long the Key Binding JWT can be used.
            return Err(Error::new(Reason::TimeUnavailable));
        };
        let window = Window::around(now, self.leeway.unwrap_or(0));
        window.check_age(issued_at, self.window, Reason::ProofTooOld, Member::IssuedAt)?;
        if registered.expires_at.is_some_and(|date| !date.is_after(window.earliest)) {
            return Err(Error::new(Reason::Expired).about(Member::ExpirationTime));
        }
        if registered.not_before.is_some_and(|date| date.is_after(window.latest)) {
            return Err(Error::new(Reason::NotYetValid).about(Member::NotBefore));
        }
        Ok(())
    }
}

/// Step 5.7, section 4.3.1: `sd_hash` is the hash of the presented characters, in base64url.
fn check_hash(
    presented: &[u8],
    hash: Hash,
    registered: &RegisteredClaims<'_>,
) -> Result<u64, Error> {
    let claim = Member::PresentationHash;
    let found = registered.string("sd_hash", claim)?.ok_or(missing(claim))?;
    let wrong = Error::new(Reason::WrongHash).about(claim);
    let mut bytes = [0; 64];
    let length = base64url::decode_public(found.as_bytes(), &mut bytes).map_err(|_| wrong)?;
    let found = bytes.get(..length).ok_or(wrong)?;
    let expected = hash.digest(presented);
    if !expected.is_same_as(found) {
        return Err(wrong);
    }
    Ok(expected.difference(found))
}

impl core::fmt::Debug for KeyBinding<'_> {
    /// Shows no nonce.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyBinding")
            .field("audience", &self.audience)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
