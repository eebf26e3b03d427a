//! A caller's own type from the claims, through `serde`: read from the accepted object itself, so that strings
//! are borrowed and every text that was accepted is understood, escapes included.
//!
//! It recurses where the caller's type does, and no deeper than JSON may be nested
//! ([`MAX_NESTING`](crate::limits::MAX_NESTING)).

use super::Claims;
use crate::error::{Error, Reason};
use crate::json::{Elements, Kind, Members, Number, Text, Value};
use core::fmt;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

impl<'de> Claims<'de> {
    /// Reads all claims into a type of the caller's, which may borrow strings from the scratch.
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`] if the type asks for a member that is not there, [`Reason::ClaimType`] for
    /// anything else that does not fit it.
    pub fn deserialize<T: Deserialize<'de>>(&self) -> Result<T, Error> {
        let value = self.value().ok_or(Error::new(Reason::ClaimMissing))?;
        T::deserialize(Reader { value }).map_err(|Misfit(reason)| Error::new(reason))
    }
}

/// Why a value does not fit a type.
#[derive(Debug)]
struct Misfit(Reason);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.text())
    }
}

impl de::StdError for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(Reason::ClaimType)
    }

    fn missing_field(_: &'static str) -> Self {
        Self(Reason::ClaimMissing)
    }
}

struct Reader<'de> {
    value: Value<'de>,
}

fn string<'de>(text: Option<Text<'de>>) -> Result<&'de str, Misfit> {
    text.and_then(|text| text.as_str()).ok_or(Misfit(Reason::ClaimType))
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

/// The nearest `f64`. What is beyond its range fits nothing.
fn float(number: Number<'_>) -> Result<f64, Misfit> {
    let parsed = number.as_str().parse::<f64>().ok();
    parsed.filter(|float| float.is_finite()).ok_or(Misfit(Reason::ClaimType))
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let value = self.value;
        match value.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean => visitor.visit_bool(value.boolean().unwrap_or_default()),
            Kind::String => visitor.visit_borrowed_str(string(value.text())?),
            Kind::Number => match value.number() {
                Some(number) => visit_number(number, visitor),
                None => Err(Misfit(Reason::ClaimType)),
            },
            Kind::Array => match value.array() {
                Some(array) => visitor.visit_seq(Sequence { elements: array.elements() }),
                None => Err(Misfit(Reason::ClaimType)),
            },
            Kind::Object => match value.object() {
                Some(object) => visitor.visit_map(Map { members: object.members(), value: None }),
                None => Err(Misfit(Reason::ClaimType)),
            },
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value.number() {
            Some(number) => visitor.visit_f64(float(number)?),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value.kind() {
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

    /// A variant without content is a string, any other an object of one member.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if let Some(text) = self.value.text() {
            return visitor.visit_enum(string(Some(text))?.into_deserializer());
        }
        let mut members = self.value.object().ok_or(Misfit(Reason::ClaimType))?.members();
        match (members.next(), members.next()) {
            (Some((name, value)), None) => visitor.visit_enum(Variant { name, value }),
            _ => Err(Misfit(Reason::ClaimType)),
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
    elements: Elements<'de>,
}

impl<'de> SeqAccess<'de> for Sequence<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        match self.elements.next() {
            Some(value) => seed.deserialize(Reader { value }).map(Some),
            None => Ok(None),
        }
    }
}

struct Map<'de> {
    members: Members<'de>,
    value: Option<Value<'de>>,
}

impl<'de> MapAccess<'de> for Map<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let name = BorrowedStrDeserializer::new(string(Some(name))?);
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        let value = self.value.take().ok_or(Misfit(Reason::ClaimType))?;
        seed.deserialize(Reader { value })
    }
}

struct Variant<'de> {
    name: Text<'de>,
    value: Value<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Misfit;
    type Variant = Content<'de>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Content<'de>), Misfit> {
        let name = BorrowedStrDeserializer::new(string(Some(self.name))?);
        let content = Content { value: self.value };
        Ok((seed.deserialize(name)?, content))
    }
}

/// What a variant contains.
struct Content<'de> {
    value: Value<'de>,
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.value.kind() {
            Kind::Null => Ok(()),
            _ => Err(Misfit(Reason::ClaimType)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(Reader { value: self.value })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        Reader { value: self.value }.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        Reader { value: self.value }.deserialize_any(visitor)
    }
}
