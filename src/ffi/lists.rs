//! Lists of texts and of rules: from C arrays to lists that a policy borrows.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::layout::{keycard_bytes, keycard_rule};
use super::policy_numbers::{KEYCARD_RULE_CONTAINS, KEYCARD_RULE_EQUALS, KEYCARD_RULE_PRESENT};
use super::raw::Reader;
use crate::error::{Error, Reason};
use crate::key::thumbprint::Thumbprint;
use crate::policy::rule::{ClaimRule, RuleSource, Rules};
use crate::str_list::{StrList, StrSource};

/// A list of texts, all of which were read once without an error.
pub(super) struct TextList<'a> {
    /// `None` if there is no list.
    texts: Option<&'a [keycard_bytes]>,
}

impl<'a> TextList<'a> {
    pub(super) const NOT_GIVEN: Self = Self { texts: None };

    pub(super) const fn is_given(&self) -> bool {
        self.texts.is_some()
    }

    /// # Safety
    ///
    /// The list and its texts may be read as long as the result lives.
    pub(super) unsafe fn read(
        reader: Reader<'_>,
        texts: *const keycard_bytes,
        count: usize,
    ) -> Result<Self, Error> {
        if texts.is_null() && count == 0 {
            return Ok(Self { texts: None });
        }
        // SAFETY: the caller's promise.
        let texts = unsafe { reader.elements(texts, count) }?;
        for text in texts {
            // SAFETY: as above.
            unsafe { text.read_text(reader) }?.ok_or(Reason::NullPointer)?;
        }
        Ok(Self { texts: Some(texts) })
    }

    pub(super) fn list(&self) -> StrList<'_> {
        match self.texts {
            None => StrList::NOT_GIVEN,
            Some(_) => StrList::source(self),
        }
    }
}

/// Reads again a text that was read once without an error.
fn again<'a>(text: &keycard_bytes) -> Option<&'a str> {
    // SAFETY: it was read under the same promise, which still holds.
    unsafe { text.read_text(Reader::ANYWHERE) }.ok()?
}

impl StrSource for TextList<'_> {
    fn text(&self, index: usize) -> Option<&str> {
        again(self.texts?.get(index)?)
    }
}

impl StrSource for keycard_rule {
    fn text(&self, index: usize) -> Option<&str> {
        if index >= self.path_length {
            return None;
        }
        // SAFETY: the path was read once without a fault, under a promise that still holds.
        let path = unsafe { Reader::ANYWHERE.elements(self.path, self.path_length) };
        again(path.ok()?.get(index)?)
    }
}

/// Rules for claims, all of which were read once without an error.
pub(super) struct RuleList<'a> {
    rules: Option<&'a [keycard_rule]>,
}

impl<'a> RuleList<'a> {
    pub(super) const fn is_given(&self) -> bool {
        self.rules.is_some()
    }

    /// # Safety
    ///
    /// The rules and their texts may be read as long as the result lives.
    pub(super) unsafe fn read(
        reader: Reader<'_>,
        rules: *const keycard_rule,
        count: usize,
    ) -> Result<Self, Error> {
        if rules.is_null() && count == 0 {
            return Ok(Self { rules: None });
        }
        // SAFETY: the caller's promise.
        let rules = unsafe { reader.elements(rules, count) }?;
        for rule in rules {
            // SAFETY: as above.
            unsafe { TextList::read(reader, rule.path, rule.path_length) }?;
            // SAFETY: as above.
            let value = unsafe { rule.value.read_text(reader) }?;
            let whole = match rule.kind {
                KEYCARD_RULE_PRESENT => value.is_none(),
                KEYCARD_RULE_EQUALS | KEYCARD_RULE_CONTAINS => value.is_some(),
                _ => false,
            };
            if !whole || rule.reserved != 0 {
                return Err(Error::new(Reason::UnsupportedPolicy));
            }
        }
        Ok(Self { rules: Some(rules) })
    }

    pub(super) fn list(&self) -> Rules<'_> {
        match self.rules {
            None => Rules::NotGiven,
            Some(_) => Rules::Source(self),
        }
    }
}

impl RuleSource for RuleList<'_> {
    fn rule(&self, index: usize) -> Option<ClaimRule<'_>> {
        let rule = self.rules?.get(index)?;
        let path = StrList::source(rule);
        Some(match (rule.kind, again(&rule.value)) {
            (KEYCARD_RULE_EQUALS, Some(value)) => ClaimRule::equals(path, value),
            (KEYCARD_RULE_CONTAINS, Some(value)) => ClaimRule::contains(path, value),
            _ => ClaimRule::present(path),
        })
    }
}

/// The lists and digests that a [`Policy`](crate::Policy) borrows.
pub(super) struct Lists<'a> {
    pub(super) audiences: TextList<'a>,
    pub(super) trusted_audiences: TextList<'a>,
    pub(super) scopes: TextList<'a>,
    pub(super) markers: TextList<'a>,
    pub(super) authorized_parties: TextList<'a>,
    pub(super) contexts: TextList<'a>,
    pub(super) methods: TextList<'a>,
    pub(super) clients: TextList<'a>,
    pub(super) rules: RuleList<'a>,
    pub(super) user_mark: RuleList<'a>,
    pub(super) original_audiences: TextList<'a>,
    pub(super) dpop_key: Option<Thumbprint>,
    pub(super) client_certificate: Option<Thumbprint>,
}
