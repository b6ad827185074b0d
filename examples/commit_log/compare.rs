//! The same job on every transport, in turns.

use crate::args::{Baseline, CompareArgs, RunArgs};
use crate::error::{Context, Error, Result};
use crate::run;
use crate::run::report::Report;
use comfy_table::{Table, presets};
use std::fmt;
use std::fs;

/// In the order of the table. The first is compared with the others, and the last is the limit.
const TRANSPORTS: [Option<Baseline>; 4] =
    [None, Some(Baseline::Mutex), Some(Baseline::Channel), Some(Baseline::None)];
const LIMIT: usize = TRANSPORTS.len() - 1;

/// What was measured in one turn: on each transport.
type Turn = [Report; TRANSPORTS.len()];

/// What was measured in all turns.
pub struct Comparison {
    turns: Vec<Turn>,
}

/// Runs the job of `args` on each transport, again and again, each time into a new log that is deleted.
pub fn compare(args: &CompareArgs) -> Result<Comparison> {
    let turns = (0..args.turns).map(|turn| {
        let mut reports = Vec::new();
        for nth in 0..TRANSPORTS.len() {
            let transport = (turn + nth) % TRANSPORTS.len(); // not always behind the same other one
            reports.push((transport, run_once(&args.run, TRANSPORTS[transport])?));
        }
        reports.sort_by_key(|&(transport, _)| transport);
        let reports: Vec<_> = reports.into_iter().map(|(_, report)| report).collect();
        Ok(reports.try_into().unwrap_or_else(|_| unreachable!("one for each transport")))
    });
    Ok(Comparison { turns: turns.collect::<Result<_>>()? })
}

fn run_once(args: &RunArgs, baseline: Option<Baseline>) -> Result<Report> {
    let dir = args.dir.join("compared");
    let ran = run::run(&RunArgs { dir: dir.clone(), baseline, ..args.clone() })?;
    fs::remove_dir_all(&dir).context(|| format!("cannot delete {}", dir.display()))?;
    ran.ok_or_else(|| Error::refused("there was nothing to append"))
}

/// The processor time of a record above that of the limit.
fn cost(turn: &Turn, transport: usize) -> f64 {
    turn[transport].nanos_a_record() - turn[LIMIT].nanos_a_record()
}

impl Comparison {
    /// The median of all turns.
    fn median(&self, of: impl Fn(&Turn) -> f64) -> f64 {
        let mut values: Vec<_> = self.turns.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }

    fn row(&self, transport: usize) -> Vec<String> {
        let rate = self.median(|turn| turn[transport].records_per_second());
        let times =
            self.median(|turn| turn[0].records_per_second() / turn[transport].records_per_second());
        let nanos = self.median(|turn| turn[transport].nanos_a_record());
        let above = self.median(|turn| cost(turn, transport));
        let share = self.median(|turn| cost(turn, 0) / cost(turn, transport));
        let latency = |quantile| self.median(|turn| turn[transport].latency(quantile));
        let is_limit = transport == LIMIT;
        let unless_limit = |text: String| if is_limit { "-".to_owned() } else { text };
        vec![
            self.turns[0][transport].transport.to_owned(),
            format!("{:.2}", rate / 1e6),
            format!("{times:.2}"),
            format!("{nanos:.1}"),
            unless_limit(format!("{above:.1}")),
            unless_limit(format!("{share:.2}")),
            unless_limit(format!("{:.0}", latency(0.5))),
            unless_limit(format!("{:.0}", latency(0.99))),
        ]
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_preset(presets::ASCII_MARKDOWN).set_header([
            "transport",
            "million records/s",
            "latchfree: times as many",
            "processor ns a record",
            "above the limit",
            "latchfree: share of that",
            "latency p50, µs",
            "p99, µs",
        ]);
        table.add_rows((0..TRANSPORTS.len()).map(|transport| self.row(transport)));
        table.fmt(f)
    }
}
