//! `keycard inspect`.

use crate::answer::Answer;
use crate::read_argument;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The token, or `-` for standard input
    #[arg(default_value = "-", allow_hyphen_values = true)]
    token: String,
}

const WARNING: &str = "NOT VERIFIED: anybody can have written this";

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let token = read_argument(&arguments.token)?;
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err(match parts.len() {
            5 => "the token has five parts: it is encrypted".to_owned(),
            count => format!("the token has {count} parts, not three"),
        });
    };
    Ok(Answer::yes()
        .saying(WARNING)
        .saying(format_args!("header:    {}", decoded("header", header)?))
        .saying(format_args!("payload:   {}", decoded("payload", payload)?))
        .saying(format_args!("signature: {} bytes", bytes("signature", signature)?.len()))
        .saying(WARNING))
}

/// The text of a part: on one line if it is JSON, so that nothing in it looks like a line of ours.
fn decoded(name: &str, part: &str) -> Result<String, String> {
    let bytes = bytes(name, part)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => value.to_string(),
        Err(_) => format!("{text:?} (not JSON)"),
    })
}

fn bytes(name: &str, part: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(part).map_err(|error| format!("the {name} is not base64url: {error}"))
}
