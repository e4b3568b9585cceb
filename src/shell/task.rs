//! Tasks, promises, and whose async context their work goes on in.
//!
//! A reaction of a promise runs in the async context (AsyncLocalStorage, a zone) that it was registered in. The queue of
//! wasm-bindgen-futures drains all tasks in one microtask, in the context of whoever came first: one caller's work would
//! see another caller's key. So a task here is polled right where what it waits for wakes it, in its own reaction.

use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::prelude::*;

type Work = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    /// Taken out while it is polled.
    work: Cell<Option<Work>>,
    /// It was woken while it was polled.
    again: Cell<bool>,
}

thread_local! {
    /// Those that have not ended, in the order of their numbers. What wakes a task may be sent to other threads, as far as
    /// the language knows, so it holds a number.
    static TASKS: RefCell<Vec<(u64, Rc<Task>)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

struct Number(u64);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        poll(self.0);
    }
}

/// Polls a task until it waits, unless it is being polled or has ended.
fn poll(number: u64) {
    let find = |tasks: &Vec<(u64, Rc<Task>)>| tasks.binary_search_by_key(&number, |(number, _)| *number).ok();
    let task = TASKS.with_borrow(|tasks| Some(Rc::clone(&tasks.get(find(tasks)?)?.1)));
    let Some(task) = task else { return };
    task.again.set(true);
    let Some(mut work) = task.work.take() else { return };
    let waker = Waker::from(Arc::new(Number(number)));
    while task.again.replace(false) {
        if work.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
            TASKS.with_borrow_mut(|tasks| find(tasks).map(|at| tasks.remove(at)));
            return;
        }
    }
    task.work.set(Some(work));
}

/// Runs a task: at once, up to where it first waits.
pub fn spawn(work: Work) {
    let number = NEXT.replace(NEXT.get() + 1);
    let task = Task { work: Cell::new(Some(work)), again: Cell::new(false) };
    TASKS.with_borrow_mut(|tasks| tasks.push((number, Rc::new(task))));
    poll(number);
}

#[wasm_bindgen]
extern "C" {
    /// A promise and its two ends.
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
        let _ = self.0.call1(&JsValue::UNDEFINED, &Closure::once_into_js(work));
    }
}
