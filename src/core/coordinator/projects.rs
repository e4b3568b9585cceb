//! Which job belongs to which project, how a project's jobs are polled at least cost, and what is remembered of both.

use super::slab::NONE;
use super::targets::{Target, TargetId};
use super::{ListedJob, PollCoordinator, SubscriberId, cost};
use std::rc::Rc;

/// For how many projects that no subscriber is about any more the weight of the list is remembered.
pub const REMEMBERED_WEIGHTS: usize = 64;

impl PollCoordinator {
    /// The number of a job or project, known or new.
    pub(super) fn target(&mut self, is_list: bool, id: &Rc<str>) -> TargetId {
        let known = self.targets.find(is_list, id);
        if known != NONE {
            return known;
        }
        let mut bytes = -1.0;
        if !is_list {
            self.unknown += 1;
        } else if let Some(at) = self.remembered(id) {
            bytes = self.weights.remove(at).1;
        }
        self.targets.insert(Target::new(is_list, id, bytes))
    }

    /// The jobs of a project that are polled.
    pub(super) fn jobs(&self, number: TargetId) -> Vec<TargetId> {
        self.targets.at(number).jobs.clone()
    }

    /// Who waits for a job or watches a project.
    pub(super) fn subscribers(&self, number: TargetId) -> Vec<SubscriberId> {
        self.targets.at(number).subscribers.clone()
    }

    /// Puts a job where a response says that it belongs.
    pub(super) fn move_job(&mut self, number: TargetId, to: TargetId) {
        if self.targets.at(number).project == to {
            return;
        }
        self.take_job(number);
        let jobs = &mut self.targets.at_mut(to).jobs;
        let at = jobs.len();
        jobs.push(number);
        let job = self.targets.at_mut(number);
        (job.project, job.at, job.unlisted) = (to, at, false);
        self.count_job(number);
    }

    /// Finds the jobs whose project was unknown in a list. Gives whether there was any.
    pub(super) fn adopt(&mut self, index: TargetId, jobs: &[impl ListedJob]) -> bool {
        let before = self.unknown;
        for job in jobs {
            if self.unknown == 0 {
                break;
            }
            let number = self.targets.find(false, job.id());
            if number != NONE && self.targets.at(number).project == NONE {
                self.move_job(number, index);
                self.reschedule(number);
            }
        }
        self.unknown < before
    }

    /// Takes a job out of its project, if that is known.
    fn take_job(&mut self, number: TargetId) {
        let job = self.targets.at_mut(number);
        let (from, at, counted) = (job.project, job.at, job.counted);
        (job.project, job.counted, job.watch_due) = (NONE, false, f64::INFINITY);
        if from == NONE {
            self.unknown -= 1;
            return;
        }
        let project = self.targets.at_mut(from);
        project.waited -= usize::from(counted);
        swap_remove(&mut project.jobs, at);
        let moved = project.jobs.get(at).copied().unwrap_or(NONE);
        self.targets.at_mut(moved).at = at;
        self.drop_target(from);
        self.choose(from);
    }

    /// Counts a job among those of its project that are waited for, or no longer.
    pub(super) fn count_job(&mut self, number: TargetId) {
        let job = self.targets.at_mut(number);
        let (project, before) = (job.project, job.counted);
        job.counted = job.listening > 0 && !job.unlisted && project != NONE;
        let counted = job.counted;
        let project = self.targets.at_mut(project);
        project.waited = project.waited + usize::from(counted) - usize::from(before);
    }

    /// Forgets a job or project that nobody is about, but for the weight of a list.
    pub(super) fn drop_target(&mut self, number: TargetId) {
        let target = self.targets.at(number);
        let used = !target.subscribers.is_empty()
            || !target.jobs.is_empty()
            || target.request.is_some()
            || target.watch_due.is_finite()
            || target.shown > 0;
        if used || !self.targets.has(number) {
            return;
        }
        let is_list = target.is_list;
        self.unqueue(number);
        if !is_list {
            self.take_job(number);
        }
        if let Some(target) = self.targets.remove(number) {
            self.sources -= target.sources;
            if self.last_refused == number {
                self.last_refused = NONE; // its number may soon be another's
            }
            self.remember(target.id, if target.more { -1.0 } else { target.bytes });
        }
    }

    /// Where the weight of a project's list is kept.
    pub(super) fn remembered(&self, project: &str) -> Option<usize> {
        self.weights.iter().position(|(other, _)| **other == *project)
    }

    /// Keeps what a list weighs, though nobody is about its project.
    pub(super) fn remember(&mut self, project: Rc<str>, bytes: f64) {
        if bytes >= 0.0 {
            if self.weights.len() == REMEMBERED_WEIGHTS {
                self.weights.remove(0);
            }
            self.weights.push((project, bytes));
        }
    }

    /// A response named a job's project.
    pub(super) fn show(&mut self, number: TargetId) {
        let tick = self.tick();
        let project = self.targets.at_mut(number);
        project.named_tick = tick;
        if self.unresolved > 0 || self.guesses > 0 {
            project.shown += 1;
            match project.shown {
                1 => self.shown.push(number),
                2 => self.candidates.push(number),
                _ => {}
            }
        }
    }

    /// No job is left whose project is unknown.
    pub(super) fn forget_shown(&mut self) {
        self.failed_guesses = 0;
        self.candidates.clear();
        for number in std::mem::take(&mut self.shown) {
            self.targets.at_mut(number).shown = 0;
            self.drop_target(number);
        }
    }

    /// Finds out anew how the jobs of a project are polled at least cost.
    pub(super) fn choose(&mut self, number: TargetId) {
        if !self.targets.has(number) {
            return;
        }
        let project = self.targets.at_mut(number);
        project.worth = cost::list_limit(project, project.waited, self.job_bytes) > 0.0;
        let rests = project.rests_until > self.now;
        let by_list = !rests && if project.listening > 0 { !project.split } else { project.worth };
        let changed = project.by_list != by_list;
        project.by_list = by_list;
        let before = project.sources;
        project.sources = if by_list { 1 } else { project.waited };
        self.sources = self.sources + project.sources - before;
        let idle = !by_list && project.listening == 0;
        if changed {
            self.reschedule_jobs(number);
            self.reschedule(number);
        } else if idle {
            // Nobody polls by its list.
            self.unqueue(number);
        }
    }

    /// Nobody wants the jobs of a project polled for its watches.
    pub(super) fn unsplit(&mut self, number: TargetId) {
        self.targets.at_mut(number).split = false;
        for job in self.jobs(number) {
            let job_target = self.targets.at_mut(job);
            job_target.watch_due = f64::INFINITY;
            if let Some(request) = job_target.request {
                self.abort_unless_wanted(request);
            }
            self.drop_target(job);
        }
        self.choose(number);
    }
}

/// Takes out the number at a place, which the last one has then.
#[inline(never)]
pub fn swap_remove(numbers: &mut Vec<usize>, at: usize) {
    if at < numbers.len() {
        numbers.swap_remove(at);
    }
}
