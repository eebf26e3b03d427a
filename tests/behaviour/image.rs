//! The key table as an image: it is built once, stored and mapped, and every use checks it.

use crate::support::issuer::{self, Issuer};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims};
use keycard::{
    Algorithm, ImageRules, KeyRules, KeyTable, Keys, Policy, RawKey, Reason, Stage, Time,
    scratch_size,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// An image with a key of each kind that is built.
fn image(version: u64) -> Vec<u64> {
    let mut memory = vec![0; 4096];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().allow_secrets();
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.is_built()) {
        let jwk = Issuer::with(*algorithm, "first").jwk();
        table.add_jwk_by(&rules, jwk.to_string()).unwrap();
    }
    let mut image = table.seal(version).to_vec();
    image.shrink_to_fit();
    image
}

const TRUSTED: ImageRules = ImageRules::storage_is_authenticated();

fn rejection(image: &[u64], rules: &ImageRules) -> Reason {
    let error = Keys::from_image(image, rules).unwrap_err();
    assert_eq!(error.stage(), Stage::KeySet);
    error.reason()
}

#[test]
fn an_image_verifies_what_its_table_verified() {
    let image = image(3);
    let keys = Keys::from_image(&image, &TRUSTED).unwrap();
    assert_eq!(keys.version(), 3);
    for (index, algorithm) in
        Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built()).enumerate()
    {
        let issuer = Issuer::with(algorithm, "first");
        let token = issuer.token(claims(json!({})));
        let policy = Policy::jwt(ISSUER, AUDIENCE, algorithm);
        let mut scratch = vec![0; scratch_size(token.len())];
        let outcome = keycard::validate(&token, keys, &policy, Time::At(NOW), &mut scratch);
        assert!(outcome.is_ok_and(|token| token.key_index() <= index), "{algorithm}");
    }
}

#[test]
fn one_bit_changed_anywhere_in_an_image_is_found() {
    let mut image = image(1);
    for at in 0..64 * image.len() {
        image[at / 64] ^= 1 << (at % 64);
        assert!(Keys::from_image(&image, &TRUSTED).is_err(), "bit {at}");
        image[at / 64] ^= 1 << (at % 64);
    }
    assert!(Keys::from_image(&image, &TRUSTED).is_ok());
}

#[test]
fn a_truncated_or_foreign_image_is_a_clear_error() {
    let image = image(1);
    for length in 6..image.len() {
        assert_eq!(rejection(&image[..length], &TRUSTED), Reason::ImageTruncated);
    }
    let longer = [&image[..], &[0]].concat();
    assert_eq!(rejection(&longer, &TRUSTED), Reason::ImageTruncated);
    assert_eq!(rejection(&[], &TRUSTED), Reason::ImageForeign);
    assert_eq!(rejection(&[0; 64], &TRUSTED), Reason::ImageForeign);
    let swapped: Vec<u64> = image.iter().map(|word| word.swap_bytes()).collect();
    assert_eq!(rejection(&swapped, &TRUSTED), Reason::ImageForeign);
    let mut memory = [0; 512];
    let _ = Issuer::new().keys(&mut memory);
    assert_ne!(rejection(&memory, &TRUSTED), Reason::ImageForeign, "a table that was never sealed");
}

#[test]
#[cfg(feature = "hs256")]
fn an_image_has_the_same_bytes_on_every_machine() {
    // This holds for any word size, limb size and byte order: `make miri` runs the test on three
    // targets.
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().with_id("a key").only_for(Algorithm::Hs256);
    table.add_raw(&rules, &RawKey::Secret(b"a secret of forty bytes, as it is stored")).unwrap();
    let bytes: Vec<u8> = table.seal(2).iter().flat_map(|word| word.to_le_bytes()).collect();
    let digest = Sha256::digest(&bytes);
    assert_eq!(issuer::encode(digest), "NE7ZzPyPiSzjooFZtCSaGnv9niYfCyS55suo1f69BMo");
}

#[test]
fn an_image_is_the_one_that_was_expected_or_none() {
    let image = image(7);
    let bytes: Vec<u8> = image.iter().flat_map(|word| word.to_le_bytes()).collect();
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    assert!(Keys::from_image(&image, &ImageRules::with_digest(digest)).is_ok());
    let mut other = digest;
    other[0] ^= 1;
    assert_eq!(rejection(&image, &ImageRules::with_digest(other)), Reason::ImageUnexpected);
}

#[test]
fn an_image_that_was_withdrawn_does_not_come_back() {
    let image = image(7);
    assert!(Keys::from_image(&image, &TRUSTED.require_min_version(7)).is_ok());
    assert_eq!(rejection(&image, &TRUSTED.require_min_version(8)), Reason::ImageOutdated);
}

/// The check sum that an attacker would compute, as for a table that is sealed again.
fn sealed_again(mut words: Vec<u64>) -> Vec<u64> {
    let length = words.len();
    // An unsealed table of this length, with the same records.
    (words[1], words[4], words[5]) = (u64::try_from(length).unwrap(), 0, 0);
    KeyTable::open(&mut words).unwrap().seal(1).to_vec()
}

#[test]
#[cfg(all(feature = "es256", feature = "rsa"))]
fn rejects_invalid_key_in_image_with_forged_checksum() {
    let build = |jwk: serde_json::Value| {
        let mut memory = vec![0; 128];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_jwk(jwk.to_string()).unwrap();
        table.seal(1).to_vec()
    };
    let point = build(Issuer::with(Algorithm::Es256, "first").jwk());
    let last = point.len() - 1;
    let forge = |mut image: Vec<u64>, at: usize, change: &dyn Fn(u64) -> u64| {
        image[at] = change(image[at]);
        rejection(&sealed_again(image), &TRUSTED)
    };
    assert!(Keys::from_image(&sealed_again(point.clone()), &TRUSTED).is_ok());
    assert_eq!(forge(point.clone(), last, &|word| word ^ 1), Reason::KeyNotOnCurve);
    let rsa = build(Issuer::with(Algorithm::Rs256, "first").jwk());
    let (lowest, highest) = (rsa.len() - 32, rsa.len() - 1);
    assert_eq!(forge(rsa.clone(), lowest, &|word| word & !1), Reason::KeyOutOfRange);
    assert_eq!(forge(rsa.clone(), lowest - 1, &|_| 1), Reason::KeyOutOfRange, "the exponent");
    assert_eq!(forge(rsa.clone(), highest, &|_| 0), Reason::KeyWeak);
    // The algorithms of the key: HMAC for an RSA key is an invalid record.
    assert_eq!(forge(rsa.clone(), 7, &|_| 1), Reason::ImageCorrupt);
    assert_eq!(forge(rsa.clone(), 7, &|_| 0), Reason::ImageCorrupt);
    assert_eq!(forge(rsa.clone(), 3, &|count| count + 1), Reason::ImageCorrupt);
    assert_eq!(forge(rsa.clone(), 3, &|_| 0), Reason::ImageCorrupt);
    assert_eq!(forge(rsa, 6, &|word| word - 1), Reason::ImageCorrupt, "a shorter record");
}

/// FNV-1a over all words except the check sum itself, as in every existing image.
fn check_sum(words: &[u64]) -> u64 {
    let sum = words.iter().enumerate().fold(0xCBF2_9CE4_8422_2325, |sum: u64, (at, word)| {
        let word = if at == 5 { 0 } else { *word };
        (sum ^ word).wrapping_mul(0x0100_0000_01B3).rotate_left(23)
    });
    sum | 1
}

#[test]
fn the_check_sum_of_an_image_stays_what_it_is() {
    for version in 0..20 {
        let image = image(version);
        assert_eq!(image[5], check_sum(&image), "version {version}");
    }
    let image = KeyTable::new(&mut [0; 6]).unwrap().seal(1).to_vec();
    assert!(Keys::from_image(&image, &TRUSTED).is_ok_and(|keys| keys.is_empty()), "no keys");
}

#[test]
fn an_image_says_of_both_its_sizes_how_long_it_is() {
    for place in [1, 2] {
        for other in [-1i64, 1] {
            let mut forged = image(1);
            forged[place] = forged[place].wrapping_add_signed(other);
            forged[5] = check_sum(&forged);
            assert_eq!(rejection(&forged, &TRUSTED), Reason::ImageTruncated, "{place} {other}");
        }
    }
}

#[test]
#[cfg(feature = "rs256")]
fn rejects_rsa_key_below_1024_bits_in_image_despite_permission() {
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().insecure_allow_weak_rsa(1024);
    let modulus = [&[0x80][..], &[0xFF; 127]].concat();
    table.add_raw(&rules, &RawKey::Rsa { modulus: &modulus, exponent: &[1, 0, 1] }).unwrap();
    let image = table.seal(1);
    let weak = TRUSTED.insecure_allow_weak_keys();
    assert!(Keys::from_image(image, &weak).is_ok());
    for smaller in [0x7F, 1, 0] {
        let mut forged = image.to_vec();
        *forged.last_mut().unwrap() = smaller << 56 | 0xFF;
        assert_eq!(rejection(&sealed_again(forged), &weak), Reason::KeyWeak, "{smaller}");
    }
}

#[test]
#[cfg(feature = "hs256")]
fn weak_keys_are_asked_for_again_when_an_image_is_opened() {
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().insecure_allow_short_secrets(1);
    table.add_raw(&rules, &RawKey::Secret(b"short")).unwrap();
    let image = table.seal(1);
    assert_eq!(rejection(image, &TRUSTED), Reason::KeyWeak);
    assert!(Keys::from_image(image, &TRUSTED.insecure_allow_weak_keys()).is_ok());
    // An empty secret, which no rules accept: everyone knows it.
    let mut forged = image.to_vec();
    forged.truncate(8);
    (forged[2], forged[6]) = (8, forged[6] & 0x0000_FFFF_FFFF_0000 | 2);
    let rules = TRUSTED.insecure_allow_weak_keys();
    assert_eq!(rejection(&sealed_again(forged), &rules), Reason::KeyWeak);
}

#[test]
fn an_image_is_only_read() {
    let mut image = image(1);
    assert_eq!(KeyTable::open(&mut image).unwrap_err().reason(), Reason::ReadOnly);
    assert!(Keys::open(&image).is_ok(), "it is a table all the same");
}

#[test]
fn a_table_is_wiped_when_its_guard_is_dropped() {
    let mut memory = [0; 256];
    let guard = Issuer::new().keys(&mut memory).wipe_on_drop();
    assert_eq!(guard.view().len(), 1);
    drop(guard);
    assert_eq!(memory, [0; 256]);
}

#[test]
fn keys_are_rotated_by_swapping_tables_while_others_read() {
    // Two tables, which are exchanged while readers use them. Each verifies the tokens of a reader,
    // so a reader always has a valid table.
    let (old, new) = (Issuer::new(), Issuer::other());
    let tables: Vec<&'static [u64]> = [vec![&old], vec![&old, &new]]
        .into_iter()
        .map(|issuers| {
            let memory = vec![0; 512].leak();
            let mut table = KeyTable::new(memory).unwrap();
            for issuer in issuers {
                let rules = KeyRules::new().allow_secrets();
                table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
            }
            table.seal(1)
        })
        .collect();
    let token = old.token(claims(json!({})));
    let stop = AtomicBool::new(false);
    // A view is a slice, so readers copy it under the lock and verify without the lock.
    let views: Vec<Keys<'_>> =
        tables.iter().map(|table| Keys::from_image(table, &TRUSTED).unwrap()).collect();
    let current = RwLock::new(views[0]);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let policy = Policy::jwt(ISSUER, AUDIENCE, old.algorithm());
                    let mut scratch = vec![0; scratch_size(token.len())];
                    let mut read = 0;
                    while !stop.load(Ordering::Relaxed) || read == 0 {
                        let keys = *current.read().unwrap();
                        keycard::validate(&token, keys, &policy, Time::At(NOW), &mut scratch)
                            .unwrap();
                        read += 1;
                    }
                })
            })
            .collect();
        for turn in 0..200 {
            *current.write().unwrap() = views[turn % 2];
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
}
