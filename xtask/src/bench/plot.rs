//! What a benchmark found, as pictures for `docs/performance.md`: plain SVG, readable on a light page and on a dark one.

use std::fmt::Write as _;

use anyhow::Result;

use super::table::Table;
use crate::sh;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 48.0;

const STYLE: &str = "text{font:12px sans-serif;fill:#24292f}.title{font-weight:600}.grid{stroke:#d0d7de}\
    .s0{stroke:#0969da;fill:#0969da}.s1{stroke:#bc4c00;fill:#bc4c00}.s2{stroke:#1a7f37;fill:#1a7f37}\
    polyline.s0,polyline.s1,polyline.s2{fill:none;stroke-width:2}circle{stroke:none}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#30363d}\
    .s0{stroke:#58a6ff;fill:#58a6ff}.s1{stroke:#f0883e;fill:#f0883e}.s2{stroke:#56d364;fill:#56d364}}";

/// Points with a name each, or a line with one name.
struct Series {
    name: String,
    points: Vec<(f64, f64, String)>,
}

struct Plot {
    title: &'static str,
    x: &'static str,
    y: &'static str,
    /// Whether the points of a series are joined.
    lines: bool,
    series: Vec<Series>,
}

/// Writes the pictures that a benchmark has, if any.
pub fn write(benchmark: &str, tables: &[Table]) -> Result<()> {
    let plot = match benchmark {
        "polling" => polling(tables),
        "cost" => cost(tables),
        "waits" => waits(tables),
        _ => None,
    };
    match plot {
        Some(plot) => sh::write(sh::path(format!("docs/pictures/{benchmark}.svg")), plot.svg()),
        None => Ok(()),
    }
}

fn polling(tables: &[Table]) -> Option<Plot> {
    let table = tables.iter().find(|table| table.title.contains("everyday kinds"))?;
    let points = |ours: bool| {
        let rows = table.rows.iter().filter(|row| row.name.starts_with("adaptive") == ours);
        rows.filter_map(|row| Some((row.figures[0]?, row.figures[1]?, row.name.clone()))).collect()
    };
    Some(Plot {
        title: "Ways to poll: few requests and little lag are to the lower left",
        x: "requests a job",
        y: "mean lag, s",
        lines: false,
        series: vec![
            Series { name: String::new(), points: points(true) },
            Series { name: String::new(), points: points(false) },
        ],
    })
}

fn cost(tables: &[Table]) -> Option<Plot> {
    let (lists, singly, ours) = (2, 3, 4);
    let line = |name: &str, figure: usize| {
        let rows = tables.first()?.rows.iter().filter_map(|row| {
            let history: f64 = row.name.strip_prefix("10 waits, ")?.strip_suffix(" others")?.parse().ok()?;
            Some((history.max(10.0), row.figures[figure]?, String::new()))
        });
        Some(Series { name: name.to_owned(), points: rows.collect() })
    };
    Some(Plot {
        title: "Ten waits on one project, ten minutes: what they cost by its history",
        x: "finished jobs beside them",
        y: "bytes and requests, MB",
        lines: true,
        series: vec![
            line("as it chooses", ours)?,
            line("by lists alone", lists)?,
            line("by Get Job alone", singly)?,
        ],
    })
}

fn waits(tables: &[Table]) -> Option<Plot> {
    let table = tables.iter().find(|table| table.title.starts_with("Many waits"))?;
    let rows = table.rows.iter().filter_map(|row| {
        let (count, _) = row.name.split_once(" waits, own projects")?;
        Some((count.replace(' ', "").parse().ok()?, row.figures[3]?, String::new()))
    });
    Some(Plot {
        title: "CPU time of a request, by how many wait",
        x: "waits, each in a project of its own",
        y: "µs a request",
        lines: true,
        series: vec![Series { name: "plangrep-client".to_owned(), points: rows.collect() }],
    })
}

/// A logarithmic axis.
struct Axis {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min) / 1.25;
        Self { least, most: values.fold(0.0, f64::max) * 1.25, from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let part = (value / self.least).ln() / (self.most / self.least).ln();
        self.from + part * (self.to - self.from)
    }

    /// 1, 2, 5, 10, 20 … as far as they are on it; where that is many, the powers of ten alone.
    fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let steps: &[f64] = if self.most / self.least > 1_000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        for power in -3..9 {
            ticks.extend(steps.iter().map(|step| step * 10_f64.powi(power)));
        }
        ticks.retain(|tick| (self.least..=self.most).contains(tick));
        ticks
    }
}

impl Plot {
    fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = Axis::new(points().map(|(x, ..)| *x), LEFT, WIDTH - RIGHT);
        let y = Axis::new(points().map(|(_, y, _)| *y), HEIGHT - BOTTOM, TOP);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n\
             <style>{STYLE}</style>\n<text class=\"title\" x=\"{LEFT}\" y=\"20\">{}</text>\n",
            self.title, self.title
        );
        // Writing to text does not fail.
        for tick in x.ticks() {
            let at = x.place(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 16.0
            );
        }
        for tick in y.ticks() {
            let at = y.place(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0
            );
        }
        let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{:.1}\">{}</text>", HEIGHT - 10.0, self.x);
        let _ = writeln!(
            svg,
            "<text transform=\"translate(16 {:.1}) rotate(-90)\">{}</text>",
            HEIGHT - BOTTOM,
            self.y
        );
        let mut labels: Vec<f64> = Vec::new();
        for (number, series) in self.series.iter().enumerate() {
            let places: Vec<_> =
                series.points.iter().map(|(left, up, name)| (x.place(*left), y.place(*up), name)).collect();
            if self.lines {
                let joined: Vec<_> = places.iter().map(|(x, y, _)| format!("{x:.1},{y:.1}")).collect();
                let _ = writeln!(svg, "<polyline class=\"s{number}\" points=\"{}\"/>", joined.join(" "));
                if let Some((x, y, _)) = places.last() {
                    // Lines that end at one place have their names one above the other.
                    let mut at = y + 4.0;
                    while labels.iter().any(|other| (other - at).abs() < 14.0) {
                        at += 14.0;
                    }
                    labels.push(at);
                    let (left, name) = (x + 8.0, &series.name);
                    let _ = writeln!(svg, "<text x=\"{left:.1}\" y=\"{at:.1}\">{name}</text>");
                }
            }
            for (x, y, name) in places {
                let _ = writeln!(
                    svg,
                    "<circle class=\"s{number}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/><text x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
                    x + 8.0,
                    y + 4.0
                );
            }
        }
        svg.push_str("</svg>\n");
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::{Plot, Series};

    #[test]
    fn a_picture_has_its_points_within_and_colours_for_light_and_dark() {
        let points = vec![(10.0, 1.0, String::new()), (1_000.0, 100.0, String::new())];
        let series = vec![Series { name: "one".to_owned(), points }];
        let svg = Plot { title: "T", x: "x", y: "y", lines: true, series }.svg();
        assert!(
            svg.starts_with("<svg ")
                && svg.ends_with("</svg>\n")
                && svg.contains("prefers-color-scheme:dark")
        );
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains(">one</text>") && !svg.contains("NaN"));
    }
}
