//! Keys from any source.

use arbitrary::Arbitrary;
use keycard::{ImageRules, KeyRules, KeyTable, Keys, Precompute, RawKey};

fn rules() -> KeyRules<'static> {
    KeyRules::new().allow_secrets().allow_certificates()
}

/// A rejected key leaves the table unchanged; an accepted key is bound to algorithms of its kind.
pub fn jwk(text: &[u8]) {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let added = table.add_jwk_by(&rules(), text).is_ok();
    check(table.view(), usize::from(added));
}

/// The report counts the keys in the table. Keys that do not fit change nothing.
pub fn jwks(text: &[u8]) {
    for words in [6, 20, 60, 512] {
        let mut memory = vec![0; words];
        let mut table = KeyTable::new(&mut memory).expect("large enough");
        let added = table.add_jwks_by(&rules(), text).map_or(0, |report| report.added());
        check(table.view(), added);
    }
}

/// The same for PEM and DER.
pub fn pem(text: &[u8]) {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let pem = table.add_pem(&rules(), text).map_or(0, |report| report.added());
    let der = table.add_der(&rules(), text).is_ok();
    check(table.view(), pem + usize::from(der));
}

/// An image of valid keys, changed by an attacker who can compute the check sum.
#[derive(Arbitrary, Debug)]
pub struct Image {
    keys: Vec<Kind>,
    precompute: u8,
    edits: Vec<(u16, Edit)>,
    /// Words that replace those of an image.
    whole: Option<Vec<u64>>,
    weak: bool,
}

/// A key in an image.
#[derive(Arbitrary, Debug)]
enum Kind {
    P256,
    Rsa,
    Ed25519,
    Secret,
}

/// The change of a word.
#[derive(Arbitrary, Debug)]
enum Edit {
    Bit(u8),
    Byte(u8, u8),
    Word(u64),
    Added(i8),
    Removed,
    Repeated,
}

const PRECOMPUTED: &[Precompute] = &[Precompute::None, Precompute::Bytes1K, Precompute::Bytes2K];
const P256: &str = include_str!("../../tests/vectors/demo/es256_keys.json");
const RSA: &str = include_str!("../../tests/vectors/demo/keys.json");
/// The base point.
const ED25519: [u8; 32] = {
    let mut encoded = [0x66; 32];
    encoded[0] = 0x58;
    encoded
};

impl Kind {
    fn add(&self, table: &mut KeyTable<'_>, rules: &KeyRules<'_>) -> Result<(), keycard::Error> {
        match self {
            Self::P256 => table.add_jwks_by(rules, P256).map(|_| ()),
            Self::Rsa => table.add_jwks_by(rules, RSA).map(|_| ()),
            Self::Ed25519 => table.add_raw(rules, &RawKey::Ed25519(&ED25519)),
            Self::Secret => table.add_raw(rules, &RawKey::Secret(&[7; 64])),
        }
    }
}

impl Image {
    fn words(&self) -> Vec<u64> {
        let mut memory = vec![0; 2000];
        let mut table = KeyTable::new(&mut memory).expect("large enough");
        let precompute = PRECOMPUTED[usize::from(self.precompute) % PRECOMPUTED.len()];
        let rules = rules().with_id("a key").precompute(precompute);
        for kind in self.keys.iter().take(3) {
            kind.add(&mut table, &rules).expect("a good key");
        }
        table.seal(1).to_vec()
    }
}

/// An accepted image holds only keys that could have been added, for any content of its header.
pub fn image(case: &Image) {
    let mut words = case.whole.clone().unwrap_or_else(|| case.words());
    words.truncate(4000);
    for (at, edit) in &case.edits {
        let at = usize::from(*at) % words.len().max(1);
        let Some(word) = words.get_mut(at) else { break };
        match edit {
            Edit::Bit(bit) => *word ^= 1 << (bit % 64),
            Edit::Byte(place, byte) => *word ^= u64::from(*byte) << (8 * (place % 8)),
            Edit::Word(whole) => *word = *whole,
            Edit::Added(small) => *word = word.wrapping_add_signed((*small).into()),
            Edit::Removed => drop(words.remove(at)),
            Edit::Repeated => words.insert(at, words[at]),
        }
    }
    // A table that its owner opens in place is not checked, so opening it must not cause a fault.
    let _ = Keys::open(&words).map(|keys| keys.iter().count());
    let _ = Keys::from_image(&words, &ImageRules::storage_is_authenticated());
    // The same words sealed again, so that the check sum is right.
    let length = words.len() as u64;
    if let [_, capacity, .., version, check_sum] = &mut words[..6.min(length as usize)] {
        (*capacity, *version, *check_sum) = (length, 0, 0);
    }
    let Ok(table) = KeyTable::open(&mut words) else {
        return;
    };
    let image = table.seal(1);
    let mut rules = ImageRules::storage_is_authenticated();
    if case.weak {
        rules = rules.insecure_allow_weak_keys();
    }
    if let Ok(keys) = Keys::from_image(image, &rules) {
        assert!(case.weak || !keys.iter().any(|key| key.is_weak()));
        check(keys, keys.len());
    }
}

fn check(keys: Keys<'_>, count: usize) {
    assert_eq!(keys.iter().count(), count);
    for key in keys.iter() {
        assert!(key.algorithms().iter().all(|algorithm| algorithm.key_kind() == key.kind()));
        let thumbprint = key.thumbprint();
        assert!(keys.find(&thumbprint).is_some());
        for algorithm in key.algorithms().iter() {
            assert!(key.verify(algorithm, b"message", &[0; 64]).is_err());
        }
    }
}
