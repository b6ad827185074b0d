//! Peers that take turns, round after round, and the results of the rounds.

use crate::scenarios::matrix::Cell;
use crate::scenarios::{Family, Operations, Run, Scenario};
use crate::watchdog;
use std::time::{Duration, Instant};

/// The rounds of one peer in one scenario.
pub struct Measured {
    pub scenario: String,
    pub cell: Option<Cell>,
    pub peer: &'static str,
    /// In the order of the rounds: what two peers have at the same index was measured side by side.
    pub rounds: Vec<f64>,
}

impl Measured {
    /// The quantile: the figure that `part` of all rounds are below.
    pub fn quantile(&self, part: f64) -> f64 {
        quantile(&self.rounds, part)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub fn is_ours(&self) -> bool {
        self.peer.starts_with("latchfree")
    }

    /// Whether it does less than what is compared.
    pub fn is_limit(&self) -> bool {
        self.peer.starts_with("(limit")
    }
}

/// The figure that `part` of all `figures` are below.
pub fn quantile(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(part * (sorted.len() - 1) as f64).round() as usize]
}

/// How many rounds there are, and how long.
pub struct Schedule {
    /// About how long a turn takes.
    pub turn: Duration,
    /// Not more rounds than these.
    pub rounds: usize,
    /// When all should be done.
    pub until: Option<Instant>,
    /// Turns of a round of all scenarios that are still to come.
    pub turns_left: usize,
}

impl Schedule {
    /// Fewer rounds have no quartiles.
    const FEWEST: usize = 3;

    /// When a scenario of so many turns a round should be done: each turn gets an equal share of the time.
    fn deadline(&mut self, turns: usize) -> Option<Instant> {
        let left = self.turns_left.max(turns);
        self.turns_left -= turns.min(self.turns_left);
        let until = self.until?;
        let now = Instant::now();
        Some(now + until.saturating_duration_since(now).mul_f64(turns as f64 / left as f64))
    }

    fn has_another(&self, round: usize, deadline: Option<Instant>) -> bool {
        round < self.rounds.max(1)
            && (round < Self::FEWEST || deadline.is_none_or(|deadline| Instant::now() < deadline))
    }
}

/// Lets the peers of each scenario take turns: A B C, B C A, C A B, ... Gives all results so far to `save` after each
/// scenario.
pub fn measure<E>(
    family: &Family,
    schedule: &mut Schedule,
    mut save: impl FnMut(&[Measured]) -> Result<(), E>,
) -> Result<Vec<Measured>, E> {
    let mut measured = Vec::new();
    for (i, scenario) in family.scenarios.iter().enumerate() {
        let start = Instant::now();
        let results = measure_one(scenario, schedule);
        let rounds = results.first().map_or(0, Vec::len);
        let (count, seconds) = (family.scenarios.len(), start.elapsed().as_secs_f64());
        let Scenario { name, .. } = scenario;
        eprintln!("{} {}/{count}: {name} ({rounds} rounds, {seconds:.1} s)", family.name, i + 1);
        measured.extend(by_figure(scenario, &results));
        save(&measured)?;
    }
    Ok(measured)
}

fn by_figure(scenario: &Scenario, results: &[Vec<Vec<f64>>]) -> Vec<Measured> {
    let mut measured = Vec::new();
    for (figure, name) in scenario.figures.iter().enumerate() {
        let separator = if name.is_empty() { "" } else { ": " };
        for (run, rounds) in scenario.runs.iter().zip(results) {
            measured.push(Measured {
                scenario: format!("{}{separator}{name}", scenario.name),
                cell: scenario.cell,
                peer: run.peer,
                rounds: rounds.iter().map(|figures| figures[figure]).collect(),
            });
        }
    }
    measured
}

/// Returns what each run returned, in the order of the rounds.
fn measure_one(scenario: &Scenario, schedule: &mut Schedule) -> Vec<Vec<Vec<f64>>> {
    let runs = &scenario.runs;
    let deadline = schedule.deadline(scenario.turns());
    let operations: Vec<_> = runs.iter().map(|run| calibrate(run, schedule.turn)).collect();
    let mut results = vec![Vec::new(); runs.len()];
    let mut round = 0;
    while schedule.has_another(round, deadline) {
        for turn in 0..runs.len() {
            let i = (round + turn) % runs.len();
            results[i].push(take_turn(&runs[i], operations[i]));
        }
        round += 1;
    }
    results
}

/// How many operations take about that long. Trying that warms up, too.
fn calibrate(run: &Run, turn: Duration) -> u64 {
    const MOST: u64 = 1 << 22;
    let least = match run.operations {
        Operations::AtLeast(least) => least,
        Operations::Exactly(operations) => {
            take_turn(run, operations);
            return operations;
        }
    };
    let mut operations = least;
    for _ in 0..2 {
        let nanos_each = take_turn(run, operations)[0].max(0.01);
        let fitting = (turn.as_nanos() as f64 / nanos_each) as u64;
        operations = fitting.clamp(least, MOST.max(least));
    }
    operations
}

fn take_turn(run: &Run, operations: u64) -> Vec<f64> {
    watchdog::during(run.peer, || (run.turn)(operations))
}
