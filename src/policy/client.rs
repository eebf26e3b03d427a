//! Checks the client of the token, and whether the token was issued for a user. This separates
//! tokens of the client credentials grant (RFC 6749 section 4.4) from tokens that a user has
//! authorized. No specification defines claims for this, so the caller names them. `sub` alone does
//! not prove a user (RFC 9068 section 5).

use crate::claims::registered::{RegisteredClaims, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::given;
use crate::policy::rule::ClaimRule;
use crate::str_list::StrList;

/// The requirements on the client and the user of a token.
#[derive(Clone, Copy)]
pub(crate) struct Client<'a> {
    /// The claim that holds the client ID.
    pub(super) claim: Option<&'a str>,
    pub(crate) ids: StrList<'a>,
    pub(super) user: Option<User<'a>>,
}

/// The requirement about the user, with the rule by which such tokens are recognised.
#[derive(Clone, Copy)]
pub(crate) enum User<'a> {
    With(ClaimRule<'a>),
    Without(Option<ClaimRule<'a>>),
}

impl Client<'_> {
    pub(crate) const NOTHING: Self = Self { claim: None, ids: StrList::NOT_GIVEN, user: None };

    pub(super) fn check(&self) -> Result<(), Error> {
        given::check_text(self.claim, Member::ClientId)?;
        given::check_texts(&self.ids, Member::ClientId)?;
        let asked = self.ids.is_given() || self.user.is_some();
        if asked != self.claim.is_some() {
            return Err(Error::new(Reason::PolicyIncomplete).about(Member::ClientId));
        }
        if let Some(User::With(mark) | User::Without(Some(mark))) = self.user
            && mark.is_empty()
        {
            return Err(Error::new(Reason::PolicyEmpty).about(Member::Subject));
        }
        Ok(())
    }

    pub(super) fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let found = registered.string(self.claim.unwrap_or_default(), Member::ClientId)?;
        let client = required(found, Member::ClientId)?;
        if self.ids.is_given() {
            if !self.ids.iter().any(|id| id == client) {
                return Err(Error::new(Reason::WrongClient).about(Member::ClientId));
            }
            evidence.pass(Check::Client);
        }
        let holds = |mark: &ClaimRule<'_>| mark.check_token(&registered.claims).is_ok();
        let as_asked = match &self.user {
            None => return Ok(()),
            Some(User::With(mark)) => {
                // An empty `sub` does not name a user.
                let named = registered.subject.filter(|subject| !subject.is_empty());
                let user = named.is_some_and(|subject| subject != client.as_bytes());
                if user && !holds(mark) {
                    // Name the claim of the rule in the error, not `sub`.
                    return Err(Error::new(Reason::UserMissing).about(mark.claim()));
                }
                user.then_some(()).ok_or(Reason::UserMissing)
            }
            Some(User::Without(mark)) => {
                let alone = registered.subject.is_none_or(|subject| subject == client.as_bytes());
                let marked = mark.as_ref().is_some_and(holds);
                (alone || marked).then_some(()).ok_or(Reason::UserPresent)
            }
        };
        as_asked.map_err(|reason| Error::new(reason).about(Member::Subject))?;
        evidence.pass(Check::User);
        Ok(())
    }
}
