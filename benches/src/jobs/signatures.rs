//! Signatures over messages of 400 bytes.

use super::Entry;
use crate::contender::Contender;
use crate::contenders::{Verifier, keycard, rustcrypto::RustCrypto};
#[cfg(feature = "peers")]
use crate::contenders::{aws_lc::AwsLc, graviola::Graviola, openssl::OpenSsl, ring::Ring};
use crate::inputs::{self, Signed};
use crate::issuer::{Issuer, Numbers, PublicKey};
use crate::setting::Setting;
use ::keycard::Algorithm;
use std::rc::Rc;

const PRECOMPUTED: &str = "a signature over 400 bytes, the key read or precomputed once";
const PARSED: &str = "a signature over 400 bytes, the key read from its numbers each time";

pub(super) const VERIFY: &[Entry] = &[
    ("verify-es256", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Es256, 0)),
    ("verify-es384", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Es384, 0)),
    ("verify-es512", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Es512, 0)),
    ("verify-es256k", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Es256K, 0)),
    ("verify-rs256-2048", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Rs256, 2048)),
    ("verify-rs256-3072", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Rs256, 3072)),
    ("verify-rs256-4096", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Rs256, 4096)),
    ("verify-ps256-2048", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Ps256, 2048)),
    ("verify-hs256", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Hs256, 0)),
    ("verify-ed25519", PRECOMPUTED, |setting| precomputed(setting, Algorithm::Ed25519, 0)),
    ("verify-ml-dsa-44", PRECOMPUTED, |setting| precomputed(setting, Algorithm::MlDsa44, 0)),
    ("verify-ml-dsa-65", PRECOMPUTED, |setting| precomputed(setting, Algorithm::MlDsa65, 0)),
    ("verify-ml-dsa-87", PRECOMPUTED, |setting| precomputed(setting, Algorithm::MlDsa87, 0)),
];

pub(super) const PARSE_AND_VERIFY: &[Entry] = &[
    ("parse-and-verify-es256", PARSED, |setting| parsed(setting, Algorithm::Es256, 0)),
    ("parse-and-verify-es384", PARSED, |setting| parsed(setting, Algorithm::Es384, 0)),
    ("parse-and-verify-es512", PARSED, |setting| parsed(setting, Algorithm::Es512, 0)),
    ("parse-and-verify-es256k", PARSED, |setting| parsed(setting, Algorithm::Es256K, 0)),
    ("parse-and-verify-rs256-2048", PARSED, |setting| parsed(setting, Algorithm::Rs256, 2048)),
    ("parse-and-verify-rs256-3072", PARSED, |setting| parsed(setting, Algorithm::Rs256, 3072)),
    ("parse-and-verify-rs256-4096", PARSED, |setting| parsed(setting, Algorithm::Rs256, 4096)),
    ("parse-and-verify-ps256-2048", PARSED, |setting| parsed(setting, Algorithm::Ps256, 2048)),
    ("parse-and-verify-hs256", PARSED, |setting| parsed(setting, Algorithm::Hs256, 0)),
    ("parse-and-verify-ed25519", PARSED, |setting| parsed(setting, Algorithm::Ed25519, 0)),
    ("parse-and-verify-ml-dsa-44", PARSED, |setting| parsed(setting, Algorithm::MlDsa44, 0)),
    ("parse-and-verify-ml-dsa-65", PARSED, |setting| parsed(setting, Algorithm::MlDsa65, 0)),
    ("parse-and-verify-ml-dsa-87", PARSED, |setting| parsed(setting, Algorithm::MlDsa87, 0)),
];

/// The inputs and the key that all contenders of a job share.
struct Task {
    key: Rc<PublicKey>,
    signed: Rc<Vec<Signed>>,
}

impl Task {
    fn new(setting: &Setting, algorithm: Algorithm, bits: usize) -> Self {
        let issuer = Issuer::new(algorithm, bits);
        let signed = Rc::new(inputs::signed(setting, &issuer));
        Self { key: Rc::new(issuer.public_key()), signed }
    }

    /// A run that calls `verify` with each input.
    fn run<F: Fn(&PublicKey, &[u8], &[u8]) -> bool>(
        &self,
        verify: F,
    ) -> impl FnMut(usize) -> bool + use<F> {
        let (key, signed) = (self.key.clone(), self.signed.clone());
        move |input| {
            let Signed { message, signature } = &signed[input];
            verify(&key, message, signature)
        }
    }

    fn precomputed<V: Verifier>(&self) -> Contender {
        match V::parse(&self.key) {
            Some(verifier) => {
                let run =
                    self.run(move |_, message, signature| verifier.verify(message, signature));
                Contender::peer(V::NAME, "", run)
            }
            None => Contender::missing(V::NAME, "does not have it"),
        }
    }

    fn parsed<V: Verifier>(&self) -> Contender {
        if V::parse(&self.key).is_none() {
            return Contender::missing(V::NAME, "does not have it");
        }
        let run = self.run(|key, message, signature| {
            V::parse(key).is_some_and(|verifier| verifier.verify(message, signature))
        });
        Contender::peer(V::NAME, "", run)
    }
}

fn precomputed(setting: &Setting, algorithm: Algorithm, bits: usize) -> Vec<Contender> {
    let task = Task::new(setting, algorithm, bits);
    let mut contenders = Vec::new();
    for (variant, rules) in keycard::precomputations(&task.key) {
        contenders.extend(keycard::contenders(algorithm, &variant, || {
            let precomputed = keycard::Precomputed::new(&rules, &task.key);
            task.run(move |_, message, signature| precomputed.verify(message, signature))
        }));
    }
    #[cfg(feature = "peers")]
    contenders.extend([
        task.precomputed::<AwsLc>(),
        task.precomputed::<Ring>(),
        task.precomputed::<OpenSsl>(),
        task.precomputed::<Graviola>(),
    ]);
    contenders.push(task.precomputed::<RustCrypto>());
    contenders
}

fn parsed(setting: &Setting, algorithm: Algorithm, bits: usize) -> Vec<Contender> {
    let task = Task::new(setting, algorithm, bits);
    let verify: fn(&PublicKey, &[u8], &[u8]) -> bool = match &task.key.numbers {
        Numbers::MlDsa(_) => keycard::parse_and_verify::<{ keycard::ML_DSA_WORDS }>,
        _ => keycard::parse_and_verify::<{ keycard::FEW_WORDS }>,
    };
    let mut contenders = keycard::contenders(algorithm, "", || task.run(verify));
    #[cfg(feature = "peers")]
    contenders.extend([
        task.parsed::<AwsLc>(),
        task.parsed::<Ring>(),
        task.parsed::<OpenSsl>(),
        task.parsed::<Graviola>(),
    ]);
    contenders.push(task.parsed::<RustCrypto>());
    contenders
}
