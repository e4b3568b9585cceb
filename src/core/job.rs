//! A job and its parts, as on the wire.
//!
//! The model checks every field that the API documents and keeps none: what JavaScript gets is the object that was
//! checked, so that fields this version does not know survive, and the logic takes the few it needs from there.
//! Source: Plangrep Open API, "Job".

use super::status::Status;
use super::time::parse_iso;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, Visitor};
use std::fmt;

#[cfg(test)]
pub(crate) mod random;
#[cfg(test)]
mod tests;

/// What a value in a job may be, as far as it is checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Any string.
    Text,
    /// A finite number.
    Number,
    /// Whatever JSON holds.
    Any,
    /// An object with these fields, and perhaps others.
    Object(&'static [Field]),
    /// A list of such objects.
    List(&'static [Field]),
}

/// A field of a job or of one of its parts: a row of the table that [`Model::FIELDS`] is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What it may be.
    pub shape: Shape,
    /// It may be null or left out.
    pub nullable: bool,
}

/// A struct whose fields are those of an object on the wire.
pub trait Model {
    /// Every field, in the order of the documentation.
    const FIELDS: &'static [Field];
}

/// What a field of a model may be declared as. `String` and the like are no such types, so that they do not compile:
/// the model keeps no text, and a `String` in it would always be empty.
pub trait FieldType {
    /// What is checked.
    const SHAPE: Shape;
    /// Null and absence are taken as well.
    const NULLABLE: bool = false;
}

impl FieldType for Text {
    const SHAPE: Shape = Shape::Text;
}

impl FieldType for Number {
    const SHAPE: Shape = Shape::Number;
}

impl FieldType for IgnoredAny {
    const SHAPE: Shape = Shape::Any;
}

impl<T: Model> FieldType for Vec<T> {
    const SHAPE: Shape = Shape::List(T::FIELDS);
}

impl<T: FieldType> FieldType for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const NULLABLE: bool = true;
}

/// Declares an object of the wire: each field with its type and its name there.
macro_rules! model {
    ($(
        $(#[$about:meta])*
        pub struct $model:ident {
            $( $(#[$field_about:meta])* $field:ident: $type:ty = $name:literal, )*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Debug, serde::Deserialize)]
        pub struct $model {
            $( $(#[$field_about])* #[doc = concat!("`", $name, "` on the wire.")] #[serde(rename = $name)] pub $field: $type, )*
        }

        impl Model for $model {
            const FIELDS: &'static [Field] = &[$( Field {
                name: $name,
                shape: <$type as FieldType>::SHAPE,
                nullable: <$type as FieldType>::NULLABLE,
            }, )*];
        }

        impl FieldType for $model {
            const SHAPE: Shape = Shape::Object(<$model as Model>::FIELDS);
        }
    )*};
}

model! {
    /// The shape of a job. What is absent here but nullable on the wire is `None`.
    pub struct Job {
        id: Text = "id",
        external_id: Option<Text> = "externalId",
        status: Text = "status",
        project_id: Text = "projectId",
        limits: Option<Limits> = "limits",
        page_count: Option<Number> = "pageCount",
        successful_page_count: Option<Number> = "successfulPageCount",
        billing: Option<Billing> = "billing",
        files: Option<Vec<File>> = "files",
        result_url: Option<Text> = "resultUrl",
        /// Its fields are not documented; a bare string is expected as well as an object.
        error: Option<IgnoredAny> = "error",
        created_at: Text = "createdAt",
        updated_at: Text = "updatedAt",
        completed_at: Option<Text> = "completedAt",
        expires_at: Option<Text> = "expiresAt",
    }

    /// What may be uploaded to a job.
    pub struct Limits {
        max_declared_bytes: Number = "maxDeclaredBytes",
        max_files: Number = "maxFiles",
    }

    /// What a job cost so far, in credits.
    pub struct Billing {
        credits_debited: Number = "creditsDebited",
    }

    /// A file of a job; the list of its statuses is not documented.
    pub struct File {
        id: Text = "id",
        file_name: Text = "fileName",
        status: Text = "status",
    }
}

/// Whether the field is null when the response leaves it out; a list is empty then.
const fn becomes_null(field: &Field) -> bool {
    field.nullable && !matches!(field.shape, Shape::List(_))
}

const NULLABLE_COUNT: usize = {
    let (mut count, mut at) = (0, 0);
    while at < Job::FIELDS.len() {
        #[allow(clippy::indexing_slicing)] // at compile time
        if becomes_null(&Job::FIELDS[at]) {
            count += 1;
        }
        at += 1;
    }
    count
};

/// The fields that are null when the response leaves them out.
pub const NULLABLE: [&str; NULLABLE_COUNT] = {
    let mut names = [""; NULLABLE_COUNT];
    let (mut count, mut at) = (0, 0);
    while at < Job::FIELDS.len() {
        #[allow(clippy::indexing_slicing)] // at compile time
        if becomes_null(&Job::FIELDS[at]) {
            names[count] = Job::FIELDS[at].name;
            count += 1;
        }
        at += 1;
    }
    names
};

/// Writes the fields, as JSON: each name, then the fields of what it holds, or 0 where the model looks no further. Gives
/// where the text ends; without room it is only measured.
#[allow(clippy::indexing_slicing)] // at compile time
const fn write_schema(fields: &[Field], text: &mut [u8], mut at: usize) -> usize {
    const fn put(text: &mut [u8], at: usize, part: &str) -> usize {
        let mut place = 0;
        while place < part.len() {
            if at + place < text.len() {
                text[at + place] = part.as_bytes()[place];
            }
            place += 1;
        }
        at + part.len()
    }
    let mut place = 0;
    while place < fields.len() {
        at = put(text, at, if place == 0 { "[\"" } else { ",\"" });
        at = put(text, at, fields[place].name);
        at = put(text, at, "\",");
        at = match fields[place].shape {
            Shape::Object(inner) | Shape::List(inner) => write_schema(inner, text, at),
            _ => put(text, at, "0"),
        };
        place += 1;
    }
    put(text, at, "]")
}

/// The fields of a job as JSON, by which values.js knows what of a job to look at: see `write_schema`.
pub const SCHEMA: &str = {
    const LENGTH: usize = write_schema(Job::FIELDS, &mut [], 0);
    const TEXT: [u8; LENGTH] = {
        let mut text = [0; LENGTH];
        write_schema(Job::FIELDS, &mut text, 0);
        text
    };
    match str::from_utf8(&TEXT) {
        Ok(text) => text,
        Err(_) => "",
    }
};

/// A string that is checked to be one, and not kept.
#[derive(Debug)]
pub struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl Visitor<'_> for AnyText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Text, E> {
                Ok(Text)
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

/// A finite number, likewise.
#[derive(Debug)]
pub struct Number;

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl Visitor<'_> for AnyNumber {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Number, E> {
                Ok(Number)
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Number, E> {
                Ok(Number)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Number, E> {
                Ok(Number)
            }
        }
        deserializer.deserialize_f64(AnyNumber)
    }
}

/// What waiting needs to know of a job: small, so that ten thousand of them cost nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobSnapshot {
    /// `None`: a status that the documentation does not list.
    pub status: Option<Status>,
    /// `updatedAt` in Unix ms; `None` if it cannot be read as an instant.
    pub updated: Option<f64>,
    /// `pageCount`; `None`: absent or null.
    pub pages: Option<f64>,
    /// `successfulPageCount`; `None`: absent or null.
    pub done: Option<f64>,
}

impl JobSnapshot {
    /// Out of the fields of a job.
    pub fn new(status: &str, updated_at: &str, pages: Option<f64>, done: Option<f64>) -> Self {
        Self { status: Status::parse(status), updated: parse_iso(updated_at), pages, done }
    }

    /// Whether the job will not change any more.
    pub fn terminal(&self) -> bool {
        self.status.is_some_and(|status| status.info().terminal)
    }

    /// Whether this is at least as new as what is known: responses may overtake each other. A terminal job does not change
    /// any more, so it comes after one that is not, whatever their times say: the clocks of the servers behind an API may
    /// differ, and some times have no milliseconds.
    pub fn supersedes(&self, known: &Self) -> bool {
        if self.terminal() != known.terminal() {
            return self.terminal();
        }
        !matches!((self.updated, known.updated), (Some(new), Some(old)) if new < old)
    }
}
