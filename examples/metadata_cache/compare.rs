//! The same load on every cache, in turns.

use crate::args::{CompareArgs, Kind};
use crate::error::Result;
use crate::load::Measured;
use crate::run::driver;
use clap::ValueEnum;
use comfy_table::{Table, presets};
use std::fmt;

/// What was measured in one turn: on each cache, in the order of the kinds. The first is compared with the others, and the
/// last is the limit.
type Turn = Vec<Measured>;

/// What was measured in all turns, for each number of readers.
pub struct Comparison {
    parts: Vec<(usize, Vec<Turn>)>,
}

/// Puts the load on each cache, again and again.
pub fn compare(args: &CompareArgs) -> Result<Comparison> {
    let mut parts: Vec<_> = args.readers.iter().map(|&readers| (readers, Vec::new())).collect();
    for turn in 0..args.turns {
        for (readers, turns) in &mut parts {
            turns.push(take_turn(args, *readers, turn)?);
        }
    }
    Ok(Comparison { parts })
}

fn take_turn(args: &CompareArgs, readers: usize, turn: usize) -> Result<Turn> {
    let kinds = Kind::value_variants();
    let mut measured = Vec::new();
    for nth in 0..kinds.len() {
        let kind = (turn + nth) % kinds.len(); // not always behind the same other one
        let (_, drive) = driver(kinds[kind]);
        measured.push((kind, drive(&args.load, readers, false, None)?));
    }
    measured.sort_by_key(|&(kind, _)| kind);
    Ok(measured.into_iter().map(|(_, measured)| measured).collect())
}

/// The median of all turns.
fn median(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> f64 {
    let mut values: Vec<_> = turns.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The processor time of a look-up above that of the limit.
fn cost(turn: &Turn, kind: usize) -> f64 {
    turn[kind].nanos_a_look_up() - turn[turn.len() - 1].nanos_a_look_up()
}

fn row(readers: usize, turns: &[Turn], kind: usize) -> Vec<String> {
    let rate = |turn: &Turn, kind: usize| turn[kind].look_ups_per_second();
    let whole = |of: &dyn Fn(&Turn) -> f64| format!("{:.0}", median(turns, of));
    let latency = |quantile| whole(&|turn| turn[kind].latency(quantile));
    vec![
        readers.to_string(),
        driver(Kind::value_variants()[kind]).0.to_owned(),
        format!("{:.2}", median(turns, |turn| rate(turn, kind)) / 1e6),
        format!("{:.2}", median(turns, |turn| rate(turn, 0) / rate(turn, kind))),
        whole(&|turn| turn[kind].nanos_a_look_up()),
        whole(&|turn| cost(turn, kind)),
        format!("{:.1}", 100.0 * median(turns, |turn| turn[kind].hit_ratio())),
        latency(0.5),
        latency(0.99),
        latency(0.999),
    ]
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_preset(presets::ASCII_MARKDOWN).set_header([
            "readers",
            "cache",
            "million look-ups/s",
            "latchfree: times as many",
            "processor ns a look-up",
            "above none",
            "hits, %",
            "p50, ns",
            "p99, ns",
            "p99.9, ns",
        ]);
        for (readers, turns) in &self.parts {
            let kinds = 0..Kind::value_variants().len();
            table.add_rows(kinds.map(|kind| row(*readers, turns, kind)));
        }
        table.fmt(f)
    }
}
