//! Checks the client of the token, and whether the token was issued for a user. This separates
//! tokens of the client credentials grant (RFC 6749 section 4.4) from tokens that a user has
//! authorized. No specification defines claims for this, so the caller names them. `sub` alone does
//! not prove a user (RFC 9068 section 5).

use crate::claims::registered::{RegisteredClaims, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::rule::ClaimRule;
use crate::policy::{self, Part, Policy};
use crate::str_list::StrList;

/// The requirements on the client and the user of a token.
#[derive(Clone, Copy)]
pub(crate) struct Client<'a> {
    /// The claim that holds the client ID.
    claim: Option<&'a str>,
    ids: StrList<'a>,
    user: Option<User<'a>>,
}

/// The requirement about the user, with the rule by which such tokens are recognised.
#[derive(Clone, Copy)]
enum User<'a> {
    With(ClaimRule<'a>),
    Without(Option<ClaimRule<'a>>),
}

impl<'a> Policy<'a> {
    /// Names the claim that holds the client ID: `client_id` (RFC 9068 section 2.2), `cid` (Okta),
    /// `azp` or `appid` (Azure, Auth0, Keycloak). No other claim is tried instead: if an issuer
    /// lets clients choose claims, one client could write the ID of another into such a claim.
    pub fn client_id_from(mut self, claim: &'a str) -> Self {
        self.note_twice(self.client.claim.is_some(), Member::ClientId);
        self.client.claim = Some(claim);
        self.with_client()
    }

    /// Requires one of these clients. Needs [`client_id_from`](Self::client_id_from), which names
    /// the claim.
    pub fn require_client(mut self, ids: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.client.ids.is_given(), Member::ClientId);
        self.client.ids = ids.into();
        self.with_client()
    }

    /// Requires a token that was issued for a user: its `sub` is not the client, and it fulfils
    /// `mark`. Only tokens with a user may fulfil `mark` (`uid` of Okta, `idtyp` equal to `user` of
    /// Azure). Needs [`client_id_from`](Self::client_id_from).
    pub fn require_user(self, mark: ClaimRule<'a>) -> Self {
        self.with_or_without(User::With(mark))
    }

    /// Requires a token without a user, as the client credentials grant issues it: `sub` is absent
    /// or the client. Needs [`client_id_from`](Self::client_id_from).
    pub fn reject_user(self) -> Self {
        self.with_or_without(User::Without(None))
    }

    /// Like [`reject_user`](Self::reject_user), for an issuer that writes another `sub` and marks
    /// such tokens by a claim (`gty` equal to `client-credentials` of Auth0, `idtyp` equal to `app`
    /// of Azure).
    pub fn reject_user_marked_by(self, mark: ClaimRule<'a>) -> Self {
        self.with_or_without(User::Without(Some(mark)))
    }

    fn with_or_without(mut self, user: User<'a>) -> Self {
        self.note_twice(self.client.user.is_some(), Member::Subject);
        self.client.user = Some(user);
        self.with_client()
    }

    fn with_client(mut self) -> Self {
        self.parts.client = Some(&PART);
        self
    }
}

static PART: Part = Part { check: |policy| policy.client.check(), check_token };

impl Client<'_> {
    pub(crate) const NOTHING: Self = Self { claim: None, ids: StrList::NOT_GIVEN, user: None };

    fn check(&self) -> Result<(), Error> {
        policy::check_text(self.claim, Member::ClientId)?;
        policy::check_texts(&self.ids, Member::ClientId)?;
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
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let asked = &policy.client;
    let found = registered.string(asked.claim.unwrap_or_default(), Member::ClientId)?;
    let client = required(found, Member::ClientId)?;
    if asked.ids.is_given() {
        if !asked.ids.iter().any(|id| id == client) {
            return Err(Error::new(Reason::WrongClient).about(Member::ClientId));
        }
        evidence.pass(Check::Client);
    }
    let holds = |mark: &ClaimRule<'_>| mark.check_token(&registered.claims).is_ok();
    let as_asked = match &asked.user {
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
