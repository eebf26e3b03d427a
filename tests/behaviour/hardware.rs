//! Signatures that hardware verifies. Software takes the place of the hardware here. A token is
//! rejected unless the hardware accepts its signature; the library does all other checks.

#![cfg(all(feature = "es256", feature = "rs256"))]

use crate::support::issuer::Issuer;
use keycard::{
    Algorithm, Key, KeyTable, Keys, Policy, Reason, SignatureVerifier, Time, scratch_size,
    validate_with,
};
use serde_json::json;
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
