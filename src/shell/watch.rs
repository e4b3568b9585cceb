//! A watch as JavaScript holds it: the inside of an async iterator.

use super::poller::Poller;
use super::subscription::{Subscription, SubscriptionKind};
use super::task::deferred;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The inside of an async iterator over a job or a project.
#[wasm_bindgen]
pub struct Watch {
    poller: Rc<Poller>,
    subscription: Rc<Subscription>,
}

impl Watch {
    /// Of a subscription that is a watch.
    pub fn new(poller: Rc<Poller>, subscription: Rc<Subscription>) -> Self {
        Self { poller, subscription }
    }
}

#[wasm_bindgen]
impl Watch {
    /// The next update. The watch polls only while somebody awaits one.
    #[allow(clippy::unnecessary_wraps)] // see Client
    pub fn next(&self) -> Result<Promise, JsValue> {
        let next = deferred();
        let promise = next.promise();
        if let SubscriptionKind::Watch(queue) = &self.subscription.kind {
            if self.subscription.settled.get() {
                next.settle(queue.last());
            } else {
                queue.waiting.borrow_mut().push(next);
                self.poller.listen(&self.subscription);
            }
        }
        Ok(promise)
    }

    /// Ends it: pending calls of `next` are done, the polling stops.
    pub fn stop(&self) {
        self.poller.stop(&self.subscription, Ok(JsValue::UNDEFINED));
        if let SubscriptionKind::Watch(queue) = &self.subscription.kind {
            queue.ending.take();
        }
    }
}

impl Drop for Watch {
    /// An iterator that was dropped without a word is no leak: it ends once no promise of it is pending.
    fn drop(&mut self) {
        let SubscriptionKind::Watch(queue) = &self.subscription.kind else { return };
        queue.dropped.set(true);
        if queue.waiting.borrow().is_empty() {
            self.poller.stop(&self.subscription, Ok(JsValue::UNDEFINED));
        }
    }
}
