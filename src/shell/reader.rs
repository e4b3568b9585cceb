//! serde over JavaScript values, in place: checks the fields that a type names, copies nothing, and says of what
//! does not fit where it is.
//!
//! `serde_wasm_bindgen::from_value` would read the same types, but its errors name no path, and its messages
//! bring the formatting of floats, a third of its weight.

use super::js;
use crate::core::job::{Job, Model as _, widest};
use serde::de::{DeserializeSeed, Deserializer, Error, Expected, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::Cell;
use std::fmt::{self, Display};
use wasm_bindgen::prelude::*;

// Of objects that `JSON.parse` made: reading them runs nobody's code.
#[wasm_bindgen(module = "/src/shell/values.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = values)]
    fn kinds(object: &JsValue, name: &JsValue, names: &JsValue) -> f64;
    #[wasm_bindgen(js_namespace = values, js_name = itemKinds)]
    fn item_kinds(object: &JsValue, name: &JsValue, index: u32, names: &JsValue) -> f64;
    #[wasm_bindgen(js_namespace = values)]
    fn length(object: &JsValue, name: &JsValue) -> u32;
    #[wasm_bindgen(js_namespace = values)]
    fn item(array: &JsValue, index: u32) -> JsValue;
}

/// The type of a value, as far as JSON distinguishes types.
#[derive(Clone, Copy, PartialEq)]
enum JsonType {
    Absent,
    Null,
    Text,
    /// A finite one.
    Number,
    Object,
    Array,
    Other,
}

/// A field's json_type is three bits of a number that is exact up to 2^53.
const MOST_FIELDS: usize = 17;
const _: () = assert!(
    widest(Job::FIELDS) <= MOST_FIELDS,
    "a job, or a part of it, has more fields than their kinds fit into one number: see `kinds` in values.js"
);

impl JsonType {
    fn from_bits(bits: u64) -> Self {
        match bits & 7 {
            0 => Self::Absent,
            1 => Self::Null,
            2 => Self::Text,
            3 => Self::Number,
            4 => Self::Object,
            5 => Self::Array,
            _ => Self::Other,
        }
    }
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
                    path.push_str(&crate::core::error::decimal(u64::from(*index)));
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
        Self::expected("what the API documents")
    }
    fn invalid_type(_: Unexpected, _: &dyn Expected) -> Self {
        Self::expected("of the documented type")
    }
}

/// A value to be checked. `absent` counts the fields that a type names and the object lacks.
pub struct Reader<'a> {
    place: Place<'a>,
    json_type: JsonType,
    absent: &'a Cell<u32>,
}

/// Where a value is: nothing is fetched whose json_type says enough.
#[derive(Clone, Copy)]
enum Place<'a> {
    Here(&'a JsValue),
    Field(&'a Place<'a>, &'static str),
    Item(&'a Place<'a>, u32),
}

impl Place<'_> {
    /// In one call into JavaScript at the depths that the models have.
    fn kinds(&self, names: &JsValue) -> f64 {
        match self {
            Place::Field(Place::Here(object), name) => kinds(object, js::intern(name), names),
            Place::Item(Place::Field(Place::Here(object), name), index) => {
                item_kinds(object, js::intern(name), *index, names)
            }
            other => kinds(&other.value(), &JsValue::UNDEFINED, names),
        }
    }

    /// The length of an array.
    fn length(&self) -> u32 {
        match self {
            Place::Field(Place::Here(object), name) => length(object, js::intern(name)),
            other => length(&other.value(), &JsValue::UNDEFINED),
        }
    }

    fn value(&self) -> JsValue {
        match self {
            Place::Here(value) => (*value).clone(),
            Place::Field(object, name) => js::peek(&object.value(), name),
            Place::Item(array, index) => item(&array.value(), *index),
        }
    }
}

impl<'a> Reader<'a> {
    /// Of a whole value.
    pub fn new(value: &'a JsValue, absent: &'a Cell<u32>) -> Self {
        Self { place: Place::Here(value), json_type: JsonType::Other, absent }
    }

    /// Refuses another json_type. That of what is no field is checked where it is used.
    fn expect(&self, json_type: JsonType, expected: &'static str) -> Result<(), ValidationError> {
        match self.json_type {
            found if found == json_type => Ok(()),
            JsonType::Absent => Err(ValidationError::expected("there")),
            _ => Err(ValidationError::expected(expected)),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = ValidationError;

    /// Only checks: a string in JavaScript cannot be borrowed.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(JsonType::Text, "a string")?;
        visitor.visit_borrowed_str("")
    }

    /// Only checks, as for strings.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(JsonType::Number, "a number")?;
        visitor.visit_f64(0.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        match self.json_type {
            JsonType::Null | JsonType::Absent => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValidationError> {
        self.expect(JsonType::Array, "an array")?;
        visitor.visit_seq(Items {
            array: &self.place,
            next: 0,
            length: self.place.length(),
            absent: self.absent,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValidationError> {
        let kinds = self.place.kinds(js::intern_all(fields));
        if kinds < 0.0 || fields.len() > MOST_FIELDS {
            return Err(ValidationError::expected("an object"));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and below 2^51
        let kinds = kinds as u64;
        // In their order, so that nothing looks for names.
        visitor.visit_seq(Fields { object: &self.place, rest: fields.iter(), kinds, absent: self.absent })
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
    object: &'a Place<'a>,
    rest: std::slice::Iter<'static, &'static str>,
    /// Of those that are left.
    kinds: u64,
    absent: &'a Cell<u32>,
}

impl<'a> Fields<'a> {
    /// Apart from the rest, which is compiled for every type of field.
    #[inline(never)]
    fn step(&mut self) -> Option<(&'static str, Reader<'a>)> {
        let name = self.rest.next()?;
        let json_type = JsonType::from_bits(self.kinds);
        self.kinds >>= 3;
        if json_type == JsonType::Absent {
            self.absent.set(self.absent.get() + 1);
        }
        Some((name, Reader { place: Place::Field(self.object, name), json_type, absent: self.absent }))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = ValidationError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValidationError> {
        let Some((name, reader)) = self.step() else { return Ok(None) };
        seed.deserialize(reader).map(Some).map_err(|error| error.in_field(name))
    }
}

struct Items<'a> {
    array: &'a Place<'a>,
    next: u32,
    length: u32,
    absent: &'a Cell<u32>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = ValidationError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValidationError> {
        let index = self.next;
        if index >= self.length {
            return Ok(None);
        }
        self.next += 1;
        let reader =
            Reader { place: Place::Item(self.array, index), json_type: JsonType::Other, absent: self.absent };
        seed.deserialize(reader).map(Some).map_err(|error| error.in_item(index))
    }
}
