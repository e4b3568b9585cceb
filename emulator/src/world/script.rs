//! A job whose successive answers are given, word for word.

use std::sync::Arc;

use serde_json::{Value, json};

pub struct Script {
    pub id: String,
    pub project_id: String,
    /// Unix ms; its place in the list.
    pub created_ms: i64,
    answers: Vec<Value>,
    shown: usize,
}

impl Script {
    pub fn new(id: String, project_id: String, created_ms: i64, answers: Vec<Value>) -> Self {
        Self { id, project_id, created_ms, answers, shown: 0 }
    }

    /// The next answer, as JSON; the last one repeats. `None` where the script has null: there is no such job then.
    pub fn show(&mut self) -> Option<Arc<str>> {
        let answer = self.answers.get(self.shown).or(self.answers.last());
        self.shown += 1;
        answer.filter(|answer| !answer.is_null()).map(|answer| answer.to_string().into())
    }

    pub fn about(&self) -> Value {
        json!({ "shown": self.shown, "answers": self.answers })
    }
}
