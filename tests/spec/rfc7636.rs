//! PKCE (RFC 7636) and the rules against its downgrade (RFC 9700 sections 2.1.1 and 4.8.2).

use keycard::pkce::{self, CodeVerifier, Outcome, Rules, Stored};
use keycard::{Reason, Stage};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn check(
    stored: Option<(&str, Option<&str>)>,
    verifier: Option<&str>,
    rules: Rules,
) -> Result<Outcome, Reason> {
    let stored = stored.map(|(challenge, method)| Stored::new(challenge, method));
    pkce::verify(stored, verifier.map(str::as_bytes), rules).map_err(|error| {
        assert_eq!(error.stage(), Stage::Pkce);
        error.reason()
    })
}

#[test]
fn appendix_b_is_made_and_verified() {
    let random = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    let verifier = CodeVerifier::from_random(random);
    assert_eq!(verifier.as_str(), VERIFIER);
    assert_eq!(verifier.code_challenge().as_str(), CHALLENGE);
    assert_eq!(pkce::challenge_s256(VERIFIER).unwrap().as_str(), CHALLENGE);
    let verified = check(Some((CHALLENGE, Some("S256"))), Some(VERIFIER), Rules::new());
    assert_eq!(verified, Ok(Outcome::Verified));
    assert!(!format!("{verifier:?}").contains("dBjf"), "a verifier is a secret");
}

#[test]
fn section_4_6_rejects_a_verifier_that_does_not_fit() {
    for at in 0..VERIFIER.len() {
        let mut other = VERIFIER.to_owned();
        let replacement = if other.as_bytes()[at] == b'a' { "b" } else { "a" };
        other.replace_range(at..=at, replacement);
        let outcome = check(Some((CHALLENGE, Some("S256"))), Some(&other), Rules::new());
        assert_eq!(outcome, Err(Reason::PkceMismatch));
    }
    let longer = format!("{VERIFIER}a");
    let outcome = check(Some((CHALLENGE, Some("S256"))), Some(&longer), Rules::new());
    assert_eq!(outcome, Err(Reason::PkceMismatch));
}

#[test]
fn section_4_6_differences_never_cancel_each_other() {
    // Swapped characters, and the same change twice. They are found because each character is
    // compared, not a sum.
    let plain = |challenge: &str| {
        let rules = Rules::new().allow_plain();
        check(Some((challenge, Some("plain"))), Some(VERIFIER), rules)
    };
    assert_eq!(plain(VERIFIER), Ok(Outcome::Verified));
    for at in 1..VERIFIER.len() {
        let mut swapped = VERIFIER.as_bytes().to_vec();
        swapped.swap(at - 1, at);
        let swapped = String::from_utf8(swapped).unwrap();
        if swapped != VERIFIER {
            assert_eq!(plain(&swapped), Err(Reason::PkceMismatch), "{at}");
        }
    }
    // Two characters that are not unreserved, at the same distance from unreserved ones.
    for pair in ["++", "==", "  ", "//", "+/"] {
        let verifier = VERIFIER.replacen("dB", pair, 1);
        let outcome = check(Some((CHALLENGE, Some("S256"))), Some(&verifier), Rules::new());
        assert_eq!(outcome, Err(Reason::CodeVerifierMalformed), "{pair:?}");
    }
}

#[test]
fn section_4_1_takes_43_to_128_unreserved_characters() {
    let verdict_of =
        |verifier: &str| check(Some((CHALLENGE, Some("S256"))), Some(verifier), Rules::new());
    for malformed in [
        String::new(),
        "a".repeat(42),
        "a".repeat(129),
        VERIFIER.replace('-', "+"),
        VERIFIER.replace('-', "="),
        VERIFIER.replace('-', " "),
        format!("{VERIFIER}\n"),
        format!("{VERIFIER}\0"),
        VERIFIER.replace('-', "\u{e9}"),
        // Two wrong characters must not cancel each other: within a group of sixteen, in two
        // groups, and at the end.
        format!("++{}", "a".repeat(46)),
        format!("+{}+{}", "a".repeat(15), "a".repeat(32)),
        format!("+{}+", "a".repeat(47)),
        format!("{}+", "a".repeat(47)),
    ] {
        assert_eq!(verdict_of(&malformed), Err(Reason::CodeVerifierMalformed), "{malformed:?}");
        let error = pkce::challenge_s256(&malformed).unwrap_err();
        assert_eq!(error.reason(), Reason::CodeVerifierMalformed);
    }
    for well_formed in ["a".repeat(43), "~._-".repeat(32)] {
        assert_eq!(verdict_of(&well_formed), Err(Reason::PkceMismatch));
    }
}

#[test]
fn section_4_6_takes_a_challenge_of_its_method_only() {
    let verdict_of =
        |challenge: &str, method| check(Some((challenge, method)), Some(VERIFIER), Rules::new());
    for malformed in [
        "",
        &CHALLENGE[1..],
        &format!("{CHALLENGE}="),
        &format!("{}N", &CHALLENGE[..42]),
        &CHALLENGE.replace('-', "+"),
        VERIFIER.get(..42).unwrap(),
    ] {
        assert_eq!(verdict_of(malformed, Some("S256")), Err(Reason::CodeChallengeMalformed));
    }
    for method in ["s256", "S256 ", "SHA256", "", "Plain"] {
        assert_eq!(verdict_of(CHALLENGE, Some(method)), Err(Reason::CodeChallengeMethod));
    }
}

#[test]
fn rfc_9700_section_4_8_2_rejects_one_side_without_the_other() {
    for rules in [Rules::new(), Rules::new().optional(), Rules::new().allow_plain().optional()] {
        let without_challenge = check(None, Some(VERIFIER), rules);
        assert_eq!(without_challenge, Err(Reason::PkceDowngrade));
        let without_verifier = check(Some((CHALLENGE, Some("S256"))), None, rules);
        assert_eq!(without_verifier, Err(Reason::PkceDowngrade));
    }
}

#[test]
fn rfc_9700_section_2_1_1_requires_pkce_unless_it_is_optional() {
    assert_eq!(check(None, None, Rules::new()), Err(Reason::PkceMissing));
    assert_eq!(check(None, None, Rules::new().optional()), Ok(Outcome::NotUsed));
}

#[test]
fn section_7_2_takes_plain_only_if_it_is_allowed_by_name() {
    for method in [Some("plain"), None] {
        let stored = Some((VERIFIER, method));
        assert_eq!(check(stored, Some(VERIFIER), Rules::new()), Err(Reason::PkceDowngrade));
        let allowed = Rules::new().allow_plain();
        assert_eq!(check(stored, Some(VERIFIER), allowed), Ok(Outcome::Verified));
        assert_eq!(check(stored, Some(CHALLENGE), allowed), Err(Reason::PkceMismatch));
        let longer = format!("{VERIFIER}a");
        assert_eq!(check(stored, Some(&longer), allowed), Err(Reason::PkceMismatch));
        let short = Some((&VERIFIER[..42], method));
        assert_eq!(check(short, Some(VERIFIER), allowed), Err(Reason::CodeChallengeMalformed));
    }
    // A challenge of S256 presented as its own verifier does not match with either method.
    let stored = Some((CHALLENGE, Some("S256")));
    assert_eq!(
        check(stored, Some(CHALLENGE), Rules::new().allow_plain()),
        Err(Reason::PkceMismatch)
    );
}
