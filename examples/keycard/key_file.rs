//! Files with keys, whatever they are: a JWK Set, one JWK, or PEM.

use crate::answer::remark;
use keycard::{KeyRules, KeyTable, Reason};
use std::path::Path;

/// Loads the keys of a file into `memory`, which is made as large as they need. Says on standard error what was not
/// taken.
pub(crate) fn load<'m>(
    path: &Path,
    rules: &KeyRules<'_>,
    memory: &'m mut Vec<u64>,
) -> Result<KeyTable<'m>, String> {
    let complain = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read(path).map_err(|error| complain(&error))?;
    memory.resize(64, 0);
    if let Err(error) = add(memory, rules, &text) {
        if error.reason() != Reason::KeyTableFull {
            return Err(complain(&error));
        }
        memory.resize(error.needed().unwrap_or(0).div_ceil(8), 0);
        add(memory, rules, &text).map_err(|error| complain(&error))?;
    }
    KeyTable::open(memory).map_err(|error| complain(&error))
}

fn add(memory: &mut [u64], rules: &KeyRules<'_>, text: &[u8]) -> Result<(), keycard::Error> {
    let mut table = KeyTable::new(memory)?;
    if text.trim_ascii().starts_with(b"-----BEGIN ") {
        return table.add_pem(rules, text);
    }
    let report = match table.add_jwks_by(rules, text) {
        Ok(report) => report,
        Err(error) if error.reason() == Reason::KeySetMalformed => {
            return table.add_jwk_by(rules, text);
        }
        Err(error) => return Err(error),
    };
    for refusal in report.refusals() {
        let (index, reason) = (refusal.index, refusal.reason.text());
        remark(format_args!("key {index} of the set is refused: {reason}"));
    }
    let skipped = report.skipped();
    if skipped > 0 {
        remark(format_args!("{skipped} keys of the set are skipped: of an unknown kind or use"));
    }
    Ok(())
}
