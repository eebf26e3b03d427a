//! No check is skipped because a setting is empty, missing or contradictory.

use keycard::{Algorithm, ClaimRule, KeyTable, Member, Policy, Reason, Stage, StrList, Time};

const ANY: &[Algorithm] = Algorithm::ALL;

/// The error of a policy, which validation finds before it reads the token.
fn fault(policy: Policy<'_>) -> (Reason, Option<Member>) {
    let mut memory = [0; 8];
    let keys = KeyTable::new(&mut memory).unwrap();
    let error =
        keycard::validate("token", keys.view(), &policy, Time::At(0), &mut [0; 64]).unwrap_err();
    assert_eq!(error.stage(), Stage::Usage, "{error}");
    assert_eq!(policy.check(), Err(error));
    (error.reason(), error.member())
}

fn jwt() -> Policy<'static> {
    Policy::jwt("issuer", "audience", ANY)
}

#[test]
fn what_must_be_decided_is_given_or_waived_by_name() {
    let missing = |policy| {
        let (reason, claim) = fault(policy);
        assert_eq!(reason, Reason::PolicyIncomplete);
        claim
    };
    assert_eq!(missing(Policy::jwt("issuer", "audience", [])), Some(Member::Algorithm));
    assert_eq!(missing(Policy::jws([])), Some(Member::Algorithm));
    assert_eq!(missing(Policy::jwt(None, "audience", ANY)), Some(Member::Issuer));
    assert_eq!(missing(Policy::jwt("issuer", None, ANY)), Some(Member::Audience));
    assert_eq!(missing(Policy::access_token(None, "audience", ANY)), Some(Member::Issuer));
    assert_eq!(missing(Policy::id_token("issuer", "client", ANY, None)), Some(Member::Nonce));
    let waived = Policy::jwt(None, None, ANY).without_issuer().without_audience();
    assert_eq!(waived.check(), Ok(()));
}

#[test]
fn what_is_present_and_empty_is_a_usage_error() {
    let empty = |policy| {
        let (reason, claim) = fault(policy);
        assert_eq!(reason, Reason::PolicyEmpty);
        claim
    };
    assert_eq!(empty(Policy::jwt("", "audience", ANY)), Some(Member::Issuer));
    assert_eq!(empty(Policy::jwt("issuer", "", ANY)), Some(Member::Audience));
    assert_eq!(empty(Policy::jwt("issuer", &[], ANY)), Some(Member::Audience));
    assert_eq!(empty(Policy::jwt("issuer", &["a", ""], ANY)), Some(Member::Audience));
    assert_eq!(empty(Policy::id_token("issuer", "client", ANY, "")), Some(Member::Nonce));
    assert_eq!(empty(jwt().audience_from("")), Some(Member::Audience));
    assert_eq!(empty(jwt().require_scope("")), Some(Member::Scope));
    assert_eq!(empty(jwt().require_scopes(&[])), Some(Member::Scope));
    assert_eq!(empty(jwt().require_token_type("")), Some(Member::Type));
    let header = Some(Member::HeaderParameter);
    assert_eq!(empty(jwt().require_header("", "value")), header);
    assert_eq!(empty(jwt().require_header("signer", "")), header);
    assert_eq!(empty(jwt().require_nonce("")), Some(Member::Nonce));
    assert_eq!(empty(jwt().allow_authorized_parties(&[])), Some(Member::AuthorizedParty));
    assert_eq!(empty(jwt().with_access_token("")), Some(Member::AccessTokenHash));
    assert_eq!(empty(jwt().with_code("")), Some(Member::CodeHash));
    assert_eq!(empty(jwt().require_rules(&[])), Some(Member::Rule(0)));
    let rules = [ClaimRule::present("a"), ClaimRule::equals("b", "")];
    assert_eq!(empty(jwt().require_rules(&rules)), Some(Member::Rule(1)));
    let rules = [ClaimRule::present(StrList::NOT_GIVEN)];
    assert_eq!(empty(jwt().require_rules(&rules)), Some(Member::Rule(0)));
    let id_token = Policy::id_token("issuer", "client", ANY, "nonce");
    assert_eq!(empty(id_token.trust_audiences(&[])), Some(Member::Audience));
    let access_token = Policy::access_token("issuer", "audience", ANY);
    assert_eq!(empty(access_token.marked_by(&[])), Some(Member::Scope));
}

#[test]
fn rejects_a_policy_that_gives_and_waives() {
    let contradiction = |policy| {
        let (reason, claim) = fault(policy);
        assert_eq!(reason, Reason::PolicyContradiction);
        claim
    };
    assert_eq!(contradiction(jwt().without_issuer()), Some(Member::Issuer));
    assert_eq!(contradiction(jwt().without_audience()), Some(Member::Audience));
    let elsewhere = Policy::jwt("issuer", None, ANY).audience_from("client_id");
    assert_eq!(contradiction(elsewhere.without_audience()), Some(Member::Audience));
    let id_token = Policy::id_token("issuer", "client", ANY, "nonce");
    assert_eq!(contradiction(id_token.nonce_not_sent()), Some(Member::Nonce));
    assert_eq!(contradiction(id_token.without_expiry()), Some(Member::ExpirationTime));
    let strict = Policy::access_token_rfc9068("issuer", "audience", ANY);
    assert_eq!(contradiction(strict.without_expiry()), Some(Member::ExpirationTime));
    assert_eq!(contradiction(strict.marked_by("scp")), Some(Member::Scope));
}

#[test]
fn texts_of_any_kind_are_a_list() {
    let owned = vec![String::from("a"), String::from("b")];
    let owned = owned.as_slice();
    let none: &[String] = &[];
    let list = StrList::source(&owned);
    assert_eq!(list.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(jwt().require_scopes(list).check(), Ok(()));
    let empty = (Reason::PolicyEmpty, Some(Member::Scope));
    assert_eq!(fault(jwt().require_scopes(StrList::source(&none))), empty);
}

#[test]
fn rejects_required_scope_with_white_space_in_it() {
    for scopes in [&["a b"][..], &["a", " b"], &["a\tb"], &["a", "b", "c\n"]] {
        let contradiction = (Reason::PolicyScope, Some(Member::Scope));
        assert_eq!(fault(jwt().require_scopes(scopes)), contradiction, "{scopes:?}");
        assert_eq!(fault(jwt().require_any_scope(scopes)), contradiction, "{scopes:?}");
    }
}

#[test]
fn a_plain_jws_has_no_claims_to_ask_for() {
    let jws = || Policy::jws(ANY);
    assert_eq!(jws().check(), Ok(()));
    for policy in [
        jws().require_scope("a"),
        jws().require_any_scope(StrList::NOT_GIVEN),
        jws().scope_from("a"),
        jws().require_nonce("a"),
        jws().require_max_age(1),
        jws().require_max_token_age(1),
        jws().require_rules(&[ClaimRule::present("a")]),
        jws().with_code("a"),
    ] {
        assert_eq!(fault(policy).0, Reason::PolicyContradiction);
    }
    // A check that a policy cannot require cannot be waived either.
    for (policy, claim) in [
        (jws().without_issuer(), Member::Issuer),
        (jws().without_audience(), Member::Audience),
        (jws().audience_from("client_id"), Member::Audience),
        (jws().without_expiry(), Member::ExpirationTime),
        (jws().without_clock(), Member::ExpirationTime),
    ] {
        assert_eq!(fault(policy), (Reason::PolicyContradiction, Some(claim)));
    }
}

#[test]
fn what_belongs_to_another_kind_of_token_is_asked_of_no_other() {
    let access_token = || Policy::access_token("issuer", "audience", ANY);
    for (policy, claim) in [
        (jwt().marked_by("scp"), Member::Scope),
        (jwt().trust_audiences("other"), Member::Audience),
        (jwt().nonce_not_sent(), Member::Nonce),
        (Policy::jws(ANY).marked_by("scp"), Member::Scope),
        (Policy::jws(ANY).trust_audiences("other"), Member::Audience),
        (Policy::jws(ANY).nonce_not_sent(), Member::Nonce),
        (access_token().trust_audiences("other"), Member::Audience),
        (access_token().nonce_not_sent(), Member::Nonce),
    ] {
        assert_eq!(fault(policy), (Reason::PolicyContradiction, Some(claim)));
    }
}

#[test]
fn rejects_required_hash_without_the_value_to_hash() {
    let hash = Some(Member::AccessTokenHash);
    assert_eq!(fault(jwt().require_access_token_hash()), (Reason::PolicyIncomplete, hash));
    let hash = Some(Member::CodeHash);
    assert_eq!(fault(jwt().require_code_hash()), (Reason::PolicyIncomplete, hash));
}

#[test]
fn more_than_ten_minutes_of_leeway_have_to_be_asked_for_by_name() {
    assert_eq!(jwt().allow_leeway(600).check(), Ok(()));
    assert_eq!(fault(jwt().allow_leeway(601)).0, Reason::LeewayTooLong);
    assert_eq!(jwt().insecure_allow_leeway(601).check(), Ok(()));
}

#[test]
fn a_policy_shows_no_text_of_the_callers() {
    let policy = jwt().require_nonce("n-0S6_WzA2Mj").with_code("SplxlOBe");
    let shown = format!("{policy:?}");
    assert!(!shown.contains("n-0S6") && !shown.contains("Splx"), "{shown}");
}

#[test]
fn a_policy_kept_for_good_can_be_narrowed_for_one_request() {
    let kept: Policy<'static> = jwt();
    let scope = String::from("of-this-request");
    let narrowed = kept.require_scope(&scope);
    assert_eq!(narrowed.check(), Ok(()));
}

type Setter = fn(Policy<'static>) -> Policy<'static>;

/// Each method that sets a member, and the name of the member in its errors.
const SETTERS: &[(&str, Member, Setter)] = &[
    ("audience_from", Member::Audience, |it| it.audience_from("a")),
    ("client_id_from", Member::ClientId, |it| it.client_id_from("a")),
    ("insecure_allow_leeway", Member::Leeway, |it| it.insecure_allow_leeway(1)),
    ("marked_by", Member::Scope, |it| it.marked_by("a")),
    ("require_any_scope", Member::Scope, |it| it.require_any_scope("a")),
    ("require_authentication_context", Member::AuthenticationContext, |it| {
        it.require_authentication_context("a")
    }),
    ("require_authentication_methods", Member::AuthenticationMethods, |it| {
        it.require_authentication_methods("a")
    }),
    ("require_client", Member::ClientId, |it| it.require_client("a")),
    ("require_header", Member::HeaderParameter, |it| it.require_header("a", "b")),
    ("require_nonce", Member::Nonce, |it| it.require_nonce("a")),
    ("require_scope", Member::Scope, |it| it.require_scope("a")),
    ("require_scopes", Member::Scope, |it| it.require_scopes("a")),
    ("require_subject", Member::Subject, |it| it.require_subject("a")),
    ("require_token_type", Member::Type, |it| it.require_token_type("a")),
    ("scope_from", Member::Scope, |it| it.scope_from("a")),
    ("trust_audiences", Member::Audience, |it| it.trust_audiences("a")),
    ("with_access_token", Member::AccessTokenHash, |it| it.with_access_token("a")),
    ("allow_authorized_parties", Member::AuthorizedParty, |it| it.allow_authorized_parties("a")),
    ("require_client_certificate", Member::Confirmation, |it| {
        it.require_client_certificate(&THUMBPRINT)
    }),
    ("with_code", Member::CodeHash, |it| it.with_code("a")),
    ("require_dpop_key", Member::Confirmation, |it| it.require_dpop_key(&THUMBPRINT)),
    ("require_issuer_template", Member::Issuer, |it| it.require_issuer_template("a/{b}")),
    ("allow_leeway", Member::Leeway, |it| it.allow_leeway(1)),
    ("require_max_age", Member::AuthenticationTime, |it| it.require_max_age(1)),
    ("with_max_header_length", Member::MaxHeaderLength, |it| it.with_max_header_length(1)),
    ("require_max_lifetime", Member::ExpirationTime, |it| it.require_max_lifetime(1)),
    ("with_max_members", Member::MaxMembers, |it| it.with_max_members(1)),
    ("require_max_token_age", Member::IssuedAt, |it| it.require_max_token_age(1)),
    ("with_max_token_length", Member::MaxTokenLength, |it| it.with_max_token_length(1)),
    ("require_rules", Member::Rule(0), |it| it.require_rules(&[])),
    ("with_state", Member::StateHash, |it| it.with_state("a")),
    ("require_user", Member::Subject, |it| it.require_user(ClaimRule::present("a"))),
    ("reject_user", Member::Subject, |it| it.reject_user()),
    ("reject_user_marked_by", Member::Subject, |it| {
        it.reject_user_marked_by(ClaimRule::present("a"))
    }),
];

static THUMBPRINT: keycard::Thumbprint = keycard::Thumbprint::from_bytes([0; 32]);

/// The setters of members that have a meaning without claims.
const WITHOUT_CLAIMS: [&str; 5] = [
    "require_header",
    "require_token_type",
    "with_max_header_length",
    "with_max_members",
    "with_max_token_length",
];

/// Methods that set a flag: two calls are the same as one.
const SWITCHES: &[&str] = &[
    "allow_padding",
    "nonce_not_sent",
    "reject_issued_in_future",
    "require_access_token_hash",
    "require_authorized_party",
    "require_code_hash",
    "require_state_hash",
    "without_audience",
    "without_clock",
    "without_expiry",
    "without_issuer",
    // This method changes the kind of token. The tests of logout tokens call it twice.
    "allow_untyped_logout_token",
];

#[test]
fn rejects_each_member_that_is_given_twice() {
    for (name, claim, set) in SETTERS {
        assert_eq!(fault(set(set(jwt()))), (Reason::PolicyTwice, Some(*claim)), "{name}");
    }
    let leeway = (Reason::PolicyTwice, Some(Member::Leeway));
    assert_eq!(fault(jwt().allow_leeway(0).allow_leeway(600)), leeway);
    assert_eq!(fault(jwt().allow_leeway(1).insecure_allow_leeway(1)), leeway);
    let id_token = Policy::id_token("issuer", "client", ANY, "nonce");
    assert_eq!(fault(id_token.require_nonce("b")), (Reason::PolicyTwice, Some(Member::Nonce)));
    let template = (Reason::PolicyTwice, Some(Member::Issuer));
    assert_eq!(fault(jwt().require_issuer_template("a/{b}")), template);
}

#[test]
fn rejects_each_member_about_claims_for_a_jws() {
    for (name, _, set) in SETTERS {
        let accepted = set(Policy::jws(ANY)).check().is_ok();
        assert_eq!(accepted, WITHOUT_CLAIMS.contains(name), "{name}");
    }
}

#[test]
fn knows_each_method_that_sets_a_member() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = [root.join("profile"), root.join("policy")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path()).chain([root.join("policy.rs")]);
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for block in text.split("\nimpl").filter(|block| block.starts_with("<'a> Policy<'a> {")) {
            let public = block.split("\n    pub ").skip(1);
            let methods =
                public.filter_map(|it| it.trim_start_matches("const ").strip_prefix("fn "));
            for method in methods {
                let (name, rest) = method.split_once('(').unwrap();
                let returns = rest.split_once(" {").unwrap().0.ends_with("-> Self");
                let takes = rest.trim_start().trim_start_matches("mut ").starts_with("self");
                if returns && takes {
                    found.push(name.to_owned());
                }
            }
        }
    }
    found.sort();
    let known = SETTERS.iter().map(|(name, ..)| name).chain(SWITCHES);
    let mut known: Vec<_> = known.map(|name| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(found, known);
}

#[test]
fn rejects_a_token_type_of_another_kind() {
    let id_token = Policy::id_token("issuer", "client", ANY, "nonce");
    let access_token = Policy::access_token("issuer", "audience", ANY);
    let contradiction = (Reason::PolicyContradiction, Some(Member::Type));
    let more: &[&str] = match cfg!(feature = "more-kinds") {
        true => &[
            "client-authentication+jwt",
            "oauth-authz-req+jwt",
            "txntoken+jwt",
            "wit+jwt",
            "wpt+jwt",
            "statuslist+jwt",
            "authorization-grant+jwt",
            "oauth-id-jag+jwt",
        ],
        false => &[],
    };
    for kind in ["logout+jwt", "dpop+jwt", "application/secevent+jwt"].iter().chain(more) {
        assert_eq!(fault(id_token.require_token_type(kind)), contradiction);
        assert_eq!(fault(access_token.require_token_type(kind)), contradiction);
    }
    assert_eq!(fault(id_token.require_token_type("AT+jwt")), contradiction);
    assert_eq!(access_token.require_token_type("at+jwt").check(), Ok(()));
    assert_eq!(id_token.require_token_type("id+jwt").check(), Ok(()));
}

#[test]
fn rejects_a_lifetime_of_nothing_and_one_without_an_end() {
    let empty = (Reason::PolicyEmpty, Some(Member::ExpirationTime));
    assert_eq!(fault(jwt().require_max_lifetime(0)), empty);
    let contradiction = (Reason::PolicyContradiction, Some(Member::ExpirationTime));
    assert_eq!(fault(jwt().require_max_lifetime(60).without_expiry()), contradiction);
}

#[test]
fn rejects_leeway_in_a_policy_without_claims() {
    let jws = || Policy::jws(ANY);
    assert_eq!(jws().allow_leeway(0).check(), Ok(()));
    assert_eq!(fault(jws().allow_leeway(5)), (Reason::PolicyContradiction, Some(Member::Leeway)));
}
