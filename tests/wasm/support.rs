//! JavaScript values to test with.

use js_sys::{Function, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// What a JavaScript expression gives.
pub fn js(expression: &str) -> JsValue {
    run(&["return (", expression, ")"].concat(), &[])
}

/// What a function of this body returns, called with `arguments` as `a`, `b`, `c`.
pub fn run(body: &str, arguments: &[&JsValue]) -> JsValue {
    let function = Function::new_with_args("a, b, c", body);
    function.apply(&JsValue::UNDEFINED, &arguments.iter().copied().collect()).unwrap()
}

pub fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// A member that is a whole number.
pub fn count(value: &JsValue, name: &str) -> u32 {
    let number = member(value, name).as_f64().unwrap();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
    let count = number as u32;
    count
}

/// Lets everything that is due in microtasks happen.
pub async fn settle() {
    for _ in 0..20 {
        wasm_bindgen_futures::JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
    }
}

/// Says when it is dropped.
pub struct Dropped(pub Rc<Cell<bool>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(true);
    }
}
