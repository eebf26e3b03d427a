//! The command-line tool: validates and inspects tokens, makes and checks PKCE pairs, builds key
//! tables, and recommends flows.
//!
//! ```text
//! cargo install --path cli
//! keycard validate --jwks keys.json --issuer https://id.example --audience api://default TOKEN
//! keycard inspect TOKEN
//! keycard pkce challenge VERIFIER
//! keycard pkce verify --challenge CHALLENGE VERIFIER
//! keycard dpop validate --uri https://api.example/orders --access-token TOKEN --nonce-not-provided PROOF
//! keycard keys build --jwks keys.json --version 7 --out keys.c
//! keycard flow --app native
//! keycard flow --response-type "code id_token"
//! keycard explain KEYCARD_WRONG_ISSUER
//! keycard size --jwks keys.json TOKEN
//! keycard bench --jwks keys.json --issuer https://id.example --audience api://default TOKEN
//! keycard completion bash
//! ```
//!
//! Exits with 0 if the input is accepted, with 1 if it is rejected, and with 2 if the arguments are
//! wrong. `-` in place of a token or a verifier reads it from standard input.

mod answer;
mod asked;
mod bench;
mod completion;
mod date;
mod dpop;
mod explain;
mod flow;
mod inspect;
mod key_binding;
mod key_file;
mod keys;
mod names;
mod pkce;
mod rejection;
mod size;
mod validate;

use clap::{ColorChoice, Parser, Subcommand};
use std::io::Read as _;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "keycard",
    version,
    about = "Validates OAuth 2.0 / OpenID Connect tokens and PKCE"
)]
struct Arguments {
    /// Colour the verdict: `auto` colours it on a terminal if `NO_COLOR` is not set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto, help_heading = "Output")]
    color: ColorChoice,
    /// Print JSON
    #[arg(long, global = true, help_heading = "Output")]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Decide whether a token is accepted, and say why not
    Validate(Box<validate::Arguments>),
    /// Show the contents of a token, without verifying them
    Inspect(inspect::Arguments),
    /// Check DPoP proofs
    Dpop(dpop::Arguments),
    /// Make and check PKCE pairs
    Pkce(pkce::Arguments),
    /// List keys, and build key tables for devices
    Keys(keys::Arguments),
    /// Show the flow for an application, or the tokens and checks of a response type
    Flow(flow::Arguments),
    /// Say what a status means, what usually causes it, and what to do
    Explain(explain::Arguments),
    /// Say how much memory keys and tokens need
    Size(size::Arguments),
    /// Measure how long the validation of a token takes, with and without precomputed keys
    Bench(Box<bench::Arguments>),
    /// Print a completion script for a shell
    Completion(completion::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            answer::remark_lines(&without_secrets(&error.render().to_string()));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let Arguments { color, json, command } = arguments;
    let answer = match command {
        Command::Validate(arguments) => validate::run(&arguments, json),
        Command::Inspect(arguments) => inspect::run(&arguments, json),
        Command::Dpop(arguments) => dpop::run(&arguments, json),
        Command::Pkce(arguments) => pkce::run(&arguments, json),
        Command::Keys(arguments) => keys::run(&arguments, json),
        Command::Flow(arguments) => flow::run(&arguments, json),
        Command::Explain(arguments) => explain::run(&arguments, json),
        Command::Size(arguments) => size::run(&arguments, json),
        Command::Bench(arguments) => bench::run(&arguments, json),
        Command::Completion(arguments) => completion::run(&arguments, json),
    };
    answer.and_then(|answer| answer.print(color)).unwrap_or_else(|message| {
        answer::remark(format_args!("keycard: {message}"));
        ExitCode::from(2)
    })
}

/// An error about the arguments. Arguments that may be a token or another secret are left out,
/// because errors often end up in a log.
fn without_secrets(complaint: &str) -> String {
    // The shortest secrets are code verifiers and SHA-256 values in base64url.
    const SHORTEST_SECRET: usize = 43;
    let secret =
        |argument: &String| argument.len() >= SHORTEST_SECRET || argument.matches('.').count() >= 2;
    let arguments = std::env::args_os().skip(1);
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    arguments
        .filter(secret)
        .fold(complaint.to_owned(), |text, argument| text.replace(&argument, "…"))
}

/// An argument, or standard input for `-`, without the white space around it.
fn read_argument(argument: &str) -> Result<String, String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| format!("standard input: {error}"))?;
    Ok(text.trim().to_owned())
}
