//! A job that lives.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::clock::stamp;
use crate::life::{Kind, Life, Orders, Spec, State, Status};
use crate::wire::{self, Identity, Style};

pub struct Living {
    pub identity: Identity,
    style: Style,
    spec: Spec,
    life: Life,
    orders: Orders,
    frozen_at: Option<u64>,
    cancel_shows: CancelShows,
    /// Credits were added since it was blocked.
    has_credits: bool,
    /// How it is shown once it has ended: written once, since a project may have thousands of these.
    last_words: Option<Arc<str>>,
}

/// What a living job is made from.
pub struct Birth {
    pub identity: Identity,
    pub kind: Kind,
    pub seed: u64,
    pub pages: Option<u32>,
    /// Shown at this age for ever, in ms.
    pub frozen_at: Option<u64>,
    pub cancel: Cancel,
}

/// How Cancel Job goes for a job.
#[derive(Clone, Copy, Default)]
pub struct Cancel {
    /// From the request until the job is cancelled, in ms; left out, the seed decides.
    pub takes_ms: Option<u64>,
    pub shows: CancelShows,
}

/// How the response to Cancel Job shows a job whose end Get Job and List Jobs show some seconds later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelShows {
    /// Cancelled already, as the documentation prints it.
    #[default]
    Cancelled,
    /// As it stands.
    Unchanged,
}

impl Living {
    pub fn new(birth: Birth) -> Self {
        let Birth { mut identity, kind, seed, pages, frozen_at, cancel } = birth;
        let style = Style::new(seed);
        if !style.millis {
            identity.created_ms -= identity.created_ms.rem_euclid(1000);
        }
        let spec = Spec { seed, kind, pages, whole_seconds: !style.millis };
        let life = Life::new(&spec);
        let orders = Orders { cancel_takes: cancel.takes_ms, ..Orders::default() };
        let cancel_shows = cancel.shows;
        let has_credits = false;
        Self { identity, style, spec, life, orders, frozen_at, cancel_shows, has_credits, last_words: None }
    }

    /// As JSON.
    pub fn show(&mut self, at_ms: i64, base: &str) -> Arc<str> {
        let has_ended = self.life.end(&self.orders).0 <= self.age(at_ms);
        if let Some(words) = self.last_words.as_ref().filter(|_| has_ended) {
            return Arc::clone(words);
        }
        let words: Arc<str> = self.value(at_ms, base).to_string().into();
        self.last_words = has_ended.then(|| Arc::clone(&words));
        words
    }

    /// As JSON, for who has just cancelled it.
    pub fn show_cancelling(&mut self, at_ms: i64, base: &str) -> Arc<str> {
        if self.cancel_shows == CancelShows::Unchanged {
            return self.show(at_ms, base);
        }
        let at_once = Orders { cancel_takes: Some(0), ..self.orders };
        let state = self.life.at(self.age(at_ms), &at_once);
        wire::job(&self.identity, self.style, &state, base).to_string().into()
    }

    pub fn about(&self, now_ms: i64, base: &str) -> Value {
        let (end, status) = self.life.end(&self.orders);
        json!({
            "job": self.value(now_ms, base),
            "life": {
                "kind": self.spec.kind,
                "seed": self.spec.seed,
                "ageMs": self.age(now_ms),
                "frozen": self.frozen_at.is_some(),
                "endsAs": status,
                "endsAt": stamp(self.identity.created_ms.saturating_add_unsigned(end), self.style.millis),
                "endsAtAgeMs": end,
            },
        })
    }

    /// Takes its credits away. A job is blocked once at most.
    pub fn block(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.refuse_if_ended(now_ms)?;
        if self.spec.kind == Kind::Blocked || self.orders.blocked.is_some() {
            return Err(Refusal::conflict("blocked_before", "The job is or was blocked already."));
        }
        self.orders.blocked = Some(self.age(now_ms));
        Ok(())
    }

    pub fn add_credits(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.refuse_unless_blocked(now_ms)?;
        self.has_credits = true;
        Ok(())
    }

    pub fn resume(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.refuse_unless_blocked(now_ms)?;
        if !self.has_credits {
            let message = "The job still lacks credits. Add some, then resume it.";
            return Err(Refusal::conflict("insufficient_credits", message));
        }
        let age = self.age(now_ms);
        self.orders.resumed.get_or_insert(age);
        Ok(())
    }

    pub fn cancel(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.refuse_if_ended(now_ms)?;
        let age = self.age(now_ms);
        self.orders.cancelled.get_or_insert(age);
        Ok(())
    }

    fn refuse_unless_blocked(&self, now_ms: i64) -> Result<(), Refusal> {
        let status = self.state(now_ms).status;
        if status != Status::BlockedInsufficientCredits {
            let message = format!("Only a job that is blocked can be resumed; it is {}.", status.name());
            return Err(Refusal::conflict("job_not_blocked", message));
        }
        Ok(())
    }

    fn refuse_if_ended(&self, now_ms: i64) -> Result<(), Refusal> {
        let status = self.state(now_ms).status;
        if status.is_terminal() {
            let message = format!("The job has ended already; it is {}.", status.name());
            return Err(Refusal::conflict("job_ended", message));
        }
        Ok(())
    }

    fn value(&self, at_ms: i64, base: &str) -> Value {
        wire::job(&self.identity, self.style, &self.state(at_ms), base)
    }

    fn state(&self, at_ms: i64) -> State {
        self.life.at(self.age(at_ms), &self.orders)
    }

    fn age(&self, at_ms: i64) -> u64 {
        self.frozen_at
            .unwrap_or_else(|| u64::try_from(at_ms.saturating_sub(self.identity.created_ms)).unwrap_or(0))
    }
}
