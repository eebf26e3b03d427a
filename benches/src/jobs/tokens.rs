//! Whole tokens: split, decoded, verified, parsed, and checked with `iss`, `aud`, `exp` and `nbf`.

use super::Entry;
use crate::contender::{Contender, Run, Standing};
#[cfg(feature = "peers")]
use crate::contenders::aws_lc::AwsLc;
#[cfg(feature = "peers")]
use crate::contenders::aws_lc::AwsLc as BestVerifier;
#[cfg(feature = "peers")]
use crate::contenders::josekit::Josekit;
#[cfg(feature = "peers")]
use crate::contenders::jsonwebtoken::{OnAwsLc, OnRustCrypto};
#[cfg(feature = "peers")]
use crate::contenders::jwt_compact::JwtCompact;
#[cfg(feature = "peers")]
use crate::contenders::jwt_simple::JwtSimple;
#[cfg(feature = "peers")]
use crate::contenders::openssl::OpenSsl;
#[cfg(feature = "peers")]
use crate::contenders::rustcrypto::RustCrypto;
#[cfg(not(feature = "peers"))]
use crate::contenders::rustcrypto::RustCrypto as BestVerifier;
use crate::contenders::{Validator, Verifier, by_hand::ByHand, keycard, pyjwt};
use crate::inputs;
use crate::issuer::{Issuer, PublicKey};
use crate::setting::Setting;
use ::keycard::{Algorithm, KeyRules};
use data_encoding::BASE64URL_NOPAD;
use std::rc::Rc;

const TOKEN: &str = "a token of 900 characters, validated whole";
const SMALL: &str = "a token of 256 characters, validated whole";
const BATCH: &str =
    "a token of 900 characters out of 64 that are there together; peers take one after the other";
const WITHOUT: &str = "an HS256 token of 900 characters, less the time that the MAC alone takes";

pub(super) const JOBS: &[Entry] = &[
    ("token-es256", TOKEN, |setting| whole(setting, Algorithm::Es256, 900)),
    ("token-rs256", TOKEN, |setting| whole(setting, Algorithm::Rs256, 900)),
    ("token-hs256", TOKEN, |setting| whole(setting, Algorithm::Hs256, 900)),
    ("batch-es256", BATCH, batch_es256),
    ("token-small-es256", SMALL, |setting| whole(setting, Algorithm::Es256, 256)),
    ("token-without-signature", WITHOUT, without_signature),
];

struct Task {
    key: PublicKey,
    tokens: Rc<Vec<String>>,
}

impl Task {
    fn new(setting: &Setting, algorithm: Algorithm, length: usize) -> Self {
        let issuer = Issuer::new(algorithm, 2048);
        let tokens = Rc::new(inputs::tokens(setting, &issuer, length));
        Self { key: issuer.public_key(), tokens }
    }

    fn own(&self, setting: &Setting, rules: &KeyRules<'_>) -> impl Run + use<> {
        let mut own = keycard::Tokens::new(rules, &self.key, setting.clock);
        let tokens = self.tokens.clone();
        move |input: usize| own.validate(&tokens[input])
    }

    fn peer<V: Validator>(&self) -> Contender {
        let Some(validator) = V::parse(&self.key) else {
            return Contender::missing(V::NAME, "does not have it");
        };
        let tokens = self.tokens.clone();
        let run = move |input: usize| validator.validate(&tokens[input]);
        Contender::peer(V::NAME, V::VARIANT, run)
    }

    /// Only the MAC or signature of each token.
    fn signature_alone<F: Fn(&[u8], &[u8]) -> bool>(
        &self,
        verify: F,
    ) -> impl FnMut(usize) -> bool + use<F> {
        let part = |token: &String| {
            let (signed, signature) = token.rsplit_once('.').expect("a token has dots");
            let signature = BASE64URL_NOPAD.decode(signature.as_bytes());
            (signed.as_bytes().to_vec(), signature.expect("base64url"))
        };
        let parts: Vec<_> = self.tokens.iter().map(part).collect();
        move |input: usize| {
            let (message, signature) = &parts[input];
            verify(message, signature)
        }
    }

    fn signature_alone_by<V: Verifier>(&self) -> impl FnMut(usize) -> bool + use<V> {
        let verifier = V::parse(&self.key).expect("everybody has HS256");
        self.signature_alone(move |message, signature| verifier.verify(message, signature))
    }
}

fn whole(setting: &Setting, algorithm: Algorithm, length: usize) -> Vec<Contender> {
    let task = Task::new(setting, algorithm, length);
    let mut contenders = Vec::new();
    for (variant, rules) in keycard::precomputations(&task.key) {
        let run = || task.own(setting, &rules);
        // If the back end does not speed up the signature, it still speeds up base64url and JSON.
        contenders.extend(keycard::with_and_without(&variant, run));
    }
    #[cfg(feature = "peers")]
    contenders.extend([
        task.peer::<OnAwsLc>(),
        task.peer::<OnRustCrypto>(),
        task.peer::<JwtSimple>(),
        task.peer::<JwtCompact>(),
        task.peer::<Josekit>(),
    ]);
    contenders.push(pyjwt::contender(&task.key, &task.tokens));
    contenders.push(task.peer::<ByHand<BestVerifier>>().standing(Standing::Reference));
    contenders
}

fn batch_es256(setting: &Setting) -> Vec<Contender> {
    let task = Task::new(setting, Algorithm::Es256, 900);
    let mut contenders = Vec::new();
    for (variant, rules) in keycard::precomputations(&task.key) {
        let run = || keycard::Batches::new(&rules, &task.key, task.tokens.clone(), setting.clock);
        contenders.extend(keycard::contenders(Algorithm::Es256, &variant, run));
    }
    #[cfg(feature = "peers")]
    contenders.extend([task.peer::<OnAwsLc>(), task.peer::<OnRustCrypto>()]);
    contenders.push(task.peer::<ByHand<BestVerifier>>().standing(Standing::Reference));
    contenders
}

fn without_signature(setting: &Setting) -> Vec<Contender> {
    let task = Task::new(setting, Algorithm::Hs256, 900);
    let rules = KeyRules::new();
    let alone = || {
        let precomputed = keycard::Precomputed::new(&rules, &task.key);
        task.signature_alone(move |message, signature| precomputed.verify(message, signature))
    };
    let own = keycard::with_and_without("", || task.own(setting, &rules));
    let mut contenders: Vec<_> = own.into_iter().map(|own| own.without(alone())).collect();
    #[cfg(feature = "peers")]
    contenders.extend([
        task.peer::<OnAwsLc>().without(task.signature_alone_by::<AwsLc>()),
        task.peer::<OnRustCrypto>().without(task.signature_alone_by::<RustCrypto>()),
        task.peer::<Josekit>().without(task.signature_alone_by::<OpenSsl>()),
    ]);
    let by_hand = task.peer::<ByHand<BestVerifier>>();
    contenders.push(by_hand.without(task.signature_alone_by::<BestVerifier>()));
    contenders
}
