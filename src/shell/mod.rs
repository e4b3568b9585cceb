//! The only modules that know JavaScript.

pub mod abort;
pub mod base;
pub mod check;
pub mod client;
pub mod clock;
pub mod exchange;
pub mod failure;
pub mod host;
pub mod http;
mod inner;
pub mod jobs;
pub mod js;
pub mod objects;
pub mod options;
pub mod places;
pub mod poller;
pub mod secret;
pub mod settings;
pub mod status;
pub mod subscription;
pub mod task;
pub mod timer;
pub mod watch;

/// Smaller than the one of the standard library, and constant in time.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
