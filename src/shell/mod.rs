//! The only modules that know JavaScript.

mod abort;
mod body;
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
mod settings;
mod slot;
mod status;
mod timer;
