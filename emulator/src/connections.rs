//! The connections that are open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// Numbers connections and knows which are open.
#[derive(Default)]
pub struct Connections(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    total: u64,
    open: BTreeMap<u64, Info>,
}

/// One open connection.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    number: u64,
    /// Requests on it so far, those to the admin paths included.
    requests: u64,
    /// Of these, to the admin paths.
    admin_requests: u64,
}

/// Counts as open until dropped.
pub struct Open {
    of: Arc<Connections>,
    pub number: u64,
}

impl Connections {
    pub fn open(self: &Arc<Self>) -> Open {
        let mut inner = self.lock();
        inner.total += 1;
        let number = inner.total;
        inner.open.insert(number, Info { number, requests: 0, admin_requests: 0 });
        Open { of: Arc::clone(self), number }
    }

    pub fn count_request(&self, number: u64, admin: bool) {
        if let Some(info) = self.lock().open.get_mut(&number) {
            info.requests += 1;
            info.admin_requests += u64::from(admin);
        }
    }

    /// How many there were, and those that are open.
    pub fn all(&self) -> (u64, Vec<Info>) {
        let inner = self.lock();
        (inner.total, inner.open.values().cloned().collect())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.of.lock().open.remove(&self.number);
    }
}
