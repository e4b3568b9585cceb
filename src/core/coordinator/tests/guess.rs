//! Lists that are requested for jobs of unknown project, since responses named the project of others.

use super::sim::{CONFIG, JOB_BYTES, PATIENCE, Reply, Sim, processing, status};
use super::*;
use crate::core::wait::PollInterval;

/// What was requested, as [`Sim`] logs it.
fn requested<F: FnMut(f64, Endpoint, &str) -> Reply>(sim: &Sim<F>) -> Vec<(f64, &str)> {
    sim.log.iter().map(|(at, name)| (*at, name.as_str())).collect()
}

/// With two places, before a server that answers each request after 100 ms.
fn two_places<F: FnMut(f64, Endpoint, &str) -> Reply>(server: F) -> Sim<F> {
    let mut sim = Sim::new(100.0, server);
    sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial: 2, most: 2 });
    sim
}

#[test]
fn the_list_of_a_project_that_two_responses_named_is_tried_for_two_others_and_for_one_it_is_not() {
    for (jobs, then) in [(3, "job_2"), (4, "[p]")] {
        let mut sim = two_places(one_project(4, f64::INFINITY));
        for job in 0..jobs {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(50.0);
        // Both have come before anything else is looked at.
        for request in 0..2 {
            sim.coordinator.job_received(request, &"p".into(), &processing(50.0), JOB_BYTES, None, 50.0);
        }
        sim.step();
        assert_eq!(requested(&sim), [(0.0, "job_0"), (0.0, "job_1"), (50.0, then)]);
    }
}

#[test]
fn a_list_that_would_cost_more_than_it_spares_is_not_tried() {
    let mut sim = two_places(one_project(8, f64::INFINITY));
    sim.coordinator.list_weighs("p", 1e7);
    for job in 0..8 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(5_000.0);
    assert_eq!((sim.log.len(), sim.times("[p]").len()), (8, 0));
}

#[test]
fn a_list_that_is_in_flight_for_a_watch_is_not_requested_again() {
    let mut server = one_project(8, f64::INFINITY);
    let mut sim = Sim::new(100.0, move |now, endpoint, id| match endpoint {
        Endpoint::GetJob => server(now, endpoint, id),
        Endpoint::ListJobs => Reply::Silence,
    });
    sim.watch("p", CONFIG);
    for job in 0..8 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(5_000.0);
    assert_eq!((sim.log.len(), sim.times("[p]")), (9, vec![0.0]));
}

#[test]
fn a_list_that_has_just_failed_for_good_is_not_tried_for_those_who_come_later() {
    let mut server = one_project(9, f64::INFINITY);
    let mut sim = two_places(move |now, endpoint, id| match endpoint {
        Endpoint::GetJob => server(now, endpoint, id),
        Endpoint::ListJobs => Reply::Fails(status(403)),
    });
    for job in 0..3 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(15_000.0);
    assert_eq!(sim.times("[p]").len(), 1);
    for job in 3..9 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(19_000.0);
    assert_eq!(sim.times("[p]").len(), 1);
    assert!((3..9).all(|job| sim.times(&job_name(job)).len() == 1));
}

#[test]
fn a_project_that_was_named_before_somebody_joined_is_not_tried_for_them() {
    for (stays, expected) in [(true, ["p", "job_3"]), (false, ["job_3", "job_4"])] {
        let mut sim = two_places(|_, _, _| Reply::Silence);
        let waits: Vec<_> = (0..3).map(|job| sim.wait(&job_name(job), CONFIG)).collect();
        let sent = sim.coordinator.step(0.0).send;
        for send in &sent {
            sim.coordinator.job_received(send.request, &"p".into(), &processing(0.0), JOB_BYTES, None, 100.0);
        }
        if !stays {
            sim.coordinator.leave(waits[2]);
        }
        for job in 3..6 {
            let target = WatchTarget::Job(job_name(job).into());
            sim.coordinator.join(&target, CONFIG, PATIENCE, true, 100.0);
        }
        let sent = sim.coordinator.step(100.0).send;
        assert_eq!(sent.iter().map(|send| &*send.id).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn the_list_of_a_watch_is_read_to_its_end_however_few_wait_for_its_jobs() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Long(vec![("job_0".into(), processing(now))], 3_000.0 * JOB_BYTES),
    });
    sim.watch("p", CONFIG);
    for job in 0..5 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(35_000.0);
    let lists = sim.notifications.iter().filter(|(_, told)| told.outcome == Outcome::Project);
    let times = [0.0, 10_000.0, 20_000.0, 30_000.0];
    assert_eq!(
        (lists.map(|(at, _)| *at).collect::<Vec<_>>(), sim.times("[p]")),
        (times.to_vec(), times.to_vec())
    );
}

#[test]
fn a_job_that_the_list_lacks_does_not_wait_for_the_list() {
    let mut sim = Sim::new(3_000.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::List((0..2).map(|job| (job_name(job), processing(now))).collect()),
    });
    sim.wait("job_0", CONFIG);
    sim.wait("job_1", CONFIG);
    sim.wait("job_2", WaitConfig { poll_interval: PollInterval::Fixed(8_000.0), ..CONFIG });
    sim.run(26_000.0);
    assert_eq!(sim.times("[p]"), [11_000.0, 24_000.0]);
    assert_eq!(sim.times("job_2"), [0.0, 14_000.0, 25_000.0]);
}

#[test]
fn a_first_poll_that_is_to_come_later_does_not_come_with_that_of_another_wait() {
    let mut sim = Sim::new(0.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", CONFIG);
    let late = sim.wait("job_0", WaitConfig { initial_delay: 4_000.0, ..CONFIG });
    sim.run(12_000.0);
    let told: Vec<_> =
        sim.notifications.iter().filter(|(_, told)| told.subscriber == late).map(|(at, _)| *at).collect();
    assert_eq!((sim.times("job_0"), told), (vec![0.0, 4_000.0], vec![4_000.0]));
}

#[test]
fn after_two_lists_in_vain_no_third_is_tried() {
    for history in [0.0, 1e9] {
        let projects = ["p0", "p1", "p2", "p3", "p4"];
        let mut sim = two_places(move |now, endpoint, id| match endpoint {
            Endpoint::GetJob => {
                Reply::Job(projects[id["job_".len()..].parse::<usize>().unwrap() % 5], processing(now))
            }
            Endpoint::ListJobs => Reply::Long(vec![], history),
        });
        for job in 0..60 {
            sim.wait(&job_name(job), WaitConfig { poll_interval: PollInterval::Fixed(1e6), ..CONFIG });
        }
        sim.run(100_000.0);
        let lists = sim.log.iter().filter(|(_, name)| name.starts_with('[')).count();
        assert_eq!((lists, sim.log.len(), sim.notifications.len()), (2, 62, 60), "{history}");
    }
}
