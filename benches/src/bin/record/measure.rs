//! Peers that take turns, round after round, and the results of the rounds.

use crate::scenarios::Family;

/// The rounds of one peer in one scenario.
pub struct Measured {
    pub scenario: String,
    pub peer: &'static str,
    /// In rising order.
    rounds: Vec<f64>,
}

impl Measured {
    /// The quantile: the figure that `part` of all rounds are below.
    pub fn quantile(&self, part: f64) -> f64 {
        let last = self.rounds.len() - 1;
        self.rounds[(part * last as f64).round() as usize]
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

/// Lets the peers of each scenario take turns: A B C, A B C, ...
pub fn measure(family: &Family, rounds: usize) -> Vec<Measured> {
    let mut measured = Vec::new();
    for scenario in &family.scenarios {
        eprintln!("{}: {}", family.name, scenario.name);
        let mut results = vec![Vec::new(); scenario.runs.len()];
        for run in &scenario.runs {
            (run.round)(); // warm
        }
        for _ in 0..rounds.max(1) {
            for (run, results) in scenario.runs.iter().zip(&mut results) {
                results.push((run.round)());
            }
        }
        for (run, mut rounds) in scenario.runs.iter().zip(results) {
            rounds.sort_by(f64::total_cmp);
            measured.push(Measured { scenario: scenario.name.clone(), peer: run.peer, rounds });
        }
    }
    measured
}
