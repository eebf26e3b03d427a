//! `keycard inspect`.

use crate::answer::Answer;
use crate::{date, read_argument, validate};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use serde_json::{Value, json};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The token, or `-` for standard input
    #[arg(default_value = "-")]
    token: String,
}

const WARNING: &str = "NOT VERIFIED: anyone could have written this";

/// Claims that are NumericDates (RFC 7519 section 4.1, OpenID Connect Core section 2).
const DATES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let token = read_argument(&arguments.token)?;
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err(match parts.len() {
            5 => "the token has five parts: it is encrypted".to_owned(),
            count => format!("the token has {count} parts, not three"),
        });
    };
    let header = decoded("header", header)?;
    let payload = decoded("payload", payload)?;
    let signature = bytes("signature", signature)?.len();
    let dates = dates(&payload)?;
    let mut answer = Answer::yes();
    if as_json {
        answer.say_json(&json!({
            "verified": false,
            "header": header.to_json(),
            "payload": payload.to_json(),
            "signature_bytes": signature,
            "dates": Value::from_iter(dates),
        }));
        return Ok(answer);
    }
    answer.say(WARNING);
    show(&mut answer, "header", &header);
    show(&mut answer, "payload", &payload);
    for (name, words) in dates {
        answer.say(format_args!("{:<10} {words}", format!("{name}:")));
    }
    answer.say(format_args!("signature: {signature} bytes"));
    answer.say(WARNING);
    Ok(answer)
}

/// A decoded part of a token.
enum Part {
    Json(Value),
    Text(String),
}

impl Part {
    fn to_json(&self) -> Value {
        match self {
            Self::Json(value) => value.clone(),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }
}

/// Each line of a document is indented, so that a token cannot imitate a line of this program.
fn show(answer: &mut Answer, name: &str, part: &Part) {
    match part {
        Part::Json(value) => {
            answer.say(format_args!("{name}:"));
            for line in format!("{value:#}").lines() {
                answer.say(format_args!("  {line}"));
            }
        }
        Part::Text(text) => answer.say(format_args!("{name}: {text:?} (not JSON)")),
    }
}

/// The dates of a payload in words.
fn dates(payload: &Part) -> Result<Vec<(&'static str, String)>, String> {
    let Part::Json(payload) = payload else { return Ok(Vec::new()) };
    let now = validate::clock()?;
    let in_words = |name| Some((name, date::of_claim(payload.get(name)?, now)?));
    Ok(DATES.into_iter().filter_map(in_words).collect())
}

fn decoded(name: &str, part: &str) -> Result<Part, String> {
    let bytes = bytes(name, part)?;
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => Part::Json(value),
        Err(_) => Part::Text(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

fn bytes(name: &str, part: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(part).map_err(|error| format!("the {name} is not base64url: {error}"))
}
