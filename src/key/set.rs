//! Loads a key set (RFC 7517 section 5).
//!
//! A set without any JSON error is loaded in the pass that accepts its text: a key becomes a record
//! of the table as soon as its object ends. In all other sets, each key is scanned separately, so
//! that an error in one does not affect the others.

use super::encoded;
use super::jwk::{self, Members};
use super::octets::malformed;
use super::report::KeyReport;
use super::rules::KeyRules;
use super::table::{Additions, KeyTable, check_length};
use crate::error::{Error, Member, Reason};
use crate::json::scan::{self, Records};
use crate::json::value::Field;
use crate::json::visitor::Visitor;
use crate::json::{JsonStr, Value, outer};
use crate::switches::{FAST, PEM};
use zeroize::Zeroize;

/// The number of names that are recorded at the same time. Few keys have more than ten members.
const MAX_NAMES: usize = 64;

/// The depth of the list of keys, and that of the members of a key.
const KEYS: usize = 2;
const KEY: usize = 3;

impl KeyTable<'_> {
    /// Adds the keys of a set, and reports the outcome for each.
    pub(super) fn add_set(
        &mut self,
        rules: &KeyRules<'_>,
        text: &[u8],
    ) -> Result<KeyReport, Error> {
        check_length(text)?;
        let added = if FAST { self.add_set_in_one_pass(rules, text) } else { None };
        added.unwrap_or_else(|| self.add_set_by_keys(rules, text))
    }

    /// Adds the keys of a set. Each key is scanned separately.
    fn add_set_by_keys(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<KeyReport, Error> {
        scan::check_syntax(text)?;
        let needed = self
            .scan(Additions::new(self).end, |records| outer::scan_around(text, "keys", records))?;
        let set = Value::whole(text).and_then(|set| set.object());
        let set = set.ok_or(Error::new(Reason::JsonNotAnObject))?;
        let Some(keys) = set.member("keys").and_then(|keys| keys.array()) else {
            if PEM && let Some(keys) = encoded::describe_by_id(set, rules) {
                return self.add_all(rules, needed, keys, |_, key, _, _| key);
            }
            return Err(Error::new(Reason::KeySetMalformed).about(Member::Keys));
        };
        self.add_all(rules, needed, keys.elements(), |table, key, end, needed| {
            let scanned = table.scan(end, |records| scan::scan(key.source(), records).map(|_| ()));
            // Also count the words for a rejected key: its reason must not depend on the free space
            // for names.
            *needed = (*needed).max(*scanned.as_ref().unwrap_or(&0));
            scanned?;
            let object = key.object().ok_or(malformed(Member::Keys))?;
            jwk::describe(&Members::of(object), rules)
        })
    }

    /// Adds the keys of a set. `None` if the keys must be scanned one by one: nothing is added
    /// then. The set has a JSON error, a key that is not an object, or no list of keys, or it could
    /// be too large for the table.
    fn add_set_in_one_pass(
        &mut self,
        rules: &KeyRules<'_>,
        text: &[u8],
    ) -> Option<Result<KeyReport, Error>> {
        let mut names = [0; 4 * MAX_NAMES];
        let additions = Additions::new(self);
        let start = additions.end;
        let mut set = SetVisitor {
            table: self,
            rules,
            additions,
            part: Part::Around,
            name: None,
            members: Members::default(),
            names: 0,
            names_around: 0,
            has_keys: false,
        };
        let scanned = scan::visit(text, &mut Records::bytes(&mut names), &mut set);
        let is_whole = scanned.is_ok() && set.has_keys && set.fits(start, set.names_around);
        let additions = set.additions;
        if is_whole {
            let committed = self.commit(additions.end, additions.report.added(), 0);
            return Some(committed.map(|()| additions.report));
        }
        let written = additions.end.saturating_sub(start);
        let free = self.free_from(start);
        let written = written.min(free.len());
        free.get_mut(..written).unwrap_or_default().zeroize();
        None
    }
}

/// The part of a set in which a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Outside of the list of keys.
    Around,
    /// The value of the member `keys`.
    List,
    /// In the list.
    Keys,
    /// In a key.
    Key,
}

struct SetVisitor<'s, 'm, 't> {
    table: &'s mut KeyTable<'m>,
    rules: &'s KeyRules<'s>,
    additions: Additions,
    part: Part,
    /// The name of the current member of the key.
    name: Option<JsonStr<'t>>,
    /// The members of the current key so far.
    members: Members<'t>,
    /// The number of names in the current key so far, at any depth.
    names: usize,
    /// The number of names outside of keys.
    names_around: usize,
    has_keys: bool,
}

impl SetVisitor<'_, '_, '_> {
    /// True if the table has a word for each of `names` names from `start` on. A separate scan of
    /// their part of the set would not need more.
    fn fits(&self, start: usize, names: usize) -> bool {
        start.saturating_add(names) <= self.table.end_of_free()
    }

    /// Adds the current key.
    #[inline(never)]
    fn add_key(&mut self) -> Option<()> {
        if !self.fits(self.additions.end, self.names) {
            return None;
        }
        let described = jwk::describe(&self.members, self.rules);
        self.additions.add(self.table, self.rules, described);
        Some(())
    }
}

impl<'t> Visitor<'t> for SetVisitor<'_, '_, 't> {
    #[inline(always)]
    fn name(&mut self, depth: usize, name: JsonStr<'t>) {
        if self.part == Part::Key {
            self.names = self.names.saturating_add(1);
            if depth == KEY {
                self.name = Some(name);
            }
            return;
        }
        self.names_around = self.names_around.saturating_add(1);
        if depth == 1 {
            self.part = if name == *"keys" { Part::List } else { Part::Around };
        }
    }

    #[inline(always)]
    fn value(&mut self, depth: usize, value: Field<'t>) -> Option<()> {
        match self.part {
            Part::Key => {
                if depth == KEY
                    && let Some(name) = self.name
                {
                    self.members.put(name, value);
                }
            }
            Part::Keys => {
                value.other()?.object()?;
                (self.part, self.names) = (Part::Key, 0);
                self.members = Members::default();
            }
            Part::List => {
                value.other()?.array()?;
                (self.part, self.has_keys) = (Part::Keys, true);
            }
            Part::Around => {}
        }
        Some(())
    }

    #[inline(always)]
    fn end(&mut self, depth: usize) -> Option<()> {
        match self.part {
            Part::Key if depth == KEYS => {
                self.part = Part::Keys;
                self.add_key()?;
            }
            Part::Keys => self.part = Part::Around,
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::table::HEADER_WORDS;
    use crate::switches::{MIRI, under_miri};
    use std::path::Path;

    /// A set with keys of several kinds, members that are not strings, and escapes.
    const SET: &str = r#"{"a":{"keys":[{"kty":"oct"}]},"keys":[
        {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow","kid":"1","use":"sig","alg":"HS256"},
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","key_ops":["verify"],"\u006bid":"2\n","x5t":{"b":[{}]}},
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","exp":2e3,"nbf":1,"issuer":"i"},
        {"kty":"EC","crv":"secp256k2"},{"kty":"RSA","n":"AQ","e":"AQAB"},{}],"b":null}"#;

    type Loaded = Option<Result<KeyReport, Error>>;

    /// The result of loading `text`, and the memory of the table.
    fn loaded(
        text: &str,
        words: usize,
        load: impl Fn(&mut KeyTable<'_>, &KeyRules<'_>, &[u8]) -> Loaded,
    ) -> (Loaded, Vec<u64>) {
        let mut memory = vec![0; words];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let rules = KeyRules::new().allow_secrets();
        let result = load(&mut table, &rules, text.as_bytes());
        let used = Additions::new(&table).end;
        table.free_from(used).fill(0);
        (result, memory)
    }

    fn loaded_by_keys(text: &str, words: usize) -> (Loaded, Vec<u64>) {
        loaded(text, words, |table, rules, text| Some(table.add_set_by_keys(rules, text)))
    }

    /// Asserts that a set is loaded in one pass exactly as key by key. Returns the number of keys
    /// added, if they were added in one pass.
    fn compare(text: &str, words: usize) -> Option<usize> {
        let loaded =
            loaded(text, words, |table, rules, text| table.add_set_in_one_pass(rules, text));
        let (result, _) = &loaded;
        let report = (*result)?;
        assert_eq!(loaded, loaded_by_keys(text, words), "{text}");
        report.ok().map(|report| report.added())
    }

    fn foreign_sets() -> Vec<String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/key_sets/cases.json");
        let cases = std::fs::read_to_string(file).unwrap();
        let cases: serde_json::Value = serde_json::from_str(&cases).unwrap();
        let cases = cases.as_array().unwrap().iter();
        cases.map(|case| case["jwks"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn foreign_sets_are_loaded_in_one_pass_as_key_by_key() {
        let mut in_one_pass = 0;
        for set in foreign_sets().iter().take(under_miri(3, usize::MAX)) {
            in_one_pass += usize::from(compare(set, 4000).is_some());
            let (result, _) = loaded_by_keys(set, HEADER_WORDS);
            let Some(Some(needed)) = result.map(|result| result.err()?.needed()) else { continue };
            // The table is too small, just large enough, or a little larger.
            for words in (needed / 8).saturating_sub(40).max(HEADER_WORDS)..needed / 8 + 10 {
                compare(set, words);
            }
        }
        assert!(MIRI || in_one_pass > 30, "{in_one_pass}");
    }

    #[test]
    fn a_set_with_any_byte_changed_is_loaded_as_key_by_key() {
        assert!(compare(SET, 400).is_some());
        for at in 0..under_miri(5, SET.len()) {
            for changed in ["", "\"", "\\", "{", "}", "[", "]", ",", ":", "1", "keys", "\u{1}", " "]
            {
                let text = format!("{}{changed}{}", &SET[..at], &SET[at + 1..]);
                compare(&text, 400);
                let text = format!("{}{changed}{}", &SET[..at], &SET[at..]);
                compare(&text, 400);
            }
            compare(&SET[..at], 400);
        }
    }

    #[test]
    fn tables_of_every_size_are_filled_as_key_by_key() {
        for words in HEADER_WORDS..under_miri(HEADER_WORDS + 3, 120) {
            compare(SET, words);
        }
    }

    #[test]
    fn every_form_of_a_set_is_loaded_as_key_by_key() {
        let key = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#;
        let names: Vec<String> = (0..70).map(|name| format!("\"{name}\":0")).collect();
        let names = names.join(",");
        let deep = format!("{}1{}", "[".repeat(15), "]".repeat(15));
        for (text, in_one_pass) in [
            (format!(r#"{{"keys":[{key},{key}]}}"#), true),
            (format!(r#"{{"k\u0065ys":[{key}]}}"#), true),
            (r#"{"keys":[]}"#.to_owned(), true),
            (format!(r#"{{"b":{{"keys":1}},"keys":[{key}],"c":[{{"keys":[]}}]}}"#), true),
            (format!(r#"{{"keys":[{{"keys":[{key}]}},{key}]}}"#), true),
            (format!(r#"{{"keys":[{key},[{key}]]}}"#), false),
            (format!(r#"{{"keys":[{key},1,"a",null]}}"#), false),
            (format!(r#"{{"keys":[{key}],"keys":[{key}]}}"#), false),
            (format!(r#"{{"keys":{key}}}"#), false),
            (format!(r#"[{{"keys":[{key}]}}]"#), false),
            (format!(r#"{{"keys":[{key},{{"a":1,"a":2}}]}}"#), false),
            (format!(r#"{{"keys":[{key},{{"a":"\ud800"}}]}}"#), false),
            (format!(r#"{{"keys":[{key},{{"a":{deep}}}]}}"#), false),
            (format!(r#"{{"keys":[{key},{{{names}}}]}}"#), false),
            (format!(r#"{{"keys":[{key}],"a":{{{names}}}}}"#), false),
            (format!(r#"{{"keys":[{key}]"#), false),
            (format!(r#"{{"keys":[{key}]}}}}"#), false),
            (key.to_owned(), false),
            ("[]".to_owned(), false),
        ] {
            assert_eq!(compare(&text, 400).is_some(), in_one_pass, "{text}");
        }
    }

    #[test]
    fn a_set_that_does_not_end_leaves_no_secret() {
        let mut memory = vec![0; 200];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let text = SET.strip_suffix("}").unwrap();
        assert!(table.add_jwks_by(&KeyRules::new().allow_secrets(), text).is_err());
        assert!(memory[HEADER_WORDS..].iter().all(|word| *word == 0));
    }
}
