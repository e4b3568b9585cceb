//! Instants at random, beside what other readers make of them.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// With this as the present, a year of two digits means what it means to `httpdate`: 1970 to 2069.
const NOON_2020: f64 = 1_577_880_000_000.0 - 1_000.0;

const LONG_WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The three forms of a moment in Unix seconds.
fn forms(seconds: u64) -> [String; 3] {
    let imf = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    let [weekday, day, month, year, clock] = [&imf[..3], &imf[5..7], &imf[8..11], &imf[12..16], &imf[17..25]];
    let long = LONG_WEEKDAYS.into_iter().find(|name| name.starts_with(weekday)).unwrap();
    let asctime_day = day.strip_prefix('0').map_or(day.to_owned(), |digit| format!(" {digit}"));
    [
        format!("{long}, {day}-{month}-{} {clock} GMT", &year[2..]),
        format!("{weekday} {month} {asctime_day} {clock} {year}"),
        imf,
    ]
}

/// One of the forms, most often with a few characters of it changed.
fn nearly_an_http_date() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0..3, "[0-9A-Za-z ,:-]");
    let edits = proptest::collection::vec(edit, 0..3);
    (0u64..3_155_760_000, 0usize..3, edits).prop_map(|(seconds, form, edits)| {
        let mut text = forms(seconds)[form].clone();
        for (place, how, new) in edits {
            let at = place.index(text.len());
            match how {
                0 => text.replace_range(at..=at, &new),
                1 => text.insert_str(at, &new),
                _ => drop(text.remove(at)),
            }
        }
        text
    })
}

/// Without the weekday, which says nothing new, and with one way to write the day and the second.
fn essence(text: &str) -> String {
    let (_, rest) = text.split_once(' ').unwrap_or_default();
    rest.replace("  ", " 0").replace(":60 ", ":59 ")
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _ = (parse_iso(&text), parse_http_date(&text, 0.0));
    }

    #[test]
    fn a_day_later_is_a_day_more(year in 0u32..9999, month in 1u32..=12, day in 1u32..28) {
        let at = |day| parse_iso(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z")).unwrap();
        prop_assert_eq!(at(day + 1) - at(day), DAY);
    }

    #[test]
    fn an_http_date_is_read_as_another_reader_reads_it(text in nearly_an_http_date()) {
        let ours = parse_http_date(&text, NOON_2020);
        // It trims, takes anything between day and time, and wants the weekday to be right and the year from 1970 on.
        let theirs = httpdate::parse_http_date(&text).ok();
        let theirs = theirs.map(|at| at.duration_since(UNIX_EPOCH).unwrap().as_secs() as f64 * 1e3);
        let is_written = |at: f64| forms((at / 1e3) as u64).iter().any(|form| essence(form) == essence(&text));
        if let Some(theirs) = theirs.filter(|&at| is_written(at) && text.trim() == text) {
            prop_assert_eq!(ours, Some(theirs));
        } else if let Some(ours) = ours.filter(|&ours| ours >= 0.0) {
            prop_assert!(is_written(ours), "{ours}");
        }
    }

    #[test]
    fn an_instant_is_read_as_another_reader_reads_it(
        year in 0u32..=9999, month in 0u32..=13, day in 0u32..=32,
        hour in 0u32..=24, minute in 0u32..=60, second in 0u32..=59,
        fraction in "(\\.[0-9]{1,9})?", offset in "Z|[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
    ) {
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
        let theirs = OffsetDateTime::parse(&text, &Rfc3339).ok();
        let theirs = theirs.map(|at| at.unix_timestamp() as f64 * 1e3 + f64::from(at.nanosecond()) / 1e6);
        let ours = parse_iso(&text);
        let agree = match (ours, theirs) {
            (Some(ours), Some(theirs)) => (ours - theirs).abs() < 0.05,
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        };
        prop_assert!(agree, "{text}: {ours:?} and {theirs:?}");
    }
}
