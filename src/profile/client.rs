//! Who the token was issued to, and whether a user stands behind it: what tells a token of the client credentials
//! grant (RFC 6749 section 4.4) from one that a user has authorized. No specification says it in one way, so the
//! caller says which claim means what; `sub` alone never means a user (RFC 9068 section 5).

use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::judge::{Judged, required};
use crate::policy::rule::ClaimRule;
use crate::policy::{self, Part, Policy};
use crate::str_list::StrList;

/// What is asked about the client, and whether a user stands behind the token.
#[derive(Clone, Copy)]
pub(crate) struct Client<'a> {
    /// The claim that names the client.
    claim: Option<&'a str>,
    ids: StrList<'a>,
    user: Option<User<'a>>,
}

/// Whether a user stands behind the token, and what marks that it is so.
#[derive(Clone, Copy)]
enum User<'a> {
    With(ClaimRule<'a>),
    Without(Option<ClaimRule<'a>>),
}

impl<'a> Policy<'a> {
    /// Says which claim names the client: `client_id` (RFC 9068 section 2.2), `cid` (Okta), `azp` or `appid` (Azure,
    /// Auth0, Keycloak). There is no chain of fallbacks: an issuer that lets clients choose claims could be made to
    /// name another one.
    pub fn client_id_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.client.claim.is_some(), Claim::ClientId);
        self.client.claim = Some(claim);
        self.with_client()
    }

    /// Asks for one of these clients. Which claim names it is said with [`client_id_from`](Self::client_id_from).
    pub fn require_client(mut self, ids: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.client.ids.is_given(), Claim::ClientId);
        self.client.ids = ids.into();
        self.with_client()
    }

    /// Asks for a token with a user behind it: its `sub` is not the client, and `mark` holds, which is what only such
    /// tokens of the issuer have (`uid` of Okta, `idtyp` equal to `user` of Azure). Needs
    /// [`client_id_from`](Self::client_id_from).
    pub fn with_user(self, mark: ClaimRule<'a>) -> Self {
        self.with_or_without(User::With(mark))
    }

    /// Asks for a token without a user, as the client credentials grant gives: `sub` is absent or the client. Needs
    /// [`client_id_from`](Self::client_id_from).
    pub fn without_user(self) -> Self {
        self.with_or_without(User::Without(None))
    }

    /// As [`without_user`](Self::without_user), for an issuer that puts something else into `sub` and marks such tokens
    /// (`gty` equal to `client-credentials` of Auth0, `idtyp` equal to `app` of Azure).
    pub fn without_user_marked_by(self, mark: ClaimRule<'a>) -> Self {
        self.with_or_without(User::Without(Some(mark)))
    }

    fn with_or_without(mut self, user: User<'a>) -> Self {
        self.note_twice(self.client.user.is_some(), Claim::Subject);
        self.client.user = Some(user);
        self.with_client()
    }

    fn with_client(mut self) -> Self {
        self.parts.client = Some(&PART);
        self
    }
}

static PART: Part = Part { check: |policy| policy.client.check(), judge };

impl Client<'_> {
    pub(crate) const NOTHING: Self = Self { claim: None, ids: StrList::NOT_GIVEN, user: None };

    fn check(&self) -> Result<(), Error> {
        policy::check_text(self.claim, Claim::ClientId)?;
        policy::check_texts(&self.ids, Claim::ClientId)?;
        let asked = self.ids.is_given() || self.user.is_some();
        if asked != self.claim.is_some() {
            return Err(Error::new(Reason::PolicyIncomplete).about(Claim::ClientId));
        }
        if let Some(User::With(mark) | User::Without(Some(mark))) = self.user
            && mark.is_empty()
        {
            return Err(Error::new(Reason::PolicyEmpty).about(Claim::Subject));
        }
        Ok(())
    }
}

fn judge(policy: &Policy<'_>, judged: &Judged<'_>, evidence: &mut Evidence) -> Result<(), Error> {
    let asked = &policy.client;
    let found = judged.string(asked.claim.unwrap_or_default(), Claim::ClientId)?;
    let client = required(found, Claim::ClientId)?;
    if asked.ids.is_given() {
        if !asked.ids.iter().any(|id| id == client) {
            return Err(Error::new(Reason::WrongClient).about(Claim::ClientId));
        }
        evidence.pass(Check::Client);
    }
    let holds = |mark: &ClaimRule<'_>| mark.judge(&judged.claims).is_ok();
    let as_asked = match &asked.user {
        None => return Ok(()),
        Some(User::With(mark)) => {
            // What is empty names nobody.
            let named = judged.subject.filter(|subject| !subject.is_empty());
            let user = named.is_some_and(|subject| subject != client.as_bytes());
            if user && !holds(mark) {
                // It is the mark that is missing, and not the subject.
                return Err(Error::new(Reason::UserMissing).about(mark.claim()));
            }
            user.then_some(()).ok_or(Reason::UserMissing)
        }
        Some(User::Without(mark)) => {
            let alone = judged.subject.is_none_or(|subject| subject == client.as_bytes());
            let marked = mark.as_ref().is_some_and(holds);
            (alone || marked).then_some(()).ok_or(Reason::UserPresent)
        }
    };
    as_asked.map_err(|reason| Error::new(reason).about(Claim::Subject))?;
    evidence.pass(Check::User);
    Ok(())
}
