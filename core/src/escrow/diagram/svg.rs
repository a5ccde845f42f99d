//! The diagram as SVG: the way of a deal runs down a column, and every way out of it runs down to its
//! outcome.
//!
//! Nothing is placed by hand. Each arrow that leaves the column has a line of its own at its state, so labels
//! cannot collide; the trunks of the outcomes are ordered so that later exits are nearer. Lengths are whole
//! pixels.

use super::{Edge, StateMeaning, Way, edges, states};
use crate::escrow::model::State;
use crate::sorting::Sorting;

const MARGIN: i32 = 28;
const TITLE: i32 = 64;
const NODE: i32 = 176;
const NODE_MIN: i32 = 46;
/// A line of label, and what a character is wide at most.
const LINE: i32 = 18;
const CHAR: i32 = 7;
/// Air above the first label of an arrow and between arrows.
const AIR: i32 = 12;
const TRUNK: i32 = 136;
const OUTCOME: i32 = 116;
const LANE: i32 = 20;
/// Room for the end of an arrow that goes back or nowhere.
const STUB: i32 = 34;

/// An arrow with all its labels.
struct Arrow {
    from: State,
    to: State,
    way: Way,
    edges: Vec<Edge>,
}

impl Arrow {
    fn lines(&self) -> i32 {
        i32::try_from(self.edges.len()).unwrap_or(1)
    }

    fn height(&self) -> i32 {
        self.lines() * LINE + AIR
    }

    fn width(&self) -> i32 {
        self.edges.iter().map(|edge| chars(&edge.line()) * CHAR).max().unwrap_or(0)
    }

    fn timer(&self) -> bool {
        self.edges.iter().all(|edge| edge.timer)
    }

    fn class(&self) -> &'static str {
        StateMeaning::of(self.to).class()
    }

    /// Whether it leads out of the column.
    fn is_exit(&self) -> bool {
        self.to.is_terminal()
    }

    /// Whether it leaves the column at the left, where `next` is the state below.
    fn is_aside(&self, next: Option<State>) -> bool {
        !self.is_exit() && (self.way != Way::To || Some(self.to) != next)
    }
}

fn chars(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(0)
}

fn arrows() -> Vec<Arrow> {
    let mut arrows: Vec<Arrow> = Vec::new();
    for edge in edges() {
        match arrows
            .iter_mut()
            .find(|arrow| (arrow.from, arrow.to, arrow.way) == (edge.from, edge.to, edge.way))
        {
            Some(arrow) => arrow.edges.push(edge),
            None => arrows.push(Arrow { from: edge.from, to: edge.to, way: edge.way, edges: vec![edge] }),
        }
    }
    arrows
}

/// A state of the column and where it is.
struct Node {
    state: State,
    y: i32,
    height: i32,
}

/// Where everything is.
struct Layout {
    arrows: Vec<Arrow>,
    column: Vec<Node>,
    outcomes: Vec<State>,
    /// States of the column that are reached over a lane at the left.
    lanes: Vec<State>,
    left: i32,
    trunks: i32,
    bottom: i32,
}

impl Layout {
    fn new() -> Self {
        let arrows = arrows();
        let (outcomes, column): (Vec<State>, Vec<State>) =
            states().into_iter().partition(|state| state.is_terminal());
        let next = |state: State| {
            let place = column.iter().position(|other| *other == state);
            place.and_then(|place| column.get(place + 1).copied())
        };
        let aside = |arrow: &Arrow| arrow.is_aside(next(arrow.from));
        let over = arrows.iter().filter(|arrow| aside(arrow) && arrow.way == Way::To);
        let mut lanes: Vec<State> = over.map(|arrow| arrow.to).collect();
        lanes.order();
        lanes.dedup();
        // a state farther down has its lane farther out
        lanes.order_by_key(|state| std::cmp::Reverse(column.iter().position(|other| other == state)));
        let widest = |wanted: &dyn Fn(&Arrow) -> bool| {
            arrows.iter().filter(|arrow| wanted(arrow)).map(Arrow::width).max().unwrap_or(0)
        };
        let labels = widest(&aside) + STUB;
        let many = i32::try_from(lanes.len()).unwrap_or(0);
        let left = MARGIN + labels + 24 + many * LANE;
        let exits = widest(&Arrow::is_exit);
        let trunks = left + NODE + exits + 24 + OUTCOME / 2;
        let mut layout = Self { arrows, column: Vec::new(), outcomes, lanes, left, trunks, bottom: 0 };
        layout.stack(&column);
        layout
    }

    /// Puts the states of the column under one another, each as high as its arrows need.
    fn stack(&mut self, column: &[State]) {
        let mut y = TITLE + 54;
        for (place, state) in column.iter().enumerate() {
            let side = |wanted: &dyn Fn(&&Arrow) -> bool| -> i32 {
                self.arrows
                    .iter()
                    .filter(|arrow| arrow.from == *state && wanted(arrow))
                    .map(Arrow::height)
                    .sum()
            };
            let next = column.get(place + 1).copied();
            let right = side(&|arrow| arrow.is_exit());
            let arriving = if self.lanes.contains(state) { 2 * AIR } else { 0 };
            let left = arriving + side(&|arrow| arrow.is_aside(next));
            let height = NODE_MIN.max(right.max(left) + AIR);
            self.column.push(Node { state: *state, y, height });
            let gap = self.arrow(*state, next).map_or(LINE, |arrow| arrow.lines() * LINE + 30);
            y += height + gap;
        }
        self.bottom = y + 22;
    }

    fn arrow(&self, from: State, to: Option<State>) -> Option<&Arrow> {
        self.arrows.iter().find(|arrow| arrow.way == Way::To && arrow.from == from && Some(arrow.to) == to)
    }

    fn trunk(&self, outcome: State) -> i32 {
        let place = self.outcomes.iter().position(|state| *state == outcome).unwrap_or(0);
        self.trunks + i32::try_from(place).unwrap_or(0) * TRUNK
    }

    fn lane(&self, target: State) -> i32 {
        let place = self.lanes.iter().position(|state| *state == target).unwrap_or(0);
        MARGIN + i32::try_from(place).unwrap_or(0) * LANE
    }

    fn node(&self, state: State) -> Option<&Node> {
        self.column.iter().find(|node| node.state == state)
    }

    fn size(&self) -> (i32, i32) {
        let last = self.outcomes.last().map_or(self.trunks, |state| self.trunk(*state));
        (last + OUTCOME / 2 + MARGIN, self.bottom + NODE_MIN + 130)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The labels of an arrow, the last of them just above `y`.
fn labels(arrow: &Arrow, x: i32, y: i32, anchor: &str) -> String {
    let mut text = String::new();
    for (place, edge) in (0_i32..).zip(&arrow.edges) {
        let y = y - (arrow.lines() - 1 - place) * LINE;
        let detail =
            if edge.detail.is_empty() { String::new() } else { format!(" · {}", escape(&edge.detail)) };
        let label = escape(&edge.label);
        text.push_str(&format!(
            "<text class=\"label\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\"><tspan class=\"trigger\">{label}</tspan>{detail}</text>"
        ));
    }
    text
}

/// One arrow with its labels and a sentence for screen readers.
fn arrow_group(arrow: &Arrow, path: &str, labels: &str) -> String {
    let says: Vec<String> =
        arrow.edges.iter().map(|edge| format!("{} ({})", edge.line(), edge.money.words())).collect();
    let to = match arrow.way {
        Way::To => arrow.to.to_string(),
        Way::Back => "the state before".to_owned(),
        Way::Stay => "itself".to_owned(),
    };
    let says = escape(&format!("{} to {to}: {}", arrow.from, says.join("; ")));
    let class = arrow.class();
    let dashed = if arrow.timer() { " timer" } else { "" };
    format!(
        "<g><title>{says}</title><path class=\"arrow {class}{dashed}\" d=\"{path}\" marker-end=\"url(#to-{class})\"/>{labels}</g>\n"
    )
}

/// An arrow that goes back to the state before, or nowhere.
fn stub(arrow: &Arrow, x: i32, y: i32) -> String {
    let path = if arrow.way == Way::Back {
        format!("M{x} {y}H{}", x - STUB + 6)
    } else {
        format!("M{x} {y}H{0}a6 6 0 0 1 0 -12H{1}", x - STUB + 14, x - 2)
    };
    arrow_group(arrow, &path, &labels(arrow, x - STUB - 2, y - 2, "end"))
}

fn node_box(state: State, x: i32, y: i32, width: i32, height: i32) -> String {
    let (class, middle, text) = (StateMeaning::of(state).class(), x + width / 2, y + height / 2 + 5);
    let radius = if state.is_terminal() { 22 } else { 9 };
    format!(
        "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/><text class=\"state\" x=\"{middle}\" y=\"{text}\" text-anchor=\"middle\">{state}</text></g>\n"
    )
}

impl Layout {
    /// Arrows down the column.
    fn draw_column(&self) -> String {
        let mut text = String::new();
        let middle = self.left + NODE / 2;
        for pair in self.column.windows(2) {
            let [node, next] = pair else { continue };
            if let Some(arrow) = self.arrow(node.state, Some(next.state)) {
                let (from, to) = (node.y + node.height, next.y - 2);
                let last = (from + to) / 2 + (arrow.lines() - 1) * LINE / 2 + 2;
                text.push_str(&arrow_group(
                    arrow,
                    &format!("M{middle} {from}V{to}"),
                    &labels(arrow, middle + 14, last, "start"),
                ));
            }
        }
        text
    }

    /// Arrows to the outcomes: each leaves the column on a line of its own, and joins the trunk of its
    /// outcome.
    fn draw_exits(&self) -> String {
        let mut text = String::new();
        let x = self.left + NODE;
        for node in &self.column {
            let mut exits: Vec<&Arrow> =
                self.arrows.iter().filter(|arrow| arrow.from == node.state && arrow.is_exit()).collect();
            // the farthest outcome leaves first: its line passes over the nearer trunks before they begin
            exits.order_by_key(|arrow| std::cmp::Reverse(self.trunk(arrow.to)));
            let needed: i32 = exits.iter().map(|arrow| arrow.height()).sum();
            let mut y = node.y + (node.height - needed - AIR) / 2 + AIR / 2;
            for arrow in exits {
                y += arrow.height();
                let (trunk, end) = (self.trunk(arrow.to), self.bottom - 2);
                let path = format!("M{x} {y}H{}Q{trunk} {y} {trunk} {}V{end}", trunk - 10, y + 10);
                text.push_str(&arrow_group(arrow, &path, &labels(arrow, x + 12, y - 6, "start")));
            }
        }
        text
    }

    /// Arrows that pass over states of the column, or go back in it.
    fn draw_lanes(&self) -> String {
        let mut text = String::new();
        let x = self.left;
        for (place, node) in self.column.iter().enumerate() {
            let next = self.column.get(place + 1).map(|next| next.state);
            let mut y = node.y + if self.lanes.contains(&node.state) { 2 * AIR } else { 0 };
            let mut asides: Vec<&Arrow> =
                self.arrows.iter().filter(|arrow| arrow.from == node.state && arrow.is_aside(next)).collect();
            // the innermost lane leaves first: its line passes under none of the outer ones
            asides.order_by_key(|arrow| (arrow.way != Way::To, std::cmp::Reverse(self.lane(arrow.to))));
            for arrow in asides {
                y += arrow.height();
                if arrow.way != Way::To {
                    text.push_str(&stub(arrow, x, y));
                    continue;
                }
                let Some(target) = self.node(arrow.to) else { continue };
                let (lane, end) = (self.lane(arrow.to), target.y + NODE_MIN / 2);
                let bend = if end > y { 10 } else { -10 };
                let path = format!(
                    "M{x} {y}H{}Q{lane} {y} {lane} {}V{}Q{lane} {end} {} {end}H{}",
                    lane + 10,
                    y + bend,
                    end - bend,
                    lane + 10,
                    x - 2,
                );
                text.push_str(&arrow_group(arrow, &path, &labels(arrow, x - 12, y - 6, "end")));
            }
        }
        text
    }

    fn draw_states(&self) -> String {
        let mut text = String::new();
        if let Some(first) = self.column.first() {
            let (middle, y) = (self.left + NODE / 2, first.y);
            text.push_str(&format!(
                "<g><title>open: the deal begins</title><circle class=\"start\" cx=\"{middle}\" cy=\"{}\" r=\"6\"/><path class=\"arrow active\" d=\"M{middle} {}V{}\" marker-end=\"url(#to-active)\"/><text class=\"label\" x=\"{}\" y=\"{}\"><tspan class=\"trigger\">open</tspan></text></g>\n",
                y - 44, y - 38, y - 2, middle + 14, y - 18,
            ));
        }
        for node in &self.column {
            text.push_str(&node_box(node.state, self.left, node.y, NODE, node.height));
        }
        for state in &self.outcomes {
            text.push_str(&node_box(
                *state,
                self.trunk(*state) - OUTCOME / 2,
                self.bottom,
                OUTCOME,
                NODE_MIN,
            ));
        }
        text
    }

    fn draw_legend(&self) -> String {
        let mut text = String::from("<g>");
        let (mut x, y) = (MARGIN, self.bottom + NODE_MIN + 40);
        for outcome in StateMeaning::ALL {
            let (class, meaning) = (outcome.class(), outcome.meaning());
            text.push_str(&format!(
                "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"22\" height=\"16\" rx=\"4\"/></g><text class=\"label\" x=\"{}\" y=\"{}\">{meaning}</text>",
                x + 30,
                y + 13,
            ));
            x += 30 + chars(meaning) * CHAR + 24;
        }
        text.push_str(&format!(
            "<path class=\"arrow active timer\" d=\"M{x} {0}H{1}\" marker-end=\"url(#to-active)\"/><text class=\"label\" x=\"{2}\" y=\"{3}\">pulled by the clock</text>",
            y + 8, x + 34, x + 44, y + 13,
        ));
        let lines = [
            "An arrow says which trigger takes the deal there, and who may pull it.",
            "A short arrow to the left goes back to the state before; a loop stays where it is.",
            "An admin may act in the place of a buyer or seller with a reason; the event says so.",
        ];
        for (line, words) in (0_i32..).zip(lines) {
            let y = y + 42 + line * LINE;
            text.push_str(&format!("<text class=\"label\" x=\"{MARGIN}\" y=\"{y}\">{words}</text>"));
        }
        text.push_str("</g>\n");
        text
    }
}

/// Colours that are legible on light and on dark pages.
const STYLE: &str = "
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
.page{fill:#ffffff}.head{font-size:19px;font-weight:600;fill:#1f2328}.state{font-size:14px;font-weight:600;fill:#1f2328}
.label{font-size:12px;fill:#59636e}.trigger{font-weight:600;fill:#1f2328}.start{fill:#57606a}
rect{stroke-width:1.5}.active rect{fill:#ddf4ff;stroke:#0969da}.halted rect{fill:#fbefff;stroke:#8250df}.success rect{fill:#dafbe1;stroke:#1a7f37}
.refund rect{fill:#fff8c5;stroke:#9a6700}.ended rect{fill:#eaeef2;stroke:#6e7781}
.arrow{fill:none;stroke-width:1.6}.timer{stroke-dasharray:6 4}
.arrow.active{stroke:#57606a}.arrow.halted{stroke:#8250df}.arrow.success{stroke:#1a7f37}.arrow.refund{stroke:#9a6700}.arrow.ended{stroke:#8c959f}
.tip.active{fill:#57606a}.tip.halted{fill:#8250df}.tip.success{fill:#1a7f37}.tip.refund{fill:#9a6700}.tip.ended{fill:#8c959f}
@media (prefers-color-scheme:dark){
.page{fill:#0d1117}.head,.state,.trigger{fill:#e6edf3}.label{fill:#9da7b3}.start{fill:#9da7b3}
.active rect{fill:#10243e;stroke:#4493f8}.halted rect{fill:#2a1d45;stroke:#a371f7}.success rect{fill:#12301d;stroke:#3fb950}
.refund rect{fill:#33290f;stroke:#d29922}.ended rect{fill:#21262d;stroke:#8b949e}
.arrow.active{stroke:#9da7b3}.arrow.halted{stroke:#a371f7}.arrow.success{stroke:#3fb950}.arrow.refund{stroke:#d29922}.arrow.ended{stroke:#6e7681}
.tip.active{fill:#9da7b3}.tip.halted{fill:#a371f7}.tip.success{fill:#3fb950}.tip.refund{fill:#d29922}.tip.ended{fill:#6e7681}
}
";

/// The picture as SVG, with a title and a description.
pub fn svg() -> String {
    let layout = Layout::new();
    let (width, height) = layout.size();
    let described: Vec<String> =
        edges().iter().map(|edge| format!("{} to {} by {}", edge.from, edge.to, edge.line())).collect();
    let described = escape(&described.join("; "));
    let tips: String = StateMeaning::ALL
        .into_iter()
        .map(|outcome| {
            let class = outcome.class();
            format!(
                "<marker id=\"to-{class}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip {class}\" d=\"M0 0L10 5L0 10Z\"/></marker>"
            )
        })
        .collect();
    let title = "What a deal can do";
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"deal-title deal-desc\">\n<title id=\"deal-title\">{title}</title>\n<desc id=\"deal-desc\">{described}.</desc>\n<style>{STYLE}</style>\n<defs>{tips}</defs>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\" stroke=\"none\"/>\n<text class=\"head\" x=\"{MARGIN}\" y=\"44\">{title}</text>\n{}{}{}{}{}</svg>\n",
        layout.draw_exits(),
        layout.draw_lanes(),
        layout.draw_column(),
        layout.draw_states(),
        layout.draw_legend(),
    )
}
