//! A table that was made with a back end for some processors is the same without it, and works
//! without it.

#![cfg(feature = "accelerated")]

use crate::support::back_end::both;
use crate::support::issuer::Issuer;
use keycard::cpu::allow;
use keycard::{Algorithm, ImageRules, KeyRules, KeyTable, Keys, Precompute};

#[test]
fn image_is_equal_with_or_without_back_end_and_verifies_in_both() {
    let (_guard, choices) = both();
    let precomputed = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps384];
    for algorithm in precomputed.into_iter().filter(|algorithm| algorithm.is_built()) {
        let issuer = Issuer::with(algorithm, "first");
        let token = issuer.token(r#"{"sub":"somebody"}"#);
        let (input, signature) = token.rsplit_once('.').unwrap();
        let decoder = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let signature = base64::Engine::decode(&decoder, signature).unwrap();
        for precompute in Precompute::ALL {
            let images: Vec<Vec<u64>> = choices
                .iter()
                .map(|allowed| {
                    allow(*allowed);
                    let mut memory = vec![0; 9000];
                    let mut table = KeyTable::new(&mut memory).unwrap();
                    let rules = KeyRules::new().precompute(*precompute);
                    table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
                    table.seal(1).to_vec()
                })
                .collect();
            assert!(images.iter().all(|image| *image == images[0]), "{algorithm} {precompute:?}");
            for allowed in &choices {
                allow(*allowed);
                let rules = ImageRules::storage_is_authenticated();
                let keys = Keys::from_image(&images[0], &rules).unwrap();
                assert!(keys.verify(algorithm, input.as_bytes(), &signature).is_ok());
                for at in (0..signature.len()).step_by(7) {
                    let mut other = signature.clone();
                    other[at] ^= 1 << (at % 8);
                    assert!(keys.verify(algorithm, input.as_bytes(), &other).is_err());
                }
            }
        }
    }
}
