//! Key sets and tokens of foreign programs (`tests/vectors/key_sets`): loaded keys, reports and
//! verdicts.

#![cfg(all(feature = "es256", feature = "rsa", feature = "eddsa"))]

use keycard::{
    Algorithm, Finding, KeyReport, KeyRules, KeyTable, Policy, Precompute, Reason, Time,
    scratch_size,
};
use serde_json::Value;
use std::path::Path;

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Ed25519];

fn cases() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/key_sets/cases.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn rules(case: &Value) -> KeyRules<'static> {
    let named = case["rules"].as_array().unwrap().iter();
    named.fold(KeyRules::new(), |rules, name| match name.as_str().unwrap() {
        "allow_short_coordinates" => rules.allow_short_coordinates(),
        other => panic!("{other}"),
    })
}

/// The expected findings of a kind, from the case.
fn found(case: &Value, outcome: &str) -> Vec<(u64, String, Option<String>)> {
    let found = case["found"].as_array().unwrap().iter();
    let these = found.filter(|finding| finding["outcome"] == outcome);
    these
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().map(str::to_owned);
            (finding["index"].as_u64().unwrap(), text("reason").unwrap(), text("member"))
        })
        .collect()
}

fn stated(findings: &[Finding]) -> Vec<(u64, String, Option<String>)> {
    let stated = findings.iter().map(|finding| {
        let error = finding.error;
        let member = error.member().map(|claim| claim.name().to_owned());
        (finding.index.try_into().unwrap(), format!("{:?}", error.reason()), member)
    });
    stated.collect()
}

fn check_report(case: &Value, report: &KeyReport) {
    let name = &case["name"];
    assert_eq!(report.added() as u64, case["added"].as_u64().unwrap(), "{name}: {report:?}");
    assert_eq!(stated(report.rejections()), found(case, "rejected"), "{name}");
    assert_eq!(stated(report.skips()), found(case, "skipped"), "{name}");
    assert_eq!(stated(report.notes()), found(case, "noted"), "{name}");
    assert_eq!(report.noted(), report.notes().len(), "{name}");
}

fn verdict(token: &str, keys: keycard::Keys<'_>, time: Time) -> Option<Reason> {
    let policy = Policy::jwt("https://issuer.example", "api", ALGORITHMS);
    let mut scratch = vec![0; scratch_size(token.len())];
    let rejected = keycard::validate(token, keys, &policy, time, &mut scratch).err()?;
    if rejected.reason() != Reason::WrongIssuer {
        return Some(rejected.reason());
    }
    // A token of the tenant.
    let policy = Policy::jwt(None, "api", ALGORITHMS).without_issuer();
    let rejected = keycard::validate(token, keys, &policy, time, &mut scratch).err()?;
    Some(rejected.reason())
}

#[test]
fn loads_what_it_can_and_keeps_restrictions() {
    let cases = cases();
    assert!(cases.len() > 80);
    for case in &cases {
        let (name, jwks) = (&case["name"], case["jwks"].as_str().unwrap());
        let rules = rules(case);
        let mut memory = vec![0; 4096];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let report = table.add_jwks_by(&rules, jwks);
        if let Some(reason) = case["error"].as_str() {
            let rejected = report.unwrap_err();
            assert_eq!(format!("{:?}", rejected.reason()), reason, "{name}");
            assert!(table.view().is_empty(), "{name}");
            let size = KeyTable::size_for_jwks(&rules, jwks);
            // Counting records does not find duplicates.
            assert!(size.is_err() || rejected.reason() == Reason::JsonDuplicate, "{name}");
            continue;
        }
        check_report(case, &report.unwrap());
        let time = Time::At(case["now"].as_i64().unwrap());
        for token in case["tokens"].as_array().unwrap() {
            let verdict = verdict(token["token"].as_str().unwrap(), table.view(), time);
            let verdict = verdict.map(|reason| format!("{reason:?}"));
            assert_eq!(verdict.as_deref(), token["verdict"].as_str(), "{name}: {token}");
        }
    }
}

#[test]
fn computes_the_size_that_is_enough_for_a_set() {
    for case in cases().iter().filter(|case| case["error"].is_null()) {
        let (name, jwks) = (&case["name"], case["jwks"].as_str().unwrap());
        for precompute in [Precompute::None, Precompute::Bytes2K] {
            let rules = rules(case).precompute(precompute);
            let size = KeyTable::size_for_jwks(&rules, jwks).unwrap();
            let mut memory = vec![0; size / 8];
            let report = KeyTable::new(&mut memory).unwrap().add_jwks_by(&rules, jwks).unwrap();
            check_report(case, &report);
            // A key with duplicates uses memory until the duplicates are found.
            let is_exact = report.rejected() == 0;
            if is_exact && size > 48 {
                let mut memory = vec![0; size / 8 - 1];
                let added = KeyTable::new(&mut memory).unwrap().add_jwks_by(&rules, jwks);
                let rejected = added.unwrap_err();
                assert_eq!(
                    (rejected.reason(), rejected.needed()),
                    (Reason::KeyTableFull, Some(size)),
                    "{name}"
                );
            }
        }
    }
}

/// The case with this name.
fn case(name: &str) -> Value {
    cases().into_iter().find(|case| case["name"] == name).unwrap()
}

#[test]
fn rejects_timed_keys_where_the_time_is_not_known() {
    for (name, not_before, reason) in [
        ("key that expires later", 0, Reason::TimeUnavailable),
        ("key that has expired", 1_800_000_000, Reason::KeyExpired),
        ("key that becomes valid now", 1_800_000_000, Reason::TimeUnavailable),
    ] {
        let case = case(name);
        let mut memory = vec![0; 256];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_jwks(case["jwks"].as_str().unwrap()).unwrap();
        let token = case["tokens"][0]["token"].as_str().unwrap();
        let policy = Policy::jwt("https://issuer.example", "api", ALGORITHMS).without_clock();
        let mut scratch = vec![0; scratch_size(token.len())];
        let time = Time::Unknown { not_before };
        let rejected = keycard::validate(token, table.view(), &policy, time, &mut scratch);
        assert_eq!(rejected.unwrap_err().reason(), reason, "{name}");
        // The key does not verify if the time is unknown, either.
        let signed = token.rsplit_once('.').unwrap();
        let mut signature = [0; 64];
        let length = keycard::base64url::decode(signed.1.as_bytes(), &mut signature).unwrap();
        let verify = |key: keycard::Key<'_>| {
            key.verify(Algorithm::Es256, signed.0.as_bytes(), &signature[..length])
        };
        assert!(verify(table.view().iter().next().unwrap()).is_err(), "{name}");
    }
}

#[test]
#[cfg(feature = "alloc")]
fn owned_keys_are_as_large_as_they_must_be() {
    fn is_shared_between_threads<T: Send + Sync + 'static>(_: &T) {}
    for case in cases() {
        let (name, jwks) = (&case["name"], case["jwks"].as_str().unwrap());
        let loaded = keycard::OwnedKeys::from_jwks(&rules(&case), jwks);
        match case["error"].as_str() {
            Some(reason) => assert_eq!(format!("{:?}", loaded.unwrap_err().reason()), reason),
            None => {
                let (keys, report) = loaded.unwrap();
                check_report(&case, &report);
                assert_eq!(keys.keys().len(), report.added(), "{name}");
                is_shared_between_threads(&keys);
            }
        }
    }
    // Loads keys from several sources, and then with an error in one.
    let jwks = case("key that expires now");
    let (keys, report) = keycard::OwnedKeys::load(|table| {
        table.add_jwks(jwks["jwks"].as_str().unwrap())?;
        table.add_jwks(jwks["jwks"].as_str().unwrap())
    })
    .unwrap();
    assert_eq!((keys.keys().len(), report.added()), (2, 1));
    let rejected = keycard::OwnedKeys::load(|table| table.add_jwk("{")).unwrap_err();
    assert_eq!(rejected.reason(), Reason::JsonSyntax);
}

#[test]
fn keeps_restrictions_in_an_image() {
    for name in ["key that has expired", "key that becomes valid later", "issuer of another"] {
        let case = case(name);
        let mut memory = vec![0; 256];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_jwks(case["jwks"].as_str().unwrap()).unwrap();
        let image = table.seal(1).to_vec();
        let rules = keycard::ImageRules::storage_is_authenticated();
        let keys = keycard::Keys::from_image(&image, &rules).unwrap();
        let token = &case["tokens"][0];
        let verdict = verdict(token["token"].as_str().unwrap(), keys, Time::At(1_800_000_000));
        let verdict = verdict.map(|reason| format!("{reason:?}"));
        assert_eq!(verdict.as_deref(), token["verdict"].as_str(), "{name}");
    }
}
