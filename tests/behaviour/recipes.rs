//! The recipes of `docs/guide/recipes.md`: the documented policies of providers, with tokens that a
//! foreign program signed.

#![cfg(all(feature = "rs256", feature = "es256", feature = "id-token"))]

use keycard::{
    Algorithm, ClaimRule, KeyRules, KeyTable, Policy, StrList, Time, scratch_size, validate,
};
use serde_json::Value;

const RECIPES: &str = include_str!("../vectors/recipes.json");

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

/// A rule with the path that it borrows.
struct Rule<'a> {
    kind: &'a str,
    path: Vec<&'a str>,
    value: &'a str,
}

impl<'a> Rule<'a> {
    fn read(value: &'a Value) -> Self {
        Self {
            kind: value["kind"].as_str().unwrap(),
            path: texts(&value["path"]),
            value: value["value"].as_str().unwrap_or_default(),
        }
    }

    fn rule(&self) -> ClaimRule<'_> {
        let path = StrList::from(&*self.path);
        match self.kind {
            "present" => ClaimRule::present(path),
            "equals" => ClaimRule::equals(path, self.value),
            "contains" => ClaimRule::contains(path, self.value),
            other => panic!("{other}"),
        }
    }
}

fn verdict_of(recipe: &Value, case: &Value, now: i64) -> Result<(), String> {
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let asked = &recipe["policy"];
    let mut rules = KeyRules::new();
    if let Some(key_use) = asked["key_use"].as_str() {
        rules = rules.allow_use(key_use);
    }
    let report = table.add_jwks_by(&rules, recipe["jwks"].to_string()).unwrap();
    assert_eq!(report.added(), 1);
    let known = [
        "profile",
        "key_use",
        "issuer",
        "issuer_is_template",
        "audiences",
        "audience_claim",
        "algorithms",
        "markers",
        "scopes",
        "scope_claim",
        "client_claim",
        "clients",
        "user",
        "reject_user",
        "rules",
        "nonce_not_sent",
        "authorized_parties",
    ];
    for name in asked.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "{name}");
    }
    let issuer = asked["issuer"].as_str().unwrap();
    let named = (!asked["issuer_is_template"].is_boolean()).then_some(issuer);
    let audiences = texts(&asked["audiences"]);
    let algorithms: Vec<Algorithm> =
        texts(&asked["algorithms"]).into_iter().map(|name| name.parse().unwrap()).collect();
    let [markers, scopes, clients, parties] =
        ["markers", "scopes", "clients", "authorized_parties"].map(|name| texts(&asked[name]));
    let rules: Vec<Rule<'_>> =
        asked["rules"].as_array().into_iter().flatten().map(Rule::read).collect();
    let rules: Vec<ClaimRule<'_>> = rules.iter().map(Rule::rule).collect();
    let audiences = StrList::from(&*audiences);
    let mut policy = match asked["profile"].as_str().unwrap() {
        "access token" => Policy::access_token(named, audiences, &*algorithms),
        "ID token" => Policy::id_token(named, audiences, &*algorithms, None),
        "JWT" => Policy::jwt(named, audiences, &*algorithms),
        "JWT-SVID" => Policy::jwt_svid(named, audiences, &*algorithms),
        "transaction token" => Policy::transaction_token(named, audiences, &*algorithms),
        other => panic!("{other}"),
    };
    if named.is_none() {
        policy = policy.require_issuer_template(issuer);
    }
    if let Some(claim) = asked["audience_claim"].as_str() {
        policy = policy.audience_from(claim);
    }
    if !markers.is_empty() {
        policy = policy.marked_by(&*markers);
    }
    if !scopes.is_empty() {
        policy = policy.require_scopes(&*scopes);
    }
    if let Some(claim) = asked["scope_claim"].as_str() {
        policy = policy.scope_from(claim);
    }
    if let Some(claim) = asked["client_claim"].as_str() {
        policy = policy.client_id_from(claim);
    }
    if !clients.is_empty() {
        policy = policy.require_client(&*clients);
    }
    let [user, without] = ["user", "reject_user"]
        .map(|name| asked[name].is_object().then(|| Rule::read(&asked[name])));
    if let Some(user) = &user {
        policy = policy.require_user(user.rule());
    }
    if let Some(mark) = &without {
        policy = policy.reject_user_marked_by(mark.rule());
    }
    if !rules.is_empty() {
        policy = policy.require_rules(&rules);
    }
    if asked["nonce_not_sent"] == true {
        policy = policy.nonce_not_sent();
    }
    if !parties.is_empty() {
        policy = policy.allow_authorized_parties(&*parties);
    }
    let token = case["token"].as_str().unwrap();
    let mut scratch = vec![0; scratch_size(token.len())];
    let outcome = validate(token, table.view(), &policy, Time::At(now), &mut scratch);
    outcome.map(|_| ()).map_err(|error| format!("{:?}", error.reason()))
}

#[test]
fn recipes_accept_what_providers_document_and_no_more() {
    let document: Value = serde_json::from_str(RECIPES).unwrap();
    let now = document["now"].as_i64().unwrap();
    let recipes = document["recipes"].as_array().unwrap();
    assert_eq!(recipes.len(), 11);
    let mut wrong = Vec::new();
    for recipe in recipes {
        let cases = recipe["cases"].as_array().unwrap();
        assert!(cases.len() >= 5, "{}", recipe["name"]);
        for case in cases {
            let outcome = verdict_of(recipe, case, now).err();
            if outcome.as_deref() != case["reason"].as_str() {
                wrong.push(format!("{} {}: {outcome:?}", recipe["name"], case["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The page shows each policy as the tests use it.
#[test]
fn the_page_has_every_value_of_the_recipes() {
    let page = include_str!("../../docs/guide/recipes.md");
    let document: Value = serde_json::from_str(RECIPES).unwrap();
    for recipe in document["recipes"].as_array().unwrap() {
        let name = recipe["name"].as_str().unwrap();
        let section = page.split("\n## ").find(|section| section.starts_with(&format!("{name}\n")));
        let section = section.unwrap_or_else(|| panic!("{name} has no section"));
        let mut values = vec![&recipe["policy"]];
        while let Some(value) = values.pop() {
            match value {
                Value::Array(all) => values.extend(all),
                Value::Object(all) => values.extend(all.values()),
                Value::String(text) => {
                    assert!(section.contains(&format!("`{text}`")), "{name} has no `{text}`");
                }
                _ => {}
            }
        }
    }
}
