//! Status list tokens (draft-ietf-oauth-status-list-21).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, fault, typed_verdict};
use keycard::status_list::StatusList;
use keycard::{Algorithm, KeyTable, Member, Policy, Reason, Time, scratch_size};
use serde_json::{Value, json};

const URI: &str = "https://example.com/statuslists/1";
const TYPE: Option<&str> = Some("statuslist+jwt");

fn policy() -> Policy<'static> {
    let policy = Policy::status_list(None, None, [Issuer::new().algorithm()], URI);
    policy.without_issuer().without_audience()
}

/// The example of section 5.1.
fn claims(changes: Value) -> String {
    let usual = json!({
        "iss": null, "aud": null, "sub": URI, "ttl": 43200,
        "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn section_5_1_requires_sub_iat_and_a_status_list() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in
        [("sub", Some(Member::Subject)), ("iat", Some(Member::IssuedAt)), ("status_list", None)]
    {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    for other in ["https://example.com/statuslists/2", "https://example.com/statuslists/1/", ""] {
        let wrong = Err((Reason::WrongSubject, Some(Member::Subject)));
        assert_eq!(verdict_of(json!({ "sub": other })), wrong, "{other}");
    }
}

#[test]
fn section_5_1_requires_the_type_of_a_status_list() {
    for token_type in [None, Some("JWT"), Some("at+jwt"), Some("statuslist+cwt"), Some("")] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(token_type, &policy(), &claims(json!({}))), wrong);
    }
}

#[test]
fn section_5_1_bounds_a_list_by_exp_and_ttl() {
    assert_eq!(verdict_of(json!({"exp": null, "ttl": null})), Ok(()));
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({"exp": NOW})), expired);
    for (ttl, reason) in [
        (json!(0), Reason::ClaimMismatch),
        (json!(-1), Reason::ClaimMismatch),
        (json!(-0.5), Reason::ClaimMismatch),
        (json!("43200"), Reason::ClaimType),
        (json!(true), Reason::ClaimType),
    ] {
        assert_eq!(verdict_of(json!({ "ttl": ttl })), Err((reason, None)), "{ttl}");
    }
    assert_eq!(verdict_of(json!({"ttl": 0.5})), Ok(()));
    let aged = policy().require_max_token_age(60);
    let old = claims(json!({"iat": NOW - 61, "exp": null}));
    let too_old = Err((Reason::TokenTooOld, Some(Member::IssuedAt)));
    assert_eq!(typed_verdict(TYPE, &aged, &old), too_old);
}

#[test]
fn section_4_2_requires_bits_and_a_list_in_base64url() {
    let list = |bits: Value, list: Value| {
        let mut object = json!({});
        for (name, value) in [("bits", bits), ("lst", list)] {
            if !value.is_null() {
                object[name] = value;
            }
        }
        verdict_of(json!({ "status_list": object }))
    };
    for bits in [1, 2, 4, 8] {
        assert_eq!(list(json!(bits), json!("eNrbuRgAAhcBXQ")), Ok(()));
    }
    for bits in [json!(0), json!(3), json!(16), json!(-1), json!(1.5)] {
        let wrong = Err((Reason::ClaimMismatch, None));
        assert_eq!(list(bits.clone(), json!("eNrbuRgAAhcBXQ")), wrong, "{bits}");
    }
    for text in ["", "eNrbuRgAAhcBXQ==", "eNrb+RgAAhcBXQ", "eNrb RgAAhcBXQ"] {
        assert_eq!(list(json!(1), json!(text)), Err((Reason::ClaimMismatch, None)), "{text}");
    }
    assert_eq!(list(Value::Null, json!("AA")), Err((Reason::ClaimMissing, None)));
    assert_eq!(list(json!(1), Value::Null), Err((Reason::ClaimMissing, None)));
    assert_eq!(list(json!("1"), json!("AA")), Err((Reason::ClaimType, None)));
    assert_eq!(list(json!(1), json!(["AA"])), Err((Reason::ClaimType, None)));
    for other in [json!([]), json!("eNrbuRgAAhcBXQ"), json!(1)] {
        assert_eq!(verdict_of(json!({ "status_list": other })), Err((Reason::ClaimType, None)));
    }
}

#[test]
fn rejects_a_policy_without_the_uri_of_the_list() {
    let any = [Issuer::new().algorithm()];
    let unnamed = Policy::status_list(ISSUER, None, any, None).without_audience();
    assert_eq!(fault(unnamed), (Reason::PolicyIncomplete, Some(Member::Subject)));
    let incomplete = |claim| (Reason::PolicyIncomplete, Some(claim));
    let unissued = Policy::status_list(None, None, any, URI);
    assert_eq!(fault(unissued.without_audience()), incomplete(Member::Issuer));
    assert_eq!(fault(unissued.without_issuer()), incomplete(Member::Audience));
    let scoped = (Reason::PolicyContradiction, Some(Member::Scope));
    assert_eq!(fault(policy().require_scope("read")), scoped);
    let named = Policy::status_list(ISSUER, None, any, URI).without_audience();
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({"iss": ISSUER}))), Ok(()));
    let missing = Err((Reason::ClaimMissing, Some(Member::Issuer)));
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({}))), missing);
}

/// The claims of a token that refers to a list, or the error of the reference.
fn reference_of(status: Value) -> Result<(String, u64), Reason> {
    let issuer = Issuer::new();
    let plain = Policy::jwt(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let token = issuer.token(verdict::claims(json!({ "status": status })));
    verdict::look(&issuer, &token, &plain, Time::At(NOW), |token| {
        let found = token.claims().status_reference();
        found.map(|found| (found.uri().to_owned(), found.index())).map_err(|error| error.reason())
    })
    .unwrap()
}

#[test]
fn section_6_2_reads_the_reference_to_a_status() {
    let list = |list: Value| reference_of(json!({ "status_list": list }));
    assert_eq!(list(json!({"idx": 0, "uri": URI})), Ok((URI.to_owned(), 0)));
    assert_eq!(
        list(json!({"idx": i64::MAX, "uri": "x", "a": 1})),
        Ok(("x".to_owned(), i64::MAX as u64))
    );
    for absent in [Value::Null, json!({}), json!({"other": {"idx": 0, "uri": URI}})] {
        assert_eq!(reference_of(absent), Err(Reason::ClaimMissing));
    }
}

#[test]
fn section_6_2_rejects_a_malformed_reference_as_not_absent() {
    for status in [
        json!([]),
        json!(0),
        json!("status_list"),
        json!({"status_list": null}),
        json!({"status_list": []}),
        json!({"status_list": {}}),
        json!({"status_list": {"idx": 0}}),
        json!({"status_list": {"uri": URI}}),
        json!({"status_list": {"idx": -1, "uri": URI}}),
        json!({"status_list": {"idx": 0.5, "uri": URI}}),
        json!({"status_list": {"idx": "0", "uri": URI}}),
        json!({"status_list": {"idx": u64::MAX, "uri": URI}}),
        json!({"status_list": {"idx": null, "uri": URI}}),
        json!({"status_list": {"idx": 0, "uri": ""}}),
        json!({"status_list": {"idx": 0, "uri": [URI]}}),
    ] {
        assert_eq!(reference_of(status.clone()), Err(Reason::ClaimType), "{status}");
    }
}

/// Validates a status list token with these bits, and a token with the reference. Returns the
/// status, and the verdict by it.
fn status(
    bits: u32,
    inflated: &[u8],
    index: u64,
    uri: &str,
) -> (Result<u8, Reason>, Option<Reason>) {
    let issuer = Issuer::new();
    let list = claims(json!({"status_list": {"bits": bits, "lst": "eNrbuRgAAhcBXQ"}}));
    let header = json!({"alg": issuer.algorithm().name(), "typ": "statuslist+jwt"});
    let list = issuer.sign(&header.to_string(), &list);
    let plain = Policy::jwt(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let reference = json!({"status": {"status_list": {"idx": index, "uri": uri}}});
    let token = issuer.token(verdict::claims(reference));
    verdict::look(&issuer, &list, &policy(), Time::At(NOW), |list| {
        let list = StatusList::new(&list, inflated).unwrap();
        verdict::look(&issuer, &token, &plain, Time::At(NOW), |token| {
            let checked = list.check(&token.claims()).err().map(|error| error.reason());
            (list.value(&token.claims()).map_err(|error| error.reason()), checked)
        })
    })
    .unwrap()
    .unwrap()
}

#[test]
fn section_8_3_rejects_every_status_but_valid() {
    // Section 4.1: the statuses 0, 1, 2, 3 in 2, 4 and 8 bits.
    for (bits, bytes) in [(2, &[0xE4][..]), (4, &[0x10, 0x32]), (8, &[0, 1, 2, 3])] {
        let of = |index| status(bits, bytes, index, URI);
        assert_eq!(of(0), (Ok(0), None));
        assert_eq!(of(1), (Ok(1), Some(Reason::StatusInvalid)));
        assert_eq!(of(2), (Ok(2), Some(Reason::StatusSuspended)));
        assert_eq!(of(3), (Ok(3), Some(Reason::StatusOther)));
    }
    assert_eq!(status(8, &[255], 0, URI), (Ok(255), Some(Reason::StatusOther)));
    // The figure of section 4.1: two bytes, 0xB9 and 0xA3.
    let ones: Vec<_> =
        (0..16).map(|index| status(1, &[0xB9, 0xA3], index, URI).0.unwrap()).collect();
    assert_eq!(ones, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
}

#[test]
fn section_8_3_rejects_an_index_behind_the_end() {
    let behind = (Err(Reason::StatusOutOfRange), Some(Reason::StatusOutOfRange));
    for (bits, end) in [(1, 16), (2, 8), (4, 4), (8, 2)] {
        assert_eq!(status(bits, &[0, 0], end - 1, URI), (Ok(0), None));
        for index in [end, end + 1, 1 << 32, i64::MAX as u64] {
            assert_eq!(status(bits, &[0, 0], index, URI), behind);
        }
        assert_eq!(status(bits, &[], 0, URI), behind);
    }
}

#[test]
fn section_8_3_rejects_the_list_of_another_uri() {
    for uri in ["https://example.com/statuslists/2", "https://example.com/statuslists/1/", "x"] {
        let other = (Err(Reason::StatusListMismatch), Some(Reason::StatusListMismatch));
        assert_eq!(status(1, &[0], 0, uri), other, "{uri}");
    }
}

#[test]
fn rejects_a_token_of_another_kind_as_a_status_list() {
    let issuer = Issuer::new();
    let plain = Policy::jwt(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let token = issuer.token(claims(json!({"iss": ISSUER, "aud": AUDIENCE})));
    let made = verdict::look(&issuer, &token, &plain, Time::At(NOW), |token| {
        StatusList::new(&token, &[0]).map(|_| ()).map_err(|error| error.reason())
    });
    assert_eq!(made.unwrap(), Err(Reason::WrongTokenKind));
}

/// The inflated list of a case of `tests/vectors/statuses.json`.
fn inflated(case: &Value) -> Vec<u8> {
    let mut bytes = vec![0; case["length"].as_u64().unwrap() as usize];
    for pair in case["bytes"].as_array().unwrap() {
        bytes[pair[0].as_u64().unwrap() as usize] = pair[1].as_u64().unwrap() as u8;
    }
    bytes
}

#[test]
fn appendix_c_reads_the_statuses_of_the_draft() {
    for case in vectors()["draft"].as_array().unwrap() {
        let (bits, bytes) = (case["bits"].as_u64().unwrap() as u32, inflated(case));
        assert_eq!(bytes.len() * 8 / bits as usize, 1 << 20);
        for pair in case["statuses"].as_array().unwrap() {
            let (index, value) = (pair[0].as_u64().unwrap(), pair[1].as_u64().unwrap() as u8);
            assert_eq!(status(bits, &bytes, index, URI).0, Ok(value), "{bits} {index}");
        }
        assert_eq!(status(bits, &bytes, 1, URI), (Ok(0), None));
        assert_eq!(status(bits, &bytes, 1 << 20, URI).0, Err(Reason::StatusOutOfRange));
    }
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/statuses.json")).unwrap()
}

#[cfg(feature = "es256")]
#[test]
fn takes_the_lists_and_tokens_of_foreign_programs() {
    let vectors = vectors();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (iss, aud) = (text(&vectors["issuer"]), text(&vectors["audience"]));
    let now = Time::At(vectors["now"].as_i64().unwrap());
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    keys.add_jwks(vectors["jwks"].to_string()).unwrap();
    let plain = Policy::jwt(&*iss, &*aud, Algorithm::Es256);
    let mut counts = [0; 3];
    for case in vectors["cases"].as_array().unwrap() {
        let (uri, list, bytes) = (text(&case["uri"]), text(&case["token"]), inflated(case));
        let policy = Policy::status_list(&*iss, None, Algorithm::Es256, &*uri).without_audience();
        let mut scratch = vec![0; scratch_size(list.len())];
        let list = keycard::validate(&list, keys.view(), &policy, now, &mut scratch).unwrap();
        let list = StatusList::new(&list, &bytes).unwrap();
        for referring in case["referring"].as_array().unwrap() {
            let token = text(&referring["token"]);
            let mut scratch = vec![0; scratch_size(token.len())];
            let token = keycard::validate(&token, keys.view(), &plain, now, &mut scratch).unwrap();
            let value = list.value(&token.claims()).map_err(|error| error.reason());
            let expected = referring["value"].as_u64().map(|value| value as u8);
            assert_eq!(value, expected.ok_or(Reason::StatusOutOfRange), "{case}");
            let valid = list.check(&token.claims()).is_ok();
            assert_eq!(valid, value == Ok(0));
            counts[usize::from(!valid) + usize::from(value.is_err())] += 1;
        }
        for (index, value) in case["values"].as_array().unwrap().iter().enumerate() {
            let bits = case["bits"].as_u64().unwrap() as u32;
            assert_eq!(
                status(bits, &bytes, index as u64, URI).0.ok(),
                value.as_u64().map(|it| it as u8)
            );
        }
    }
    assert_eq!(counts, [12, 20, 8]);
}
