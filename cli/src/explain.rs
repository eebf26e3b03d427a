//! `keycard explain`.

use crate::answer::Answer;
use clap::Args;
use keycard::Reason;
use serde_json::json;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The number of a status, its name in C (`KEYCARD_EXPIRED`), in Go (`ErrExpired`) or in Rust
    /// (`Expired`)
    status: String,
}

/// The page with the cause of each status and what to do about it.
const PAGE: &str = include_str!("../../docs/guide/errors.md");

/// A row of the page.
struct Row<'a> {
    section: &'a str,
    cause: &'a str,
    advice: String,
}

impl<'a> Row<'a> {
    /// The row of a reason. A test of the library checks that each reason has one.
    fn of(reason: Reason) -> Option<Self> {
        let number = reason.code().to_string();
        let mut section = "";
        for line in PAGE.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
            }
            let cells: Vec<&'a str> = line.trim_matches(['|', ' ']).split(" | ").collect();
            if let [first, _, _, cause, advice] = cells[..]
                && first == number
            {
                return Some(Self { section, cause, advice: plain(advice) });
            }
        }
        None
    }
}

/// Markdown without the backquotes of code. A link `[keys](keys.md)` becomes `docs/guide/keys.md`.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let target = link.split_once("](").and_then(|(_, rest)| rest.split_once(')'));
        let Some((file, after)) = target else { break };
        plain.push_str(&format!("{before}docs/guide/{file}"));
        rest = after;
    }
    plain.push_str(rest);
    plain.replace('`', "")
}

/// The reason with this number or name.
fn reason(text: &str) -> Option<Reason> {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let name = text.rsplit([':', '.']).next().unwrap_or(text);
    let name = name.strip_prefix("KEYCARD_").or(name.strip_prefix("Err")).unwrap_or(name);
    let is_meant = |reason: &Reason| {
        reason.code().to_string() == text || letters(&format!("{reason:?}")) == letters(name)
    };
    Reason::ALL.iter().copied().find(is_meant)
}

/// The name in C: `KEYCARD_KEY_NOT_ON_CURVE` of `KeyNotOnCurve`.
fn name_in_c(name: &str) -> String {
    let mut text = "KEYCARD".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let status = &arguments.status;
    let reason = reason(status).ok_or_else(|| {
        format!(
            "no error has the status {status:?} (0 is success, and 807, KEYCARD_PKCE_NOT_USED, says \
             that neither side used PKCE)"
        )
    })?;
    let row = Row::of(reason).ok_or_else(|| format!("{reason:?} is not explained"))?;
    let name = format!("{reason:?}");
    if as_json {
        return Ok(Answer::yes().saying_json(&json!({
            "status": reason.code(),
            "reason": name,
            "c": name_in_c(&name),
            "message": reason.text(),
            "stage": row.section,
            "cause": row.cause,
            "advice": row.advice,
        })));
    }
    Ok(Answer::yes()
        .saying(format_args!("{} {name}: {}", reason.code(), reason.text()))
        .saying(format_args!("  stage:       {}", row.section))
        .saying(format_args!("  usual cause: {}", row.cause))
        .saying(format_args!("  what to do:  {}", row.advice))
        .saying(format_args!("  in C:        {}", name_in_c(&name))))
}
