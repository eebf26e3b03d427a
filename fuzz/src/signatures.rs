//! Signatures, beside other implementations.

use arbitrary::Arbitrary;
use keycard::{Algorithm, KeyKind, KeyRules, KeyTable, Prepare, RawKey};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use std::sync::LazyLock;

/// A P-256 key, a message, and what is done to its signature.
#[derive(Arbitrary, Debug)]
pub struct Es256 {
    key: [u8; 32],
    message: Vec<u8>,
    change: Change,
    prepare: u8,
}

#[derive(Arbitrary, Debug)]
enum Change {
    None,
    Bit(u16),
    Whole(Vec<u8>),
    /// Small numbers, and numbers close to the order.
    Edges {
        r: i8,
        s: i8,
    },
    OtherMessage(Vec<u8>),
}

const ORDER: [u8; 32] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6,
    0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
];

fn near_the_order(offset: i8) -> [u8; 32] {
    let mut bytes = if offset < 0 { ORDER } else { [0; 32] };
    bytes[31] = bytes[31].wrapping_add_signed(offset);
    bytes
}

/// The same verdict as `p256`.
pub fn es256(case: &Es256) {
    let Ok(signer) = p256::ecdsa::SigningKey::from_slice(&case.key) else {
        return;
    };
    let signed: p256::ecdsa::Signature = signer.sign(&case.message);
    let mut signature = signed.to_bytes().to_vec();
    let mut message = case.message.as_slice();
    match &case.change {
        Change::None => {}
        Change::Bit(bit) => signature[usize::from(bit % 512 / 8)] ^= 1 << (bit % 8),
        Change::Whole(bytes) => signature = bytes.clone(),
        Change::Edges { r, s } => signature = [near_the_order(*r), near_the_order(*s)].concat(),
        Change::OtherMessage(other) => message = other,
    }
    let verifier = signer.verifying_key();
    let theirs = p256::ecdsa::Signature::from_slice(&signature)
        .is_ok_and(|signature| verifier.verify(message, &signature).is_ok());
    let point = verifier.to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let key = RawKey::Point { curve: KeyKind::P256, x, y };
    let prepare = Prepare::ALL[usize::from(case.prepare) % Prepare::ALL.len()];
    assert_eq!(verifies(&key, prepare, Algorithm::Es256, message, &signature), theirs);
}

/// A message, what is done to its signature, and how it is padded.
#[derive(Arbitrary, Debug)]
pub struct Rs256 {
    message: Vec<u8>,
    change: Change,
    larger: bool,
    prepare: bool,
}

static KEYS: LazyLock<[rsa::RsaPrivateKey; 2]> = LazyLock::new(|| {
    ["2048", "3072"].map(|size| {
        let file = format!("{}/../tests/vectors/keys/rsa_{size}.pem", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).expect("the key is there");
        rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("it is a key")
    })
});

/// The same verdict as `rsa`.
pub fn rs256(case: &Rs256) {
    use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
    use rsa::signature::{SignatureEncoding as _, Signer as _, Verifier as _};
    let private = &KEYS[usize::from(case.larger)];
    let signed = SigningKey::<sha2::Sha256>::new(private.clone()).sign(&case.message);
    let mut signature = signed.to_vec();
    let mut message = case.message.as_slice();
    match &case.change {
        Change::None => {}
        Change::Bit(bit) => {
            let at = usize::from(*bit) / 8 % signature.len();
            signature[at] ^= 1 << (bit % 8);
        }
        Change::Whole(bytes) => signature = bytes.clone(),
        Change::Edges { r, .. } => {
            let length = signature.len();
            signature = private.n_bytes().to_vec();
            signature[length - 1] = signature[length - 1].wrapping_add_signed(*r);
        }
        Change::OtherMessage(other) => message = other,
    }
    let public = private.to_public_key();
    // RFC 8017 section 8.2.2 step 1 asks for the exact length, which the crate does not.
    let theirs = signature.len() == public.size()
        && Signature::try_from(signature.as_slice()).is_ok_and(|signature| {
            VerifyingKey::<sha2::Sha256>::new(public.clone()).verify(message, &signature).is_ok()
        });
    let (modulus, exponent) = (public.n_bytes(), public.e_bytes());
    let key = RawKey::Rsa { modulus: &modulus, exponent: &exponent };
    let prepare = if case.prepare { Prepare::FASTEST } else { Prepare::Smallest };
    assert_eq!(verifies(&key, prepare, Algorithm::Rs256, message, &signature), theirs);
}

fn verifies(
    key: &RawKey<'_>,
    prepare: Prepare,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let mut memory = vec![0; 9000];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    table.add_raw(&KeyRules::new().prepare(prepare), key).expect("a good key");
    let keys = table.view();
    // With what the processor has, and without it.
    let [accelerated, portable] = [true, false].map(|allowed| {
        keycard::accelerated::allow(allowed);
        keys.iter().all(|key| key.verify(algorithm, message, signature).is_ok())
    });
    assert_eq!(accelerated, portable);
    accelerated
}
