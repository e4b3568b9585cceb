//! Over jobs: how far one is, which one is current, what they cost.

use super::status;
use super::time::parse_iso;

/// Successful pages over all pages, 0 to 1; `None` while the page count is absent or 0.
pub fn progress(pages: Option<f64>, done: Option<f64>) -> Option<f64> {
    let share = done.unwrap_or(0.0) / pages.filter(|&pages| pages > 0.0)?;
    (!share.is_nan()).then(|| share.clamp(0.0, 1.0))
}

/// The search for the newest job that is not terminal, over jobs in any order.
///
/// Of equally new ones the first is it: the server lists the newest first.
#[derive(Debug, Default)]
pub struct Newest(Option<f64>);

impl Newest {
    /// Whether this job is newer than all before it.
    pub fn takes(&mut self, status: &str, created: &str) -> bool {
        !status::is_terminal(status) && self.takes_active(Self::instant(created))
    }

    /// When a job was made. An instant that cannot be read is older than any other.
    pub fn instant(created: &str) -> f64 {
        parse_iso(created).unwrap_or(f64::NEG_INFINITY)
    }

    /// As [`Self::takes`], of a job that is not terminal and was made at an instant.
    pub fn takes_active(&mut self, created: f64) -> bool {
        let newer = self.0.is_none_or(|before| created > before);
        if newer {
            self.0 = Some(created);
        }
        newer
    }
}

/// Sums over some jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// How many jobs.
    pub jobs: f64,
    /// Credits debited, 0 where a job has none; `creditsDebited` of the API.
    pub credits_debited: f64,
    /// Pages, `pageCount` of the API.
    pub page_count: f64,
    /// Pages that succeeded, `successfulPageCount` of the API.
    pub successful_page_count: f64,
}

impl Totals {
    /// Adds the sums over other jobs.
    pub fn add(&mut self, other: &Self) {
        self.jobs += other.jobs;
        self.credits_debited += other.credits_debited;
        self.page_count += other.page_count;
        self.successful_page_count += other.successful_page_count;
    }
}

/// What jobs cost: in all, and by status in the order of first appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Billing {
    /// Over all jobs.
    pub total: Totals,
    /// Over the jobs of each status, by its name on the wire; in the order in which they first appeared.
    pub by_status: Vec<(String, Totals)>,
}

impl Billing {
    /// Adds one job.
    pub fn add(&mut self, status: &str, job: &Totals) {
        self.total.add(job);
        if let Some((_, totals)) = self.by_status.iter_mut().find(|(name, _)| name == status) {
            totals.add(job);
        } else {
            self.by_status.push((status.to_owned(), *job));
        }
    }
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_share_of_pages_or_nothing() {
        for (pages, done, expected) in [
            (Some(204.0), Some(87.0), Some(87.0 / 204.0)),
            (Some(4.0), None, Some(0.0)),
            (Some(4.0), Some(5.0), Some(1.0)),
            (Some(4.0), Some(-1.0), Some(0.0)),
            (Some(0.0), Some(0.0), None),
            (None, Some(3.0), None),
            (Some(f64::NAN), Some(1.0), None),
            (Some(1.0), Some(f64::NAN), None),
        ] {
            assert_eq!(progress(pages, done), expected, "{pages:?} {done:?}");
        }
    }

    fn current<'a>(jobs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<usize> {
        let mut newest = Newest::default();
        let newer = |&(_, (status, created)): &(usize, (&str, &str))| newest.takes(status, created);
        jobs.into_iter().enumerate().filter(newer).map(|(index, _)| index).last()
    }

    #[test]
    fn the_current_job_is_the_newest_active_one_in_any_order() {
        let jobs = [
            ("completed", "2024-11-05T00:00:00Z"),
            ("processing", "2024-11-02T00:00:00Z"),
            ("archived", "2024-11-02T00:00:00.001Z"),
            ("processing", "?"),
        ];
        assert_eq!(current(jobs), Some(2));
        assert_eq!(current(jobs.into_iter().rev()), Some(1));
        assert_eq!(current([("failed", "2024-11-05T00:00:00Z")]), None);
        assert_eq!(current([("processing", "?")]), Some(0));
        assert_eq!(current([]), None);
    }
    #[test]
    fn what_jobs_cost_is_summed_up_in_all_and_by_status_in_the_order_of_their_appearance() {
        let totals = |jobs, credits_debited, page_count, successful_page_count| Totals {
            jobs,
            credits_debited,
            page_count,
            successful_page_count,
        };
        let mut billing = Billing::default();
        for (status, job) in [
            ("failed", totals(1.0, 2.5, 20.0, 3.0)),
            ("archived", totals(1.0, 7.0, 8.0, 8.0)),
            ("failed", totals(1.0, 4.0, 30.0, 5.0)),
        ] {
            billing.add(status, &job);
        }
        assert_eq!(billing.total, totals(3.0, 13.5, 58.0, 16.0));
        let failed = ("failed".to_owned(), totals(2.0, 6.5, 50.0, 8.0));
        assert_eq!(billing.by_status, [failed, ("archived".to_owned(), totals(1.0, 7.0, 8.0, 8.0))]);
    }
}
