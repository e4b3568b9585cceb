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
    pub keys: RwLock<Vec<String>>,
}

impl Shared {
    pub fn accepts(&self, key: &str) -> bool {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).iter().any(|own| own == key)
    }

    /// What must not stand in the log.
    pub fn secrets(&self) -> Vec<String> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_keys(&self, keys: Vec<String>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    pub fn is_proxy(&self) -> bool {
        self.hello.mode == "proxy"
    }
}
