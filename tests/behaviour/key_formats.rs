//! A key gives the same result in each of its forms: the same thumbprint, and the same reason if it
//! is rejected.

use crate::support::issuer::Issuer;
use crate::support::jwk::{decode, expected_thumbprint};
use keycard::{Algorithm, KeyKind, KeyRules, KeyTable, Keys, RawKey, Reason, Stage};
#[cfg(feature = "hs256")]
use p256::pkcs8::EncodePublicKey as _;
use serde_json::Value;

fn built() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built())
}

/// One algorithm for each kind of public key that is built.
fn kinds() -> impl Iterator<Item = Algorithm> {
    let mut seen = Vec::new();
    built().filter(move |algorithm| {
        let kind = algorithm.key_kind();
        let new = kind != KeyKind::Secret && !seen.contains(&kind);
        seen.push(kind);
        new
    })
}

/// The thumbprint of the only key.
fn thumbprint(keys: Keys<'_>) -> String {
    assert_eq!(keys.len(), 1);
    keys.iter().next().unwrap().thumbprint().to_text().as_str().to_owned()
}

#[test]
fn a_key_has_one_thumbprint_in_whatever_form_it_came() {
    for algorithm in kinds() {
        let issuer = Issuer::with(algorithm, "first");
        let jwk = issuer.jwk();
        let expected = expected_thumbprint(&jwk);
        let rules = KeyRules::new();
        let with = |add: &dyn Fn(&mut KeyTable<'_>)| {
            let mut memory = [0; 512];
            let mut table = KeyTable::new(&mut memory).unwrap();
            add(&mut table);
            let signature = issuer.signature(b"message");
            assert!(table.view().verify(algorithm, b"message", &signature).is_ok(), "{algorithm}");
            assert_eq!(thumbprint(table.view()), expected, "{algorithm}");
        };
        with(&|table| table.add_jwk(jwk.to_string()).unwrap());
        with(&|table| table.add_raw(&rules, &raw(&jwk, algorithm)).unwrap());
        #[cfg(feature = "pem")]
        {
            let pem = issuer.pem();
            with(&|table| assert_eq!(table.add_pem(&rules, &pem).unwrap().added(), 1));
            with(&|table| table.add_der(&rules, der_of(&pem)).unwrap());
        }
    }
}

/// The key of a JWK as numbers. Their memory is leaked, which is acceptable in a test.
fn raw(jwk: &Value, algorithm: Algorithm) -> RawKey<'static> {
    let leaked = |name| &*decode(jwk, name).leak();
    match algorithm.key_kind() {
        curve @ (KeyKind::P256 | KeyKind::P384 | KeyKind::P521 | KeyKind::Secp256k1) => {
            RawKey::Point { curve, x: leaked("x"), y: leaked("y") }
        }
        KeyKind::Rsa => RawKey::Rsa { modulus: leaked("n"), exponent: leaked("e") },
        KeyKind::Ed25519 => RawKey::Ed25519(leaked("x")),
        _ => RawKey::MlDsa(algorithm, leaked("pub")),
    }
}

#[cfg(any(feature = "pem", feature = "hs256"))]
fn der_of(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

#[test]
fn rules_give_a_key_its_kid_and_its_algorithm() {
    let issuer = Issuer::new();
    let mut jwk = issuer.jwk();
    jwk.as_object_mut().unwrap().remove("kid");
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let given = KeyRules::new().allow_secrets().with_id("given");
    let rules = given.only_for(issuer.algorithm());
    table.add_jwk_by(&rules, jwk.to_string()).unwrap();
    table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
    let ids: Vec<_> = table.view().iter().map(|key| format!("{:?}", key.id().unwrap())).collect();
    assert_eq!(ids, ["\"given\"", "\"first\""], "its own kid wins");
    for key in table.view().iter() {
        assert_eq!(key.algorithms(), issuer.algorithm().into());
    }
    let others: Vec<_> = Algorithm::ALL
        .iter()
        .copied()
        .filter(|it| it.key_kind() != issuer.algorithm().key_kind())
        .collect();
    let error = table.add_jwk_by(&given.only_for(&others), jwk.to_string()).unwrap_err();
    assert_eq!(error.reason(), Reason::KeyNotForVerification);
}

/// The reason why a table with these rules rejects a key.
fn rejection(rules: &KeyRules<'_>, key: &RawKey<'_>) -> Reason {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let error = table.add_raw(rules, key).unwrap_err();
    assert_eq!(error.stage(), Stage::KeySet);
    error.reason()
}

#[test]
#[cfg(feature = "hs256")]
fn a_secret_that_is_a_public_key_is_rejected() {
    let rules = KeyRules::new();
    let reject = |secret: &[u8]| rejection(&rules, &RawKey::Secret(secret));
    let rsa = Issuer::with(Algorithm::Rs256, "first");
    let pem = rsa.pem();
    let der = der_of(&pem);
    let small = Issuer::with(Algorithm::Es256, "first");
    assert_eq!(reject(pem.as_bytes()), Reason::KeyNotSecret);
    assert_eq!(reject(format!("\n {pem}\n").as_bytes()), Reason::KeyNotSecret);
    assert_eq!(reject(&der), Reason::KeyNotSecret);
    assert_eq!(reject(small.jwk().to_string().as_bytes()), Reason::KeyNotSecret);
    assert_eq!(reject(&der_of(&small.pem())), Reason::KeyNotSecret);
    // The last byte of a point may be an ASCII space.
    let blank = (1..=u8::MAX)
        .map(|seed| p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
        .map(|key| key.verifying_key().to_public_key_der().unwrap().into_vec())
        .find(|der| der.last().unwrap().is_ascii_whitespace());
    assert_eq!(reject(&blank.unwrap()), Reason::KeyNotSecret);
    let pretty = serde_json::to_string_pretty(&small.jwk()).unwrap();
    assert_eq!(reject(format!("\r\n\t{pretty}\n").as_bytes()), Reason::KeyNotSecret);
    let set = serde_json::json!({ "keys": [small.jwk()] }).to_string();
    assert_eq!(reject(set.as_bytes()), Reason::KeyNotSecret);
    // RFC 7468 section 2: text may precede a block, and OpenSSL writes such text.
    assert_eq!(reject(format!("subject=CN\n{}", small.pem()).as_bytes()), Reason::KeyNotSecret);
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    for secret in [&[0x30; 32][..], &[b'{'; 32], b"-----BEGI no key, but long enough"] {
        table.add_raw(&rules, &RawKey::Secret(secret)).unwrap();
    }
}

#[test]
#[cfg(feature = "hs256")]
fn accepts_secrets_that_only_begin_like_der_or_json() {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    // Random bytes after the header of a DER sequence of the right length. One random secret in
    // 65,536 begins like this.
    for length in [32, 48, 64, 130] {
        let mut secret: Vec<_> = (0..length).map(|byte| (byte * 89 + 7) as u8).collect();
        let left = u8::try_from(length).unwrap();
        secret[..3].copy_from_slice(&[0x30, left - 2, 0x02]);
        if length > 129 {
            secret[..3].copy_from_slice(&[0x30, 0x81, left - 3]);
        }
        table.add_raw(&KeyRules::new(), &RawKey::Secret(&secret)).unwrap();
    }
    for secret in [
        &br#"{"correct":"horse battery staple","a":0}"#[..],
        br#"["kty", "correct horse battery staple", "x"]"#,
        br#"{ correct horse battery "kty" staple --------"#,
    ] {
        table.add_raw(&KeyRules::new(), &RawKey::Secret(secret)).unwrap();
    }
    assert_eq!(table.view().len(), 7);
}

#[test]
#[cfg(all(feature = "hs256", feature = "rs256"))]
fn rejects_pkcs1_keys_as_secrets_by_their_form() {
    use rsa::pkcs1::{EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
    use rsa::pkcs8::DecodePrivateKey as _;
    for bits in ["1024", "2048", "3072"] {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys/rsa_");
        let pem = std::fs::read_to_string(format!("{root}{bits}.pem")).unwrap();
        let private = rsa::RsaPrivateKey::from_pkcs8_pem(&pem).unwrap();
        let public = private.to_public_key().to_pkcs1_der().unwrap().into_vec();
        let private = private.to_pkcs1_der().unwrap().as_bytes().to_vec();
        for der in [public, private] {
            for behind in ["", "\n", "\r\n"] {
                let secret = [&der[..], behind.as_bytes()].concat();
                if secret.len() <= keycard::limits::MAX_SECRET_BYTES {
                    let reason = rejection(&KeyRules::new(), &RawKey::Secret(&secret));
                    assert_eq!(reason, Reason::KeyNotSecret, "{bits}");
                }
            }
            let secret = &der[1..der.len().min(200)];
            let mut memory = [0; 512];
            let mut table = KeyTable::new(&mut memory).unwrap();
            table.add_raw(&KeyRules::new(), &RawKey::Secret(secret)).unwrap();
        }
    }
}

#[test]
#[cfg(feature = "hs256")]
fn short_secrets_enter_by_an_insecure_name_only() {
    let short = RawKey::Secret(b"short");
    assert_eq!(rejection(&KeyRules::new(), &short), Reason::KeyWeak);
    assert_eq!(
        rejection(&KeyRules::new().insecure_allow_short_secrets(6), &short),
        Reason::KeyWeak
    );
    let empty = RawKey::Secret(b"");
    assert_eq!(
        rejection(&KeyRules::new().insecure_allow_short_secrets(0), &empty),
        Reason::KeyWeak
    );
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_raw(&KeyRules::new().insecure_allow_short_secrets(5), &short).unwrap();
    table.add_raw(&KeyRules::new().only_for(Algorithm::Hs256), &RawKey::Secret(&[7; 32])).unwrap();
    let weak: Vec<_> = table.view().iter().map(|key| key.is_weak()).collect();
    assert_eq!(weak, [true, false]);
}

#[test]
#[cfg(feature = "rs256")]
fn rejects_small_rsa_unless_allowed_and_below_1024_bits_always() {
    let jwk = Issuer::with_rsa(Algorithm::Rs256, "1024").jwk();
    let key = raw(&jwk, Algorithm::Rs256);
    assert_eq!(rejection(&KeyRules::new(), &key), Reason::KeyWeak);
    assert_eq!(rejection(&KeyRules::new().insecure_allow_weak_rsa(1025), &key), Reason::KeyWeak);
    let tiny = RawKey::Rsa { modulus: &[0xFF; 127], exponent: &[3] };
    assert_eq!(rejection(&KeyRules::new().insecure_allow_weak_rsa(0), &tiny), Reason::KeyWeak);
    // An exponent of 72 bits, of which the last 64 are 65537.
    let exponent = [1, 0, 0, 0, 0, 0, 1, 0, 1];
    let long = RawKey::Rsa { modulus: &[0xFF; 256], exponent: &exponent };
    assert_eq!(rejection(&KeyRules::new(), &long), Reason::KeyOutOfRange);
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_raw(&KeyRules::new().insecure_allow_weak_rsa(1024), &key).unwrap();
    let signature = Issuer::with_rsa(Algorithm::Rs256, "1024").signature(b"message");
    assert!(table.view().verify(Algorithm::Rs256, b"message", &signature).unwrap().is_weak());
}

#[test]
#[cfg(feature = "es384")]
fn raw_coordinates_have_the_width_of_their_field() {
    let jwk = Issuer::with(Algorithm::Es384, "first").jwk();
    let (x, y) = (decode(&jwk, "x"), decode(&jwk, "y"));
    let point = |curve, x, y| RawKey::Point { curve, x, y };
    let rules = KeyRules::new();
    let padded = [&[0][..], &x].concat();
    for (x, y) in [(&x[1..], &y[..]), (&x[..], &[][..]), (&padded[..], &y[..])] {
        assert_eq!(rejection(&rules, &point(KeyKind::P384, x, y)), Reason::KeyWidth);
    }
    assert_eq!(rejection(&rules, &point(KeyKind::P384, &y, &x)), Reason::KeyNotOnCurve);
    assert_eq!(rejection(&rules, &point(KeyKind::Rsa, &x, &y)), Reason::KeyMalformed);
}

#[test]
#[cfg(feature = "pem")]
fn what_is_not_one_public_key_in_pem_or_der_is_rejected() {
    use rsa::pkcs8::EncodePrivateKey as _;
    let rules = KeyRules::new();
    let add = |pem: &str| {
        let mut memory = [0; 512];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let added = table.add_pem(&rules, pem);
        added.map_err(|error| {
            assert_eq!(error.stage(), Stage::KeySet);
            error.reason()
        })
    };
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let pem = issuer.pem();
    let private = p256::SecretKey::from_slice(&[b'f'; 32]).unwrap();
    let private = private.to_pkcs8_pem(rsa::pkcs8::LineEnding::LF).unwrap();
    assert_eq!(add(&private), Err(Reason::KeyPrivate));
    for (broken, expected) in [
        (String::new(), Reason::KeyPemMissing),
        ("garbage".to_owned(), Reason::KeyPemMissing),
        (pem.replace("PUBLIC KEY", "PARAMETERS"), Reason::KeyUnsupported),
        (pem.replace("-----END", "----END"), Reason::KeyPemMalformed),
        (pem[..100].to_owned(), Reason::KeyPemMalformed),
        (pem.replacen('M', "!", 1), Reason::KeyPemMalformed),
        (pem.replacen('M', "A", 1), Reason::KeyEncoding),
    ] {
        assert_eq!(add(&broken), Err(expected), "{broken}");
    }
    let der = der_of(&pem);
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    for length in 0..der.len() {
        assert!(table.add_der(&rules, &der[..length]).is_err(), "{length}");
    }
    let mut longer = der.clone();
    longer.push(0);
    assert_eq!(table.add_der(&rules, longer).unwrap_err().reason(), Reason::KeyEncoding);
    // The first byte says that the point is compressed.
    let mut compressed = der.clone();
    let form = compressed.len() - 65;
    assert_eq!(compressed[form], 4);
    compressed[form] = 2;
    assert_eq!(table.add_der(&rules, compressed).unwrap_err().reason(), Reason::KeyUnsupported);
    assert!(table.view().is_empty());
}

#[test]
#[cfg(all(feature = "pem", feature = "eddsa"))]
fn rejects_x25519_key_of_the_same_length_as_ed25519() {
    // RFC 8410 section 3: the OID of X25519, which is for key agreement.
    let mut der = der_of(&Issuer::with(Algorithm::Ed25519, "first").pem());
    let oid = [0x2B, 0x65, 0x70];
    let at = der.windows(oid.len()).position(|window| window == oid).unwrap();
    der[at + 2] = 0x6E;
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let error = table.add_der(&KeyRules::new(), &der).unwrap_err();
    assert_eq!(error.reason(), Reason::KeyUnsupported);
}

#[test]
#[cfg(all(feature = "pem", feature = "rsa"))]
fn rsa_keys_come_in_two_kinds_of_pem_and_der() {
    use rsa::pkcs1::EncodeRsaPublicKey as _;
    use rsa::pkcs8::{DecodePublicKey as _, LineEnding};
    let issuer = Issuer::with(Algorithm::Rs256, "first");
    let key = rsa::RsaPublicKey::from_public_key_pem(&issuer.pem()).unwrap();
    let pem = key.to_pkcs1_pem(LineEnding::LF).unwrap();
    let der = key.to_pkcs1_der().unwrap();
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new();
    table.add_pem(&rules, &pem).unwrap();
    table.add_der(&rules, der.as_bytes()).unwrap();
    let thumbprints: Vec<_> = table.view().iter().map(|key| key.thumbprint()).collect();
    assert_eq!(thumbprints[0], thumbprints[1]);
    assert_eq!(thumbprints[0].to_text().as_str(), expected_thumbprint(&issuer.jwk()));
}

#[test]
#[cfg(all(feature = "hs256", feature = "rs256"))]
fn rejects_keys_above_the_bounds_of_the_rules() {
    let secret = RawKey::Secret(&[7; 65]);
    let rules = KeyRules::new().only_for(Algorithm::Hs256);
    assert_eq!(rejection(&rules.with_max_secret_bytes(64), &secret), Reason::KeyOutOfRange);
    let mut modulus = [0xFF; 257];
    modulus[0] = 1;
    let key = RawKey::Rsa { modulus: &modulus, exponent: &[1, 0, 1] };
    assert_eq!(rejection(&KeyRules::new().with_max_rsa_bits(2048), &key), Reason::KeyOutOfRange);
    let mut memory = [0; 128];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_raw(&rules.with_max_secret_bytes(65), &secret).unwrap();
    table.add_raw(&KeyRules::new().with_max_rsa_bits(2049), &key).unwrap();
}
