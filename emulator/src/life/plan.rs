//! A life, drawn from a seed.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::pages::{self, Pages};
use super::{EXPIRES_AFTER_MS, Failure, Status};
use crate::seed;

/// What becomes of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Every page succeeds.
    #[default]
    Completes,
    /// Some pages fail.
    CompletesWithErrors,
    /// It fails, in preflight or while processing.
    Fails,
    /// Somebody cancels it, before the uploads or while it is processing.
    Cancelled,
    /// Nothing is ever uploaded, so it expires after 7 days.
    Expires,
    /// Credits run out; it waits to be resumed, then completes.
    Blocked,
    /// A few pages in a few seconds.
    Quick,
    /// Processing stops on the way and never goes on; it expires after 7 days.
    Stuck,
}

/// What a life is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub seed: u64,
    pub kind: Kind,
    /// Left out, the seed decides: 40 to 240, or 2 to 6 for a quick one.
    pub pages: Option<u32>,
    /// Everything happens on whole seconds (for jobs whose timestamps have no milliseconds).
    pub whole_seconds: bool,
}

/// One job's life.
#[derive(Clone, Debug)]
pub struct Life {
    pub(super) quantum: u64,
    /// The ages at which awaiting uploads, uploading and preflighting begin, and at which preflighting is over.
    pub(super) begins: [u64; 4],
    pub(super) blocks: bool,
    /// Preflighting once more after being resumed; 0 goes straight to processing.
    pub(super) second_preflight: u64,
    pub(super) total_pages: u32,
    pub(super) pages: Pages,
    /// From the last page (or the phase that it ends in) to the end.
    pub(super) tail: u64,
    pub(super) end: Option<(EndsIn, Status)>,
    pub(super) failure: Option<Failure>,
    pub(super) cancel_takes: u64,
    pub(super) credits_per_page: u64,
    pub(super) files: Vec<(&'static str, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndsIn {
    AwaitingUploads,
    Preflighting,
    Processing,
}

const FILE_NAMES: [&str; 6] = [
    "architectural_drawings.pdf",
    "structural_calculations.pdf",
    "electrical_plan.pdf",
    "site_survey.pdf",
    "specification.pdf",
    "fire_safety.pdf",
];

const PREFLIGHT_FAILURE: Failure =
    Failure { code: "unreadable_file", message: "A file could not be read. Check that it is not encrypted." };
const PROCESSING_FAILURE: Failure =
    Failure { code: "processing_failed", message: "The documents could not be processed." };

impl Life {
    /// Draws it. The same spec gives the same life.
    pub fn new(spec: &Spec) -> Self {
        let mut rng = seed::rng(spec.seed, "life");
        let quick = spec.kind == Kind::Quick;
        let quantum = if spec.whole_seconds { 1000 } else { 1 };
        let phase = |rng: &mut ChaCha8Rng, longest: u64| {
            let ms =
                if quick { rng.random_range(400..=1_500) } else { rng.random_range(longest / 5..=longest) };
            ms.next_multiple_of(quantum)
        };
        let mut begins = [0; 4];
        let mut age = 0;
        for (begin, longest) in begins.iter_mut().zip([8_000, 25_000, 60_000, 30_000]) {
            age += phase(&mut rng, longest);
            *begin = age;
        }
        if spec.kind == Kind::Expires {
            // Past the expiry, so never.
            begins[1..].fill(EXPIRES_AFTER_MS + quantum);
        }
        let drawn = if quick { rng.random_range(2..=6) } else { rng.random_range(40..=240) };
        let total_pages = spec.pages.unwrap_or(drawn);
        let pace = if quick { &pages::QUICK } else { &pages::STEADY };
        let mut pages = Pages::new(total_pages, pace, &mut rng);
        let tail = phase(&mut rng, 12_000);
        let second_preflight = if rng.random() { phase(&mut rng, 20_000) } else { 0 };
        let (end, failure) = fate(spec.kind, total_pages, &mut pages, &mut rng);
        pages.quantize(quantum);
        Self {
            quantum,
            begins,
            blocks: spec.kind == Kind::Blocked,
            second_preflight,
            total_pages,
            pages,
            tail,
            end,
            failure,
            cancel_takes: rng.random_range(1_000..=9_000_u64).next_multiple_of(quantum),
            credits_per_page: rng.random_range(1..=9),
            files: split(total_pages, &mut rng),
        }
    }
}

/// How it ends, and what that does to its pages.
fn fate(
    kind: Kind,
    total: u32,
    pages: &mut Pages,
    rng: &mut ChaCha8Rng,
) -> (Option<(EndsIn, Status)>, Option<Failure>) {
    let part = total / 100 * rng.random_range(20..90) + total % 100 / 2;
    let early = rng.random();
    let end = match kind {
        Kind::Completes | Kind::Blocked | Kind::Quick => Some((EndsIn::Processing, Status::Completed)),
        Kind::CompletesWithErrors => {
            pages.fail_some(12, rng);
            Some((EndsIn::Processing, Status::CompletedWithErrors))
        }
        Kind::Fails if early => {
            return (Some((EndsIn::Preflighting, Status::Failed)), Some(PREFLIGHT_FAILURE));
        }
        Kind::Fails => {
            pages.truncate(part);
            return (Some((EndsIn::Processing, Status::Failed)), Some(PROCESSING_FAILURE));
        }
        Kind::Cancelled if early => Some((EndsIn::AwaitingUploads, Status::Cancelled)),
        Kind::Cancelled => {
            pages.truncate(part);
            Some((EndsIn::Processing, Status::Cancelled))
        }
        Kind::Stuck => {
            pages.truncate(part);
            None
        }
        Kind::Expires => None,
    };
    (end, None)
}

/// The files, each with the number of the last page in it.
fn split(pages: u32, rng: &mut ChaCha8Rng) -> Vec<(&'static str, u32)> {
    let count = rng.random_range(1..=4_u32).min(pages.max(1));
    let first = rng.random_range(0..6_u8);
    let names = FILE_NAMES.into_iter().cycle().skip(first.into());
    (1..=count).zip(names).map(|(file, name)| (name, pages * file / count)).collect()
}
