//! Claims are found by whole names, read with their types, and stay what they were when they were signed.

#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/verdict.rs"]
mod verdict;

use issuer::Issuer;
use keycard::{Claim, ClaimRule, Claims, Policy, Reason, Time};
use serde_json::json;
use verdict::{AUDIENCE, ISSUER, NOW, claims, look};

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

/// Looks at the claims of an accepted token with this payload.
fn with_claims<T>(payload: &str, look_at: impl FnOnce(Claims<'_>) -> T) -> T {
    let issuer = Issuer::new();
    let policy = Policy::jwt(None, None, [issuer.algorithm()]);
    let policy = policy.without_issuer().without_audience().without_expiry();
    let token = issuer.token(payload);
    look(&issuer, &token, &policy, Time::At(NOW), |token| look_at(token.claims())).unwrap()
}

#[test]
fn getters_are_typed_and_tell_missing_from_malformed() {
    with_claims(
        r#"{"s":"text","i":-7,"f":1.5,"b":false,"t":true,"n":null,"a":["x","y"],"o":{}}"#,
        |claims| {
            assert_eq!(claims.string("s"), Ok("text"));
            assert_eq!(claims.integer("i"), Ok(-7));
            assert_eq!((claims.boolean("b"), claims.boolean("t")), (Ok(false), Ok(true)));
            let date = claims.time("f").unwrap();
            assert_eq!((date.seconds(), date.has_fraction()), (1, true));
            let date = claims.time("i").unwrap();
            assert_eq!((date.seconds(), date.has_fraction()), (-7, false));
            assert_eq!(claims.strings("a").unwrap().collect::<Vec<_>>(), ["x", "y"]);
            assert_eq!(claims.strings("s").unwrap().collect::<Vec<_>>(), ["text"]);
            for missing in ["S", "", "st", "s "] {
                assert_eq!(claims.string(missing).unwrap_err().reason(), Reason::ClaimMissing);
            }
            for other in ["i", "b", "n", "a", "o"] {
                assert_eq!(claims.string(other).unwrap_err().reason(), Reason::ClaimType);
                assert!(claims.get(other).is_some());
            }
            for other in ["s", "f", "b", "n", "a", "o"] {
                assert_eq!(claims.integer(other).unwrap_err().reason(), Reason::ClaimType);
            }
            assert_eq!(claims.strings("o").err().map(|e| e.reason()), Some(Reason::ClaimType));
        },
    );
}

#[test]
fn a_path_goes_through_objects_by_whole_names() {
    let payload = r#"{"realm_access":{"roles":["admin"],"a.b":{"":"deep"}},"kubernetes.io":{"pod":1},"s":"x"}"#;
    with_claims(payload, |claims| {
        let roles: Vec<_> = claims.strings(&["realm_access", "roles"]).unwrap().collect();
        assert_eq!(roles, ["admin"]);
        assert_eq!(claims.string(&["realm_access", "a.b", ""]), Ok("deep"));
        assert_eq!(claims.integer(&["kubernetes.io", "pod"]), Ok(1));
        assert!(claims.get(&["kubernetes", "io", "pod"]).is_none());
        assert!(claims.get(&["roles"]).is_none(), "a member of a member is not at the top");
        assert!(claims.get(&["s", "x"]).is_none() && claims.get(&[]).is_none());
    });
}

#[test]
fn a_string_that_looks_like_more_claims_stays_one_string() {
    let text = r#"x","admin":true,"z":""#;
    let payload = json!({"note": text, "sub": "mallory", "more\",\"admin": "true"}).to_string();
    with_claims(&payload, |claims| {
        assert_eq!(claims.string("note"), Ok(text));
        assert!(claims.get("admin").is_none() && claims.get("z").is_none());
        assert_eq!(claims.string("more\",\"admin"), Ok("true"));
        assert_eq!(claims.iter().count(), 3);
        let mut output = [0; 256];
        let length = claims.write_json(&mut output).unwrap();
        let reread: serde_json::Value = serde_json::from_slice(&output[..length]).unwrap();
        assert_eq!(reread, serde_json::from_str::<serde_json::Value>(&payload).unwrap());
    });
}

#[test]
fn escapes_are_unescaped_wherever_they_stand_and_in_any_order_of_looking() {
    let payload = r#"{"\u0069ss":"https:\/\/id.example","\uD83D\uDE00":{"k\n":["\"\\\u0000","b"]},"last":"\t"}"#;
    with_claims(payload, |claims| {
        for _ in 0..2 {
            assert_eq!(claims.string("last"), Ok("\t"));
            assert_eq!(claims.string("iss"), Ok("https://id.example"));
            let inner: Vec<_> = claims.strings(&["\u{1f600}", "k\n"]).unwrap().collect();
            assert_eq!(inner, ["\"\\\0", "b"]);
        }
    });
}

#[test]
fn many_members_are_all_found() {
    let members: Vec<String> = (0..64).map(|index| format!("\"claim{index}\":{index}")).collect();
    with_claims(&format!("{{{}}}", members.join(",")), |claims| {
        for index in 0..64 {
            assert_eq!(claims.integer(format!("claim{index}").as_str()), Ok(index));
        }
    });
}

#[test]
fn rules_for_claims_hold_for_paths_and_say_which_of_them_failed() {
    let rules = [ClaimRule::present("tenant"), ClaimRule::equals(&["org", "name"], "acme")];
    let policy = policy().with_rules(&rules);
    let judge = |changes| verdict::judge(&policy, &claims(changes));
    assert_eq!(judge(json!({"tenant": 0, "org": {"name": "acme"}})), Ok(()));
    let error = judge(json!({"org": {"name": "acme"}})).unwrap_err();
    assert_eq!((error.reason(), error.claim()), (Reason::ClaimMissing, Some(Claim::Rule(0))));
    for (organisation, reason) in [
        (json!({"name": "Acme"}), Reason::ClaimMismatch),
        (json!({"name": "acme2"}), Reason::ClaimMismatch),
        (json!({"name": ["acme"]}), Reason::ClaimType),
        (json!({}), Reason::ClaimMissing),
        (json!("acme"), Reason::ClaimMissing),
    ] {
        let error = judge(json!({"tenant": 0, "org": organisation})).unwrap_err();
        assert_eq!((error.reason(), error.claim()), (reason, Some(Claim::Rule(1))));
    }
}

#[test]
fn a_rule_for_groups_looks_for_a_whole_string_in_text_or_in_an_array() {
    let rules = [ClaimRule::contains("groups", "admin")];
    let policy = policy().with_rules(&rules);
    let judge = |groups| {
        let judged = verdict::judge(&policy, &claims(json!({ "groups": groups })));
        judged.map_err(|error| error.reason())
    };
    for groups in [json!("admin"), json!(["admin"]), json!(["users", "admin"])] {
        assert_eq!(judge(groups.clone()), Ok(()), "{groups}");
    }
    for groups in [json!("users"), json!([]), json!(["users", "administrator", "Admin", ""])] {
        assert_eq!(judge(groups.clone()), Err(Reason::ClaimMismatch), "{groups}");
    }
    for groups in [json!({"admin": true}), json!(["admin", 1]), json!(1)] {
        assert_eq!(judge(groups.clone()), Err(Reason::ClaimType), "{groups}");
    }
}

#[cfg(feature = "serde")]
mod deserialize {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(untagged)]
    enum Audience<'a> {
        One(&'a str),
        Many(Vec<&'a str>),
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Plan {
        Free,
        Paid { seats: u32 },
        Old(u8),
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Mine<'a> {
        #[serde(borrow)]
        aud: Audience<'a>,
        #[serde(borrow)]
        name: &'a str,
        exp: f64,
        level: u8,
        email: Option<&'a str>,
        plan: Plan,
        plans: Vec<Plan>,
        huge: u64,
        nested: BTreeMap<&'a str, Vec<Option<bool>>>,
        #[serde(default)]
        absent: i64,
    }

    #[test]
    fn a_type_of_the_callers_reads_every_accepted_text_escapes_included() {
        let payload = r#"{"aud":["a","\u0062"],"name":"Ann \"\\\/\ud83d\ude00","exp":1.8e9,"level":255,
            "email":null,"plan":{"paid":{"seats":3}},"plans":["free",{"old":1}],
            "huge":18446744073709551615,"ignored":[{"x":[[]]},1e5],
            "nested":{"k\t":[true,null]}}"#;
        with_claims(payload, |claims| {
            let mine: Mine<'_> = claims.deserialize().unwrap();
            assert_eq!(mine.aud, Audience::Many(vec!["a", "b"]));
            assert_eq!(mine.name, "Ann \"\\/\u{1f600}");
            assert_eq!((mine.exp, mine.level, mine.email, mine.absent), (1.8e9, 255, None, 0));
            assert_eq!(mine.plan, Plan::Paid { seats: 3 });
            assert_eq!(mine.plans, [Plan::Free, Plan::Old(1)]);
            assert_eq!(mine.huge, u64::MAX);
            assert_eq!(mine.nested["k\t"], [Some(true), None]);
        });
    }

    #[test]
    fn newtypes_tuples_and_variants_with_content_are_read_too() {
        #[derive(Deserialize, Debug, PartialEq)]
        struct Seconds(f32);
        #[derive(Deserialize, Debug, PartialEq)]
        enum Shape {
            Point,
            Pair(u8, u8),
        }
        #[derive(Deserialize, Debug, PartialEq)]
        struct All {
            lasts: Seconds,
            shapes: (Shape, Shape, Shape),
        }
        let payload = |shapes: &str| format!(r#"{{"lasts":1.5,"shapes":{shapes}}}"#);
        with_claims(&payload(r#"["Point",{"Point":null},{"Pair":[1,2]}]"#), |claims| {
            let all: All = claims.deserialize().unwrap();
            assert_eq!(all.lasts, Seconds(1.5));
            assert_eq!(all.shapes, (Shape::Point, Shape::Point, Shape::Pair(1, 2)));
        });
        for wrong in [
            r#"["Point","Point",{"Point":1}]"#,
            r#"["Point","Point",{"Point":null,"Pair":[1,2]}]"#,
            r#"["Point","Point",{}]"#,
            r#"["Point","Point",["Point"]]"#,
            r#"["Point","Point",{"Pair":[1]}]"#,
            r#"["Point","Point","Pair"]"#,
        ] {
            with_claims(&payload(wrong), |claims| {
                let error = claims.deserialize::<All>().unwrap_err();
                assert_eq!(error.reason(), Reason::ClaimType, "{wrong}");
            });
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_never_a_default() {
        #[derive(Deserialize, Debug)]
        struct Level {
            #[allow(dead_code, reason = "only whether it can be read matters")]
            level: u8,
        }
        for payload in [
            r#"{"level":256}"#,
            r#"{"level":-1}"#,
            r#"{"level":1.5}"#,
            r#"{"level":"1"}"#,
            r#"{"level":null}"#,
            r#"{"level":1e400}"#,
        ] {
            with_claims(payload, |claims| {
                let error = claims.deserialize::<Level>().unwrap_err();
                assert_eq!(error.reason(), Reason::ClaimType, "{payload}");
            });
        }
        with_claims(r#"{"level":"1"}"#, |claims| {
            #[derive(Deserialize, Debug)]
            struct Level {
                #[allow(dead_code, reason = "only whether it can be read matters")]
                level: f64,
            }
            assert_eq!(claims.deserialize::<Level>().unwrap_err().reason(), Reason::ClaimType);
        });
        with_claims(r#"{"Level":1}"#, |claims| {
            let error = claims.deserialize::<Level>().unwrap_err();
            assert_eq!(error.reason(), Reason::ClaimMissing);
        });
    }

    #[test]
    fn any_accepted_object_reads_as_serde_json_reads_it() {
        let payload =
            r#"{"a":[1,-2,3.25,true,null,"\u00e9\"",{"b":{}}],"c\\":{"d":[[],[[]]]},"e":""}"#;
        with_claims(payload, |claims| {
            // Everything is kept; numbers are compared as floats.
            type Any = BTreeMap<String, Loose>;
            #[derive(Deserialize, Debug, PartialEq)]
            #[serde(untagged)]
            enum Loose {
                Boolean(bool),
                Number(f64),
                Text(String),
                List(Vec<Loose>),
                Map(BTreeMap<String, Loose>),
                Null(()),
            }
            let ours: Any = claims.deserialize().unwrap();
            let mut output = [0; 256];
            let length = claims.write_json(&mut output).unwrap();
            let theirs: Any = serde_json::from_slice(&output[..length]).unwrap();
            assert_eq!(ours, theirs);
            assert_eq!(serde_json::from_str::<Any>(payload).unwrap(), theirs);
        });
    }
}
