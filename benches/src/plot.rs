//! A picture of throughput against callers in flight: SVG without dependencies, legible on light and dark
//! pages.

#![allow(clippy::disallowed_types, clippy::float_arithmetic, reason = "places on a picture are no money")]

use std::fmt::Write as _;
use std::io::Read as _;

use crate::Done;
use crate::args::PlotOrder;
use crate::output::{failed, note};
use crate::peers::{Comparison, Point};
use crate::shared::figures::{Real, real};

/// Contenders in the order of the legend: name, words, colour on light, colour on dark, dashes.
const SERIES: [(&str, &str, &str, &str, &str); 5] = [
    ("earnest", "Earnest", "#0969da", "#58a6ff", "none"),
    ("lock_two_rows", "lock two rows", "#bc4c00", "#f0883e", "6 3"),
    ("doubleentry", "doubleentry", "#1a7f37", "#56d364", "2 3"),
    ("cala_ledger", "cala-ledger", "#8250df", "#bc8cff", "8 3 2 3"),
    ("tigerbeetle", "TigerBeetle", "#9a6700", "#d4a72c", "1 2"),
];
/// A panel: its width with margins, and where its axes lie in it.
const PANEL: Real = 400.0;
const LEFT: Real = 56.0;
const TOP: Real = 66.0;
const WIDE: Real = 320.0;
const HIGH: Real = 230.0;

/// `plot`.
pub(crate) fn plot(order: &PlotOrder) -> Done {
    let mut panels: Vec<Comparison> = Vec::new();
    for file in &order.files {
        let mut text = String::new();
        if file.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text)?;
        } else {
            text = std::fs::read_to_string(file)?;
        }
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let comparison: Comparison = serde_json::from_str(line)?;
            // a later measurement of the same replaces the earlier one
            panels.retain(|panel| (&panel.kind, &panel.workload) != (&comparison.kind, &comparison.workload));
            panels.push(comparison);
        }
    }
    if panels.is_empty() {
        return failed("there is nothing to draw");
    }
    std::fs::write(&order.out, draw(&panels)?)?;
    note(&format!("wrote {}", order.out.display()));
    Ok(())
}

fn draw(panels: &[Comparison]) -> Done<String> {
    let wide = PANEL * real(u64::try_from(panels.len())?);
    let mut svg = String::new();
    write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} 350" width="{wide}" height="350" role="img">"#
    )?;
    svg.push_str("\n<title>Operations a second by callers in flight</title>\n");
    svg.push_str(&style()?);
    let mut at = 0.0;
    for panel in panels {
        write!(svg, "<g transform=\"translate({at} 0)\">\n{}</g>\n", draw_panel(panel)?)?;
        at += PANEL;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn style() -> Done<String> {
    let mut light = String::new();
    let mut dark = String::new();
    for (name, _, on_light, on_dark, dashes) in SERIES {
        writeln!(light, "polyline.{name}{{stroke:{on_light};stroke-dasharray:{dashes}}}")?;
        writeln!(light, "circle.{name},rect.{name}{{fill:{on_light}}}")?;
        write!(dark, "polyline.{name}{{stroke:{on_dark}}}circle.{name},rect.{name}{{fill:{on_dark}}}")?;
    }
    Ok(format!(
        "<style>\ntext{{font:12px system-ui,sans-serif;fill:#1f2328}}\n.grid{{stroke:#d1d9e0;stroke-width:1}}\n\
         polyline{{fill:none;stroke-width:2}}\n{light}\
         @media (prefers-color-scheme:dark){{text{{fill:#e6edf3}}.grid{{stroke:#3d444d}}{dark}}}\n</style>\n"
    ))
}

/// The decades that hold every value, by their powers of ten.
#[derive(Clone, Copy)]
struct Decades {
    low: Real,
    high: Real,
}

fn decades(panel: &Comparison) -> Decades {
    let values =
        || panel.points.iter().flat_map(|point| point.medians.values().copied()).filter(|v| *v > 0.0);
    let low = values().fold(Real::MAX, Real::min).log10().floor();
    let high = values().fold(1.0, Real::max).log10().ceil();
    Decades { low: if low < high { low } else { high - 1.0 }, high }
}

fn draw_panel(panel: &Comparison) -> Done<String> {
    let decades = decades(panel);
    let Decades { low, high } = decades;
    let y = |value: Real| TOP + HIGH * (high - value.log10()) / (high - low);
    if let [only] = panel.points.as_slice() {
        return bars(panel, only, decades);
    }
    let gaps = panel.points.len().saturating_sub(1).max(1);
    let step = WIDE / real(u64::try_from(gaps)?);
    let mut svg = axes(panel, decades, LEFT, step)?;
    let mut drawn = 0.0;
    for (name, words, ..) in SERIES {
        let mut line = Vec::new();
        let mut x = LEFT;
        for point in &panel.points {
            if let Some(value) = point.medians.get(name).filter(|value| **value > 0.0) {
                line.push((x, y(*value)));
            }
            x += step;
        }
        if line.is_empty() {
            continue;
        }
        let points: Vec<String> = line.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        writeln!(svg, r#"<polyline class="{name}" points="{}"/>"#, points.join(" "))?;
        for (x, y) in line {
            writeln!(svg, r#"<circle class="{name}" cx="{x:.1}" cy="{y:.1}" r="3"/>"#)?;
        }
        let (left, top) = legend(drawn);
        writeln!(svg, r#"<polyline class="{name}" points="{left},{top} {},{top}"/>"#, left + 24.0)?;
        writeln!(svg, r#"<text x="{}" y="{}">{words}</text>"#, left + 30.0, top + 4.0)?;
        drawn += 1.0;
    }
    Ok(svg)
}

/// One number of callers makes no line: a bar a contender, with its value.
fn bars(panel: &Comparison, point: &Point, decades: Decades) -> Done<String> {
    let Decades { low, high } = decades;
    let shown =
        || SERIES.iter().filter_map(|row| Some((row, *point.medians.get(row.0)?))).filter(|row| row.1 > 0.0);
    let slot = WIDE / real(u64::try_from(shown().count().max(1))?);
    let mut svg = axes(panel, decades, LEFT + WIDE / 2.0, WIDE)?;
    let mut drawn = 0.0;
    for ((name, words, ..), value) in shown() {
        let y = TOP + HIGH * (high - value.log10()) / (high - low);
        let (x, wide, tall) = (LEFT + slot * (drawn + 0.25), slot / 2.0, TOP + HIGH - y);
        writeln!(
            svg,
            r#"<rect class="{name}" x="{x:.1}" y="{y:.1}" width="{wide:.1}" height="{tall:.1}"/>"#
        )?;
        let (middle, above) = (x + wide / 2.0, y - 5.0);
        writeln!(svg, r#"<text x="{middle:.1}" y="{above:.1}" text-anchor="middle">{value:.0}</text>"#)?;
        let (left, top) = legend(drawn);
        writeln!(svg, r#"<rect class="{name}" x="{left}" y="{}" width="24" height="8"/>"#, top - 4.0)?;
        writeln!(svg, r#"<text x="{}" y="{}">{words}</text>"#, left + 30.0, top + 4.0)?;
        drawn += 1.0;
    }
    Ok(svg)
}

/// Where a contender stands in the legend, in two columns.
fn legend(drawn: Real) -> (Real, Real) {
    (LEFT + 165.0 * (drawn % 2.0), 38.0 + 16.0 * Real::floor(drawn / 2.0))
}

/// The title, the lines of the decades, and what the axes say: a number of callers at `first`, and one every
/// `step`.
fn axes(panel: &Comparison, decades: Decades, first: Real, step: Real) -> Done<String> {
    let Decades { low, high } = decades;
    let mut svg = String::new();
    let kind = match panel.kind.as_str() {
        "sqlite" => "SQLite",
        "postgres" => "PostgreSQL",
        other => other,
    };
    let what = match panel.workload.as_str() {
        "transfer" => format!("transfers a second, {} accounts", panel.accounts),
        "hot" => "transfers a second, one hot pair".to_owned(),
        other => format!("{other} operations a second"),
    };
    let title = format!("{kind}: {what}");
    writeln!(svg, r#"<text x="{LEFT}" y="20" font-weight="600">{title}</text>"#)?;
    let (base, end) = (TOP + HIGH, LEFT + WIDE);
    let mut power = low;
    while power <= high {
        let line = TOP + HIGH * (high - power) / (high - low);
        writeln!(svg, r#"<line class="grid" x1="{LEFT}" y1="{line:.1}" x2="{end}" y2="{line:.1}"/>"#)?;
        let (x, y, value) = (LEFT - 6.0, line + 4.0, Real::powf(10.0, power));
        writeln!(svg, r#"<text x="{x}" y="{y:.1}" text-anchor="end">{value}</text>"#)?;
        power += 1.0;
    }
    let mut x = first;
    for point in &panel.points {
        let y = base + 18.0;
        writeln!(svg, r#"<text x="{x:.1}" y="{y}" text-anchor="middle">{}</text>"#, point.in_flight)?;
        x += step;
    }
    let (x, y) = (LEFT + WIDE / 2.0, base + 38.0);
    writeln!(svg, r#"<text x="{x}" y="{y}" text-anchor="middle">callers in flight</text>"#)?;
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_a_line_or_a_bar_a_contender() {
        let point = |in_flight: u64, own: Real, other: Real| {
            serde_json::json!({
                "in_flight": in_flight, "medians": { "earnest": own, "lock_two_rows": other },
                "ratios": {}, "rounds": {}, "p50_ms": {}, "p99_ms": {},
            })
        };
        let panel = |workload: &str, points: Vec<serde_json::Value>| -> Comparison {
            let line = serde_json::json!({
                "store": "sqlite:x", "kind": "sqlite", "workload": workload, "accounts": 2, "seconds": 1.0, "rounds": 1,
                "pool": 1, "medians": {}, "ratios": {}, "skipped": {}, "errors": 0, "conservation_ok": true,
                "points": points,
            });
            serde_json::from_value(line).unwrap()
        };
        let spread = panel("transfer", vec![point(1, 900.0, 800.0), point(64, 20_000.0, 850.0)]);
        let Decades { low, high } = decades(&spread);
        assert_eq!((low, high), (2.0, 5.0));
        let hot = panel("hot", vec![point(64, 20_000.0, 850.0)]);
        let svg = draw(&[spread, hot]).unwrap();
        assert_eq!(svg.matches("<g ").count(), 2, "a panel each");
        assert_eq!(svg.matches("<circle").count(), 4);
        assert_eq!(svg.matches("<polyline").count(), 4, "a line and its sample in the legend");
        assert_eq!(svg.matches("<rect").count(), 4, "a bar and its sample in the legend");
    }
}
