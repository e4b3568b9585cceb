//! Requests that are under way.

use super::{RequestId, SubscriberId};

/// What a request is for, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Job(usize),
    List(usize),
}

/// Whether a request has one of the places in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Held,
    /// It has none, as it sleeps before another attempt.
    Asleep,
    /// It has none: it has slept, and waits for one.
    Wanted,
}

#[derive(Debug)]
pub struct Flight {
    pub target: Target,
    /// The subscribers that it was made for; some may have left.
    pub subscribers: Vec<SubscriberId>,
    /// How many of them have not left.
    pub waiting: usize,
    /// The watches of the job's project want it too.
    pub for_watches: bool,
    /// It also serves jobs whose project is unknown, since its list may have them.
    pub guess: bool,
    pub place: Place,
    /// When it got its place, in ms.
    pub started: f64,
    /// It has taken so long that others need not wait for its place.
    pub slow: bool,
}

/// A table of them. A number that is used again makes another [`RequestId`].
#[derive(Debug, Default)]
pub struct Flights {
    slots: Vec<(u32, Option<Flight>)>,
    free: Vec<usize>,
}

/// The slot of a request: the lower half of its number.
#[allow(clippy::cast_possible_truncation)] // the lower half is the slot
pub fn slot(request: RequestId) -> usize {
    request as u32 as usize
}

impl Flights {
    pub fn insert(&mut self, flight: Flight) -> RequestId {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.slots.push((0, None));
                self.slots.len() - 1
            }
        };
        let Some((generation, place)) = self.slots.get_mut(slot) else { return 0 };
        *place = Some(flight);
        RequestId::from(*generation) << 32 | slot as RequestId
    }

    pub fn get_mut(&mut self, request: RequestId) -> Option<&mut Flight> {
        let (generation, flight) = self.slots.get_mut(slot(request))?;
        flight.as_mut().filter(|_| RequestId::from(*generation) == request >> 32)
    }

    /// The request in a slot.
    pub fn at(&mut self, slot: usize) -> Option<(RequestId, &mut Flight)> {
        let (generation, flight) = self.slots.get_mut(slot)?;
        Some((RequestId::from(*generation) << 32 | slot as RequestId, flight.as_mut()?))
    }

    pub fn remove(&mut self, request: RequestId) -> Option<Flight> {
        self.get_mut(request)?;
        let (generation, flight) = self.slots.get_mut(slot(request))?;
        *generation = generation.wrapping_add(1);
        self.free.push(slot(request));
        flight.take()
    }
}
