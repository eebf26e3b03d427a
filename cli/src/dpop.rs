//! `keycard dpop`.

use crate::answer::Answer;
use crate::{read_argument, rejection, validate};
use clap::{Args, Subcommand};
use keycard::dpop::{self, ProofRules};
use keycard::{Algorithm, Error, Member, Reason, Stage, Time, scratch_size};
use serde_json::json;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Decide whether a proof is valid, and print the thumbprint of its key, for `keycard validate
    /// --dpop-key`
    Validate(Validate),
}

#[derive(Args)]
struct Validate {
    /// The proof, or `-` for standard input
    #[arg(default_value = "-")]
    proof: String,
    /// The method of the request
    #[arg(long, default_value = "POST")]
    method: String,
    /// The URI of the request
    #[arg(long)]
    uri: String,
    /// The access token that came with the proof
    #[arg(long, allow_hyphen_values = true)]
    access_token: Option<String>,
    /// There is no access token: the request was to the token endpoint
    #[arg(long)]
    without_access_token: bool,
    /// A nonce that was provided to the client. Repeat for several; the proof needs one of them
    #[arg(long = "nonce", allow_hyphen_values = true)]
    nonces: Vec<String>,
    /// No nonce was provided to the client
    #[arg(long)]
    nonce_not_provided: bool,
    /// The maximum number of seconds since `iat`
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    window: u32,
    /// The maximum clock difference in seconds, at most 600
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    leeway: u32,
    /// An algorithm to accept. Repeat for several; all built asymmetric algorithms by default
    #[arg(long = "algorithm", value_name = "NAME", value_parser = validate::algorithm)]
    algorithms: Vec<Algorithm>,
    /// The time to use, in seconds since 1970; the system clock by default
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    now: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let Command::Validate(arguments) = &arguments.command;
    let proof = read_argument(&arguments.proof)?;
    let mut algorithms = arguments.algorithms.clone();
    if algorithms.is_empty() {
        algorithms = validate::asymmetric();
    }
    let nonces: Vec<&str> = arguments.nonces.iter().map(String::as_str).collect();
    let mut rules =
        ProofRules::new(&arguments.method, &arguments.uri, &algorithms, arguments.window)
            .allow_leeway(arguments.leeway);
    if let Some(access_token) = &arguments.access_token {
        rules = rules.for_access_token(access_token);
    }
    if arguments.without_access_token {
        rules = rules.without_access_token();
    }
    if !nonces.is_empty() {
        rules = rules.require_nonce(nonces.as_slice());
    }
    if arguments.nonce_not_provided {
        rules = rules.nonce_not_provided();
    }
    let now = match arguments.now {
        Some(now) => now,
        None => validate::clock()?,
    };
    let mut scratch = vec![0; scratch_size(proof.len())];
    match dpop::validate(&proof, &rules, Time::At(now), &mut scratch) {
        Ok(proof) if as_json => Ok(Answer::yes().saying_json(&json!({
            "accepted": true,
            "algorithm": proof.algorithm().name(),
            "key": proof.key().to_text().as_str(),
            "issued_at": proof.issued_at(),
            "replayable_until": proof.replayable_until(),
        }))),
        Ok(proof) => Ok(Answer::accepted()
            .saying(format_args!("  verified with {}", proof.algorithm()))
            .saying(format_args!("  key: {}", proof.key().to_text().as_str()))
            .saying(format_args!("  issued at: {}", proof.issued_at()))
            .saying(format_args!("  good once, until: {}", proof.replayable_until()))),
        Err(error) if error.stage() == Stage::Usage => Err(explain(&error)),
        Err(error) if as_json => Ok(Answer::no().saying_json(&rejection::document(&error))),
        Err(error) => Ok(Answer::rejected(error)),
    }
}

/// Explains an error of the rules in terms of the arguments.
fn explain(error: &Error) -> String {
    let hint = match (error.reason(), error.member()) {
        (Reason::PolicyIncomplete, Some(Member::ProvenTokenHash)) => {
            ": give --access-token or --without-access-token"
        }
        (Reason::PolicyIncomplete, Some(Member::Nonce)) => ": give --nonce or --nonce-not-provided",
        (Reason::PolicyContradiction, _) => ": given and waived, or of no meaning here",
        _ => "",
    };
    format!("{error}{hint}")
}
