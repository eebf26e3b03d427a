//! MACs follow RFC 2104 for every length of secret, with and without precomputed values. The
//! oracles are the `hmac` crate and the cases of Wycheproof.

#![cfg(feature = "hmac")]

use crate::support::wycheproof_macs;
use hmac::{Hmac, KeyInit, Mac};
use keycard::{Algorithm, ImageRules, KeyRules, KeyTable, Keys, Precompute, RawKey, Reason};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = M::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn expected(algorithm: Algorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::Hs256 => mac::<Hmac<sha2::Sha256>>(secret, message),
        Algorithm::Hs384 => mac::<Hmac<sha2::Sha384>>(secret, message),
        _ => mac::<Hmac<sha2::Sha512>>(secret, message),
    }
}

/// A table with this secret, for all three algorithms or for only one.
fn table<'m>(
    memory: &'m mut [u64],
    secret: &[u8],
    only: Option<Algorithm>,
    precompute: Precompute,
) -> KeyTable<'m> {
    let rules = KeyRules::new().insecure_allow_short_secrets(1).precompute(precompute);
    let rules = match only {
        Some(algorithm) => rules.only_for(algorithm),
        None => rules,
    };
    let mut table = KeyTable::new(memory).unwrap();
    table.add_raw(&rules, &RawKey::Secret(secret)).unwrap();
    table
}

#[test]
fn every_length_of_secret_has_the_mac_of_the_oracle() {
    let secret: Vec<u8> = (0..300u32).map(|at| (at * 73 % 255 + 1) as u8).collect();
    let message: Vec<u8> = (0..300u32).map(|at| (at * 29 % 256) as u8).collect();
    for length in 1..=secret.len() {
        let secret = &secret[..length];
        let message = &message[..(length * 7) % 300];
        for precompute in [Precompute::None, Precompute::Bytes1K] {
            for only in
                [None, Some(Algorithm::Hs256), Some(Algorithm::Hs384), Some(Algorithm::Hs512)]
            {
                let mut memory = [0; 128];
                let table = table(&mut memory, secret, only, precompute);
                for algorithm in ALGORITHMS {
                    let mut tag = expected(algorithm, secret, message);
                    let verify = |tag: &[u8]| {
                        let verified = table.view().verify(algorithm, message, tag);
                        verified.map(|_| ()).map_err(|error| error.reason())
                    };
                    if only.is_some_and(|only| only != algorithm) {
                        assert_eq!(verify(&tag), Err(Reason::KeyNotFound));
                        continue;
                    }
                    assert_eq!(verify(&tag), Ok(()), "{algorithm} {length} {precompute:?}");
                    let place = length % tag.len();
                    tag[place] ^= 1 << (length % 8);
                    assert_eq!(verify(&tag), Err(Reason::SignatureInvalid), "{algorithm} {length}");
                    assert_eq!(verify(&tag[1..]), Err(Reason::SignatureLength));
                }
            }
        }
    }
}

#[test]
fn every_byte_of_a_mac_counts() {
    let mut memory = [0; 128];
    let secret = [7; 64];
    let table = table(&mut memory, &secret, None, Precompute::Bytes1K);
    for algorithm in ALGORITHMS {
        let mut tag = expected(algorithm, &secret, b"message");
        for at in 0..tag.len() {
            for bit in 0..8 {
                tag[at] ^= 1 << bit;
                let rejected = table.view().verify(algorithm, b"message", &tag);
                assert_eq!(rejected.unwrap_err().reason(), Reason::SignatureInvalid, "{at} {bit}");
                tag[at] ^= 1 << bit;
            }
        }
        // Equal differences in two words must not cancel each other.
        for (one, other) in (0..tag.len()).zip(8..tag.len()) {
            tag[one] ^= 1;
            tag[other] ^= 1;
            let rejected = table.view().verify(algorithm, b"message", &tag);
            assert_eq!(rejected.unwrap_err().reason(), Reason::SignatureInvalid, "{one} {other}");
            tag[one] ^= 1;
            tag[other] ^= 1;
        }
    }
}

#[test]
fn the_cases_of_wycheproof_hold_whatever_is_precomputed() {
    let mut count = 0;
    for algorithm in ALGORITHMS {
        for case in wycheproof_macs::of(algorithm) {
            for precompute in [Precompute::None, Precompute::Bytes1K] {
                let mut memory = [0; 256];
                let table = table(&mut memory, &case.secret, Some(algorithm), precompute);
                let verified = table.view().verify(algorithm, &case.message, &case.tag);
                assert_eq!(verified.is_ok(), case.is_right, "{algorithm} {}", case.number);
                count += 1;
            }
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn accepts_image_with_precomputed_secret_of_each_algorithm() {
    let trusted = ImageRules::storage_is_authenticated().insecure_allow_weak_keys();
    for (only, words) in [(None, 40), (Some(Algorithm::Hs256), 8), (Some(Algorithm::Hs384), 16)] {
        for length in [8, 64, 65, 128, 129, 300] {
            let secret = vec![9; length];
            let mut memory = [0; 256];
            let smallest = table(&mut memory, &secret, only, Precompute::None).seal(1).len();
            let image = table(&mut memory, &secret, only, Precompute::Bytes1K).seal(1).to_vec();
            assert_eq!(image.len() - smallest, words);
            let keys = Keys::from_image(&image, &trusted).unwrap();
            for algorithm in ALGORITHMS.into_iter().filter(|it| only.is_none_or(|only| only == *it))
            {
                let tag = expected(algorithm, &secret, b"message");
                assert!(keys.verify(algorithm, b"message", &tag).is_ok());
            }
        }
    }
}

#[test]
fn clearing_wipes_precomputed_words_and_debug_hides_them() {
    let mut memory = [0; 128];
    let mut table = table(&mut memory, &[9; 64], None, Precompute::Bytes1K);
    let shown = format!("{:?}", table.view());
    assert!(!shown.contains("precomputed") && !shown.contains("words"), "{shown}");
    table.clear();
    assert!(memory[6..].iter().all(|word| *word == 0));
}
