//! The machine slept while the coordinator's time stood still: what was to pass meanwhile has passed.

use super::lists::list_just_had;
use super::sim::{CONFIG, JOB_BYTES, Reply, Sim, processing, status};
use super::*;
use crate::core::error::Error;
use crate::core::schedule::Bounds;
use crate::core::wait::PollInterval;

#[test]
fn a_poll_that_was_lost_for_want_of_a_network_is_made_again_that_much_earlier() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Fails(Error::Connection));
    sim.coordinator.set_offline(true);
    sim.wait("job_0", CONFIG);
    sim.run(3_000.0);
    sim.coordinator.slept(20_000.0);
    sim.run(45_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 10_000.0, 40_000.0]);
}

#[test]
fn a_list_that_others_just_had_is_left_alone_for_that_much_less() {
    let mut sim = list_just_had();
    sim.coordinator.slept(2_000.0);
    let step = sim.coordinator.step(3_500.0);
    assert_eq!((step.send.len(), step.wake), (0, 6_000.0));
}

#[test]
fn a_list_that_failed_is_tried_again_that_much_earlier() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Fails(status(403)),
    });
    for job in 0..3 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(15_000.0);
    sim.coordinator.slept(4_000.0);
    sim.run(335_000.0);
    // Failed at 10 s, it is left alone until 310 s, so until 306 s; what was polled then decides how the next poll comes.
    assert_eq!(sim.times("[p]"), [10_000.0, 316_000.0]);
    assert_eq!(sim.times("job_0")[..4], [0.0, 10_000.0, 16_000.0, 26_000.0]);
}

#[test]
fn a_retry_after_holds_back_all_polls_for_that_much_less() {
    let mut server = own_projects(processing);
    let mut sim = Sim::new(0.0, move |now, endpoint, id| match (id, now) {
        ("job_0", 10_000.0) => Reply::Later(Box::new(Reply::Fails(status(429))), 60_000.0),
        _ => server(now, endpoint, id),
    });
    sim.wait("job_0", CONFIG);
    sim.run(5_000.0);
    sim.wait("job_1", CONFIG);
    sim.run(12_000.0);
    sim.coordinator.slept(20_000.0);
    sim.run(55_000.0);
    // Due at 70 s, so at 50 s, and then spread over a tenth of the interval; who was due before goes first.
    assert_eq!(
        (sim.times("job_1"), sim.times("job_0")),
        (vec![5_000.0, 50_250.0], vec![0.0, 10_000.0, 50_750.0])
    );
}

#[test]
fn an_active_job_that_is_followed_by_itself_is_polled_that_much_earlier() {
    let next = |slept: f64| {
        let mut sim = Sim::new(100.0, |_, endpoint, _| match endpoint {
            Endpoint::GetJob => Reply::Job("p", processing(0.0)),
            Endpoint::ListJobs => Reply::Long(vec![("job_0".into(), processing(0.0))], 20_000.0 * JOB_BYTES),
        });
        let bounds = Bounds { min: 10_000.0, max: 30_000.0 };
        sim.watch("p", WaitConfig { poll_interval: PollInterval::Adaptive(bounds), ..CONFIG });
        sim.run(1_000.0);
        sim.coordinator.slept(slept);
        sim.run(60_000.0);
        assert_eq!(sim.log[..2], [(0.0, "[p]".to_owned()), (sim.times("job_0")[0], "job_0".to_owned())]);
        sim.times("job_0")[0]
    };
    assert!(next(0.0) >= 10_100.0, "{}", next(0.0));
    assert_eq!(next(4_000.0), next(0.0) - 4_000.0);
}
