//! What became known by another way than a poll.

use super::slab::NONE;
use super::{Notification, Outcome, PollCoordinator};
use crate::core::job::JobSnapshot;
use std::rc::Rc;

impl PollCoordinator {
    /// Something happened to a job or in a project: who waits for it polls as soon as the floor and Retry-After allow.
    /// Many of these are one poll. Gives whether anybody waits for it.
    pub fn nudge(&mut self, id: &str, now: f64) -> bool {
        self.now = now;
        let (job, project) = (self.targets.find(false, id), self.targets.find(true, id));
        let mut all = self.jobs(project);
        all.extend([job, project]);
        let job = self.targets.at_mut(job);
        // By Get Job, though others of its project are polled by their list.
        job.nudged |= job.request.is_none();
        let mut known = false;
        for number in all {
            for id in self.subscribers(number) {
                self.subscribers.at_mut(id).wait.nudge(now);
                known = true;
            }
            self.reschedule(number);
        }
        known
    }

    /// What a list of a project's jobs weighs, in bytes, from whoever had one.
    pub fn list_weighs(&mut self, project: &str, bytes: f64) {
        let number = self.targets.find(true, project);
        if number == NONE {
            if let Some(at) = self.remembered(project) {
                self.weights.remove(at);
            }
            return self.remember(project.into(), bytes);
        }
        let project = self.targets.at_mut(number);
        (project.bytes, project.more) = (bytes, false);
        self.choose(number);
    }

    /// A job's state that became known by another way than a poll: who waits for it is notified, unless they know a newer
    /// one. `soon`: something was done to the job, so their next poll comes soon.
    pub fn learn(
        &mut self,
        job: &str,
        project: &Rc<str>,
        snapshot: &JobSnapshot,
        soon: bool,
        now: f64,
    ) -> Vec<Box<Notification>> {
        self.now = now;
        let mut notifications = Vec::new();
        let (number, index) = (self.targets.find(false, job), self.targets.find(true, project));
        for id in self.subscribers(number) {
            let subscriber = self.subscribers.at_mut(id);
            if subscriber.listening && subscriber.watched.observe(now, snapshot) {
                let end = subscriber.watched.end(subscriber.wait.config());
                notifications.push(subscriber.notification(id, Outcome::Learnt { end }, now));
            }
        }
        self.tell_watches(index, job, snapshot, false, now, &mut notifications);
        if soon {
            for notification in &notifications {
                let wait = &mut self.subscribers.at_mut(notification.subscriber).wait;
                // A poll now would say what is known already; one after the floor is soon enough for what comes next.
                wait.nudge(now + wait.config().floor);
            }
        }
        self.reschedule(number);
        self.reschedule(index);
        self.settle(&mut notifications, now);
        self.drop_target(number);
        notifications
    }
}
