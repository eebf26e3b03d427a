//! Keys from wherever they come.

use keycard::{ImageRules, KeyRules, KeyTable, Keys};

fn rules() -> KeyRules<'static> {
    KeyRules::new().allow_secrets()
}

/// A key that is refused leaves the table as it was; one that enters is bound to algorithms of its kind.
pub fn jwk(text: &[u8]) {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let added = table.add_jwk_by(&rules(), text).is_ok();
    check(table.view(), usize::from(added));
}

/// The report counts what is in the table; what does not fit adds nothing.
pub fn jwks(text: &[u8]) {
    for words in [6, 20, 60, 512] {
        let mut memory = vec![0; words];
        let mut table = KeyTable::new(&mut memory).expect("large enough");
        let added = table.add_jwks_by(&rules(), text).map_or(0, |report| report.added());
        check(table.view(), added);
    }
}

/// The same of PEM and DER.
pub fn pem(text: &[u8]) {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let pem = table.add_pem(&rules(), text).is_ok();
    let der = table.add_der(&rules(), text).is_ok();
    check(table.view(), usize::from(pem) + usize::from(der));
}

/// An image that is taken holds keys, whatever it says of itself.
pub fn image(bytes: &[u8]) {
    let words: Vec<u64> =
        bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
    let rules = ImageRules::storage_is_authenticated();
    if let Ok(keys) = Keys::from_image(&words, &rules) {
        check(keys, keys.len());
    }
    if let Ok(keys) = Keys::open(&words) {
        check(keys, keys.iter().count());
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
