//! Bodies: streams, and what stands in for them.

use crate::support::{at_once, count, js, run};
use plangrep_client::shell::body::read;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// Reads it all: the text, and whether that was all; `None`: it cannot be read.
async fn text_of(response: &JsValue, limit: f64, partly: bool) -> Option<(String, bool)> {
    let mut text = String::new();
    let whole = read(response, limit, partly, |part| text.push_str(&String::from(part))).await.ok()?;
    Some((text, whole))
}

/// Of what `expression` makes, both as it comes and, if that is all of it, held back.
async fn assert_reads(expression: &str, limit: f64, text: &str, whole: bool) {
    for partly in [true, !whole] {
        let read = text_of(&js(expression), limit, partly).await;
        assert_eq!(read, Some((text.to_owned(), whole)), "{expression} {partly}");
    }
}

#[wasm_bindgen_test]
async fn a_stream_is_read_to_its_end_or_its_limit() {
    let response = "new Response('äbc')";
    assert_reads(response, 100.0, "äbc", true).await;
    assert_reads(response, 4.0, "äbc", true).await;
    assert_reads(response, 3.0, "äb", false).await;
    assert_reads("new Response(null, { status: 204 })", 3.0, "", true).await;
}

#[wasm_bindgen_test]
async fn characters_may_be_cut_anywhere_and_a_byte_order_mark_is_none_of_them() {
    let response = "new Response(new ReadableStream({
        start(controller) {
            for (const byte of [0xef, 0xbb, 0xbf, ...new TextEncoder().encode('ä€😀')]) controller.enqueue(new Uint8Array([byte]));
            controller.close();
        },
    }))";
    assert_reads(response, 100.0, "ä€😀", true).await;
}

#[wasm_bindgen_test]
async fn without_a_stream_text_is_asked_and_without_that_json() {
    for (expression, text) in [
        ("{ text: async () => 'abc', json: async () => 1 }", "abc"),
        ("{ json: async () => ({ a: [1] }) }", "{\"a\":[1]}"),
        ("{ body: null, text: async () => 'abc' }", ""),
        ("{}", ""),
    ] {
        assert_reads(expression, 100.0, text, true).await;
    }
    assert_reads("{ text: async () => 'abc' }", 2.0, "ab", false).await;
    for expression in
        ["{ text: async () => 5 }", "{ json: async () => undefined }", "{ get body() { throw 1 } }"]
    {
        assert!(text_of(&js(expression), 100.0, false).await.is_none(), "{expression}");
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_is_given_up_is_cancelled_and_one_that_ended_is_not() {
    let stream = || {
        js("(() => {
        const seen = { cancelled: 0 };
        const parts = [{ done: false, value: new Uint8Array([97, 98]) }, { done: true }];
        seen.body = { getReader: () => ({ read: async () => parts.shift(), cancel: async () => { seen.cancelled++; } }) };
        return seen;
    })()")
    };
    let cancelled = |stream: &JsValue| count(stream, "cancelled");
    let (ended, cut, dropped) = (stream(), stream(), stream());
    text_of(&ended, 100.0, false).await.unwrap();
    text_of(&cut, 1.0, false).await.unwrap();
    assert!(at_once(text_of(&dropped, 100.0, false)).await.is_none());
    assert_eq!((cancelled(&ended), cancelled(&cut), cancelled(&dropped)), (0, 1, 1));
}

#[wasm_bindgen_test]
async fn a_stream_that_breaks_gives_its_error_after_what_had_come() {
    let response = js("new Response(new ReadableStream({
        start(controller) { controller.enqueue(new Uint8Array([97])); },
        pull(controller) { controller.error('broken'); },
    }))");
    let mut text = String::new();
    let outcome = read(&response, 100.0, true, |part| text.push_str(&String::from(part))).await;
    assert_eq!(outcome.unwrap_err().as_string().as_deref(), Some("broken"));
    assert!(text.is_empty() || text == "a");
    assert!(run("return a.bodyUsed", &[&response]).is_truthy());
}
