//! `bench cost`: what waits on the jobs of one project cost beside its history, in bytes and requests: by lists alone, by
//! Get Job alone, and as the coordinator chooses. Simulated: ten minutes on a virtual clock, the same in every run.

use std::rc::Rc;

use plangrep_client::core::coordinator::{
    Concurrency, JOB_BYTES, ListedJob, PollCoordinator, PollRequest, REQUEST_COST, WatchTarget,
};
use plangrep_client::core::job::JobSnapshot;
use plangrep_client::core::retry::RetryPolicy;
use plangrep_client::core::route::Endpoint;
use plangrep_client::core::status::Status;
use plangrep_client::core::wait::{DEFAULT_BOUNDS, PollInterval, WaitConfig};

use super::table::{Row, Table};

const WAITS: [usize; 6] = [1, 2, 10, 100, 1_000, 10_000];
const HISTORIES: [usize; 6] = [0, 100, 1_000, 3_000, 20_000, 100_000];
const WHILE: f64 = 600_000.0;
const LATENCY: f64 = 150.0;

struct Listed(Rc<str>, JobSnapshot);

impl ListedJob for Listed {
    fn id(&self) -> &Rc<str> {
        &self.0
    }

    fn snapshot(&self) -> &JobSnapshot {
        &self.1
    }

    fn hash(&self) -> u32 {
        0
    }
}

/// What was requested in all, and the polls that subscribers were notified of.
#[derive(Default)]
struct Traffic {
    requests: usize,
    bytes: f64,
    notified: usize,
}

#[expect(clippy::cast_precision_loss, reason = "counts of jobs")]
fn simulate(waits: usize, history: usize, is_weight_known: bool) -> Traffic {
    let config = WaitConfig {
        poll_interval: PollInterval::Adaptive(DEFAULT_BOUNDS),
        floor: 5_000.0,
        initial_delay: 0.0,
        max_wait: f64::INFINITY,
        max_poll_errors: 5,
        throw_on_blocked: false,
    };
    let retry_policy = RetryPolicy { timeout_ms: 30_000.0, max_retries: 2 };
    let mut random = fastrand::Rng::with_seed(1);
    let mut coordinator =
        PollCoordinator::new(Box::new(move || random.f64()), Concurrency { initial: 4, most: 50 });
    let ids: Vec<Rc<str>> = (0..waits).map(|wait| format!("job_{wait}").into()).collect();
    let list_bytes = (waits + history) as f64 * JOB_BYTES;
    if is_weight_known {
        coordinator.list_weighs("p", list_bytes);
    }
    for id in &ids {
        coordinator.join(&WatchTarget::Job(id.clone()), config, retry_policy, true, 0.0);
    }
    // A page of a thousand after the other, for longer than this goes on.
    let job = |now: f64| JobSnapshot {
        status: Some(Status::Processing),
        updated: Some(now),
        pages: Some(1_000.0),
        done: Some((now / 3_600.0).floor()),
    };
    let mut traffic = Traffic::default();
    let mut now = 0.0;
    let mut under_way: std::collections::VecDeque<(f64, PollRequest)> = std::collections::VecDeque::new();
    while now <= WHILE {
        let actions = coordinator.step(now);
        traffic.requests += actions.send.len();
        under_way.extend(actions.send.into_iter().map(|request| (now + LATENCY, request)));
        match under_way.front() {
            Some((at, _)) if *at <= actions.wake => now = *at,
            _ => {
                now = actions.wake;
                continue;
            }
        }
        let Some((_, request)) = under_way.pop_front() else { break };
        let notified = match request.endpoint {
            Endpoint::GetJob => {
                traffic.bytes += JOB_BYTES;
                coordinator.job_received(request.request, &"p".into(), &job(now), JOB_BYTES, None, now)
            }
            Endpoint::ListJobs => {
                traffic.bytes += list_bytes.min(request.limit);
                if list_bytes > request.limit {
                    coordinator.list_too_long(request.request, request.limit, now);
                    continue;
                }
                let list: Vec<_> = ids.iter().map(|id| Listed(id.clone(), job(now))).collect();
                coordinator.list_received(request.request, &list, list_bytes, None, now)
            }
        };
        traffic.notified += notified.len();
    }
    traffic
}

fn cost(requests: f64, bytes: f64) -> f64 {
    requests * REQUEST_COST + bytes
}

/// The table.
#[expect(clippy::cast_precision_loss, reason = "counts of jobs")]
pub fn run() -> Vec<Table> {
    let mut rows = Vec::new();
    for waits in WAITS {
        for history in HISTORIES {
            let ours = simulate(waits, history, false);
            let knowing = simulate(waits, history, true);
            // As often as ours: for each wait, or for all together.
            let polls = ours.notified as f64;
            let rounds = polls / waits as f64;
            let list = (waits + history) as f64 * JOB_BYTES;
            let total = cost(ours.requests as f64, ours.bytes);
            let (lists, singly) = (cost(rounds, rounds * list), cost(polls, polls * JOB_BYTES));
            // Its own polls are as many, but for chance.
            let notified = knowing.notified as f64;
            let better = cost(notified / waits as f64, notified / waits as f64 * list)
                .min(cost(notified, notified * JOB_BYTES));
            rows.push(Row::new(
                format!("{waits} waits, {history} others"),
                [
                    ours.requests as f64,
                    ours.bytes,
                    lists / 1e6,
                    singly / 1e6,
                    total / 1e6,
                    total / lists.min(singly),
                    cost(knowing.requests as f64, knowing.bytes) / better,
                ],
            ));
        }
    }
    let columns = [
        "requests",
        "bytes",
        "cost of lists, MB",
        "of Get Job, MB",
        "of ours, MB",
        "ours / the better one",
        "the same once a list was had",
    ];
    vec![Table {
        title: "Waits on jobs of one project beside its history, ten minutes, simulated".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
    }]
}
