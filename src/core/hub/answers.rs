//! What became of a request, and whom to tell.

use super::member::{Member, Subject};
use super::{Hub, Index, Listed, News, RequestId, Target, Told};
use crate::core::error::Error;
use crate::core::job::Facts;
use std::rc::Rc;

impl Hub {
    /// Get Job was answered.
    pub fn job_answered(
        &mut self,
        request: RequestId,
        project: &Rc<str>,
        facts: &Facts,
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Told> {
        if self.landed(request).is_none() {
            return Vec::new();
        }
        let (index, turn) = (self.projects.place(project), self.turn());
        if let Some(project) = self.projects.get_mut(index) {
            project.told = turn;
        }
        self.tell(request, now, &mut |member, unit| {
            if let Subject::Job { project, unlisted, .. } = &mut member.subject
                && *project != Some(index)
            {
                *project = Some(index);
                *unlisted = false;
            }
            member.observe(0, facts, retry_after, unit, now)
        })
    }

    /// List Jobs was answered with these jobs.
    pub fn list_answered(
        &mut self,
        request: RequestId,
        jobs: &[impl Listed],
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Told> {
        let Some(Target::List(index)) = self.landed(request) else { return Vec::new() };
        let turn = self.turn();
        if let Some(project) = self.projects.get_mut(index) {
            project.listed = now;
            project.not_before = now + retry_after.unwrap_or(0.0);
            project.answered = turn;
            project.unusable = false;
        }
        let by_id = Index::new(jobs.len(), &|place| Some(jobs.get(place)?.id()));
        for member in self.members.iter_mut().flatten() {
            // One that the list lacked before may be in it by now.
            if let Subject::Job { id, project: Some(project), unlisted, .. } = &mut member.subject
                && *unlisted
                && *project == index
            {
                *unlisted = by_id.first(id).is_none();
            }
        }
        let (mut guessed, mut hit) = (false, false);
        let told = self.tell(request, now, &mut |member, unit| match &mut member.subject {
            Subject::Job { id, project, unlisted, .. } => {
                let found = by_id.first(id);
                guessed |= project.is_none();
                hit |= project.is_none() && found.is_some();
                if found.is_some() {
                    *project = Some(index);
                }
                *unlisted = found.is_none() && *project == Some(index);
                let job = found?;
                let facts = jobs.get(job)?.facts();
                member.observe(job, facts, retry_after, unit, now)
            }
            Subject::Project { .. } => {
                member.observe_all(&by_id, jobs, retry_after, unit, now);
                Some(News::Project)
            }
        });
        if guessed {
            self.misses = if hit { 0 } else { self.misses.saturating_add(1) };
        }
        told
    }

    /// A request failed, after its own retries.
    pub fn failed(&mut self, request: RequestId, error: &Error, now: f64) -> Vec<Told> {
        let Some(target) = self.landed(request) else { return Vec::new() };
        let lost = self.offline && error.is_survivable();
        let mut falls_back = false;
        if let Target::List(index) = target {
            // What concerns the key fails everywhere; what concerns the list alone leaves Get Job.
            falls_back = error.code() != "unauthorized" && !error.may_pass();
            if let Some(project) = self.projects.get_mut(index) {
                project.listed = now;
                project.not_before = now + error.fault().retry_after().unwrap_or(0.0);
                project.unusable |= falls_back;
            }
        }
        self.tell(request, now, &mut |member, unit| {
            let Member { subject, wait, .. } = member;
            // Who is not told of a poll is due as before.
            if lost || falls_back && matches!(subject, Subject::Job { .. }) {
                return None;
            }
            let ends = wait.failed(now, error, unit, |bounds| subject.interval(bounds));
            Some(News::Failed { ends })
        })
    }

    fn landed(&mut self, request: RequestId) -> Option<Target> {
        let at = self.flights.iter().position(|flight| flight.request == request)?;
        Some(self.flights.swap_remove(at).target)
    }

    /// Tells every member that a request was for; `each` gives nothing for one that it did not concern.
    fn tell(
        &mut self,
        request: RequestId,
        now: f64,
        each: &mut dyn FnMut(&mut Member, f64) -> Option<News>,
    ) -> Vec<Told> {
        // Counted first: a list that grows leaves pieces of memory behind that nothing else fits into.
        let concerned = self.members.iter().flatten().filter(|member| member.flight == Some(request)).count();
        let mut all = Vec::with_capacity(concerned);
        for (id, place) in self.members.iter_mut().enumerate() {
            let Some(member) = place else { continue };
            if member.flight != Some(request) {
                continue;
            }
            member.flight = None;
            if let Some(news) = each(member, (self.random)()) {
                all.push(member.told(id, news, now));
            }
        }
        for told in &all {
            if told.news.ends() {
                self.vacate(told.member);
            }
        }
        self.refresh();
        let mut last: Option<(Target, f64)> = None;
        for told in &mut all {
            let Some(Some(member)) = self.members.get(told.member) else { continue };
            let target = self.target(member);
            let next = match &last {
                Some((same, next)) if *same == target => *next,
                _ => self.next_poll(&target),
            };
            told.next_poll = Some((next - now).max(0.0)).filter(|_| next <= member.wait.deadline());
            last = Some((target, next));
        }
        all
    }

    /// When the first of those who poll this is due; infinity: none is.
    fn next_poll(&self, target: &Target) -> f64 {
        let mut first = f64::INFINITY;
        for member in self.members.iter().flatten() {
            if self.target(member) == *target {
                first = first.min(self.due(member));
            }
        }
        first
    }
}
