//! A key verifies a detached signature for the algorithms to which it is bound, and for no other.

use crate::support::issuer::Issuer;
use keycard::{Algorithm, KeyRules, KeyTable, Reason};

const MESSAGE: &[u8] = b"what is signed and is no token";

/// Verifies a signature with the only key of `issuer`, loaded with `rules`.
fn verdict(
    issuer: &Issuer,
    rules: &KeyRules<'_>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Reason> {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwk_by(rules, issuer.jwk().to_string()).unwrap();
    let key = table.view().iter().next().unwrap();
    key.verify(algorithm, message, signature).map_err(|error| error.reason())
}

fn built() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built())
}

#[test]
fn a_right_signature_is_accepted_and_a_changed_one_is_not() {
    let rules = KeyRules::new().allow_secrets();
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let mut signature = issuer.signature(MESSAGE);
        let verdict = |message: &[u8], signature: &[u8]| {
            verdict(&issuer, &rules, algorithm, message, signature)
        };
        assert_eq!(verdict(MESSAGE, &signature), Ok(()), "{algorithm}");
        let other = b"what is signed and is no tokem";
        assert_eq!(verdict(other, &signature), Err(Reason::SignatureInvalid), "{algorithm}");
        let short = &signature[..signature.len() - 1];
        assert_eq!(verdict(MESSAGE, short), Err(Reason::SignatureLength), "{algorithm}");
        signature[20] ^= 1;
        let changed = verdict(MESSAGE, &signature);
        assert_eq!(changed, Err(Reason::SignatureInvalid), "{algorithm}");
    }
}

#[test]
fn an_algorithm_of_another_kind_of_key_is_rejected() {
    let rules = KeyRules::new().allow_secrets();
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let signature = issuer.signature(MESSAGE);
        for other in built().filter(|other| other.key_kind() != algorithm.key_kind()) {
            let verdict = verdict(&issuer, &rules, other, MESSAGE, &signature);
            assert_eq!(verdict, Err(Reason::AlgorithmNotAllowed), "{algorithm} as {other}");
        }
    }
}

#[cfg(feature = "rsa")]
#[test]
fn rejects_rs256_with_key_loaded_for_ps256_only() {
    let rules = KeyRules::new().only_for(Algorithm::Ps256);
    let issuer = Issuer::with(Algorithm::Rs256, "first");
    let signature = issuer.signature(MESSAGE);
    let verdict = verdict(&issuer, &rules, Algorithm::Rs256, MESSAGE, &signature);
    assert_eq!(verdict, Err(Reason::AlgorithmNotAllowed));
}

#[test]
fn an_algorithm_that_is_not_built_is_rejected() {
    let Some(algorithm) = built().next() else { return };
    let issuer = Issuer::with(algorithm, "first");
    let rules = KeyRules::new().allow_secrets();
    for other in Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_built()) {
        let verdict = verdict(&issuer, &rules, other, MESSAGE, b"");
        assert_eq!(verdict, Err(Reason::AlgorithmNotBuilt), "{other}");
    }
}
