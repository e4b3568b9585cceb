//! What is polled: jobs, by Get Job, and projects, by List Jobs. One kind of record for both.

use super::slab::{NONE, Slab};
use super::{RequestId, SubscriberId};
use crate::core::state::hash_id;
use std::rc::Rc;

/// A job or a project in the coordinator.
pub type TargetId = usize;

/// A project that some subscriber is about, or a job that somebody waits for or that a watch of its project follows by
/// Get Job. What does not concern it keeps the value that it began with.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Target {
    pub id: Rc<str>,
    /// The hash of its id.
    pub hash: u64,
    /// The next target in the same chain of the hash table.
    next: TargetId,
    /// It is a project, polled by its list.
    pub is_list: bool,
    /// Those who wait for it or watch it, listening or not.
    pub subscribers: Vec<SubscriberId>,
    /// How many of them listen.
    pub listening: usize,
    /// The request that is in flight for it.
    pub request: Option<RequestId>,

    /// Of a job: its project, once a response has named it.
    pub project: TargetId,
    /// Its place among the jobs of its project.
    pub at: usize,
    /// The list of its project lacks it.
    pub unlisted: bool,
    /// It counts among the jobs of its project that are waited for.
    pub counted: bool,
    /// The next poll is to be a Get Job of its own, soon.
    pub nudged: bool,
    /// It is due, waits for a place, and no response has named its project.
    pub unresolved: bool,
    /// When the watches of its project want it polled by Get Job; infinity: they do not.
    pub watch_due: f64,
    /// How much later than its due time it gets a place, in ms: as long as its last poll held one until it timed out.
    pub yields: f64,
    /// When somebody last began to wait for it, in ticks of the coordinator.
    pub joined: f64,
    /// When a Retry-After last refused it, in ticks of the coordinator; infinity: not since it was served.
    pub refused: f64,
    /// Until when a Retry-After holds it back alone, in ms.
    pub held_until: f64,

    /// Of a project: those of its jobs that are polled.
    pub jobs: Vec<TargetId>,
    /// Jobs that somebody waits for and that its list has.
    pub waited: usize,
    /// Whether its list costs less than Get Job for each of those.
    pub worth: bool,
    /// Its watches have their active jobs polled by Get Job, between lists.
    pub split: bool,
    /// Whether its jobs are polled by its list: what follows from the above.
    pub by_list: bool,
    /// How many sources of polls it counts for: its list, or its jobs.
    pub sources: usize,
    /// What its list weighs, in bytes; below 0: nobody knows.
    pub bytes: f64,
    /// It weighs more than that: its list was not read to the end.
    pub more: bool,
    /// When a Get Job last named it, in ticks of the coordinator.
    pub named_tick: f64,
    /// How often a Get Job named it while there were jobs of unknown project.
    pub shown: u32,
    /// When its list was last received, in ticks of the coordinator.
    pub listed_tick: f64,
    /// When its list was last received or failed, in ms.
    pub listed: f64,
    /// How often in a row its list failed.
    pub failures: u32,
    /// Until when its list is left alone because it failed, in ms.
    pub rests_until: f64,
    /// When it last began to be left alone because it failed, in ticks of the coordinator.
    pub rested_tick: f64,
}

impl Target {
    pub fn new(is_list: bool, id: &Rc<str>, bytes: f64) -> Self {
        Self {
            id: id.clone(),
            hash: hash_id(id),
            next: NONE,
            is_list,
            subscribers: Vec::new(),
            listening: 0,
            request: None,
            project: NONE,
            at: 0,
            unlisted: false,
            counted: false,
            nudged: false,
            unresolved: false,
            watch_due: f64::INFINITY,
            yields: 0.0,
            joined: 0.0,
            refused: f64::INFINITY,
            held_until: f64::NEG_INFINITY,
            jobs: Vec::new(),
            waited: 0,
            worth: false,
            split: false,
            by_list: false,
            sources: 0,
            bytes,
            more: false,
            named_tick: 0.0,
            shown: 0,
            listed_tick: 0.0,
            listed: f64::NEG_INFINITY,
            failures: 0,
            rests_until: f64::NEG_INFINITY,
            rested_tick: 0.0,
        }
    }
}

/// All targets, found by number or, through a hash table, by id.
#[derive(Debug)]
pub struct Targets {
    slab: Slab<Target>,
    /// Where each chain of the table begins; as many as a power of two.
    heads: Vec<TargetId>,
    used: usize,
}

impl Targets {
    pub fn new() -> Self {
        Self { slab: Slab::new(|| Target::new(false, &"".into(), -1.0)), heads: Vec::new(), used: 0 }
    }

    pub fn at(&self, number: TargetId) -> &Target {
        self.slab.at(number)
    }

    pub fn at_mut(&mut self, number: TargetId) -> &mut Target {
        self.slab.at_mut(number)
    }

    pub fn has(&self, number: TargetId) -> bool {
        self.slab.has(number)
    }

    /// One more than the highest number that there was.
    pub fn len(&self) -> usize {
        self.slab.len()
    }

    /// The number of one that is known.
    pub fn find(&self, is_list: bool, id: &str) -> TargetId {
        let hash = hash_id(id);
        let mut number = self.heads.get(self.chain(hash)).copied().unwrap_or(NONE);
        while number != NONE {
            let target = self.at(number);
            if target.hash == hash && target.is_list == is_list && *target.id == *id {
                break;
            }
            number = target.next;
        }
        number
    }

    /// Takes in one that is not known.
    pub fn insert(&mut self, target: Target) -> TargetId {
        let number = self.slab.insert(Box::new(target));
        self.used += 1;
        if self.used > self.heads.len() {
            let chains = (2 * self.heads.len()).max(8);
            self.heads.clear();
            self.heads.resize(chains, NONE);
            for number in 0..self.len() {
                self.link(number);
            }
        } else {
            self.link(number);
        }
        number
    }

    pub fn remove(&mut self, number: TargetId) -> Option<Box<Target>> {
        let removed = self.slab.remove(number)?;
        self.used -= 1;
        let chain = self.chain(removed.hash);
        let head = self.heads.get_mut(chain)?;
        if *head == number {
            *head = removed.next;
            return Some(removed);
        }
        let mut before = *head;
        while self.at(before).next != number && before != NONE {
            before = self.at(before).next;
        }
        self.slab.at_mut(before).next = removed.next;
        Some(removed)
    }

    #[allow(clippy::cast_possible_truncation)] // its lower part
    fn chain(&self, hash: u64) -> usize {
        hash as usize & self.heads.len().wrapping_sub(1)
    }

    fn link(&mut self, number: TargetId) {
        if !self.has(number) {
            return;
        }
        let chain = self.chain(self.at(number).hash);
        if let Some(head) = self.heads.get_mut(chain) {
            self.slab.at_mut(number).next = std::mem::replace(head, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NONE, Target, Targets};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::rc::Rc;

    #[test]
    fn the_table_is_no_larger_for_those_who_have_left() {
        let mut targets = Targets::new();
        let stays = targets.insert(Target::new(false, &"stays".into(), -1.0));
        for id in 0..10_000 {
            let number = targets.insert(Target::new(false, &id.to_string().into(), -1.0));
            assert!(targets.remove(number).is_some());
        }
        assert_eq!((targets.find(false, "stays"), targets.len()), (stays, 2));
        assert!(targets.heads.len() <= 8, "{}", targets.heads.len());
    }

    proptest! {
        #[test]
        fn what_is_polled_has_one_number_as_long_as_it_is_there(changes in proptest::collection::vec((any::<bool>(), 0_usize..30, any::<bool>()), 0..300)) {
            let (mut targets, mut known) = (Targets::new(), BTreeMap::new());
            for (is_list, id, add) in changes {
                let name: Rc<str> = id.to_string().into();
                let before = known.get(&(is_list, id)).copied();
                prop_assert_eq!(targets.find(is_list, &name), before.unwrap_or(NONE));
                match (before, add) {
                    (None, true) => {
                        let number = targets.insert(Target::new(is_list, &name, -1.0));
                        prop_assert!(known.values().all(|other| *other != number) && number <= 60);
                        known.insert((is_list, id), number);
                    }
                    (Some(number), false) => {
                        prop_assert_eq!(targets.remove(number).map(|target| target.id), Some(name));
                        known.remove(&(is_list, id));
                    }
                    _ => {}
                }
                for ((is_list, id), number) in &known {
                    let name = id.to_string();
                    prop_assert_eq!(targets.find(*is_list, &name), *number);
                    prop_assert_eq!(&*targets.at(*number).id, &name);
                }
            }
        }
    }
}
