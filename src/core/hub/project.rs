//! The projects that a hub's members are about.

use super::member::{Member, Subject};
use std::rc::Rc;

/// A project that some member is about.
#[derive(Debug)]
pub struct Project {
    pub id: Rc<str>,
    /// When Get Job last told of it, in turns of the hub.
    pub told: u64,
    /// When its list was last had, in turns of the hub.
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

    /// Time that the hub's clock missed.
    pub fn slept(&mut self, ms: f64) {
        for project in &mut self.0 {
            project.listed -= ms;
            project.not_before -= ms;
        }
    }

    /// Finds out anew which are used, and which are shared. `listed`: those whose list is in flight.
    pub fn refresh<'a>(
        &mut self,
        listed: impl Iterator<Item = usize>,
        members: impl Iterator<Item = &'a Member>,
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
        for member in members {
            let (Subject::Job { project: Some(index), .. } | Subject::Project { index, .. }) =
                &member.subject
            else {
                continue;
            };
            let Some(project) = self.0.get_mut(*index) else { continue };
            project.used = true;
            match &member.subject {
                _ if !member.listening => {}
                Subject::Project { .. } => project.shared = true,
                Subject::Job { unlisted: true, .. } => {}
                Subject::Job { id, .. } => match &project.only {
                    Some(only) if only != id => project.shared = true,
                    Some(_) => {}
                    None => project.only = Some(id.clone()),
                },
            }
        }
    }
}
