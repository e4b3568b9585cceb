//! Polls that come too fast.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Timers fire a little early now and then; that much is forgiven.
const TOLERANCE: Duration = Duration::from_millis(20);

/// The least time between two requests for one path.
#[derive(Default)]
pub struct Floor(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    least: Option<Duration>,
    last: HashMap<String, Instant>,
}

impl Floor {
    pub fn new(ms: Option<u64>) -> Self {
        let floor = Self::default();
        floor.set(ms);
        floor
    }

    /// Real milliseconds; `None` for no floor.
    pub fn set(&self, ms: Option<u64>) {
        let mut inner = self.lock();
        *inner = Inner { least: ms.map(Duration::from_millis), ..Inner::default() };
    }

    pub fn ms(&self) -> Option<u128> {
        self.lock().least.map(|least| least.as_millis())
    }

    /// Counts the request; one that comes too early gets the time to wait, and does not count.
    pub fn check(&self, path: &str, now: Instant) -> Result<(), Duration> {
        let mut inner = self.lock();
        let Some(least) = inner.least else { return Ok(()) };
        let since = inner.last.get(path).map_or(least, |last| now.saturating_duration_since(*last));
        if since + TOLERANCE < least {
            return Err(least.saturating_sub(since));
        }
        inner.last.insert(path.into(), now);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_own_floor_and_a_refused_request_does_not_push_it_up() {
        let floor = Floor::new(Some(5_000));
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(floor.check("/a", at(0)), Ok(()));
        assert_eq!(floor.check("/b", at(1)), Ok(()));
        assert_eq!(floor.check("/a", at(2_000)), Err(Duration::from_secs(3)));
        assert_eq!(floor.check("/a", at(5_000)), Ok(()));
        floor.set(None);
        assert_eq!(floor.check("/a", at(5_001)), Ok(()));
    }
}
