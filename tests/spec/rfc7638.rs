//! JSON Web Key thumbprints (RFC 7638; RFC 8037 section 2 for OKP, RFC 9964 section 5 for AKP).

use crate::support::issuer::Issuer;
use crate::support::jwk::{expected_thumbprint, with};
use keycard::{Algorithm, KeyRules, KeyTable, Reason, Thumbprint};
use serde_json::{Value, json};

/// A key of every kind that is built.
fn keys() -> impl Iterator<Item = Value> {
    let built = Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built());
    built.map(|algorithm| Issuer::with(algorithm, "first").jwk())
}

/// The thumbprint of the key in this text.
fn thumbprint(jwk: &str) -> Thumbprint {
    let mut memory = [0; 384];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwk_by(&KeyRules::new().allow_secrets(), jwk).unwrap();
    table.view().iter().next().unwrap().thumbprint()
}

#[test]
fn section_3_hashes_sorted_required_members_without_space() {
    for jwk in keys() {
        let expected = expected_thumbprint(&jwk);
        assert_eq!(thumbprint(&jwk.to_string()).to_text().as_str(), expected, "{jwk}");
    }
}

#[test]
fn section_3_2_counts_no_other_member_and_no_spelling() {
    for jwk in keys() {
        let plain = thumbprint(&jwk.to_string());
        let more =
            json!({"kid": "other", "use": "sig", "key_ops": ["verify"], "x5t": "AA", "ext": true});
        assert_eq!(thumbprint(&with(&jwk, more).to_string()), plain, "{jwk}");
        let spaced =
            serde_json::to_string_pretty(&jwk).unwrap().replace("\"kty\"", r#""\u006bty""#);
        assert_eq!(thumbprint(&spaced), plain, "{jwk}");
        let members = jwk.as_object().unwrap().iter().rev();
        let members: Vec<_> = members.map(|(name, value)| format!("\"{name}\":{value}")).collect();
        assert_eq!(thumbprint(&format!("{{{}}}", members.join(","))), plain, "{jwk}");
    }
}

#[test]
fn a_key_is_found_by_its_whole_thumbprint_and_nothing_less() {
    let first = Issuer::new();
    let mut memory = [0; 512];
    let mut table = first.keys(&mut memory);
    let rules = KeyRules::new().allow_secrets();
    table.add_jwk_by(&rules, Issuer::other().jwk().to_string()).unwrap();
    let keys = table.view();
    let text = expected_thumbprint(&Issuer::other().jwk());
    let wanted = Thumbprint::from_text(&text).unwrap();
    assert_eq!(keys.find(&wanted).map(|key| key.index()), Some(1));
    let mut other = *wanted.as_bytes();
    other[31] ^= 1;
    assert!(keys.find(&Thumbprint::from_bytes(other)).is_none());
    assert_ne!(wanted, Thumbprint::from_bytes(other));
    for malformed in ["", &text[1..], &format!("{text}A"), &text.replace(&text[42..], "B")] {
        assert!(Thumbprint::from_text(malformed).is_err() || malformed == text);
    }
    assert_eq!(
        Thumbprint::from_text("+".repeat(43)).unwrap_err().reason(),
        Reason::Base64Character
    );
}
