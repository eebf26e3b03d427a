//! The policy: what is asked of a token. A trust row of issuer, audiences, algorithms and profile, to which
//! the keys are added at validation.
//!
//! What must be decided is an argument of the constructor; what may be added is a method. Nothing goes
//! unchecked because it is empty: what is neither given nor waived by name is a usage error, and so is what
//! is present and empty, given twice, or given and waived.

pub(crate) mod issuer;
pub(crate) mod judge;
pub(crate) mod rule;
mod scope;

use crate::algorithm::{Algorithm, Algorithms};
use crate::error::twice::Twice;
use crate::error::{Claim, Error, Reason, Stage};
use crate::limits::{Bounds, MAX_LEEWAY_SECONDS};
use crate::profile::authentication::Authentication;
use crate::profile::client::Client;
use crate::profile::confirmation::Confirmation;
use crate::profile::refreshed_id_token::OriginalIdToken;
use crate::str_list::StrList;
use crate::token::header::is_media_type;
use issuer::Issuer;
use judge::Judge;
use rule::{ClaimRule, Rules};

/// What is asked of a token. Borrows the texts that it compares with; `Copy`. Each method returns the policy with one
/// thing more; nothing can be asked twice, and nothing that means nothing for the kind of token: a validation with such
/// a policy is a usage error.
///
/// Two issuers are two policies, each with its own keys: with the keys of both in one table, the one could
/// sign tokens as the other (RFC 8725 section 3.8).
#[derive(Clone, Copy)]
#[must_use]
pub struct Policy<'a> {
    pub(crate) profile: &'static Profile,
    pub(crate) algorithms: Algorithms,
    pub(crate) issuer: Option<Issuer<'a>>,
    pub(crate) audiences: StrList<'a>,
    pub(crate) audience_claim: Option<&'a str>,
    pub(crate) trusted_audiences: StrList<'a>,
    pub(crate) token_type: Option<&'a str>,
    pub(crate) header_parameter: Option<(&'a str, &'a str)>,
    pub(crate) padded: bool,
    pub(crate) bounds: Bounds,
    pub(crate) rules: Rules<'a>,
    pub(crate) scopes: StrList<'a>,
    /// One of the scopes is enough.
    pub(crate) any_scope: bool,
    /// The one claim that grants scopes.
    pub(crate) scope_claim: Option<&'a str>,
    pub(crate) markers: StrList<'a>,
    pub(crate) leeway: Option<u32>,
    pub(crate) max_token_age: Option<u32>,
    pub(crate) max_lifetime: Option<u32>,
    pub(crate) rejects_issued_in_future: bool,
    pub(crate) authentication: Authentication<'a>,
    pub(crate) confirmation: Confirmation<'a>,
    pub(crate) client: Client<'a>,
    pub(crate) parts: Parts,
    /// What a refreshed ID token is compared with.
    pub(crate) original: Option<&'a OriginalIdToken<'a>>,
    pub(crate) waived: Waivers,
    /// A member that was given twice, which would silently replace what was given first.
    given_twice: Twice,
}

/// What is waived by name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Waivers {
    pub(crate) issuer: bool,
    pub(crate) audience: bool,
    pub(crate) expiry: bool,
    pub(crate) nonce: bool,
    pub(crate) clock: bool,
    pub(crate) leeway_limit: bool,
}

/// A kind of token: what is always asked of it.
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// Whether the payload is claims; otherwise it is opaque.
    pub(crate) has_claims: bool,
    /// What is wrong with a policy of this profile, beyond what is wrong with any.
    pub(crate) check: fn(&Policy<'_>) -> Result<(), Error>,
    /// Judges the claims beyond what is asked of any.
    pub(crate) judge: Judge,
}

/// A part of a policy that many policies do not have.
pub(crate) struct Part {
    /// What is wrong with the part as the policy has it.
    pub(crate) check: fn(&Policy<'_>) -> Result<(), Error>,
    pub(crate) judge: Judge,
}

/// The parts that a policy has. Each is set with its first member, so that who asks for none of it does not link it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Parts {
    pub(crate) rules: Option<&'static Part>,
    pub(crate) scopes: Option<&'static Part>,
    pub(crate) authentication: Option<&'static Part>,
    pub(crate) client: Option<&'static Part>,
    /// Without it, a token that is bound to a key refuses.
    pub(crate) confirmation: Option<&'static Part>,
}

impl core::fmt::Debug for Policy<'_> {
    /// Shows no text of the caller's: a nonce, a code or an access token may be among them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Policy")
            .field("profile", &self.profile.name)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

impl<'a> Policy<'a> {
    pub(crate) fn new(
        profile: &'static Profile,
        issuer: Option<&'a str>,
        audiences: StrList<'a>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self {
            profile,
            algorithms: algorithms.into(),
            issuer: issuer.map(Issuer::Is),
            audiences,
            audience_claim: None,
            trusted_audiences: StrList::NOT_GIVEN,
            token_type: None,
            header_parameter: None,
            padded: false,
            bounds: Bounds::LARGEST,
            rules: Rules::NotGiven,
            scopes: StrList::NOT_GIVEN,
            any_scope: false,
            scope_claim: None,
            markers: StrList::NOT_GIVEN,
            leeway: None,
            max_token_age: None,
            max_lifetime: None,
            rejects_issued_in_future: false,
            authentication: Authentication::NOTHING,
            confirmation: Confirmation::NOTHING,
            client: Client::NOTHING,
            parts: Parts::default(),
            original: None,
            waived: Waivers::default(),
            given_twice: Twice::NEVER,
        }
    }

    /// Takes tokens of any issuer, or of none: for issuers that do not name themselves (SPIFFE), whose
    /// keys are then all that tells them apart. The constructor's issuer must be `None`.
    pub const fn without_issuer(mut self) -> Self {
        self.waived.issuer = true;
        self
    }

    /// Takes tokens of each issuer of this form, such as `https://login.example/{tid}/v2.0`. The claim
    /// that the braces name must be in the token, and be what stands in its `iss` in their place: one or
    /// more letters, digits, `-`, `.`, `_` and `~`. The constructor's issuer must be `None`.
    ///
    /// For providers that sign for many tenants with the same keys (Microsoft Entra). Each tenant is
    /// then trusted: to take only some, add a rule for the claim.
    pub fn with_issuer_template(mut self, template: &'a str) -> Self {
        self.note_twice(self.issuer.is_some(), Claim::Issuer);
        self.issuer = Some(Issuer::like(template));
        self
    }

    /// Takes tokens for any audience, or for none. The constructor's audience must be `None`.
    pub const fn without_audience(mut self) -> Self {
        self.waived.audience = true;
        self
    }

    /// Finds the audience in this claim in place of `aud`: `client_id` in access tokens of Amazon Cognito,
    /// which have no `aud`.
    pub fn audience_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.audience_claim.is_some(), Claim::Audience);
        self.audience_claim = Some(claim);
        self
    }

    /// Takes tokens without `exp`. One that is there is still enforced.
    pub const fn without_expiry(mut self) -> Self {
        self.waived.expiry = true;
        self
    }

    /// Takes tokens while the time is not known ([`Time::Unknown`](crate::Time::Unknown)), unless they
    /// are surely expired. `nbf` is then not checked; a check of any age refuses nevertheless.
    pub const fn without_clock(mut self) -> Self {
        self.waived.clock = true;
        self
    }

    /// Allows for clocks that differ by this many seconds, 600 at the most. The default is 0.
    pub fn with_leeway(mut self, seconds: u32) -> Self {
        self.note_twice(self.leeway.is_some(), Claim::Leeway);
        self.leeway = Some(seconds);
        self
    }

    /// As [`with_leeway`](Self::with_leeway), without an upper bound. An expired token stays good for as
    /// long.
    pub fn insecure_with_leeway(mut self, seconds: u32) -> Self {
        self.waived.leeway_limit = true;
        self.with_leeway(seconds)
    }

    /// The leeway in seconds.
    pub(crate) fn leeway(&self) -> u32 {
        self.leeway.unwrap_or(0)
    }

    /// Asks for this `typ` in the header, compared as a media type: ASCII case does not count, and
    /// `application/` may be left out (RFC 7515 section 4.1.9).
    ///
    /// An ID token and an access token may then have this `typ`, which their kinds reject otherwise. That
    /// of another kind, such as `logout+jwt`, is a usage error.
    pub fn require_token_type(mut self, token_type: &'a str) -> Self {
        self.note_twice(self.token_type.is_some(), Claim::Type);
        self.token_type = Some(token_type);
        self
    }

    /// Asks for a header parameter with this string, compared after the signature: for issuers that bind
    /// a token by its header (`signer` of an AWS load balancer).
    pub fn require_header(mut self, name: &'a str, value: &'a str) -> Self {
        self.note_twice(self.header_parameter.is_some(), Claim::HeaderParameter);
        self.header_parameter = Some((name, value));
        self
    }

    /// Takes base64url that is padded, exactly, as a load balancer of AWS writes it. RFC 7515 section 2 has none, and one
    /// token then has two spellings, so it is taken only from a signer that
    /// [`require_header`](Self::require_header) names.
    pub const fn allow_padding(mut self) -> Self {
        self.padded = true;
        self
    }

    /// Rejects tokens of more than `characters`, as [`TokenTooLong`](Reason::TokenTooLong). Lowers
    /// [`MAX_TOKEN_BYTES`](crate::limits::MAX_TOKEN_BYTES), and never raises it.
    pub fn with_max_token_length(mut self, characters: usize) -> Self {
        self.note_twice(self.bounds.token != Bounds::LARGEST.token, Claim::MaxTokenLength);
        self.bounds.token = self.bounds.token.min(characters);
        self
    }

    /// Rejects tokens whose decoded header has more than `bytes`, as [`HeaderTooLong`](Reason::HeaderTooLong). Lowers
    /// [`MAX_HEADER_BYTES`](crate::limits::MAX_HEADER_BYTES), and never raises it.
    pub fn with_max_header_length(mut self, bytes: usize) -> Self {
        self.note_twice(self.bounds.header != Bounds::LARGEST.header, Claim::MaxHeaderLength);
        self.bounds.header = self.bounds.header.min(bytes);
        self
    }

    /// Rejects tokens with an object of more than `members`, in header or claims, as
    /// [`JsonMembers`](Reason::JsonMembers). Lowers [`MAX_MEMBERS`](crate::limits::MAX_MEMBERS), and never raises it.
    pub fn with_max_members(mut self, members: usize) -> Self {
        self.note_twice(self.bounds.members != Bounds::LARGEST.members, Claim::MaxMembers);
        self.bounds.members = self.bounds.members.min(members);
        self
    }

    /// Asks for an `iat` that is at most this many seconds ago, and not in the future. Without this, `iat` is not
    /// compared with anything.
    pub fn with_max_token_age(mut self, seconds: u32) -> Self {
        self.note_twice(self.max_token_age.is_some(), Claim::IssuedAt);
        self.max_token_age = Some(seconds);
        self
    }

    /// Rejects a token whose `exp` lies more than this many seconds in the future, as
    /// [`Reason::LifetimeTooLong`]: tokens that are good for too long, and those whose issuer wrote
    /// milliseconds. The leeway is added. 0 is a usage error: no token would pass.
    ///
    /// While the time is not known ([`Time::Unknown`](crate::Time::Unknown)), each token is rejected.
    pub fn with_max_lifetime(mut self, seconds: u32) -> Self {
        self.note_twice(self.max_lifetime.is_some(), Claim::ExpirationTime);
        self.max_lifetime = Some(seconds);
        self
    }

    /// Rejects a token whose `iat` lies in the future, as [`Reason::IssuedInFuture`]. The leeway is added.
    /// A token without `iat` passes. RFC 7519 section 4.1.6 leaves `iat` informative.
    ///
    /// Recommended where the clock may be behind: a token that is newer than the clock proves that.
    pub const fn reject_issued_in_future(mut self) -> Self {
        self.rejects_issued_in_future = true;
        self
    }

    /// Asks for what these rules say of claims, all of them.
    pub fn with_rules(self, rules: &'a [ClaimRule<'a>]) -> Self {
        self.with_any_rules(Rules::Slice(rules))
    }

    pub(crate) fn with_any_rules(mut self, rules: Rules<'a>) -> Self {
        self.note_twice(self.rules.is_given(), Claim::Rule(0));
        self.rules = rules;
        self.parts.rules = Some(&rule::PART);
        self
    }

    /// Asks for one scope, which is a word; for several, see [`require_scopes`](Self::require_scopes).
    pub fn require_scope(self, scope: &'a str) -> Self {
        self.require_scopes(StrList::one(scope))
    }

    /// Asks for all of these scopes, each a whole word of `scope` or `scp`, which may be text with spaces
    /// between the words (RFC 6749 section 3.3) or an array of them. One with a blank in it, such as several that were
    /// not taken apart, is [`PolicyContradiction`](Reason::PolicyContradiction).
    pub fn require_scopes(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.scopes.is_given(), Claim::Scope);
        self.scopes = scopes.into();
        self.parts.scopes = Some(&scope::PART);
        self
    }

    /// Asks for one of these scopes at least; see [`require_scopes`](Self::require_scopes).
    pub fn require_any_scope(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.any_scope = true;
        self.require_scopes(scopes)
    }

    /// Names the one claim that grants scopes, such as `scp`. No other is then looked at, here and by
    /// [`Claims::scopes`](crate::Claims::scopes): a token without it grants no scope. Scopes need not be required.
    ///
    /// Without this, a token that has both `scope` and `scp` is rejected as
    /// [`Reason::ScopeAmbiguous`]: an issuer may grant by one, and let its users write the other.
    pub fn scope_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.scope_claim.is_some(), Claim::Scope);
        self.scope_claim = Some(claim);
        self.parts.scopes = self.parts.scopes.or(Some(&scope::CLAIM));
        self
    }

    /// Notes that a member is given that was given before.
    pub(crate) fn note_twice(&mut self, given: bool, claim: Claim) {
        self.given_twice.note(given, claim);
    }

    /// Whether the policy says all that it must, and nothing that contradicts itself.
    ///
    /// # Errors
    ///
    /// At [`Stage::Usage`](crate::Stage::Usage): [`Reason::PolicyIncomplete`], [`Reason::PolicyEmpty`],
    /// [`Reason::PolicyContradiction`], [`Reason::PolicyTwice`], [`Reason::PolicyValue`], each with the
    /// claim or the member; [`Reason::LeewayTooLong`];
    /// [`Reason::AlgorithmNotBuilt`] if none of the algorithms is.
    pub fn check(&self) -> Result<(), Error> {
        check_algorithms(self.algorithms)?;
        self.given_twice.check()?;
        if self.leeway() > MAX_LEEWAY_SECONDS && !self.waived.leeway_limit {
            return Err(Error::new(Reason::LeewayTooLong).about(Claim::Leeway));
        }
        if self.max_lifetime == Some(0) {
            // No token would pass.
            return Err(Error::new(Reason::PolicyEmpty).about(Claim::ExpirationTime));
        }
        check_text(self.token_type, Claim::Type)?;
        if let Some(("", _) | (_, "")) = self.header_parameter {
            return Err(Error::new(Reason::PolicyEmpty).about(Claim::HeaderParameter));
        }
        if self.padded && self.header_parameter.is_none() {
            return Err(Error::new(Reason::PolicyIncomplete).about(Claim::HeaderParameter));
        }
        if self.profile.has_claims {
            let issuer = self.issuer.is_some();
            check_given(issuer, self.waived.issuer, Claim::Issuer)?;
            if let Some(issuer) = self.issuer {
                issuer.check()?;
            }
            let audience = self.audiences.is_given();
            check_given(audience, self.waived.audience, Claim::Audience)?;
            // Nothing would be looked for in it.
            check_meaningless(&[(
                self.waived.audience && self.audience_claim.is_some(),
                Claim::Audience,
            )])?;
            // A token without `exp` has no end, and no bound can hold for it.
            let endless = self.waived.expiry && self.max_lifetime.is_some();
            check_meaningless(&[(endless, Claim::ExpirationTime)])?;
            check_texts(&self.audiences, Claim::Audience)?;
            check_text(self.audience_claim, Claim::Audience)?;
            check_texts(&self.trusted_audiences, Claim::Audience)?;
            check_texts(&self.markers, Claim::Scope)?;
            let Parts { rules, scopes, authentication, client, confirmation } = self.parts;
            for part in [rules, scopes, authentication, client, confirmation].iter().flatten() {
                (part.check)(self)?;
            }
        }
        (self.profile.check)(self)
    }
}

/// `typ` of tokens of one kind each (RFC 9068, Back-Channel Logout 1.0, RFC 9449, RFC 8417, RFC 9701).
const TYPES_OF_KINDS: [&str; 5] =
    ["at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt"];

impl Policy<'_> {
    /// A `typ` that the caller names for a kind of token is not that of another kind (RFC 8725 section
    /// 3.12).
    pub(crate) fn check_type_of_kind(&self, own: &[&str]) -> Result<(), Error> {
        let Some(named) = self.token_type else { return Ok(()) };
        let is = |kind: &&str| is_media_type(named.as_bytes(), kind);
        let foreign = TYPES_OF_KINDS.iter().any(is) && !own.iter().any(is);
        check_meaningless(&[(foreign, Claim::Type)])
    }
}

/// There is an algorithm, and one that was built.
pub(crate) fn check_algorithms(algorithms: Algorithms) -> Result<(), Error> {
    if algorithms.is_empty() {
        return Err(Error::new(Reason::PolicyIncomplete).about(Claim::Algorithm));
    }
    if !algorithms.iter().any(Algorithm::is_built) {
        let not_built = Error::new(Reason::AlgorithmNotBuilt).at_stage(Stage::Usage);
        return Err(not_built.about(Claim::Algorithm));
    }
    Ok(())
}

/// Members that mean nothing for a kind of token must not look as if they were checked.
pub(crate) fn check_meaningless(members: &[(bool, Claim)]) -> Result<(), Error> {
    match members.iter().find(|(given, _)| *given) {
        Some((_, claim)) => Err(Error::new(Reason::PolicyContradiction).about(*claim)),
        None => Ok(()),
    }
}

/// A required member is given or waived, one of the two.
pub(crate) fn check_given(given: bool, waived: bool, claim: Claim) -> Result<(), Error> {
    match (given, waived) {
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(Error::new(Reason::PolicyIncomplete).about(claim)),
        (true, true) => Err(Error::new(Reason::PolicyContradiction).about(claim)),
    }
}

pub(crate) fn check_text(text: Option<&str>, claim: Claim) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::new(Reason::PolicyEmpty).about(claim)),
        _ => Ok(()),
    }
}

pub(crate) fn check_texts(texts: &StrList<'_>, claim: Claim) -> Result<(), Error> {
    let empty = texts.is_given() && texts.get(0).is_none();
    if empty || texts.iter().any(str::is_empty) {
        return Err(Error::new(Reason::PolicyEmpty).about(claim));
    }
    Ok(())
}
