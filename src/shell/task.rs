//! Tasks, promises, and whose async context their work goes on in.
//!
//! A reaction of a promise runs in the async context (AsyncLocalStorage, a zone) that it was registered in. The queue of
//! wasm-bindgen-futures drains all tasks in one microtask, in the context of whoever came first: one caller's work would
//! see another caller's key. So a task here is polled right where what it waits for wakes it, in its own reaction.

use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::prelude::*;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Those that have not ended, in the order of their numbers; one is taken out while it is polled.
type Tasks = Vec<(usize, Option<Work>)>;

thread_local! {
    /// What wakes a task may be sent to other threads, as far as the language knows, so it holds a number.
    static TASKS: RefCell<Tasks> = const { RefCell::new(Vec::new()) };
}

struct Number(usize);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        poll(self.0);
    }
}

/// Polls a task until it waits, unless it has ended. Promises alone wake it, so never while it is polled; a number that is
/// used again may have it polled once more, which does no harm.
fn poll(number: usize) {
    let Some(mut work) = exchange(number, None) else { return };
    let waker = Waker::from(Arc::new(Number(number)));
    if work.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending {
        exchange(number, Some(work));
    } else {
        TASKS.with_borrow_mut(|tasks| find(tasks, number).map(|at| tasks.remove(at)));
    }
}

fn find(tasks: &Tasks, number: usize) -> Option<usize> {
    tasks.binary_search_by(|(other, _)| other.cmp(&number)).ok()
}

/// Puts a task's work in its place, or takes it out.
fn exchange(number: usize, work: Option<Work>) -> Option<Work> {
    TASKS.with_borrow_mut(|tasks| {
        let at = find(tasks, number)?;
        std::mem::replace(&mut tasks.get_mut(at)?.1, work)
    })
}

/// Runs a task: at once, up to where it first waits.
pub fn spawn(work: Work) {
    let number = TASKS.with_borrow_mut(|tasks| {
        let number = tasks.last().map_or(0, |(last, _)| last + 1);
        tasks.push((number, Some(work)));
        number
    });
    poll(number);
}

#[wasm_bindgen]
extern "C" {
    /// A promise and its two ends.
    #[derive(Clone)]
    pub type Deferred;
    /// The promise.
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Deferred) -> Promise;
    /// Fulfils it.
    #[wasm_bindgen(method)]
    fn resolve(this: &Deferred, value: &JsValue);
    /// Rejects it.
    #[wasm_bindgen(method)]
    fn reject(this: &Deferred, reason: &JsValue);
}

#[wasm_bindgen(module = "/src/shell/promises.js")]
extern "C" {
    /// A new one.
    #[wasm_bindgen(js_namespace = promises)]
    pub fn deferred() -> Deferred;
    /// A function that runs work in the async context of this call.
    #[wasm_bindgen(js_namespace = promises)]
    fn runner() -> Function;
    /// Calls a function of this package's JavaScript; what it throws is ignored.
    #[wasm_bindgen(js_namespace = promises)]
    pub fn call(work: &Function, first: &JsValue, second: &JsValue);
}

impl Deferred {
    /// Settles the promise; only the first time counts.
    pub fn settle(&self, result: Result<JsValue, JsValue>) {
        match result {
            Ok(value) => self.resolve(&value),
            Err(reason) => self.reject(&reason),
        }
    }
}

/// Runs work in the async context in which it was made.
pub struct Runner(Function);

impl Default for Runner {
    fn default() -> Self {
        Self(runner())
    }
}

impl Runner {
    /// Runs it in a microtask, after what was handed over before.
    pub fn run(&self, work: Box<dyn FnOnce()>) {
        call(&self.0, &Closure::once_into_js(work), &JsValue::UNDEFINED);
    }
}
