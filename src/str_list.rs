//! Lists of strings that the caller owns. A list can be one string, a slice, or a source that
//! returns the strings one by one, for example from an array of C structures.

/// A source that returns strings by their position.
pub trait StrSource {
    /// The string at `index`, or `None` after the last.
    fn text(&self, index: usize) -> Option<&str>;
}

/// A slice of any string type, for example `String`.
impl<T: AsRef<str>> StrSource for &[T] {
    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

/// A borrowed list of strings: audiences, scopes, or the names on the path to a claim. A list that
/// was not given differs from an empty list.
///
/// One string and slices of `&str` convert into a list. Other string types need one step:
///
/// ```
/// use keycard::{Algorithm, Policy, StrList};
///
/// let audiences: Vec<String> = vec!["api://default".to_owned(), "api://orders".to_owned()];
/// let audiences = audiences.as_slice();
/// let policy = Policy::jwt("https://id.example", StrList::source(&audiences), Algorithm::Es256);
/// # assert_eq!(policy.check().is_ok(), Algorithm::Es256.is_built());
/// ```
#[derive(Clone, Copy)]
pub struct StrList<'a> {
    form: Form<'a>,
}

#[derive(Clone, Copy)]
enum Form<'a> {
    NotGiven,
    One(&'a str),
    Slice(&'a [&'a str]),
    Source(&'a dyn StrSource),
}

impl<'a> StrList<'a> {
    /// No list was given.
    pub const NOT_GIVEN: Self = Self { form: Form::NotGiven };

    /// A list of one string.
    pub const fn one(text: &'a str) -> Self {
        Self { form: Form::One(text) }
    }

    /// The strings of a slice.
    pub const fn slice(texts: &'a [&'a str]) -> Self {
        Self { form: Form::Slice(texts) }
    }

    /// The strings that `source` returns.
    pub const fn source(source: &'a dyn StrSource) -> Self {
        Self { form: Form::Source(source) }
    }

    /// Returns whether a list was given, even an empty one.
    pub const fn is_given(&self) -> bool {
        !matches!(self.form, Form::NotGiven)
    }

    /// The string at `index`, or `None` after the last.
    pub fn get(&self, index: usize) -> Option<&'a str> {
        match self.form {
            Form::NotGiven => None,
            Form::One(text) => (index == 0).then_some(text),
            Form::Slice(texts) => texts.get(index).copied(),
            Form::Source(source) => source.text(index),
        }
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = *self;
        (0usize..usize::MAX).map_while(move |index| list.get(index))
    }
}

impl core::fmt::Debug for StrList<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> From<&'a str> for StrList<'a> {
    fn from(text: &'a str) -> Self {
        Self::one(text)
    }
}

impl<'a> From<&'a [&'a str]> for StrList<'a> {
    fn from(texts: &'a [&'a str]) -> Self {
        Self::slice(texts)
    }
}

impl<'a, const N: usize> From<&'a [&'a str; N]> for StrList<'a> {
    fn from(texts: &'a [&'a str; N]) -> Self {
        Self::slice(texts)
    }
}

impl<'a> From<Option<&'a str>> for StrList<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::NOT_GIVEN, Self::one)
    }
}
