//! An attempt: bodies as streams, and what stands in for them; and how it ends early.

use crate::support::{count, js, member, run, settle};
use plangrep_client::shell::exchange::{Task, ending, sleep, start};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// An attempt without a key whose `fetch` gives a response.
fn attempt(response: &JsValue) -> Task {
    let fetch = run("return async (url, init) => { a.init = init; return a; }", &[response]).into();
    let init = js("{ headers: {} }");
    start(
        &JsValue::UNDEFINED,
        Some(&fetch),
        &init,
        None,
        &"GET".into(),
        &"http://h/".into(),
        1,
        f64::INFINITY,
    )
}

async fn ended(task: &Task) -> u32 {
    JsFuture::from(task.promise()).await.unwrap();
    task.ending().unwrap()
}

fn text(task: &Task) -> String {
    member(task, "text").as_string().unwrap()
}

/// What is read of a success and of an error with the same body.
async fn assert_reads(body: &str, expected: &str) {
    for status in ["200", "404"] {
        let response = js(&["new Response(", body, ", { status: ", status, " })"].concat());
        let task = attempt(&response);
        let refused = status == "404";
        assert_eq!(ended(&task).await, if refused { ending::REFUSED } else { ending::ACCEPTED }, "{body}");
        assert_eq!(text(&task), expected, "{body}");
        assert!(member(&task, "whole").is_truthy());
        assert!(member(&member(&member(&response, "init"), "signal"), "aborted").is_falsy());
    }
}

#[wasm_bindgen_test]
async fn a_stream_is_read_to_its_end() {
    assert_reads("'\"äbc\"'", "\"äbc\"").await;
}

#[wasm_bindgen_test]
async fn characters_may_be_cut_anywhere_and_a_byte_order_mark_is_none_of_them() {
    let body = "new ReadableStream({
        start(controller) {
            for (const byte of [0xef, 0xbb, 0xbf, ...new TextEncoder().encode('\"ä€😀\"')]) controller.enqueue(new Uint8Array([byte]));
            controller.close();
        },
    })";
    assert_reads(body, "\"ä€😀\"").await;
}

#[wasm_bindgen_test]
async fn the_body_of_an_error_is_cut_at_its_limit_and_the_request_aborted() {
    for body in [
        "new Response('é'.repeat(40_000), { status: 500 })",
        "{ status: 500, headers: new Headers, text: async () => 'é'.repeat(70_000) }",
    ] {
        let response = js(body);
        let task = attempt(&response);
        assert_eq!(ended(&task).await, ending::REFUSED);
        assert!([32_768, 65_536].contains(&text(&task).chars().count()), "{}", text(&task).len());
        assert!(member(&task, "whole").is_falsy());
        assert!(member(&member(&member(&response, "init"), "signal"), "aborted").is_truthy());
    }
}

#[wasm_bindgen_test]
async fn without_a_stream_text_is_asked_and_without_that_json() {
    for (members, ending, expected) in [
        ("text: async () => '7', json: async () => 1", ending::ACCEPTED, "7"),
        ("json: async () => ({ a: [1] })", ending::ACCEPTED, "{\"a\":[1]}"),
        ("body: null, text: async () => '7'", ending::NOT_JSON, ""),
        ("", ending::NO_RESPONSE, ""),
        ("text: async () => 5", ending::BROKEN, ""),
        ("json: async () => undefined", ending::BROKEN, ""),
        ("get body() { throw 1 }", ending::BROKEN, ""),
        ("body: { getReader() { throw 1 } }", ending::BROKEN, ""),
        (
            "body: { getReader: () => ({ read: async () => ({ done: false, value: 'text' }), async cancel() {} }) }",
            ending::BROKEN,
            "",
        ),
    ] {
        let task = attempt(&js(&["{ status: 200, headers: new Headers, ", members, " }"].concat()));
        assert_eq!((ended(&task).await, text(&task).as_str()), (ending, expected), "{members}");
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_is_given_up_is_cancelled_and_one_that_ended_is_not() {
    let stream = |parts: &str| {
        js(&[
            "(() => {
        const seen = { status: 200, headers: new Headers, cancelled: 0, reads: 0 };
        const parts = [",
            parts,
            "];
        seen.body = { getReader: () => ({
            read: () => { seen.reads++; return parts.shift() ?? new Promise(() => {}) },
            cancel: async () => { seen.cancelled++; throw 'ignored' },
        }) };
        return seen;
    })()",
        ]
        .concat())
    };
    let whole = stream("{ done: false, value: new Uint8Array([55]) }, { done: true }");
    assert_eq!(ended(&attempt(&whole)).await, ending::ACCEPTED);
    let dropped = stream("{ done: false, value: new Uint8Array([55]) }");
    let task = attempt(&dropped);
    settle().await;
    assert_eq!(count(&dropped, "reads"), 2);
    task.end(ending::STOPPED);
    task.end(ending::TIMED_OUT);
    assert_eq!(ended(&task).await, ending::STOPPED);
    assert_eq!((count(&whole, "cancelled"), count(&dropped, "cancelled")), (0, 1));
}

#[wasm_bindgen_test]
async fn a_stream_that_breaks_gives_its_error_or_what_had_come_of_an_answer_that_is_no_success() {
    for (status, ending, come) in [("200", ending::BROKEN, &[""][..]), ("500", ending::REFUSED, &["", "a"])] {
        let response = js(&[
            "new Response(new ReadableStream({
            start(controller) { controller.enqueue(new Uint8Array([97])); },
            pull(controller) { controller.error('broken'); },
        }), { status: ",
            status,
            " })",
        ]
        .concat());
        let task = attempt(&response);
        assert_eq!(ended(&task).await, ending);
        assert_eq!(member(&task, "thrown").as_string().as_deref(), Some("broken"));
        assert!(come.contains(&text(&task).as_str()), "{}", text(&task));
    }
}

#[wasm_bindgen_test]
async fn what_is_stopped_before_it_was_sent_sends_nothing() {
    let seen = js("{ status: 200 }");
    let task = attempt(&seen);
    task.end(ending::STOPPED);
    settle().await;
    assert!(member(&seen, "init").is_undefined());
    assert_eq!(ended(&task).await, ending::STOPPED);
}

#[wasm_bindgen_test]
async fn a_sleep_ends_when_it_is_told_to() {
    let task = sleep();
    settle().await;
    assert!(member(&task, "ending").is_undefined());
    task.end(ending::TIMED_OUT);
    assert_eq!(ended(&task).await, ending::TIMED_OUT);
}
