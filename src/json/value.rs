//! Walks an accepted text: values, and the members and elements of their containers.

pub use super::string::JsonStr;

use super::number::Number;
use super::{string, write};
use crate::error::Error;
use crate::numbered::numbered;
use crate::switches::FAST;

/// A value in an accepted text, borrowed from the text.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    /// The text from the first byte of the value on. The end of the value is found only when
    /// needed.
    text: &'a [u8],
}

numbered! {
    /// The kind of a [`Value`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u32)]
    pub enum Kind;
    /// Every kind.
    #[cfg(test)]
    const ALL;
    /// The kind in words, with its article.
    pub fn name;
    /// The number in the C ABI.
    #[cfg(feature = "ffi")]
    pub fn code -> u32;

    /// An object.
    Object = 1, "an object";
    /// An array.
    Array = 2, "an array";
    /// A string.
    String = 3, "a string";
    /// A number.
    Number = 4, "a number";
    /// `true` or `false`.
    Boolean = 5, "a boolean";
    /// `null`.
    Null = 6, "null";
}

impl<'a> Value<'a> {
    /// The value that begins at `start`, after any space. `None` if there is no value; an accepted
    /// text always has one.
    pub(crate) fn at(source: &'a [u8], start: usize) -> Option<Self> {
        let text = source.get(skip_separators(source, start)..)?;
        match text.first()? {
            b'"' | 0xFE | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                Some(Self { text })
            }
            _ => None,
        }
    }

    /// The value that begins with the first byte of `text`.
    pub(super) fn beginning(text: &'a [u8]) -> Self {
        Self { text }
    }

    /// The outermost value of an accepted text.
    pub(crate) fn whole(source: &'a [u8]) -> Option<Self> {
        Self::at(source, 0)
    }

    /// The text of the value, from its first byte to its last.
    pub(crate) fn source(&self) -> &'a [u8] {
        let end = end_of_value(self.text, 0).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or_default()
    }

    /// The offset of its first byte in `whole`. The text of this value must end where `whole` ends.
    pub(crate) fn offset_in(&self, whole: &[u8]) -> usize {
        whole.len().saturating_sub(self.text.len())
    }

    /// The text from the first byte of the value on.
    pub(crate) fn text_from_here(&self) -> &'a [u8] {
        self.text
    }

    /// The kind of the value.
    pub fn kind(&self) -> Kind {
        match self.text.first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') | None => Kind::Null,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(_) => Kind::String,
        }
    }

    /// The string, if the value is one.
    pub fn text(&self) -> Option<JsonStr<'a>> {
        JsonStr::at(self.text, 0).map(|(text, _)| text)
    }

    /// The string, if the value is one and can be borrowed; see [`JsonStr::as_str`].
    pub fn string(&self) -> Option<&'a str> {
        self.text()?.as_str()
    }

    /// The number, if the value is one.
    pub fn number(&self) -> Option<Number<'a>> {
        match self.kind() {
            Kind::Number => Some(Number::new(self.text.get(..end_of_word(self.text, 0))?)),
            _ => None,
        }
    }

    /// The integer, if the value is a number without a fraction that fits in an `i64`.
    pub fn integer(&self) -> Option<i64> {
        self.number()?.integer()
    }

    /// The boolean, if the value is one.
    pub fn boolean(&self) -> Option<bool> {
        match self.kind() {
            Kind::Boolean => Some(self.text.first() == Some(&b't')),
            _ => None,
        }
    }

    /// The object, if the value is one.
    pub fn object(&self) -> Option<Object<'a>> {
        match self.kind() {
            Kind::Object => Some(Object { text: self.text }),
            _ => None,
        }
    }

    /// The array, if the value is one.
    pub fn array(&self) -> Option<Array<'a>> {
        match self.kind() {
            Kind::Array => Some(Array { text: self.text }),
            _ => None,
        }
    }

    /// The elements of an array. A string counts as an array of one element.
    pub(crate) fn strings(&self) -> Option<Elements<'a>> {
        match JsonStr::at(self.text, 0) {
            // Cut off after the string, so that nothing after it is read as an element.
            Some((_, end)) => Some(Elements { text: self.text.get(..end)?, at: 0 }),
            None => Some(self.array()?.elements()),
        }
    }

    /// Writes the value as canonical JSON, without space and without needless escapes, to the
    /// beginning of `output`. Returns the number of bytes written. Every JSON reader understands
    /// the result the same way.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](crate::Reason::BufferTooSmall) with the bytes needed; nothing was
    /// written.
    pub fn write_json(&self, output: &mut [u8]) -> Result<usize, Error> {
        write::write(self.source(), output)
    }
}

impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.kind(), f)
    }
}

/// An object of an accepted text. Its names are unique.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    text: &'a [u8],
}

impl<'a> Object<'a> {
    /// Its members, in the order of the text.
    pub fn members(&self) -> Members<'a> {
        Members { text: self.text, at: 1 }
    }

    /// Its members, in the order of the text. Each string is read in the pass that finds its end.
    pub(crate) fn fields(&self) -> Fields<'a> {
        Fields { text: self.text, at: 1 }
    }

    /// The value of the member with this name, compared whole, unescaped and case-sensitively.
    pub fn member(&self, name: &str) -> Option<Value<'a>> {
        let mut members = self.members();
        loop {
            let (found, value, start) = members.next_start()?;
            if found == *name {
                // The end of the value is not needed.
                return Some(value);
            }
            members.at = end_of_value(self.text, start)?;
        }
    }
}

/// The members of an object; see [`Object::members`].
#[derive(Clone)]
pub struct Members<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Members<'a> {
    /// Continues with the [rest](Self::rest) of an object.
    pub(crate) fn resumed(rest: &'a [u8]) -> Self {
        Self { text: rest, at: 0 }
    }

    /// The next member, and the offset of its value. The iterator stays at the member.
    fn next_start(&self) -> Option<(JsonStr<'a>, Value<'a>, usize)> {
        let (name, end) = JsonStr::at(self.text, skip_separators(self.text, self.at))?;
        let start = skip_separators(self.text, end);
        Some((name, Value::at(self.text, start)?, start))
    }

    /// The text after the members that were returned.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }
}

impl Members<'_> {
    /// The offset of the next member in `whole`. The text of this object must end where `whole`
    /// ends.
    pub(crate) fn offset_in(&self, whole: &[u8]) -> usize {
        let start = whole.len().saturating_sub(self.text.len());
        start.saturating_add(skip_separators(self.text, self.at))
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (JsonStr<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value, start) = self.next_start()?;
        self.at = end_of_value(self.text, start)?;
        Some((name, value))
    }
}

/// The value of a member. A string is read already.
#[derive(Clone, Copy)]
pub(crate) enum Field<'a> {
    Text(JsonStr<'a>),
    Other(Value<'a>),
}

impl<'a> Field<'a> {
    /// The string, if the value is one.
    pub(crate) fn text(&self) -> Option<JsonStr<'a>> {
        match self {
            Self::Text(text) => Some(*text),
            Self::Other(_) => None,
        }
    }

    /// The value, if it is not a string.
    pub(crate) fn other(&self) -> Option<Value<'a>> {
        match self {
            Self::Text(_) => None,
            Self::Other(value) => Some(*value),
        }
    }
}

/// The members of an object; see [`Object::fields`].
pub(crate) struct Fields<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (JsonStr<'a>, Field<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, end) = JsonStr::at(self.text, skip_separators(self.text, self.at))?;
        let start = skip_separators(self.text, end);
        let (field, end) = match JsonStr::at(self.text, start) {
            Some((text, end)) => (Field::Text(text), end),
            None => {
                let end = end_of_value(self.text, start)?;
                (Field::Other(Value::beginning(self.text.get(start..)?)), end)
            }
        };
        self.at = end;
        Some((name, field))
    }
}

/// An array of an accepted text.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    text: &'a [u8],
}

impl<'a> Array<'a> {
    /// Its elements, in order.
    pub fn elements(&self) -> Elements<'a> {
        Elements { text: self.text, at: 1 }
    }
}

/// The elements of an array; see [`Array::elements`].
#[derive(Clone)]
pub struct Elements<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Elements<'a> {
    /// Continues with the [rest](Self::rest) of an array.
    pub(crate) fn resumed(rest: &'a [u8]) -> Self {
        Self { text: rest, at: 0 }
    }

    /// The text after the elements that were returned.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next element if it is a string, found and read in one pass. `Some(None)` if it is
    /// something else; the iterator then stays at it.
    pub(crate) fn next_text(&mut self) -> Option<Option<JsonStr<'a>>> {
        let start = skip_separators(self.text, self.at);
        if let Some((text, end)) = JsonStr::at(self.text, start) {
            self.at = end;
            return Some(Some(text));
        }
        Value::at(self.text, start).map(|_| None)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = skip_separators(self.text, self.at);
        let value = Value::at(self.text, start)?;
        self.at = end_of_value(self.text, start)?;
        Some(value)
    }
}

/// Skips separators. In an accepted text their kind needs no check.
fn skip_separators(source: &[u8], start: usize) -> usize {
    skip(source, start, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':'))
}

fn skip(source: &[u8], start: usize, skipped: impl Fn(u8) -> bool) -> usize {
    let rest = source.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|byte| skipped(**byte)).count();
    start.saturating_add(length)
}

fn end_of_value(source: &[u8], start: usize) -> Option<usize> {
    match source.get(start)? {
        b'"' | 0xFE => JsonStr::at(source, start).map(|(_, next)| next),
        b'{' | b'[' => end_of_container(source, start),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => Some(end_of_word(source, start)),
        _ => None,
    }
}

/// The offset where a number or a literal ends.
fn end_of_word(source: &[u8], start: usize) -> usize {
    // On 64-bit targets digits are skipped first, because most numbers have only digits.
    let start = match FAST {
        true => {
            start.saturating_add(string::digits_length(source.get(start..).unwrap_or_default()))
        }
        false => start,
    };
    skip(
        source,
        start,
        |byte| matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E'),
    )
}

/// The offset where a container that begins at `start` ends. Counts brackets without comparing
/// their kinds. `None` if the container is not closed.
pub(super) fn end_of_container(source: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = start;
    loop {
        match source.get(at)? {
            b'"' | 0xFE => {
                at = JsonStr::at(source, at)?.1;
                continue;
            }
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = at.checked_add(1)?;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] =
        br#" { "a" : [ 1 , "x]" , { } , [ ] ] , "b":{"c":-1.5e3,"d":null},"e" :true, "f":"" } "#;

    fn object() -> Object<'static> {
        Value::whole(TEXT).unwrap().object().unwrap()
    }

    #[test]
    fn each_kind_is_known_by_its_first_character() {
        for (text, kind) in ["{}", "[]", r#""""#, "-1", "true", "null"].iter().zip(Kind::ALL) {
            assert_eq!(Value::whole(text.as_bytes()).unwrap().kind(), *kind, "{text}");
        }
    }

    #[test]
    fn members_and_elements_come_in_order_and_whole() {
        let names: Vec<_> = object().members().map(|(name, _)| name.as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b", "e", "f"]);
        let kinds: Vec<_> = object()
            .member("a")
            .unwrap()
            .array()
            .unwrap()
            .elements()
            .map(|value| value.kind())
            .collect();
        assert_eq!(kinds, [Kind::Number, Kind::String, Kind::Object, Kind::Array]);
        let inner = object().member("b").unwrap().object().unwrap();
        assert_eq!(inner.member("c").unwrap().integer(), Some(-1500));
        assert_eq!(inner.member("d").unwrap().kind(), Kind::Null);
        assert_eq!(object().member("e").unwrap().boolean(), Some(true));
        assert_eq!(object().member("f").unwrap().string(), Some(""));
        assert!(object().member("c").is_none(), "a member of a member is not a member");
    }

    #[test]
    fn a_value_is_only_what_it_is() {
        let array = object().member("a").unwrap();
        assert!(array.object().is_none() && array.string().is_none() && array.number().is_none());
        let text = object().member("f").unwrap();
        assert!(text.boolean().is_none() && text.array().is_none());
    }
}
