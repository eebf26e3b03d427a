//! The scopes that were granted to a client.

use super::given::{check_given, check_text, check_texts};
use crate::claims::registered::RegisteredClaims;
use crate::claims::scopes::has_blank;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::str_list::StrList;

/// The scopes that a policy requires.
#[derive(Clone, Copy)]
pub(crate) struct RequiredScopes<'a> {
    pub(super) all: StrList<'a>,
    /// True if one of the scopes is enough.
    pub(super) any_is_enough: bool,
    /// The only claim that grants scopes.
    pub(crate) claim: Option<&'a str>,
}

impl RequiredScopes<'_> {
    pub(super) const NOTHING: Self =
        Self { all: StrList::NOT_GIVEN, any_is_enough: false, claim: None };

    pub(super) fn check(&self) -> Result<(), Error> {
        check_given(self.all.is_given(), false, Member::Scope)?;
        self.check_claim()?;
        check_texts(&self.all, Member::Scope)?;
        if self.all.iter().any(has_blank) {
            // RFC 6749 section 3.3: a scope contains no white space, so no token can grant this
            // one.
            return Err(Error::new(Reason::PolicyScope).about(Member::Scope));
        }
        Ok(())
    }

    pub(super) fn check_claim(&self) -> Result<(), Error> {
        check_text(self.claim, Member::Scope)
    }

    /// The named claim is malformed if it has another type. It is then not treated as absent.
    pub(super) fn check_token_claim(&self, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
        let name = self.claim.unwrap_or_default();
        registered.claims.scopes_from(name).map(drop)
    }

    pub(super) fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let claims = &registered.claims;
        let granted = match self.claim {
            Some(name) => claims.scopes_from(name)?,
            None => Some(claims.scopes()?),
        };
        let is_granted = |wanted: &str| granted.as_ref().is_some_and(|it| it.grant(wanted));
        let enough = match self.any_is_enough {
            true => self.all.iter().any(is_granted),
            false => self.all.iter().all(is_granted),
        };
        if !enough {
            return Err(Error::new(Reason::ScopeMissing).about(Member::Scope));
        }
        evidence.pass(Check::Scopes);
        Ok(())
    }
}
