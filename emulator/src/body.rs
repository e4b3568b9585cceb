//! A body of any length that takes no memory.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};

const CHUNK: usize = 64 * 1024;

/// Some bytes, then one byte many times over.
pub struct Padded {
    first: Bytes,
    chunk: Bytes,
    left: u64,
    declared: bool,
}

impl Padded {
    /// Its length is told beforehand only if `declared`; else it is sent in chunks.
    pub fn new(first: impl Into<Bytes>, byte: u8, times: u64, declared: bool) -> Self {
        Self { first: first.into(), chunk: vec![byte; CHUNK].into(), left: times, declared }
    }
}

impl Body for Padded {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.first.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.first)))));
        }
        let length = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
        if length == 0 {
            return Poll::Ready(None);
        }
        self.left -= length as u64;
        Poll::Ready(Some(Ok(Frame::data(self.chunk.slice(..length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_empty() && self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        if self.declared {
            SizeHint::with_exact(self.left + self.first.len() as u64)
        } else {
            SizeHint::default()
        }
    }
}
