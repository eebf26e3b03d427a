//! Claims are found by whole names, read with their types, and stay as they were signed.

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, claims, look};
use keycard::{ClaimRule, Claims, Member, Policy, Reason, Time};
use serde_json::json;

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

/// Passes the claims of an accepted token with this payload to a function.
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
fn errors_of_getters_name_the_claim_and_both_types() {
    let payload = r#"{"acr":7,"tenant":{"id":1.5,"big":1e300},"groups":["a",1]}"#;
    let long = "a".repeat(60);
    with_claims(payload, |claims| {
        let said = claims.string("cid").unwrap_err();
        assert_eq!(said.to_string(), "claims: a required claim is missing (cid)");
        assert_eq!((said.path(), said.detail()), ("cid", ""));
        let said = claims.string("acr").unwrap_err();
        let expected =
            "claims: a claim has the wrong type (acr): expected a string, found a number";
        assert_eq!(said.to_string(), expected);
        assert_eq!(keycard::Error::from(said).member(), Some(Member::AuthenticationContext));
        let said = claims.integer(&["tenant", "id"]).unwrap_err();
        assert_eq!((said.path(), said.reason()), ("tenant.id", Reason::ClaimType));
        let said = claims.boolean("tenant").unwrap_err();
        assert_eq!(said.detail(), "expected a boolean, found an object");
        let said = claims.time(&["tenant", "big"]).unwrap_err();
        assert_eq!((said.path(), said.reason()), ("tenant.big", Reason::DateOutOfRange));
        let said = claims.strings("groups").err().unwrap();
        assert_eq!(said.detail(), "expected a string or an array of strings, found an array");
        let said = claims.string(&["tenant", "x\n\u{1b}", &long]).unwrap_err();
        assert_eq!(said.path(), format!("tenant.x??.{}…", &long[..42]), "53 bytes and three dots");
        assert_eq!(claims.string(&[]).unwrap_err().path(), "");
    });
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
fn reads_escaped_names_and_values_in_any_order() {
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
    let policy = policy().require_rules(&rules);
    let verdict_of = |changes| verdict::verdict_of(&policy, &claims(changes));
    assert_eq!(verdict_of(json!({"tenant": 0, "org": {"name": "acme"}})), Ok(()));
    let error = verdict_of(json!({"org": {"name": "acme"}})).unwrap_err();
    assert_eq!((error.reason(), error.member()), (Reason::ClaimMissing, Some(Member::Rule(0))));
    for (organisation, reason) in [
        (json!({"name": "Acme"}), Reason::ClaimMismatch),
        (json!({"name": "acme2"}), Reason::ClaimMismatch),
        (json!({"name": ["acme"]}), Reason::ClaimType),
        (json!({}), Reason::ClaimMissing),
        (json!("acme"), Reason::ClaimMissing),
    ] {
        let error = verdict_of(json!({"tenant": 0, "org": organisation})).unwrap_err();
        assert_eq!((error.reason(), error.member()), (reason, Some(Member::Rule(1))));
    }
}

#[test]
fn contains_rule_accepts_whole_string_in_text_or_array() {
    let rules = [ClaimRule::contains("groups", "admin")];
    let policy = policy().require_rules(&rules);
    let verdict_of = |groups| {
        let outcome = verdict::verdict_of(&policy, &claims(json!({ "groups": groups })));
        outcome.map_err(|error| error.reason())
    };
    for groups in [json!("admin"), json!(["admin"]), json!(["users", "admin"])] {
        assert_eq!(verdict_of(groups.clone()), Ok(()), "{groups}");
    }
    for groups in [json!("users"), json!([]), json!(["users", "administrator", "Admin", ""])] {
        assert_eq!(verdict_of(groups.clone()), Err(Reason::ClaimMismatch), "{groups}");
    }
    for groups in [json!({"admin": true}), json!(["admin", 1]), json!(1)] {
        assert_eq!(verdict_of(groups.clone()), Err(Reason::ClaimType), "{groups}");
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
    fn deserializes_accepted_claims_with_escapes_into_own_type() {
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
    fn errors_name_the_path_and_never_show_a_value() {
        #[derive(Deserialize, Debug)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code, reason = "only whether it can be read matters")]
        struct Tenant {
            id: u8,
            #[serde(default)]
            plan: Option<Plan>,
            #[serde(default, alias = "labels2")]
            labels: BTreeMap<String, Vec<(u8, u8)>>,
            #[serde(default, deserialize_with = "even")]
            even: u8,
        }
        #[derive(Deserialize, Debug)]
        #[allow(dead_code, reason = "only whether it can be read matters")]
        struct All {
            tenant: Tenant,
        }
        fn even<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
            let number = u8::deserialize(deserializer)?;
            let odd = || serde::de::Error::custom(format_args!("{number} is odd\n"));
            (number % 2 == 0).then_some(number).ok_or_else(odd)
        }
        let wrong = Reason::ClaimType;
        for (payload, reason, path, detail) in [
            (r#"{}"#, Reason::ClaimMissing, "tenant", ""),
            (r#"{"tenant":{}}"#, Reason::ClaimMissing, "tenant.id", ""),
            (r#"{"tenant":7}"#, wrong, "tenant", "expected struct Tenant, found a number"),
            (r#"{"tenant":{"id":"secret"}}"#, wrong, "tenant.id", "expected u8, found a string"),
            (r#"{"tenant":{"id":256}}"#, wrong, "tenant.id", "expected u8"),
            (r#"{"tenant":{"id":1,"z":1}}"#, wrong, "tenant.z", "unknown member"),
            (r#"{"tenant":{"id":1,"even":3}}"#, wrong, "tenant.even", "3 is odd?"),
            (r#"{"tenant":{"id":1,"plan":"gold"}}"#, wrong, "tenant.plan", "unknown variant"),
            (
                r#"{"tenant":{"id":1,"plan":[]}}"#,
                wrong,
                "tenant.plan",
                "expected a string or an object of one member, found an array",
            ),
            (
                r#"{"tenant":{"id":1,"plan":{"paid":{"seats":null}}}}"#,
                wrong,
                "tenant.plan.paid.seats",
                "expected u32, found null",
            ),
            (
                r#"{"tenant":{"id":1,"plan":{"free":1}}}"#,
                wrong,
                "tenant.plan.free",
                "expected null, found a number",
            ),
            (
                r#"{"tenant":{"id":1,"labels":{"a b":[[1,2],[1,true]]}}}"#,
                wrong,
                "tenant.labels.a b[1][1]",
                "expected u8, found a boolean",
            ),
            (
                r#"{"tenant":{"id":1,"labels":{"a":[[1]]}}}"#,
                wrong,
                "tenant.labels.a[0]",
                "expected a tuple of size 2, found 1 elements",
            ),
            (
                r#"{"tenant":{"id":1,"labels":{},"labels2":{}}}"#,
                wrong,
                "tenant.labels",
                "two members for one field",
            ),
        ] {
            with_claims(payload, |claims| {
                let error = claims.deserialize::<All>().unwrap_err();
                let said = (error.reason(), error.path(), error.detail());
                assert_eq!(said, (reason, path, detail), "{payload}");
            });
        }
        let deep = format!("{}1{}", r#"{"abcdefghij":"#.repeat(7), "}".repeat(7));
        with_claims(&deep, |claims| {
            #[derive(Deserialize, Debug)]
            #[allow(dead_code, reason = "only whether it can be read matters")]
            struct Deep {
                abcdefghij: Option<Box<Deep>>,
            }
            let error = claims.deserialize::<Deep>().unwrap_err();
            let cut = format!("{}abcdefghi…", "abcdefghij.".repeat(4));
            assert_eq!(error.path(), cut, "the beginning is kept");
        });
    }

    /// Lists a number of members, in an order that is not that of their names.
    fn members(count: usize) -> String {
        let members = (0..count).map(|number| format!("\"{}\":[\"{number}\"]", number * 7 % 101));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn deserializes_members_in_the_order_of_the_token() {
        for count in [0, 1, 63, 64, 65, 100] {
            let payload = members(count);
            with_claims(&payload, |claims| {
                type Members = serde_json::Map<String, serde_json::Value>;
                let ours: Members = claims.deserialize().unwrap();
                let theirs: Members = serde_json::from_str(&payload).unwrap();
                assert!(ours.iter().eq(theirs.iter()), "{payload}");
            });
        }
    }

    #[test]
    fn deserializes_all_claims_into_any_kind_of_type() {
        with_claims(r#"{"paid":{"seats":3}}"#, |claims| {
            assert_eq!(claims.deserialize(), Ok(Plan::Paid { seats: 3 }));
            assert_eq!(claims.deserialize(), Ok(Some(Plan::Paid { seats: 3 })));
            assert!(claims.deserialize::<serde::de::IgnoredAny>().is_ok());
            let said = claims.deserialize::<u8>().unwrap_err().to_string();
            assert!(said.ends_with("expected u8, found an object"), "{said}");
        });
    }

    #[test]
    fn any_accepted_object_reads_as_serde_json_reads_it() {
        let payload =
            r#"{"a":[1,-2,3.25,true,null,"\u00e9\"",{"b":{}}],"c\\":{"d":[[],[[]]]},"e":""}"#;
        let plain =
            "{\"a\":[\"b\",{\"c\":\"\u{e9}\",\"d\":[{},\"\u{1f600}\"]}],\"\u{20ac}\":[\"\"]}";
        for payload in [payload, plain] {
            reads_as_serde_json_reads_it(payload);
        }
    }

    fn reads_as_serde_json_reads_it(payload: &str) {
        with_claims(payload, |claims| {
            // No claim is lost. Numbers are compared as floats.
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
