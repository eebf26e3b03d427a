//! DPoP proofs.

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::dpop::{self, ProofRules};
use keycard::{Algorithm, Time, scratch_size};
use p256::ecdsa::signature::Signer as _;
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000;
const METHOD: &str = "POST";
const URI: &str = "https://api.example/orders?x=1#f";
const NONCE: &str = "eyJ7S_zG.eyJH0-Z.HX4w-7v";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

/// Changes to a valid proof.
#[derive(Arbitrary, Debug)]
pub struct Case {
    header: Vec<(u8, Changed)>,
    claims: Vec<(u8, Changed)>,
    whole_jwk: Option<Vec<u8>>,
}

#[derive(Arbitrary, Debug)]
enum Changed {
    Removed,
    Text(String),
    Number(i64),
    Around(i16),
    Appended(String),
}

const HEADER: &[&str] = &["typ", "alg", "kid", "crit", "cty", "b64"];
const CLAIMS: &[&str] = &["jti", "htm", "htu", "iat", "ath", "nonce"];

fn change(object: &mut Value, names: &[&str], changes: &[(u8, Changed)]) {
    for (name, changed) in changes {
        let name = names[usize::from(*name) % names.len()];
        object[name] = match changed {
            Changed::Removed => {
                object.as_object_mut().expect("an object").remove(name);
                continue;
            }
            Changed::Text(text) => text.as_str().into(),
            Changed::Number(number) => (*number).into(),
            Changed::Around(seconds) => (NOW + i64::from(*seconds)).into(),
            Changed::Appended(text) => {
                let before = object[name].as_str().unwrap_or_default();
                format!("{before}{text}").into()
            }
        };
    }
}

/// An accepted proof meets all requirements of RFC 9449 section 4.3 in an independent check.
pub fn check(case: &Case) {
    let signer = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
    let point = signer.verifying_key().to_sec1_point(false);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let mut header = json!({
        "typ": "dpop+jwt", "alg": "ES256",
        "jwk": {"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)},
    });
    if let Some(Ok(jwk)) = case.whole_jwk.as_ref().map(|bytes| serde_json::from_slice(bytes)) {
        header["jwk"] = jwk;
    }
    let ath = encode(&<sha2::Sha256 as sha2::Digest>::digest(TOKEN));
    let mut claims = json!({
        "jti": "1", "htm": METHOD, "htu": "https://api.example/orders", "iat": NOW, "ath": ath, "nonce": NONCE,
    });
    change(&mut header, HEADER, &case.header);
    change(&mut claims, CLAIMS, &case.claims);
    let signed = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let signature: p256::ecdsa::Signature = signer.sign(signed.as_bytes());
    let proof = format!("{signed}.{}", encode(&signature.to_bytes()));
    let rules = ProofRules::new(METHOD, URI, [Algorithm::Es256], 60)
        .for_access_token(TOKEN)
        .require_nonce(NONCE);
    let mut scratch = vec![0; scratch_size(proof.len())];
    let Ok(accepted) = dpop::validate(&proof, &rules, Time::At(NOW), &mut scratch) else {
        assert!(!case.header.is_empty() || !case.claims.is_empty() || case.whole_jwk.is_some());
        return;
    };
    assert_eq!(header["alg"], "ES256");
    let kind = header["typ"].as_str().expect("typ is text").to_ascii_lowercase();
    assert!(kind == "dpop+jwt" || kind == "application/dpop+jwt");
    assert!(header.get("crit").is_none() && header["jwk"].get("d").is_none());
    assert!(claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    assert_eq!(
        (&claims["htm"], &claims["ath"], &claims["nonce"]),
        (&METHOD.into(), &ath.into(), &NONCE.into())
    );
    let uri = claims["htu"].as_str().expect("htu is text");
    assert!(uri.to_ascii_lowercase().starts_with("https://api.example"), "{uri}");
    assert!((accepted.issued_at() - NOW).abs() <= 60);
}
