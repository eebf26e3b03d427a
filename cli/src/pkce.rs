//! `keycard pkce`.

use crate::answer::Answer;
use crate::{read_argument, rejection};
use clap::{Args, Subcommand};
use keycard::Reason;
use keycard::pkce::{self, CodeVerifier, Outcome, Rules, Stored};
use serde_json::json;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a pair: print a new code verifier and its S256 code challenge
    New,
    /// Print the S256 code challenge of a code verifier
    Challenge {
        /// The code verifier, or `-` for standard input
        #[arg(default_value = "-", allow_hyphen_values = true, value_parser = verifier)]
        verifier: String,
    },
    /// Check a code verifier against a code challenge
    Verify {
        /// The code challenge that was stored
        #[arg(long, allow_hyphen_values = true)]
        challenge: String,
        /// The method that was stored: S256 or plain
        #[arg(long, default_value = "S256")]
        method: String,
        /// Accept the method plain
        #[arg(long)]
        allow_plain: bool,
        /// The code verifier, or `-` for standard input
        #[arg(default_value = "-", allow_hyphen_values = true, value_parser = verifier)]
        verifier: String,
    },
}

/// A code verifier may begin with a hyphen (RFC 7636 section 4.1) and is never shorter than 43
/// characters. Anything shorter that looks like an option is a mistyped option.
fn verifier(text: &str) -> Result<String, String> {
    match text.len() > 1 && text.len() < 43 && text.starts_with('-') {
        true => Err("there is no such option".to_owned()),
        false => Ok(text.to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    match &arguments.command {
        Command::New => {
            let verifier = CodeVerifier::from_random(rand::random());
            if as_json {
                return Ok(Answer::yes().saying_json(&json!({
                    "code_verifier": verifier.as_str(),
                    "code_challenge": verifier.code_challenge().to_string(),
                    "code_challenge_method": "S256",
                })));
            }
            Ok(Answer::yes()
                .saying(format_args!("code_verifier  {}", verifier.as_str()))
                .saying(format_args!("code_challenge {}", verifier.code_challenge())))
        }
        Command::Challenge { verifier } => {
            let verifier = read_argument(verifier)?;
            let challenge = pkce::challenge_s256(verifier).map_err(|error| error.to_string())?;
            Ok(match as_json {
                true => Answer::yes().saying_json(&json!({
                    "code_challenge": challenge.to_string(),
                    "code_challenge_method": "S256",
                })),
                false => Answer::yes().saying(challenge),
            })
        }
        Command::Verify { challenge, method, allow_plain, verifier } => {
            let verifier = read_argument(verifier)?;
            let rules = if *allow_plain { Rules::new().allow_plain() } else { Rules::new() };
            let stored = Stored::new(challenge, Some(method));
            match pkce::verify(Some(stored), Some(verifier.as_bytes()), rules) {
                Ok(Outcome::Verified) if as_json => {
                    Ok(Answer::yes().saying_json(&json!({ "accepted": true })))
                }
                Ok(Outcome::Verified) => Ok(Answer::accepted()),
                Ok(Outcome::NotUsed) => Err("PKCE was not used".to_owned()),
                Err(error) => {
                    let needs_plain = error.reason() == Reason::PkceDowngrade && !allow_plain;
                    let hint = needs_plain.then_some("see --allow-plain");
                    Ok(match (as_json, hint) {
                        (true, _) => {
                            let mut document = rejection::document(&error);
                            document["hint"] = json!(hint);
                            Answer::no().saying_json(&document)
                        }
                        (false, None) => Answer::rejected(error),
                        (false, Some(hint)) => Answer::rejected(format_args!("{error}: {hint}")),
                    })
                }
            }
        }
    }
}
