//! How a job stands at any age of its life.

use super::plan::EndsIn;
use super::{EXPIRES_AFTER_MS, File, Life, Orders, State, Status};

/// Processing, with the one pause that it may have. All are ages in ms.
#[derive(Clone, Copy)]
struct Work {
    from: u64,
    pause: Option<Pause>,
}

#[derive(Clone, Copy)]
struct Pause {
    from: u64,
    /// When the job was resumed, and when it was back at work.
    resumed: Option<(u64, u64)>,
}

impl Life {
    /// How the job stands `age` ms after its creation.
    pub fn at(&self, age: u64, orders: &Orders) -> State {
        let (end, status) = self.end(orders);
        if age < end {
            return self.running(age, orders);
        }
        let mut state = self.running(end, orders);
        let unfinished = match status {
            Status::Cancelled => "cancelled",
            Status::Failed => "failed",
            Status::Expired => "expired",
            _ => "completed",
        };
        for file in state.files.iter_mut().filter(|file| file.status != "completed") {
            file.status = unfinished;
        }
        State {
            status,
            pages: Some(state.pages.unwrap_or(0)),
            error: self.failure.filter(|_| status == Status::Failed),
            updated: end,
            ended: Some(end),
            ..state
        }
    }

    /// The age at which the job ends, and how.
    pub fn end(&self, orders: &Orders) -> (u64, Status) {
        let [_, uploading, _, preflighted] = self.begins;
        let natural = self.end.and_then(|(phase, status)| {
            let at = match phase {
                EndsIn::AwaitingUploads => uploading,
                EndsIn::Preflighting => preflighted,
                EndsIn::Processing => self.work(orders).age_when(self.pages.last() + self.tail)?,
            };
            Some((at, status))
        });
        let expired = (EXPIRES_AFTER_MS, Status::Expired);
        let first = natural.filter(|(at, _)| *at < EXPIRES_AFTER_MS).unwrap_or(expired);
        match orders.cancelled {
            Some(at) if at < first.0 => {
                let takes = orders.cancel_takes.unwrap_or(self.cancel_takes);
                let end = self.floor(at) + self.round(takes);
                if end < EXPIRES_AFTER_MS { (end, Status::Cancelled) } else { expired }
            }
            _ => first,
        }
    }

    fn work(&self, orders: &Orders) -> Work {
        let [.., preflighted] = self.begins;
        let ordered = orders.blocked.map(|at| self.round(at).max(preflighted));
        let pause = if self.blocks { Some(preflighted) } else { ordered }.map(|from| {
            let resumed = orders.resumed.map(|at| self.floor(at).max(from));
            Pause { from, resumed: resumed.map(|at| (at, at + self.second_preflight)) }
        });
        Work { from: preflighted, pause }
    }

    fn running(&self, age: u64, orders: &Orders) -> State {
        let [awaiting, uploading, preflighting, preflighted] = self.begins;
        let before = |status, updated, files| State {
            status,
            pages: None,
            successful_pages: 0,
            credits: 0,
            files,
            error: None,
            updated,
            ended: None,
        };
        match age {
            _ if age < awaiting => before(Status::Provisioning, 0, Vec::new()),
            _ if age < uploading => before(Status::AwaitingUploads, awaiting, Vec::new()),
            _ if age < preflighting => before(Status::Uploading, uploading, self.files(|_| "uploading")),
            _ if age < preflighted => before(Status::Preflighting, preflighting, self.files(|_| "uploaded")),
            _ => self.working(age, self.work(orders)),
        }
    }

    fn working(&self, age: u64, work: Work) -> State {
        let (done, last) = self.pages.done_after(work.done_by(age));
        let last = work.age_when(last).unwrap_or(age);
        let (status, since) = match work.pause {
            Some(Pause { resumed: Some((_, back)), .. }) if back <= age => {
                (Status::Processing, back.max(last))
            }
            Some(Pause { resumed: Some((at, _)), .. }) if at <= age => (Status::Preflighting, at),
            Some(pause) if pause.from <= age => (Status::BlockedInsufficientCredits, pause.from),
            _ => (Status::Processing, last),
        };
        let successful_pages = self.pages.successes(done);
        let unfinished = if done == 0 && status != Status::Processing { "uploaded" } else { "processing" };
        State {
            status,
            pages: Some(self.total_pages),
            successful_pages,
            credits: self.credits_per_page * u64::from(successful_pages),
            files: self.files(|last_page| if last_page <= done { "completed" } else { unfinished }),
            error: None,
            updated: since,
            ended: None,
        }
    }

    fn files(&self, status: impl Fn(u32) -> &'static str) -> Vec<File> {
        self.files.iter().map(|(name, last_page)| File { name, status: status(*last_page) }).collect()
    }

    fn round(&self, age: u64) -> u64 {
        age.next_multiple_of(self.quantum)
    }

    /// For what shows at once, so that whoever ordered it sees it in the response.
    fn floor(&self, age: u64) -> u64 {
        age - age % self.quantum
    }
}

impl Work {
    /// How long it has worked at that age, pauses left out.
    fn done_by(&self, age: u64) -> u64 {
        let at_work = match self.pause {
            Some(Pause { from, resumed: Some((_, back)) }) if back <= age => age - (back - from),
            Some(Pause { from, .. }) => age.min(from),
            None => age,
        };
        at_work.saturating_sub(self.from)
    }

    /// The age at which it has worked so long; `None` if a pause without end comes before.
    fn age_when(&self, worked: u64) -> Option<u64> {
        let age = self.from + worked;
        match self.pause {
            Some(pause) if pause.from < age => pause.resumed.map(|(_, back)| age + (back - pause.from)),
            _ => Some(age),
        }
    }
}
