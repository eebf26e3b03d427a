//! Validates many tokens in batches.

use crate::algorithm::Algorithm;
use crate::error::{Error, Reason};
use crate::key::Key;
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::BATCH;
use crate::policy::Policy;
use crate::signature::{self, SignatureJob};
use crate::step_counter::StepCounter;
use crate::time::Time;
use crate::token::Signed;
use crate::validate::{self, Token, Verdict};

/// A token in a batch, with its scratch and its verdict: for [`validate_all`].
pub struct BatchEntry<'a> {
    token: &'a [u8],
    scratch: &'a mut [u8],
    outcome: Result<Verdict, Error>,
}

impl<'a> BatchEntry<'a> {
    /// Takes a token and a scratch for it, as for [`validate`](crate::validate()). The scratch need
    /// not be initialised.
    pub fn new(token: &'a (impl AsRef<[u8]> + ?Sized), scratch: &'a mut [u8]) -> Self {
        Self { token: token.as_ref(), scratch, outcome: Err(Error::new(Reason::Stale)) }
    }

    /// The verdict on the token, as [`validate`](crate::validate()) returns it. It borrows the
    /// scratch.
    ///
    /// # Errors
    ///
    /// As for [`validate`](crate::validate()); [`Reason::Stale`] if the token was not validated.
    pub fn verdict(&mut self) -> Result<Token<'_>, Error> {
        Token::of(self.outcome?, self.scratch)
    }

    pub(crate) fn outcome(&self) -> Result<Verdict, Error> {
        self.outcome
    }
}

impl core::fmt::Debug for BatchEntry<'_> {
    /// Does not show the token, which may be valid.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let rejection = self.outcome.as_ref().err();
        f.debug_struct("BatchEntry").field("rejection", &rejection).finish_non_exhaustive()
    }
}

/// Validates many tokens with the same keys, like [`validate`](crate::validate()). Each token gets
/// the verdict that [`validate`](crate::validate()) gives, regardless of the other tokens. Tokens
/// are validated in batches of eight. Batching speeds up ES256 and ES384; the gain is largest for
/// ES256 with precomputed keys on CPUs with AVX-512 IFMA.
///
/// ```
/// # use keycard::{Keys, Policy, Time};
/// # fn f(jwts: &[String], keys: Keys<'_>, policy: &Policy<'_>, time: Time) {
/// const EACH: usize = keycard::scratch_size(2048);
/// let mut scratch = vec![0; EACH * jwts.len()];
/// let pairs = jwts.iter().zip(scratch.chunks_mut(EACH));
/// let mut entries: Vec<_> =
///     pairs.map(|(jwt, scratch)| keycard::BatchEntry::new(jwt, scratch)).collect();
/// keycard::validate_all(&mut entries, keys, policy, time);
/// for entry in &mut entries {
///     match entry.verdict() {
///         Ok(token) => println!("{:?}", token.claims().string("sub")),
///         Err(error) => println!("{error}"),
///     }
/// }
/// # }
/// ```
pub fn validate_all(
    entries: &mut [BatchEntry<'_>],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
) {
    let (groups, rest) = entries.as_chunks_mut::<BATCH>();
    for group in groups {
        validate_group(group, keys, policy, time);
    }
    validate_group(rest, keys, policy, time);
}

/// The index of a key in the table, and its verdict on the signature.
type Known = (usize, Result<StepCounter, Error>);

/// Validates at most [`BATCH`] tokens.
fn validate_group(group: &mut [BatchEntry<'_>], keys: Keys<'_>, policy: &Policy<'_>, time: Time) {
    if let Err(rejection) = policy.check() {
        for entry in &mut *group {
            entry.outcome = Err(rejection);
        }
    } else {
        let mut begun = [const { None }; BATCH];
        for (entry, place) in group.iter_mut().zip(&mut begun) {
            let BatchEntry { token, scratch, outcome } = entry;
            let scratch = validate::used_of(token, scratch);
            let used = scratch.len();
            match validate::begin(token, policy, scratch) {
                Ok(signed) => *place = Some((signed, used, outcome)),
                Err(rejection) => *outcome = Err(rejection),
            }
        }
        let known = ask_together(&begun, keys);
        for (place, known) in begun.iter_mut().zip(known) {
            let Some((signed, used, outcome)) = place.take() else { continue };
            // The batch has already verified the signature with the first candidate. The keys are
            // chosen, and their results are used, as for a single token.
            let verify = |key: &Key<'_>, algorithm, message: &[u8], signature: &[u8]| match known {
                Some((index, result)) if index == key.index() => result,
                _ => verifier::in_software(key, algorithm, message, signature),
            };
            *outcome = validate::conclude(signed, used, keys, policy, time, verify);
        }
    }
    for entry in group {
        if entry.outcome.is_err() {
            validate::used_of(entry.token, entry.scratch).fill(0);
        }
    }
}

type Begun<'a, 'o> = Option<(Signed<'a>, usize, &'o mut Result<Verdict, Error>)>;

/// Verifies the signature of each token with its first candidate key, if the batch supports the
/// algorithm.
fn ask_together(begun: &[Begun<'_, '_>; BATCH], keys: Keys<'_>) -> [Option<Known>; BATCH] {
    let mut known: [Option<Known>; BATCH] = [None; BATCH];
    let mut jobs = [const { None }; BATCH];
    let places = jobs.iter_mut().zip(&mut known);
    for (begun, (job, known)) in begun.iter().zip(places) {
        let Some((signed, ..)) = begun else { continue };
        let algorithm: Algorithm = signed.algorithm();
        let Some(key) = keys.first_candidate(signed.key_id(), algorithm) else { continue };
        *known = Some((key.index(), Err(Error::new(Reason::SignatureInvalid))));
        *job = Some(SignatureJob {
            algorithm,
            material: *key.material(),
            message: signed.message(),
            signature: signed.signature(),
            result: None,
        });
    }
    signature::verify_batch(&mut jobs);
    for (known, job) in known.iter_mut().zip(&jobs) {
        let result = job.as_ref().and_then(|job| job.result);
        *known = known.and_then(|(index, _)| Some((index, result?)));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::raw::RawKey;
    use crate::switches::MIRI;
    use crate::{KeyKind, KeyRules, KeyTable, Precompute};
    use serde_json::Value;
    use std::path::Path;

    fn hex(text: &Value) -> Vec<u8> {
        let digits = text.as_str().unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    struct Case {
        key: usize,
        message: Vec<u8>,
        signature: Vec<u8>,
        valid: bool,
    }

    /// The test cases of a Wycheproof file, and a table with their keys.
    fn cases(file: &str, curve: KeyKind, precompute: Precompute) -> (Vec<Case>, Vec<u64>) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wycheproof");
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let suite: Value = serde_json::from_str(&text).unwrap();
        let groups = suite["testGroups"].as_array().unwrap();
        let mut memory = vec![0; (32 + precompute.bytes() / 8) * groups.len() + 8];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let mut cases = Vec::new();
        for (key, group) in groups.iter().enumerate() {
            let point = hex(&group["publicKey"]["uncompressed"]);
            let (x, y) = point[1..].split_at(point.len() / 2);
            let raw = RawKey::Point { curve, x, y };
            table.add_raw(&KeyRules::new().precompute(precompute), &raw).unwrap();
            cases.extend(group["tests"].as_array().unwrap().iter().map(|test| Case {
                key,
                message: hex(&test["msg"]),
                signature: hex(&test["sig"]),
                valid: test["result"] == "valid",
            }));
        }
        (cases, memory)
    }

    /// Validates all cases in batches. The size of the first batch varies, so that each case is at
    /// every position.
    fn gets_its_verdicts(algorithm: Algorithm, file: &str) {
        if !algorithm.is_built() {
            return;
        }
        let sizes =
            [Precompute::None, Precompute::Bytes2K, Precompute::Bytes8K, Precompute::Bytes64K];
        for precompute in sizes {
            let (cases, memory) = cases(file, algorithm.key_kind(), precompute);
            let keys = Keys::open(&memory).unwrap();
            let keys: Vec<_> = keys.iter().collect();
            let alone: Vec<_> = cases
                .iter()
                .map(|case| keys[case.key].verify(algorithm, &case.message, &case.signature))
                .collect();
            for shift in 0..BATCH {
                let mut first = 0;
                while first < cases.len() {
                    let mut jobs = [const { None }; BATCH];
                    let group =
                        cases.iter().skip(first).take(BATCH - usize::from(first == 0) * shift);
                    let mut count = 0;
                    for (place, case) in jobs.iter_mut().zip(group) {
                        *place = Some(SignatureJob {
                            algorithm,
                            material: *keys[case.key].material(),
                            message: &case.message,
                            signature: &case.signature,
                            result: None,
                        });
                        count += 1;
                    }
                    signature::verify_batch(&mut jobs);
                    for (at, job) in jobs.iter().flatten().enumerate() {
                        let answer = job.result.unwrap().and_then(StepCounter::check_signature);
                        assert_eq!(answer, alone[first + at]);
                        assert_eq!(answer.is_ok(), cases[first + at].valid);
                    }
                    first += count;
                }
                if MIRI || precompute == Precompute::None {
                    break;
                }
            }
        }
    }

    #[test]
    fn wycheproof_gets_its_verdicts_of_es256_together() {
        gets_its_verdicts(Algorithm::Es256, "ecdsa_secp256r1_sha256_p1363_test.json");
    }

    #[test]
    fn wycheproof_gets_its_verdicts_of_es384_together() {
        gets_its_verdicts(Algorithm::Es384, "ecdsa_secp384r1_sha384_p1363_test.json");
    }
}
