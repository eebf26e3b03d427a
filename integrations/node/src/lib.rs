//! An addon for Node: a validator of access tokens. It is an example with one kind of token,
//! without DPoP and PKCE.

use keycard::{Algorithm, Algorithms, KeyRules, OwnedKeys, OwnedToken, Policy, Precompute, Time};
use napi::Error;
use napi_derive::napi;

/// The time of the release: a clock with an earlier time is not set.
const NOT_BEFORE: i64 = 1_780_000_000;

/// Validates the access tokens of one issuer. To rotate keys, make another validator.
#[napi]
pub struct Validator {
    keys: OwnedKeys,
    issuer: String,
    audience: String,
    algorithms: Algorithms,
}

#[napi]
impl Validator {
    /// Takes the text of a JWK Set, an issuer, an audience, and names such as `ES256`. A set
    /// without usable keys is an error.
    #[napi(constructor)]
    pub fn new(
        jwks: String,
        issuer: String,
        audience: String,
        algorithms: Vec<String>,
    ) -> Result<Self, Error<String>> {
        let unknown = |name: &String| Error::new("UnknownAlgorithm".to_owned(), name.clone());
        let algorithms: Vec<Algorithm> = algorithms
            .iter()
            .map(|name| Algorithm::from_name(name).ok_or_else(|| unknown(name)))
            .collect::<Result<_, Error<String>>>()?;
        let algorithms = Algorithms::of(&algorithms);
        let rules = KeyRules::new().precompute(Precompute::Bytes8K);
        let (keys, report) = OwnedKeys::from_jwks(&rules, jwks).map_err(rejected)?;
        if report.added() == 0 {
            let text = "the key set has no usable keys".to_owned();
            return Err(Error::new("KeySetEmpty".to_owned(), text));
        }
        let validator = Self { keys, issuer, audience, algorithms };
        validator.policy().check().map_err(rejected)?;
        Ok(validator)
    }

    /// Returns the claims of an accepted token as JSON. `now` is in seconds since 1970.
    ///
    /// # Errors
    ///
    /// Throws an error whose `code` is the name of the reason, such as `Expired`.
    #[napi]
    pub fn validate(&self, token: String, now: f64) -> Result<String, Error<String>> {
        // A number that is not finite becomes a time before the release, or a time after every
        // `exp`.
        let time = Time::Clock { now: now as i64, not_before: NOT_BEFORE };
        let accepted = OwnedToken::validate(token, self.keys.keys(), &self.policy(), time);
        let accepted = accepted.map_err(rejected)?;
        let mut json = vec![0; 4096];
        let token = accepted.token();
        let written = match token.claims().write_json(&mut json) {
            Err(error) if error.needed().is_some_and(|needed| needed > json.len()) => {
                json.resize(error.needed().unwrap_or(0), 0);
                token.claims().write_json(&mut json)
            }
            written => written,
        };
        json.truncate(written.map_err(rejected)?);
        String::from_utf8(json).map_err(|error| Error::new("NotText".to_owned(), error.to_string()))
    }

    fn policy(&self) -> Policy<'_> {
        Policy::access_token(self.issuer.as_str(), self.audience.as_str(), self.algorithms)
    }
}

fn rejected(error: keycard::Error) -> Error<String> {
    Error::new(format!("{:?}", error.reason()), error.to_string())
}
