//! The checks of OpenID Connect on the user and the login: `nonce`, `azp` and the hashes that bind
//! an ID token to the code and access token beside it (Core sections 3.1.3.6, 3.1.3.7 and
//! 3.3.2.11). `max_age` is checked with the other times.

use crate::base64url;
use crate::claims::Strings;
use crate::claims::registered::{RegisteredClaims, missing, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::given;
use crate::signature;
use crate::str_list::StrList;
use subtle::ConstantTimeEq;

/// The requirements on the user and the login (OpenID Connect Core section 3.1.3.7).
#[derive(Clone, Copy)]
pub(crate) struct Authentication<'a> {
    pub(crate) subject: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    /// True if `azp` is checked. It is checked in every ID token, and in other tokens on request.
    pub(crate) checks_authorized_party: bool,
    pub(crate) authorized_parties: StrList<'a>,
    pub(crate) require_authorized_party: bool,
    pub(crate) contexts: StrList<'a>,
    pub(crate) methods: StrList<'a>,
    pub(crate) max_age: Option<u32>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) require_access_token_hash: bool,
    pub(crate) require_code_hash: bool,
    pub(crate) require_state_hash: bool,
}

impl Authentication<'_> {
    pub(crate) const NOTHING: Self = Self {
        subject: None,
        nonce: None,
        checks_authorized_party: false,
        authorized_parties: StrList::NOT_GIVEN,
        require_authorized_party: false,
        contexts: StrList::NOT_GIVEN,
        methods: StrList::NOT_GIVEN,
        max_age: None,
        access_token: None,
        code: None,
        state: None,
        require_access_token_hash: false,
        require_code_hash: false,
        require_state_hash: false,
    };

    pub(super) fn check(&self) -> Result<(), Error> {
        given::check_text(self.subject, Member::Subject)?;
        given::check_text(self.nonce, Member::Nonce)?;
        given::check_texts(&self.authorized_parties, Member::AuthorizedParty)?;
        given::check_texts(&self.contexts, Member::AuthenticationContext)?;
        given::check_texts(&self.methods, Member::AuthenticationMethods)?;
        for (value, required, claim) in [
            (self.access_token, self.require_access_token_hash, Member::AccessTokenHash),
            (self.code, self.require_code_hash, Member::CodeHash),
            (self.state, self.require_state_hash, Member::StateHash),
        ] {
            given::check_text(value, claim)?;
            // Requiring a hash needs the value over which it is computed.
            if required && value.is_none() {
                return Err(Error::new(Reason::PolicyIncomplete).about(claim));
            }
        }
        Ok(())
    }

    pub(super) fn check_token(
        &self,
        audiences: &StrList<'_>,
        waives_nonce: bool,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        self.check_subject(registered, evidence)?;
        self.check_authorized_party(audiences, registered, evidence)?;
        self.check_nonce(waives_nonce, registered, evidence)?;
        self.check_context(registered, evidence)?;
        self.check_methods(registered, evidence)?;
        let access_token = Hashed {
            name: "at_hash",
            claim: Member::AccessTokenHash,
            check: Check::AccessTokenHash,
            value: self.access_token,
            required: self.require_access_token_hash,
        };
        access_token.check_token(registered, evidence)?;
        let code = Hashed {
            name: "c_hash",
            claim: Member::CodeHash,
            check: Check::CodeHash,
            value: self.code,
            required: self.require_code_hash,
        };
        code.check_token(registered, evidence)?;
        let state = Hashed {
            name: "s_hash",
            claim: Member::StateHash,
            check: Check::StateHash,
            value: self.state,
            required: self.require_state_hash,
        };
        state.check_token(registered, evidence)
    }

    fn check_subject(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let Some(wanted) = self.subject else {
            return Ok(());
        };
        // OpenID Connect Core section 5.7: subjects are compared unchanged.
        if registered.subject.ok_or(missing(Member::Subject))? != wanted.as_bytes() {
            return Err(Error::new(Reason::WrongSubject).about(Member::Subject));
        }
        evidence.pass(Check::Subject);
        Ok(())
    }

    /// Core section 3.1.3.7 step 12.
    fn check_context(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let claim = Member::AuthenticationContext;
        let asked = self.contexts;
        if !asked.is_given() {
            return Ok(());
        }
        let found = registered.string("acr", claim)?.ok_or(missing(claim))?;
        if !asked.iter().any(|class| class == found) {
            return Err(Error::new(Reason::WrongAuthenticationContext).about(claim));
        }
        evidence.pass(Check::AuthenticationContext);
        Ok(())
    }

    fn check_methods(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let claim = Member::AuthenticationMethods;
        let asked = self.methods;
        if !asked.is_given() {
            return Ok(());
        }
        let value = registered.claims.member("amr").ok_or(missing(claim))?;
        // Core section 2: an array of strings, never a single string.
        let used = value.array().and_then(|_| Strings::of(value)).ok_or(wrong_type(claim))?;
        if !asked.iter().all(|method| used.clone().any(|used| used == method)) {
            return Err(Error::new(Reason::AuthenticationMethodMissing).about(claim));
        }
        evidence.pass(Check::AuthenticationMethods);
        Ok(())
    }

    /// Core section 3.1.3.7 steps 4 and 5.
    fn check_authorized_party(
        &self,
        audiences: &StrList<'_>,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let claim = Member::AuthorizedParty;
        if !self.checks_authorized_party {
            return Ok(());
        }
        let Some(found) = registered.string("azp", claim)? else {
            let several = registered.audience.clone().is_some_and(|all| all.count() > 1);
            if self.require_authorized_party && several {
                return Err(missing(claim));
            }
            evidence.find_vacuous(Check::AuthorizedParty);
            return Ok(());
        };
        let parties =
            if self.authorized_parties.is_given() { self.authorized_parties } else { *audiences };
        if !parties.iter().any(|party| party == found) {
            return Err(Error::new(Reason::WrongAuthorizedParty).about(claim));
        }
        evidence.pass(Check::AuthorizedParty);
        Ok(())
    }

    /// Core section 3.1.3.7 step 11.
    fn check_nonce(
        &self,
        waives_nonce: bool,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let Some(sent) = self.nonce else {
            if waives_nonce {
                evidence.waive(Check::Nonce);
            }
            return Ok(());
        };
        let found = registered.string("nonce", Member::Nonce)?;
        let found = found.ok_or(missing(Member::Nonce))?;
        if !bool::from(found.as_bytes().ct_eq(sent.as_bytes())) {
            return Err(Error::new(Reason::WrongNonce).about(Member::Nonce));
        }
        evidence.pass(Check::Nonce);
        Ok(())
    }
}

/// Checks a claim that is the hash of a value that came with the token.
struct Hashed<'a> {
    name: &'static str,
    claim: Member,
    check: Check,
    value: Option<&'a str>,
    required: bool,
}

impl Hashed<'_> {
    /// Core section 3.1.3.6: the claim is base64url of the left half of the hash, by the hash
    /// function of the token's algorithm.
    fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let Some(value) = self.value else {
            return Ok(());
        };
        let Some(found) = registered.string(self.name, self.claim)? else {
            if self.required {
                return Err(missing(self.claim));
            }
            evidence.find_vacuous(self.check);
            return Ok(());
        };
        let wrong = Error::new(Reason::WrongHash).about(self.claim);
        // A hash that cannot be computed cannot be checked, so the token is rejected.
        let half = signature::half_hash(registered.algorithm, value.as_bytes()).ok_or(wrong)?;
        let mut decoded = [0u8; crate::digest::MAX_DIGEST_BYTES];
        let length = base64url::decode_public(found.as_bytes(), &mut decoded).map_err(|_| wrong)?;
        if !half.is_same_as(decoded.get(..length).unwrap_or_default()) {
            return Err(wrong);
        }
        evidence.pass(self.check);
        Ok(())
    }
}
