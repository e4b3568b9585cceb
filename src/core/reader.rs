//! serde over values that stay in JavaScript: a byte for each value that the models name, in their order, says of
//! what kind it is. The reader checks these kinds, copies nothing, and says of what does not fit where it is.
//!
//! `serde_wasm_bindgen::from_value` would read the same types, but its errors name no path, and its messages
//! bring the formatting of floats, a third of its weight. And it crosses into JavaScript for every value.

use serde::de::{DeserializeSeed, Deserializer, Error, Expected, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::Cell;
use std::fmt::{self, Display};

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

/// The kinds of values, as far as JSON has them. `kindOf` in src/shell/values.js gives the same numbers.
mod kind {
    pub const ABSENT: u8 = 0;
    pub const NULL: u8 = 1;
    pub const TEXT: u8 = 2;
    /// A finite one.
    pub const NUMBER: u8 = 3;
    /// Its fields follow, if the model names any.
    pub const OBJECT: u8 = 4;
    /// Its items follow, if the model names the fields of an object in its place, and then [`END`].
    pub const ARRAY: u8 = 5;
    pub const OTHER: u8 = 6;
    pub const END: u8 = 7;
}

/// What does not fit, and where. A pointer, as it passes through many hands.
#[derive(Debug)]
pub struct ValidationError(Box<Details>);

#[derive(Debug)]
struct Details {
    /// From the inside out.
    path: Vec<PathSegment>,
    expected: &'static str,
}

#[derive(Debug)]
enum PathSegment {
    Field(&'static str),
    Item(u32),
}

impl ValidationError {
    /// A value that is not what was expected, in words that complete "is not …".
    pub fn expected(expected: &'static str) -> Self {
        Self(Box::new(Details { path: Vec::new(), expected }))
    }

    /// Not inlined, it is there once: every field of a model might be one too few.
    #[inline(never)]
    fn undocumented() -> Self {
        Self::expected("what the API documents")
    }

    /// The same, inside the field of that name.
    #[must_use]
    pub fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.push(PathSegment::Field(name));
        self
    }

    /// The same, inside the item at that place, 0 for the first.
    #[must_use]
    pub fn in_item(mut self, index: u32) -> Self {
        self.0.path.push(PathSegment::Item(index));
        self
    }

    /// As in `jobs[3].files[0].id`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                PathSegment::Field(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                PathSegment::Item(index) => {
                    path.push('[');
                    path.push_str(&super::error::decimal(u64::from(*index)));
                    path.push(']');
                }
            }
        }
        path
    }

    /// What is wrong, in words that complete a sentence that begins with [`Self::path`].
    pub fn problem(&self) -> String {
        ["is not ", self.0.expected].concat()
    }
}

impl Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.0.expected)
    }
}

impl std::error::Error for ValidationError {}

impl Error for ValidationError {
    // None of these formats what it is given: what is wrong is said by the reader, which knows it better.
    fn custom<T: Display>(_: T) -> Self {
        Self::undocumented()
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::undocumented()
    }
    fn invalid_type(_: Unexpected, _: &dyn Expected) -> Self {
        Self::expected("of the documented type")
    }
}

/// What values are, in the order in which the models read them.
pub struct Kinds<'a> {
    bytes: &'a [u8],
    at: Cell<usize>,
    absent: Cell<u32>,
}

impl<'a> Kinds<'a> {
    /// Out of what `kinds` in src/shell/values.js gave.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: Cell::new(0), absent: Cell::new(0) }
    }

    /// What the next value is.
    fn next(&self) -> u8 {
        let at = self.at.get();
        self.at.set(at + 1);
        self.bytes.get(at).copied().unwrap_or(kind::OTHER)
    }

    /// How many fields that a type names the objects lacked since this was last called.
    pub fn absent(&self) -> u32 {
        self.absent.take()
    }
}

/// A value to be checked.
pub struct Reader<'a> {
    kinds: &'a Kinds<'a>,
    kind: u8,
}

impl<'a> Reader<'a> {
    /// The next value.
    pub fn new(kinds: &'a Kinds<'a>) -> Self {
        Self { kinds, kind: kinds.next() }
    }

    /// Refuses another kind.
    fn expect(&self, kind: u8, expected: &'static str) -> Result<(), ValidationError> {
        match self.kind {
            found if found == kind => Ok(()),
            kind::ABSENT => Err(ValidationError::expected("there")),
            _ => Err(ValidationError::expected(expected)),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = ValidationError;

    /// Only checks: a string in JavaScript cannot be borrowed.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(kind::TEXT, "a string")?;
        visitor.visit_borrowed_str("")
    }

    /// Only checks, as for strings.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(kind::NUMBER, "a number")?;
        visitor.visit_f64(0.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        match self.kind {
            kind::NULL | kind::ABSENT => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(kind::ARRAY, "an array")?;
        visitor.visit_seq(Items { kinds: self.kinds, next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValidationError> {
        self.expect(kind::OBJECT, "an object")?;
        // In their order, so that nothing looks for names.
        visitor.visit_seq(Fields { kinds: self.kinds, rest: fields.iter() })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        visitor.visit_unit()
    }

    /// The models say which type they expect; nothing is guessed from the value.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValidationError> {
        Err(ValidationError::expected("of a type that the model names"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char string bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map enum identifier
    }
}

struct Fields<'a> {
    kinds: &'a Kinds<'a>,
    rest: std::slice::Iter<'static, &'static str>,
}

impl<'a> Fields<'a> {
    /// Apart from the rest, which is compiled for every type of field.
    #[inline(never)]
    fn step(&mut self) -> Option<(&'static str, Reader<'a>)> {
        let name = self.rest.next()?;
        let reader = Reader::new(self.kinds);
        if reader.kind == kind::ABSENT {
            self.kinds.absent.set(self.kinds.absent.get() + 1);
        }
        Some((name, reader))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = ValidationError;

    /// Not inlined, it is there once for each type of field and not for each field.
    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValidationError> {
        let Some((name, reader)) = self.step() else { return Ok(None) };
        seed.deserialize(reader).map(Some).map_err(|error| error.in_field(name))
    }
}

struct Items<'a> {
    kinds: &'a Kinds<'a>,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = ValidationError;

    /// Not inlined, it is there once for each type of field and not for each field.
    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValidationError> {
        let reader = Reader::new(self.kinds);
        if reader.kind == kind::END {
            return Ok(None);
        }
        let index = self.next;
        self.next += 1;
        seed.deserialize(reader).map(Some).map_err(|error| error.in_item(index))
    }
}
