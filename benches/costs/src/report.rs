//! What came out, as Markdown.

use crate::compare;
use crate::families::{ALL, Bench, Cost, Family, Scenario};
use crate::machine::{Counts, LINE, STAYS, cycles};
use crate::schedule::Schedule;
use std::fmt::Write;

/// The schedules, and their names.
pub const SCHEDULES: [(&str, Schedule); 4] = [
    ("in turn", Schedule::RoundRobin),
    ("bursts", Schedule::Bursts(50)),
    ("random", Schedule::Random(1)),
    ("by clock", Schedule::Clock),
];

/// The schedule of the estimates.
const BY_CLOCK: usize = 3;

/// What an operation costs on a machine.
struct Row {
    processors: usize,
    /// By schedule.
    costs: [Cost; SCHEDULES.len()],
}

impl Row {
    fn new(scenario: &Scenario, processors: usize) -> Self {
        let cost = |(_, schedule)| (scenario.run)(&mut Bench::new(schedule, processors));
        Self { processors, costs: SCHEDULES.map(cost) }
    }

    /// One figure an operation, by clock.
    fn figure(&self, figure: fn(&Counts) -> u64) -> String {
        let cost = &self.costs[BY_CLOCK];
        hundredths(figure(&cost.counts), cost.operations)
    }

    /// One figure an operation, by schedule.
    fn figures(&self, figure: fn(&Counts) -> u64) -> [String; SCHEDULES.len()] {
        self.costs.map(|cost| hundredths(figure(&cost.counts), cost.operations))
    }

    /// Cycles, which are not known to hundredths.
    fn cycles(&self) -> String {
        let cost = &self.costs[BY_CLOCK];
        ((2 * cost.counts.cycles + cost.operations) / (2 * cost.operations)).to_string()
    }
}

/// `total / operations` with up to two digits. By integers: the same on each machine.
fn hundredths(total: u64, operations: u64) -> String {
    let hundredths = (200 * total + operations) / (2 * operations);
    let digits = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    digits.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Prints a line of a table.
fn line(out: &mut String, cells: impl IntoIterator<Item = impl AsRef<str>>) {
    for cell in cells {
        let _ = write!(out, "| {} ", cell.as_ref());
    }
    out.push_str("|\n");
}

/// Runs everything, and returns all tables.
pub fn report() -> String {
    let mut out = String::new();
    out.push_str(INTRODUCTION);
    let results: Vec<_> = ALL.iter().map(|family| (family, run(family))).collect();
    summary(&mut out, &results);
    model(&mut out);
    compare::write(&mut out);
    out.push_str(DETAILS);
    for (family, results) in &results {
        let _ = writeln!(out, "\n## {}\n", family.name);
        details(&mut out, results);
    }
    out
}

type Results = Vec<(&'static Scenario, Vec<Row>)>;

fn run(family: &Family) -> Results {
    let rows = |scenario: &'static Scenario| {
        scenario.processors.iter().map(|&processors| Row::new(scenario, processors)).collect()
    };
    family.scenarios.iter().map(|scenario| (scenario, rows(scenario))).collect()
}

/// What the guide has: a line for each operation.
fn summary(out: &mut String, results: &[(&Family, Results)]) {
    const SHOWN: [usize; 3] = [1, 4, 64];
    out.push_str("<!-- summary -->\n");
    let (mut head, mut rule) = (vec!["operation".to_string()], vec!["---"]);
    for column in ["locked", "fences", "lines: 4", "64", "cycles: 1", "4", "64"] {
        head.push(column.to_string());
        rule.push("---");
    }
    line(out, head);
    line(out, rule);
    for (scenario, rows) in results.iter().flat_map(|(_, results)| results) {
        let last = rows.last().filter(|_| scenario.is_constant);
        let [one, four, all] =
            SHOWN.map(|shown| rows.iter().find(|row| row.processors == shown).or(last));
        let cell = |row: Option<&Row>, figure: fn(&Row) -> String| row.map_or("".into(), figure);
        line(
            out,
            [
                scenario.title(),
                cell(one, |row| row.figure(|counts| counts.locked)),
                cell(one, |row| row.figure(|counts| counts.fences)),
                cell(four, |row| row.figure(|counts| counts.lines)),
                cell(all, |row| row.figure(|counts| counts.lines)),
                cell(one, Row::cycles),
                cell(four, Row::cycles),
                cell(all, Row::cycles),
            ],
        );
    }
    out.push_str("<!-- /summary -->\n");
}

fn model(out: &mut String) {
    let _ = write!(
        out,
        "
# The model

A line has {LINE} bytes. A store stays in its buffer for {STAYS} further accesses of its processor, if its line is \
         elsewhere. In cycles:

| what | cycles | source |
| --- | --- | --- |
| load, the line is there | {} | [AnandTech's table](https://www.anandtech.com/show/14694/amd-rome-epyc-2nd-gen/7): \
         4, of EPYC 7601, EPYC 7742 and Xeon 8280 |
| store into the buffer | {} | one a cycle |
| locked instruction, or full fence; the line is there, the buffer is empty | {} | 6.2 ns of `fetch_add` in one \
         thread, in the [record](../record/x86_64-unknown-linux-gnu), at about 3 GHz |
| line from another processor, or from memory | {} | 50 ns at 3 GHz. Measured between two processors: from some 20 ns \
         in one cluster to more than 100 ns between two sockets ([Chips and \
         Cheese](https://chipsandcheese.com/p/core-to-core-latency-data-on-large-systems)) |
| pause in a loop that waits | {} | an assumption: it is 10 to 140 on different processors |
| barrier for all threads | {} | an assumption: a system call and an interrupt |
",
        cycles::LOAD,
        cycles::STORE,
        cycles::LOCKED,
        cycles::FETCH,
        cycles::PAUSE,
        cycles::BARRIER,
    );
}

fn details(out: &mut String, results: &Results) {
    let schedules = SCHEDULES.map(|(name, _)| name);
    let mut head =
        ["operation", "processors", "accesses", "locked", "fences"].map(String::from).to_vec();
    head.push(format!("lines: {}", schedules.join("; ")));
    head.push("retries: the same".to_string());
    head.push("cycles".to_string());
    line(out, &head);
    line(out, head.iter().map(|_| "---"));
    for (scenario, rows) in results {
        for row in rows {
            let mut cells = vec![scenario.title(), row.processors.to_string()];
            cells.push(row.figure(|counts| counts.accesses));
            cells.push(row.figure(|counts| counts.locked));
            cells.push(row.figure(|counts| counts.fences));
            cells.push(row.figures(|counts| counts.lines).join("; "));
            cells.push(row.figures(|counts| counts.retries).join("; "));
            cells.push(row.cycles());
            line(out, cells);
        }
    }
}

const INTRODUCTION: &str = "\
# What operations cost, counted

Written by `BLESS=1 ci/costs.sh`, and compared by every other run of it: not measured, but counted on simulated
machines, and the same everywhere. [How](README.md), and what it does not say.

Of one operation: locked instructions as x86 has them and fences as aarch64 has them, on a machine of one processor;
lines that are fetched from another processor, on machines of 4 and of 64; and an estimate of the cycles, with 1, 4
and 64. All processors do the same at the same time and nothing else, unless it says so.

";

const DETAILS: &str = "
# All counts

Lines and retries (compare-exchanges that failed) by the order in which processors take turns: one access each (*in
turn*), 50 each (*bursts*), any (*random*), or whichever has the earliest clock (*by clock*). The other columns are by
clock.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_they_need() {
        let numbers = [(0, 3), (2, 1), (1, 2), (1, 3), (2, 3), (1999, 1000), (1, 200), (1, 201)];
        let written = numbers.map(|(total, operations)| hundredths(total, operations));
        assert_eq!(written, ["0", "2", "0.5", "0.33", "0.67", "2", "0.01", "0"]);
    }
}
