//! A job whose successive responses are given, word for word.

use std::sync::Arc;

use serde_json::{Value, json};

pub struct Script {
    pub id: String,
    pub project_id: String,
    /// Unix ms; its place in the list.
    pub created_ms: i64,
    responses: Vec<Value>,
    shown: usize,
}

impl Script {
    pub fn new(id: String, project_id: String, created_ms: i64, responses: Vec<Value>) -> Self {
        Self { id, project_id, created_ms, responses, shown: 0 }
    }

    /// The next response, as JSON; the last one repeats. `None` where the script has null: there is no such job then.
    pub fn show(&mut self) -> Option<Arc<str>> {
        let response = self.responses.get(self.shown).or(self.responses.last());
        self.shown += 1;
        response.filter(|response| !response.is_null()).map(|response| response.to_string().into())
    }

    pub fn about(&self) -> Value {
        json!({ "shown": self.shown, "responses": self.responses })
    }
}
