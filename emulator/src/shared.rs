//! What all connections share.

use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::Clock;
use crate::connections::Connections;
use crate::fault::Rules;
use crate::floor::Floor;
use crate::hello::Hello;
use crate::log::Log;
use crate::world::World;

pub struct Shared {
    pub hello: Hello,
    pub clock: Clock,
    pub world: World,
    pub rules: Rules,
    pub floor: Floor,
    pub log: Arc<Log>,
    pub connections: Arc<Connections>,
    /// The keys that are accepted; for a proxy, the one that must not be seen.
    pub keys: RwLock<Keys>,
}

/// The keys that are accepted, by what they may do.
#[derive(Default)]
pub struct Keys {
    pub all_scopes: Vec<String>,
    /// These lack the scope `jobs:write`.
    pub read_only: Vec<String>,
}

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Nothing,
    Read,
    ReadAndWrite,
}

impl Shared {
    pub fn access(&self, key: &str) -> Access {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let holds = |keys: &[String]| keys.iter().any(|own| own == key);
        match (holds(&keys.all_scopes), holds(&keys.read_only)) {
            (true, _) => Access::ReadAndWrite,
            (false, true) => Access::Read,
            (false, false) => Access::Nothing,
        }
    }

    /// What must not stand in the log.
    pub fn secrets(&self) -> Vec<String> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.all_scopes.iter().chain(&keys.read_only).cloned().collect()
    }

    pub fn set_keys(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    pub fn is_proxy(&self) -> bool {
        self.hello.mode == "proxy"
    }
}
