//! What became known by another way than a poll.

use super::flights::Target;
use super::subscriber::SubscriberState;
use super::{Notification, Outcome, PollCoordinator};
use crate::core::job::JobSnapshot;
use std::rc::Rc;

impl PollCoordinator {
    /// Something happened to a job or in a project: who waits for it polls as soon as the floor and Retry-After allow.
    /// Many of these are one poll. Gives whether anybody waits for it.
    pub fn nudge(&mut self, id: &str, now: f64) -> bool {
        self.now = now;
        let mut known = false;
        if let Some(number) = self.job_ids.find(id) {
            known = self.nudge_job(number, true, now);
        }
        if let Some(number) = self.project_ids.find(id) {
            for job in self.project_jobs(number) {
                known |= self.nudge_job(job, false, now);
            }
            let watches =
                self.projects.get(number).map(|project| project.watches.clone()).unwrap_or_default();
            for watch in watches {
                known = true;
                if let Some(Some(subscriber)) = self.subscribers.get_mut(watch) {
                    subscriber.wait.nudge(now);
                }
            }
            self.reschedule(Target::List(number));
        }
        known
    }

    /// `singly`: by Get Job, though others of its project are polled by their list.
    fn nudge_job(&mut self, number: usize, singly: bool, now: f64) -> bool {
        let Some(job) = self.jobs.get_mut(number) else { return false };
        if singly && job.request.is_none() {
            job.nudged = true;
        }
        let all = job.subscribers.clone();
        for id in &all {
            if let Some(Some(subscriber)) = self.subscribers.get_mut(*id) {
                subscriber.wait.nudge(now);
            }
        }
        self.reschedule(Target::Job(number));
        !all.is_empty()
    }

    /// What a list of a project's jobs weighs, in bytes, from whoever had one.
    pub fn list_weighs(&mut self, project: &str, bytes: f64) {
        let Some(number) = self.project_ids.find(project) else {
            self.weights.retain(|(other, _)| **other != *project);
            return self.remember(project.into(), bytes);
        };
        if let Some(project) = self.projects.get_mut(number) {
            (project.bytes, project.more) = (bytes, false);
        }
        self.choose(number);
    }

    /// A job's state that became known by another way than a poll: who waits for it is notified, unless they know a newer
    /// one. Their next poll comes soon.
    pub fn learn(
        &mut self,
        job: &str,
        project: &Rc<str>,
        snapshot: &JobSnapshot,
        now: f64,
    ) -> Vec<Notification> {
        self.now = now;
        let mut notifications = Vec::new();
        let number = self.job_ids.find(job);
        if let Some(number) = number {
            for id in self.jobs.get(number).map(|job| job.subscribers.clone()).unwrap_or_default() {
                let Some(Some(subscriber)) = self.subscribers.get_mut(id) else { continue };
                let SubscriberState::Job { watched, .. } = &mut subscriber.state else { continue };
                if !subscriber.listening || !watched.observe(now, snapshot) {
                    continue;
                }
                let end = watched.end(subscriber.wait.config());
                // A poll now would say what is known already; one after the floor is soon enough for what comes next.
                subscriber.wait.nudge(now + subscriber.wait.config().floor);
                notifications.push(subscriber.notification(id, Outcome::Learnt { end }, now));
            }
            self.reschedule(Target::Job(number));
        }
        if let Some(index) = self.project_ids.find(project) {
            for watch in self.projects.get(index).map(|project| project.watches.clone()).unwrap_or_default() {
                let Some(Some(subscriber)) = self.subscribers.get_mut(watch) else { continue };
                if subscriber.listening && subscriber.observe_one(job, snapshot, now).is_some() {
                    subscriber.wait.nudge(now + subscriber.wait.config().floor);
                    notifications.push(subscriber.notification(watch, Outcome::ProjectJob { index: 0 }, now));
                }
            }
            self.reschedule(Target::List(index));
        }
        self.settle(&mut notifications, now);
        notifications
    }
}
