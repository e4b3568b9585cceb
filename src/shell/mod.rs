//! The only modules that know JavaScript.

mod abort;
mod body;
mod client;
mod clock;
mod env;
mod exchange;
mod failure;
mod http;
mod jobs;
mod js;
mod options;
mod page;
mod reader;
mod same;
mod secret;
mod settings;
mod slot;
mod status;
mod timer;
mod waiter;
mod watch;
mod watcher;

/// Smaller than the one of the standard library, and constant in time.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
