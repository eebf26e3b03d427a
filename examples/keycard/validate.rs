//! `keycard validate`.

use crate::{Answer, read_argument};
use clap::{Args, ValueEnum};
use keycard::{
    Algorithm, ClaimRule, Key, KeyRules, KeyTable, Policy, Stage, Texts, Time, Token, scratch_size,
};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The token, or `-` for standard input
    #[arg(default_value = "-")]
    token: String,
    /// A file with the JWK Set of the issuer
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// What kind of token it must be
    #[arg(long, value_enum, default_value_t = Profile::AccessToken)]
    profile: Profile,
    /// The issuer, as it stands in `iss`
    #[arg(long, required_unless_present = "without_issuer")]
    issuer: Option<String>,
    /// An audience that must be in `aud`; the client for an ID token. Repeat for several
    #[arg(long, required_unless_present = "without_audience")]
    audience: Vec<String>,
    /// An algorithm to take. Repeat for several; those of the keys if there is none
    #[arg(long = "algorithm", value_name = "NAME", value_parser = algorithm)]
    algorithms: Vec<Algorithm>,
    /// Seconds since 1970 to take for the present; the clock's if there are none
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    now: Option<i64>,
    /// Seconds by which clocks may differ
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    leeway: u32,
    /// A scope that must have been granted. Repeat for several
    #[arg(long = "scope")]
    scopes: Vec<String>,
    /// The nonce that was sent in the authentication request
    #[arg(long, conflicts_with = "nonce_not_sent")]
    nonce: Option<String>,
    /// The header parameter `typ` that must be there
    #[arg(long = "type")]
    token_type: Option<String>,
    /// A claim that must be there, or be a string: `name`, `realm.name` or `name=value`
    #[arg(long = "require", value_name = "CLAIM")]
    rules: Vec<String>,
    /// Seconds since `iat` at the most
    #[arg(long, value_name = "SECONDS")]
    max_token_age: Option<u32>,
    /// Seconds since `auth_time` at the most
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u32>,
    /// The access token that `at_hash` must fit
    #[arg(long)]
    access_token: Option<String>,
    /// The code that `c_hash` must fit
    #[arg(long)]
    code: Option<String>,
    /// Take tokens of any issuer
    #[arg(long, conflicts_with = "issuer")]
    without_issuer: bool,
    /// Take tokens for any audience
    #[arg(long, conflicts_with = "audience")]
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
    Jwt,
    Jws,
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    Algorithm::from_name(name).ok_or(format!("no algorithm is called {name}"))
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let token = read_argument(&arguments.token)?;
    let jwks = std::fs::read(&arguments.jwks)
        .map_err(|error| format!("{}: {error}", arguments.jwks.display()))?;
    let mut memory = vec![0; jwks.len().max(64)];
    let mut keys = KeyTable::new(&mut memory).map_err(|error| error.to_string())?;
    let mut rules = KeyRules::new();
    if arguments.allow_secrets {
        rules = rules.allow_secrets();
    }
    let report = keys
        .add_jwks_by(&rules, &jwks)
        .map_err(|error| format!("{}: {error}", arguments.jwks.display()))?;
    for refusal in report.refusals() {
        eprintln!(
            "key {} of the set is refused: {}",
            refusal.index,
            refusal.reason.text()
        );
    }
    if report.skipped() > 0 {
        eprintln!(
            "{} keys of the set are skipped: of an unknown kind or use",
            report.skipped()
        );
    }

    let asked = Asked::of(arguments, &keys)?;
    let claim_rules: Vec<ClaimRule<'_>> = asked.rules.iter().map(Rule::as_rule).collect();
    let policy = asked.policy(&claim_rules);
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

fn clock() -> Result<i64, String> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    i64::try_from(since.as_secs()).map_err(|error| error.to_string())
}

fn show(token: &Token<'_>, key: Option<&Key<'_>>) {
    println!("ACCEPTED");
    let id = key
        .and_then(Key::id)
        .map(|id| format!(", kid {id:?}"))
        .unwrap_or_default();
    println!(
        "  verified with {}, key {}{id}",
        token.algorithm(),
        token.key_index()
    );
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
    let mut text = vec![
        0;
        value
            .write_json(&mut [])
            .err()
            .and_then(|e| e.needed())
            .unwrap_or(0)
    ];
    let length = value.write_json(&mut text).unwrap_or(0);
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// `realm.name=value`, divided.
struct Rule<'a> {
    path: Vec<&'a str>,
    value: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn of(text: &'a str) -> Self {
        let (path, value) = match text.split_once('=') {
            Some((path, value)) => (path, Some(value)),
            None => (text, None),
        };
        Self {
            path: path.split('.').collect(),
            value,
        }
    }

    fn as_rule(&self) -> ClaimRule<'_> {
        let path = Texts::slice(&self.path);
        match self.value {
            Some(value) => ClaimRule::equals(path, value),
            None => ClaimRule::present(path),
        }
    }
}

/// The arguments in the form that a policy borrows.
struct Asked<'a> {
    arguments: &'a Arguments,
    algorithms: Vec<Algorithm>,
    audiences: Vec<&'a str>,
    scopes: Vec<&'a str>,
    rules: Vec<Rule<'a>>,
}

impl<'a> Asked<'a> {
    fn of(arguments: &'a Arguments, keys: &KeyTable<'_>) -> Result<Self, String> {
        let algorithms = if arguments.algorithms.is_empty() {
            // The keys are the caller's: what they may verify is what the caller takes. But secrets and
            // public keys together say nothing about which of the two is meant.
            let of_keys: Vec<Algorithm> = keys
                .view()
                .iter()
                .flat_map(|key| key.algorithms().iter())
                .collect();
            let secret = |algorithm: &Algorithm| algorithm.name().starts_with("HS");
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
            audiences: arguments.audience.iter().map(String::as_str).collect(),
            scopes: arguments.scopes.iter().map(String::as_str).collect(),
            rules: arguments.rules.iter().map(|text| Rule::of(text)).collect(),
        })
    }

    fn policy<'p>(&'p self, rules: &'p [ClaimRule<'p>]) -> Policy<'p> {
        let arguments = self.arguments;
        let issuer = arguments.issuer.as_deref();
        let audiences = match self.audiences.as_slice() {
            [] => Texts::NOT_GIVEN,
            audiences => Texts::slice(audiences),
        };
        let algorithms = self.algorithms.as_slice();
        let nonce = arguments.nonce.as_deref();
        let mut policy = match arguments.profile {
            Profile::AccessToken => Policy::access_token(issuer, audiences, algorithms),
            Profile::AccessTokenRfc9068 => {
                Policy::access_token_rfc9068(issuer, audiences, algorithms)
            }
            Profile::IdToken => Policy::id_token(issuer, audiences, algorithms, nonce),
            Profile::Jwt => Policy::jwt(issuer, audiences, algorithms),
            Profile::Jws => Policy::jws(algorithms),
        };
        policy = policy.with_leeway(arguments.leeway);
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
        if let (Some(nonce), true) = (nonce, arguments.profile != Profile::IdToken) {
            policy = policy.require_nonce(nonce);
        }
        if !self.scopes.is_empty() {
            policy = policy.require_scopes(self.scopes.as_slice());
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
