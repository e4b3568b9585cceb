//! Which job stands where in a list.

use super::ListedJob;
use crate::core::state::hash_id;
use std::collections::BinaryHeap;

/// The hashes of ids with their places, in the order of the hashes and then of the places.
#[derive(Default)]
pub struct Index(pub(super) Vec<(u64, usize)>);

impl Index {
    /// An index of the jobs of a list.
    pub fn of_list(list: &[impl ListedJob]) -> Self {
        Self::new(list.len(), &|place| Some(list.get(place)?.id()))
    }

    /// An index of `count` ids; `id` gives the one at a place.
    pub fn new<'a>(count: usize, id: &dyn Fn(usize) -> Option<&'a str>) -> Self {
        Self::of_hashes(count, &|place| id(place).map(hash_id))
    }

    /// As [`Self::new`], where the hash of an id is known.
    pub fn of_hashes(count: usize, hash: &dyn Fn(usize) -> Option<u64>) -> Self {
        // By a heap: the smallest code that sorts.
        let mut places = Vec::with_capacity(count);
        for place in 0..count {
            places.push((hash(place).unwrap_or_default(), place));
        }
        Self(BinaryHeap::from(places).into_sorted_vec())
    }

    /// The first place of an id.
    pub fn first(&self, id: &str) -> Option<usize> {
        self.find(hash_id(id))
    }

    /// The first place of the id with a hash.
    pub fn find(&self, hash: u64) -> Option<usize> {
        let at = self.0.partition_point(|(other, _)| *other < hash);
        self.0.get(at).filter(|(other, _)| *other == hash).map(|(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_found_where_it_stands_first() {
        let ids = ["d", "a", "c", "a", "b", "d", ""];
        let index = Index::new(ids.len(), &|place| ids.get(place).copied());
        for (id, place) in
            [("a", Some(1)), ("b", Some(4)), ("c", Some(2)), ("d", Some(0)), ("", Some(6)), ("e", None)]
        {
            assert_eq!((index.first(id), index.find(hash_id(id))), (place, place), "{id}");
        }
        assert_eq!(Index::default().first("a"), None);
    }
}
