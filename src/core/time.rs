//! Instants as Unix milliseconds: ISO 8601 as the API writes it, and the three date forms of HTTP.

const DAY: f64 = 86_400_000.0;
const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
const WEEKDAYS: &[u8] = b"MonTueWedThuFriSatSun";
/// What follows in the names of the weekdays.
const WEEKDAY_ENDS: [&[u8]; 7] = [b"day", b"sday", b"nesday", b"rsday", b"day", b"urday", b"day"];

/// Forms of an instant: a letter for each part, as [`Cursor::read`] knows them; anything else stands for itself.
type Form = &'static [u8];
const ISO: Form = b"y-m-dst";
/// IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7).
const HTTP: [Form; 3] = [b"w, d b y t GMT", b"we, d-b-c t GMT", b"w b _ t y"];

/// Reads `2024-11-02T09:07:35.000Z`: fraction optional, `Z` or an offset.
pub fn parse_iso(text: &str) -> Option<f64> {
    let mut rest = Cursor(text.as_bytes());
    let mut at = rest.read(ISO, 0.0)?;
    if rest.eat(b".").is_some() {
        let mut unit = 1000.0;
        while let Some(digit) = rest.number(1) {
            unit /= 10.0;
            at += f64::from(digit) * unit;
        }
    }
    if rest.eat(b"Z").is_none() {
        let sign = if rest.eat(b"+").is_some() { 1.0 } else { rest.eat(b"-").map(|()| -1.0)? };
        let hours = rest.number(2)?;
        let _ = rest.eat(b":");
        at -= sign * f64::from(hours * 60 + rest.number(2)?) * 60_000.0;
    }
    rest.0.is_empty().then_some(at)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7): IMF-fixdate, RFC 850 or asctime.
///
/// A two-digit year is the one that lies at most 50 years after `now`.
pub fn parse_http_date(text: &str, now: f64) -> Option<f64> {
    for form in HTTP {
        let mut rest = Cursor(text.as_bytes());
        if let Some(at) = rest.read(form, now).filter(|_| rest.0.is_empty()) {
            return Some(at);
        }
    }
    None
}

/// Unix milliseconds of a civil date, after Howard Hinnant's `days_from_civil`.
fn instant(year: u32, month: u32, day: u32, clock: f64) -> Option<f64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > longest {
        return None;
    }
    // The year starts in March here, so that the leap day is its last; 400 added keeps year 0 unsigned.
    let year = year + 400 - u32::from(month < 3);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year;
    Some((f64::from(days) - f64::from(719_468 + 146_097)) * DAY + clock)
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Reads an instant of this form, in Unix milliseconds.
    fn read(&mut self, form: Form, now: f64) -> Option<f64> {
        let (mut year, mut month, mut day, mut weekday, mut clock) = (0, 0, 0, 0, 0.0);
        let mut century = 0;
        for part in form {
            match part {
                b'y' => year = self.number(4)?,
                // Without its century.
                b'c' => (year, century) = (self.number(2)?, 2000),
                b'm' => month = self.number(2)?,
                b'b' => month = self.name(MONTHS)? + 1,
                b'd' => day = self.number(2)?,
                b'_' => day = if self.eat(b" ").is_some() { self.number(1)? } else { self.number(2)? },
                b'w' => weekday = self.name(WEEKDAYS)?,
                b'e' => self.eat(WEEKDAY_ENDS.get(weekday as usize)?)?,
                b's' => self.eat(b"T").or_else(|| self.eat(b" "))?,
                b't' => clock = self.clock()?,
                plain => self.eat(&[*plain])?,
            }
        }
        let far = now + 50.0 * 365.25 * DAY;
        instant(year + century, month, day, clock)
            .filter(|at| century == 0 || *at <= far)
            .or_else(|| if century > 0 { instant(year + century - 100, month, day, clock) } else { None })
    }

    fn eat(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for byte in head {
            if !byte.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u32::from(byte - b'0');
        }
        self.0 = tail;
        Some(value)
    }

    /// The place of a name of three letters among others.
    fn name(&mut self, names: &[u8]) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(3)?;
        let place = names.chunks_exact(3).zip(0..).find(|(name, _)| *name == head)?.1;
        self.0 = tail;
        Some(place)
    }

    /// `hh:mm:ss` as milliseconds; a leap second is the second before.
    fn clock(&mut self) -> Option<f64> {
        let hours = self.number(2)?;
        self.eat(b":")?;
        let minutes = self.number(2)?;
        self.eat(b":")?;
        let seconds = self.number(2)?;
        (hours < 24 && minutes < 60 && seconds < 61)
            .then(|| f64::from((hours * 60 + minutes) * 60 + seconds.min(59)) * 1000.0)
    }
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: f64 = 784_111_777_000.0; // RFC 9110's own example, 6 November 1994 08:49:37

    #[test]
    fn iso_instants_are_read_with_and_without_milliseconds_and_offsets() {
        for (text, expected) in [
            ("1994-11-06T08:49:37Z", SAMPLE),
            ("1994-11-06T08:49:37.000Z", SAMPLE),
            ("1994-11-06T08:49:37.25Z", SAMPLE + 250.0),
            ("1994-11-06T10:49:37+02:00", SAMPLE),
            ("1994-11-06T03:19:37-0530", SAMPLE),
            ("1970-01-01T00:00:00Z", 0.0),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000.0),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000.0),
            // A leap second is the second before.
            ("1994-11-06T08:49:60Z", SAMPLE + 22_000.0),
        ] {
            assert_eq!(parse_iso(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_iso_instant_is_none() {
        for text in [
            "",
            "2024",
            "2024-11-02",
            "2024-13-02T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-04-31T00:00:00Z",
            "2024-06-31T00:00:00Z",
            "2024-09-31T00:00:00Z",
            "2024-11-31T00:00:00Z",
            "2024-12-32T00:00:00Z",
            "2024-11-02T24:00:00Z",
            "2024-11-02T09:60:00Z",
            "2024-11-02T09:07:61Z",
            "2024-11-02T09:07:35",
            "2024-11-02T09:07:35Zx",
            "2024-11-00T09:07:35Z",
            "x024-11-02T09:07:35Z",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn the_three_http_dates_of_the_rfc_are_the_same_instant() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(parse_http_date(text, SAMPLE), Some(SAMPLE), "{text}");
        }
    }

    #[test]
    fn a_two_digit_year_lies_at_most_fifty_years_ahead() {
        let now = parse_iso("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(parse_http_date("Monday, 01-Jan-70 00:00:00 GMT", now), parse_iso("2070-01-01T00:00:00Z"));
        assert_eq!(parse_http_date("Monday, 01-Jan-94 00:00:00 GMT", now), parse_iso("1994-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_http_date_is_none() {
        for text in [
            "",
            "Sun",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
            "Sunday, 06-Nov-94 08:49:37 GMT ",
            "Xxx, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse_http_date(text, SAMPLE), None, "{text}");
        }
    }
}
