//! The requirements for a proof.

use super::description::{DPOP, Description, KeySource, Target, WORKLOAD};
use super::uri::Uri;
use crate::algorithm::{Algorithms, KeyKind};
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason, Stage};
use crate::limits::MAX_LEEWAY_SECONDS;
use crate::policy::{Policy, given};
use crate::profile::kinds::HAS_MORE;
use crate::str_list::StrList;
use core::ptr;

/// The requirements for a proof. Borrows the values that it compares with; `Copy`.
/// [`new`](Self::new) takes the members that every DPoP proof needs. The access token and the nonce
/// must each be given or waived by name. [`workload`](Self::workload) is for another kind of proof.
///
/// The [`limits`](crate::limits) of the library apply to a proof. Lower limits in a policy apply
/// only to the token.
#[derive(Clone, Copy)]
#[must_use]
pub struct ProofRules<'a> {
    description: &'static Description,
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) algorithms: Algorithms,
    pub(super) window: u32,
    leeway: Option<u32>,
    pub(super) access_token: Option<&'a [u8]>,
    without_access_token: bool,
    pub(super) transaction_token: Option<&'a [u8]>,
    without_transaction_token: bool,
    pub(super) nonces: StrList<'a>,
    nonce_not_provided: bool,
    given_twice: Twice,
}

impl<'a> ProofRules<'a> {
    /// Requires a proof for a request with this method to this URI. It must be signed with one of
    /// these asymmetric algorithms, and issued at most `window` seconds ago.
    ///
    /// The method is the one of the request, with unchanged case. The URI is absolute and the one
    /// that the client used. Behind a proxy, the server sees another URI. The comparison ignores
    /// query and fragment, and normalises both URIs (RFC 3986 sections 6.2.2 and 6.2.3):
    /// `https://API.example:443/a/../b` equals `https://api.example/b`. A proof is rejected if its
    /// path has a character that is not allowed in a URI, such as `|`.
    pub fn new(
        method: &'a str,
        uri: &'a str,
        algorithms: impl Into<Algorithms>,
        window: u32,
    ) -> Self {
        Self {
            description: &DPOP,
            method,
            uri,
            algorithms: algorithms.into(),
            window,
            leeway: None,
            access_token: None,
            without_access_token: false,
            transaction_token: None,
            without_transaction_token: false,
            nonces: StrList::NOT_GIVEN,
            nonce_not_provided: false,
            given_twice: Twice::NEVER,
        }
    }

    /// The access token of the request. Its hash must be in `ath` (check 12). For a DPoP proof,
    /// [`validate_bound_once`](super::validate_bound_once) sets it by itself.
    pub fn for_access_token<T: AsRef<[u8]> + ?Sized>(mut self, token: &'a T) -> Self {
        self.given_twice.note(self.access_token.is_some(), Member::ProvenTokenHash);
        self.access_token = Some(token.as_ref());
        self
    }

    /// Says that the request has no access token, because it goes to the token endpoint or the
    /// pushed authorization request endpoint.
    pub const fn without_access_token(mut self) -> Self {
        self.without_access_token = true;
        self
    }

    /// The nonces that were provided to the client. The proof must have one of them, for example
    /// the nonce of this minute or of the minute before (check 10, sections 8 and 9).
    pub fn require_nonce(mut self, nonces: impl Into<StrList<'a>>) -> Self {
        self.given_twice.note(self.nonces.is_given(), Member::Nonce);
        self.nonces = nonces.into();
        self
    }

    /// Says that the client got no nonce. A nonce in the proof is then ignored.
    pub const fn nonce_not_provided(mut self) -> Self {
        self.nonce_not_provided = true;
        self
    }

    /// Allows for clocks that differ by this many seconds, at most 600. The default is 0, but the
    /// clocks of clients are rarely that exact.
    pub const fn allow_leeway(mut self, seconds: u32) -> Self {
        self.given_twice.note(self.leeway.is_some(), Member::Leeway);
        self.leeway = Some(seconds);
        self
    }

    /// Checks that the rules are complete and do not contradict themselves.
    ///
    /// # Errors
    ///
    /// At [`Stage::Usage`], each with the claim or the member:
    ///
    /// * [`Reason::PolicyIncomplete`], [`Reason::PolicyEmpty`], [`Reason::PolicyContradiction`],
    ///   [`Reason::PolicyTwice`]
    /// * [`Reason::UriMalformed`] for a URI that is not absolute
    /// * [`Reason::LeewayTooLong`]
    /// * [`Reason::AlgorithmNotBuilt`] if no algorithm of the rules was built
    pub fn check(&self) -> Result<(), Error> {
        given::check_algorithms(self.algorithms)?;
        if self.algorithms.iter().any(|algorithm| algorithm.key_kind() == KeyKind::Secret) {
            // Check 5: a proof shows its key, so a symmetric key would be public.
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Algorithm));
        }
        self.given_twice.check()?;
        if self.leeway() > MAX_LEEWAY_SECONDS {
            return Err(Error::new(Reason::LeewayTooLong).about(Member::Leeway));
        }
        let description = self.description();
        let check = |is_used, is_given, is_waived, claim| match is_used {
            true => given::check_given(is_given, is_waived, claim),
            false => given::check_meaningless(&[(is_given || is_waived, claim)]),
        };
        let (token, waived) = (self.access_token.is_some(), self.without_access_token);
        check(description.binds_access_token, token, waived, Member::ProvenTokenHash)?;
        if HAS_MORE {
            let (token, waived) =
                (self.transaction_token.is_some(), self.without_transaction_token);
            check(description.binds_others, token, waived, Member::ProvenTokenHash)?;
        }
        let (given, waived) = (self.nonces.is_given(), self.nonce_not_provided);
        check(description.nonce.is_some(), given, waived, Member::Nonce)?;
        let is_request = description.target == Target::Request;
        let no_nonce = self.nonces.is_given() && self.nonces.get(0).is_none();
        for (is_empty, claim) in [
            (is_request && self.method.is_empty(), Member::HttpMethod),
            (self.uri.is_empty(), Member::HttpUri),
            (self.access_token.is_some_and(<[u8]>::is_empty), Member::ProvenTokenHash),
            (
                HAS_MORE && self.transaction_token.is_some_and(<[u8]>::is_empty),
                Member::ProvenTokenHash,
            ),
            (no_nonce || self.nonces.iter().any(str::is_empty), Member::Nonce),
        ] {
            if is_empty {
                return Err(Error::new(Reason::PolicyEmpty).about(claim));
            }
        }
        match is_request {
            true => self.uri().map(|_| ()).map_err(|error| error.at_stage(Stage::Usage)),
            false => Ok(()),
        }
    }

    /// The kind of proof. Without further kinds it is a constant, so that only the checks of DPoP
    /// are linked.
    pub(super) fn description(&self) -> &'static Description {
        match HAS_MORE {
            true => self.description,
            false => &DPOP,
        }
    }

    /// True if a proof by these rules is signed by the key of a token of this policy.
    pub(super) fn is_for(&self, policy: &Policy<'_>) -> bool {
        match self.description().key {
            KeySource::Header => false,
            KeySource::Token(profile) => ptr::eq(policy.profile, profile),
        }
    }

    /// True if the key comes from the token, not from the header of the proof.
    pub(crate) fn takes_key_of_token(&self) -> bool {
        matches!(self.description().key, KeySource::Token(_))
    }

    /// The leeway in seconds.
    pub(super) fn leeway(&self) -> u32 {
        self.leeway.unwrap_or(0)
    }

    pub(super) fn uri(&self) -> Result<Uri<'a>, Error> {
        Uri::read(self.uri).ok_or(Error::new(Reason::UriMalformed).about(Member::HttpUri))
    }
}

/// Proofs of other kinds than DPoP (feature `more-kinds`). Without the feature, they are a usage
/// error.
impl<'a> ProofRules<'a> {
    /// Requires a workload proof token (draft-ietf-wimse-wpt-02) for a request to `target`:
    ///
    /// * `typ` is `wpt+jwt`, and the algorithm is the `alg` of `cnf`.`jwk` in the workload identity
    ///   token, whose key signs the proof
    /// * `aud` is `target`: the URI of the request, compared as in [`new`](Self::new), or another
    ///   name of this service, compared exactly
    /// * `exp` is at most `window` seconds ahead, and `jti` is there
    /// * `wth` is the hash of the workload identity token
    /// * `ath` and `tth` are the hashes of the access token and the transaction token of the
    ///   request: each must be given or waived by name
    /// * `oth` is absent, because no hash of another token is understood
    ///
    /// There is no nonce. Only a call that takes the token and the proof checks such a proof, with
    /// the policy [`Policy::workload_identity`](crate::Policy::workload_identity).
    pub fn workload(target: &'a str, algorithms: impl Into<Algorithms>, window: u32) -> Self {
        Self { description: &WORKLOAD, ..Self::new("", target, algorithms, window) }
    }

    /// The transaction token of the request, from the header `Txn-Token`. Its hash must be in `tth`
    /// of a workload proof token. Another kind of proof cannot have it.
    pub fn for_transaction_token<T: AsRef<[u8]> + ?Sized>(mut self, token: &'a T) -> Self {
        let is_wrong = !HAS_MORE || self.transaction_token.is_some();
        self.given_twice.note(is_wrong, Member::ProvenTokenHash);
        self.transaction_token = Some(token.as_ref());
        self
    }

    /// Says that the request has no transaction token, or that the service never reads it.
    pub const fn without_transaction_token(mut self) -> Self {
        self.without_transaction_token = true;
        self
    }
}

impl core::fmt::Debug for ProofRules<'_> {
    /// Shows neither the access token nor a nonce.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProofRules")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
