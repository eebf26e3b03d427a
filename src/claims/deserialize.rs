//! Deserializes claims into the caller's own type, through `serde`. It reads the accepted object
//! directly, so a type can borrow strings, also strings that had escapes.
//!
//! It recurses only as deep as the caller's type, and at most to the maximum nesting of JSON
//! ([`MAX_NESTING`](crate::limits::MAX_NESTING)).

use super::Claims;
use super::error::ClaimError;
use crate::error::Reason;
use crate::json::value::Field;
use crate::json::{Elements, JsonStr, Kind, Number, Value};
use core::fmt;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

impl<'de> Claims<'de> {
    /// Reads all claims into a type of the caller, which may borrow strings from the scratch.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`] if the type requires a member that the token does not have.
    /// [`Reason::ClaimType`] for every other mismatch. [`ClaimError::path`] names the place.
    pub fn deserialize<T: Deserialize<'de>>(&self) -> Result<T, ClaimError> {
        let value = self.value().ok_or(ClaimError::new(Reason::ClaimMissing))?;
        // A text with unescaped strings is not UTF-8 as a whole.
        let whole = core::str::from_utf8(self.text).unwrap_or_default();
        let outermost = Reader { whole, value: Field::Other(value) };
        let read = T::deserialize(Outermost { reader: outermost, claims: self.iter() });
        read.map_err(|Misfit(error)| error)
    }
}

/// The reason why a value cannot be read as a type.
#[derive(Debug)]
struct Misfit(ClaimError);

impl Misfit {
    /// The error for a value of a kind that the type does not expect.
    fn expected(expected: &str, found: Kind) -> Self {
        Self(ClaimError::expected(expected, found.name()))
    }

    /// The same error, with the name of the member or the element `[index]` put in front of its
    /// path.
    fn inside(self, name: impl fmt::Display) -> Self {
        Self(self.0.inside(name))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl de::StdError for Misfit {}

/// The messages name the expected type and the kind of the value, but not the value: values of a
/// token must stay out of logs.
impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(ClaimError::new(Reason::ClaimType).with_detail(message))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => Kind::Boolean.name(),
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                Kind::Number.name()
            }
            Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => Kind::String.name(),
            Unexpected::Unit | Unexpected::Option => Kind::Null.name(),
            Unexpected::Seq => Kind::Array.name(),
            Unexpected::Map => Kind::Object.name(),
            _ => "another type",
        };
        Self::custom(format_args!("expected {expected}, found {found}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}, found {length} elements"))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::custom("unknown variant")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        // `inside` adds the name of the member.
        Self::custom("unknown member")
    }

    fn missing_field(name: &'static str) -> Self {
        Self(ClaimError::new(Reason::ClaimMissing)).inside(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::custom("two members for one field").inside(name)
    }
}

/// All claims.
struct Outermost<'de, C> {
    reader: Reader<'de>,
    claims: C,
}

impl<'de, C: Iterator<Item = (JsonStr<'de>, Value<'de>)>> Deserializer<'de> for Outermost<'de, C> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        // A value is read only when it is asked for.
        let members = self.claims.map(|(name, value)| (name, Field::Other(value)));
        visitor.visit_map(Map { whole: self.reader.whole, members, member: None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.reader.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

struct Reader<'de> {
    /// All claims, or nothing if their text is not UTF-8.
    whole: &'de str,
    /// A string may be among the values that were not read yet.
    value: Field<'de>,
}

impl<'de> Reader<'de> {
    fn text(&self) -> Option<JsonStr<'de>> {
        match self.value {
            Field::Text(text) => Some(text),
            Field::Other(value) => value.text(),
        }
    }

    fn kind(&self) -> Kind {
        match self.value {
            Field::Text(_) => Kind::String,
            Field::Other(value) => value.kind(),
        }
    }
}

/// The string. A string that lies in `whole` is not checked again for UTF-8.
fn string<'de>(whole: &'de str, text: JsonStr<'de>) -> Result<&'de str, Misfit> {
    let content = text.as_bytes().ok_or_else(unfit)?;
    let start = content.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    let part = whole.get(start..start.wrapping_add(content.len()));
    part.or_else(|| text.as_str()).ok_or_else(unfit)
}

/// The error for a value that does not match its kind. It cannot occur in accepted JSON.
fn unfit() -> Misfit {
    Misfit(ClaimError::new(Reason::ClaimType))
}

fn visit_number<'de, V: Visitor<'de>>(number: Number<'de>, visitor: V) -> Result<V::Value, Misfit> {
    if let Some(integer) = number.integer() {
        return visitor.visit_i64(integer);
    }
    if let Ok(integer) = number.as_str().parse() {
        return visitor.visit_u64(integer);
    }
    visitor.visit_f64(float(number)?)
}

/// The nearest `f64`. A number outside of the range of `f64` is an error for every type.
fn float(number: Number<'_>) -> Result<f64, Misfit> {
    let parsed = number.as_str().parse::<f64>().ok();
    let finite = parsed.filter(|float| float.is_finite());
    finite.ok_or_else(|| de::Error::custom("expected a number in the range of a double"))
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let whole = self.whole;
        let value = match self.value {
            Field::Text(text) => return visitor.visit_borrowed_str(string(whole, text)?),
            Field::Other(value) => value,
        };
        match value.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean => visitor.visit_bool(value.boolean().unwrap_or_default()),
            Kind::String => match value.text() {
                Some(text) => visitor.visit_borrowed_str(string(whole, text)?),
                None => Err(unfit()),
            },
            Kind::Number => match value.number() {
                Some(number) => visit_number(number, visitor),
                None => Err(unfit()),
            },
            Kind::Array => match value.array() {
                Some(array) => {
                    let elements = array.elements();
                    visitor.visit_seq(Sequence { whole, elements, index: 0 })
                }
                None => Err(unfit()),
            },
            Kind::Object => match value.object() {
                Some(object) => {
                    let members = object.fields();
                    visitor.visit_map(Map { whole, members, member: None })
                }
                None => Err(unfit()),
            },
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value.other().and_then(|value| value.number()) {
            Some(number) => visitor.visit_f64(float(number)?),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.kind() {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant without content is a string. Every other variant is an object with one member.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if let Some(text) = self.text() {
            return visitor.visit_enum(string(self.whole, text)?.into_deserializer());
        }
        let unfit = || Misfit::expected("a string or an object of one member", self.kind());
        let object = self.value.other().and_then(|value| value.object());
        let mut members = object.ok_or_else(unfit)?.fields();
        match (members.next(), members.next()) {
            (Some((name, value)), None) => {
                let name = string(self.whole, name)?;
                visitor.visit_enum(ValueContent { whole: self.whole, name, value })
            }
            _ => Err(unfit()),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier
    }
}

struct Sequence<'de> {
    whole: &'de str,
    elements: Elements<'de>,
    /// The index of the next element.
    index: usize,
}

impl<'de> SeqAccess<'de> for Sequence<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let value = match self.elements.next_text() {
            Some(Some(text)) => Field::Text(text),
            Some(None) => Field::Other(self.elements.next().ok_or_else(unfit)?),
            None => return Ok(None),
        };
        let index = self.index;
        self.index = index.saturating_add(1);
        let element = seed.deserialize(Reader { whole: self.whole, value });
        element.map(Some).map_err(|misfit| misfit.inside(format_args!("[{index}]")))
    }
}

struct Map<'de, M> {
    whole: &'de str,
    members: M,
    /// The name and the value of the current member, whose value is read next.
    member: Option<(&'de str, Field<'de>)>,
}

impl<'de, M: Iterator<Item = (JsonStr<'de>, Field<'de>)>> MapAccess<'de> for Map<'de, M> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        let name = string(self.whole, name)?;
        self.member = Some((name, value));
        let key = seed.deserialize(BorrowedStrDeserializer::new(name));
        key.map(Some).map_err(|misfit: Misfit| misfit.inside(name))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        let (name, value) = self.member.take().ok_or_else(unfit)?;
        let reader = Reader { whole: self.whole, value };
        seed.deserialize(reader).map_err(|misfit| misfit.inside(name))
    }
}

/// A variant, which is an object of one member, and its content.
struct ValueContent<'de> {
    whole: &'de str,
    name: &'de str,
    value: Field<'de>,
}

impl<'de> ValueContent<'de> {
    fn reader(&self) -> Reader<'de> {
        Reader { whole: self.whole, value: self.value }
    }
}

impl<'de> EnumAccess<'de> for ValueContent<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Misfit> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for ValueContent<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.reader().kind() {
            Kind::Null => Ok(()),
            other => Err(Misfit::expected("null", other).inside(self.name)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.reader()).map_err(|misfit| misfit.inside(self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.reader().deserialize_any(visitor).map_err(|misfit| misfit.inside(self.name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.reader().deserialize_any(visitor).map_err(|misfit| misfit.inside(self.name))
    }
}
