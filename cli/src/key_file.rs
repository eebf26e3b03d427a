//! Files with keys: a JWK Set, one JWK, a map of kid and PEM, PEM, or DER.

use crate::answer::remark;
use crate::names;
use clap::Args;
use keycard::{KeyReport, KeyRules, KeyTable, Reason};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Display;
use std::path::Path;

/// A file with keys. It is read only once, because a pipe cannot be read again.
pub(crate) struct KeyFile<'p> {
    path: &'p Path,
    text: Vec<u8>,
}

impl<'p> KeyFile<'p> {
    pub(crate) fn read(path: &'p Path) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|error| complaint(path, error))?;
        Ok(Self { path, text })
    }
}

/// Permissions for keys that are rejected by default.
#[derive(Args)]
#[command(next_help_heading = "Keys")]
pub(crate) struct Permissions {
    /// Accept secrets: only if you alone can read and write the file
    #[arg(long)]
    allow_secrets: bool,
    /// Accept keys that a key set has only as certificates (x5c): you trust each of them
    #[arg(long)]
    allow_certificates: bool,
    /// Accept EC keys with a coordinate that is shorter than its field
    #[arg(long)]
    allow_short_coordinates: bool,
}

impl Permissions {
    /// Loads the keys of a file into `memory`, which grows to the required size. Reports the keys
    /// that were not loaded on standard error.
    pub(crate) fn load<'m>(
        &self,
        file: &KeyFile<'_>,
        rules: &KeyRules<'_>,
        memory: &'m mut Vec<u64>,
    ) -> Result<KeyTable<'m>, String> {
        let form = Form::of(&file.text);
        let report = self.fill(file, rules, memory)?;
        if let Some(report) = report {
            tell(&report, if form == Form::Pem { "block" } else { "key" }, &file.text);
        }
        let table = open(file.path, memory)?;
        if form != Form::Jwks {
            let certified =
                table.view().len().saturating_sub(count(form, &self.allow(*rules), &file.text));
            if certified > 0 {
                remark(format_args!(
                    "keys from certificates, whose dates and chains were not checked: {certified}"
                ));
            }
        }
        Ok(table)
    }

    /// Like [`load`](Self::load), without a report.
    pub(crate) fn load_again<'m>(
        &self,
        file: &KeyFile<'_>,
        rules: &KeyRules<'_>,
        memory: &'m mut Vec<u64>,
    ) -> Result<KeyTable<'m>, String> {
        self.fill(file, rules, memory)?;
        open(file.path, memory)
    }

    fn fill(
        &self,
        file: &KeyFile<'_>,
        rules: &KeyRules<'_>,
        memory: &mut Vec<u64>,
    ) -> Result<Option<KeyReport>, String> {
        let KeyFile { path, text } = file;
        let form = Form::of(text);
        let rules = self.allow(*rules);
        let taking = match form {
            Form::Jwks if !self.allow_certificates => rules,
            // The user names the certificates, or allows those of a key set, and so trusts them.
            _ => rules.allow_certificates(),
        };
        fill(memory, form, &taking, text).map_err(|error| match guess(text) {
            Some(guess) => complaint(path, format_args!("{guess} ({error})")),
            None => match hint(&error, text, 0) {
                Some(hint) => complaint(path, format_args!("{error}: {hint}")),
                None => complaint(path, error),
            },
        })
    }

    /// The rules with these permissions, except the permission for certificates.
    fn allow<'a>(&self, mut rules: KeyRules<'a>) -> KeyRules<'a> {
        if self.allow_secrets {
            rules = rules.allow_secrets();
        }
        if self.allow_short_coordinates {
            rules = rules.allow_short_coordinates();
        }
        rules
    }
}

fn complaint(path: &Path, error: impl Display) -> String {
    format!("{}: {error}", path.display())
}

fn open<'m>(path: &Path, memory: &'m mut [u64]) -> Result<KeyTable<'m>, String> {
    KeyTable::open(memory).map_err(|error| complaint(path, error))
}

/// The forms of key files, each with its own reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Der,
    Pem,
    /// A JSON object of `kid` and PEM.
    MapOfPem,
    /// A JWK Set or one JWK.
    Jwks,
}

/// The tag of a sequence, with which DER begins. A text file never begins with this byte.
const SEQUENCE: u8 = 0x30;

impl Form {
    fn of(text: &[u8]) -> Self {
        let is_json = text.trim_ascii_start().starts_with(b"{");
        if text.first() == Some(&SEQUENCE) && !text.is_ascii() {
            Self::Der
        } else if !is_json && contains(text, b"-----BEGIN ") {
            Self::Pem
        } else if serde_json::from_slice::<HashMap<String, String>>(text).is_ok() {
            // A JWK with only strings also matches. It contains no certificate, because a
            // certificate would be in an array.
            Self::MapOfPem
        } else {
            Self::Jwks
        }
    }
}

/// Fills `memory`, which grows as needed, with the keys of a file.
fn fill(
    memory: &mut Vec<u64>,
    form: Form,
    rules: &KeyRules<'_>,
    text: &[u8],
) -> Result<Option<KeyReport>, keycard::Error> {
    memory.resize(64, 0);
    match add(memory, form, rules, text) {
        Err(error) if error.reason() == Reason::KeyTableFull => {
            memory.resize(error.needed().unwrap_or(0).div_ceil(8), 0);
            add(memory, form, rules, text)
        }
        outcome => outcome,
    }
}

fn add(
    memory: &mut [u64],
    form: Form,
    rules: &KeyRules<'_>,
    text: &[u8],
) -> Result<Option<KeyReport>, keycard::Error> {
    let mut table = KeyTable::new(memory)?;
    match form {
        Form::Der => table.add_der(rules, text).map(|()| None),
        Form::Pem => table.add_pem(rules, text).map(Some),
        Form::MapOfPem | Form::Jwks => match table.add_jwks_by(rules, text) {
            Err(error) if error.reason() == Reason::KeySetMalformed => {
                table.add_jwk_by(rules, text).map(|()| None)
            }
            outcome => outcome.map(Some),
        },
    }
}

/// The number of keys that these rules accept.
fn count(form: Form, rules: &KeyRules<'_>, text: &[u8]) -> usize {
    let mut memory = Vec::new();
    let filled = fill(&mut memory, form, rules, text);
    filled.and_then(|_| KeyTable::open(&mut memory)).map_or(0, |table| table.view().len())
}

/// Reports the keys that were not loaded, and the keys that were loaded despite a defect.
fn tell(report: &KeyReport, what: &str, text: &[u8]) {
    for (outcome, count, findings) in [
        ("rejected", report.rejected(), report.rejections()),
        ("skipped", report.skipped(), report.skips()),
        ("taken with a note", report.noted(), report.notes()),
    ] {
        for finding in findings {
            match hint(&finding.error, text, finding.index) {
                Some(hint) => remark(format_args!("{outcome}: {what} {finding}: {hint}")),
                None => remark(format_args!("{outcome}: {what} {finding}")),
            }
        }
        let more = count - findings.len();
        if more > 0 {
            remark(format_args!("{outcome}: {more} more {what}s"));
        }
    }
}

/// A hint for the error of the key at `index` of a file.
fn hint(error: &keycard::Error, text: &[u8], index: usize) -> Option<String> {
    let hint = match error.reason() {
        Reason::KeyIsCertificate => "or give --allow-certificates if you trust it yourself",
        Reason::KeyCurveUnnamed => "`openssl ec -pubin -param_enc named_curve -in FILE` names it",
        Reason::KeyWidth if error.found() < error.needed() => {
            "the program that wrote the key left out leading zeros: see --allow-short-coordinates for EC keys"
        }
        Reason::KeyUnsupported => {
            let file: Value = serde_json::from_slice(text).ok()?;
            let key = file.get("keys").map_or(Some(&file), |keys| keys.get(index))?;
            return names::hint(key.get(error.member()?.name())?.as_str()?);
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Names the type of a file without keys, if its content is easy to recognise.
fn guess(text: &[u8]) -> Option<&'static str> {
    let rest = text.trim_ascii();
    let begins = |words: &[&str]| words.iter().any(|word| rest.starts_with(word.as_bytes()));
    let is_base64 = |byte: &u8| {
        byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=".contains(byte)
    };
    if rest.is_empty() {
        Some("the file is empty")
    } else if contains(rest, b"-----BEGIN ") {
        None
    } else if rest.starts_with(b"\xEF\xBB\xBF") {
        Some("the file begins with a byte order mark: save it as UTF-8 without one")
    } else if rest.starts_with(b"\xFF\xFE") || rest.starts_with(b"\xFE\xFF") {
        Some("the file is UTF-16: save it as UTF-8")
    } else if begins(&["<"]) {
        Some("the file is HTML or XML: check the address from which it was fetched")
    } else if begins(&["ssh-", "ecdsa-sha2-", "sk-", "---- BEGIN SSH2"]) {
        Some("the file is an OpenSSH public key: `ssh-keygen -e -m PKCS8 -f FILE` writes PEM")
    } else if begins(&["{"]) && contains(rest, b"\"jwks_uri\"") {
        Some("the file is an OpenID configuration: the keys are at its jwks_uri")
    } else if rest.len() > 40 && rest.iter().all(is_base64) {
        Some("the file is base64 without the lines of PEM around it")
    } else if rest.is_ascii() && !begins(&["{", "["]) {
        Some("the file is not JSON, PEM or DER")
    } else {
        None
    }
}
