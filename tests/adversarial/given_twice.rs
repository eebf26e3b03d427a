//! No setter of rules silently replaces an earlier value. `policy.rs` tests those of a policy.

use keycard::dpop::ProofRules;
use keycard::pkce;
use keycard::{
    Algorithm, Error, ImageRules, KeyRules, KeyTable, Keys, Member, OriginalIdToken, Policy,
    Precompute, Reason, Stage,
};

fn fault(outcome: Result<(), Error>) -> (Reason, Member) {
    let error = outcome.unwrap_err();
    assert_eq!(error.stage(), Stage::Usage, "{error}");
    (error.reason(), error.member().unwrap())
}

type OfProof = fn(ProofRules<'static>) -> ProofRules<'static>;
type OfKeys = fn(KeyRules<'static>) -> KeyRules<'static>;
type OfImage = fn(ImageRules) -> ImageRules;
type OfOriginal = fn(OriginalIdToken<'static>) -> OriginalIdToken<'static>;

const OF_PROOF: &[(&str, Member, OfProof)] = &[
    ("for_access_token", Member::ProvenTokenHash, |it| it.for_access_token("a")),
    ("for_transaction_token", Member::ProvenTokenHash, |it| it.for_transaction_token("a")),
    ("require_nonce", Member::Nonce, |it| it.require_nonce("a")),
    ("allow_leeway", Member::Leeway, |it| it.allow_leeway(0)),
];

const OF_KEYS: &[(&str, Member, OfKeys)] = &[
    ("allow_use", Member::KeyUse, |it| it.allow_use("a")),
    ("insecure_allow_short_secrets", Member::MinSecretBytes, |it| {
        it.insecure_allow_short_secrets(0)
    }),
    ("insecure_allow_weak_rsa", Member::MinRsaBits, |it| it.insecure_allow_weak_rsa(1024)),
    ("only_for", Member::Algorithm, |it| it.only_for(Algorithm::Es256)),
    ("precompute", Member::Precompute, |it| it.precompute(Precompute::None)),
    ("with_id", Member::KeyId, |it| it.with_id("a")),
    ("with_max_rsa_bits", Member::MaxRsaBits, |it| it.with_max_rsa_bits(usize::MAX)),
    ("with_max_secret_bytes", Member::MaxSecretBytes, |it| it.with_max_secret_bytes(usize::MAX)),
];

const OF_IMAGE: &[(&str, Member, OfImage)] =
    &[("require_min_version", Member::MinVersion, |it| it.require_min_version(0))];

const OF_ORIGINAL: &[(&str, Member, OfOriginal)] = &[
    ("with_authentication_time", Member::AuthenticationTime, |it| it.with_authentication_time(0)),
    ("with_authorized_party", Member::AuthorizedParty, |it| it.with_authorized_party("a")),
    ("with_nonce", Member::Nonce, |it| it.with_nonce("a")),
];

/// Methods that set a flag: two calls are the same as one.
const SWITCHES: &[(&str, &[&str])] = &[
    ("ProofRules", &["without_access_token", "without_transaction_token", "nonce_not_provided"]),
    ("KeyRules", &["allow_secrets", "allow_certificates", "allow_short_coordinates"]),
    ("ImageRules", &["insecure_allow_weak_keys"]),
    ("Rules", &["allow_plain", "optional"]),
];

#[test]
fn rejects_proof_rules_that_give_a_member_twice() {
    let rules = || ProofRules::new("GET", "https://api.example/", Algorithm::Es256, 60);
    for (name, claim, set) in OF_PROOF {
        let found = fault(set(set(rules())).check());
        assert_eq!(found, (Reason::PolicyTwice, *claim), "{name}");
    }
}

#[test]
fn rejects_key_rules_that_give_a_member_twice() {
    for (name, claim, set) in OF_KEYS {
        let rules = set(set(KeyRules::new()));
        let twice = (Reason::PolicyTwice, *claim);
        let mut memory = [0; 64];
        let mut table = KeyTable::new(&mut memory).unwrap();
        assert_eq!(fault(table.add_jwks_by(&rules, "{}").map(|_| ())), twice, "{name}");
        assert_eq!(fault(table.add_jwk_by(&rules, "{}")), twice, "{name}");
        assert_eq!(fault(KeyTable::size_for_jwks(&rules, "{}").map(|_| ())), twice, "{name}");
        let raw = keycard::RawKey::Secret(&[7; 32]);
        assert_eq!(fault(table.add_raw(&rules, &raw)), twice, "{name}");
        #[cfg(feature = "pem")]
        assert_eq!(fault(table.add_pem(&rules, "").map(|_| ())), twice, "{name}");
        #[cfg(feature = "pem")]
        assert_eq!(fault(table.add_der(&rules, "")), twice, "{name}");
    }
}

#[test]
fn rejects_image_rules_that_give_a_member_twice() {
    let mut memory = [0; 8];
    let image = KeyTable::new(&mut memory).unwrap().seal(1);
    for (name, claim, set) in OF_IMAGE {
        let rules = set(ImageRules::storage_is_authenticated());
        assert!(Keys::from_image(image, &rules).is_ok());
        let opened = Keys::from_image(image, &set(rules)).map(|_| ());
        assert_eq!(fault(opened), (Reason::PolicyTwice, *claim), "{name}");
    }
}

#[test]
fn rejects_an_original_that_gives_a_member_twice() {
    for (name, claim, set) in OF_ORIGINAL {
        let original = set(set(OriginalIdToken::new("issuer", "subject", "client", 0)));
        let policy = Policy::refreshed_id_token("issuer", "client", Algorithm::Es256, &original);
        assert_eq!(fault(policy.check()), (Reason::PolicyTwice, *claim), "{name}");
    }
}

#[test]
fn accepts_permissions_that_are_given_twice() {
    let rules = pkce::Rules::new().allow_plain().optional();
    assert_eq!(rules.allow_plain().optional(), rules);
}

/// Reads the source for methods that take rules and return them.
#[test]
fn knows_each_method_that_sets_a_member() {
    fn names<T>(rows: &[(&'static str, Member, T)]) -> Vec<&'static str> {
        rows.iter().map(|(name, ..)| *name).collect()
    }
    for (file, structure, mut known) in [
        ("dpop/rules.rs", "ProofRules", names(OF_PROOF)),
        ("key/rules.rs", "KeyRules", names(OF_KEYS)),
        ("key/image.rs", "ImageRules", names(OF_IMAGE)),
        ("pkce.rs", "Rules", Vec::new()),
        ("policy/original.rs", "OriginalIdToken", names(OF_ORIGINAL)),
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let heads = [format!("<'a> {structure}<'a> {{"), format!(" {structure} {{")];
        let is_own = |block: &&str| heads.iter().any(|head| block.starts_with(head));
        let mut found = Vec::new();
        for method in text.split("\nimpl").filter(is_own).flat_map(|it| it.split("\n    pub ")) {
            let Some(method) = method.trim_start_matches("const ").strip_prefix("fn ") else {
                continue;
            };
            let head = method.split_once(" {").unwrap().0;
            if head.contains("self") && !head.contains("&self") && head.ends_with("-> Self") {
                found.push(method.split(['(', '<']).next().unwrap());
            }
        }
        let switches = SWITCHES.iter().filter(|(owner, _)| *owner == structure);
        known.extend(switches.flat_map(|(_, switches)| *switches));
        known.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, known, "{structure}");
    }
}
