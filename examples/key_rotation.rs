//! Key rotation in a service: threads validate tokens with one key table, while a new table
//! replaces it.

use keycard::{
    Algorithm, Error, KeyRules, OwnedKeys, Policy, Reason, Time, scratch_size, validate,
};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

const OLD_KEYS: &str = include_str!("../tests/vectors/demo/other_keys.json");
const NEW_KEYS: &str = include_str!("../tests/vectors/demo/keys.json");
const TOKEN: &str = include_str!("../tests/vectors/demo/access_token.jwt");
const ISSUER: &str = "https://dev-1234567.okta.example/oauth2/default";
const NOW: i64 = 1_700_000_060;

/// The keys of an issuer. All threads of a service share it.
struct RotatingKeys {
    current: RwLock<Arc<OwnedKeys>>,
    /// The time of the last fetch, in seconds.
    fetched: Mutex<i64>,
}

impl RotatingKeys {
    /// The current table. It stays in memory until its last user drops it.
    fn current(&self) -> Arc<OwnedKeys> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Validates a token, and returns its client. If its key is missing or has expired, fetches the
    /// key set again.
    fn validate(
        &self,
        token: &str,
        now: i64,
        fetch: impl FnOnce() -> Option<String>,
    ) -> Result<String, Error> {
        let keys = self.current();
        match client(token, &keys, now) {
            Err(error) if matches!(error.reason(), Reason::KeyNotFound | Reason::KeyExpired) => {
                println!("{error}");
                self.refresh(&keys, now, fetch);
                client(token, &self.current(), now)
            }
            verdict => verdict,
        }
    }

    /// Replaces the table `outdated` in one step, at most once a minute.
    fn refresh(&self, outdated: &Arc<OwnedKeys>, now: i64, fetch: impl FnOnce() -> Option<String>) {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have replaced the table while this one waited for the lock.
        if !Arc::ptr_eq(outdated, &self.current()) || now.saturating_sub(*fetched) < 60 {
            return;
        }
        *fetched = now;
        match fetch().and_then(|jwks| load(&jwks)) {
            Some(next) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
                println!("the keys were replaced");
            }
            None => println!("the new key set is of no use, so the old keys stay"),
        }
    }
}

/// A table of the keys of a JWK Set. `None` if no key of the set can be used.
fn load(jwks: &str) -> Option<Arc<OwnedKeys>> {
    let (keys, report) = OwnedKeys::from_jwks(&KeyRules::new(), jwks).ok()?;
    (report.added() > 0).then(|| Arc::new(keys))
}

fn client(token: &str, keys: &OwnedKeys, now: i64) -> Result<String, Error> {
    let policy = Policy::access_token(ISSUER, "api://default", Algorithm::Rs256);
    let mut scratch = [0; scratch_size(2048)];
    let token = validate(token, keys.keys(), &policy, Time::At(now), &mut scratch)?;
    Ok(token.claims().string("cid")?.to_owned())
}

pub(crate) fn main() -> Result<(), Error> {
    let old = load(OLD_KEYS).expect("the old key set has a key");
    let keys = RotatingKeys { current: RwLock::new(old), fetched: Mutex::new(NOW - 60) };

    // The issuer uses a new key, but its new key set has no keys yet.
    let rejected = keys.validate(TOKEN, NOW, || Some(r#"{"keys":[]}"#.to_owned()));
    assert_eq!(rejected.map_err(|error| error.reason()), Err(Reason::KeyNotFound));

    // A minute later the new key set is complete.
    let client = keys.validate(TOKEN, NOW + 60, || Some(NEW_KEYS.to_owned()))?;
    println!("accepted: {client}");

    // The next token needs no fetch.
    keys.validate(TOKEN, NOW + 61, || None).map(|_| ())
}
