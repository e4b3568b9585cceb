//! Where the job lives come from. Nothing is known of the real ones, so there are many kinds, unpleasant ones too.

use fastrand::Rng;
use plangrep_client::core::status::Status;

use super::life::{Change, Life};

const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60.0 * SECOND;

/// One kind of job, as a deviation from [`PLAIN`].
#[derive(Clone, Copy, Debug)]
pub struct Distribution {
    pub name: &'static str,
    /// One of the kinds that a policy is judged by. The others are bent to hurt one that predicts: they show how much.
    pub everyday: bool,
    /// Processing time of a job of middling size without stalls: median in ms, and the spread of its logarithm.
    /// Ten times the pages take four times as long, since large jobs get more workers.
    processing: (f64, f64),
    /// Pages, least and most, evenly spread on a logarithmic scale.
    pages: (f64, f64),
    /// Pages in work at once, least and most.
    workers: (f64, f64),
    /// The spread of the logarithm of a page's time.
    page_spread: f64,
    /// Files, least and most, each with a page time of its own; and the spread of the logarithm of that.
    files: (f64, f64),
    file_spread: f64,
    /// How many times slower the last pages are than the first.
    slowdown: f64,
    /// Counts are published this often, least and most; 0: with each page.
    publish: (f64, f64),
    /// Stalls in one job, on average, and the median of their length.
    stalls: (f64, f64),
    /// From the last page to the end, least and most.
    tail: (f64, f64),
    /// The share of jobs that stop for credits, half of them before the first page and half during processing.
    blocked: f64,
    /// The share of jobs that fail: half of them in preflight, a quarter among the first pages, a quarter anywhere.
    failing: f64,
    /// The share of pages that fail, and so are never counted as done.
    lost: f64,
    /// The share of jobs that publish no page counts at all.
    silent: f64,
    /// The share of waits that begin in the middle of the job's life.
    late: f64,
}

const PLAIN: Distribution = Distribution {
    name: "plain",
    everyday: true,
    processing: (5.0 * MINUTE, 0.7),
    pages: (5.0, 5_000.0),
    workers: (1.0, 16.0),
    page_spread: 0.5,
    files: (1.0, 1.0),
    file_spread: 0.0,
    slowdown: 1.0,
    publish: (0.0, 0.0),
    stalls: (0.0, 0.0),
    tail: (1.0 * SECOND, 15.0 * SECOND),
    blocked: 0.0,
    failing: 0.02,
    lost: 0.0,
    silent: 0.0,
    late: 0.1,
};

/// Every kind of job.
pub const DISTRIBUTIONS: [Distribution; 12] = [
    PLAIN,
    Distribution { name: "bursts", publish: (5.0 * SECOND, 45.0 * SECOND), workers: (8.0, 64.0), ..PLAIN },
    Distribution { name: "stalls", stalls: (3.0, 40.0 * SECOND), ..PLAIN },
    Distribution {
        name: "bursts and stalls",
        publish: (5.0 * SECOND, 30.0 * SECOND),
        stalls: (2.0, 60.0 * SECOND),
        ..PLAIN
    },
    Distribution { name: "slowing", everyday: false, slowdown: 6.0, ..PLAIN },
    Distribution { name: "quickening", everyday: false, slowdown: 0.2, ..PLAIN },
    Distribution { name: "uneven files", everyday: false, files: (2.0, 30.0), file_spread: 1.2, ..PLAIN },
    Distribution { name: "heavy pages", everyday: false, page_spread: 1.5, workers: (1.0, 8.0), ..PLAIN },
    Distribution { name: "long tail", everyday: false, tail: (20.0 * SECOND, 4.0 * MINUTE), ..PLAIN },
    Distribution { name: "short", processing: (40.0 * SECOND, 0.7), pages: (5.0, 60.0), ..PLAIN },
    Distribution {
        name: "long",
        everyday: false,
        processing: (40.0 * MINUTE, 0.7),
        stalls: (2.0, 60.0 * SECOND),
        ..PLAIN
    },
    Distribution {
        name: "troubled",
        everyday: false,
        blocked: 0.5,
        failing: 0.3,
        lost: 0.05,
        silent: 0.15,
        ..PLAIN
    },
];

impl Distribution {
    /// The next job of this kind.
    pub fn life(&self, rng: &mut Rng) -> Life {
        let mut draft = Draft { changes: Vec::new(), now: 0.0, pages: None, done: None };
        draft.phase(Status::Provisioning, log_normal(rng, 5.0 * SECOND, 0.7));
        draft.phase(Status::AwaitingUploads, log_normal(rng, 8.0 * SECOND, 1.0));
        draft.phase(Status::Uploading, log_normal(rng, 20.0 * SECOND, 0.9));
        draft.phase(Status::Preflighting, log_normal(rng, 10.0 * SECOND, 0.7));

        let total = log_even(rng, self.pages).round();
        let (fails, blocks, silent) =
            (rng.f64() < self.failing, rng.f64() < self.blocked, rng.f64() < self.silent);
        let (fails_early, blocks_early) = (fails && rng.bool(), blocks && rng.bool());
        if blocks_early && !fails_early {
            draft.phase(Status::BlockedInsufficientCredits, log_normal(rng, 15.0 * MINUTE, 1.2));
        }
        if !fails_early {
            if !silent {
                draft.pages = Some(total);
                draft.done = Some(0.0);
            }
            let mut finished = self.page_times(total, rng);
            if fails {
                let share = if rng.bool() { 0.1 * rng.f64() } else { rng.f64() };
                finished.truncate(whole(share * total));
            }
            let pause_before =
                if blocks && !blocks_early { rng.usize(0..=finished.len()) } else { usize::MAX };
            self.process(&mut draft, &finished, pause_before, rng);
        }
        if !fails {
            draft.now += even(rng, self.tail);
        }
        draft.phase(if fails { Status::Failed } else { Status::Completed }, 0.0);

        let end = draft.now;
        let from = if rng.f64() < self.late { rng.f64() * end } else { 0.0 };
        Life { changes: draft.changes, from, skew: (rng.f64() - 0.5) * 10.0 * MINUTE }
    }

    /// When each page is finished, from the start of processing: a pool of workers takes them in order.
    fn page_times(&self, total: f64, rng: &mut Rng) -> Vec<f64> {
        let middling = (self.pages.0 * self.pages.1).sqrt();
        let duration = log_normal(rng, self.processing.0, self.processing.1) * (total / middling).powf(0.6);
        let mut free = vec![0.0_f64; whole(log_even(rng, self.workers).min(total))];
        let file_length = (total / log_even(rng, self.files)).max(1.0);
        let mut file_factor = 1.0;
        let mut times = Vec::new();
        let mut index = 0.0;
        while index < total {
            if index % file_length < 1.0 {
                file_factor = log_normal(rng, 1.0, self.file_spread);
            }
            // The last third of the pages changes pace.
            let late = (index / total * 3.0 - 2.0).max(0.0);
            let pace = self.slowdown.powf(late);
            let next = (0..free.len()).min_by(|a, b| free[*a].total_cmp(&free[*b])).unwrap_or(0);
            free[next] += log_normal(rng, 1.0, self.page_spread) * file_factor * pace;
            times.push(free[next]);
            index += 1.0;
        }
        times.sort_by(f64::total_cmp);
        let scale = duration / times.last().copied().unwrap_or(1.0);
        for time in &mut times {
            *time *= scale;
        }
        self.add_stalls(&mut times, duration, rng);
        times
    }

    fn add_stalls(&self, times: &mut [f64], duration: f64, rng: &mut Rng) {
        // The number is geometric with that mean; more pages do not make more of them.
        while rng.f64() < self.stalls.0 / (1.0 + self.stalls.0) {
            let (start, length) = (rng.f64() * duration, log_normal(rng, self.stalls.1, 0.8));
            times.iter_mut().filter(|time| **time > start).for_each(|time| *time += length);
        }
    }

    /// Plays the pages back as changes, with a pause for credits before one of them.
    fn process(&self, draft: &mut Draft, finished: &[f64], pause_before: usize, rng: &mut Rng) {
        draft.phase(Status::Processing, 0.0);
        let publish = even(rng, self.publish);
        let mut start = draft.now;
        let mut succeeded = 0.0;
        for (index, time) in finished.iter().enumerate() {
            if index == pause_before {
                draft.phase(Status::BlockedInsufficientCredits, log_normal(rng, 15.0 * MINUTE, 1.2));
                start += draft.now - draft.changes.last().map_or(draft.now, |change| change.at);
                draft.phase(Status::Processing, 0.0);
            }
            if rng.f64() >= self.lost {
                succeeded += 1.0;
            }
            let time = if publish > 0.0 { (time / publish).ceil() * publish } else { *time };
            let is_published = finished.get(index + 1).is_none_or(|next| publish == 0.0 || *next > time);
            draft.now = start + time;
            if is_published && draft.done.is_some_and(|done| done < succeeded) {
                draft.done = Some(succeeded);
                draft.phase(Status::Processing, 0.0);
            }
        }
    }
}

/// A life in the making.
struct Draft {
    changes: Vec<Change>,
    now: f64,
    pages: Option<f64>,
    done: Option<f64>,
}

impl Draft {
    /// Enters a status and stays for a while.
    fn phase(&mut self, status: Status, length: f64) {
        self.changes.push(Change { at: self.now, status, pages: self.pages, done: self.done });
        self.now += length;
    }
}

fn even(rng: &mut Rng, (least, most): (f64, f64)) -> f64 {
    least + (most - least) * rng.f64()
}

fn log_even(rng: &mut Rng, (least, most): (f64, f64)) -> f64 {
    least * (most / least).powf(rng.f64())
}

fn log_normal(rng: &mut Rng, median: f64, spread: f64) -> f64 {
    let (u, v) = (1.0 - rng.f64(), rng.f64());
    let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
    median * (spread * normal).exp()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of pages, at most thousands"
)]
fn whole(count: f64) -> usize {
    count.round() as usize
}
