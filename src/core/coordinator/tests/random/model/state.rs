//! What holds of a coordinator between two steps.

use super::super::super::sim::CONCURRENCY;
use super::Model;
use crate::core::coordinator::RequestId;

impl Model {
    pub(super) fn check_state(&mut self) {
        super::super::counts::check(&self.coordinator);
        assert!(self.in_flight.len() - self.asleep.len() <= CONCURRENCY.most);
        assert_eq!(self.coordinator.busy, self.in_flight.len() - self.asleep.len());
        for request in self.in_flight.keys() {
            let subscribers = self.subscribers(*request).len();
            let flight = self.coordinator.flights.at(*request);
            assert!(subscribers > 0 || flight.for_watches, "a request that nobody waits for");
            assert_eq!(subscribers, flight.waiting);
        }
        for (id, outside) in &self.subscribers {
            let subscriber = self.coordinator.subscribers.at(*id);
            assert!(self.coordinator.subscribers.has(*id));
            if let Some(request) = subscriber.in_flight {
                assert!(self.in_flight.contains_key(&request) && subscriber.listening);
            }
            if subscriber.listening {
                let ends = outside.started.unwrap() + outside.config.max_wait;
                // One that nothing ran before has a poll first, and that an end.
                let first = self.coordinator.deadlines.key(*id);
                let deadline = if subscriber.overdue { first } else { ends };
                assert!(deadline.is_finite() || ends.is_infinite(), "a poll before the end that has none");
                assert!(deadline > self.now && self.wake <= deadline, "a deadline that is missed");
                let starved = self.coordinator.due(subscriber) <= self.now;
                // The place of the first response waits for a second one, which may show a list that serves all.
                let kept = usize::from(self.coordinator.shown.len() == 1 && self.coordinator.unresolved > 1);
                let busy = self.in_flight.len() - self.asleep.len() >= CONCURRENCY.initial - kept;
                assert!(!starved || busy || self.now < self.spread, "due, and not requested");
                let due = self.coordinator.due(subscriber);
                // Others are due for the same already, and it waits for a place.
                let ready = self.coordinator.ready.key(self.coordinator.polled(*id)).is_finite();
                assert!(
                    due <= self.now
                        || ready && busy
                        || self.wake <= due.max(self.hold)
                        || self.spread > self.now && self.wake <= self.spread,
                    "it sleeps longer than a poll allows: {} {} {} {id}",
                    self.now,
                    self.wake,
                    due
                );
            }
        }
        if !self.subscribers.keys().any(|id| self.coordinator.subscribers.at(*id).listening) {
            // An active job's poll may be under way while each of its project's watches has had a value.
            let kept = |request: &RequestId| self.coordinator.flights.at(*request).for_watches;
            assert!(self.in_flight.keys().all(kept) && self.wake.is_infinite(), "at work for nobody");
        }
        assert_eq!(self.coordinator.is_empty(), self.subscribers.is_empty());
    }
}
