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

/// Reads a body and hands on its text as it comes, at most `limit` bytes of it; false: there was more.
pub async fn read(response: &JsValue, limit: f64, mut take: impl FnMut(&JsString)) -> Result<bool, JsValue> {
    let body = get(response, "body")?;
    if js::peek(&body, "getReader").is_function() {
        return read_stream(&body, limit, take).await;
    }
    // No stream: an empty body, or a fetch (React Native's, a mock) that has none.
    if body.is_null() {
        return Ok(true);
    }
    let text = whole(response).await?;
    let fits = f64::from(text.length()) <= limit;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a length that fits an u32
    take(&if fits { text } else { text.slice(0, limit as u32) });
    Ok(fits)
}

/// What `text()` gives, or `json()` where there is nothing else.
async fn whole(response: &JsValue) -> Result<JsString, JsValue> {
    let text = if js::peek(response, "text").is_function() {
        settled(&js::call(response, "text", &[])?).await?
    } else if js::peek(response, "json").is_function() {
        JSON::stringify(&settled(&js::call(response, "json", &[])?).await?)?.into()
    } else {
        js::text("").clone()
    };
    text.dyn_into().map_err(|_| js_sys::TypeError::new("the response's body is no text").into())
}

async fn read_stream(body: &JsValue, limit: f64, mut take: impl FnMut(&JsString)) -> Result<bool, JsValue> {
    let reader = Reader { reader: js::call(body, "getReader", &[])?, done: Cell::new(false) };
    let decoder = TextDecoder::new()?;
    let more: JsValue = js::record().with("stream", true.into()).into();
    let mut room = limit;
    loop {
        let part = settled(&js::call(&reader.reader, "read", &[])?).await?;
        if get(&part, "done")?.is_truthy() {
            reader.done.set(true);
            take(js::call(&decoder, "decode", &[])?.unchecked_ref());
            return Ok(true);
        }
        let chunk = get(&part, "value")?;
        if !is_view(&chunk)? {
            return Err(js_sys::TypeError::new("the response's body gives something else than bytes").into());
        }
        let length = get(&chunk, "byteLength")?.as_f64().unwrap_or(0.0);
        let bytes =
            if length > room { js::call(&chunk, "subarray", &[&0.into(), &room.into()])? } else { chunk };
        take(js::call(&decoder, "decode", &[&bytes, &more])?.unchecked_ref());
        if length > room {
            return Ok(false);
        }
        room -= length;
    }
}

/// A stream's reader; dropping it before the end cancels the stream.
struct Reader {
    reader: JsValue,
    done: Cell<bool>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        if !self.done.get() {
            js::ignore(js::call(&self.reader, "cancel", &[]));
        }
    }
}
