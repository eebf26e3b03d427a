use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use driver::Driver;
use fips204::traits::{KeyGen, SerDes, Signer};
use fips204::{ml_dsa_44, ml_dsa_65, ml_dsa_87};
use serde_json::json;

/// A token and its key, which has the same seed in every run.
macro_rules! sign {
    ($driver:ident, $alg:literal, $set:ident) => {{
        let (public, private) = $set::KG::keygen_from_seed(&[7; 32]);
        let pieces = [json!({ "alg": $alg }), $driver.claims()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = pieces.join(".");
        let signature = private.try_sign(signed.as_bytes(), &[]).unwrap();
        let jwk = json!({ "kty": "AKP", "alg": $alg, "pub": URL_SAFE_NO_PAD.encode(public.into_bytes()) });
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        $driver.token($alg, token, jwk.to_string());
    }};
}

fn main() {
    let mut driver = Driver::new();
    sign!(driver, "ML-DSA-44", ml_dsa_44);
    sign!(driver, "ML-DSA-65", ml_dsa_65);
    sign!(driver, "ML-DSA-87", ml_dsa_87);
    driver.done();
}
