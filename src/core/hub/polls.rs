//! What to ask for next, and for whom.

use super::member::{Member, Subject};
use super::project::Project;
use super::{Flight, Hub, RequestId, Send, Target};
use crate::core::retry::Patience;
use crate::core::route::Endpoint;

/// Lists in a row that are tried in vain for waits whose project is unknown; then each is asked for by itself.
const MOST_MISSES: u32 = 2;

impl Hub {
    /// What a member polls, by what is known of it.
    pub(super) fn target(&self, member: &Member) -> Target {
        match &member.subject {
            Subject::Project { index, .. } => Target::List(*index),
            Subject::Job { id, project, unlisted, .. } => {
                let shared = |index: &usize| {
                    self.projects.get(*index).is_some_and(|project| project.shared && !project.unusable)
                };
                let list = project.filter(|index| !unlisted && shared(index));
                list.map_or_else(|| Target::Job(id.clone()), Target::List)
            }
        }
    }

    /// When a member's next poll may start; infinity while it is in flight or not wanted.
    pub(super) fn due(&self, member: &Member) -> f64 {
        if !member.is_idle() || self.offline {
            return f64::INFINITY;
        }
        let due = member.wait.due();
        if member.wait.polls() == 0 {
            return due;
        }
        // A list that others just asked for is left alone for the floor, and for what the server asked for.
        match self.target(member) {
            Target::List(index) => self.projects.get(index).map_or(due, |project| {
                due.max(project.listed + member.wait.rules().floor).max(project.not_before)
            }),
            Target::Job(_) => due,
        }
    }

    /// Has those who are due wait for what is in flight already, and counts those whose project is unknown.
    pub(super) fn board(&mut self, now: f64) {
        let unknown = |member: &&Member| member.is_unknown() && self.due(member) <= now;
        self.crowd = self.members.iter().flatten().filter(unknown).count();
        if self.crowd == 0 {
            self.misses = 0;
        }
        for at in 0..self.flights.len() {
            let Some(Flight { request, target, .. }) = self.flights.get(at) else { continue };
            let (request, target) = (*request, target.clone());
            let (riders, _) = self.attach(&target, request, now, true);
            if let Some(flight) = self.flights.get_mut(at) {
                flight.riders += riders;
            }
        }
    }

    /// What the member that is due for longest polls.
    pub(super) fn next_target(&self, now: f64) -> Option<Target> {
        let mut longest: Option<(&Member, f64)> = None;
        for member in self.members.iter().flatten() {
            let due = self.due(member);
            if due <= now && longest.is_none_or(|(_, least)| due < least) {
                longest = Some((member, due));
            }
        }
        let (member, _) = longest?;
        let guess = self.projects.position(|project| self.may_list(project, member));
        Some(guess.map_or_else(|| self.target(member), Target::List))
    }

    /// Makes the request for all who poll the same, due or not: one request a poll, told to all of them.
    pub(super) fn launch(&mut self, target: Target, now: f64) -> Option<Send> {
        let request = self.next_request;
        self.next_request = request.wrapping_add(1);
        let (riders, patience) = self.attach(&target, request, now, false);
        let (endpoint, id) = match &target {
            Target::Job(id) => (Endpoint::GetJob, id.clone()),
            Target::List(index) => (Endpoint::ListJobs, self.projects.get(*index)?.id.clone()),
        };
        self.flights.push(Flight { request, target, riders });
        Some(Send { request, endpoint, id, patience })
    }

    /// Whether the list of a project may have a job whose own project is unknown: many start together, and one of
    /// them was just told to be in it.
    fn may_list(&self, project: &Project, member: &Member) -> bool {
        member.is_unknown()
            && self.crowd > 1
            && self.misses < MOST_MISSES
            && !project.unusable
            && project.told > member.joined
            && project.answered < member.joined
    }

    /// Makes a request that of all who poll the same, or of those of them who are due. Gives how many, the longest
    /// of their timeouts and the most of their retries.
    fn attach(&mut self, target: &Target, request: RequestId, now: f64, only_due: bool) -> (usize, Patience) {
        let mut riders = 0;
        let mut patience = Patience { timeout_ms: 0.0, max_retries: 0 };
        for id in 0..self.members.len() {
            let Some(Some(member)) = self.members.get(id) else { continue };
            if !member.is_idle() {
                continue;
            }
            let is_due = self.due(member) <= now;
            if !is_due && (only_due || member.wait.polls() == 0) {
                continue;
            }
            let guessed = match target {
                Target::List(index) => {
                    is_due && self.projects.get(*index).is_some_and(|project| self.may_list(project, member))
                }
                Target::Job(_) => false,
            };
            if !guessed && self.target(member) != *target {
                continue;
            }
            riders += 1;
            patience.timeout_ms = patience.timeout_ms.max(member.patience.timeout_ms);
            patience.max_retries = patience.max_retries.max(member.patience.max_retries);
            if let Some(Some(member)) = self.members.get_mut(id) {
                member.flight = Some(request);
            }
        }
        (riders, patience)
    }
}
