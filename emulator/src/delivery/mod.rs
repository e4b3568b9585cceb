//! How the bytes of a response reach the client: whole, slowly, or not.

mod courier;
mod line;
mod socket;

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

pub use line::{Line, Tracked};
pub use socket::Socket;

/// What happens on the way. A place past the end of the response is never reached: then nothing happens.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Plan {
    /// Left out, the response is delivered whole.
    pub then: Option<Then>,
    /// After that many bytes; below 0, counted from the end, where the length is known.
    pub after: i64,
    pub of: Part,
    /// Real milliseconds that a stall lasts. Default: until the client leaves.
    pub for_ms: Option<u64>,
    pub drip: Option<Drip>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Then {
    /// The connection is closed.
    Cut,
    /// The connection is reset (TCP RST).
    Reset,
    /// Nothing more is sent.
    Stall,
}

/// Where bytes are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// The status line: 0 is before anything is sent, 20 is within the headers.
    #[default]
    Response,
    /// The first byte of the body.
    Body,
}

/// Small portions with a rest after each.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Drip {
    pub bytes: NonZeroU64,
    /// Real milliseconds.
    pub every_ms: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { then: None, after: 0, of: Part::Response, for_ms: None, drip: None }
    }
}
