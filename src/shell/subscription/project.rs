//! A watch of a project: which of its jobs have changed, and what its caller gets of that.

use super::{Reported, Subscription, SubscriptionKind};
use crate::core::coordinator::{Index, Notification};
use crate::core::history::Newest;
use crate::core::known::KnownProject;
use crate::shell::jobs::{CheckedJob, same};
use crate::shell::js::nullable;
use crate::shell::objects;
use js_sys::{Array, Date};
use wasm_bindgen::prelude::*;

impl Subscription {
    /// One job of the project came by Get Job; the others are as they were.
    pub(super) fn notify_project_job(&self, notification: &Notification, job: &CheckedJob) -> bool {
        let mut all = self.known.borrow().clone().unwrap_or_default();
        let mut listed = false;
        for known in &mut all {
            if known.id == job.id {
                *known = job.clone();
                listed = true;
            }
        }
        listed && self.notify_project(notification, &all)
    }

    pub(super) fn notify_project(&self, notification: &Notification, received: &[CheckedJob]) -> bool {
        let SubscriptionKind::Watch(queue) = &self.kind else { return false };
        self.last_error.take();
        let first = self.known.borrow().is_none();
        let before = self.known.take().unwrap_or_default();
        let by_id = self.by_id.take();
        let (jobs, changed) = (Array::new(), Array::new());
        let (mut newest, mut current) = (Newest::default(), None);
        let mut now = Vec::with_capacity(received.len());
        for seen in received {
            let known = by_id.first(&seen.id).and_then(|place| before.get(place));
            let job = known.filter(|known| !seen.snapshot.supersedes(&known.snapshot)).unwrap_or(seen);
            jobs.push(&job.value);
            if known.is_none_or(|known| !same(known, job)) {
                changed.push(&job.value);
            }
            if !job.snapshot.terminal() && newest.takes_active(job.created()) {
                current = Some(job.value.clone());
            }
            now.push(job.clone());
        }
        let by_id = Index::of_list(&now);
        let resumed = self.report_known(&now, &by_id);
        if let Some(resumed) = resumed.as_ref().filter(|_| first) {
            changed.set_length(0);
            for job in resumed.iter().filter_map(|place| now.get(*place)) {
                changed.push(&job.value);
            }
        }
        let gives = if first && resumed.is_some() {
            queue.every_poll || changed.length() > 0
        } else {
            first || queue.every_poll || changed.length() > 0 || before.len() != now.len()
        };
        let idle = queue.stop_when_idle && current.is_none();
        self.by_id.replace(by_id);
        self.known.replace(Some(now));
        let pauses = (gives || idle)
            && queue.give({
                let about = objects::project(&nullable(current), &jobs, &changed);
                let next_poll = notification.next_poll.filter(|_| !idle);
                objects::update(
                    &about,
                    notification.polls,
                    notification.elapsed,
                    next_poll,
                    &self.state(notification, None),
                )
            });
        if idle {
            self.settle(Ok(JsValue::UNDEFINED));
        }
        pauses
    }

    /// Takes note of what a watch of a project reports. Gives what is new since the watch that it goes on from, if any.
    fn report_known(&self, jobs: &[CheckedJob], by_id: &Index) -> Option<Vec<usize>> {
        let reported = &mut *self.reported.borrow_mut();
        let resumed = matches!(reported, Reported::Project(_));
        if !resumed {
            *reported = Reported::Project(KnownProject::default());
        }
        let Reported::Project(project) = reported else { return None };
        Some(project.observe(jobs, by_id, Date::now())).filter(|_| resumed)
    }
}
