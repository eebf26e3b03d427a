//! `token-case/1`: a token, keys, a time and a policy.

use super::{Tally, Verdict, bytes, cases, expected, key_of, said, text};
use keycard::{
    Algorithm, BatchEntry, ClaimRule, Error, KeyRules, KeyTable, Keys, OriginalIdToken, Policy,
    StrList, Thumbprint, Time, Unverified, scratch_size,
};
use serde_json::Value;

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let id = text(case, "id")?;
        let token = bytes(case, "token")?.ok_or(format!("{id}: no token"))?;
        let outcome = validate(case, &token).map_err(|error| format!("{id}: {error}"))?;
        let outcome = outcome.map_err(|error| said(&error));
        if expected(case)? == Verdict::Accept && !is_supported(&token) {
            tally.pass_over(case, &outcome)?;
        } else {
            tally.record(case, &outcome)?;
        }
    }
    Ok(())
}

fn is_supported(token: &[u8]) -> bool {
    let mut scratch = vec![0; scratch_size(token.len())];
    let Ok(unverified) = Unverified::read(token, &mut scratch) else {
        return true;
    };
    Algorithm::from_name(unverified.algorithm_name()).is_none_or(Algorithm::is_built)
}

fn validate(case: &Value, token: &[u8]) -> Result<Result<(), Error>, String> {
    let asked = Asked::of(&case["policy"])?;
    let original = asked.original()?;
    let mut memory = vec![0; 1 << 14];
    let mut keys = KeyTable::new(&mut memory).map_err(|error| error.to_string())?;
    // The key sets of the cases contain their secrets.
    let mut key_rules = KeyRules::new().allow_secrets();
    if case["policy"]["allow_weak_keys"] == true {
        key_rules = key_rules.insecure_allow_weak_rsa(1024).insecure_allow_short_secrets(1);
    }
    if let Err(error) = key_of::add(&mut keys, key_rules, case)? {
        return Ok(Err(error));
    }
    let now = case["now"].as_i64().ok_or("no time")?;
    let leeway = u32::try_from(case["leeway"].as_u64().unwrap_or(0)).map_err(|e| e.to_string())?;
    let rules = asked.rules();
    let mut scratch = vec![0; scratch_size(token.len())];
    // For several issuers there are several policies. The token is accepted if one of them accepts
    // it.
    let mut outcome = None;
    for issuer in asked.issuers() {
        let policy = asked.policy(issuer, &rules, original.as_ref())?;
        let policy = policy.insecure_allow_leeway(leeway);
        let verdict = keycard::validate(token, keys.view(), &policy, Time::At(now), &mut scratch);
        let verdict = verdict.map(|token| format!("{token:?}"));
        if !is_the_same_in_a_batch(&verdict, token, keys.view(), &policy, now) {
            return Err("another verdict in a batch".to_owned());
        }
        match verdict {
            Ok(_) => return Ok(Ok(())),
            Err(error) => outcome = Some(error),
        }
    }
    outcome.map(Err).ok_or("no issuer to ask for".to_owned())
}

/// Checks that a token in a batch of copies has the same verdict and claims as by itself, at each
/// of the eight positions and at the one after them.
fn is_the_same_in_a_batch(
    alone: &Result<String, Error>,
    token: &[u8],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    now: i64,
) -> bool {
    let mut scratches = vec![vec![0; scratch_size(token.len())]; 9];
    let entries = scratches.iter_mut().map(|scratch| BatchEntry::new(token, scratch));
    let mut entries: Vec<_> = entries.collect();
    keycard::validate_all(&mut entries, keys, policy, Time::At(now));
    let verdict = |entry: &mut BatchEntry<'_>| entry.verdict().map(|token| format!("{token:?}"));
    entries.iter_mut().all(|entry| verdict(entry) == *alone)
}

/// The policy of a case.
struct Asked<'v> {
    policy: &'v Value,
    profile: &'v str,
    algorithms: Vec<Algorithm>,
    issuers: Option<Vec<&'v str>>,
    audiences: Option<Vec<&'v str>>,
    required: Vec<&'v str>,
    equal: Vec<(&'v str, &'v str)>,
    original: Option<Original<'v>>,
    dpop_key: Option<Thumbprint>,
}

/// The original ID token, with which a refreshed one is compared.
struct Original<'v> {
    claims: &'v Value,
    audiences: Vec<&'v str>,
}

impl<'v> Original<'v> {
    fn of(claims: &'v Value) -> Result<Self, String> {
        let audiences = texts(&claims["aud"])?.ok_or("the original has no audience")?;
        Ok(Self { claims, audiences })
    }

    fn as_keycard(&self) -> Result<OriginalIdToken<'_>, String> {
        let claims = self.claims;
        let issued_at = claims["iat"].as_i64().ok_or("the original has no iat")?;
        let (issuer, subject) = (text(claims, "iss")?, text(claims, "sub")?);
        let audiences = StrList::slice(&self.audiences);
        let mut original = OriginalIdToken::new(issuer, subject, audiences, issued_at);
        if let Some(authorized_party) = claims["azp"].as_str() {
            original = original.with_authorized_party(authorized_party);
        }
        if let Some(authenticated_at) = claims["auth_time"].as_i64() {
            original = original.with_authentication_time(authenticated_at);
        }
        if let Some(nonce) = claims["nonce"].as_str() {
            original = original.with_nonce(nonce);
        }
        Ok(original)
    }
}

/// The members of a policy. Any other member is an error of the case, so that no requirement is
/// ignored.
const MEMBERS: [&str; 18] = [
    "access_token",
    "alg",
    "allow_weak_keys",
    "aud",
    "azp",
    "claims",
    "code",
    "dpop_key",
    "iss",
    "max_age",
    "max_token_age",
    "nonce",
    "original",
    "profile",
    "require",
    "require_at_hash",
    "require_c_hash",
    "typ",
];

/// The claims that RFC 9068 section 2.2 requires.
const RFC_9068: [&str; 7] = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];

impl<'v> Asked<'v> {
    fn of(policy: &'v Value) -> Result<Self, String> {
        let mut members = policy.as_object().ok_or("no policy")?.keys();
        if let Some(unknown) = members.find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("unknown member {unknown:?} of the policy"));
        }
        let names = texts(&policy["alg"])?.ok_or("no algorithms")?;
        let mut required = texts(&policy["require"])?.unwrap_or_default();
        for (asked, value, claim) in
            [("require_at_hash", "access_token", "at_hash"), ("require_c_hash", "code", "c_hash")]
        {
            // Without the value itself, the policy can only require that the hash is present.
            if policy[asked] == true && policy[value].is_null() {
                required.push(claim);
            }
        }
        let mut equal = Vec::new();
        for (name, value) in policy["claims"].as_object().into_iter().flatten() {
            equal.push((name.as_str(), value.as_str().ok_or("a claim is not text")?));
        }
        Ok(Self {
            policy,
            profile: text(policy, "profile")?,
            algorithms: names.into_iter().filter_map(Algorithm::from_name).collect(),
            issuers: texts(&policy["iss"])?,
            audiences: texts(&policy["aud"])?,
            required,
            equal,
            original: policy.get("original").map(Original::of).transpose()?,
            dpop_key: policy.get("dpop_key").map(key_of_proof).transpose()?,
        })
    }

    /// The issuers to try, `None` for any.
    fn issuers(&self) -> Vec<Option<&'v str>> {
        match &self.issuers {
            None => vec![None],
            Some(issuers) => issuers.iter().copied().map(Some).collect(),
        }
    }

    fn original(&self) -> Result<Option<OriginalIdToken<'_>>, String> {
        self.original.as_ref().map(Original::as_keycard).transpose()
    }

    fn rules(&self) -> Vec<ClaimRule<'_>> {
        // Each profile with claims already requires exp, and its error names the claim.
        let required = self.required.iter().filter(|name| **name != "exp");
        let present = required.map(|name| ClaimRule::present(*name));
        let equal = self.equal.iter().map(|(name, value)| ClaimRule::equals(*name, value));
        present.chain(equal).collect()
    }

    fn policy<'p>(
        &'p self,
        issuer: Option<&'p str>,
        rules: &'p [ClaimRule<'p>],
        original: Option<&'p OriginalIdToken<'p>>,
    ) -> Result<Policy<'p>, String> {
        let algorithms = self.algorithms.as_slice();
        let audiences = match &self.audiences {
            None => StrList::NOT_GIVEN,
            Some(audiences) => StrList::slice(audiences),
        };
        let nonce = self.policy["nonce"].as_str();
        let token_type = self.policy["typ"].as_str();
        let by_rfc9068 = token_type == Some("at+jwt")
            && RFC_9068.iter().all(|claim| self.required.contains(claim));
        if original.is_some() != (self.profile == "refreshed_id_token") {
            return Err("an original is for a refreshed ID token".to_owned());
        }
        let mut policy = match (self.profile, issuer) {
            ("jws", _) => Policy::jws(algorithms),
            ("id_token", _) => Policy::id_token(issuer, audiences, algorithms, nonce),
            ("access_token", Some(issuer)) if by_rfc9068 => {
                Policy::access_token_rfc9068(issuer, audiences, algorithms)
            }
            ("refreshed_id_token", _) => {
                let original = original.ok_or("no original")?;
                Policy::refreshed_id_token(issuer, audiences, algorithms, original)
            }
            ("logout_token", _) => Policy::logout_token(issuer, audiences, algorithms),
            ("jwt" | "access_token", _) => {
                let mut policy = Policy::jwt(issuer, audiences, algorithms);
                if !self.required.contains(&"exp") {
                    policy = policy.without_expiry();
                }
                match nonce {
                    Some(nonce) => policy.require_nonce(nonce),
                    None => policy,
                }
            }
            (other, _) => return Err(format!("unknown profile {other:?}")),
        };
        if let Some(token_type) = token_type {
            policy = policy.require_token_type(token_type);
        }
        if self.profile == "jws" {
            return Ok(policy);
        }
        if issuer.is_none() {
            policy = policy.without_issuer();
        }
        if self.audiences.is_none() {
            policy = policy.without_audience();
        }
        if self.profile == "id_token" && nonce.is_none() {
            policy = policy.nonce_not_sent();
        }
        if !rules.is_empty() {
            policy = policy.require_rules(rules);
        }
        if let Some(client_id) = self.policy["azp"].as_str() {
            policy = policy.allow_authorized_parties(client_id).require_authorized_party();
        }
        if let Some(seconds) = seconds(&self.policy["max_age"])? {
            policy = policy.require_max_age(seconds);
        }
        if let Some(seconds) = seconds(&self.policy["max_token_age"])? {
            policy = policy.require_max_token_age(seconds);
        }
        if let Some(access_token) = self.policy["access_token"].as_str() {
            policy = policy.with_access_token(access_token);
            if self.policy["require_at_hash"] == true {
                policy = policy.require_access_token_hash();
            }
        }
        if let Some(code) = self.policy["code"].as_str() {
            policy = policy.with_code(code);
            if self.policy["require_c_hash"] == true {
                policy = policy.require_code_hash();
            }
        }
        if let Some(key) = &self.dpop_key {
            policy = policy.require_dpop_key(key);
        }
        Ok(policy)
    }
}

/// The thumbprint of the key of a DPoP proof.
fn key_of_proof(value: &Value) -> Result<Thumbprint, String> {
    let text = value.as_str().ok_or("dpop_key is not text")?;
    Thumbprint::from_text(text).map_err(|error| error.to_string())
}

/// One string, several, or none.
fn texts(value: &Value) -> Result<Option<Vec<&str>>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(vec![text])),
        Value::Array(values) => values
            .iter()
            .map(|value| value.as_str().ok_or("not text".to_owned()))
            .collect::<Result<_, _>>()
            .map(Some),
        _ => Err("neither text nor a list".to_owned()),
    }
}

fn seconds(value: &Value) -> Result<Option<u32>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    seconds.map(Some).ok_or("not a number of seconds".to_owned())
}
