//! `keycard validate`.

use crate::{Answer, key_file, read_argument};
use clap::{Args, ValueEnum};
use keycard::{
    Algorithm, Claim, ClaimRule, Error, Key, KeyKind, KeyRules, KeyTable, Policy, Reason, Stage,
    TextSource, Texts, Thumbprint, Time, Token, scratch_size,
};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The token, or `-` for standard input
    #[arg(default_value = "-", allow_hyphen_values = true)]
    token: String,
    /// A file with the keys of the issuer: a JWK Set, one JWK, or PEM
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// What kind of token it must be
    #[arg(long, value_enum, default_value_t = Profile::AccessToken)]
    profile: Profile,
    /// The issuer, as it stands in `iss`
    #[arg(long)]
    issuer: Option<String>,
    /// An audience, of which one must be in `aud`; for an ID token, the client. Repeat for several
    #[arg(long)]
    audience: Vec<String>,
    /// The claim in which the audience is, if not `aud`
    #[arg(long, value_name = "CLAIM")]
    audience_from: Option<String>,
    /// An audience that an ID token may have beside the client. Repeat for several
    #[arg(long, value_name = "AUDIENCE")]
    trust_audience: Vec<String>,
    /// A value of `azp` to take in place of the audience. Repeat for several
    #[arg(long, value_name = "CLIENT")]
    authorized_party: Vec<String>,
    /// An algorithm to take. Repeat for several; those of the keys if there is none
    #[arg(long = "algorithm", value_name = "NAME", value_parser = algorithm)]
    algorithms: Vec<Algorithm>,
    /// Seconds since 1970 to take for the present; the clock's if there are none
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    now: Option<i64>,
    /// Seconds by which clocks may differ, 600 at the most
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    leeway: u32,
    /// The same without an upper bound: an expired token stays good for as long
    #[arg(long, value_name = "SECONDS", conflicts_with = "leeway")]
    insecure_leeway: Option<u32>,
    /// A scope that must have been granted. Repeat for several, all of which must
    #[arg(long = "scope", allow_hyphen_values = true)]
    scopes: Vec<String>,
    /// A claim of which one must be there to mark an access token. Repeat for several
    #[arg(long = "marked-by", value_name = "CLAIM")]
    markers: Vec<String>,
    /// The nonce that was sent in the authentication request
    #[arg(long, allow_hyphen_values = true)]
    nonce: Option<String>,
    /// The header parameter `typ` that must be there
    #[arg(long = "type")]
    token_type: Option<String>,
    /// A claim that must be there, be a string, or contain one: `PATH`, `PATH=VALUE` or `PATH~VALUE`. A path is names
    /// with dots between them, or a JSON array of names
    #[arg(long = "require", value_name = "CLAIM")]
    rules: Vec<String>,
    /// Seconds since `iat` at the most
    #[arg(long, value_name = "SECONDS")]
    max_token_age: Option<u32>,
    /// Seconds since `auth_time` at the most
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u32>,
    /// The access token that `at_hash` must fit
    #[arg(long, allow_hyphen_values = true)]
    access_token: Option<String>,
    /// The code that `c_hash` must fit
    #[arg(long, allow_hyphen_values = true)]
    code: Option<String>,
    /// The thumbprint of the key of the DPoP proof that came with the token: see `keycard dpop`
    #[arg(long, value_name = "THUMBPRINT", value_parser = thumbprint, allow_hyphen_values = true)]
    dpop_key: Option<Thumbprint>,
    /// The SHA-256, in base64url, of the DER encoding of the client certificate of the connection
    #[arg(long, value_name = "SHA-256", value_parser = thumbprint, allow_hyphen_values = true)]
    client_certificate: Option<Thumbprint>,
    /// Take logout tokens without a `typ`, or with `JWT`
    #[cfg(feature = "logout")]
    #[arg(long)]
    allow_untyped_logout_token: bool,
    /// Take tokens of any issuer
    #[arg(long)]
    without_issuer: bool,
    /// Take tokens for any audience
    #[arg(long)]
    without_audience: bool,
    /// Take tokens without `exp`
    #[arg(long)]
    without_expiry: bool,
    /// No nonce was sent
    #[arg(long)]
    nonce_not_sent: bool,
    /// Take secrets in the key set: only if nobody else can read or write it
    #[arg(long)]
    allow_secrets: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    AccessToken,
    /// By RFC 9068 and no other
    AccessTokenRfc9068,
    IdToken,
    /// A back-channel logout token
    #[cfg(feature = "logout")]
    #[value(name = "logout")]
    LogoutToken,
    Jwt,
    Jws,
}

fn thumbprint(text: &str) -> Result<Thumbprint, String> {
    Thumbprint::from_text(text).map_err(|error| format!("no SHA-256 in base64url: {error}"))
}

pub(crate) fn algorithm(name: &str) -> Result<Algorithm, String> {
    name.parse().map_err(|_| format!("no algorithm is called {name}"))
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let token = read_argument(&arguments.token)?;
    let mut rules = KeyRules::new();
    if arguments.allow_secrets {
        rules = rules.allow_secrets();
    }
    let mut memory = Vec::new();
    let keys = key_file::load(&arguments.jwks, &rules, &mut memory)?;

    let asked = Asked::of(arguments, &keys)?;
    let claim_rules: Vec<ClaimRule<'_>> = asked.rules.iter().map(Rule::as_rule).collect();
    let policy = asked.policy(&claim_rules);
    policy.check().map_err(|error| explain(&error))?;
    let now = match arguments.now {
        Some(now) => now,
        None => clock()?,
    };
    let mut scratch = vec![0; scratch_size(token.len())];
    match keycard::validate(&token, keys.view(), &policy, Time::At(now), &mut scratch) {
        Ok(token) => {
            let key = keys.view().iter().nth(token.key_index());
            show(&token, key.as_ref());
            Ok(Answer::Yes)
        }
        Err(error) if error.stage() == Stage::Usage => Err(error.to_string()),
        Err(error) => {
            println!("REFUSED  {error}");
            Ok(Answer::No)
        }
    }
}

/// What is wrong with a policy, in the words of the arguments.
fn explain(error: &Error) -> String {
    let hint = match (error.reason(), error.claim()) {
        (Reason::PolicyIncomplete, Some(Claim::Issuer)) => ": give --issuer or --without-issuer",
        (Reason::PolicyIncomplete, Some(Claim::Audience)) => {
            ": give --audience or --without-audience"
        }
        (Reason::PolicyIncomplete, Some(Claim::Nonce)) => ": give --nonce or --nonce-not-sent",
        (Reason::LeewayTooLong, _) => ": see --insecure-leeway",
        (Reason::PolicyContradiction, _) => {
            ": given twice, given and waived, or of no meaning here"
        }
        _ => "",
    };
    format!("{error}{hint}")
}

pub(crate) fn clock() -> Result<i64, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    i64::try_from(since.as_secs()).map_err(|error| error.to_string())
}

fn show(token: &Token<'_>, key: Option<&Key<'_>>) {
    println!("ACCEPTED");
    let id = key.and_then(Key::id).map(|id| format!(", kid {id:?}")).unwrap_or_default();
    println!("  verified with {}, key {}{id}", token.algorithm(), token.key_index());
    let evidence = token.evidence();
    for (what, checks) in [
        ("checked", evidence.passed()),
        ("waived", evidence.waived()),
        ("nothing to check", evidence.vacuous()),
    ] {
        let names: Vec<_> = checks.iter().map(|check| check.name()).collect();
        if !names.is_empty() {
            println!("  {what}: {}", names.join(", "));
        }
    }
    match token.payload() {
        Some(payload) => println!("  payload: {}", String::from_utf8_lossy(payload)),
        None => {
            for (name, value) in token.claims().iter() {
                println!("  {}: {}", name.as_str().unwrap_or_default(), json(&value));
            }
        }
    }
}

fn json(value: &keycard::json::Value<'_>) -> String {
    let mut text = vec![0; value.write_json(&mut []).err().and_then(|e| e.needed()).unwrap_or(0)];
    let length = value.write_json(&mut text).unwrap_or(0);
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// `PATH`, `PATH=VALUE` or `PATH~VALUE`, divided.
struct Rule {
    path: Vec<String>,
    value: Option<(char, String)>,
}

impl Rule {
    fn of(text: &str) -> Result<Self, String> {
        let (path, rest) = match text.starts_with('[') {
            true => {
                let end = text.find(']').ok_or(format!("no end of the path in {text}"))? + 1;
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
            Some(_) => return Err(format!("neither = nor ~ behind the path in {text}")),
        };
        Ok(Self { path, value })
    }

    fn as_rule(&self) -> ClaimRule<'_> {
        let path = Texts::source(self);
        match &self.value {
            None => ClaimRule::present(path),
            Some(('=', value)) => ClaimRule::equals(path, value),
            Some((_, value)) => ClaimRule::contains(path, value),
        }
    }
}

impl TextSource for Rule {
    fn text(&self, index: usize) -> Option<&str> {
        self.path.get(index).map(String::as_str)
    }
}

/// The arguments in the form that a policy borrows.
struct Asked<'a> {
    arguments: &'a Arguments,
    algorithms: Vec<Algorithm>,
    audiences: Vec<&'a str>,
    trusted_audiences: Vec<&'a str>,
    authorized_parties: Vec<&'a str>,
    scopes: Vec<&'a str>,
    markers: Vec<&'a str>,
    rules: Vec<Rule>,
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

impl<'a> Asked<'a> {
    fn of(arguments: &'a Arguments, keys: &KeyTable<'_>) -> Result<Self, String> {
        let algorithms = if arguments.algorithms.is_empty() {
            // The keys are the caller's: what they may verify is what the caller takes. But secrets and
            // public keys together say nothing about which of the two is meant.
            let of_keys: Vec<Algorithm> =
                keys.view().iter().flat_map(|key| key.algorithms().iter()).collect();
            let secret = |algorithm: &Algorithm| algorithm.key_kind() == KeyKind::Secret;
            if of_keys.iter().any(secret) && !of_keys.iter().all(secret) {
                return Err("the set has secrets and public keys: say which --algorithm".to_owned());
            }
            of_keys
        } else {
            arguments.algorithms.clone()
        };
        if algorithms.is_empty() {
            return Err("the set has no key that could verify anything".to_owned());
        }
        Ok(Self {
            arguments,
            algorithms,
            audiences: texts(&arguments.audience),
            trusted_audiences: texts(&arguments.trust_audience),
            authorized_parties: texts(&arguments.authorized_party),
            scopes: texts(&arguments.scopes),
            markers: texts(&arguments.markers),
            rules: arguments.rules.iter().map(|text| Rule::of(text)).collect::<Result<_, _>>()?,
        })
    }

    fn policy<'p>(&'p self, rules: &'p [ClaimRule<'p>]) -> Policy<'p> {
        let arguments = self.arguments;
        let issuer = arguments.issuer.as_deref();
        let audiences = match self.audiences.as_slice() {
            [] => Texts::NOT_GIVEN,
            audiences => Texts::slice(audiences),
        };
        let algorithms = &self.algorithms;
        let mut nonce = arguments.nonce.as_deref();
        let mut policy = match arguments.profile {
            Profile::AccessToken => Policy::access_token(issuer, audiences, algorithms),
            Profile::AccessTokenRfc9068 => {
                Policy::access_token_rfc9068(issuer, audiences, algorithms)
            }
            Profile::IdToken => Policy::id_token(issuer, audiences, algorithms, nonce.take()),
            #[cfg(feature = "logout")]
            Profile::LogoutToken => Policy::logout_token(issuer, audiences, algorithms),
            Profile::Jwt => Policy::jwt(issuer, audiences, algorithms),
            // What is asked in vain is refused like anything else that means nothing here.
            Profile::Jws if issuer.is_some() || audiences.is_given() => {
                Policy::jws(algorithms).without_issuer()
            }
            Profile::Jws => Policy::jws(algorithms),
        };
        policy = match arguments.insecure_leeway {
            Some(seconds) => policy.insecure_with_leeway(seconds),
            None => policy.with_leeway(arguments.leeway),
        };
        #[cfg(feature = "logout")]
        if arguments.allow_untyped_logout_token {
            policy = policy.allow_untyped_logout_token();
        }
        if let Some(key) = &arguments.dpop_key {
            policy = policy.with_dpop_key(key);
        }
        if let Some(certificate) = &arguments.client_certificate {
            policy = policy.with_client_certificate(certificate);
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
            policy = policy.with_authorized_parties(self.authorized_parties.as_slice());
        }
        if !self.scopes.is_empty() {
            policy = policy.require_scopes(self.scopes.as_slice());
        }
        if !self.markers.is_empty() {
            policy = policy.marked_by(self.markers.as_slice());
        }
        if !rules.is_empty() {
            policy = policy.with_rules(rules);
        }
        if let Some(token_type) = &arguments.token_type {
            policy = policy.require_token_type(token_type);
        }
        if let Some(seconds) = arguments.max_token_age {
            policy = policy.with_max_token_age(seconds);
        }
        if let Some(seconds) = arguments.max_age {
            policy = policy.with_max_age(seconds);
        }
        if let Some(access_token) = &arguments.access_token {
            policy = policy.with_access_token(access_token);
        }
        if let Some(code) = &arguments.code {
            policy = policy.with_code(code);
        }
        policy
    }
}
