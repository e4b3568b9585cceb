//! One wait or watch in the hub.

use super::{Index, Listed, MemberId, News, RequestId, Told};
use crate::core::job::Facts;
use crate::core::retry::Patience;
use crate::core::schedule::Bounds;
use crate::core::wait::{Wait, Watched};
use std::rc::Rc;

#[derive(Debug)]
pub enum Subject {
    Job {
        id: Rc<str>,
        watched: Watched,
        /// Told by the first answer.
        project: Option<usize>,
        /// The list of its project lacks it.
        unlisted: bool,
    },
    Project {
        index: usize,
        /// Its active jobs, by id.
        jobs: Vec<(Rc<str>, Watched)>,
    },
}

#[derive(Debug)]
pub struct Member {
    pub subject: Subject,
    pub wait: Wait,
    pub patience: Patience,
    /// When it joined, in turns of the hub.
    pub joined: u64,
    /// A watch polls only while somebody asks for its next value.
    pub listening: bool,
    pub flight: Option<RequestId>,
}

impl Subject {
    pub fn interval(&self, bounds: Bounds) -> f64 {
        match self {
            Self::Job { watched, .. } => watched.interval(bounds),
            Self::Project { jobs, .. } => {
                let mut shortest = bounds.max;
                for (_, job) in jobs {
                    shortest = shortest.min(job.interval(bounds));
                }
                shortest
            }
        }
    }
}

impl Member {
    /// Whether it is about a job whose project no answer has told yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self.subject, Subject::Job { project: None, .. })
    }

    /// Whether it would take an answer now.
    pub fn is_idle(&self) -> bool {
        self.listening && self.flight.is_none()
    }

    pub fn observe(
        &mut self,
        index: usize,
        facts: &Facts,
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) -> Option<News> {
        let Subject::Job { watched, .. } = &mut self.subject else { return None };
        let fresh = watched.observe(now, facts);
        let end = watched.end(self.wait.rules());
        self.wait.answered(now, retry_after, unit, |bounds| watched.interval(bounds));
        Some(News::Job { index, fresh, end })
    }

    pub fn observe_all(
        &mut self,
        by_id: &Index,
        list: &[impl Listed],
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) {
        let Subject::Project { jobs, .. } = &mut self.subject else { return };
        let before = std::mem::take(jobs);
        for (_, index) in &by_id.0 {
            let Some(listed) = list.get(*index) else { continue };
            if listed.facts().terminal() {
                continue;
            }
            let known = before.binary_search_by(|(other, _)| other.cmp(listed.id())).ok();
            let mut job = known.and_then(|at| before.get(at)).map(|(_, job)| *job).unwrap_or_default();
            job.observe(now, listed.facts());
            jobs.push((listed.id().clone(), job));
        }
        let subject = &self.subject;
        self.wait.answered(now, retry_after, unit, |bounds| subject.interval(bounds));
    }

    pub fn told(&self, id: MemberId, news: News, now: f64) -> Told {
        let eta = match &self.subject {
            Subject::Job { watched, .. } => watched.eta(now),
            Subject::Project { .. } => None,
        };
        let (polls, elapsed) = (self.wait.polls(), now - self.wait.started());
        Told { member: id, news, polls, elapsed, eta, next_poll: None }
    }
}
