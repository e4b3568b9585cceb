//! Many waits, few requests: what a client's waits and watches ask for together.
//!
//! Waits on one job share Get Job. Waits on several jobs of a project, and watches of it, share List Jobs, so
//! that the cost grows with projects and not with jobs. Like [`Wait`], no clock and no I/O: what happened goes
//! in, and [`Hub::step`] says what to do.

use super::error::Error;
use super::job::Facts;
use super::retry::Patience;
use super::route::Endpoint;
use super::wait::{End, Rules, Wait, Watched};
use member::{Member, Subject};
use project::{Project, Projects};
use std::collections::BinaryHeap;
use std::rc::Rc;

mod member;
mod project;
#[cfg(test)]
mod tests;

/// Requests of one client's waits in flight at once.
pub const MOST_IN_FLIGHT: usize = 6;

/// A wait or a watch in the hub.
pub type MemberId = usize;
/// A request that the hub asked for.
pub type RequestId = u32;

/// What to do now.
#[derive(Debug)]
pub struct Step {
    /// Requests to make.
    pub send: Vec<Send>,
    /// Requests that nobody waits for any more.
    pub abort: Vec<RequestId>,
    /// Waits that reached their deadline and have left.
    pub expired: Vec<Told>,
    /// When to step again if nothing happens; infinity: not at all.
    pub wake: f64,
}

/// A request to make.
#[derive(Debug)]
pub struct Send {
    pub request: RequestId,
    pub endpoint: Endpoint,
    pub id: Rc<str>,
    pub patience: Patience,
}

/// What a member is to be told.
#[derive(Debug)]
pub struct Told {
    pub member: MemberId,
    pub news: News,
    /// Polls made, failed ones included.
    pub polls: u32,
    /// Since the start, in ms.
    pub elapsed: f64,
    /// Estimated time to the end of the job, in ms.
    pub eta: Option<f64>,
    /// When the next poll is due, in ms from now; `None` after the last.
    pub next_poll: Option<f64>,
}

/// What became of a poll.
#[derive(Debug, PartialEq)]
pub enum News {
    /// The job is number `index` in the answer. Not `fresh`: that is older than what is known. With an `end`
    /// the member has left.
    Job { index: usize, fresh: bool, end: Option<End> },
    /// The whole list.
    Project,
    /// It failed; `ends`: the member has left.
    Failed { ends: bool },
    /// The time is over.
    Expired,
}

/// What a member polls.
#[derive(Clone, Debug)]
pub enum Aim {
    Job(Rc<str>),
    Project(Rc<str>),
}

#[derive(Clone, Debug, PartialEq)]
enum Target {
    Job(Rc<str>),
    List(usize),
}

/// Ids with their places, in the order of the ids.
pub fn by_id<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    // By a heap: the smallest code that sorts.
    ids.zip(0..).collect::<BinaryHeap<_>>().into_sorted_vec()
}

/// All waits and watches of one client.
pub struct Hub {
    members: Vec<Option<Member>>,
    projects: Projects,
    flights: Vec<(RequestId, Target)>,
    aborted: Vec<RequestId>,
    next_request: RequestId,
    offline: bool,
    random: Box<dyn FnMut() -> f64>,
}

impl Hub {
    /// An empty hub; `random` gives numbers in [0, 1).
    pub fn new(random: Box<dyn FnMut() -> f64>) -> Self {
        Self {
            members: Vec::new(),
            projects: Projects::default(),
            flights: Vec::new(),
            aborted: Vec::new(),
            next_request: 0,
            offline: false,
            random,
        }
    }

    /// Adds a wait or a watch. It polls once it listens.
    pub fn join(
        &mut self,
        aim: &Aim,
        rules: Rules,
        patience: Patience,
        listening: bool,
        now: f64,
    ) -> MemberId {
        let subject = match aim {
            Aim::Job(id) => {
                Subject::Job { id: id.clone(), watched: Watched::default(), project: None, unlisted: false }
            }
            Aim::Project(id) => Subject::Project { index: self.projects.place(id), jobs: Vec::new() },
        };
        let member = Some(Member { subject, wait: Wait::new(rules, now), patience, listening, flight: None });
        if let Some(free) = self.members.iter().position(Option::is_none) {
            if let Some(place) = self.members.get_mut(free) {
                *place = member;
            }
            return free;
        }
        self.members.push(member);
        self.members.len() - 1
    }

    /// Removes a member. The request in flight is aborted if nobody else waits for it.
    pub fn leave(&mut self, id: MemberId) {
        let Some(member) = self.members.get_mut(id).and_then(Option::take) else { return };
        while self.members.last().is_some_and(Option::is_none) {
            self.members.pop();
        }
        if let Some(request) = member.flight
            && !self.members.iter().flatten().any(|other| other.flight == Some(request))
        {
            self.flights.retain(|(flight, _)| *flight != request);
            self.aborted.push(request);
        }
    }

    /// Whether a watch is asked for its next value. A poll that came due meanwhile is due at once.
    pub fn listen(&mut self, id: MemberId, listening: bool) {
        if let Some(Some(member)) = self.members.get_mut(id) {
            member.listening = listening;
        }
    }

    /// Without a network polls wait, and failures do not count.
    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: f64) -> Step {
        let mut expired = Vec::new();
        for id in 0..self.members.len() {
            let Some(Some(member)) = self.members.get(id) else { continue };
            if member.wait.deadline() <= now {
                expired.push(member.told(id, News::Expired, now));
            }
        }
        for told in &expired {
            self.leave(told.member);
        }
        let listed = self.flights.iter().filter_map(|(_, target)| match target {
            Target::List(index) => Some(*index),
            Target::Job(_) => None,
        });
        self.projects.refresh(listed, self.members.iter().flatten());
        let mut send = Vec::new();
        while let Some(target) = self.next_target(now) {
            if let Some((request, _)) = self.flights.iter().find(|(_, flight)| *flight == target) {
                self.attach(&target, *request, now, true);
            } else if self.flights.len() < MOST_IN_FLIGHT {
                send.extend(self.launch(target, now));
            } else {
                break;
            }
        }
        let mut wake = f64::INFINITY;
        for member in self.members.iter().flatten() {
            wake = wake.min(member.wait.deadline());
            let due = self.due(member);
            if due > now {
                wake = wake.min(due);
            }
        }
        Step { send, abort: std::mem::take(&mut self.aborted), expired, wake }
    }

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
        let index = self.projects.place(project);
        if let Some(project) = self.projects.get_mut(index) {
            project.told = now;
        }
        self.tell(request, now, |member, unit| {
            if let Subject::Job { project, .. } = &mut member.subject {
                *project = Some(index);
            }
            member.observe(0, facts, retry_after, unit, now)
        })
    }

    /// List Jobs was answered with these jobs.
    pub fn list_answered(
        &mut self,
        request: RequestId,
        jobs: &[(Rc<str>, Facts)],
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Told> {
        let Some(Target::List(index)) = self.landed(request) else { return Vec::new() };
        if let Some(project) = self.projects.get_mut(index) {
            project.listed = now;
        }
        let by_id = by_id(jobs.iter().map(|(id, _)| &**id));
        self.tell(request, now, |member, unit| match &mut member.subject {
            Subject::Job { id, project, unlisted, .. } => {
                let found = by_id.binary_search_by(|(other, _)| (**other).cmp(&**id)).ok();
                let found = found.and_then(|at| by_id.get(at)).map(|(_, job)| *job);
                if found.is_some() {
                    *project = Some(index);
                }
                *unlisted = found.is_none() && *project == Some(index);
                let (job, facts) = found.and_then(|job| Some((job, &jobs.get(job)?.1)))?;
                member.observe(job, facts, retry_after, unit, now)
            }
            Subject::Project { .. } => {
                member.observe_all(&by_id, jobs, retry_after, unit, now);
                Some(News::Project)
            }
        })
    }

    /// A request failed, after its own retries.
    pub fn failed(&mut self, request: RequestId, error: &Error, now: f64) -> Vec<Told> {
        let Some(target) = self.landed(request) else { return Vec::new() };
        let offline = self.offline && error.is_survivable();
        let guessed = matches!(target, Target::List(_));
        let mut falls_back = false;
        if let Target::List(index) = target {
            // What concerns the key fails everywhere; what concerns the list alone leaves Get Job.
            falls_back = error.code() != "unauthorized" && !error.may_pass();
            if let Some(project) = self.projects.get_mut(index) {
                project.listed = now;
                project.unusable |= falls_back;
            }
        }
        self.tell(request, now, |member, unit| {
            if offline {
                member.wait.lost(now);
                return None;
            }
            if matches!(member.subject, Subject::Job { .. }) && (falls_back || guessed && member.is_unknown())
            {
                return None;
            }
            let Member { subject, wait, .. } = member;
            let ends = wait.failed(now, error, unit, |bounds| subject.interval(bounds));
            Some(News::Failed { ends })
        })
    }

    /// Tells every member that a request was for; `each` gives nothing for one that it did not concern.
    fn tell(
        &mut self,
        request: RequestId,
        now: f64,
        mut each: impl FnMut(&mut Member, f64) -> Option<News>,
    ) -> Vec<Told> {
        let mut all = Vec::new();
        let mut next = f64::INFINITY;
        for (id, place) in self.members.iter_mut().enumerate() {
            let Some(member) = place else { continue };
            if member.flight != Some(request) {
                continue;
            }
            member.flight = None;
            let Some(news) = each(member, (self.random)()) else { continue };
            let ended = matches!(news, News::Job { end: Some(_), .. } | News::Failed { ends: true });
            all.push(member.told(id, news, now));
            if ended {
                *place = None;
            } else {
                next = next.min(member.wait.due());
            }
        }
        while self.members.last().is_some_and(Option::is_none) {
            self.members.pop();
        }
        for told in &mut all {
            if matches!(self.members.get(told.member), Some(Some(_))) && next.is_finite() {
                told.next_poll = Some((next - now).max(0.0));
            }
        }
        all
    }

    fn landed(&mut self, request: RequestId) -> Option<Target> {
        let at = self.flights.iter().position(|(flight, _)| *flight == request)?;
        Some(self.flights.swap_remove(at).1)
    }

    /// What a member polls, if it does now.
    fn target(&self, member: &Member) -> Target {
        match &member.subject {
            Subject::Project { index, .. } => Target::List(*index),
            Subject::Job { id, project, unlisted, .. } => {
                let list = project.filter(|index| {
                    !unlisted
                        && self
                            .projects
                            .get(*index)
                            .is_some_and(|project| project.shared && !project.unusable)
                });
                list.map_or_else(|| Target::Job(id.clone()), Target::List)
            }
        }
    }

    /// When a member's next poll may start; infinity while it is in flight or not wanted.
    fn due(&self, member: &Member) -> f64 {
        if !member.is_idle() || self.offline {
            return f64::INFINITY;
        }
        let due = member.wait.due();
        if member.wait.polls() == 0 {
            return due;
        }
        // A list that others just asked for is left alone for the floor.
        match self.target(member) {
            Target::List(index) => {
                let listed = self.projects.get(index).map_or(f64::NEG_INFINITY, |project| project.listed);
                due.max(listed + member.wait.rules().floor)
            }
            Target::Job(_) => due,
        }
    }

    /// What the member that is due for longest polls.
    fn next_target(&self, now: f64) -> Option<Target> {
        let mut longest: Option<(&Member, f64)> = None;
        let mut unknown = 0;
        for member in self.members.iter().flatten() {
            let due = self.due(member);
            if due <= now {
                unknown += usize::from(member.is_unknown());
                if longest.is_none_or(|(_, least)| due < least) {
                    longest = Some((member, due));
                }
            }
        }
        let (member, _) = longest?;
        let joined = member.wait.started();
        if unknown > 1 && member.is_unknown() {
            // Many start together: the list of a project that one of them was just told to be in may have the rest.
            let helps =
                |project: &Project| !project.unusable && project.told >= joined && project.listed < joined;
            if let Some(index) = self.projects.position(helps) {
                return Some(Target::List(index));
            }
        }
        Some(self.target(member))
    }

    fn launch(&mut self, target: Target, now: f64) -> Option<Send> {
        let request = self.next_request;
        self.next_request = request.wrapping_add(1);
        let patience = self.attach(&target, request, now, false);
        let (endpoint, id) = match &target {
            Target::Job(id) => (Endpoint::GetJob, id.clone()),
            Target::List(index) => (Endpoint::ListJobs, self.projects.get(*index)?.id.clone()),
        };
        self.flights.push((request, target));
        Some(Send { request, endpoint, id, patience })
    }

    /// Makes a request that of all who poll the same, due or not, or of those who are due only. Gives the longest
    /// of their timeouts and the most of their retries.
    fn attach(&mut self, target: &Target, request: RequestId, now: f64, only_due: bool) -> Patience {
        let mut patience = Patience { timeout_ms: 0.0, max_retries: 0 };
        for id in 0..self.members.len() {
            let Some(Some(member)) = self.members.get(id) else { continue };
            let is_due = self.due(member) <= now;
            let same = self.target(member) == *target
                || is_due && member.is_unknown() && matches!(target, Target::List(_));
            let wanted = is_due || !only_due && member.wait.polls() > 0;
            if !(same && wanted && member.is_idle()) {
                continue;
            }
            patience.timeout_ms = patience.timeout_ms.max(member.patience.timeout_ms);
            patience.max_retries = patience.max_retries.max(member.patience.max_retries);
            if let Some(Some(member)) = self.members.get_mut(id) {
                member.flight = Some(request);
            }
        }
        patience
    }
}
