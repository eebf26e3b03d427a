//! Shared by the drivers in Rust: the request, keys, and outputs in the form that run.py reads.

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use serde::Serialize;
use serde_json::{json, to_string, Value};

/// A key pair of OpenSSL.
pub type Pair = PKey<Private>;

/// The request, and the outputs so far.
pub struct Driver {
    pub asked: Value,
    outputs: Vec<Value>,
}

impl Driver {
    pub fn new() -> Self {
        let asked = serde_json::from_reader(std::io::stdin()).unwrap();
        Driver { asked, outputs: Vec::new() }
    }

    pub fn claims(&self) -> Value {
        self.asked["claims"].clone()
    }

    /// The key of the request, as JSON text.
    pub fn jwk(&self) -> String {
        self.asked["jwk"].to_string()
    }

    pub fn verifier(&self) -> &str {
        self.asked["verifier"].as_str().unwrap()
    }

    /// A token: `keys` is PEM or JSON text.
    pub fn token(&mut self, name: &str, token: impl AsRef<str>, keys: impl AsRef<str>) {
        let (token, keys) = (token.as_ref(), keys.as_ref());
        self.outputs.push(json!({ "kind": "token", "name": name, "token": token, "keys": keys }));
    }

    /// A token that is checked with these additional members of a policy.
    pub fn token_with(
        &mut self,
        name: &str,
        token: impl AsRef<str>,
        keys: impl AsRef<str>,
        policy: Value,
    ) {
        self.token(name, token, keys);
        self.outputs.last_mut().unwrap()["policy"] = policy;
    }

    pub fn keys(&mut self, name: &str, keys: impl AsRef<str>) {
        self.outputs.push(json!({ "kind": "keys", "name": name, "keys": keys.as_ref() }));
    }

    pub fn thumbprint(&mut self, name: &str, thumbprint: impl AsRef<str>, keys: impl AsRef<str>) {
        let (thumbprint, keys) = (thumbprint.as_ref(), keys.as_ref());
        self.outputs.push(
            json!({ "kind": "thumbprint", "name": name, "thumbprint": thumbprint, "keys": keys }),
        );
    }

    /// Many pairs of a verifier and its challenge.
    pub fn pkce(&mut self, name: &str, make: impl Fn() -> (String, String)) {
        let pairs: Vec<_> = (0..50).map(|_| make()).collect();
        let verifiers: Vec<_> = pairs.iter().map(|(verifier, _)| verifier).collect();
        let (verifier, challenge) = &pairs[0];
        self.outputs.push(json!({
            "kind": "pkce", "name": name, "verifier": verifier, "challenge": challenge, "verifiers": verifiers
        }));
    }

    /// The value that the program computed for `challenge` or `thumbprint`.
    pub fn reverse(&mut self, name: &str, of: &str, value: impl AsRef<str>) {
        self.outputs
            .push(json!({ "kind": "reverse", "name": name, "of": of, "value": value.as_ref() }));
    }

    pub fn done(self) {
        print!("{}", to_string(&self.outputs).unwrap());
    }
}

pub fn text(value: &impl Serialize) -> String {
    to_string(value).unwrap()
}

pub fn ec(curve: Nid) -> Pair {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

pub fn p256() -> Pair {
    ec(Nid::X9_62_PRIME256V1)
}

pub fn rsa() -> Pair {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

pub fn ed25519() -> Pair {
    PKey::generate_ed25519().unwrap()
}

/// The private key as PKCS #8 in PEM.
pub fn private_pem(pair: &Pair) -> Vec<u8> {
    pair.private_key_to_pem_pkcs8().unwrap()
}

/// The public key in PEM.
pub fn public_pem(pair: &Pair) -> String {
    String::from_utf8(pair.public_key_to_pem().unwrap()).unwrap()
}
