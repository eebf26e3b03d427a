use driver::{text, Driver};
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jwk::Jwk;
use josekit::jws::{EdDSA, JwsHeader, JwsSigner, ES256, ES256K, ES512, PS256, RS256};
use josekit::jwt::{encode_with_signer, JwtPayload};
use std::time::{Duration, SystemTime};

fn main() {
    let mut driver = Driver::new();
    let serde_json::Value::Object(claims) = driver.claims() else { panic!("claims are an object") };
    let payload = JwtPayload::from_map(claims).unwrap();
    let ec = |curve| Jwk::generate_ec_key(curve).unwrap();
    let rsa = Jwk::generate_rsa_key(2048).unwrap();
    let p256 = ec(EcCurve::P256);
    let (p521, k256) = (ec(EcCurve::P521), ec(EcCurve::Secp256k1));
    let ed25519 = Jwk::generate_ed_key(EdCurve::Ed25519).unwrap();
    let signers: [(&str, &Jwk, Box<dyn JwsSigner>); 6] = [
        ("ES256", &p256, Box::new(ES256.signer_from_jwk(&p256).unwrap())),
        ("ES512", &p521, Box::new(ES512.signer_from_jwk(&p521).unwrap())),
        ("ES256K", &k256, Box::new(ES256K.signer_from_jwk(&k256).unwrap())),
        ("PS256", &rsa, Box::new(PS256.signer_from_jwk(&rsa).unwrap())),
        ("RS256", &rsa, Box::new(RS256.signer_from_jwk(&rsa).unwrap())),
        ("EdDSA", &ed25519, Box::new(EdDSA.signer_from_jwk(&ed25519).unwrap())),
    ];
    for (name, jwk, signer) in &signers {
        let public = text(&jwk.to_public_key().unwrap());
        driver.token(
            name,
            encode_with_signer(&payload, &JwsHeader::new(), &**signer).unwrap(),
            &public,
        );
        driver.keys(&format!("{name} key"), &public);
    }

    let public = text(&p256.to_public_key().unwrap());
    let mut payload = JwtPayload::new();
    let claims = driver.claims();
    payload.set_issuer(claims["iss"].as_str().unwrap());
    payload.set_subject(claims["sub"].as_str().unwrap());
    payload.set_audience(vec![claims["aud"].as_str().unwrap()]);
    payload.set_expires_at(&(SystemTime::now() + Duration::from_millis(3_600_500)));
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    driver.token(
        "its own payload",
        encode_with_signer(&payload, &header, &*signers[0].2).unwrap(),
        public,
    );
    driver.done();
}
