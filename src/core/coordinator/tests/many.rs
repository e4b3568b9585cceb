//! Many at once: who goes first, how many, what one of them costs, and what a server gets that refuses so many.

use super::sim::{CONCURRENCY, CONFIG, Reply, Sim, processing, status};
use super::*;
use crate::core::schedule::Bounds;
use crate::core::wait::PollInterval;

#[test]
fn six_jobs_that_never_answer_keep_nobody_from_theirs() {
    for first in [0, 47, 94] {
        let hangs = move |id: &str| {
            let number: usize = id["job_".len()..].parse().unwrap();
            (first..first + 6).contains(&number)
        };
        let mut server = own_projects(processing);
        let mut sim = Sim::new(150.0, move |now, endpoint, id| match endpoint {
            Endpoint::GetJob if hangs(id) => Reply::Hangs,
            _ => server(now, endpoint, id),
        });
        sim.retries = true;
        for job in 0..100 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(200_000.0);
        let mut notifications: Vec<f64> = vec![f64::INFINITY; 100];
        for (at, news) in &sim.notifications {
            notifications[news.subscriber] = notifications[news.subscriber].min(*at);
        }
        notifications.sort_by(f64::total_cmp);
        assert!(notifications[93] <= 1_500.0, "{first}: {}", notifications[93]);
        // Of 1 946 without them.
        assert!(sim.log.len() as f64 >= 0.9 * 1_946.0, "{first}: {}", sim.log.len());
        assert!(sim.most_in_flight <= CONCURRENCY.most);
    }
}

#[test]
fn one_that_timed_out_yields_for_as_long_as_it_held_a_place() {
    for start in [0.0, 1e6] {
        let mut server = own_projects(processing);
        let mut sim = Sim::new(1_000.0, move |now, endpoint, id| match id {
            "job_0" if now < start + 35_000.0 => Reply::Hangs,
            _ => server(now, endpoint, id),
        });
        sim.now = start;
        sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial: 1, most: 1 });
        for job in 0..40 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(start + 200_000.0);
        // Due again at 40 s, it goes behind those who are due until 70 s.
        let again = sim.times("job_0")[1];
        let order: Vec<_> =
            sim.log.iter().skip(1).take_while(|(at, _)| *at < again).map(|(_, name)| name.clone()).collect();
        assert_eq!(order[..39], (1..40).map(job_name).collect::<Vec<_>>()[..]);
        let due: Vec<f64> = order[39..].iter().map(|name| sim.times(name)[0] + 11_000.0 - start).collect();
        assert!(!due.is_empty() && due.iter().all(|due| *due <= 70_000.0), "{due:?}");
        assert!(again >= start + 70_000.0);
    }
}

#[test]
fn what_is_due_longest_goes_first() {
    let mut sim = Sim::new(1_000.0, own_projects(processing));
    sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial: 1, most: 1 });
    for (job, initial_delay) in [(0, 0.0), (1, 500.0), (2, 300.0), (3, 400.0)] {
        sim.wait(&job_name(job), WaitConfig { initial_delay, ..CONFIG });
    }
    sim.run(4_500.0);
    let order: Vec<_> = sim.log.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(order, ["job_0", "job_2", "job_3", "job_1"]);
}

#[test]
fn as_many_as_in_a_page_at_first_and_more_once_the_waits_are_of_many_projects() {
    for (most, expected) in [(50, 50), (7, 7), (4, 4), (1, 1)] {
        let mut sim = Sim::new(150.0, own_projects(processing));
        let concurrency = Concurrency { initial: 4.min(most), most };
        sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), concurrency);
        for job in 0..1_000 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.step();
        assert_eq!(sim.in_flight(), concurrency.initial);
        sim.run(5_000.0);
        assert_eq!(sim.most_in_flight, expected);
    }
    let mut sim = Sim::new(150.0, one_project(1_000, f64::INFINITY));
    for job in 0..1_000 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(600_000.0);
    assert_eq!(sim.most_in_flight, 4);
}

#[test]
fn ten_thousand_waits_in_ten_thousand_projects_are_polled_as_often_as_places_allow() {
    let mut sim = Sim::new(150.0, own_projects(processing));
    for job in 0..10_000 {
        sim.wait(&job_name(job), WaitConfig { poll_interval: PollInterval::Fixed(30_000.0), ..CONFIG });
    }
    sim.run(60_000.0);
    let before = sim.log.len();
    sim.run(120_000.0);
    // Fifty places, 150 ms each: 333 a second, of which they need 330.
    let rate = (sim.log.len() - before) as f64 / 60.0;
    assert!(rate >= 325.0, "{rate}");
}

#[test]
fn a_retry_that_sleeps_holds_no_place_and_takes_one_when_it_goes_on() {
    let mut server = own_projects(processing);
    let mut sim = Sim::new(100.0, move |now, endpoint, id| match id {
        "job_0" if now < 400.0 => Reply::Fails(status(503)),
        _ => server(now, endpoint, id),
    });
    sim.retries = true;
    sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial: 1, most: 1 });
    for job in 0..10 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(1_150.0);
    // It sleeps from 100 to 600, and then the place is taken until 700.
    let order: Vec<_> = sim.log.iter().map(|(at, name)| (*at, name.as_str())).collect();
    assert_eq!(order[..2], [(0.0, "job_0"), (100.0, "job_1")]);
    assert_eq!(sim.times("job_0"), [0.0, 700.0], "what was begun goes on first");
    assert_eq!((order.len(), sim.most_in_flight), (11, 1));
}

/// A key whose requests are refused for the first thirty seconds.
fn limited_key(jobs: usize) -> Sim<impl FnMut(f64, Endpoint, &str) -> Reply> {
    let mut server = own_projects(processing);
    let mut sim = Sim::new(100.0, move |now, endpoint, id| {
        if now < 30_000.0 {
            return Reply::Later(Box::new(Reply::Fails(status(429))), 30_000.0);
        }
        server(now, endpoint, id)
    });
    sim.retries = true;
    let mut state = 1_u64;
    let random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    sim.coordinator = PollCoordinator::new(Box::new(random), CONCURRENCY);
    for job in 0..jobs {
        let poll_interval = PollInterval::Adaptive(Bounds { min: 10_000.0, max: 30_000.0 });
        sim.wait(&job_name(job), WaitConfig { poll_interval, ..CONFIG });
    }
    sim
}

fn most_in_a_second(times: &[f64]) -> usize {
    times
        .iter()
        .enumerate()
        .map(|(at, begin)| times[at..].iter().take_while(|time| **time < begin + 1_000.0).count())
        .max()
        .unwrap()
}

#[test]
fn a_key_that_may_not_ask_is_not_used_by_anybody_and_then_by_all_in_turn() {
    let mut sim = limited_key(1_000);
    sim.run(120_000.0);
    let times: Vec<f64> = sim.log.iter().map(|(at, _)| *at).collect();
    let early = times.iter().filter(|at| **at < 30_000.0).count();
    assert!(early <= CONCURRENCY.most, "{early}");
    let later: Vec<f64> = times.iter().copied().filter(|at| *at >= 30_100.0).collect();
    let mean = later.len() as f64 / 90.0;
    let most = most_in_a_second(&later);
    assert!(most as f64 <= 2.0 * mean, "{most} {mean}");
    let notifications: std::collections::BTreeSet<_> =
        sim.notifications.iter().map(|(_, notification)| notification.subscriber).collect();
    assert_eq!(notifications.len(), 1_000, "each was polled");
    assert!(
        sim.notifications.iter().all(|(_, notification)| matches!(notification.outcome, Outcome::Job { .. }))
    );
}

#[test]
fn one_alone_is_not_spread_but_polls_when_it_may() {
    let mut sim = Sim::new(100.0, |now, _, _| {
        if now < 30_000.0 {
            return Reply::Later(Box::new(Reply::Fails(status(429))), 30_000.0);
        }
        Reply::Job("p", processing(now))
    });
    sim.wait("job_0", CONFIG);
    sim.run(60_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 30_100.0, 40_200.0, 50_300.0]);
}

#[test]
fn a_thousand_first_polls_come_at_once_and_the_second_ones_spread() {
    let mut sim = limited_key(0);
    sim.now = 40_000.0;
    for job in 0..1_000 {
        let poll_interval = PollInterval::Adaptive(Bounds { min: 10_000.0, max: 30_000.0 });
        sim.wait(&job_name(job), WaitConfig { poll_interval, ..CONFIG });
    }
    sim.run(300_000.0);
    let mut polls = std::collections::BTreeMap::<&str, Vec<f64>>::new();
    for (at, name) in &sim.log {
        polls.entry(name).or_default().push(*at);
    }
    let nth = |poll: usize| {
        let mut times: Vec<f64> = polls.values().map(|times| times[poll]).collect();
        times.sort_by(f64::total_cmp);
        times[949] - times[50]
    };
    // As fast as places allow; then each poll is spread by the jitter of all before.
    let spread = [nth(0), nth(1), nth(4), nth(9)];
    assert!(spread[0] < 3_000.0, "{spread:?}");
    assert!(spread.windows(2).all(|two| two[0] < two[1]), "{spread:?}");
    assert!(spread[3] > 3_000.0, "{spread:?}");
}

/// Subscribers looked at for each request, over a while of so many waits.
fn steps(waits: usize, server: impl FnMut(f64, Endpoint, &str) -> Reply) -> f64 {
    let mut sim = Sim::new(150.0, server);
    for job in 0..waits {
        sim.wait(&job_name(job), limited(1e9));
    }
    sim.run(25_000.0);
    let (steps, requests) = (sim.coordinator.steps.get(), sim.log.len());
    sim.run(55_000.0);
    (sim.coordinator.steps.get() - steps) as f64 / (sim.log.len() - requests) as f64
}

#[test]
fn what_a_request_costs_does_not_depend_on_how_many_wait_for_others() {
    let few = steps(100, own_projects(processing));
    for waits in [1_000, 2_000] {
        let many = steps(waits, own_projects(processing));
        assert!(many <= few * 1.01, "{waits}: {many}, of 100: {few}");
    }
    assert!((1.0..=16.0).contains(&few), "{few}");
}

#[test]
fn what_a_list_costs_follows_those_it_is_for() {
    let each = |waits| steps(waits, one_project(waits, f64::INFINITY)) / waits as f64;
    let few = each(100);
    assert!(each(1_000) <= few * 1.01 && (1.0..=10.0).contains(&few), "{few} {}", each(1_000));
}

#[test]
fn leaving_looks_at_nobody_else() {
    for shared in [false, true] {
        let mut sim = Sim::new(0.0, own_projects(processing));
        for job in 0..2_000 {
            sim.wait(&job_name(if shared { 0 } else { job }), limited(1e9));
        }
        sim.run(5_000.0);
        let before = sim.coordinator.steps.get();
        for subscriber in 0..2_000 {
            sim.coordinator.leave(subscriber);
        }
        assert!(sim.coordinator.is_empty());
        let steps = sim.coordinator.steps.get() - before;
        assert!(steps <= 2_000 * 4, "{steps}");
    }
}

#[test]
fn a_wait_takes_little_memory() {
    let job = size_of::<Subscriber>() + 2 * size_of::<targets::Target>();
    assert!(job <= 832, "{job}");
}
