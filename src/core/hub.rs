//! Many waits, few requests: what a client's waits and watches ask for together.
//!
//! Waits on one job share Get Job. Waits on several jobs of a project, and watches of it, share List Jobs, so
//! that the cost grows with projects and not with jobs. Like [`Wait`], no clock and no I/O: what happened goes
//! in, and [`Hub::step`] says what to do.

use super::job::Facts;
use super::retry::Patience;
use super::route::Endpoint;
use super::wait::{End, Rules, Wait, Watched};
use member::{Member, Subject};
use project::Projects;
use std::collections::BinaryHeap;
use std::rc::Rc;

mod answers;
mod member;
mod polls;
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
    /// When the next poll is due if nothing happens; infinity: none is.
    pub wake: f64,
    /// When the next wait gives up; infinity: none does.
    pub deadline: f64,
}

/// A request to make.
#[derive(Clone, Debug)]
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

impl News {
    /// Whether the member has left with it.
    pub fn ends(&self) -> bool {
        matches!(self, Self::Job { end: Some(_), .. } | Self::Failed { ends: true } | Self::Expired)
    }
}

/// What a member polls.
#[derive(Clone, Debug)]
pub enum Aim {
    Job(Rc<str>),
    Project(Rc<str>),
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq)]
enum Target {
    Job(Rc<str>),
    List(usize),
}

/// A request that is under way.
#[derive(Debug)]
struct Flight {
    request: RequestId,
    target: Target,
    /// How many wait for it.
    riders: usize,
}

/// A job of a list, as far as the hub cares.
pub trait Listed {
    fn id(&self) -> &Rc<str>;
    fn facts(&self) -> &Facts;
}

/// Ids with their places, in the order of the ids and then of the places.
pub struct Index<'a>(pub Vec<(&'a str, usize)>);

impl<'a> Index<'a> {
    /// Of so many ids, `id` telling which is at a place.
    pub fn new(count: usize, id: &dyn Fn(usize) -> Option<&'a str>) -> Self {
        // By a heap: the smallest code that sorts.
        let mut places = Vec::with_capacity(count);
        for place in 0..count {
            places.push((id(place).unwrap_or_default(), place));
        }
        Self(BinaryHeap::from(places).into_sorted_vec())
    }

    /// The first place of an id.
    pub fn first(&self, id: &str) -> Option<usize> {
        let at = self.0.partition_point(|(other, _)| *other < id);
        self.0.get(at).filter(|(other, _)| *other == id).map(|(_, place)| *place)
    }
}

/// All waits and watches of one client.
pub struct Hub {
    members: Vec<Option<Member>>,
    /// The places of `members` that nobody has.
    free: Vec<MemberId>,
    projects: Projects,
    flights: Vec<Flight>,
    aborted: Vec<RequestId>,
    next_request: RequestId,
    /// Counts what happens: tells before from after, however coarse the clock.
    turn: u64,
    /// Members that are due and whose project no answer has told yet.
    crowd: usize,
    /// Lists in a row that were tried for a crowd in vain.
    misses: u32,
    offline: bool,
    random: Box<dyn FnMut() -> f64>,
}

impl Hub {
    /// An empty hub; `random` gives numbers in [0, 1).
    pub fn new(random: Box<dyn FnMut() -> f64>) -> Self {
        Self {
            members: Vec::new(),
            free: Vec::new(),
            projects: Projects::default(),
            flights: Vec::new(),
            aborted: Vec::new(),
            next_request: 0,
            turn: 0,
            crowd: 0,
            misses: 0,
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
        let (wait, joined) = (Wait::new(rules, now), self.turn());
        let member = Some(Member { subject, wait, patience, joined, listening, flight: None });
        let free = self.free.pop();
        if let Some((id, place)) = free.and_then(|id| Some((id, self.members.get_mut(id)?))) {
            *place = member;
            return id;
        }
        self.members.push(member);
        self.members.len() - 1
    }

    /// Removes a member. The request in flight is aborted if nobody else waits for it.
    pub fn leave(&mut self, id: MemberId) {
        let Some(request) = self.vacate(id).and_then(|member| member.flight) else { return };
        let Some(at) = self.flights.iter().position(|flight| flight.request == request) else { return };
        let riders = self.flights.get_mut(at).map_or(0, |flight| {
            flight.riders = flight.riders.saturating_sub(1);
            flight.riders
        });
        if riders == 0 {
            self.flights.swap_remove(at);
            self.aborted.push(request);
        }
    }

    /// Whether a watch is asked for its next value. The first time starts it; later, a poll that came due meanwhile
    /// is due at once.
    pub fn listen(&mut self, id: MemberId, listening: bool, now: f64) {
        if let Some(Some(member)) = self.members.get_mut(id) {
            if listening && !member.listening && member.wait.polls() == 0 {
                member.wait = Wait::new(*member.wait.rules(), now);
            }
            member.listening = listening;
        }
    }

    /// Without a network polls wait, and failures do not count.
    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
    }

    /// The machine slept for so many ms, in which this hub's time stood still: polls are due that much earlier.
    /// Deadlines are not: they are times that a wait was awake for.
    pub fn slept(&mut self, ms: f64) {
        for member in self.members.iter_mut().flatten() {
            member.wait.slept(ms);
        }
        self.projects.slept(ms);
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: f64) -> Step {
        let expired = self.expire(now);
        self.refresh();
        self.board(now);
        let mut send = Vec::new();
        while self.flights.len() < MOST_IN_FLIGHT
            && let Some(target) = self.next_target(now)
        {
            if let Some(request) = self.launch(target, now) {
                send.push(request);
            }
        }
        let (mut wake, mut deadline) = (f64::INFINITY, f64::INFINITY);
        for member in self.members.iter().flatten().filter(|member| member.listening) {
            deadline = deadline.min(member.wait.deadline());
            let due = self.due(member);
            if due > now {
                wake = wake.min(due);
            }
        }
        Step { send, abort: std::mem::take(&mut self.aborted), expired, wake, deadline }
    }

    /// Removes those whose time is over. A watch that nobody asks for a value learns it when it is asked.
    fn expire(&mut self, now: f64) -> Vec<Told> {
        let mut expired = Vec::new();
        for (id, place) in self.members.iter().enumerate() {
            if let Some(member) = place
                && member.listening
                && member.wait.deadline() <= now
            {
                expired.push(member.told(id, News::Expired, now));
            }
        }
        for told in &expired {
            self.leave(told.member);
        }
        expired
    }

    /// Finds out anew which projects are in use, and which are shared.
    fn refresh(&mut self) {
        let listed = self.flights.iter().filter_map(|flight| match flight.target {
            Target::List(index) => Some(index),
            Target::Job(_) => None,
        });
        self.projects.refresh(listed, self.members.iter().flatten());
    }

    fn vacate(&mut self, id: MemberId) -> Option<Member> {
        let member = self.members.get_mut(id)?.take()?;
        self.free.push(id);
        if self.free.len() == self.members.len() {
            self.free.clear();
            self.members.clear();
        }
        Some(member)
    }

    fn turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }
}
