//! What becomes of a poller's requests, and who is notified of it.

use super::Poller;
use crate::core::coordinator::{Notification, Outcome, PollRequest};
use crate::core::error::Error;
use crate::core::route::Endpoint;
use crate::shell::exchange::Reply;
use crate::shell::failure::StopReason;
use crate::shell::http::Stop;
use crate::shell::jobs::CheckedJob;
use crate::shell::subscription::Subscription;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What came of a request.
pub(super) type Response = Result<Received, StopReason>;

/// A success.
pub(super) struct Received {
    /// Exactly one, if it is a response to Get Job.
    pub jobs: Vec<CheckedJob>,
    pub bytes: f64,
    /// The delay that Retry-After set, in ms; `None`: there was none, or one that cannot be read.
    pub retry_after: Option<f64>,
}

impl Poller {
    /// Takes what a request of the coordinator came to, unless nobody waits for it any more.
    pub(super) fn received(
        self: &Rc<Self>,
        request: &PollRequest,
        stop: &Stop,
        reply: Result<Reply, StopReason>,
    ) {
        if stop.is_stopped() {
            return;
        }
        if let Ok(Reply { body, bytes, .. }) = &reply
            && body.is_undefined()
        {
            self.take_in_flight(request.request);
            self.coordinator.borrow_mut().list_too_long(request.request, *bytes, self.clock.now());
            return self.step();
        }
        let response = reply.map(|Reply { bytes, retry_after, .. }| {
            let jobs = stop.jobs.take();
            Received { jobs, bytes, retry_after }
        });
        self.take_in_flight(request.request);
        self.deliver(request, response);
        self.step();
    }

    fn deliver(self: &Rc<Self>, request: &PollRequest, response: Response) {
        self.notice_surroundings();
        let now = self.clock.now();
        let notifications = {
            let mut coordinator = self.coordinator.borrow_mut();
            match &response {
                Err(StopReason::Failed(failure)) => coordinator.failed(request.request, &failure.error, now),
                // What a framework throws ends the waits as the end of their client does.
                Err(StopReason::Aborted(_)) => coordinator.failed(request.request, &Error::ClientClosed, now),
                Ok(Received { jobs, bytes, retry_after }) => match (request.endpoint, jobs.first()) {
                    (Endpoint::GetJob, Some(job)) => coordinator.job_received(
                        request.request,
                        &job.project(),
                        &job.snapshot,
                        *bytes,
                        *retry_after,
                        now,
                    ),
                    _ => coordinator.list_received(request.request, jobs, *bytes, *retry_after, now),
                },
            }
        };
        self.notify_all(notifications, response);
    }

    #[allow(clippy::vec_box)] // as the coordinator gives it
    pub(super) fn notify_all(self: &Rc<Self>, notifications: Vec<Box<Notification>>, response: Response) {
        // Those who have left the coordinator are taken out before any callback runs: it may start waits that take
        // their place.
        let mut subscriptions = Vec::with_capacity(notifications.len());
        for notification in &notifications {
            let subscription = if notification.outcome.ends() {
                self.forget(notification.subscriber)
            } else {
                self.subscription(notification.subscriber)
            };
            subscriptions.push(subscription);
        }
        let response = Rc::new(response);
        for (notification, subscription) in notifications.into_iter().zip(subscriptions) {
            if let Some(subscription) = subscription {
                self.pass_on(subscription, notification, Some(Rc::clone(&response)));
            }
        }
    }

    /// Notifies a subscription, in the async context of its own call if it calls back.
    pub(super) fn pass_on(
        self: &Rc<Self>,
        subscription: Rc<Subscription>,
        notification: Box<Notification>,
        response: Option<Rc<Response>>,
    ) {
        let poller = Rc::clone(self);
        let context = subscription.context();
        let notify = {
            let subscription = Rc::clone(&subscription);
            move || {
                poller.notify(&subscription, &notification, response.as_deref());
                // It may have ended others with it.
                if subscription.settled.get() {
                    poller.step_soon();
                }
            }
        };
        match context {
            Some(context) => context.run(Box::new(notify)),
            None => notify(),
        }
    }

    fn notify(&self, subscription: &Subscription, notification: &Notification, response: Option<&Response>) {
        if subscription.settled.get() {
            return; // ended by another's callback
        }
        match (&notification.outcome, response) {
            (Outcome::Expired, _) => subscription.expire(notification),
            (Outcome::Failed { ends: false }, Some(Err(StopReason::Failed(failure)))) => {
                subscription.notify_failure(notification, failure);
            }
            (Outcome::Failed { .. }, Some(Err(stop))) => subscription.settle(Err(stop.clone())),
            (_, Some(Ok(received)))
                if subscription.notify(notification, &received.jobs) && !subscription.settled.get() =>
            {
                if subscription.is_dropped() {
                    subscription.settle(Ok(JsValue::UNDEFINED)); // the step that follows takes it out
                }
                let now = self.clock.now();
                self.coordinator.borrow_mut().listen(subscription.subscriber.get(), false, now);
            }
            _ => {}
        }
    }
}
