//! Compares signatures with other implementations.

use arbitrary::Arbitrary;
use keycard::{Algorithm, KeyKind, KeyRules, KeyTable, Precompute, RawKey};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use std::sync::LazyLock;

/// A key of `WIDTH` bytes, a message, and the change of its signature.
#[derive(Arbitrary, Debug)]
pub struct Ecdsa<const WIDTH: usize> {
    key: [u8; WIDTH],
    message: Vec<u8>,
    change: Change,
    precompute: u8,
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

fn near<const WIDTH: usize>(order: [u8; WIDTH], offset: i8) -> [u8; WIDTH] {
    let mut bytes = if offset < 0 { order } else { [0; WIDTH] };
    bytes[WIDTH - 1] = bytes[WIDTH - 1].wrapping_add_signed(offset);
    bytes
}

macro_rules! beside {
    ($algorithm:ident, $kind:ident, $name:ident, $oracle:ident, $width:literal, $order:expr) => {
        /// The verdict equals that of the crate for the curve.
        pub fn $name(case: &Ecdsa<$width>) {
            let Ok(signer) = $oracle::ecdsa::SigningKey::from_slice(&case.key) else {
                return;
            };
            let signed: $oracle::ecdsa::Signature = signer.sign(&case.message);
            let mut signature = signed.to_bytes().to_vec();
            let mut message = case.message.as_slice();
            match &case.change {
                Change::None => {}
                Change::Bit(bit) => {
                    let at = usize::from(*bit) / 8 % signature.len();
                    signature[at] ^= 1 << (bit % 8);
                }
                Change::Whole(bytes) => signature = bytes.clone(),
                Change::Edges { r, s } => {
                    signature = [near($order, *r), near($order, *s)].concat();
                }
                Change::OtherMessage(other) => message = other,
            }
            let verifier = signer.verifying_key();
            // `k256` rejects the larger of s and n - s. RFC 8812 allows both.
            let theirs = $oracle::ecdsa::Signature::from_slice(&signature)
                .is_ok_and(|signature| verifier.verify(message, &signature.normalize_s()).is_ok());
            let point = verifier.to_sec1_point(false);
            let (x, y) = point.as_bytes()[1..].split_at($width);
            let key = RawKey::Point { curve: KeyKind::$kind, x, y };
            let precompute = Precompute::ALL[usize::from(case.precompute) % Precompute::ALL.len()];
            let ours = verifies(&key, precompute, Algorithm::$algorithm, message, &signature);
            assert_eq!(ours, theirs);
        }
    };
}

beside!(
    Es256,
    P256,
    es256,
    p256,
    32,
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC,
        0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]
);
beside!(
    Es384,
    P384,
    es384,
    p384,
    48,
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
        0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC,
        0xC5, 0x29, 0x73,
    ]
);

beside!(
    Es512,
    P521,
    es512,
    p521,
    66,
    [
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01,
        0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F,
        0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
    ]
);
beside!(
    Es256K,
    Secp256k1,
    es256k,
    k256,
    32,
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFE, 0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36,
        0x41, 0x41,
    ]
);

/// A secret and a nonce. Points of small order are added to the key and to R. Or the key is any
/// bytes.
#[derive(Arbitrary, Debug)]
pub struct Ed25519 {
    secret: [u8; 32],
    nonce: [u8; 32],
    small: [u8; 2],
    any_key: Option<[u8; 32]>,
    message: Vec<u8>,
    change: Change,
    precompute: u8,
}

/// L, little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The verdict equals that of the strict verification in `ed25519-dalek`. Only non-canonical keys
/// differ: the crate accepts them.
pub fn ed25519(case: &Ed25519) {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::{EdwardsPoint, Scalar};
    use sha2::Digest as _;
    let [secret, nonce] = [case.secret, case.nonce].map(Scalar::from_bytes_mod_order);
    let [key, r] = [(&secret, case.small[0]), (&nonce, case.small[1])].map(|(scalar, small)| {
        let point = EdwardsPoint::mul_base(scalar) + EIGHT_TORSION[usize::from(small & 7)];
        point.compress().to_bytes()
    });
    let key = case.any_key.unwrap_or(key);
    let hash = sha2::Sha512::new().chain_update(r).chain_update(key).chain_update(&case.message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let mut signature = [r, (nonce + k * secret).to_bytes()].concat();
    let mut message = case.message.as_slice();
    match &case.change {
        Change::None => {}
        Change::Bit(bit) => {
            let at = usize::from(*bit) / 8 % signature.len();
            signature[at] ^= 1 << (bit % 8);
        }
        Change::Whole(bytes) => signature = bytes.clone(),
        Change::Edges { r, s } => {
            let mut prime = [0xFF; 32];
            (prime[0], prime[31]) = (0xED, 0x7F);
            signature = [(prime, *r), (ED25519_ORDER, *s)]
                .map(|(modulus, offset)| {
                    let mut bytes = if offset < 0 { modulus } else { [0; 32] };
                    bytes[0] = bytes[0].wrapping_add_signed(offset);
                    bytes
                })
                .concat();
        }
        Change::OtherMessage(other) => message = other,
    }
    let theirs = ed25519_dalek::VerifyingKey::from_bytes(&key).ok();
    let theirs = theirs.filter(|key| !key.is_weak() && is_spelled(key));
    let verified = theirs.as_ref().is_some_and(|key| {
        ed25519_dalek::Signature::from_slice(&signature)
            .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
    });
    let precompute = Precompute::ALL[usize::from(case.precompute) % Precompute::ALL.len()];
    let mut memory = vec![0; 9000];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let entered = table.add_raw(&KeyRules::new().precompute(precompute), &RawKey::Ed25519(&key));
    assert_eq!(entered.is_ok(), theirs.is_some());
    let ours = table.view().verify(Algorithm::Ed25519, message, &signature).is_ok();
    assert_eq!(ours, verified);
}

/// True if a key is the canonical encoding of its point.
fn is_spelled(key: &ed25519_dalek::VerifyingKey) -> bool {
    key.to_edwards().compress().to_bytes() == key.to_bytes()
}

/// A seed of a key, a message, and the change of its signature.
#[derive(Arbitrary, Debug)]
pub struct MlDsa {
    level: u8,
    seed: [u8; 32],
    message: Vec<u8>,
    change: MlDsaChange,
    precompute: u8,
}

#[derive(Arbitrary, Debug)]
enum MlDsaChange {
    None,
    Bit(u16),
    Whole(Vec<u8>),
    /// The last bytes, which hold the hints.
    Hints(Vec<u8>),
    OtherMessage(Vec<u8>),
}

/// The verdict is that of `ml-dsa`.
pub fn ml_dsa(case: &MlDsa) {
    match case.level % 3 {
        0 => ml_dsa_at::<ml_dsa::MlDsa44>(case, Algorithm::MlDsa44),
        1 => ml_dsa_at::<ml_dsa::MlDsa65>(case, Algorithm::MlDsa65),
        _ => ml_dsa_at::<ml_dsa::MlDsa87>(case, Algorithm::MlDsa87),
    }
}

fn ml_dsa_at<P: ml_dsa::MlDsaParams>(case: &MlDsa, algorithm: Algorithm) {
    let pair = ml_dsa::SigningKey::<P>::from_seed(&case.seed.into());
    let pair = pair.expanded_key();
    let signed = pair.sign_deterministic(&case.message, &[]).expect("an empty context");
    let mut signature = signed.encode().to_vec();
    let mut message = case.message.as_slice();
    match &case.change {
        MlDsaChange::None => {}
        MlDsaChange::Bit(bit) => {
            let at = usize::from(*bit) / 8 % signature.len();
            signature[at] ^= 1 << (bit % 8);
        }
        MlDsaChange::Whole(bytes) => signature = bytes.clone(),
        MlDsaChange::Hints(bytes) => {
            for (place, byte) in signature.iter_mut().rev().zip(bytes) {
                *place = *byte;
            }
        }
        MlDsaChange::OtherMessage(other) => message = other,
    }
    let verifier = pair.verifying_key();
    let theirs = ml_dsa::Signature::<P>::try_from(signature.as_slice())
        .is_ok_and(|signature| verifier.verify_with_context(message, &[], &signature));
    let encoded = verifier.encode();
    let precompute = Precompute::ALL[usize::from(case.precompute) % Precompute::ALL.len()];
    let key = RawKey::MlDsa(algorithm, &encoded);
    assert_eq!(verifies(&key, precompute, algorithm, message, &signature), theirs);
}

/// A message, the change of its signature, and its padding.
#[derive(Arbitrary, Debug)]
pub struct Rs256 {
    message: Vec<u8>,
    change: Change,
    larger: bool,
    precompute: bool,
}

static KEYS: LazyLock<[rsa::RsaPrivateKey; 2]> = LazyLock::new(|| {
    ["2048", "3072"].map(|size| {
        let file = format!("{}/../tests/vectors/keys/rsa_{size}.pem", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).expect("the key is there");
        rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("it is a key")
    })
});

/// The verdict equals that of the crate `rsa`.
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
    // RFC 8017 section 8.2.2 step 1 requires the exact length; the crate does not check it.
    let theirs = signature.len() == public.size()
        && Signature::try_from(signature.as_slice()).is_ok_and(|signature| {
            VerifyingKey::<sha2::Sha256>::new(public.clone()).verify(message, &signature).is_ok()
        });
    let (modulus, exponent) = (public.n_bytes(), public.e_bytes());
    let key = RawKey::Rsa { modulus: &modulus, exponent: &exponent };
    let precompute = if case.precompute { Precompute::FASTEST } else { Precompute::None };
    assert_eq!(verifies(&key, precompute, Algorithm::Rs256, message, &signature), theirs);
}

fn verifies(
    key: &RawKey<'_>,
    precompute: Precompute,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let mut memory = vec![0; 9000];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    table.add_raw(&KeyRules::new().precompute(precompute), key).expect("a good key");
    let keys = table.view();
    // With and without the back ends of the processor.
    let [accelerated, portable] = [true, false].map(|allowed| {
        keycard::cpu::allow(allowed);
        keys.iter().all(|key| key.verify(algorithm, message, signature).is_ok())
    });
    assert_eq!(accelerated, portable);
    accelerated
}
