//! Signatures that hardware verifies. Software takes the place of the hardware here. A token is
//! rejected unless the hardware accepts its signature; the library does all other checks.

#![cfg(all(feature = "es256", feature = "rs256"))]

use crate::support::issuer::Issuer;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use keycard::{
    Algorithm, Key, KeyRules, KeyTable, Keys, Policy, Reason, SignatureVerifier, Time,
    scratch_size, validate_with,
};
use serde_json::{Value, json};
use std::cell::Cell;

/// Hardware with the keys of a table.
struct Hardware<'k> {
    keys: Keys<'k>,
    asked: Cell<usize>,
}

impl SignatureVerifier for Hardware<'_> {
    fn is_right(
        &self,
        key: &Key<'_>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.asked.set(self.asked.get() + 1);
        let found = self.keys.verify(algorithm, message, signature);
        found.is_ok_and(|found| found.index() == key.index())
    }
}

/// Hardware that is broken and always returns the same answer.
struct Always(bool);

impl SignatureVerifier for Always {
    fn is_right(&self, _: &Key<'_>, _: Algorithm, _: &[u8], _: &[u8]) -> bool {
        self.0
    }
}

fn claims() -> String {
    json!({"iss": "https://id.example", "aud": "api", "exp": 2000, "scp": ["read"]}).to_string()
}

fn verdict(
    token: &str,
    keys: Keys<'_>,
    now: i64,
    verifier: &dyn SignatureVerifier,
) -> Result<usize, Reason> {
    let policy = Policy::access_token(
        "https://id.example",
        "api",
        [Algorithm::Es256, Algorithm::Rs256].as_slice(),
    );
    let mut scratch = vec![0; scratch_size(token.len())];
    let token = validate_with(token, keys, &policy, Time::At(now), &mut scratch, verifier);
    token.map(|token| token.key_index()).map_err(|error| error.reason())
}

#[test]
fn hardware_verifies_signature_and_library_checks_the_rest() {
    let issuers =
        [Issuer::with(Algorithm::Rs256, "first"), Issuer::with(Algorithm::Es256, "second")];
    let mut memory = [0; 256];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    let set = json!({"keys": [issuers[0].jwk(), issuers[1].jwk()]});
    keys.add_jwks(set.to_string()).unwrap();
    let keys = keys.view();
    for (index, issuer) in issuers.iter().enumerate() {
        let token = issuer.token(claims());
        let hardware = Hardware { keys, asked: Cell::new(0) };
        assert_eq!(verdict(&token, keys, 1000, &hardware), Ok(index));
        assert_eq!(hardware.asked.get(), 1);
        assert_eq!(verdict(&token, keys, 2000, &hardware), Err(Reason::Expired));

        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        let altered = format!("{signed}.{other}{}", &signature[1..]);
        assert_eq!(verdict(&altered, keys, 1000, &hardware), Err(Reason::SignatureInvalid));
        assert_eq!(verdict(&token, keys, 1000, &Always(false)), Err(Reason::SignatureInvalid));
    }
}

#[test]
fn rejects_expired_unknown_key_and_alg_none_despite_hardware() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let stranger = Issuer::with(Algorithm::Es256, "second");
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    keys.add_jwk(issuer.jwk().to_string()).unwrap();
    let keys = keys.view();
    let token = issuer.token(claims());
    assert_eq!(verdict(&token, keys, 1000, &Always(true)), Ok(0));
    assert_eq!(verdict(&token, keys, 2000, &Always(true)), Err(Reason::Expired));
    assert_eq!(
        verdict(&stranger.token(claims()), keys, 1000, &Always(true)),
        Err(Reason::KeyNotFound)
    );
    let rest = token.split_once('.').unwrap().1;
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{rest}");
    assert_eq!(verdict(&unsigned, keys, 1000, &Always(true)), Err(Reason::AlgorithmNone));
}

/// The public key of the first key, written into a buffer that is as long as required.
fn written(keys: Keys<'_>) -> Result<Vec<u8>, Reason> {
    let key = keys.iter().next().unwrap();
    let needed = match key.write_public(&mut []) {
        Err(error) if error.reason() == Reason::BufferTooSmall => error.needed().unwrap(),
        other => return other.map(|_| Vec::new()).map_err(|error| error.reason()),
    };
    let mut short = vec![0xA5; needed - 1];
    let error = key.write_public(&mut short).unwrap_err();
    assert_eq!((error.reason(), error.needed()), (Reason::BufferTooSmall, Some(needed)));
    assert!(short.iter().all(|byte| *byte == 0xA5), "a buffer that is too small is not written");
    let mut longer = vec![0xA5; needed + 1];
    assert_eq!(key.write_public(&mut longer).unwrap(), needed);
    assert_eq!(longer.pop(), Some(0xA5));
    Ok(longer)
}

/// In DER, the public key of OpenSSL ends with the bytes that hardware imports (RFC 5480 section
/// 2.2, RFC 8410 section 4).
#[test]
#[cfg(feature = "pem")]
fn writes_public_keys_that_openssl_wrote() {
    let text = std::fs::read_to_string("tests/vectors/foreign/openssl.json").unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut widths = Vec::new();
    for case in all["cases"].as_array().unwrap() {
        let Some(pem) = case["key"]["text"].as_str().filter(|text| text.contains("BEGIN PUBLIC"))
        else {
            continue;
        };
        let mut memory = [0; 256];
        let mut keys = KeyTable::new(&mut memory).unwrap();
        if keys.add_pem(&KeyRules::new(), pem).is_err() {
            continue;
        }
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        match written(keys.view()) {
            Ok(public) => {
                assert!(STANDARD.decode(body).unwrap().ends_with(&public), "{}", case["id"]);
                widths.push(public.len());
            }
            Err(reason) => {
                let algorithm = case["policy"]["alg"][0].as_str().unwrap();
                assert_eq!(reason, Reason::KeyUnsupported);
                assert!(algorithm.starts_with("RS") || algorithm.starts_with("PS"), "{algorithm}");
            }
        }
    }
    widths.sort_unstable();
    widths.dedup();
    #[cfg(all(feature = "es384", feature = "es512", feature = "eddsa"))]
    assert_eq!(widths, [32, 65, 97, 133]);
}

#[test]
#[cfg(feature = "ml-dsa")]
fn writes_public_keys_of_ml_dsa_as_in_jwk() {
    for (level, width) in [(44, 1312), (65, 1952), (87, 2592)] {
        let path = format!("tests/vectors/demo/ml_dsa_{level}_keys.json");
        let text = std::fs::read_to_string(path).unwrap();
        let set: Value = serde_json::from_str(&text).unwrap();
        let mut memory = [0; 1024];
        let mut keys = KeyTable::new(&mut memory).unwrap();
        keys.add_jwks(&text).unwrap();
        let public = written(keys.view()).unwrap();
        let expected = set["keys"][0]["pub"].as_str().unwrap();
        assert_eq!(public, URL_SAFE_NO_PAD.decode(expected).unwrap());
        assert_eq!(public.len(), width);
    }
}

#[test]
#[cfg(feature = "hs256")]
fn rejects_writing_secret_as_public_key() {
    let issuer = Issuer::with(Algorithm::Hs256, "first");
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    keys.add_jwk_by(&KeyRules::new().allow_secrets(), issuer.jwk().to_string()).unwrap();
    assert_eq!(written(keys.view()), Err(Reason::KeyUnsupported));
}
