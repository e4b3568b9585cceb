//! The body of an answer: as a stream where there is one, else as whatever the fetch at hand offers.

use super::js::{self, get, settled};
use js_sys::{JSON, JsString};
use std::cell::Cell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ArrayBuffer, js_name = isView, catch)]
    fn is_view(value: &JsValue) -> Result<bool, JsValue>;

    /// As in web-sys, but what it gives stays in JavaScript: a copy to wasm and back takes as long as parsing it.
    type TextDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<TextDecoder, JsValue>;
}

/// Reads a body and hands on its text, at most `limit` bytes of it; false: there was more. With `partly` the text is
/// handed on as it comes, and what came counts even if no more does; otherwise the last piece waits for the end:
/// decoded whole, one that is all of the body, as most are, takes a third of the time.
pub async fn read(
    response: &JsValue,
    limit: f64,
    partly: bool,
    mut take: impl FnMut(&JsString),
) -> Result<bool, JsValue> {
    let body = get(response, "body")?;
    // No stream: an empty body, or a fetch (React Native's, a mock) that has none.
    let (from, method) = if js::peek(&body, "getReader").is_function() {
        (js::call(&body, "getReader", &[])?, "read")
    } else if body.is_null() {
        return Ok(true);
    } else if js::peek(response, "text").is_function() {
        (response.clone(), "text")
    } else if js::peek(response, "json").is_function() {
        (response.clone(), "json")
    } else {
        return Ok(true);
    };
    let is_stream = method == "read";
    let source = Source { from, done: Cell::new(!is_stream) };
    let decoder = if is_stream { TextDecoder::new()?.into() } else { JsValue::UNDEFINED };
    let mut held = JsValue::UNDEFINED;
    let mut room = limit;
    loop {
        let part = settled(&js::call(&source.from, method, &[])?).await?;
        if !is_stream {
            return take_whole(part, method, limit, take);
        }
        if get(&part, "done")?.is_truthy() {
            source.done.set(true);
            take(js::call(&decoder, "decode", &[&held])?.unchecked_ref());
            return Ok(true);
        }
        let chunk = get(&part, "value")?;
        if !is_view(&chunk)? {
            return Err(js_sys::TypeError::new("the response's body gives something else than bytes").into());
        }
        let length = get(&chunk, "byteLength")?.as_f64().unwrap_or(0.0);
        let fits = length <= room;
        let bytes = if fits { chunk } else { js::call(&chunk, "subarray", &[&0.into(), &room.into()])? };
        let due = if partly { bytes } else { std::mem::replace(&mut held, bytes) };
        if !due.is_undefined() {
            let more = js::record().with("stream", true.into()).into();
            take(js::call(&decoder, "decode", &[&due, &more])?.unchecked_ref());
        }
        if !fits {
            return Ok(false);
        }
        room -= length;
    }
}

/// What `text()` or `json()` gave, as [`read`].
fn take_whole(
    part: JsValue,
    method: &str,
    limit: f64,
    mut take: impl FnMut(&JsString),
) -> Result<bool, JsValue> {
    let text = if method == "json" { JSON::stringify(&part)?.into() } else { part };
    let text: JsString =
        text.dyn_into().map_err(|_| js_sys::TypeError::new("the response's body is no text"))?;
    let fits = f64::from(text.length()) <= limit;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a length that fits an u32
    take(&if fits { text } else { text.slice(0, limit as u32) });
    Ok(fits)
}

/// Where the text comes from. Dropping a stream's reader before the end cancels the stream.
struct Source {
    from: JsValue,
    done: Cell<bool>,
}

impl Drop for Source {
    fn drop(&mut self) {
        if !self.done.get() {
            js::ignore(js::call(&self.from, "cancel", &[]));
        }
    }
}
