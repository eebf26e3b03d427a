//! The key binding of an SD-JWT, for `keycard validate --profile sd-jwt`.

use crate::validate::algorithm;
use clap::Args;
use keycard::sd_jwt::{self, KeyBinding};
use keycard::{Algorithm, Error, Keys, Policy, StrList, Time, Token};

#[derive(Args)]
pub(crate) struct KeyBindingArguments {
    /// The name of the verifier, which must be `aud` of the Key Binding JWT of an SD-JWT
    #[arg(long, value_name = "AUDIENCE", help_heading = "Requirements for the token")]
    kb_audience: Option<String>,
    /// A nonce that the holder got for this presentation. Repeat for several
    #[arg(
        long = "kb-nonce",
        value_name = "NONCE",
        allow_hyphen_values = true,
        help_heading = "Requirements for the token"
    )]
    kb_nonces: Vec<String>,
    /// An algorithm to accept for the Key Binding JWT. Repeat for several; ES256 by default
    #[arg(
        long = "kb-algorithm",
        value_name = "NAME",
        value_parser = algorithm,
        help_heading = "Keys"
    )]
    kb_algorithms: Vec<Algorithm>,
    /// The maximum number of seconds since `iat` of the Key Binding JWT; 300 by default
    #[arg(long, value_name = "SECONDS", help_heading = "Time")]
    kb_window: Option<u32>,
    /// Accept an SD-JWT that is bound to no key, and reject a Key Binding JWT
    #[arg(
        long,
        conflicts_with_all = ["kb_audience", "kb_nonces", "kb_algorithms", "kb_window"],
        help_heading = "Waivers"
    )]
    without_key_binding: bool,
}

impl KeyBindingArguments {
    /// Fails if an argument was given that would have no effect.
    pub(crate) fn check_absent(&self) -> Result<(), String> {
        let is_given = self.without_key_binding
            || self.kb_audience.is_some()
            || !self.kb_nonces.is_empty()
            || !self.kb_algorithms.is_empty()
            || self.kb_window.is_some();
        match is_given {
            true => Err("a key binding has no meaning without --profile sd-jwt".to_owned()),
            false => Ok(()),
        }
    }

    /// Validates a presentation. The outer error is about the arguments.
    pub(crate) fn validate<'s>(
        &self,
        text: &str,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        leeway: u32,
        time: Time,
        scratch: &'s mut [u8],
    ) -> Result<Result<Token<'s>, Error>, String> {
        if self.without_key_binding {
            let binding = KeyBinding::forbidden();
            return Ok(sd_jwt::validate(text, keys, policy, &binding, time, scratch));
        }
        let open = "give --kb-audience and --kb-nonce, or --without-key-binding";
        let audience = self.kb_audience.as_deref().ok_or(open)?;
        let nonces: Vec<&str> = self.kb_nonces.iter().map(String::as_str).collect();
        if nonces.is_empty() {
            return Err(open.to_owned());
        }
        let algorithms = match self.kb_algorithms.as_slice() {
            [] => &[Algorithm::Es256],
            algorithms => algorithms,
        };
        let (nonces, window) = (StrList::slice(&nonces), self.kb_window.unwrap_or(300));
        let binding = KeyBinding::required(audience, nonces, algorithms, window);
        let binding = binding.allow_leeway(leeway);
        Ok(sd_jwt::validate(text, keys, policy, &binding, time, scratch))
    }
}
