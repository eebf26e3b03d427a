//! The policy: the requirements for a token. It holds the issuer, audiences, algorithms and
//! profile. The keys are a separate argument of the validation.
//!
//! Required members are arguments of the constructor; optional ones are methods. No check is
//! skipped because a member is empty. A member that is neither given nor waived by name is a usage
//! error. A member that is empty, given twice, or both given and waived is a usage error, too.

pub(crate) mod authentication;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod confirmation;
pub(crate) mod issuer;
pub(crate) mod rule;
mod scope;

use crate::algorithm::{Algorithm, Algorithms};
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason, Stage};
use crate::limits::{Bounds, MAX_LEEWAY_SECONDS};
use crate::profile::refreshed_id_token::OriginalIdToken;
use crate::str_list::StrList;
use crate::token::header::is_media_type;
use authentication::Authentication;
use check::TokenCheck;
use client::Client;
use confirmation::Confirmation;
use issuer::Issuer;
use rule::{ClaimRule, Rules};

/// The requirements for a token. Borrows the strings that it compares with; `Copy`. Each method
/// returns the policy with one more requirement. Validation fails with a usage error if the policy
/// has a requirement twice, or one that has no meaning for the kind of token.
///
/// Use one policy and one key table for each issuer. With the keys of two issuers in one table, one
/// issuer could sign tokens as the other (RFC 8725 section 3.8).
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
    /// True if one of the scopes is enough.
    pub(crate) any_scope: bool,
    /// The only claim that grants scopes.
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
    /// The original ID token, with which a refreshed one is compared.
    pub(crate) original: Option<&'a OriginalIdToken<'a>>,
    pub(crate) waived: Waivers,
    /// The last member that was given twice: the second value would silently replace the first.
    given_twice: Twice,
}

/// The requirements that are waived by name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Waivers {
    pub(crate) issuer: bool,
    pub(crate) audience: bool,
    pub(crate) expiry: bool,
    pub(crate) nonce: bool,
    pub(crate) clock: bool,
    pub(crate) leeway_limit: bool,
}

/// A kind of token, with its fixed requirements.
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// True if the payload consists of claims. Otherwise the payload is opaque.
    pub(crate) has_claims: bool,
    /// Checks the policy for errors of this profile, beyond those of any policy.
    pub(crate) check: fn(&Policy<'_>) -> Result<(), Error>,
    /// Checks the claims beyond the requirements for any token.
    pub(crate) check_token: TokenCheck,
}

/// An optional part of a policy.
pub(crate) struct Part {
    /// Checks this part of the policy for errors.
    pub(crate) check: fn(&Policy<'_>) -> Result<(), Error>,
    pub(crate) check_token: TokenCheck,
}

/// The optional parts of a policy. A part is set together with its first member. So a program that
/// uses no member of a part does not link its code.
#[derive(Clone, Copy, Default)]
pub(crate) struct Parts {
    pub(crate) rules: Option<&'static Part>,
    pub(crate) scopes: Option<&'static Part>,
    pub(crate) authentication: Option<&'static Part>,
    pub(crate) client: Option<&'static Part>,
    /// Without this part, a token that is bound to a key is rejected.
    pub(crate) confirmation: Option<&'static Part>,
}

impl core::fmt::Debug for Policy<'_> {
    /// Hides all strings: a nonce, a code or an access token may be among them.
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

    /// Accepts tokens of any issuer, and tokens without `iss`. For issuers that write no `iss`
    /// (SPIFFE): only the keys then tell such issuers apart. The constructor's issuer must be
    /// `None`.
    pub const fn without_issuer(mut self) -> Self {
        self.waived.issuer = true;
        self
    }

    /// Accepts tokens of each issuer of this form, such as `https://login.example/{tid}/v2.0`. The
    /// token must have the claim that is named in the braces. In `iss`, the value of that claim
    /// must stand in place of the braces. The value is one or more letters, digits, `-`, `.`, `_`
    /// and `~`. The constructor's issuer must be `None`.
    ///
    /// For providers that sign for many tenants with the same keys (Microsoft Entra). Every tenant
    /// is then trusted. To accept only some tenants, add a rule for the claim.
    pub fn require_issuer_template(mut self, template: &'a str) -> Self {
        self.note_twice(self.issuer.is_some(), Member::Issuer);
        self.issuer = Some(Issuer::like(template));
        self
    }

    /// Accepts tokens for any audience, and tokens without an audience. The constructor's audience
    /// must be `None`.
    pub const fn without_audience(mut self) -> Self {
        self.waived.audience = true;
        self
    }

    /// Reads the audience from this claim in place of `aud`: `client_id` in access tokens of Amazon
    /// Cognito, which have no `aud`.
    pub fn audience_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.audience_claim.is_some(), Member::Audience);
        self.audience_claim = Some(claim);
        self
    }

    /// Accepts tokens without `exp`. The `exp` of a token that has one is still checked.
    pub const fn without_expiry(mut self) -> Self {
        self.waived.expiry = true;
        self
    }

    /// Accepts tokens while the time is not known ([`Time::Unknown`](crate::Time::Unknown)), unless
    /// they are certainly expired. `nbf` is then not checked. If the policy limits an age, the
    /// token is still rejected.
    pub const fn without_clock(mut self) -> Self {
        self.waived.clock = true;
        self
    }

    /// Allows for clocks that differ by this many seconds, at most 600. The default is 0.
    pub fn allow_leeway(mut self, seconds: u32) -> Self {
        self.note_twice(self.leeway.is_some(), Member::Leeway);
        self.leeway = Some(seconds);
        self
    }

    /// Like [`allow_leeway`](Self::allow_leeway), without an upper bound. An expired token stays
    /// valid for the whole leeway.
    pub fn insecure_allow_leeway(mut self, seconds: u32) -> Self {
        self.waived.leeway_limit = true;
        self.allow_leeway(seconds)
    }

    /// The leeway in seconds.
    pub(crate) fn leeway(&self) -> u32 {
        self.leeway.unwrap_or(0)
    }

    /// Requires this `typ` in the header. It is compared as a media type: ASCII case is ignored,
    /// and `application/` may be left out (RFC 7515 section 4.1.9).
    ///
    /// An ID token or an access token may then have this `typ`, which its profile otherwise
    /// rejects. The `typ` of another kind of token, such as `logout+jwt`, is a usage error.
    pub fn require_token_type(mut self, token_type: &'a str) -> Self {
        self.note_twice(self.token_type.is_some(), Member::Type);
        self.token_type = Some(token_type);
        self
    }

    /// Requires a header parameter with this string. The parameter is compared after the signature
    /// was verified. For issuers that write the recipient of a token into its header (`signer` of
    /// an AWS load balancer).
    pub fn require_header(mut self, name: &'a str, value: &'a str) -> Self {
        self.note_twice(self.header_parameter.is_some(), Member::HeaderParameter);
        self.header_parameter = Some((name, value));
        self
    }

    /// Accepts base64url with exact padding, as an AWS load balancer writes it. RFC 7515 section 2
    /// allows no padding: with it, the same token has two encodings. So padding is accepted only if
    /// [`require_header`](Self::require_header) names the signer.
    pub const fn allow_padding(mut self) -> Self {
        self.padded = true;
        self
    }

    /// Rejects tokens of more than `characters` with [`TokenTooLong`](Reason::TokenTooLong). It can
    /// only lower [`MAX_TOKEN_BYTES`](crate::limits::MAX_TOKEN_BYTES), never raise it.
    pub fn with_max_token_length(mut self, characters: usize) -> Self {
        self.note_twice(self.bounds.token != Bounds::LARGEST.token, Member::MaxTokenLength);
        self.bounds.token = self.bounds.token.min(characters);
        self
    }

    /// Rejects tokens whose decoded header has more than `bytes` with
    /// [`HeaderTooLong`](Reason::HeaderTooLong). It can only lower
    /// [`MAX_HEADER_BYTES`](crate::limits::MAX_HEADER_BYTES), never raise it.
    pub fn with_max_header_length(mut self, bytes: usize) -> Self {
        self.note_twice(self.bounds.header != Bounds::LARGEST.header, Member::MaxHeaderLength);
        self.bounds.header = self.bounds.header.min(bytes);
        self
    }

    /// Rejects tokens with [`JsonMembers`](Reason::JsonMembers) if an object in the header or the
    /// claims has more than `members`. It can only lower
    /// [`MAX_MEMBERS`](crate::limits::MAX_MEMBERS), never raise it.
    pub fn with_max_members(mut self, members: usize) -> Self {
        self.note_twice(self.bounds.members != Bounds::LARGEST.members, Member::MaxMembers);
        self.bounds.members = self.bounds.members.min(members);
        self
    }

    /// Requires an `iat` that is at most this many seconds ago, and not in the future. Without
    /// this, `iat` is not checked.
    pub fn require_max_token_age(mut self, seconds: u32) -> Self {
        self.note_twice(self.max_token_age.is_some(), Member::IssuedAt);
        self.max_token_age = Some(seconds);
        self
    }

    /// Rejects a token with [`Reason::LifetimeTooLong`] if its `exp` lies more than this many
    /// seconds in the future. So tokens with a long lifetime and dates in milliseconds are
    /// rejected. The leeway is added to the limit. 0 is a usage error, because no token would pass.
    ///
    /// While the time is not known ([`Time::Unknown`](crate::Time::Unknown)), every token is
    /// rejected.
    pub fn require_max_lifetime(mut self, seconds: u32) -> Self {
        self.note_twice(self.max_lifetime.is_some(), Member::ExpirationTime);
        self.max_lifetime = Some(seconds);
        self
    }

    /// Rejects a token with [`Reason::IssuedInFuture`] if its `iat` lies in the future by more than
    /// the leeway. A token without `iat` passes. RFC 7519 section 4.1.6 does not require this
    /// check.
    ///
    /// Recommended if the clock may be behind: a token that is newer than the clock proves that it
    /// is.
    pub const fn reject_issued_in_future(mut self) -> Self {
        self.rejects_issued_in_future = true;
        self
    }

    /// Requires that the claims fulfil all these rules.
    pub fn require_rules(self, rules: &'a [ClaimRule<'a>]) -> Self {
        self.with_any_rules(Rules::Slice(rules))
    }

    pub(crate) fn with_any_rules(mut self, rules: Rules<'a>) -> Self {
        self.note_twice(self.rules.is_given(), Member::Rule(0));
        self.rules = rules;
        self.parts.rules = Some(&rule::PART);
        self
    }

    /// Requires one scope, which is a single word. For several scopes, see
    /// [`require_scopes`](Self::require_scopes).
    pub fn require_scope(self, scope: &'a str) -> Self {
        self.require_scopes(StrList::one(scope))
    }

    /// Requires all of these scopes. Each is compared with whole words of `scope` or `scp`. That
    /// claim is a string of words with spaces between them (RFC 6749 section 3.3), or an array of
    /// words. A scope that contains white space, such as several scopes in one string, is
    /// [`PolicyScope`](Reason::PolicyScope).
    pub fn require_scopes(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.scopes.is_given(), Member::Scope);
        self.scopes = scopes.into();
        self.parts.scopes = Some(&scope::PART);
        self
    }

    /// Requires at least one of these scopes; see [`require_scopes`](Self::require_scopes).
    pub fn require_any_scope(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.any_scope = true;
        self.require_scopes(scopes)
    }

    /// Names the only claim that grants scopes, such as `scp`. The policy and
    /// [`Claims::scopes`](crate::Claims::scopes) then ignore all other claims: a token without this
    /// claim grants no scope. The claim may be named even if the policy requires no scope.
    ///
    /// Without this, a token that has both `scope` and `scp` is rejected as
    /// [`Reason::ScopeAmbiguous`]: an issuer may grant scopes by one of the two claims, and let its
    /// users write the other.
    pub fn scope_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.scope_claim.is_some(), Member::Scope);
        self.scope_claim = Some(claim);
        self.parts.scopes = self.parts.scopes.or(Some(&scope::CLAIM));
        self
    }

    /// Records that `claim` is given twice, if it was `given` before.
    pub(crate) fn note_twice(&mut self, given: bool, claim: Member) {
        self.given_twice.note(given, claim);
    }

    /// Checks that the policy is complete and does not contradict itself.
    ///
    /// # Errors
    ///
    /// At [`Stage::Usage`](crate::Stage::Usage), each with the claim or the member:
    ///
    /// * [`Reason::PolicyIncomplete`], [`Reason::PolicyEmpty`], [`Reason::PolicyContradiction`],
    ///   [`Reason::PolicyTwice`], [`Reason::PolicyValue`]
    /// * [`Reason::PolicyScope`] for a scope that contains white space
    /// * [`Reason::LeewayTooLong`]
    /// * [`Reason::AlgorithmNotBuilt`] if no algorithm of the policy was built
    pub fn check(&self) -> Result<(), Error> {
        check_algorithms(self.algorithms)?;
        self.given_twice.check()?;
        if self.leeway() > MAX_LEEWAY_SECONDS && !self.waived.leeway_limit {
            return Err(Error::new(Reason::LeewayTooLong).about(Member::Leeway));
        }
        if self.max_lifetime == Some(0) {
            // No token would pass.
            return Err(Error::new(Reason::PolicyEmpty).about(Member::ExpirationTime));
        }
        check_text(self.token_type, Member::Type)?;
        if let Some(("", _) | (_, "")) = self.header_parameter {
            return Err(Error::new(Reason::PolicyEmpty).about(Member::HeaderParameter));
        }
        if self.padded && self.header_parameter.is_none() {
            return Err(Error::new(Reason::PolicyIncomplete).about(Member::HeaderParameter));
        }
        if self.profile.has_claims {
            let issuer = self.issuer.is_some();
            check_given(issuer, self.waived.issuer, Member::Issuer)?;
            if let Some(issuer) = self.issuer {
                issuer.check()?;
            }
            let audience = self.audiences.is_given();
            check_given(audience, self.waived.audience, Member::Audience)?;
            // If the audience is waived, the policy must not name a claim for it.
            check_meaningless(&[(
                self.waived.audience && self.audience_claim.is_some(),
                Member::Audience,
            )])?;
            // A token without `exp` never expires, so it always exceeds a maximum lifetime.
            let endless = self.waived.expiry && self.max_lifetime.is_some();
            check_meaningless(&[(endless, Member::ExpirationTime)])?;
            check_texts(&self.audiences, Member::Audience)?;
            check_text(self.audience_claim, Member::Audience)?;
            check_texts(&self.trusted_audiences, Member::Audience)?;
            check_texts(&self.markers, Member::Scope)?;
            let Parts { rules, scopes, authentication, client, confirmation } = self.parts;
            for part in [rules, scopes, authentication, client, confirmation].iter().flatten() {
                (part.check)(self)?;
            }
        }
        (self.profile.check)(self)
    }
}

/// The `typ` values that each belong to one kind of token (RFC 9068, Back-Channel Logout 1.0, RFC
/// 9449, RFC 8417, RFC 9701).
const TYPES_OF_KINDS: [&str; 5] =
    ["at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt"];

impl Policy<'_> {
    /// Rejects a policy whose `typ` belongs to another kind of token (RFC 8725 section 3.12).
    pub(crate) fn check_type_of_kind(&self, own: &[&str]) -> Result<(), Error> {
        let Some(named) = self.token_type else { return Ok(()) };
        let is = |kind: &&str| is_media_type(named.as_bytes(), kind);
        let foreign = TYPES_OF_KINDS.iter().any(is) && !own.iter().any(is);
        check_meaningless(&[(foreign, Member::Type)])
    }
}

/// Rejects an empty set of algorithms, and one of which no algorithm was built.
pub(crate) fn check_algorithms(algorithms: Algorithms) -> Result<(), Error> {
    if algorithms.is_empty() {
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::Algorithm));
    }
    if !algorithms.iter().any(Algorithm::is_built) {
        let not_built = Error::new(Reason::AlgorithmNotBuilt).at_stage(Stage::Usage);
        return Err(not_built.about(Member::Algorithm));
    }
    Ok(())
}

/// Rejects members that have no meaning for a kind of token. Without this error a caller could
/// believe that they are checked.
pub(crate) fn check_meaningless(members: &[(bool, Member)]) -> Result<(), Error> {
    match members.iter().find(|(given, _)| *given) {
        Some((_, claim)) => Err(Error::new(Reason::PolicyContradiction).about(*claim)),
        None => Ok(()),
    }
}

/// Rejects a required member that is neither given nor waived, or that is both.
pub(crate) fn check_given(given: bool, waived: bool, claim: Member) -> Result<(), Error> {
    match (given, waived) {
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(Error::new(Reason::PolicyIncomplete).about(claim)),
        (true, true) => Err(Error::new(Reason::PolicyContradiction).about(claim)),
    }
}

pub(crate) fn check_text(text: Option<&str>, claim: Member) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::new(Reason::PolicyEmpty).about(claim)),
        _ => Ok(()),
    }
}

pub(crate) fn check_texts(texts: &StrList<'_>, claim: Member) -> Result<(), Error> {
    let empty = texts.is_given() && texts.get(0).is_none();
    if empty || texts.iter().any(str::is_empty) {
        return Err(Error::new(Reason::PolicyEmpty).about(claim));
    }
    Ok(())
}
