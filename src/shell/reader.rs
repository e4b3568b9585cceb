//! serde over JavaScript values, in place: reads the fields that a type names, copies only the strings that it
//! keeps, and says of what does not fit where it is.
//!
//! `serde_wasm_bindgen::from_value` would read the same types, but its errors name no path, and its messages
//! bring the formatting of floats, a third of its weight.

use super::js;
use js_sys::Array;
use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
    value::BorrowedStrDeserializer,
};
use serde::forward_to_deserialize_any;
use std::cell::Cell;
use std::fmt::{self, Display};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object that `JSON.parse` made: reading it runs nobody's code.
    type Parsed;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn field(this: &Parsed, name: &JsValue) -> JsValue;
}

/// What does not fit, and where.
#[derive(Debug, Default)]
pub struct Misfit {
    /// From the inside out.
    path: Vec<Step>,
    expected: &'static str,
}

#[derive(Debug)]
enum Step {
    Field(&'static str),
    Item(u32),
}

impl Misfit {
    pub fn expected(expected: &'static str) -> Self {
        Self { path: Vec::new(), expected }
    }

    #[must_use]
    pub fn in_field(mut self, name: &'static str) -> Self {
        self.path.push(Step::Field(name));
        self
    }

    #[must_use]
    pub fn in_item(mut self, index: u32) -> Self {
        self.path.push(Step::Item(index));
        self
    }

    /// As in `jobs[3].files[0].id`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Field(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Item(index) => {
                    path.push('[');
                    path.push_str(&crate::core::error::decimal(*index));
                    path.push(']');
                }
            }
        }
        path
    }

    pub fn problem(&self) -> String {
        ["is not ", self.expected].concat()
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.expected)
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    // None of these formats what it is given: what is wrong is said by the reader, which knows it better.
    fn custom<T: Display>(_: T) -> Self {
        Self::expected("what the API documents")
    }
    fn invalid_type(_: Unexpected, _: &dyn Expected) -> Self {
        Self::expected("of the documented type")
    }
    fn missing_field(field: &'static str) -> Self {
        Self::expected("there").in_field(field)
    }
}

/// A value to be read. `absent` counts the fields that a type names and the object lacks.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub value: &'a JsValue,
    pub absent: &'a Cell<u32>,
}

impl<'a> Reader<'a> {
    pub fn new(value: &'a JsValue, absent: &'a Cell<u32>) -> Self {
        Self { value, absent }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Misfit;

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_string(self.value.as_string().ok_or_else(|| Misfit::expected("a string"))?)
    }

    /// Only checks: a string in JavaScript cannot be borrowed, and who asks for `str` does not keep it.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.value.is_string() { visitor.visit_str("") } else { Err(Misfit::expected("a string")) }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let number = self.value.as_f64().filter(|number| number.is_finite());
        visitor.visit_f64(number.ok_or_else(|| Misfit::expected("a number"))?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.value.is_null() || self.value.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let list = self.value.dyn_ref::<Array>().ok_or_else(|| Misfit::expected("an array"))?;
        visitor.visit_seq(Items { list, next: 0, absent: self.absent })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if !self.value.is_object() || Array::is_array(self.value) {
            return Err(Misfit::expected("an object"));
        }
        visitor.visit_map(Fields {
            object: self.value.unchecked_ref(),
            rest: fields.iter(),
            here: None,
            absent: self.absent,
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    /// The models ask for what they expect; nothing is guessed from the value.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit::expected("of a type that the model names"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct
        map enum identifier
    }
}

struct Fields<'a> {
    object: &'a Parsed,
    rest: std::slice::Iter<'static, &'static str>,
    here: Option<(&'static str, JsValue)>,
    absent: &'a Cell<u32>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        for name in self.rest.by_ref() {
            let value = self.object.field(js::text(name));
            if value.is_undefined() {
                self.absent.set(self.absent.get() + 1);
            } else {
                self.here = Some((name, value));
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (name, value) = self.here.take().ok_or_else(|| Misfit::expected("a field"))?;
        seed.deserialize(Reader::new(&value, self.absent)).map_err(|misfit| misfit.in_field(name))
    }
}

struct Items<'a> {
    list: &'a Array,
    next: u32,
    absent: &'a Cell<u32>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let index = self.next;
        if index >= self.list.length() {
            return Ok(None);
        }
        self.next += 1;
        let item = self.list.get(index);
        seed.deserialize(Reader::new(&item, self.absent)).map(Some).map_err(|misfit| misfit.in_item(index))
    }
}
