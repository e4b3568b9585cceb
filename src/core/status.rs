//! The job statuses and what each means: one table, everything else derives from it.
//!
//! Source: Plangrep Open API, "Job status".

use serde::ser::{Serialize, Serializer};

/// A documented status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Infrastructure is being set up.
    Provisioning,
    /// Ready to receive files.
    AwaitingUploads,
    /// Files are being received.
    Uploading,
    /// Files are validated and credits checked.
    Preflighting,
    /// Paused until credits are added and the job is resumed.
    BlockedInsufficientCredits,
    /// Documents are being processed.
    Processing,
    /// Every page succeeded; terminal.
    Completed,
    /// Some pages failed, and the result is partial; terminal.
    CompletedWithErrors,
    /// The job failed entirely; terminal.
    Failed,
    /// Cancelled by request; terminal.
    Cancelled,
    /// Not completed before it expired; terminal.
    Expired,
}

/// What one status means: a row of [`STATUSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusInfo {
    /// The name on the wire.
    pub status: &'static str,
    /// It will not change any more.
    pub terminal: bool,
    /// A result, whole or partial, can be retrieved.
    pub has_result: bool,
    /// One clause, in the documentation's words.
    pub description: &'static str,
}

impl Serialize for StatusInfo {
    /// As a row: the names of its columns are the facade's.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.status, self.terminal, self.has_result, self.description).serialize(serializer)
    }
}

const fn row(
    status: &'static str,
    terminal: bool,
    has_result: bool,
    description: &'static str,
) -> StatusInfo {
    StatusInfo { status, terminal, has_result, description }
}

/// Every documented status, in lifecycle order: the order of [`Status`].
#[rustfmt::skip]
pub const STATUSES: [StatusInfo; 11] = [
    row("provisioning",                 false, false, "Infrastructure is being set up."),
    row("awaiting_uploads",             false, false, "Ready to receive files."),
    row("uploading",                    false, false, "Files are being received."),
    row("preflighting",                 false, false, "Files are validated and credits checked."),
    row("blocked_insufficient_credits", false, false, "Paused until credits are added and the job is resumed; it never ends by itself."),
    row("processing",                   false, false, "Documents are being processed."),
    row("completed",                    true,  true,  "Every page succeeded."),
    row("completed_with_errors",        true,  true,  "Some pages failed; the result is partial."),
    row("failed",                       true,  false, "The job failed entirely; its error says why."),
    row("cancelled",                    true,  false, "Cancelled by request."),
    row("expired",                      true,  false, "Not completed before it expired."),
];

const ALL: [Status; STATUSES.len()] = {
    use Status::{
        AwaitingUploads, BlockedInsufficientCredits, Cancelled, Completed, CompletedWithErrors, Expired,
        Failed, Preflighting, Processing, Provisioning, Uploading,
    };
    [
        Provisioning,
        AwaitingUploads,
        Uploading,
        Preflighting,
        BlockedInsufficientCredits,
        Processing,
        Completed,
        CompletedWithErrors,
        Failed,
        Cancelled,
        Expired,
    ]
};

impl Status {
    /// The status of that name on the wire; `None` for one that the documentation does not list.
    pub fn parse(name: &str) -> Option<Self> {
        ALL.into_iter().find(|status| status.info().status == name)
    }

    /// The status at this place of the table: a state that is kept as text holds this number.
    pub fn numbered(place: u64) -> Option<Self> {
        usize::try_from(place).ok().and_then(|place| ALL.get(place)).copied()
    }

    /// What it means, in words: "terminal", "hasResult", "blocked".
    pub fn meaning(self) -> &'static [&'static str] {
        match self.info() {
            StatusInfo { has_result: true, .. } => &["terminal", "hasResult"],
            StatusInfo { terminal: true, .. } => &["terminal"],
            _ if self == Self::BlockedInsufficientCredits => &["blocked"],
            _ => &[],
        }
    }

    /// Its row of the table.
    #[allow(clippy::indexing_slicing)] // the table has a row for each variant: tested
    pub const fn info(self) -> &'static StatusInfo {
        &STATUSES[self as usize]
    }
}

/// Whether a job of this status will not change any more. An unknown status is not terminal.
pub fn is_terminal(status: &str) -> bool {
    Status::parse(status).is_some_and(|known| known.info().terminal)
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_for_each_variant_in_its_order() {
        for (index, status) in ALL.into_iter().enumerate() {
            assert_eq!(status as usize, index);
            assert_eq!(Status::parse(STATUSES[index].status), Some(status));
        }
    }

    #[test]
    fn an_unknown_status_is_none_and_not_terminal() {
        for name in ["", "Completed", "completed ", "archived", "\u{0}"] {
            assert_eq!((Status::parse(name), is_terminal(name)), (None, false), "{name:?}");
        }
    }

    #[test]
    fn the_meaning_says_what_the_row_says() {
        for status in ALL {
            let (info, meaning) = (status.info(), status.meaning());
            assert_eq!(meaning.contains(&"terminal"), info.terminal, "{}", info.status);
            assert_eq!(meaning.contains(&"hasResult"), info.has_result, "{}", info.status);
            assert_eq!(
                meaning.contains(&"blocked"),
                info.status == "blocked_insufficient_credits",
                "{}",
                info.status
            );
        }
    }

    #[test]
    fn a_result_implies_the_end() {
        assert!(STATUSES.iter().all(|row| row.terminal || !row.has_result));
    }
}
