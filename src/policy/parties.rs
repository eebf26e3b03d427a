//! The methods that add a requirement on the user and the login, the client, or the key of the
//! sender.

use super::ages::AGES;
use super::client::User;
use super::rule::ClaimRule;
use super::{Part, Policy};
use crate::error::Member;
use crate::key::thumbprint::Thumbprint;
use crate::str_list::StrList;

static AUTHENTICATION: Part = Part {
    check: |policy| policy.authentication.check(),
    check_token: |policy, registered, evidence| {
        let Policy { authentication, audiences, waived, .. } = policy;
        authentication.check_token(audiences, waived.nonce, registered, evidence)
    },
};

static CLIENT: Part = Part {
    check: |policy| policy.client.check(),
    check_token: |policy, registered, evidence| policy.client.check_token(registered, evidence),
};

static CONFIRMATION: Part = Part {
    check: |_| Ok(()),
    check_token: |policy, registered, evidence| {
        policy.confirmation.check_token(registered, evidence)
    },
};

impl<'a> Policy<'a> {
    /// Requires this `nonce`.
    pub fn require_nonce(mut self, nonce: &'a str) -> Self {
        self.note_twice(self.authentication.nonce.is_some(), Member::Nonce);
        self.authentication.nonce = Some(nonce);
        self.with_authentication()
    }

    /// Accepts these values of `azp`, in place of the audience of the policy. (Google issues tokens
    /// whose `azp` is not in `aud`.) A token without `azp` passes: require it with
    /// [`ClaimRule::present`](crate::ClaimRule::present).
    pub fn allow_authorized_parties(mut self, parties: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.authorized_parties.is_given();
        self.note_twice(given, Member::AuthorizedParty);
        self.authentication.authorized_parties = parties.into();
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    /// Requires `azp` if the token has several audiences (Core section 3.1.3.7 step 4, before
    /// errata set 2).
    pub fn require_authorized_party(mut self) -> Self {
        self.authentication.require_authorized_party = true;
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    /// Requires an `auth_time` that is at most this many seconds ago (`max_age` of the
    /// authentication request), and not in the future.
    pub fn require_max_age(mut self, seconds: u32) -> Self {
        let given = self.authentication.max_age.is_some();
        self.note_twice(given, Member::AuthenticationTime);
        self.authentication.max_age = Some(seconds);
        self.parts.ages = Some(&AGES);
        self.with_authentication()
    }

    /// If the token has `at_hash`, compares it with the hash of the access token that came with the
    /// ID token.
    pub fn with_access_token(mut self, access_token: &'a str) -> Self {
        let given = self.authentication.access_token.is_some();
        self.note_twice(given, Member::AccessTokenHash);
        self.authentication.access_token = Some(access_token);
        self.with_authentication()
    }

    /// If the token has `c_hash`, compares it with the hash of the code that came with the ID
    /// token.
    pub fn with_code(mut self, code: &'a str) -> Self {
        self.note_twice(self.authentication.code.is_some(), Member::CodeHash);
        self.authentication.code = Some(code);
        self.with_authentication()
    }

    /// Requires `at_hash`. Needs [`with_access_token`](Self::with_access_token).
    pub fn require_access_token_hash(mut self) -> Self {
        self.authentication.require_access_token_hash = true;
        self.with_authentication()
    }

    /// Requires `c_hash`. Needs [`with_code`](Self::with_code).
    pub fn require_code_hash(mut self) -> Self {
        self.authentication.require_code_hash = true;
        self.with_authentication()
    }

    /// If the token has `s_hash`, compares it with the hash of the `state` of the authorization
    /// request (Financial-grade API 1.0 part 2 section 5.2.2). See
    /// [`require_state_hash`](Self::require_state_hash).
    pub fn with_state(mut self, state: &'a str) -> Self {
        self.note_twice(self.authentication.state.is_some(), Member::StateHash);
        self.authentication.state = Some(state);
        self.with_authentication()
    }

    /// Requires `s_hash`. Needs [`with_state`](Self::with_state).
    pub fn require_state_hash(mut self) -> Self {
        self.authentication.require_state_hash = true;
        self.with_authentication()
    }

    /// Requires this `sub`: the user of the session, or the `sub` of the other ID token in a hybrid
    /// flow. Both ID tokens have the same `iss` and `sub` (Core section 3.3.3.6).
    pub fn require_subject(mut self, subject: &'a str) -> Self {
        self.note_twice(self.authentication.subject.is_some(), Member::Subject);
        self.authentication.subject = Some(subject);
        self.with_authentication()
    }

    /// Requires one of these authentication context classes in `acr` (Core section 3.1.3.7 step
    /// 12).
    pub fn require_authentication_context(mut self, classes: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.contexts.is_given();
        self.note_twice(given, Member::AuthenticationContext);
        self.authentication.contexts = classes.into();
        self.with_authentication()
    }

    /// Requires all of these authentication methods in `amr` (Core section 2, RFC 8176).
    pub fn require_authentication_methods(mut self, methods: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.methods.is_given();
        self.note_twice(given, Member::AuthenticationMethods);
        self.authentication.methods = methods.into();
        self.with_authentication()
    }

    /// Adds the requirements that every ID token must meet.
    pub(crate) fn with_authentication_of_id_token(mut self) -> Self {
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    fn with_authentication(mut self) -> Self {
        self.parts.authentication = Some(&AUTHENTICATION);
        self
    }
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
        self.parts.client = Some(&CLIENT);
        self
    }
}

impl<'a> Policy<'a> {
    /// Requires a token that is bound by `jkt` to this key, whose DPoP proof came with it (RFC 9449
    /// section 7.1). A token that is not bound by `jkt` is rejected with
    /// [`Reason::TokenNotBound`](crate::Reason::TokenNotBound).
    ///
    /// `dpop::validate_bound_once` calls this with the key of a proof that it has validated.
    pub fn require_dpop_key(mut self, key: &'a Thumbprint) -> Self {
        self.note_twice(self.confirmation.dpop_key.is_some(), Member::Confirmation);
        self.confirmation.dpop_key = Some(key);
        self.parts.confirmation = Some(&CONFIRMATION);
        self
    }

    /// Requires a token that is bound by `x5t#S256` to the client certificate of the mutual TLS
    /// connection. The argument is the SHA-256 of its DER encoding (RFC 8705 section 3). A token
    /// that is not bound by `x5t#S256` is rejected with
    /// [`Reason::TokenNotBound`](crate::Reason::TokenNotBound).
    ///
    /// The TLS stack must have verified the handshake with that certificate; this library cannot.
    pub fn require_client_certificate(mut self, sha256_of_der: &'a Thumbprint) -> Self {
        let given = self.confirmation.client_certificate.is_some();
        self.note_twice(given, Member::Confirmation);
        self.confirmation.client_certificate = Some(sha256_of_der);
        self.parts.confirmation = Some(&CONFIRMATION);
        self
    }
}
