//! The emulator as its users see it: over real sockets, and as a process.

mod acting;
mod api;
mod delivery;
mod faults;
mod lives;
mod observing;
mod page;
mod process;
mod proxy;
mod readme;
mod scripts;
mod structure;
mod support;
