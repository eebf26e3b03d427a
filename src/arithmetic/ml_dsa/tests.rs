//! Signatures of the crate `ml-dsa`, right and changed, with every number of kept polynomials.

use super::*;
use crate::arithmetic::ml_dsa::level::{ML_DSA_44, ML_DSA_65, ML_DSA_87};
use crate::switches::{MIRI, under_miri};
use ml_dsa::{MlDsaParams, Signature, SigningKey};

fn words(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()
}

/// The verdict, which is the same for every number of kept polynomials, and with prepared values.
fn verdict(level: &Level, keys: &[Key<'_>], message: &[u8], signature: &[u8]) -> bool {
    let results = keys.iter().flat_map(|key| {
        let kept = difference::<7>(level, key, message, signature);
        let [some, none] = match MIRI {
            true => [kept; 2],
            false => [difference::<3>, difference::<0>]
                .map(|difference| difference(level, key, message, signature)),
        };
        [kept, some, none]
    });
    let results: Vec<_> = results.collect();
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
    results[0] == Some(0)
}

fn compare<P: MlDsaParams>(level: &Level) {
    let message = b"message of some length";
    for seed in 0..under_miri(1, 4u8) {
        let pair = SigningKey::<P>::from_seed(&[seed; 32].into());
        let verifier = pair.expanded_key().verifying_key();
        let encoded = words(&verifier.encode());
        let raw = Key::new(&encoded);
        let mut values = vec![0; prepared::words(level)];
        prepared::write(level, &raw.public, &mut values).unwrap();
        let keys = [raw, Key { prepared: Prepared::of(level, &values), ..raw }];
        let signature = pair.expanded_key().sign_deterministic(message, &[]).unwrap();
        let right = signature.encode().to_vec();
        assert!(verdict(level, &keys, message, &right));
        if MIRI {
            return;
        }
        assert!(!verdict(level, &keys, b"another message", &right));
        let with_context = pair.expanded_key().sign_deterministic(message, b"c").unwrap();
        assert!(!verdict(level, &keys, message, &with_context.encode()));
        for at in (0..right.len()).step_by(41).chain(right.len() - 100..right.len()) {
            for bit in [0, 3, 7] {
                let mut changed = right.clone();
                changed[at] ^= 1 << bit;
                let theirs = Signature::<P>::try_from(changed.as_slice())
                    .is_ok_and(|theirs| verifier.verify_with_context(message, &[], &theirs));
                assert_eq!(verdict(level, &keys, message, &changed), theirs, "{at} {bit}");
                assert!(!theirs);
            }
        }
        for length in [0, 1, right.len() - 1] {
            assert!(!verdict(level, &keys, message, &right[..length]));
        }
        assert!(!verdict(level, &keys, message, &[right, vec![0]].concat()));
    }
}

#[test]
fn verdicts_on_ml_dsa_44_match_another_implementation() {
    compare::<ml_dsa::MlDsa44>(&ML_DSA_44);
}

#[test]
fn verdicts_on_ml_dsa_65_match_another_implementation() {
    compare::<ml_dsa::MlDsa65>(&ML_DSA_65);
}

#[test]
fn verdicts_on_ml_dsa_87_match_another_implementation() {
    compare::<ml_dsa::MlDsa87>(&ML_DSA_87);
}

#[test]
fn every_word_of_prepared_values_is_checked() {
    let pair = SigningKey::<ml_dsa::MlDsa44>::from_seed(&[1; 32].into());
    let encoded = words(&pair.expanded_key().verifying_key().encode());
    let (level, key) = (&ML_DSA_44, PublicKey { words: &encoded });
    let mut values = vec![0; prepared::words(level)];
    prepared::write(level, &key, &mut values).unwrap();
    assert!(prepared::are_right(level, &key, &values));
    for at in (0..values.len()).step_by(under_miri(800, 97)).chain([values.len() - 1]) {
        values[at] ^= 1 << (at % 64);
        assert!(!prepared::are_right(level, &key, &values), "{at}");
        values[at] ^= 1 << (at % 64);
    }
    for length in [0, 8, values.len() - 1, values.len() + 1] {
        values.resize(length, 0);
        assert!(!prepared::are_right(level, &key, &values));
        assert!(Prepared::of(level, &values).is_none());
    }
}
