//! `keycard validate`.

use crate::answer::Answer;
use crate::asked::{Asked, Rule};
use crate::key_binding::KeyBindingArguments;
use crate::key_file::{self, KeyFile};
use crate::rejection::Rejection;
use crate::{date, keys, read_argument};
use clap::{Args, ValueEnum};
use keycard::dpop::{self, ProofRules};
use keycard::{
    Algorithm, Checks, ClaimRule, Error, Key, KeyKind, KeyRules, KeyTable, Member, Policy, Reason,
    Stage, Thumbprint, Time, Token, scratch_size, sd_jwt,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The token, or `-` for standard input
    #[arg(default_value = "-")]
    pub(crate) token: String,
    /// A file with the keys of the issuer: a JWK Set, one JWK, PEM or DER, or certificates that you
    /// trust
    #[arg(long, visible_alias = "keys", value_name = "FILE", help_heading = "Keys")]
    pub(crate) jwks: PathBuf,
    /// The kind of token
    #[arg(long, value_enum, default_value_t = Profile::AccessToken, help_heading = "Requirements for the token")]
    pub(crate) profile: Profile,
    /// The issuer, as it stands in `iss`
    #[arg(long, help_heading = "Requirements for the token")]
    pub(crate) issuer: Option<String>,
    /// The form of the issuer, with a claim of the token in place of its `{name}`:
    /// `https://login.example/{tid}/v2.0`
    #[arg(
        long,
        value_name = "TEMPLATE",
        conflicts_with = "issuer",
        help_heading = "Requirements for the token"
    )]
    pub(crate) issuer_template: Option<String>,
    /// An audience; for an ID token, the client. Repeat for several, one of which must be in `aud`
    #[arg(long, help_heading = "Requirements for the token")]
    pub(crate) audience: Vec<String>,
    /// The claim that contains the audience, if not `aud`
    #[arg(long, value_name = "CLAIM", help_heading = "Requirements for the token")]
    pub(crate) audience_from: Option<String>,
    /// An audience that an ID token may have in addition to the client. Repeat for several
    #[arg(long, value_name = "AUDIENCE", help_heading = "Requirements for the token")]
    pub(crate) trust_audience: Vec<String>,
    /// A value of `azp` to accept in place of the audience. Repeat for several
    #[arg(long, value_name = "CLIENT", help_heading = "Requirements for the token")]
    pub(crate) authorized_party: Vec<String>,
    /// An algorithm to accept. Repeat for several; the algorithms of the keys by default
    #[arg(long = "algorithm", value_name = "NAME", value_parser = algorithm, help_heading = "Keys")]
    pub(crate) algorithms: Vec<Algorithm>,
    /// The time to use, in seconds since 1970; the system clock by default
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, help_heading = "Time")]
    pub(crate) now: Option<i64>,
    /// The maximum clock difference in seconds, at most 600
    #[arg(long, value_name = "SECONDS", default_value_t = 0, help_heading = "Time")]
    pub(crate) leeway: u32,
    /// The same without an upper limit: an expired token stays valid for that time
    #[arg(long, value_name = "SECONDS", conflicts_with = "leeway", help_heading = "Time")]
    pub(crate) insecure_leeway: Option<u32>,
    /// A scope that must have been granted. Repeat for several, all of which must
    #[arg(long = "scope", allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) scopes: Vec<String>,
    /// One of the scopes is enough
    #[arg(long, requires = "scopes", help_heading = "Requirements for the token")]
    pub(crate) any_scope: bool,
    /// The claim with the scopes, `scope` or `scp`, for tokens that have both
    #[arg(long, value_name = "CLAIM", help_heading = "Requirements for the token")]
    pub(crate) scope_from: Option<String>,
    /// The claim that names the client
    #[arg(long, value_name = "CLAIM", help_heading = "Requirements for the token")]
    pub(crate) client_from: Option<String>,
    /// A client that the token may be issued to. Repeat for several
    #[arg(long = "client", help_heading = "Requirements for the token")]
    pub(crate) clients: Vec<String>,
    /// Require a token for a user, which has this claim: written as for --require
    #[arg(
        long,
        value_name = "CLAIM",
        requires = "client_from",
        help_heading = "Requirements for the token"
    )]
    pub(crate) require_user: Option<String>,
    /// Reject tokens for a user
    #[arg(
        long,
        requires = "client_from",
        conflicts_with = "require_user",
        help_heading = "Requirements for the token"
    )]
    pub(crate) reject_user: bool,
    /// The claim that marks a token without a user, with any `sub`: as for --require
    #[arg(
        long,
        value_name = "CLAIM",
        requires = "reject_user",
        help_heading = "Requirements for the token"
    )]
    pub(crate) marked_without_user: Option<String>,
    /// The subject, as it stands in `sub`
    #[arg(long, help_heading = "Requirements for the token")]
    pub(crate) subject: Option<String>,
    /// An authentication context class, of which one must be in `acr`. Repeat for several
    #[arg(long = "acr", value_name = "CLASS", help_heading = "Requirements for the token")]
    pub(crate) contexts: Vec<String>,
    /// An authentication method that must be in `amr`. Repeat for several, all of which must
    #[arg(long = "amr", value_name = "METHOD", help_heading = "Requirements for the token")]
    pub(crate) methods: Vec<String>,
    /// The state that `s_hash` must fit
    #[arg(long, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) state: Option<String>,
    /// The ID token of the original authentication, for the profile refreshed-id-token. It was
    /// validated when it was issued, and is not validated again
    #[arg(long, value_name = "TOKEN", help_heading = "Requirements for the token")]
    pub(crate) original: Option<String>,
    /// A claim that marks an access token. Repeat for several, one of which must be present
    #[arg(long = "marked-by", value_name = "CLAIM", help_heading = "Requirements for the token")]
    pub(crate) markers: Vec<String>,
    /// The nonce that was sent in the authentication request
    #[arg(long, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) nonce: Option<String>,
    /// The required header parameter `typ`
    #[arg(long = "type", help_heading = "Requirements for the token")]
    pub(crate) token_type: Option<String>,
    /// A claim that must be present, equal a string, or contain one: `PATH`, `PATH=VALUE` or
    /// `PATH~VALUE`. A path is names separated by dots, or a JSON array of names
    #[arg(long = "require", value_name = "CLAIM", help_heading = "Requirements for the token")]
    pub(crate) rules: Vec<String>,
    /// The maximum number of seconds since `iat`
    #[arg(long, value_name = "SECONDS", help_heading = "Time")]
    pub(crate) max_token_age: Option<u32>,
    /// The maximum number of seconds until `exp`: rejects dates in milliseconds too
    #[arg(long, value_name = "SECONDS", help_heading = "Time")]
    pub(crate) max_lifetime: Option<u32>,
    /// Reject tokens with an `iat` in the future
    #[arg(long, help_heading = "Time")]
    pub(crate) reject_issued_in_future: bool,
    /// The maximum number of seconds since `auth_time`
    #[arg(long, value_name = "SECONDS", help_heading = "Time")]
    pub(crate) max_age: Option<u32>,
    /// The access token that `at_hash`, or `ath` of the proof, must fit
    #[arg(long, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) access_token: Option<String>,
    /// The code that `c_hash` must fit
    #[arg(long, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) code: Option<String>,
    /// The thumbprint of the key of the DPoP proof that came with the token: see `keycard dpop`
    #[arg(long, value_name = "THUMBPRINT", value_parser = thumbprint, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) dpop_key: Option<Thumbprint>,
    /// The workload proof token that came with a workload identity token. Its use is not recorded
    #[arg(
        long,
        value_name = "PROOF",
        requires = "target",
        allow_hyphen_values = true,
        help_heading = "Requirements for the token"
    )]
    pub(crate) proof: Option<String>,
    /// The target of the proof: the URI of the request
    #[arg(
        long,
        value_name = "URI",
        requires = "proof",
        help_heading = "Requirements for the token"
    )]
    pub(crate) target: Option<String>,
    /// The transaction token of the request, which `tth` of the proof must fit
    #[arg(
        long,
        value_name = "TOKEN",
        requires = "proof",
        allow_hyphen_values = true,
        help_heading = "Requirements for the token"
    )]
    pub(crate) transaction_token: Option<String>,
    /// The maximum number of seconds until `exp` of the proof
    #[arg(long, value_name = "SECONDS", default_value_t = 60, help_heading = "Time")]
    pub(crate) window: u32,
    /// The SHA-256, in base64url, of the DER encoding of the client certificate of the connection
    #[arg(long, value_name = "SHA-256", value_parser = thumbprint, allow_hyphen_values = true, help_heading = "Requirements for the token")]
    pub(crate) client_certificate: Option<Thumbprint>,
    /// Accept logout tokens without a `typ`, or with `JWT`
    #[arg(long, help_heading = "Waivers")]
    pub(crate) allow_untyped_logout_token: bool,
    /// Accept tokens of any issuer
    #[arg(long, help_heading = "Waivers")]
    pub(crate) without_issuer: bool,
    /// Accept tokens for any audience
    #[arg(long, help_heading = "Waivers")]
    pub(crate) without_audience: bool,
    /// Accept tokens without `exp`
    #[arg(long, help_heading = "Waivers")]
    pub(crate) without_expiry: bool,
    /// No nonce was sent
    #[arg(long, help_heading = "Waivers")]
    pub(crate) nonce_not_sent: bool,
    #[command(flatten)]
    pub(crate) binding: KeyBindingArguments,
    #[command(flatten)]
    pub(crate) permissions: key_file::Permissions,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    AccessToken,
    /// By RFC 9068 and no other
    AccessTokenRfc9068,
    IdToken,
    /// One that came with a refresh: see --original
    RefreshedIdToken,
    /// A back-channel logout token
    #[value(name = "logout")]
    LogoutToken,
    /// A JWT by which a client authenticates: --issuer is the client, --audience the authorization
    /// server; needs --max-lifetime
    ClientAssertion,
    /// A signed authorization request: --issuer is the client
    RequestObject,
    /// A signed authorization response: --audience is the client
    AuthorizationResponse,
    /// A signed response of the userinfo endpoint: needs --subject
    Userinfo,
    /// A signed answer that a token is active: needs --max-token-age
    IntrospectionResponse,
    /// A security event token
    SecurityEvent,
    /// A JWT-SVID: --issuer is the trust domain, spiffe://…
    JwtSvid,
    /// A workload identity token, with --proof: --issuer is the trust domain, wimse://… or
    /// spiffe://…
    WorkloadIdentity,
    /// A transaction token: --audience is the trust domain
    TransactionToken,
    /// A status list token: --subject is the uri of the list
    StatusList,
    /// A JWT that a client exchanges for an access token: --audience is the authorization server;
    /// needs --max-lifetime
    AuthorizationGrant,
    /// A grant of an identity provider, oauth-id-jag+jwt: also needs --client
    IdJag,
    /// The presentation of an SD-JWT: needs --kb-audience and --kb-nonce, or --without-key-binding
    SdJwt,
    Jwt,
    Jws,
}

fn thumbprint(text: &str) -> Result<Thumbprint, String> {
    Thumbprint::from_text(text).map_err(|error| format!("not a SHA-256 in base64url: {error}"))
}

pub(crate) fn algorithm(name: &str) -> Result<Algorithm, String> {
    name.parse().map_err(|_| format!("unknown algorithm {name}"))
}

/// All built asymmetric algorithms, which a proof may have.
pub(crate) fn asymmetric() -> Vec<Algorithm> {
    let all = Algorithm::ALL.iter().copied();
    all.filter(|it| it.is_built() && it.key_kind() != KeyKind::Secret).collect()
}

impl Arguments {
    /// The rules for the keys. The keys of JWT-SVIDs have a `use` of their own (SPIFFE JWT-SVID
    /// section 6.1).
    pub(crate) fn key_rules(&self) -> KeyRules<'static> {
        match self.profile {
            Profile::JwtSvid => KeyRules::new().allow_use("jwt-svid"),
            _ => KeyRules::new(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    answer(arguments, &read_argument(&arguments.token)?, as_json)
}

/// The answer about a token.
pub(crate) fn answer(arguments: &Arguments, text: &str, as_json: bool) -> Result<Answer, String> {
    answer_by(arguments, &KeyFile::read(&arguments.jwks)?, text, as_json)
}

/// The answer about a token, with the keys of `file`.
pub(crate) fn answer_by(
    arguments: &Arguments,
    file: &KeyFile<'_>,
    text: &str,
    as_json: bool,
) -> Result<Answer, String> {
    let mut memory = Vec::new();
    let keys = arguments.permissions.load(file, &arguments.key_rules(), &mut memory)?;
    under_policy(arguments, &keys, |policy, now| {
        let proof = arguments.proof.as_deref().unwrap_or_default();
        let for_presentation = sd_jwt::scratch_size(text.len(), text.matches('~').count());
        let mut scratch = vec![0; for_presentation + scratch_size(proof.len())];
        let verdict = match arguments.profile {
            Profile::SdJwt if arguments.proof.is_some() => {
                return Err("a proof has no meaning for an SD-JWT: see --kb-nonce".to_owned());
            }
            Profile::SdJwt => {
                let binding = &arguments.binding;
                let time = Time::At(now);
                let leeway = arguments.leeway;
                binding.validate(text, keys.view(), policy, leeway, time, &mut scratch)?
            }
            _ => {
                arguments.binding.check_absent()?;
                judge(arguments, text, &keys, policy, now, &mut scratch)
            }
        };
        match verdict {
            Ok(token) => {
                let key = keys.view().iter().nth(token.key_index());
                Ok(accepted(&token, key.as_ref(), now, as_json))
            }
            Err(error) if error.stage() == Stage::Usage => Err(error.to_string()),
            Err(error) => {
                Ok(Rejection::of(error, arguments, text, keys.view(), now).answer(as_json))
            }
        }
    })
}

/// Validates a token, with its proof if there is one.
fn judge<'s>(
    arguments: &Arguments,
    text: &str,
    keys: &KeyTable<'_>,
    policy: &Policy<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<Token<'s>, Error> {
    let (keys, time) = (keys.view(), Time::At(now));
    let Some((proof, target)) = arguments.proof.as_ref().zip(arguments.target.as_ref()) else {
        return keycard::validate(text, keys, policy, time, scratch);
    };
    let mut rules = ProofRules::workload(target, &asymmetric(), arguments.window)
        .allow_leeway(arguments.leeway);
    rules = match &arguments.access_token {
        Some(token) => rules.for_access_token(token),
        None => rules.without_access_token(),
    };
    rules = match &arguments.transaction_token {
        Some(token) => rules.for_transaction_token(token),
        None => rules.without_transaction_token(),
    };
    let bound = dpop::validate_bound_token(text, proof, keys, policy, &rules, time, scratch);
    bound.map(|(token, _)| token)
}

/// Calls `then` with the policy that the arguments ask for, and with the time.
pub(crate) fn under_policy<T>(
    arguments: &Arguments,
    keys: &KeyTable<'_>,
    then: impl FnOnce(&Policy<'_>, i64) -> Result<T, String>,
) -> Result<T, String> {
    let asked = Asked::of(arguments, keys)?;
    let claim_rules: Vec<ClaimRule<'_>> = asked.rules.iter().map(Rule::as_rule).collect();
    let original = asked.original()?;
    let policy = asked.policy(&claim_rules, &original);
    policy.check().map_err(|error| explain(&error))?;
    let now = match arguments.now {
        Some(now) => now,
        None => clock()?,
    };
    then(&policy, now)
}

/// Explains an error of the policy in terms of the arguments.
fn explain(error: &Error) -> String {
    let hint = match (error.reason(), error.member()) {
        (Reason::PolicyIncomplete, Some(Member::Issuer)) => ": give --issuer or --without-issuer",
        (Reason::PolicyIncomplete, Some(Member::Audience)) => {
            ": give --audience or --without-audience"
        }
        (Reason::PolicyIncomplete, Some(Member::ClientId)) => ": give --client and --client-from",
        (Reason::PolicyIncomplete, Some(Member::Nonce)) => ": give --nonce or --nonce-not-sent",
        (Reason::LeewayTooLong, _) => ": see --insecure-leeway",
        (Reason::PolicyScope, _) => ": repeat --scope for several",
        (Reason::PolicyContradiction, _) => ": given and waived, or of no meaning here",
        _ => "",
    };
    format!("{error}{hint}")
}

pub(crate) fn clock() -> Result<i64, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    i64::try_from(since.as_secs()).map_err(|error| error.to_string())
}

fn accepted(token: &Token<'_>, key: Option<&Key<'_>>, now: i64, as_json: bool) -> Answer {
    let evidence = token.evidence();
    let names = |checks: Checks| checks.iter().map(|check| check.name()).collect::<Vec<_>>();
    let (passed, waived) = (names(evidence.passed()), names(evidence.waived()));
    let vacuous = names(evidence.vacuous());
    let (algorithm, index, id) = (token.algorithm(), token.key_index(), key.and_then(Key::id));
    let expiry = match token.payload() {
        Some(_) => None,
        None => token.claims().iter().find(|(name, _)| name.as_str() == Some("exp")),
    };
    let expiry = expiry.and_then(|(_, value)| date::seconds(&parsed(&value)));
    if as_json {
        let mut document = json!({
            "accepted": true,
            "algorithm": algorithm.name(),
            "key": { "index": index, "kid": key.and_then(keys::key_id) },
            "checked": passed,
            "waived": waived,
            "nothing_to_check": vacuous,
            "expires_in": expiry.map(|expiry| expiry.saturating_sub(now)),
        });
        match token.payload() {
            Some(payload) => document["payload"] = String::from_utf8_lossy(payload).into(),
            None => {
                let claims = token.claims();
                let claims = claims.iter().map(|(name, value)| {
                    (name.as_str().unwrap_or_default().to_owned(), parsed(&value))
                });
                document["claims"] = Value::from_iter(claims);
            }
        }
        return Answer::yes().saying_json(&document);
    }
    let mut answer = Answer::accepted();
    let id = id.map(|id| format!(", kid {id:?}")).unwrap_or_default();
    answer.say(format_args!("  verified with {algorithm}, key {index}{id}"));
    if let Some(expiry) = expiry {
        answer.say(format_args!("  {}", date::lifetime(expiry, now)));
    }
    for (what, names) in [("checked", passed), ("waived", waived), ("nothing to check", vacuous)] {
        if !names.is_empty() {
            answer.say(format_args!("  {what}: {}", names.join(", ")));
        }
    }
    match token.payload() {
        Some(payload) => {
            answer.say(format_args!("  payload: {}", String::from_utf8_lossy(payload)));
        }
        None => {
            for (name, value) in token.claims().iter() {
                let name = name.as_str().unwrap_or_default();
                let words = match name {
                    "exp" | "nbf" | "iat" | "auth_time" => date::of_claim(&parsed(&value), now),
                    _ => None,
                };
                let words = words.map(|words| format!(" ({words})")).unwrap_or_default();
                answer.say(format_args!("  {name}: {}{words}", json_text(&value)));
            }
        }
    }
    answer
}

fn parsed(value: &keycard::json::Value<'_>) -> Value {
    serde_json::from_str(&json_text(value)).unwrap_or_default()
}

fn json_text(value: &keycard::json::Value<'_>) -> String {
    let mut text = vec![0; value.write_json(&mut []).err().and_then(|e| e.needed()).unwrap_or(0)];
    let length = value.write_json(&mut text).unwrap_or(0);
    String::from_utf8_lossy(&text[..length]).into_owned()
}
