//! Numbers by when they are due: a binary heap that knows where each is, so that one can be moved or taken out.

/// A heap of numbers, each with a key; the one with the least key first, of equal keys the least number.
#[derive(Debug, Default)]
pub struct DueQueue {
    heap: Vec<(f64, usize)>,
    /// By number: its place in the heap and one more; 0: it is not in there.
    places: Vec<u32>,
}

impl DueQueue {
    /// Puts a number in, or moves it; an infinite key takes it out.
    pub fn set(&mut self, number: usize, key: f64) {
        if key == f64::INFINITY {
            return self.remove(number);
        }
        let at = match self.place(number) {
            Some(at) => at,
            None => {
                self.heap.push((key, number));
                self.heap.len() - 1
            }
        };
        self.settle(at, (key, number));
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: usize) {
        let Some(at) = self.place(number) else { return };
        if let Some(place) = self.places.get_mut(number) {
            *place = 0;
        }
        if let Some(last) = self.heap.pop()
            && at < self.heap.len()
        {
            self.settle(at, last);
        }
    }

    /// The least key and its number.
    pub fn first(&self) -> Option<(f64, usize)> {
        self.heap.first().copied()
    }

    /// The least key; infinity if there is none.
    pub fn soonest(&self) -> f64 {
        self.heap.first().map_or(f64::INFINITY, |(key, _)| *key)
    }

    /// Takes out the first, if its key is not above this.
    pub fn take(&mut self, most: f64) -> Option<usize> {
        let (key, number) = self.first()?;
        if key > most {
            return None;
        }
        self.remove(number);
        Some(number)
    }

    /// The key of a number; infinity if it is not in there.
    pub fn key(&self, number: usize) -> f64 {
        self.place(number).and_then(|at| self.heap.get(at)).map_or(f64::INFINITY, |(key, _)| *key)
    }

    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// The numbers, in no order.
    pub fn numbers(&self) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(self.heap.len());
        for (_, number) in &self.heap {
            numbers.push(*number);
        }
        numbers
    }

    fn place(&self, number: usize) -> Option<usize> {
        (*self.places.get(number)? as usize).checked_sub(1)
    }

    /// Puts an entry at a place, and lets it rise or sink to where it belongs.
    fn settle(&mut self, mut at: usize, entry: (f64, usize)) {
        while at > 0 {
            let parent = (at - 1) / 2;
            let Some(above) = self.heap.get(parent).copied().filter(|above| entry < *above) else { break };
            self.put(at, above);
            at = parent;
        }
        loop {
            let mut child = 2 * at + 1;
            let Some(mut least) = self.heap.get(child).copied() else { break };
            if let Some(other) = self.heap.get(child + 1).copied().filter(|other| *other < least) {
                (child, least) = (child + 1, other);
            }
            if entry <= least {
                break;
            }
            self.put(at, least);
            at = child;
        }
        self.put(at, entry);
    }

    fn put(&mut self, at: usize, entry: (f64, usize)) {
        if let Some(place) = self.heap.get_mut(at) {
            *place = entry;
        }
        while self.places.len() <= entry.1 {
            self.places.push(0);
        }
        #[allow(clippy::cast_possible_truncation)] // as many as fit a memory of 4 GiB
        if let Some(place) = self.places.get_mut(entry.1) {
            *place = at as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DueQueue;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_as_a_sorted_list(changes in proptest::collection::vec((0_usize..40, proptest::option::of(0_u32..50)), 0..200)) {
            let (mut queue, mut sorted) = (DueQueue::default(), BTreeMap::new());
            for (number, key) in changes {
                match key {
                    Some(key) => { queue.set(number, f64::from(key)); sorted.insert(number, key); }
                    None => { queue.remove(number); sorted.remove(&number); }
                }
                let first = sorted.iter().map(|(number, key)| (f64::from(*key), *number));
                let first = first.min_by(|one, other| one.partial_cmp(other).unwrap());
                prop_assert_eq!(queue.first(), first);
                prop_assert_eq!(queue.soonest(), first.map_or(f64::INFINITY, |(key, _)| key));
                prop_assert_eq!((queue.len(), queue.is_empty()), (sorted.len(), sorted.is_empty()));
                let mut numbers = queue.numbers();
                numbers.sort_unstable();
                prop_assert!(numbers.iter().eq(sorted.keys()));
                for number in 0..41 {
                    let key = sorted.get(&number).map_or(f64::INFINITY, |key| f64::from(*key));
                    prop_assert_eq!(queue.key(number), key);
                }
            }
            let mut left: Vec<_> = sorted.iter().map(|(number, key)| (*key, *number)).collect();
            left.sort_unstable();
            for (key, number) in left {
                prop_assert_eq!(queue.take(f64::from(key) - 0.5), None);
                prop_assert_eq!(queue.take(f64::from(key)), Some(number));
            }
            prop_assert!(queue.is_empty() && queue.take(f64::MAX).is_none());
        }
    }
}
