//! Ids and a number for each, found by its hash.

use std::rc::Rc;

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Entry {
    /// `None`: the number is free.
    id: Option<Rc<str>>,
    hash: u32,
    /// The next of the same chain, or the next free one.
    next: u32,
}

/// A hash table from ids to small numbers, which are used again.
#[derive(Debug)]
pub struct Ids {
    /// Where each chain begins; as many as a power of two.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    free: u32,
    used: usize,
}

impl Default for Ids {
    fn default() -> Self {
        Self { heads: Vec::new(), entries: Vec::new(), free: NONE, used: 0 }
    }
}

/// FNV-1a.
fn hash(id: &str) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    for byte in id.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

#[allow(clippy::cast_possible_truncation)] // as many as fit a memory of 4 GiB
impl Ids {
    /// The number of an id that is known.
    pub fn find(&self, id: &str) -> Option<usize> {
        let hash = hash(id);
        let mut at = *self.heads.get(self.chain(hash))?;
        while let Some(entry) = self.entries.get(at as usize) {
            if entry.hash == hash && entry.id.as_deref() == Some(id) {
                return Some(at as usize);
            }
            at = entry.next;
        }
        None
    }

    /// The id of a number.
    pub fn id(&self, number: usize) -> Option<&Rc<str>> {
        self.entries.get(number)?.id.as_ref()
    }

    /// Takes in an id that is not known.
    pub fn insert(&mut self, id: &Rc<str>) -> usize {
        self.used += 1;
        if self.used > self.heads.len() {
            self.grow();
        }
        let entry = Entry { id: Some(id.clone()), hash: hash(id), next: NONE };
        let number = match self.entries.get_mut(self.free as usize) {
            Some(place) => {
                let number = std::mem::replace(&mut self.free, place.next);
                *place = entry;
                number
            }
            None => {
                self.entries.push(entry);
                self.entries.len() as u32 - 1
            }
        };
        self.link(number);
        number as usize
    }

    /// Forgets a number and its id.
    pub fn remove(&mut self, number: usize) {
        let Some(entry) = self.entries.get_mut(number).filter(|entry| entry.id.is_some()) else { return };
        let (hash, next) = (entry.hash, entry.next);
        entry.id = None;
        entry.next = self.free;
        self.free = number as u32;
        self.used -= 1;
        let chain = self.chain(hash);
        let Some(head) = self.heads.get_mut(chain) else { return };
        if *head == number as u32 {
            *head = next;
            return;
        }
        let mut at = *head;
        while let Some(entry) = self.entries.get_mut(at as usize) {
            if entry.next == number as u32 {
                entry.next = next;
                return;
            }
            at = entry.next;
        }
    }

    fn chain(&self, hash: u32) -> usize {
        hash as usize & self.heads.len().wrapping_sub(1)
    }

    fn link(&mut self, number: u32) {
        let Some(hash) = self.entries.get(number as usize).map(|entry| entry.hash) else { return };
        let chain = self.chain(hash);
        if let (Some(head), Some(entry)) = (self.heads.get_mut(chain), self.entries.get_mut(number as usize))
        {
            entry.next = std::mem::replace(head, number);
        }
    }

    fn grow(&mut self) {
        let chains = (2 * self.heads.len()).max(8);
        self.heads.clear();
        self.heads.resize(chains, NONE);
        for number in 0..self.entries.len() {
            if self.id(number).is_some() {
                self.link(number as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::rc::Rc;

    proptest! {
        #[test]
        fn an_id_has_one_number_as_long_as_it_is_there(changes in proptest::collection::vec((0_usize..60, any::<bool>()), 0..300)) {
            let (mut ids, mut known) = (Ids::default(), BTreeMap::new());
            for (id, add) in changes {
                let name: Rc<str> = id.to_string().into();
                prop_assert_eq!(ids.find(&name), known.get(&id).copied());
                match (known.get(&id).copied(), add) {
                    (None, true) => {
                        let number = ids.insert(&name);
                        prop_assert!(known.values().all(|other| *other != number) && number <= known.len().max(60));
                        known.insert(id, number);
                    }
                    (Some(number), false) => {
                        ids.remove(number);
                        known.remove(&id);
                    }
                    _ => {}
                }
                for (id, number) in &known {
                    prop_assert_eq!(ids.find(&id.to_string()), Some(*number));
                    prop_assert_eq!(ids.id(*number).map(ToString::to_string), Some(id.to_string()));
                }
            }
        }
    }
}
