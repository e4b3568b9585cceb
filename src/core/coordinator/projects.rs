//! The projects that a coordinator's subscribers are about.

use super::subscriber::{Subscriber, SubscriberState};
use std::rc::Rc;

/// A project that some subscriber is about.
#[derive(Debug)]
pub struct Project {
    pub id: Rc<str>,
    /// When Get Job last told of it, in ticks of the coordinator.
    pub told: u64,
    /// When its list was last had, in ticks of the coordinator.
    pub answered: u64,
    /// When its list was last had or failed, in ms.
    pub listed: f64,
    /// Until when the server asked to leave its list alone, in ms.
    pub not_before: f64,
    /// Its list cannot be had.
    pub unusable: bool,
    /// More than one job of it is waited for, or it is watched itself.
    pub shared: bool,
    only: Option<Rc<str>>,
    used: bool,
}

/// A table of projects whose places are used again.
#[derive(Debug, Default)]
pub struct Projects(Vec<Project>);

impl Projects {
    pub fn get(&self, index: usize) -> Option<&Project> {
        self.0.get(index)
    }

    pub fn get_mut(&mut self, index: usize) -> Option<&mut Project> {
        self.0.get_mut(index)
    }

    /// The place of the first that the condition holds for.
    pub fn position(&self, condition: impl Fn(&Project) -> bool) -> Option<usize> {
        self.0.iter().position(|project| project.used && condition(project))
    }

    /// The place of a project, new or known.
    pub fn place(&mut self, id: &Rc<str>) -> usize {
        if let Some(known) = self.position(|project| project.id == *id) {
            return known;
        }
        let new = Project {
            id: id.clone(),
            told: 0,
            answered: 0,
            listed: f64::NEG_INFINITY,
            not_before: f64::NEG_INFINITY,
            unusable: false,
            shared: false,
            only: None,
            used: true,
        };
        let free = self.0.iter().position(|project| !project.used).unwrap_or(self.0.len());
        match self.0.get_mut(free) {
            Some(place) => *place = new,
            None => self.0.push(new),
        }
        free
    }

    /// Time that the coordinator's clock missed.
    pub fn slept(&mut self, ms: f64) {
        for project in &mut self.0 {
            project.listed -= ms;
            project.not_before -= ms;
        }
    }

    /// Finds out anew which are used, and which are shared. `listed`: those whose list is in in_flight.
    pub fn refresh<'a>(
        &mut self,
        listed: impl Iterator<Item = usize>,
        subscribers: impl Iterator<Item = &'a Subscriber>,
    ) {
        for project in &mut self.0 {
            project.shared = false;
            project.only = None;
            project.used = false;
        }
        for index in listed {
            if let Some(project) = self.0.get_mut(index) {
                project.used = true;
            }
        }
        for subscriber in subscribers {
            let (SubscriberState::Job { project: Some(index), .. } | SubscriberState::Project { index, .. }) =
                &subscriber.state
            else {
                continue;
            };
            let Some(project) = self.0.get_mut(*index) else { continue };
            project.used = true;
            match &subscriber.state {
                _ if !subscriber.listening => {}
                SubscriberState::Project { .. } => project.shared = true,
                SubscriberState::Job { unlisted: true, .. } => {}
                SubscriberState::Job { id, .. } => match &project.only {
                    Some(only) if only != id => project.shared = true,
                    Some(_) => {}
                    None => project.only = Some(id.clone()),
                },
            }
        }
    }
}
