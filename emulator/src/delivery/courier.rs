//! Follows a plan byte by byte. No I/O: told what is to be written, it says how much may be.

use std::time::Duration;

use super::{Part, Plan, Then};

const HEAD_END: &[u8] = b"\r\n\r\n";

/// Carries one response.
#[derive(Debug)]
pub struct Courier {
    plan: Plan,
    /// `None` where it is not known beforehand.
    body_length: Option<u64>,
    sent: u64,
    head: Head,
    rests: bool,
}

/// What may be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write that many of the bytes.
    Write(usize),
    /// Wait, then ask again.
    Rest(Duration),
    /// Nothing more, so long or for ever; then ask again.
    Stall(Option<Duration>),
    Cut,
    Reset,
}

/// Finds the empty line that ends the headers.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    seen: u64,
    matched: usize,
    length: Option<u64>,
}

impl Courier {
    pub fn new(plan: Plan, body_length: Option<u64>) -> Self {
        Self { plan, body_length, sent: 0, head: Head::default(), rests: false }
    }

    /// How many bytes went out.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What to do with `bytes`, the next ones of the response (never empty).
    pub fn next(&mut self, bytes: &[u8]) -> Step {
        let left = self.place(bytes).map_or(u64::MAX, |place| place.saturating_sub(self.sent));
        if left == 0 {
            return match self.plan.then {
                Some(Then::Cut) => Step::Cut,
                Some(Then::Reset) => Step::Reset,
                _ => self.stall(),
            };
        }
        let mut allowed = left;
        if let Some(drip) = self.plan.drip {
            if std::mem::take(&mut self.rests) {
                return Step::Rest(Duration::from_millis(drip.every_ms));
            }
            allowed = allowed.min(drip.bytes.get());
        }
        Step::Write(usize::try_from(allowed).unwrap_or(usize::MAX).min(bytes.len()))
    }

    /// These went out.
    pub fn wrote(&mut self, bytes: &[u8]) {
        self.sent += bytes.len() as u64;
        self.head.read(bytes);
        self.rests = true;
    }

    /// A stall that ends is over when asked again; one that does not is met again.
    fn stall(&mut self) -> Step {
        let time = self.plan.for_ms.map(Duration::from_millis);
        self.plan.then = self.plan.then.filter(|_| time.is_none());
        Step::Stall(time)
    }

    /// Where the plan strikes, in bytes of the response; `None` for nowhere that is known yet.
    fn place(&self, bytes: &[u8]) -> Option<u64> {
        self.plan.then?;
        let Plan { after, of, .. } = self.plan;
        if let (Part::Response, Ok(after)) = (of, u64::try_from(after)) {
            return Some(after);
        }
        let mut head = self.head;
        head.read(bytes);
        let head = head.length?;
        match u64::try_from(after) {
            Ok(after) => Some(head + after),
            Err(_) => Some((head + self.body_length?).saturating_add_signed(after)),
        }
    }
}

impl Head {
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.length.is_some() {
                return;
            }
            self.seen += 1;
            // A byte that breaks the match can only begin it anew by being its first.
            let fits = HEAD_END.get(self.matched) == Some(byte);
            self.matched = if fits { self.matched + 1 } else { usize::from(*byte == b'\r') };
            if self.matched == HEAD_END.len() {
                self.length = Some(self.seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n{\"job\":1}";
    const HEAD: i64 = 25;

    fn plan(text: &str) -> Plan {
        serde_json::from_str(text).unwrap()
    }

    /// What goes out, and what then happens, when the response is offered in portions.
    fn carry(plan: Plan, portion: usize) -> (usize, Option<Step>) {
        let mut courier = Courier::new(plan, Some(9));
        let mut sent = 0;
        while sent < ANSWER.len() {
            let offered = &ANSWER[sent..ANSWER.len().min(sent + portion)];
            match courier.next(offered) {
                Step::Write(count) => {
                    courier.wrote(&offered[..count]);
                    sent += count;
                }
                Step::Rest(_) => {}
                step => return (sent, Some(step)),
            }
        }
        (sent, None)
    }

    #[test]
    fn it_strikes_where_the_plan_says() {
        for (text, place, step) in [
            (r#"{"then":"cut"}"#, 0, Some(Step::Cut)),
            (r#"{"then":"reset","after":20}"#, 20, Some(Step::Reset)),
            (r#"{"then":"stall","of":"body"}"#, HEAD, Some(Step::Stall(None))),
            (r#"{"then":"cut","of":"body","after":3}"#, HEAD + 3, Some(Step::Cut)),
            (r#"{"then":"cut","after":-1}"#, HEAD + 8, Some(Step::Cut)),
            (r#"{"then":"cut","of":"body","after":-9}"#, HEAD, Some(Step::Cut)),
            (r#"{"then":"cut","of":"body","after":9}"#, HEAD + 9, None),
            (r#"{"drip":{"bytes":2,"everyMs":1}}"#, HEAD + 9, None),
        ] {
            assert_eq!(carry(plan(text), 1000), (usize::try_from(place).unwrap(), step), "{text}");
        }
    }

    #[test]
    fn a_stall_that_ends_lets_the_rest_through() {
        let mut courier = Courier::new(plan(r#"{"then":"stall","forMs":5}"#), None);
        assert_eq!(courier.next(b"abc"), Step::Stall(Some(Duration::from_millis(5))));
        assert_eq!(courier.next(b"abc"), Step::Write(3));
    }

    proptest! {
        #[test]
        fn how_the_answer_is_portioned_changes_nothing(after in 0..40_i64, body: bool, portion in 1..40_usize) {
            let of = if body { Part::Body } else { Part::Response };
            let plan = Plan { then: Some(Then::Cut), after, of, ..Plan::default() };
            prop_assert_eq!(carry(plan, portion), carry(plan, 1000));
        }
    }
}
