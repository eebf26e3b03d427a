//! The claims of a token (RFC 7519 section 4): finds a claim by name or path, and borrows its typed
//! value.

#[cfg(feature = "serde")]
mod deserialize;
mod error;
pub(crate) mod registered;
pub(crate) mod scopes;
mod short;
pub(crate) mod status;

use crate::error::{Error, Reason};
use crate::json::records::Index;
use crate::json::{Elements, JsonStr, Value};
use crate::str_list::StrList;
use crate::time::NumericDate;
use core::ops::Range;
pub use error::ClaimError;

/// The claims of a token, borrowed from its scratch.
///
/// A claim is found by its name, or by the names on its path: `"iss"`, or `&["realm_access",
/// "roles"]`. Names are compared whole and case-sensitively. A claim of the wrong type is an error;
/// it is never treated as absent.
#[derive(Clone, Copy)]
pub struct Claims<'s> {
    text: &'s [u8],
    index: Index<'s>,
    /// The offset of the value of the claim that grants scopes. 0 if the policy names no such
    /// claim. Beyond the end of the text if the token does not have that claim.
    scopes_at: usize,
}

impl<'s> Claims<'s> {
    /// An empty set of claims.
    pub(crate) const EMPTY: Self = Self { text: &[], index: Index::EMPTY, scopes_at: 0 };

    /// The claims in an accepted and finished text, which is an object. The records of its
    /// `members` members are at the end of `records`.
    pub(crate) fn new(text: &'s [u8], records: &'s [u8], members: usize) -> Self {
        Self { text, index: Index::new(records, members), scopes_at: 0 }
    }

    /// The same claims. Their scopes are read from the value at `scopes_at`.
    pub(crate) fn with_scopes_at(self, scopes_at: usize) -> Self {
        Self { scopes_at, ..self }
    }

    /// The offset of the value of the claim with this name. White space may precede the value
    /// there.
    pub(crate) fn place_of_member(&self, name: &str) -> Option<usize> {
        self.index.find(self.text, name)
    }

    /// The value of the claim at `path`, if the token has it.
    pub fn get<'p>(&self, path: impl Into<StrList<'p>>) -> Option<Value<'s>> {
        self.find(&path.into())
    }

    fn find(&self, path: &StrList<'_>) -> Option<Value<'s>> {
        let mut names = path.iter();
        let mut value = self.member(names.next()?)?;
        for name in names {
            value = value.object()?.member(name)?;
        }
        Some(value)
    }

    /// The value of the claim with this name.
    #[cfg_attr(not(small), inline(always))]
    pub(crate) fn member(&self, name: &str) -> Option<Value<'s>> {
        let end = self.index.find(self.text, name)?;
        Value::at(self.text, end)
    }

    /// Reads the claim at `path` with `read`, which returns `None` if the type is not `expected`.
    fn read<T>(
        &self,
        path: &StrList<'_>,
        expected: &str,
        read: impl FnOnce(Value<'s>) -> Option<T>,
    ) -> Result<T, ClaimError> {
        let error = match self.find(path) {
            None => ClaimError::new(Reason::ClaimMissing),
            Some(value) => match read(value) {
                Some(read) => return Ok(read),
                None => ClaimError::expected(expected, value.kind().name()),
            },
        };
        Err(error.at(path))
    }

    /// The claim at `path` as a string. It may contain U+0000.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`], [`Reason::ClaimType`].
    pub fn string<'p>(&self, path: impl Into<StrList<'p>>) -> Result<&'s str, ClaimError> {
        self.read(&path.into(), "a string", |value| value.string())
    }

    /// The claim at `path` as an integer.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`]; [`Reason::ClaimType`], also for numbers with a fraction or outside
    /// of 64 bits.
    pub fn integer<'p>(&self, path: impl Into<StrList<'p>>) -> Result<i64, ClaimError> {
        self.read(&path.into(), "an integer of 64 bits", |value| value.number()?.integer())
    }

    /// The claim at `path` as a boolean.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`], [`Reason::ClaimType`].
    pub fn boolean<'p>(&self, path: impl Into<StrList<'p>>) -> Result<bool, ClaimError> {
        self.read(&path.into(), "a boolean", |value| value.boolean())
    }

    /// The claim at `path` as a point in time (RFC 7519 section 2, NumericDate).
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`], [`Reason::ClaimType`]; [`Reason::DateOutOfRange`] for seconds
    /// outside of 64 bits.
    pub fn time<'p>(&self, path: impl Into<StrList<'p>>) -> Result<NumericDate, ClaimError> {
        let path = path.into();
        let number = self.read(&path, "a number", |value| value.number())?;
        let out_of_range = || ClaimError::new(Reason::DateOutOfRange).at(&path);
        NumericDate::from_number(number).ok_or_else(out_of_range)
    }

    /// The strings of the claim at `path`. It is a string or an array of strings, like `aud` (RFC
    /// 7519 section 4.1.3).
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`], [`Reason::ClaimType`].
    pub fn strings<'p>(&self, path: impl Into<StrList<'p>>) -> Result<Strings<'s>, ClaimError> {
        self.read(&path.into(), "a string or an array of strings", Strings::of)
    }

    /// All claims as one object. `None` for the claims of a plain JWS.
    pub(crate) fn value(&self) -> Option<Value<'s>> {
        Value::whole(self.text)
    }

    /// All claims, in the order of the token.
    pub fn iter(&self) -> impl Iterator<Item = (JsonStr<'s>, Value<'s>)> + use<'s> {
        let text = self.text;
        // The records lead from name to name, without a walk over the values.
        let names = self.index.offsets();
        let walked = match names {
            Some(_) => None,
            None => self.value().and_then(|value| value.object()),
        };
        let indexed = names.into_iter().flatten().map_while(move |offset| {
            let (name, end) = JsonStr::at(text, offset)?;
            Some((name, Value::at(text, end)?))
        });
        indexed.chain(walked.into_iter().flat_map(|object| object.members()))
    }

    /// The offset at which a value of these claims begins.
    pub(crate) fn offset_of(&self, value: &Value<'_>) -> usize {
        self.place_of(value.text_from_here()).start
    }

    /// The value that begins at this offset.
    pub(crate) fn value_at(&self, offset: usize) -> Option<Value<'s>> {
        Value::at(self.text, offset)
    }

    /// The range of a part of the text of these claims.
    pub(crate) fn place_of(&self, part: &[u8]) -> Range<usize> {
        let start = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        start..start.wrapping_add(part.len())
    }

    /// The part of the text of these claims in this range.
    pub(crate) fn part_at(&self, place: Range<usize>) -> Option<&'s [u8]> {
        self.text.get(place)
    }

    /// Writes all claims as canonical JSON to the beginning of `output`: without white space and
    /// without unnecessary escapes. Returns the number of bytes written. Every JSON parser reads
    /// them the same way.
    ///
    /// # Errors
    ///
    /// [`Reason::BufferTooSmall`] with the required size in bytes; nothing was written then.
    pub fn write_json(&self, output: &mut [u8]) -> Result<usize, Error> {
        let value = self.value().ok_or(Error::new(Reason::ClaimMissing))?;
        value.write_json(output)
    }
}

impl core::fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let names = self.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// The strings of a claim that is a string or an array of strings.
#[derive(Clone)]
pub struct Strings<'s> {
    elements: Elements<'s>,
}

impl<'s> Strings<'s> {
    pub(crate) fn of(value: Value<'s>) -> Option<Self> {
        let elements = value.strings()?;
        let mut left = elements.clone();
        while let Some(text) = left.next_text() {
            text?;
        }
        Some(Self { elements })
    }

    /// The remaining strings of an array. `rest` begins at an element or at the closing bracket.
    pub(crate) fn resumed(rest: &'s [u8]) -> Self {
        Self { elements: Elements::resumed(rest) }
    }

    /// The rest of the text, for [`resumed`](Self::resumed).
    pub(crate) fn rest(&self) -> &'s [u8] {
        self.elements.rest()
    }

    /// The bytes of the next string.
    pub(crate) fn next_bytes(&mut self) -> Option<&'s [u8]> {
        self.elements.next_text()??.as_bytes()
    }
}

impl<'s> Iterator for Strings<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        core::str::from_utf8(self.next_bytes()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::scan::{Records, scan};

    #[test]
    fn a_value_is_found_again_by_where_it_begins() {
        let text = br#"{"a":1,"b":["x"],"c":"y"}"#;
        let mut memory = [0; 64];
        let scanned = scan(text, &mut Records::bytes(&mut memory)).unwrap();
        let claims = Claims::new(text, &memory, scanned.members);
        let offsets: Vec<_> = claims.iter().map(|(_, value)| claims.offset_of(&value)).collect();
        assert_eq!(offsets, [5, 11, 21]);
        assert_eq!(claims.value_at(5).unwrap().number().unwrap().as_str(), "1");
        assert_eq!(claims.value_at(21).unwrap().string(), Some("y"));
        assert!(claims.value_at(text.len()).is_none());
    }
}
