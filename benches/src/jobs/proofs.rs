//! DPoP proofs of one client: with its key as it comes, and with the key prepared by a cache.

use super::Entry;
use crate::contender::Contender;
use crate::contenders::keycard;
use crate::inputs;
use crate::issuer::Issuer;
use crate::setting::Setting;
use ::keycard::dpop::{self, ProofKeyCache, ProofRules, words_for};
use ::keycard::{Algorithm, Precompute, Time, scratch_size};
use std::rc::Rc;

const PROOF: &str = "a DPoP proof, with the key in its header or with the same key prepared";

pub(super) const JOBS: &[Entry] =
    &[("proof-es256", PROOF, |setting| proofs(setting, Algorithm::Es256))];

fn rules(algorithm: Algorithm) -> ProofRules<'static> {
    // The proofs are made once, and stay valid for the whole measurement.
    ProofRules::new(inputs::METHOD, inputs::URI, algorithm, 86_400)
        .without_access_token()
        .nonce_not_provided()
}

fn proofs(setting: &Setting, algorithm: Algorithm) -> Vec<Contender> {
    let issuer = Issuer::new(algorithm, 2048);
    let proofs = Rc::new(inputs::proofs(setting, &issuer));
    let clock = setting.clock;
    let unprepared = || {
        let proofs = proofs.clone();
        move |input: usize| {
            let mut scratch = [0; scratch_size(inputs::LONGEST_PROOF)];
            let time = Time::At(clock.now());
            dpop::validate(&proofs[input], &rules(algorithm), time, &mut scratch).is_ok()
        }
    };
    let prepared = |precompute| {
        let proofs = proofs.clone();
        let mut memory = vec![0; words_for(16, precompute)];
        let mut scratch = [0; scratch_size(inputs::LONGEST_PROOF)];
        let time = Time::At(clock.now());
        let mut cache = ProofKeyCache::new(&mut memory, precompute, 1).expect("memory for a cache");
        for _ in 0..2 {
            let proof = cache.validate(&proofs[0], &rules(algorithm), time, &mut scratch);
            cache.admit(&proof.expect("a valid proof"));
        }
        move |input: usize| {
            let mut cache = ProofKeyCache::open(&mut memory).expect("a cache");
            let time = Time::At(clock.now());
            cache.validate(&proofs[input], &rules(algorithm), time, &mut scratch).is_ok()
        }
    };
    let mut contenders = keycard::contenders(algorithm, "none", unprepared);
    for precompute in [Precompute::Bytes1K, Precompute::Bytes2K, Precompute::Bytes4K] {
        let variant = format!("{}KB", precompute.bytes() / 1024);
        contenders.extend(keycard::contenders(algorithm, &variant, || prepared(precompute)));
    }
    contenders
}
