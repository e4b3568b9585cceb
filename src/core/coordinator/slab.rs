//! Records by small numbers, which are used again.

/// The number of no record.
pub const NONE: usize = usize::MAX;

/// Each record is in a box of its own: a vector of records that grows would leave pieces of memory behind that nothing
/// else fits into. A number that no record has is no special case: reading gives a record that stays empty, and what is
/// written to it is never read.
#[derive(Debug)]
pub struct Slab<T> {
    all: Vec<Option<Box<T>>>,
    free: Vec<usize>,
    empty: Box<T>,
    waste: Box<T>,
}

impl<T> Slab<T> {
    pub fn new(empty: fn() -> T) -> Self {
        Self { all: Vec::new(), free: Vec::new(), empty: Box::new(empty()), waste: Box::new(empty()) }
    }

    #[inline(never)]
    pub fn at(&self, number: usize) -> &T {
        match self.all.get(number) {
            Some(Some(record)) => record,
            _ => &self.empty,
        }
    }

    #[inline(never)]
    pub fn at_mut(&mut self, number: usize) -> &mut T {
        match self.all.get_mut(number) {
            Some(Some(record)) => record,
            _ => &mut self.waste,
        }
    }

    #[inline(never)]
    pub fn has(&self, number: usize) -> bool {
        matches!(self.all.get(number), Some(Some(_)))
    }

    #[inline(never)]
    pub fn insert(&mut self, record: Box<T>) -> usize {
        let number = self.free.pop().unwrap_or(self.all.len());
        match self.all.get_mut(number) {
            Some(place) => *place = Some(record),
            None => self.all.push(Some(record)),
        }
        number
    }

    /// Takes out a record. With the last one all numbers begin anew.
    #[inline(never)]
    pub fn remove(&mut self, number: usize) -> Option<Box<T>> {
        let record = self.all.get_mut(number)?.take()?;
        self.free.push(number);
        if self.is_empty() {
            self.free.clear();
            self.all.clear();
        }
        Some(record)
    }

    pub fn is_empty(&self) -> bool {
        self.free.len() == self.all.len()
    }

    /// One more than the highest number that there was.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}
