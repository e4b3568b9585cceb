//! Watches beside a long history, which follow each active job by Get Job, between lists.

use super::sim::{CONFIG, JOB_BYTES, Reply, Sim, processing, status};
use super::*;
use crate::core::schedule::Bounds;
use crate::core::wait::PollInterval;

/// A project with one active job beside a long history; any other job is of another project.
fn heavy() -> Sim<impl FnMut(f64, Endpoint, &str) -> Reply> {
    Sim::new(100.0, |now, endpoint, id| match (endpoint, id) {
        (Endpoint::GetJob, "job_0") => Reply::Job("p", processing(now)),
        (Endpoint::GetJob, _) => Reply::Job("q", processing(now)),
        _ => Reply::Long(vec![("job_0".into(), processing(now))], 20_000.0 * JOB_BYTES),
    })
}

const ADAPTIVE: WaitConfig =
    WaitConfig { poll_interval: PollInterval::Adaptive(Bounds { min: 10_000.0, max: 30_000.0 }), ..CONFIG };

#[test]
fn an_active_job_is_left_alone_while_there_is_no_network_and_while_nobody_listens() {
    for offline in [true, false] {
        let mut sim = heavy();
        let watch = sim.watch("p", ADAPTIVE);
        sim.wait("other", CONFIG);
        sim.run(1_000.0);
        let switch = |sim: &mut Sim<_>, on: bool| {
            let coordinator: &mut PollCoordinator = &mut sim.coordinator;
            if offline { coordinator.set_offline(!on) } else { coordinator.listen(watch, on, sim.now) }
        };
        switch(&mut sim, false);
        sim.run(29_000.0);
        assert_eq!((sim.times("job_0"), sim.times("[p]")), (vec![], vec![0.0]), "{offline}");
        switch(&mut sim, true);
        sim.run(30_000.0);
        assert_eq!((sim.times("job_0"), sim.times("[p]")), (vec![29_000.0], vec![0.0]), "{offline}");
    }
}

#[test]
fn what_a_watch_follows_by_itself_is_followed_so_until_the_last_such_watch_has_left() {
    let mut alone = heavy();
    alone.watch("p", ADAPTIVE);
    alone.run(300_000.0);
    let mut sim = heavy();
    let watches = [sim.watch("p", ADAPTIVE), sim.watch("p", ADAPTIVE)];
    sim.run(50_000.0);
    sim.coordinator.leave(watches[0]);
    sim.run(300_000.0);
    assert_eq!(sim.log, alone.log);
    sim.coordinator.leave(watches[1]);
    sim.run(600_000.0);
    assert_eq!((sim.log.len(), sim.next), (alone.log.len(), f64::INFINITY));
    assert!(sim.coordinator.is_empty());
}

/// A watch of such a project, up to the moment when its active job is requested, and before a server of one's own.
fn followed(
    mut server: impl FnMut(f64) -> Reply + 'static,
) -> (Sim<impl FnMut(f64, Endpoint, &str) -> Reply>, f64) {
    let mut sim = Sim::new(100.0, move |now, endpoint, _| match endpoint {
        Endpoint::GetJob => server(now),
        Endpoint::ListJobs => Reply::Long(vec![("job_0".into(), processing(0.0))], 20_000.0 * JOB_BYTES),
    });
    sim.watch("p", ADAPTIVE);
    while sim.times("job_0").is_empty() {
        sim.run(sim.now + 10.0);
    }
    let first = sim.times("job_0")[0];
    (sim, first)
}

#[test]
fn an_active_job_whose_poll_failed_is_polled_again_after_the_longest_interval() {
    let (mut sim, first) = followed(|_| Reply::Fails(status(503)));
    sim.run(first + 65_000.0);
    assert_eq!(sim.times("job_0"), [first, first + 30_100.0, first + 60_200.0]);
}

#[test]
fn an_active_job_that_is_gone_is_left_alone_until_a_list_has_it() {
    let (mut sim, first) = followed(|_| Reply::Fails(status(404)));
    sim.run(first + 65_000.0);
    assert_eq!(sim.times("job_0"), [first]);
    let list = sim.times("[p]").last().copied().unwrap();
    sim.run(300_000.0);
    let next = sim.times("[p]").into_iter().find(|at| *at > list).unwrap();
    assert!(sim.times("job_0")[1] > next, "{:?}", sim.log);
}

#[test]
fn an_active_job_that_was_polled_while_nobody_listened_is_polled_again_after_the_floor() {
    let (mut sim, first) = followed(|now| Reply::Job("p", processing(now)));
    sim.coordinator.listen(0, false, sim.now);
    sim.run(first + 1_000.0);
    assert_eq!((sim.notifications.len(), sim.next), (1, f64::INFINITY));
    sim.coordinator.listen(0, true, sim.now);
    sim.run(first + 6_000.0);
    assert_eq!(sim.times("job_0"), [first, first + 5_100.0]);
}

#[test]
fn so_many_active_jobs_that_they_cost_more_than_lists_are_followed_by_lists() {
    // Of 10 s, 90 s pass from list to list beside the jobs; each job is polled every 10 s.
    for (active, singly) in [(40, true), (50, false)] {
        let mut sim = Sim::new(0.0, move |now, endpoint, _| match endpoint {
            Endpoint::GetJob => Reply::Job("p", processing(now)),
            Endpoint::ListJobs => {
                let jobs: Vec<_> = (0..active).map(|job| (job_name(job), processing(now))).collect();
                Reply::Long(jobs, 1e6 - active as f64 * JOB_BYTES)
            }
        });
        sim.watch("p", ADAPTIVE);
        sim.run(15_000.0);
        let lists = if singly { vec![0.0] } else { vec![0.0, 10_000.0] };
        assert_eq!((sim.times("[p]"), sim.times("job_0").len()), (lists, usize::from(singly)), "{active}");
    }
}

#[test]
fn a_wait_that_leaves_a_job_that_a_watch_follows_takes_its_next_poll_with_it() {
    let mut sim = heavy();
    sim.watch("p", ADAPTIVE);
    sim.run(1_000.0);
    let wait = sim.wait("job_0", WaitConfig { poll_interval: PollInterval::Fixed(5_000.0), ..CONFIG });
    sim.run(2_000.0);
    assert_eq!((sim.times("job_0"), sim.next), (vec![1_000.0], 6_100.0));
    sim.coordinator.leave(wait);
    sim.step();
    assert_eq!(sim.next, 11_100.0);
    sim.run(12_000.0);
    assert_eq!(sim.times("job_0"), [1_000.0, 11_100.0]);
}

#[test]
fn a_job_that_was_learnt_of_before_any_response_named_its_project_is_forgotten_with_its_wait() {
    let mut sim = heavy();
    sim.watch("p", ADAPTIVE);
    sim.run(1_000.0);
    let wait = sim.wait("job_1", CONFIG);
    sim.step();
    let told = sim.coordinator.learn("job_1", &"p".into(), &processing(1.0), false, sim.now);
    assert_eq!((told.len(), told[0].subscriber), (1, wait));
    sim.coordinator.leave(wait);
    sim.step();
    assert_eq!((sim.aborted.len(), sim.coordinator.targets.find(false, "job_1")), (1, NONE));
}
