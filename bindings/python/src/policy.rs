//! Policies. A policy owns its strings; the library borrows them for each validation.

use crate::options::{Given, Texts, options};
use crate::rejection::{misused, rejected};
use keycard::{Algorithms, Reason, Thumbprint};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

options! {
    /// The options of a policy: those of `keycard::Policy`, by the names in `keycard/_policy.py`.
    PolicyOptions {
        algorithms: Algorithms,
        issuer: String,
        issuer_template: String,
        without_issuer: bool,
        audience: Texts,
        audience_claim: String,
        without_audience: bool,
        trusted_audiences: Texts,
        without_expiry: bool,
        without_clock: bool,
        leeway: u32,
        insecure_leeway: u32,
        token_type: String,
        allow_untyped: bool,
        header: (String, String),
        allow_padding: bool,
        max_token_length: u32,
        max_header_length: u32,
        max_members: u32,
        max_token_age: u32,
        max_lifetime: u32,
        reject_issued_in_future: bool,
        rules: Rules,
        scopes: Texts,
        any_scope: Texts,
        scope_claim: String,
        markers: Texts,
        nonce: String,
        nonce_not_sent: bool,
        authorized_parties: Texts,
        require_authorized_party: bool,
        max_age: u32,
        access_token: String,
        require_access_token_hash: bool,
        code: String,
        require_code_hash: bool,
        state: String,
        require_state_hash: bool,
        subject: String,
        authentication_contexts: Texts,
        authentication_methods: Texts,
        client_claim: String,
        clients: Texts,
        require_user: ClaimRule,
        reject_user: bool,
        reject_user_marked_by: ClaimRule,
        original: OriginalIdToken,
        dpop_key: Thumbprint,
        client_certificate: Thumbprint,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    AccessToken,
    AccessTokenRfc9068,
    IdToken,
    RefreshedIdToken,
    LogoutToken,
    ClientAssertion,
    RequestObject,
    AuthorizationResponse,
    Userinfo,
    IntrospectionResponse,
    SecurityEvent,
    JwtSvid,
    TransactionToken,
    WorkloadIdentity,
    StatusList,
    AuthorizationGrant,
    IdJag,
    Jwt,
    Jws,
}

/// The requirements for a token.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Policy {
    pub(crate) content: Arc<PolicyContent>,
}

pub(crate) struct PolicyContent {
    profile: Profile,
    pub(crate) options: PolicyOptions,
}

/// The parts of a policy of the library that are borrowed and are not strings.
pub(crate) struct Parts<'a> {
    rules: Vec<keycard::ClaimRule<'a>>,
    original: Option<keycard::OriginalIdToken<'a>>,
}

/// The values that a single request adds to a policy.
#[derive(Clone, Copy, Default)]
pub(crate) struct Request<'a> {
    pub(crate) dpop_key: Option<&'a Thumbprint>,
    pub(crate) client_certificate: Option<&'a Thumbprint>,
    pub(crate) without_scopes: bool,
}

impl PolicyContent {
    pub(crate) fn parts(&self) -> Parts<'_> {
        let rules = self.options.rules.iter().flat_map(|Rules(rules)| rules);
        let original = self.options.original.as_ref();
        Parts {
            rules: rules.map(ClaimRule::rule).collect(),
            original: original.map(OriginalIdToken::token),
        }
    }

    pub(crate) fn policy<'a>(
        &'a self,
        parts: &'a Parts<'a>,
        request: Request<'a>,
    ) -> keycard::Policy<'a> {
        let options = &self.options;
        let issuer = options.issuer.as_deref();
        let audience = Texts::list(&options.audience);
        let algorithms = options.algorithms.unwrap_or(Algorithms::NONE);
        let mut policy = match (self.profile, &parts.original) {
            (Profile::AccessToken, _) => {
                keycard::Policy::access_token(issuer, audience, algorithms)
            }
            (Profile::AccessTokenRfc9068, _) => {
                keycard::Policy::access_token_rfc9068(issuer, audience, algorithms)
            }
            (Profile::RefreshedIdToken, Some(original)) => {
                keycard::Policy::refreshed_id_token(issuer, audience, algorithms, original)
            }
            (Profile::IdToken | Profile::RefreshedIdToken, _) => {
                keycard::Policy::id_token(issuer, audience, algorithms, None)
            }
            (Profile::LogoutToken, _) => {
                keycard::Policy::logout_token(issuer, audience, algorithms)
            }
            (Profile::ClientAssertion, _) => {
                keycard::Policy::client_assertion(issuer, audience, algorithms)
            }
            (Profile::RequestObject, _) => {
                keycard::Policy::request_object(issuer, audience, algorithms)
            }
            (Profile::AuthorizationResponse, _) => {
                keycard::Policy::authorization_response(issuer, audience, algorithms)
            }
            // The option `subject` is added below.
            (Profile::Userinfo, _) => keycard::Policy::userinfo(issuer, audience, algorithms, None),
            (Profile::IntrospectionResponse, _) => {
                keycard::Policy::introspection_response(issuer, audience, algorithms)
            }
            (Profile::SecurityEvent, _) => {
                keycard::Policy::security_event(issuer, audience, algorithms)
            }
            (Profile::JwtSvid, _) => keycard::Policy::jwt_svid(issuer, audience, algorithms),
            (Profile::TransactionToken, _) => {
                keycard::Policy::transaction_token(issuer, audience, algorithms)
            }
            (Profile::WorkloadIdentity, _) => {
                keycard::Policy::workload_identity(issuer, audience, algorithms)
            }
            (Profile::StatusList, _) => {
                keycard::Policy::status_list(issuer, audience, algorithms, None)
            }
            (Profile::AuthorizationGrant, _) => {
                keycard::Policy::authorization_grant(issuer, audience, algorithms)
            }
            // The option `clients` is added below.
            (Profile::IdJag, _) => keycard::Policy::id_jag(issuer, audience, algorithms, None),
            (Profile::Jwt, _) => keycard::Policy::jwt(issuer, audience, algorithms),
            (Profile::Jws, _) => keycard::Policy::jws(algorithms),
        };
        macro_rules! with {
            ($($option:ident => $method:ident,)*) => {
                $(if let Some(value) = &options.$option {
                    policy = policy.$method(value);
                })*
            };
        }
        macro_rules! with_number {
            ($($option:ident => $method:ident,)*) => {
                $(if let Some(value) = options.$option {
                    policy = policy.$method(value.try_into().unwrap_or_default());
                })*
            };
        }
        macro_rules! with_list {
            ($($option:ident => $method:ident,)*) => {
                $(if options.$option.is_some() {
                    policy = policy.$method(Texts::list(&options.$option));
                })*
            };
        }
        macro_rules! if_set {
            ($($option:ident => $method:ident,)*) => {
                $(if options.$option == Some(true) {
                    policy = policy.$method();
                })*
            };
        }
        with! {
            issuer_template => require_issuer_template,
            audience_claim => audience_from,
            token_type => require_token_type,
            scope_claim => scope_from,
            nonce => require_nonce,
            access_token => with_access_token,
            code => with_code,
            state => with_state,
            subject => require_subject,
            client_claim => client_id_from,
        }
        with_number! {
            leeway => allow_leeway,
            insecure_leeway => insecure_allow_leeway,
            max_token_length => with_max_token_length,
            max_header_length => with_max_header_length,
            max_members => with_max_members,
            max_token_age => require_max_token_age,
            max_lifetime => require_max_lifetime,
            max_age => require_max_age,
        }
        with_list! {
            trusted_audiences => trust_audiences,
            markers => marked_by,
            authorized_parties => allow_authorized_parties,
            authentication_contexts => require_authentication_context,
            authentication_methods => require_authentication_methods,
            clients => require_client,
        }
        if_set! {
            without_issuer => without_issuer,
            without_audience => without_audience,
            without_expiry => without_expiry,
            without_clock => without_clock,
            allow_untyped => allow_untyped_logout_token,
            allow_padding => allow_padding,
            reject_issued_in_future => reject_issued_in_future,
            nonce_not_sent => nonce_not_sent,
            require_authorized_party => require_authorized_party,
            require_access_token_hash => require_access_token_hash,
            require_code_hash => require_code_hash,
            require_state_hash => require_state_hash,
            reject_user => reject_user,
        }
        if let Some((name, value)) = &options.header {
            policy = policy.require_header(name, value);
        }
        if options.rules.is_some() {
            policy = policy.require_rules(&parts.rules);
        }
        if !request.without_scopes {
            if options.scopes.is_some() {
                policy = policy.require_scopes(Texts::list(&options.scopes));
            }
            if options.any_scope.is_some() {
                policy = policy.require_any_scope(Texts::list(&options.any_scope));
            }
        }
        if let Some(mark) = &options.require_user {
            policy = policy.require_user(mark.rule());
        }
        if let Some(mark) = &options.reject_user_marked_by {
            policy = policy.reject_user_marked_by(mark.rule());
        }
        if let Some(key) = request.dpop_key.or(options.dpop_key.as_ref()) {
            policy = policy.require_dpop_key(key);
        }
        let certificate = request.client_certificate.or(options.client_certificate.as_ref());
        if let Some(certificate) = certificate {
            policy = policy.require_client_certificate(certificate);
        }
        policy
    }

    /// Calls `with` with the policy of the library.
    pub(crate) fn lend<R>(
        &self,
        request: Request<'_>,
        with: impl FnOnce(&keycard::Policy<'_>) -> R,
    ) -> R {
        let parts = self.parts();
        with(&self.policy(&parts, request))
    }
}

impl Policy {
    fn new(py: Python<'_>, profile: Profile, options: PolicyOptions) -> PyResult<Self> {
        // These options would be ignored, or change the kind of token.
        let misplaced = [
            (options.allow_untyped == Some(true), Profile::LogoutToken, "allow_untyped"),
            (options.original.is_some(), Profile::RefreshedIdToken, "original"),
        ];
        for (is_given, only_for, name) in misplaced {
            if is_given && profile != only_for {
                return Err(misused(py, Reason::PolicyContradiction, name));
            }
        }
        if profile == Profile::RefreshedIdToken && options.original.is_none() {
            return Err(misused(py, Reason::PolicyIncomplete, "original"));
        }
        if options.algorithms.is_none() {
            return Err(misused(py, Reason::PolicyIncomplete, "algorithms"));
        }
        let content = PolicyContent { profile, options };
        let checked = content.lend(Request::default(), |policy| policy.check());
        checked.map_err(|error| rejected(py, error, None))?;
        Ok(Self { content: Arc::new(content) })
    }

    fn of(py: Python<'_>, profile: Profile, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::new(py, profile, PolicyOptions::default().read(options)?)
    }
}

#[pymethods]
impl Policy {
    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn access_token(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::AccessToken, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn access_token_rfc9068(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::AccessTokenRfc9068, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn id_token(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::IdToken, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn refreshed_id_token(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::RefreshedIdToken, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn logout_token(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::LogoutToken, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn client_assertion(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::ClientAssertion, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn request_object(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::RequestObject, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn authorization_response(
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Self::of(py, Profile::AuthorizationResponse, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn userinfo(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::Userinfo, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn introspection_response(
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Self::of(py, Profile::IntrospectionResponse, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn security_event(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::SecurityEvent, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn jwt_svid(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::JwtSvid, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn transaction_token(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::TransactionToken, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn workload_identity(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::WorkloadIdentity, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn status_list(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::StatusList, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn authorization_grant(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::AuthorizationGrant, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn id_jag(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::IdJag, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn jwt(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::Jwt, options)
    }

    #[staticmethod]
    #[pyo3(signature = (**options))]
    fn jws(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::of(py, Profile::Jws, options)
    }

    /// The same policy with other options.
    #[pyo3(signature = (**options))]
    fn replace(&self, py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::new(py, self.content.profile, self.content.options.clone().read(options)?)
    }

    /// The scopes that the policy requires, for a challenge.
    #[getter]
    fn scopes(&self) -> Vec<String> {
        self.content.scopes()
    }

    /// The issuer, or the template of issuers.
    #[getter]
    fn issuer(&self) -> Option<&str> {
        self.content.issuer()
    }

    fn __repr__(&self) -> String {
        self.content.lend(Request::default(), |policy| format!("<keycard.{policy:?}>"))
    }
}

impl PolicyContent {
    pub(crate) fn scopes(&self) -> Vec<String> {
        let given = self.options.scopes.as_ref().or(self.options.any_scope.as_ref());
        given.map(|Texts(scopes)| scopes.clone()).unwrap_or_default()
    }

    pub(crate) fn issuer(&self) -> Option<&str> {
        self.options.issuer.as_deref().or(self.options.issuer_template.as_deref())
    }
}

/// A requirement for one claim.
#[pyclass(frozen, module = "keycard", from_py_object)]
#[derive(Clone)]
pub(crate) struct ClaimRule {
    path: Texts,
    demand: Demand,
}

#[derive(Clone)]
enum Demand {
    Present,
    Equals(String),
    Contains(String),
}

impl ClaimRule {
    fn rule(&self) -> keycard::ClaimRule<'_> {
        let path = keycard::StrList::source(&self.path);
        match &self.demand {
            Demand::Present => keycard::ClaimRule::present(path),
            Demand::Equals(value) => keycard::ClaimRule::equals(path, value),
            Demand::Contains(value) => keycard::ClaimRule::contains(path, value),
        }
    }
}

#[pymethods]
impl ClaimRule {
    #[staticmethod]
    fn present(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { path: Texts::read(path, "path")?, demand: Demand::Present })
    }

    #[staticmethod]
    fn equals(path: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let demand = Demand::Equals(String::read(value, "value")?);
        Ok(Self { path: Texts::read(path, "path")?, demand })
    }

    #[staticmethod]
    fn contains(path: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let demand = Demand::Contains(String::read(value, "value")?);
        Ok(Self { path: Texts::read(path, "path")?, demand })
    }
}

impl Given for ClaimRule {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        value.extract().map_err(|_| crate::arguments::wrong_type(value, name, "keycard.ClaimRule"))
    }
}

/// A list of rules.
#[derive(Clone)]
pub(crate) struct Rules(Vec<ClaimRule>);

impl Given for Rules {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let rules = value.try_iter()?.map(|rule| ClaimRule::read(&rule?, name));
        rules.collect::<PyResult<_>>().map(Self)
    }
}

/// The values of an original ID token, with which a refreshed one is compared.
#[pyclass(frozen, module = "keycard", from_py_object)]
#[derive(Clone)]
pub(crate) struct OriginalIdToken {
    issuer: String,
    subject: String,
    audience: Texts,
    issued_at: i64,
    authorized_party: Option<String>,
    authentication_time: Option<i64>,
    nonce: Option<String>,
}

impl OriginalIdToken {
    fn token(&self) -> keycard::OriginalIdToken<'_> {
        let audience = keycard::StrList::source(&self.audience);
        let (issuer, subject) = (&self.issuer, &self.subject);
        let mut token = keycard::OriginalIdToken::new(issuer, subject, audience, self.issued_at);
        if let Some(party) = &self.authorized_party {
            token = token.with_authorized_party(party);
        }
        if let Some(time) = self.authentication_time {
            token = token.with_authentication_time(time);
        }
        if let Some(nonce) = &self.nonce {
            token = token.with_nonce(nonce);
        }
        token
    }
}

#[pymethods]
impl OriginalIdToken {
    #[new]
    #[pyo3(signature = (*, issuer, subject, audience, issued_at, authorized_party = None,
        authentication_time = None, nonce = None))]
    fn new(
        issuer: String,
        subject: String,
        audience: &Bound<'_, PyAny>,
        issued_at: i64,
        authorized_party: Option<String>,
        authentication_time: Option<i64>,
        nonce: Option<String>,
    ) -> PyResult<Self> {
        let audience = Texts::read(audience, "audience")?;
        Ok(Self {
            issuer,
            subject,
            audience,
            issued_at,
            authorized_party,
            authentication_time,
            nonce,
        })
    }
}

impl Given for OriginalIdToken {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        value
            .extract()
            .map_err(|_| crate::arguments::wrong_type(value, name, "keycard.OriginalIdToken"))
    }
}
