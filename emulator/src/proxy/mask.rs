//! Takes the key out of what an upstream sends, wherever the network splits it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use hyper::body::{Body, Frame};

const MASKED: &[u8] = b"***";

/// A body without the key in it.
pub struct Masked<B> {
    body: B,
    filter: Option<Filter>,
}

/// Holds back only what might be the beginning of the key.
struct Filter {
    key: Bytes,
    held: Vec<u8>,
}

impl<B> Masked<B> {
    pub fn new(body: B, key: &str) -> Self {
        let key = Bytes::copy_from_slice(key.as_bytes());
        Self { body, filter: Some(Filter { key, held: Vec::new() }) }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Masked<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = &mut *self;
        loop {
            let Some(filter) = &mut this.filter else { return Poll::Ready(None) };
            let passed = match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => frame.into_data().map(|data| filter.pass(&data)).unwrap_or_default(),
                None => this.filter.take().map(|filter| filter.held).unwrap_or_default(),
            };
            if !passed.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(passed.into()))));
            }
        }
    }
}

impl Filter {
    fn pass(&mut self, data: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(data);
        let mut passed = Vec::new();
        while let Some(place) = find(&self.held, &self.key) {
            passed.extend(self.held.drain(..place));
            passed.extend_from_slice(MASKED);
            self.held.drain(..self.key.len());
        }
        let beginning = (0..self.key.len())
            .rev()
            .find(|length| self.held.ends_with(self.key.get(..*length).unwrap_or_default()));
        let free = self.held.len() - beginning.unwrap_or(0);
        passed.extend(self.held.drain(..free));
        passed
    }
}

pub fn contains(bytes: &[u8], key: &str) -> bool {
    find(bytes, key.as_bytes()).is_some()
}

fn find(bytes: &[u8], key: &[u8]) -> Option<usize> {
    bytes.windows(key.len().max(1)).position(|window| window == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_masked_however_the_body_is_split() {
        let body = b"pgk_pgk_live_a {\"key\":\"pgk_live_a\"} pgk_live_";
        for portion in 1..body.len() {
            let mut filter = Filter { key: Bytes::from_static(b"pgk_live_a"), held: Vec::new() };
            let mut passed: Vec<u8> = body.chunks(portion).flat_map(|chunk| filter.pass(chunk)).collect();
            passed.extend(filter.held);
            assert_eq!(String::from_utf8(passed).unwrap(), "pgk_*** {\"key\":\"***\"} pgk_live_");
        }
    }

    #[test]
    fn what_cannot_be_the_key_is_not_held_back() {
        let mut filter = Filter { key: Bytes::from_static(b"pgk_live_a"), held: Vec::new() };
        assert_eq!(filter.pass(b"{\"job\":{}}"), b"{\"job\":{}}");
    }
}
