//! Turns the arguments of `keycard validate` into a policy.

use crate::validate::{Arguments, Profile};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::{
    Algorithm, ClaimRule, KeyKind, KeyTable, OriginalIdToken, Policy, StrList, StrSource,
};
use serde::{Deserialize, Deserializer};

/// The parts of `PATH`, `PATH=VALUE` or `PATH~VALUE`.
pub(crate) struct Rule {
    path: Vec<String>,
    value: Option<(char, String)>,
}

impl Rule {
    pub(crate) fn of(text: &str) -> Result<Self, String> {
        let (path, rest) = match text.starts_with('[') {
            true => {
                let end = text.find(']').ok_or(format!("the path in {text} has no end"))? + 1;
                let names = serde_json::from_str(&text[..end]);
                (names.map_err(|error| format!("{text}: {error}"))?, &text[end..])
            }
            false => {
                let end = text.find(['=', '~']).unwrap_or(text.len());
                (text[..end].split('.').map(str::to_owned).collect(), &text[end..])
            }
        };
        let mut characters = rest.chars();
        let value = match characters.next() {
            None => None,
            Some(sign @ ('=' | '~')) => Some((sign, characters.as_str().to_owned())),
            Some(_) => return Err(format!("neither = nor ~ after the path in {text}")),
        };
        Ok(Self { path, value })
    }

    pub(crate) fn as_rule(&self) -> ClaimRule<'_> {
        let path = StrList::source(self);
        match &self.value {
            None => ClaimRule::present(path),
            Some(('=', value)) => ClaimRule::equals(path, value),
            Some((_, value)) => ClaimRule::contains(path, value),
        }
    }
}

impl StrSource for Rule {
    fn text(&self, index: usize) -> Option<&str> {
        self.path.get(index).map(String::as_str)
    }
}

/// The arguments in the form that a policy borrows.
pub(crate) struct Asked<'a> {
    arguments: &'a Arguments,
    algorithms: Vec<Algorithm>,
    audiences: Vec<&'a str>,
    trusted_audiences: Vec<&'a str>,
    authorized_parties: Vec<&'a str>,
    scopes: Vec<&'a str>,
    markers: Vec<&'a str>,
    clients: Vec<&'a str>,
    contexts: Vec<&'a str>,
    methods: Vec<&'a str>,
    pub(crate) rules: Vec<Rule>,
    user_mark: Option<Rule>,
    original: Option<Original>,
}

/// The content of the file that `--original` names.
#[derive(Deserialize)]
struct Original {
    iss: String,
    sub: String,
    #[serde(deserialize_with = "one_or_many")]
    aud: Vec<String>,
    iat: f64,
    azp: Option<String>,
    auth_time: Option<f64>,
    nonce: Option<String>,
}

fn one_or_many<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Audience {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Audience::deserialize(deserializer)? {
        Audience::One(audience) => vec![audience],
        Audience::Many(audiences) => audiences,
    })
}

impl Original {
    fn of(token: &str) -> Result<Self, String> {
        let payload = token.split('.').nth(1).ok_or("the original ID token is not a token")?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|error| error.to_string())?;
        serde_json::from_slice(&payload).map_err(|error| format!("the original ID token: {error}"))
    }
}

impl StrSource for Original {
    fn text(&self, index: usize) -> Option<&str> {
        self.aud.get(index).map(String::as_str)
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

impl<'a> Asked<'a> {
    pub(crate) fn of(arguments: &'a Arguments, keys: &KeyTable<'_>) -> Result<Self, String> {
        let algorithms = if arguments.algorithms.is_empty() {
            // The user chose the keys, and so accepts the algorithms that they may verify. With
            // secrets and public keys together, it is unclear which of them the user means.
            let of_keys: Vec<Algorithm> =
                keys.view().iter().flat_map(|key| key.algorithms().iter()).collect();
            let secret = |algorithm: &Algorithm| algorithm.key_kind() == KeyKind::Secret;
            if of_keys.iter().any(secret) && !of_keys.iter().all(secret) {
                return Err(
                    "the set has secrets and public keys: name the algorithms with --algorithm"
                        .to_owned(),
                );
            }
            of_keys
        } else {
            arguments.algorithms.clone()
        };
        if algorithms.is_empty() {
            return Err("the set has no key that can verify tokens".to_owned());
        }
        Ok(Self {
            arguments,
            algorithms,
            audiences: texts(&arguments.audience),
            trusted_audiences: texts(&arguments.trust_audience),
            authorized_parties: texts(&arguments.authorized_party),
            scopes: texts(&arguments.scopes),
            markers: texts(&arguments.markers),
            clients: texts(&arguments.clients),
            contexts: texts(&arguments.contexts),
            methods: texts(&arguments.methods),
            rules: arguments.rules.iter().map(|text| Rule::of(text)).collect::<Result<_, _>>()?,
            user_mark: {
                let mark =
                    arguments.require_user.as_ref().or(arguments.marked_without_user.as_ref());
                mark.map(|text| Rule::of(text)).transpose()?
            },
            original: arguments.original.as_deref().map(Original::of).transpose()?,
        })
    }

    pub(crate) fn original(&self) -> Result<OriginalIdToken<'_>, String> {
        let Some(original) = &self.original else {
            return match self.arguments.profile {
                Profile::RefreshedIdToken => Err("give --original".to_owned()),
                _ => Ok(OriginalIdToken::new("", "", StrList::NOT_GIVEN, 0)),
            };
        };
        let seconds = |date: f64| date.floor() as i64;
        let audiences = StrList::source(original);
        let issued_at = seconds(original.iat);
        let mut kept = OriginalIdToken::new(&original.iss, &original.sub, audiences, issued_at);
        if let Some(authorized_party) = &original.azp {
            kept = kept.with_authorized_party(authorized_party);
        }
        if let Some(authenticated_at) = original.auth_time {
            kept = kept.with_authentication_time(seconds(authenticated_at));
        }
        if let Some(nonce) = &original.nonce {
            kept = kept.with_nonce(nonce);
        }
        Ok(kept)
    }

    pub(crate) fn policy<'p>(
        &'p self,
        rules: &'p [ClaimRule<'p>],
        original: &'p OriginalIdToken<'p>,
    ) -> Policy<'p> {
        let arguments = self.arguments;
        let issuer = arguments.issuer.as_deref();
        let audiences = match self.audiences.as_slice() {
            [] => StrList::NOT_GIVEN,
            audiences => StrList::slice(audiences),
        };
        let algorithms = &self.algorithms;
        let mut nonce = arguments.nonce.as_deref();
        let mut policy = match arguments.profile {
            Profile::AccessToken => Policy::access_token(issuer, audiences, algorithms),
            Profile::AccessTokenRfc9068 => {
                Policy::access_token_rfc9068(issuer, audiences, algorithms)
            }
            Profile::IdToken => Policy::id_token(issuer, audiences, algorithms, nonce.take()),
            Profile::RefreshedIdToken => {
                Policy::refreshed_id_token(issuer, audiences, algorithms, original)
            }
            Profile::LogoutToken => Policy::logout_token(issuer, audiences, algorithms),
            Profile::ClientAssertion => Policy::client_assertion(issuer, audiences, algorithms),
            Profile::RequestObject => Policy::request_object(issuer, audiences, algorithms),
            Profile::AuthorizationResponse => {
                Policy::authorization_response(issuer, audiences, algorithms)
            }
            // The subject is added below.
            Profile::Userinfo => Policy::userinfo(issuer, audiences, algorithms, None),
            Profile::IntrospectionResponse => {
                Policy::introspection_response(issuer, audiences, algorithms)
            }
            Profile::SecurityEvent => Policy::security_event(issuer, audiences, algorithms),
            Profile::JwtSvid => Policy::jwt_svid(issuer, audiences, algorithms),
            Profile::TransactionToken => Policy::transaction_token(issuer, audiences, algorithms),
            Profile::WorkloadIdentity => Policy::workload_identity(issuer, audiences, algorithms),
            Profile::StatusList => Policy::status_list(issuer, audiences, algorithms, None),
            Profile::AuthorizationGrant => {
                Policy::authorization_grant(issuer, audiences, algorithms)
            }
            // The client is added below.
            Profile::IdJag => Policy::id_jag(issuer, audiences, algorithms, None),
            Profile::SdJwt => Policy::sd_jwt(issuer, audiences, algorithms),
            Profile::Jwt => Policy::jwt(issuer, audiences, algorithms),
            // An argument that would have no effect is rejected.
            Profile::Jws if issuer.is_some() || audiences.is_given() => {
                Policy::jws(algorithms).without_issuer()
            }
            Profile::Jws => Policy::jws(algorithms),
        };
        policy = match arguments.insecure_leeway {
            Some(seconds) => policy.insecure_allow_leeway(seconds),
            None => policy.allow_leeway(arguments.leeway),
        };
        if arguments.allow_untyped_logout_token {
            policy = policy.allow_untyped_logout_token();
        }
        if let Some(key) = &arguments.dpop_key {
            policy = policy.require_dpop_key(key);
        }
        if let Some(certificate) = &arguments.client_certificate {
            policy = policy.require_client_certificate(certificate);
        }
        if arguments.without_issuer {
            policy = policy.without_issuer();
        }
        if arguments.without_audience {
            policy = policy.without_audience();
        }
        if arguments.without_expiry {
            policy = policy.without_expiry();
        }
        if arguments.nonce_not_sent {
            policy = policy.nonce_not_sent();
        }
        if let Some(template) = &arguments.issuer_template {
            policy = policy.require_issuer_template(template);
        }
        if let Some(claim) = &arguments.scope_from {
            policy = policy.scope_from(claim);
        }
        if let Some(seconds) = arguments.max_lifetime {
            policy = policy.require_max_lifetime(seconds);
        }
        if arguments.reject_issued_in_future {
            policy = policy.reject_issued_in_future();
        }
        if let Some(claim) = &arguments.audience_from {
            policy = policy.audience_from(claim);
        }
        if let Some(nonce) = nonce {
            policy = policy.require_nonce(nonce);
        }
        if !self.trusted_audiences.is_empty() {
            policy = policy.trust_audiences(self.trusted_audiences.as_slice());
        }
        if !self.authorized_parties.is_empty() {
            policy = policy.allow_authorized_parties(self.authorized_parties.as_slice());
        }
        if arguments.any_scope {
            policy = policy.require_any_scope(self.scopes.as_slice());
        } else if !self.scopes.is_empty() {
            policy = policy.require_scopes(self.scopes.as_slice());
        }
        if let Some(claim) = &arguments.client_from {
            policy = policy.client_id_from(claim);
        }
        if !self.clients.is_empty() {
            policy = policy.require_client(self.clients.as_slice());
        }
        policy = match (arguments.reject_user, &self.user_mark) {
            (false, None) => policy,
            (false, Some(mark)) => policy.require_user(mark.as_rule()),
            (true, None) => policy.reject_user(),
            (true, Some(mark)) => policy.reject_user_marked_by(mark.as_rule()),
        };
        if let Some(subject) = &arguments.subject {
            policy = policy.require_subject(subject);
        }
        if !self.contexts.is_empty() {
            policy = policy.require_authentication_context(self.contexts.as_slice());
        }
        if !self.methods.is_empty() {
            policy = policy.require_authentication_methods(self.methods.as_slice());
        }
        if let Some(state) = &arguments.state {
            policy = policy.with_state(state);
        }
        if !self.markers.is_empty() {
            policy = policy.marked_by(self.markers.as_slice());
        }
        if !rules.is_empty() {
            policy = policy.require_rules(rules);
        }
        if let Some(token_type) = &arguments.token_type {
            policy = policy.require_token_type(token_type);
        }
        if let Some(seconds) = arguments.max_token_age {
            policy = policy.require_max_token_age(seconds);
        }
        if let Some(seconds) = arguments.max_age {
            policy = policy.require_max_age(seconds);
        }
        // With a proof, the proof binds it.
        if let Some(access_token) = &arguments.access_token
            && arguments.proof.is_none()
        {
            policy = policy.with_access_token(access_token);
        }
        if let Some(code) = &arguments.code {
            policy = policy.with_code(code);
        }
        policy
    }
}
