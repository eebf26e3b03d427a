//! The methods that add a requirement on the token itself, or waive one.

use super::ages::AGES;
use super::header::HEADER;
use super::issuer::Issuer;
use super::rule::{ClaimRule, Rules};
use super::{Part, Policy};
use crate::error::Member;
use crate::limits::Bounds;
use crate::str_list::StrList;

static RULES: Part = Part {
    check: |policy| policy.rules.check(),
    check_token: |policy, registered, evidence| policy.rules.check_token(registered, evidence),
};

/// For a policy that requires scopes.
static SCOPES: Part = Part {
    check: |policy| policy.scopes.check(),
    check_token: |policy, registered, evidence| policy.scopes.check_token(registered, evidence),
};

/// For a policy that names the claim that grants scopes, and requires none.
static SCOPE_CLAIM: Part = Part {
    check: |policy| policy.scopes.check_claim(),
    check_token: |policy, registered, _| policy.scopes.check_token_claim(registered),
};

impl<'a> Policy<'a> {
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

    /// Requires this `typ` in the header. It is compared as a media type: ASCII case is ignored,
    /// and `application/` may be left out (RFC 7515 section 4.1.9).
    ///
    /// An ID token, an access token or a plain JWT may then have this `typ`, which its profile
    /// otherwise rejects. The `typ` of another kind of token, such as `logout+jwt`, is a usage
    /// error, but not in a policy for a plain JWT.
    pub fn require_token_type(mut self, token_type: &'a str) -> Self {
        self.note_twice(self.token_type.is_some(), Member::Type);
        self.token_type = Some(token_type);
        self.parts.header = Some(&HEADER);
        self
    }

    /// Requires a header parameter with this string. The parameter is compared after the signature
    /// was verified. For issuers that write the recipient of a token into its header (`signer` of
    /// an AWS load balancer).
    pub fn require_header(mut self, name: &'a str, value: &'a str) -> Self {
        self.note_twice(self.header_parameter.is_some(), Member::HeaderParameter);
        self.header_parameter = Some((name, value));
        self.parts.header = Some(&HEADER);
        self
    }

    /// Accepts base64url with exact padding, as an AWS load balancer writes it. RFC 7515 section 2
    /// allows no padding: with it, the same token has two encodings. So padding is accepted only if
    /// [`require_header`](Self::require_header) names the signer.
    pub const fn allow_padding(mut self) -> Self {
        self.padded = true;
        self.parts.header = Some(&HEADER);
        self
    }

    /// Rejects tokens of more than `characters` with [`TokenTooLong`](crate::Reason::TokenTooLong).
    /// It can only lower [`MAX_TOKEN_BYTES`](crate::limits::MAX_TOKEN_BYTES), never raise it.
    pub fn with_max_token_length(mut self, characters: usize) -> Self {
        self.note_twice(self.bounds.token != Bounds::LARGEST.token, Member::MaxTokenLength);
        self.bounds.token = self.bounds.token.min(characters);
        self
    }

    /// Rejects tokens whose decoded header has more than `bytes` with
    /// [`HeaderTooLong`](crate::Reason::HeaderTooLong). It can only lower
    /// [`MAX_HEADER_BYTES`](crate::limits::MAX_HEADER_BYTES), never raise it.
    pub fn with_max_header_length(mut self, bytes: usize) -> Self {
        self.note_twice(self.bounds.header != Bounds::LARGEST.header, Member::MaxHeaderLength);
        self.bounds.header = self.bounds.header.min(bytes);
        self
    }

    /// Rejects tokens with [`JsonMembers`](crate::Reason::JsonMembers) if an object in the header
    /// or the claims has more than `members`. It can only lower
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
        self.parts.ages = Some(&AGES);
        self
    }

    /// Rejects a token with [`LifetimeTooLong`](crate::error::Reason::LifetimeTooLong) if its `exp`
    /// lies more than this many seconds in the future. So tokens with a long lifetime and dates in
    /// milliseconds are rejected. The leeway is added to the limit. 0 is a usage error, because no
    /// token would pass.
    ///
    /// While the time is not known ([`Time::Unknown`](crate::Time::Unknown)), every token is
    /// rejected.
    pub fn require_max_lifetime(mut self, seconds: u32) -> Self {
        self.note_twice(self.max_lifetime.is_some(), Member::ExpirationTime);
        self.max_lifetime = Some(seconds);
        self.parts.ages = Some(&AGES);
        self
    }

    /// Rejects a token with [`IssuedInFuture`](crate::error::Reason::IssuedInFuture) if its `iat`
    /// lies in the future by more than the leeway. A token without `iat` passes. RFC 7519 section
    /// 4.1.6 does not require this check.
    ///
    /// Recommended if the clock may be behind: a token that is newer than the clock proves that it
    /// is.
    pub const fn reject_issued_in_future(mut self) -> Self {
        self.rejects_issued_in_future = true;
        self.parts.ages = Some(&AGES);
        self
    }

    /// Requires that the claims fulfil all these rules.
    pub fn require_rules(self, rules: &'a [ClaimRule<'a>]) -> Self {
        self.with_any_rules(Rules::Slice(rules))
    }

    pub(crate) fn with_any_rules(mut self, rules: Rules<'a>) -> Self {
        self.note_twice(self.rules.is_given(), Member::Rule(0));
        self.rules = rules;
        self.parts.rules = Some(&RULES);
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
    /// [`PolicyScope`](crate::Reason::PolicyScope).
    pub fn require_scopes(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.scopes.all.is_given(), Member::Scope);
        self.scopes.all = scopes.into();
        self.parts.scopes = Some(&SCOPES);
        self
    }

    /// Requires at least one of these scopes; see [`require_scopes`](Self::require_scopes).
    pub fn require_any_scope(mut self, scopes: impl Into<StrList<'a>>) -> Self {
        self.scopes.any_is_enough = true;
        self.require_scopes(scopes)
    }

    /// Names the only claim that grants scopes, such as `scp`. The policy and
    /// [`Claims::scopes`](crate::Claims::scopes) then ignore all other claims: a token without this
    /// claim grants no scope. The claim may be named even if the policy requires no scope.
    ///
    /// Without this, a token that has both `scope` and `scp` is rejected as
    /// [`Reason::ScopeAmbiguous`](crate::Reason::ScopeAmbiguous): an issuer may grant scopes by one
    /// of the two claims, and let its users write the other.
    pub fn scope_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.scopes.claim.is_some(), Member::Scope);
        self.scopes.claim = Some(claim);
        self.parts.scopes = self.parts.scopes.or(Some(&SCOPE_CLAIM));
        self
    }
}
