//! One token, and the policies of all kinds. `tests/adversarial/fuzzed_kinds.rs` checks that each
//! constructor of a policy has a row here, and that a seed meets each row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::{
    Algorithm, Key, KeyTable, OriginalIdToken, Policy, SignatureVerifier, Time, scratch_size,
    validate_with,
};
use serde_json::Value;

const NOW: i64 = 1_770_000_000;
const CLIENT: &str = "s6BhdRkqt3";
const SERVER: &str = "https://as.example";
const API: &str = "https://api.example";
const LISTS: &str = "https://as.example/statuslists/1";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"LENKu4ZurzyX704LzKT1B1WCnLLZMKSVXYeHbshXOcs",
    "y":"f0G-WGkkvDzL9RK_GoPbPZmCUKUI5mWCNP0voFAhuhM"}"#;
const TRUST_DOMAIN: &str = "spiffe://example.org";
const ALGORITHMS: [Algorithm; 1] = [Algorithm::Es256];
/// The marks of an access token of the older style.
const MARKERS: &[&str] = &["scp", "scope", "cid", "appid", "token_use"];
/// The type of a token that has no `typ`, or `JWT`.
const NO_TYPE: &str = "";

/// The types of a kind whose tokens are accepted only together with a proof, and never alone.
const NONE_ALONE: &[&str] = &[];

/// The policy of a kind, and the requirements of its specification for accepted tokens.
struct Kind {
    /// The name of the constructor.
    name: &'static str,
    policy: for<'a> fn(&'a OriginalIdToken<'a>) -> Policy<'a>,
    types: &'static [&'static str],
    issuer: Option<&'static str>,
    audience: Option<&'static str>,
    present: &'static [&'static str],
    absent: &'static [&'static str],
    meets: fn(&Value) -> bool,
}

const ANY: Kind = Kind {
    name: "jwt",
    policy: |_| Policy::jwt(SERVER, API, ALGORITHMS),
    types: &[NO_TYPE],
    issuer: Some(SERVER),
    audience: Some(API),
    present: &["exp"],
    absent: &["cnf"],
    meets: |_| true,
};

/// The claims that only other kinds have, for a kind without claims of its own.
const OF_OTHERS: &[&str] =
    &["cnf", "at_hash", "c_hash", "events", "response_type", "_sd", "_sd_alg", "sd_hash"];

/// Each constructor of a policy with claims, in the order of `docs/guide/tokens.md`.
const KINDS: &[Kind] = &[
    Kind {
        name: "access_token",
        policy: |_| Policy::access_token(SERVER, API, ALGORITHMS),
        types: &["at+jwt", NO_TYPE],
        absent: OF_OTHERS,
        meets: |claims| claims.get("token_use").is_none_or(|used| used == "access"),
        ..ANY
    },
    Kind {
        name: "access_token_rfc9068",
        policy: |_| Policy::access_token_rfc9068(SERVER, API, ALGORITHMS),
        types: &["at+jwt"],
        present: &["exp", "iat", "sub", "client_id", "jti"],
        absent: OF_OTHERS,
        ..ANY
    },
    Kind {
        name: "id_token",
        policy: |_| Policy::id_token(SERVER, CLIENT, ALGORITHMS, "n-0S6"),
        audience: Some(CLIENT),
        present: &["exp", "iat", "sub"],
        absent: &["cnf", "events", "response_type", "_sd", "_sd_alg", "sd_hash"],
        meets: |claims| {
            claims["nonce"] == "n-0S6"
                && audiences(claims).iter().all(|found| *found == CLIENT)
                && claims.get("azp").is_none_or(|party| party == CLIENT)
        },
        ..ANY
    },
    Kind {
        name: "refreshed_id_token",
        policy: |original| Policy::refreshed_id_token(SERVER, CLIENT, ALGORITHMS, original),
        audience: Some(CLIENT),
        present: &["exp", "iat"],
        absent: &["cnf", "events", "response_type", "_sd", "_sd_alg", "sd_hash"],
        meets: |claims| claims["sub"] == "user-1",
        ..ANY
    },
    Kind {
        name: "logout_token",
        policy: |_| Policy::logout_token(SERVER, CLIENT, ALGORITHMS),
        types: &["logout+jwt"],
        audience: Some(CLIENT),
        present: &["exp", "iat", "jti"],
        absent: &["cnf", "nonce", "at_hash", "c_hash"],
        meets: |claims| {
            claims["events"][EVENT].is_object()
                && (claims["sub"].is_string() || claims["sid"].is_string())
        },
        ..ANY
    },
    Kind {
        name: "client_assertion",
        policy: |_| Policy::client_assertion(CLIENT, SERVER, ALGORITHMS).require_max_lifetime(600),
        types: &["client-authentication+jwt", NO_TYPE],
        issuer: Some(CLIENT),
        audience: Some(SERVER),
        present: &["exp", "jti"],
        absent: OF_OTHERS,
        meets: |claims| claims["sub"] == CLIENT && audiences(claims).len() == 1,
    },
    Kind {
        name: "authorization_grant",
        policy: |_| {
            Policy::authorization_grant("https://idp.example", SERVER, ALGORITHMS)
                .require_max_lifetime(600)
        },
        types: &["authorization-grant+jwt", NO_TYPE],
        issuer: Some("https://idp.example"),
        audience: Some(SERVER),
        present: &["exp", "jti", "sub"],
        absent: OF_OTHERS,
        meets: |claims| claims["sub"] != "https://idp.example" && audiences(claims).len() == 1,
    },
    Kind {
        name: "id_jag",
        policy: |_| {
            Policy::id_jag("https://idp.example", SERVER, ALGORITHMS, CLIENT)
                .require_max_lifetime(600)
        },
        types: &["oauth-id-jag+jwt"],
        issuer: Some("https://idp.example"),
        audience: Some(SERVER),
        present: &["exp", "iat", "jti", "sub"],
        absent: &["cnf"],
        meets: |claims| claims["client_id"] == CLIENT && audiences(claims).len() == 1,
    },
    Kind {
        name: "request_object",
        policy: |_| Policy::request_object(CLIENT, SERVER, ALGORITHMS),
        types: &["oauth-authz-req+jwt", NO_TYPE],
        issuer: Some(CLIENT),
        audience: Some(SERVER),
        present: &["exp", "response_type"],
        absent: &["cnf", "request", "request_uri", "at_hash", "c_hash", "events"],
        meets: |claims| claims["client_id"] == CLIENT && claims["sub"] != CLIENT,
    },
    Kind {
        name: "authorization_response",
        policy: |_| Policy::authorization_response(SERVER, CLIENT, ALGORITHMS),
        audience: Some(CLIENT),
        absent: &["cnf", "sub", "nonce", "at_hash", "c_hash", "events", "response_type"],
        meets: |claims| {
            ["code", "error", "access_token", "id_token"]
                .iter()
                .any(|name| claims.get(name).is_some())
                && audiences(claims).iter().all(|found| *found == CLIENT)
        },
        ..ANY
    },
    Kind {
        name: "userinfo",
        policy: |_| Policy::userinfo(SERVER, CLIENT, ALGORITHMS, "user-1").without_expiry(),
        audience: Some(CLIENT),
        present: &[],
        absent: &["cnf", "nonce", "at_hash", "c_hash", "events", "response_type"],
        meets: |claims| {
            claims["sub"] == "user-1" && MARKERS.iter().all(|mark| claims.get(mark).is_none())
        },
        ..ANY
    },
    Kind {
        name: "introspection_response",
        policy: |_| {
            Policy::introspection_response(SERVER, API, ALGORITHMS).require_max_token_age(600)
        },
        types: &["token-introspection+jwt"],
        present: &["iat"],
        absent: &["cnf", "sub", "exp"],
        meets: |claims| claims["token_introspection"]["active"] == true,
        ..ANY
    },
    Kind {
        name: "security_event",
        policy: |_| Policy::security_event(SERVER, API, ALGORITHMS),
        types: &["secevent+jwt"],
        present: &["iat", "jti"],
        meets: |claims| {
            let events = claims["events"].as_object();
            events.is_some_and(|events| !events.is_empty() && events.values().all(Value::is_object))
        },
        ..ANY
    },
    Kind {
        name: "jwt_svid",
        policy: |_| Policy::jwt_svid(TRUST_DOMAIN, API, ALGORITHMS),
        issuer: None,
        absent: OF_OTHERS,
        meets: |claims| {
            let subject = claims["sub"].as_str().and_then(|sub| sub.strip_prefix(TRUST_DOMAIN));
            let segments = subject.and_then(|path| path.strip_prefix('/'));
            segments.is_some_and(|all| all.split('/').all(|one| !["", ".", ".."].contains(&one)))
        },
        ..ANY
    },
    Kind {
        name: "transaction_token",
        policy: |_| {
            Policy::transaction_token(None, "https://trust.example", ALGORITHMS).without_issuer()
        },
        types: &["txntoken+jwt"],
        issuer: None,
        audience: Some("https://trust.example"),
        present: &["exp", "iat", "sub", "txn", "scope", "req_wl"],
        ..ANY
    },
    Kind {
        name: "workload_identity",
        policy: |_| {
            Policy::workload_identity("wimse://example.org", None, ALGORITHMS).without_audience()
        },
        types: NONE_ALONE,
        ..ANY
    },
    Kind {
        name: "status_list",
        policy: |_| Policy::status_list(SERVER, None, ALGORITHMS, LISTS).without_audience(),
        types: &["statuslist+jwt"],
        audience: None,
        present: &["iat"],
        meets: |claims| {
            let list = &claims["status_list"];
            claims["sub"] == LISTS
                && [1.0, 2.0, 4.0, 8.0].map(Some).contains(&list["bits"].as_f64())
                && list["lst"].is_string()
        },
        ..ANY
    },
    ANY,
];

fn audiences(claims: &Value) -> Vec<&Value> {
    match &claims["aud"] {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    }
}

/// True if the text is this type, with or without `application/`, in any case.
fn is_type(found: Option<&str>, wanted: &str) -> bool {
    let Some(found) = found.map(str::to_ascii_lowercase) else {
        return wanted == NO_TYPE;
    };
    let name = found.strip_prefix("application/").unwrap_or(&found);
    match wanted {
        NO_TYPE => ["jwt", "jose"].contains(&name),
        wanted => name == wanted,
    }
}

impl Kind {
    /// Checks the requirements, without the library.
    fn check(&self, header: &Value, claims: &Value) {
        let typ = header.get("typ").map(|typ| typ.as_str().expect("typ is text"));
        assert!(self.types.iter().any(|wanted| is_type(typ, wanted)), "typ is {typ:?}");
        if let Some(issuer) = self.issuer {
            assert_eq!(claims["iss"], issuer);
        }
        if let Some(audience) = self.audience {
            assert!(audiences(claims).iter().any(|found| **found == audience), "another aud");
        }
        for name in self.present {
            assert!(claims.get(name).is_some(), "no {name}");
        }
        for name in self.absent {
            assert!(claims.get(name).is_none(), "{name} is there");
        }
        if let Some(expires_at) = claims.get("exp") {
            assert!(expires_at.as_f64().expect("exp is a number") > NOW as f64, "expired");
        }
        if let Some(not_before) = claims.get("nbf") {
            assert!(not_before.as_f64().expect("nbf is a number") <= NOW as f64, "not yet valid");
        }
        assert!((self.meets)(claims), "a requirement is not met");
    }
}

/// Accepts every signature.
struct Signed;

impl SignatureVerifier for Signed {
    fn is_right(&self, _: &Key<'_>, _: Algorithm, _: &[u8], _: &[u8]) -> bool {
        true
    }
}

/// The names of all policies.
pub fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.name)
}

/// The names of the policies that accept tokens alone.
pub fn names_of_accepting() -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(|kind| !kind.types.is_empty()).map(|kind| kind.name)
}

/// The input is a header, a line feed and a payload, and counts as signed. Each policy that accepts
/// it finds its requirements met. Returns the names of these policies.
pub fn check(input: &[u8]) -> Vec<&'static str> {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (header, claims) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let token = [header, claims, &[17; 64]].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).expect("room for a key");
    keys.add_jwk(KEY).expect("a key");
    let original = OriginalIdToken::new(SERVER, "user-1", CLIENT, NOW - 600).with_nonce("n-0S6");
    let accepts = |kind: &&Kind| {
        let policy = (kind.policy)(&original);
        policy.check().expect("a complete policy");
        let mut scratch = vec![0; scratch_size(token.len())];
        let time = Time::At(NOW);
        validate_with(&token, keys.view(), &policy, time, &mut scratch, &Signed).is_ok()
    };
    let accepting = KINDS.iter().filter(accepts).map(|kind| {
        let header = serde_json::from_slice(header).expect("the header is JSON");
        // `serde_json` does not read numbers beyond an `f64`.
        if let Ok(claims) = serde_json::from_slice(claims) {
            kind.check(&header, &claims);
        }
        kind.name
    });
    accepting.collect()
}
