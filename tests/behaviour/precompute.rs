//! Precomputed tables of keys: they change no verdict, are added only together with their key, and
//! are checked before use.
#![cfg(all(
    feature = "precompute",
    any(
        feature = "es256",
        feature = "es384",
        feature = "eddsa",
        feature = "rs256",
        feature = "hs256",
        feature = "ml-dsa"
    )
))]

use crate::support::issuer::Issuer;
use keycard::{Algorithm, ImageRules, KeyKind, KeyRules, KeyTable, Keys, Precompute, Reason};

const TRUSTED: ImageRules = ImageRules::storage_is_authenticated();

/// The algorithms whose keys are precomputed.
fn algorithms() -> impl Iterator<Item = Algorithm> {
    use Algorithm::{Ed25519, Es256, Es384, Hs256, Hs384, Hs512, Rs256};
    let precomputed = [Es256, Es384, Ed25519, Rs256, Hs256, Hs384, Hs512];
    precomputed.into_iter().filter(|algorithm| algorithm.is_built())
}

fn rules(precompute: Precompute) -> KeyRules<'static> {
    KeyRules::new().allow_secrets().precompute(precompute)
}

/// The image of a table with one key.
fn image(algorithm: Algorithm, precompute: Precompute) -> Vec<u64> {
    let mut memory = vec![0; 9000];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let jwk = Issuer::with(algorithm, "first").jwk().to_string();
    table.add_jwk_by(&rules(precompute), jwk).unwrap();
    table.seal(1).to_vec()
}

/// The check sum that an attacker would compute, as for a table that is sealed again.
fn sealed_again(mut words: Vec<u64>) -> Vec<u64> {
    (words[4], words[5]) = (0, 0);
    KeyTable::open(&mut words).unwrap().seal(1).to_vec()
}

/// The error of an image that an attacker sealed again.
fn rejection(image: Vec<u64>) -> Reason {
    Keys::from_image(&sealed_again(image), &TRUSTED).unwrap_err().reason()
}

/// True if a token of the issuer is verified, and a token with another signature is not.
fn verifies(algorithm: Algorithm, keys: Keys<'_>) -> bool {
    let issuer = Issuer::with(algorithm, "first");
    let token = issuer.token(r#"{"sub":"somebody"}"#);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let decoder = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut signature = base64::Engine::decode(&decoder, signature).unwrap();
    let accepted = keys.verify(algorithm, input.as_bytes(), &signature).is_ok();
    let last = signature.len() - 1;
    signature[last] ^= 1;
    let rejected = keys.verify(algorithm, input.as_bytes(), &signature);
    accepted && rejected.is_err_and(|error| error.reason() == Reason::SignatureInvalid)
}

#[test]
fn a_key_verifies_the_same_whatever_was_precomputed_of_it() {
    for algorithm in algorithms() {
        for precompute in Precompute::ALL {
            let image = image(algorithm, *precompute);
            let keys = Keys::from_image(&image, &TRUSTED).unwrap();
            assert!(verifies(algorithm, keys), "{algorithm} {precompute:?}");
        }
    }
}

#[test]
fn a_key_takes_no_more_than_was_allowed() {
    for algorithm in algorithms() {
        let smallest = image(algorithm, Precompute::None).len();
        for precompute in Precompute::ALL {
            let more = image(algorithm, *precompute).len() - smallest;
            assert!(8 * more <= precompute.bytes(), "{algorithm} {precompute:?}");
            let takes_all = algorithm == Algorithm::Es256;
            assert!(!takes_all || 8 * more == precompute.bytes(), "{algorithm} {precompute:?}");
            assert_eq!(more == 0, *precompute == Precompute::None, "{algorithm} {precompute:?}");
        }
    }
}

#[test]
fn rejects_key_without_room_to_precompute_and_says_how_much() {
    for algorithm in algorithms() {
        let jwk = Issuer::with(algorithm, "first").jwk().to_string();
        let rules = rules(Precompute::Bytes1K);
        let whole = image(algorithm, Precompute::Bytes1K).len();
        // From this size on, the memory also holds the records of the member names.
        for length in 20..whole {
            let mut memory = vec![0; length];
            let mut table = KeyTable::new(&mut memory).unwrap();
            let error = table.add_jwk_by(&rules, &jwk).unwrap_err();
            assert_eq!(error.reason(), Reason::KeyTableFull);
            assert_eq!(error.needed(), Some(8 * whole));
            assert!(table.view().is_empty());
            assert!(memory[6..].iter().all(|word| *word == 0), "nothing is left of the key");
        }
        let mut memory = vec![0; whole];
        let mut table = KeyTable::new(&mut memory).unwrap();
        table.add_jwk_by(&rules, &jwk).unwrap();
        assert!(verifies(algorithm, table.view()), "{algorithm}");
    }
}

#[test]
fn what_is_precomputed_in_an_image_is_checked_against_the_key() {
    for algorithm in algorithms() {
        let smallest = image(algorithm, Precompute::None).len();
        let genuine = image(algorithm, Precompute::Bytes1K);
        assert!(Keys::from_image(&sealed_again(genuine.clone()), &TRUSTED).is_ok());
        for at in smallest..genuine.len() {
            let mut forged = genuine.clone();
            forged[at] ^= 1 << (at % 64);
            assert_eq!(rejection(forged), Reason::ImageCorrupt, "{algorithm} {at}");
        }
        // An image with the precomputed words of another key.
        let mut swapped = genuine.clone();
        let other = {
            let mut memory = vec![0; 9000];
            let mut table = KeyTable::new(&mut memory).unwrap();
            let jwk = Issuer::with(algorithm, "second").jwk().to_string();
            table.add_jwk_by(&rules(Precompute::Bytes1K), jwk).unwrap();
            table.seal(1).to_vec()
        };
        if other.len() == swapped.len() && other[smallest..] != swapped[smallest..] {
            let (from, to) = (&other[smallest..], &mut swapped[smallest..]);
            to.copy_from_slice(from);
            assert_eq!(rejection(swapped), Reason::ImageCorrupt, "{algorithm}");
        }
    }
}

#[test]
fn rejects_changed_precomputed_words_of_a_secret() {
    for algorithm in algorithms().filter(|algorithm| algorithm.key_kind() == KeyKind::Secret) {
        let sealed = |precompute| {
            let mut memory = vec![0; 64];
            let mut table = KeyTable::new(&mut memory).unwrap();
            let jwk = Issuer::with(algorithm, "first").jwk().to_string();
            table.add_jwk_by(&rules(precompute).only_for(algorithm), jwk).unwrap();
            table.seal(1).to_vec()
        };
        let (smallest, genuine) = (sealed(Precompute::None), sealed(Precompute::Bytes1K));
        assert!(smallest.len() < genuine.len());
        for at in smallest.len()..genuine.len() {
            let mut forged = genuine.clone();
            forged[at] ^= 1;
            assert_eq!(rejection(forged), Reason::ImageCorrupt, "{algorithm} {at}");
        }
    }
}

/// The word of the first record that contains the number of the shape, and its position in the
/// word.
const SHAPE: (usize, u32) = (7, 32);

#[test]
fn a_shape_that_is_not_known_here_leaves_the_raw_key() {
    for algorithm in algorithms() {
        let mut image = image(algorithm, Precompute::Bytes1K);
        assert_ne!(image[SHAPE.0] >> SHAPE.1 & 0xFF, 0);
        image[SHAPE.0] |= 0xFF << SHAPE.1;
        let last = image.len() - 1;
        image[last] = 0;
        let image = sealed_again(image);
        let keys = Keys::from_image(&image, &TRUSTED).unwrap();
        assert!(verifies(algorithm, keys), "{algorithm}");
    }
}

#[test]
fn words_without_a_shape_are_no_record_of_a_key() {
    for algorithm in algorithms() {
        let mut image = image(algorithm, Precompute::Bytes1K);
        image[SHAPE.0] &= !(0xFF << SHAPE.1);
        assert_eq!(rejection(image), Reason::ImageCorrupt, "{algorithm}");
    }
}

#[test]
fn sizes_are_named_by_their_bytes() {
    for precompute in Precompute::ALL {
        assert_eq!(Precompute::from_bytes(precompute.bytes()), Some(*precompute));
    }
    assert_eq!(Precompute::from_bytes(1), None);
    assert_eq!(Precompute::default(), Precompute::None);
    assert_eq!(Precompute::ALL.last(), Some(&Precompute::FASTEST));
}

/// For each kind of ML-DSA key, the smallest size that allows its matrix, and the bytes of the
/// matrix.
const MATRICES: [(Algorithm, Precompute, usize); 3] = [
    (Algorithm::MlDsa44, Precompute::Bytes16K, 15_424),
    (Algorithm::MlDsa65, Precompute::Bytes64K, 27_712),
    (Algorithm::MlDsa87, Precompute::Bytes64K, 49_216),
];

#[test]
fn accepts_ml_dsa_tokens_with_and_without_a_matrix() {
    for (algorithm, enough, bytes) in MATRICES.into_iter().filter(|row| row.0.is_built()) {
        let smallest = image(algorithm, Precompute::None).len();
        for precompute in Precompute::ALL {
            let image = image(algorithm, *precompute);
            let expected = if *precompute < enough { 0 } else { bytes };
            assert_eq!(8 * (image.len() - smallest), expected, "{algorithm} {precompute:?}");
            let keys = Keys::from_image(&image, &TRUSTED).unwrap();
            assert!(verifies(algorithm, keys), "{algorithm} {precompute:?}");
        }
    }
}

#[test]
fn rejects_image_with_another_ml_dsa_matrix() {
    for (algorithm, enough, _) in MATRICES.into_iter().filter(|row| row.0.is_built()) {
        let smallest = image(algorithm, Precompute::None).len();
        let genuine = image(algorithm, enough);
        for at in (smallest..genuine.len()).step_by(491).chain([genuine.len() - 1]) {
            let mut forged = genuine.clone();
            forged[at] ^= 1 << (at % 64);
            assert_eq!(rejection(forged), Reason::ImageCorrupt, "{algorithm} {at}");
        }
        // A shape of another build leaves the raw key.
        let mut unknown = genuine.clone();
        unknown[SHAPE.0] |= 0xFF << SHAPE.1;
        let unknown = sealed_again(unknown);
        assert!(verifies(algorithm, Keys::from_image(&unknown, &TRUSTED).unwrap()), "{algorithm}");
    }
}
