//! How many requests may be in flight, and when that is looked at.

use super::sim::{CONFIG, Reply, Sim, completed, processing, status};
use super::*;

fn of_places<F: FnMut(f64, Endpoint, &str) -> Reply>(
    initial: usize,
    most: usize,
    latency: f64,
    server: F,
) -> Sim<F> {
    let mut sim = Sim::new(latency, server);
    sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial, most });
    sim
}

/// When each of so many jobs was requested first.
fn first_polls<F: FnMut(f64, Endpoint, &str) -> Reply>(sim: &Sim<F>, jobs: usize) -> Vec<f64> {
    (0..jobs).filter_map(|job| sim.times(&job_name(job)).first().copied()).collect()
}

#[test]
fn the_more_requests_are_slow_the_longer_it_takes_until_another_is_and_makes_room() {
    let mut sim = of_places(1, 50, 0.0, |_, _, _| Reply::Silence);
    for job in 0..9 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(10_000.0);
    assert_eq!(first_polls(&sim, 9), [0.0, 250.0, 750.0, 1_750.0, 3_750.0, 7_750.0]);
    let mut sim = of_places(2, 50, 0.0, |_, _, _| Reply::Silence);
    for job in 0..9 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(1_750.0);
    assert_eq!(first_polls(&sim, 9), [0.0, 0.0, 250.0, 250.0, 750.0, 750.0, 1_750.0, 1_750.0]);
}

#[test]
fn a_request_that_was_slow_makes_no_room_once_it_is_over() {
    let mut sim = of_places(1, 50, 300.0, |_, _, _| Reply::Fails(status(503)));
    for job in 0..5 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(5_000.0);
    assert_eq!(first_polls(&sim, 5), [0.0, 250.0, 500.0, 750.0, 1_000.0]);
    assert_eq!(sim.most_in_flight, 2);
}

#[test]
fn the_place_of_the_first_response_is_kept_where_more_than_one_may_be_in_a_list() {
    for (jobs, third) in [(3, 100.0), (4, 250.0)] {
        let mut sim = of_places(2, 50, 100.0, |now, _, id| match id {
            "job_0" => Reply::Job("p", processing(now)),
            _ => Reply::Silence,
        });
        for job in 0..jobs {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(240.0);
        sim.run(260.0);
        assert_eq!(first_polls(&sim, 3), [0.0, 0.0, third], "{jobs}");
    }
}

#[test]
fn it_wakes_for_a_slow_request_only_where_another_waits_for_room_and_there_may_be_any() {
    for (most, jobs, wake) in [(50, 1, f64::INFINITY), (50, 2, 250.0), (1, 2, f64::INFINITY)] {
        let mut sim = of_places(1, most, 0.0, |_, _, _| Reply::Silence);
        for job in 0..jobs {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(100.0);
        assert_eq!((sim.log.len(), sim.next), (1, wake), "{most} {jobs}");
    }
}

#[test]
fn what_has_slept_takes_the_room_that_a_slow_request_makes() {
    let mut sim = of_places(1, 50, 100.0, |_, _, id| match id {
        "job_0" => Reply::Fails(status(503)),
        _ => Reply::Silence,
    });
    sim.retries = true;
    sim.wait("job_0", CONFIG);
    sim.wait("job_1", WaitConfig { initial_delay: 500.0, ..CONFIG });
    sim.run(800.0);
    // It sleeps from 100 to 600; the other has the place from 500, and is slow from 750.
    assert_eq!((sim.times("job_0"), sim.times("job_1")), (vec![0.0, 750.0], vec![500.0]));
}

#[test]
fn projects_of_jobs_that_ended_while_nobody_waited_make_no_room_for_those_who_come_later() {
    let mut sim = of_places(4, 50, 0.0, |_, _, _| Reply::Silence);
    for job in 0..4 {
        sim.wait(&job_name(job), CONFIG);
    }
    let sent = sim.coordinator.step(0.0).send;
    assert_eq!(sent.len(), 4);
    for job in 4..20 {
        sim.wait(&job_name(job), WaitConfig { initial_delay: 100.0, ..CONFIG });
    }
    for (send, project) in sent.iter().zip(["p0", "p1", "p2", "p3"]) {
        let ended = completed(100.0);
        let told = sim.coordinator.job_received(send.request, &project.into(), &ended, 500.0, None, 100.0);
        assert!(told[0].outcome.ends());
    }
    assert_eq!(sim.coordinator.step(100.0).send.len(), 4);
}
