//! What a benchmark found: rows of figures, printed as Markdown.

use std::fmt::{self, Display, Formatter};

use comfy_table::{CellAlignment, presets};
use serde::{Deserialize, Serialize};

/// The programs in `tests/bench/` print this as JSON.
#[derive(Debug, Deserialize, Serialize)]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// A name and a figure for each column; none where it was not measured.
#[derive(Debug, Deserialize, Serialize)]
pub struct Row {
    pub name: String,
    pub figures: Vec<Option<f64>>,
}

impl Row {
    pub fn new(name: impl Into<String>, figures: impl IntoIterator<Item = f64>) -> Self {
        Self { name: name.into(), figures: figures.into_iter().map(Some).collect() }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let mut table = comfy_table::Table::new();
        table.load_preset(presets::ASCII_MARKDOWN);
        table.set_header([self.title.clone()].iter().chain(&self.columns));
        for row in &self.rows {
            let figures = row.figures.iter().map(|figure| figure.map_or_else(|| "–".to_owned(), readable));
            table.add_row([row.name.clone()].into_iter().chain(figures));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.fmt(f)
    }
}

/// With three digits at least, and no more after the point than say something.
fn readable(figure: f64) -> String {
    let digits = match figure.abs() {
        size if size.fract() == 0.0 || size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{figure:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::{Row, Table};

    #[test]
    fn a_table_is_markdown_with_figures_to_the_right() {
        let rows = vec![
            Row::new("one", [1_234.0, 0.456]),
            Row { name: "other".to_owned(), figures: vec![Some(12.34), None] },
        ];
        let table = Table { title: "T".to_owned(), columns: vec!["a".to_owned(), "b".to_owned()], rows };
        assert_eq!(
            table.to_string(),
            "| T     |    a |    b |\n|-------|------|------|\n| one   | 1234 | 0.46 |\n| other | 12.3 |    – |"
        );
    }
}
