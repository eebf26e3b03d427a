//! The ledger: a class for each difference, with a reason for each class.

use crate::validators::Answer;
use std::collections::BTreeMap;
use std::path::Path;

/// Reasons by class.
pub struct Ledger(BTreeMap<String, String>);

impl Ledger {
    /// The rows of the tables in `ledger.md`: class, and why.
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger.md");
        let text = std::fs::read_to_string(path).expect("the ledger is there");
        let rows = text.lines().filter_map(|line| {
            let (class, why) = line.strip_prefix("| `")?.split_once("` |")?;
            Some((class.to_owned(), why.trim_matches([' ', '|']).to_owned()))
        });
        Self(rows.collect())
    }

    /// The reason for a class, if it has one.
    pub fn reason(&self, class: &str) -> Option<&str> {
        self.0.get(class).map(String::as_str).filter(|why| !why.is_empty())
    }

    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// What the three say: nothing if they agree. Where both others refuse what keycard accepts, each has a class.
pub fn classes(keycard: &Answer, jsonwebtoken: &Answer, jwt_simple: &Answer) -> Vec<String> {
    match (keycard, jsonwebtoken, jwt_simple) {
        (Ok(ours), Ok(theirs), _) if ours != theirs => {
            vec!["claims that are read otherwise".to_owned()]
        }
        (Ok(_), Ok(_), Ok(_)) | (Err(_), Err(_), Err(_)) => Vec::new(),
        (Err(ours), Ok(_), Ok(_)) => vec![format!("keycard refuses alone: {ours}")],
        (Err(ours), Ok(_), Err(_)) => vec![format!("jsonwebtoken accepts alone: {ours}")],
        (Err(ours), Err(_), Ok(_)) => vec![format!("jwt-simple accepts alone: {ours}")],
        (Ok(_), Err(theirs), Ok(_)) => vec![format!("jsonwebtoken refuses alone: {theirs}")],
        (Ok(_), Ok(_), Err(theirs)) => vec![format!("jwt-simple refuses alone: {theirs}")],
        (Ok(_), Err(one), Err(other)) => vec![
            format!("keycard accepts alone, jsonwebtoken refuses: {one}"),
            format!("keycard accepts alone, jwt-simple refuses: {other}"),
        ],
    }
}
