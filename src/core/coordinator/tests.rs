use super::projects::REMEMBERED_WEIGHTS;
use super::*;
use crate::core::job::JobSnapshot;
use crate::core::route::Endpoint;
use crate::core::wait::End;
use sim::{CONFIG, Reply, completed, processing};

mod asleep;
mod cost;
mod guess;
mod hints;
mod lists;
mod many;
mod places;
mod random;
mod resume;
mod sharing;
mod sim;
mod split;
mod time;

/// A server with so many jobs in one project, all of which end at a moment.
fn one_project(jobs: usize, end: f64) -> impl FnMut(f64, Endpoint, &str) -> Reply {
    move |now, endpoint, _| {
        let snapshot = if now < end { processing(now) } else { completed(end) };
        match endpoint {
            Endpoint::GetJob => Reply::Job("p", snapshot),
            Endpoint::ListJobs => Reply::List((0..jobs).map(|job| (job_name(job), snapshot)).collect()),
        }
    }
}

fn job_name(number: usize) -> String {
    format!("job_{number}")
}

/// Each job in a project of its own.
fn own_projects(snapshot: fn(f64) -> JobSnapshot) -> impl FnMut(f64, Endpoint, &str) -> Reply {
    move |now, endpoint, id| match endpoint {
        Endpoint::GetJob => Reply::Job(Box::leak(["of_", id].concat().into_boxed_str()), snapshot(now)),
        Endpoint::ListJobs => Reply::List(vec![(id["of_".len()..].to_owned(), snapshot(now))]),
    }
}

fn limited(max_wait: f64) -> WaitConfig {
    WaitConfig { max_wait, ..CONFIG }
}
