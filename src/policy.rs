//! The policy: the requirements for a token. It holds the issuer, audiences, algorithms and
//! profile. The keys are a separate argument of the validation.
//!
//! Required members are arguments of the constructor; optional ones are methods. No check is
//! skipped because a member is empty. A member that is neither given nor waived by name is a usage
//! error. A member that is empty, given twice, or both given and waived is a usage error, too.

mod ages;
pub(crate) mod authentication;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod confirmation;
pub(crate) mod given;
mod header;
pub(crate) mod holder_key;
pub(crate) mod issuer;
pub(crate) mod original;
mod parties;
mod requirements;
pub(crate) mod rule;
mod scope;

use crate::algorithm::Algorithms;
use crate::claims::registered::RegisteredClaims;
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason};
use crate::evidence::Evidence;
use crate::limits::{Bounds, MAX_LEEWAY_SECONDS};
use crate::str_list::StrList;
use crate::time::Window;
use crate::token::header::Header;
use authentication::Authentication;
use client::Client;
use confirmation::Confirmation;
use given::{check_algorithms, check_given, check_meaningless, check_text, check_texts};
use issuer::Issuer;
use original::OriginalIdToken;
use rule::Rules;
use scope::RequiredScopes;

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
    pub(crate) scopes: RequiredScopes<'a>,
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

/// Checks the requirements of a profile or of an optional part of a policy.
pub(crate) type TokenCheck =
    fn(&Policy<'_>, &RegisteredClaims<'_>, &mut Evidence) -> Result<(), Error>;

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

/// The checks of the header. The policy holds a reference to them, so that a program without these
/// requirements does not link them.
pub(crate) struct HeaderRules {
    /// Checks these members of the policy for errors.
    check: fn(&Policy<'_>) -> Result<(), Error>,
    check_token: fn(&Policy<'_>, &Header<'_>, &mut Evidence) -> Result<(), Error>,
}

/// The checks of ages. The policy holds a reference to them, so that a program without these
/// requirements does not link them.
pub(crate) struct Ages {
    /// Checks these members of the policy for errors.
    check: fn(&Policy<'_>) -> Result<(), Error>,
    /// Checks that the token has the required claims.
    check_claims: fn(&Policy<'_>, &RegisteredClaims<'_>) -> Result<(), Error>,
    /// Checks the claims at a time. `None` if the time is not known.
    check_token:
        fn(&Policy<'_>, &RegisteredClaims<'_>, Option<&Window>, &mut Evidence) -> Result<(), Error>,
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
    pub(crate) header: Option<&'static HeaderRules>,
    pub(crate) ages: Option<&'static Ages>,
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
            scopes: RequiredScopes::NOTHING,
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

    /// The leeway in seconds.
    pub(crate) fn leeway(&self) -> u32 {
        self.leeway.unwrap_or(0)
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
        if let Some(part) = self.parts.header {
            (part.check)(self)?;
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
            check_texts(&self.audiences, Member::Audience)?;
            check_text(self.audience_claim, Member::Audience)?;
            check_texts(&self.trusted_audiences, Member::Audience)?;
            check_texts(&self.markers, Member::Scope)?;
            let Parts { rules, scopes, authentication, client, confirmation, ages, .. } =
                self.parts;
            if let Some(part) = ages {
                (part.check)(self)?;
            }
            for part in [rules, scopes, authentication, client, confirmation].iter().flatten() {
                (part.check)(self)?;
            }
        }
        (self.profile.check)(self)
    }
}
