//! The logic beside the engine whose formats it reads.

use js_sys::Date;
use plangrep_client::core::status::{STATUSES, is_terminal};
use plangrep_client::core::time::{parse_http_date, parse_iso};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn timestamps_are_read_as_javascript_reads_them() {
    for text in [
        "2024-11-08T09:00:00.000Z",
        "2024-02-29T23:59:59Z",
        "1999-12-31T23:00:00.5Z",
        "2024-11-08T09:00:00+01:30",
    ] {
        assert_eq!(parse_iso(text), Some(Date::parse(text)), "{text}");
    }
}

#[wasm_bindgen_test]
fn dates_of_http_are_read_as_javascript_reads_them() {
    let text = "Sun, 06 Nov 1994 08:49:37 GMT";
    assert_eq!(parse_http_date(text, Date::now()), Some(Date::parse(text)));
}

#[wasm_bindgen_test]
fn the_statuses_mean_the_same_as_natively() {
    for info in &STATUSES {
        assert_eq!(is_terminal(info.status), info.terminal, "{}", info.status);
    }
    assert!(!is_terminal("a status of tomorrow"));
}
