//! Each kind of token against the policy of each kind: `docs/evidence/confusion.md`.
//!
//! The tokens are from two foreign programs, and all from one key. Each policy asks for the `iss`
//! and `aud` that the token has, so only the kind can be the reason of a rejection.

#![cfg(all(
    feature = "es256",
    feature = "hs256",
    feature = "logout",
    feature = "dpop",
    feature = "more-kinds"
))]

use crate::support::tables::{constructors, root};
use keycard::dpop::{self, ProofRules};
use keycard::{Algorithm, KeyRules, KeyTable, Keys, Policy, StrList, Time, scratch_size};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const VECTORS: &str = include_str!("../vectors/kinds.json");
const PAGE: &str = "docs/evidence/confusion.md";
/// The line before the table.
const MARK: &str = "<!-- made by tests/adversarial/confusion.rs -->\n";
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Hs256];

/// The values of a token for which a policy asks.
#[derive(Clone, Copy)]
struct Given<'a> {
    issuer: Option<&'a str>,
    audience: StrList<'a>,
    subject: &'a str,
}

type Make = for<'a> fn(Given<'a>) -> Policy<'a>;

/// The policies, each with the kinds of tokens that it accepts and its constructor.
const POLICIES: &[(&str, &[&str], Make)] = &[
    ("access_token", &["access token", "access token, older style"], |given| {
        Policy::access_token(given.issuer, given.audience, ALGORITHMS)
    }),
    ("access_token_rfc9068", &["access token"], |given| {
        Policy::access_token_rfc9068(given.issuer, given.audience, ALGORITHMS)
    }),
    ("id_token", &["ID token"], |given| {
        Policy::id_token(given.issuer, given.audience, ALGORITHMS, "n-0S6")
    }),
    ("logout_token", &["logout token"], |given| {
        Policy::logout_token(given.issuer, given.audience, ALGORITHMS)
    }),
    ("logout_token, untyped", &["logout token"], |given| {
        Policy::logout_token(given.issuer, given.audience, ALGORITHMS).allow_untyped_logout_token()
    }),
    (
        "client_assertion",
        &["client assertion", "client assertion, untyped", "client assertion, by a secret"],
        |given| {
            Policy::client_assertion(given.issuer, given.audience, ALGORITHMS)
                .require_max_lifetime(600)
        },
    ),
    ("request_object", &["request object", "request object, untyped"], |given| {
        Policy::request_object(given.issuer, given.audience, ALGORITHMS)
    }),
    ("authorization_response", &["authorization response"], |given| {
        Policy::authorization_response(given.issuer, given.audience, ALGORITHMS)
    }),
    ("userinfo", &["userinfo"], |given| {
        Policy::userinfo(given.issuer, given.audience, ALGORITHMS, given.subject)
    }),
    ("introspection_response", &["introspection response"], |given| {
        Policy::introspection_response(given.issuer, given.audience, ALGORITHMS)
            .require_max_token_age(600)
    }),
    ("security_event", &["security event"], |given| {
        Policy::security_event(given.issuer, given.audience, ALGORITHMS)
    }),
    ("jwt_svid", &["JWT-SVID"], |given| {
        Policy::jwt_svid("spiffe://example.org", given.audience, Algorithm::Es256)
    }),
    ("transaction_token", &["transaction token"], |given| {
        Policy::transaction_token(given.issuer, given.audience, ALGORITHMS)
    }),
    ("status_list", &["status list"], |given| {
        Policy::status_list(given.issuer, given.audience, ALGORITHMS, given.subject)
    }),
    (
        "jwt",
        // The tokens without a `typ` of their own.
        &[
            "access token, older style",
            "ID token",
            "client assertion, untyped",
            "client assertion, by a secret",
            "request object, untyped",
            "authorization response",
            "userinfo",
            "JWT-SVID",
            "authorization grant, untyped",
            "authorization grant, of its own form",
        ],
        |given| Policy::jwt(given.issuer, given.audience, ALGORITHMS),
    ),
    (
        "authorization_grant",
        &[
            "authorization grant",
            "authorization grant, untyped",
            "authorization grant, of its own form",
        ],
        |given| {
            Policy::authorization_grant(given.issuer, given.audience, ALGORITHMS)
                .require_max_lifetime(600)
        },
    ),
    // Only with its proof: see the last column.
    ("workload_identity", &[], |given| {
        Policy::workload_identity("wimse://example.org", given.audience, Algorithm::Es256)
    }),
    ("id_jag", &["ID-JAG"], |given| {
        Policy::id_jag(given.issuer, given.audience, ALGORITHMS, "s6BhdRkqt3")
            .require_max_lifetime(600)
    }),
];

/// The constructors that have no column, each with the reason.
const WITHOUT_COLUMN: &[(&str, &str)] = &[
    ("jws", "any payload"),
    ("sd_jwt", "`sd_jwt::validate` only"),
    ("refreshed_id_token", "the rules of `id_token`, and those of the original token"),
];

/// The types of presentations. `tests/spec/sd_jwt.rs` has them, and gives them to other policies.
const OF_PRESENTATIONS: [&str; 2] = ["dc+sd-jwt", "kb+jwt"];

/// The pairs of a token and a policy of another kind that are accepted, each with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "JWT-SVID",
        "userinfo",
        "A JWT-SVID has no mark of its own. The policy must waive the issuer, and name the SPIFFE \
         ID as the subject of the ID token.",
    ),
    ("authorization grant, untyped", "userinfo", UNMARKED_GRANT),
    ("authorization grant, of its own form", "userinfo", UNMARKED_GRANT),
];

const UNMARKED_GRANT: &str = "A grant without a `typ` of its own has no mark. Its audience is an \
     authorization server, and that of userinfo a client.";

struct Row<'a> {
    kind: &'a str,
    program: &'a str,
    token: &'a str,
    claims: Value,
}

fn rows(vectors: &Value) -> Vec<Row<'_>> {
    let rows = vectors["tokens"].as_array().unwrap().iter();
    rows.map(|row| {
        let text = |name: &str| row[name].as_str().unwrap();
        let payload = text("token").split('.').nth(1).unwrap();
        let mut decoded = vec![0; payload.len()];
        let length = keycard::base64url::decode(payload.as_bytes(), &mut decoded).unwrap();
        let claims = serde_json::from_slice(&decoded[..length]).unwrap();
        Row { kind: text("kind"), program: text("program"), token: text("token"), claims }
    })
    .collect()
}

/// True if the policy accepts the token, with any waiver that its kind allows.
fn is_accepted(row: &Row<'_>, make: Make, keys: Keys<'_>, now: Time) -> bool {
    let (issuer, audience) = (row.claims["iss"].as_str(), row.claims["aud"].as_str());
    (0..8).any(|waivers| {
        let waives = |bit: u8| waivers & bit != 0;
        let given = Given {
            subject: row.claims["sub"].as_str().unwrap_or("user-1"),
            issuer: issuer.or(Some("https://as.example")).filter(|_| !waives(1)),
            audience: match waives(2) {
                true => StrList::NOT_GIVEN,
                false => StrList::one(audience.unwrap_or("https://api.example")),
            },
        };
        let mut policy = make(given);
        if waives(1) {
            policy = policy.without_issuer();
        }
        if waives(2) {
            policy = policy.without_audience();
        }
        if waives(4) {
            policy = policy.without_expiry();
        }
        let mut scratch = vec![0; scratch_size(row.token.len())];
        policy.check().is_ok()
            && keycard::validate(row.token, keys, &policy, now, &mut scratch).is_ok()
    })
}

fn is_proof(row: &Row<'_>, now: Time) -> bool {
    let uri = row.claims["htu"].as_str().unwrap_or("https://as.example/token");
    let rules = ProofRules::new("POST", uri, Algorithm::Es256, 600)
        .without_access_token()
        .nonce_not_provided();
    let mut scratch = vec![0; scratch_size(row.token.len())];
    dpop::validate(row.token, &rules, now, &mut scratch).is_ok()
}

/// True if the token is the proof of a workload identity token of the same program.
fn is_workload_proof(row: &Row<'_>, identities: &[Row<'_>], keys: Keys<'_>, now: Time) -> bool {
    let is_identity =
        |it: &&Row<'_>| it.kind == "workload identity token" && it.program == row.program;
    let Some(identity) = identities.iter().find(is_identity) else { return false };
    let target = row.claims["aud"].as_str().unwrap_or("https://api.example");
    let rules = ProofRules::workload(target, Algorithm::Es256, 600)
        .without_access_token()
        .without_transaction_token();
    let policy =
        Policy::workload_identity("wimse://example.org", None, Algorithm::Es256).without_audience();
    let mut scratch = vec![0; scratch_size(identity.token.len()) + scratch_size(row.token.len())];
    let (token, proof) = (identity.token, row.token);
    dpop::validate_bound_token(token, proof, keys, &policy, &rules, now, &mut scratch).is_ok()
}

#[test]
fn accepts_a_token_of_a_kind_by_the_policy_of_its_kind_only() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let now = Time::At(vectors["now"].as_i64().unwrap());
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks_by(&KeyRules::new().allow_secrets(), vectors["jwks"].to_string()).unwrap();
    assert_eq!(table.view().len(), 2);
    let mut table_text = String::from("| token |");
    for (name, ..) in POLICIES {
        write!(table_text, " `{name}` |").unwrap();
    }
    write!(table_text, " DPoP | workload proof |\n|{}\n", " --- |".repeat(POLICIES.len() + 3))
        .unwrap();
    let identities = rows(&vectors);
    let (mut kinds, mut faults) = (Vec::new(), Vec::new());
    for row in rows(&vectors) {
        let is_first = kinds.last() != Some(&row.kind);
        let mut line = format!("| {} |", row.kind);
        for (name, accepts, make) in POLICIES {
            let accepted = is_accepted(&row, *make, table.view(), now);
            let is_exception =
                EXCEPTIONS.iter().any(|(kind, policy, _)| (*kind, policy) == (row.kind, name));
            let expected = accepts.contains(&row.kind) || is_exception;
            if accepted != expected {
                faults.push(format!("{} of {} by {name}: {accepted}", row.kind, row.program));
            }
            line.push_str(match (accepted, is_exception) {
                (true, true) => " see below |",
                (true, false) => " accepted |",
                (false, _) => " no |",
            });
        }
        let accepted = is_proof(&row, now);
        assert_eq!(accepted, row.kind == "DPoP proof", "{} of {}", row.kind, row.program);
        line.push_str(if accepted { " accepted |" } else { " no |" });
        let accepted = is_workload_proof(&row, &identities, table.view(), now);
        assert_eq!(accepted, row.kind == "workload proof", "{} of {}", row.kind, row.program);
        line.push_str(if accepted { " accepted |\n" } else { " no |\n" });
        if is_first {
            table_text.push_str(&line);
            kinds.push(row.kind);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let all: BTreeSet<_> = POLICIES.iter().flat_map(|(_, kinds, _)| *kinds).collect();
    assert!(all.iter().all(|kind| kinds.contains(kind)), "a kind has no token");
    for (kind, policy, reason) in EXCEPTIONS {
        write!(table_text, "\n- {kind} by `{policy}`: {reason}\n").unwrap();
    }
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let (text, _) = page.split_once(MARK).unwrap();
    let right = format!("{text}{MARK}\n{table_text}");
    if std::env::var_os("KEYCARD_WRITE_PAGES").is_some() {
        std::fs::write(root().join(PAGE), right).unwrap();
    } else {
        assert_eq!(
            page, right,
            "{PAGE} differs from the verdicts: KEYCARD_WRITE_PAGES=1 writes it"
        );
    }
}

#[test]
fn has_a_column_for_each_constructor_and_a_token_for_each_typ() {
    let constructors = constructors();
    let found: BTreeSet<_> = constructors.iter().map(String::as_str).collect();
    let columns = POLICIES.iter().map(|(name, ..)| name.split(',').next().unwrap());
    let known: BTreeSet<_> = columns.chain(WITHOUT_COLUMN.iter().map(|(name, _)| *name)).collect();
    assert_eq!(found, known);
    let list = std::fs::read_to_string(root().join("src/profile/kinds.rs")).unwrap();
    let typs = list.split("header_type: \"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    let is_here = |typ: &&str| !typ.is_empty() && !OF_PRESENTATIONS.contains(typ);
    for typ in typs.filter(is_here) {
        let header = start_of_header(typ);
        assert!(VECTORS.contains(&header), "no token has the typ {typ}");
    }
}

/// The beginning of a token of joserfc whose header has this `typ`.
fn start_of_header(typ: &str) -> String {
    let header = format!(r#"{{"alg":"ES256","typ":"{typ}""#);
    let whole = header.len() / 3 * 3;
    crate::support::issuer::encode(&header[..whole])
}
