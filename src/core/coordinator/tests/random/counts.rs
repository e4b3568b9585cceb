//! What a coordinator counts as it goes along, counted anew.

use crate::core::coordinator::PollCoordinator;
use crate::core::coordinator::slab::NONE;

pub fn check(coordinator: &PollCoordinator) {
    let PollCoordinator { subscribers, targets, flights, .. } = coordinator;
    let (mut listening, mut unknown, mut unresolved, mut sources) = (0, 0, 0, 0);
    for number in (0..targets.len()).filter(|number| targets.has(*number)) {
        let target = targets.at(number);
        let listeners = target.subscribers.iter().filter(|id| subscribers.at(**id).listening).count();
        assert_eq!(target.listening, listeners);
        listening += listeners;
        unresolved += usize::from(target.unresolved);
        if target.is_list {
            let jobs = target.jobs.iter().map(|job| targets.at(*job));
            assert!(jobs.clone().enumerate().all(|(at, job)| job.project == number && job.at == at));
            let waited = jobs.filter(|job| job.listening > 0 && !job.unlisted).count();
            assert_eq!(target.waited, waited);
            sources += target.sources;
        } else {
            assert_eq!(target.counted, target.project != NONE && target.listening > 0 && !target.unlisted);
            unknown += usize::from(target.project == NONE);
        }
    }
    assert_eq!(
        (listening, unknown, unresolved, sources),
        (coordinator.listening, coordinator.unknown, coordinator.unresolved, coordinator.sources)
    );
    let (mut busy, mut slow, mut guesses) = (0, 0, 0);
    for flight in (0..flights.len()).map(|request| flights.at(request)) {
        busy += usize::from(flight.holds_place);
        slow += usize::from(flight.slow);
        guesses += usize::from(flight.guess);
    }
    assert_eq!((busy, slow, guesses), (coordinator.busy, coordinator.slow, coordinator.guesses));
}
