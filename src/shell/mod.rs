//! The only modules that know JavaScript.

mod abort;
mod client;
mod env;
mod exchange;
mod failure;
mod http;
mod jobs;
mod js;
mod options;
mod reader;
mod secret;
mod slot;
mod status;
mod timer;
