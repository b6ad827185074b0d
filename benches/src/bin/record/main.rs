//! Measures latchfree beside its peers, and writes the results down: tables, charts, and the ratios to the closest peer.
//!
//! All peers of a scenario take turns, round after round, so that a machine which gets slower gets slower for all of
//! them. A result is the median of the rounds; what counts is the ratio of two peers, round by round. See
//! `benches/README.md`.

mod allocations;
mod chart;
mod machine;
mod measure;
mod panels;
mod ratios;
mod scenarios;
mod table;
mod watchdog;

use clap::Parser;
use measure::{Measured, Schedule};
use scenarios::matrix::Selection;
use scenarios::{FAMILIES, Family, Scenario};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Measures latchfree beside its peers.
#[derive(Parser)]
struct Arguments {
    /// Families to measure; all, if none is named.
    #[arg(value_parser = FAMILIES)]
    families: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Peers to leave out: all whose names contain one of these
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// How often each peer has its turn, at the most
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// About how long a turn takes, in milliseconds
    #[arg(long, default_value_t = 10)]
    turn: u64,
    /// About how long all may take, in seconds: fewer rounds then, but at least three
    #[arg(long)]
    budget: Option<u64>,
    /// Where the tables and charts go
    #[arg(long, default_value = "benches/record/latest")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match record(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("record: {error}");
            ExitCode::FAILURE
        }
    }
}

fn record(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(&arguments.out)?;
    let families = families(arguments);
    let scenarios = families.iter().flat_map(|family| &family.scenarios);
    let mut schedule = Schedule {
        turn: Duration::from_millis(arguments.turn),
        rounds: arguments.rounds,
        until: arguments.budget.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        turns_left: scenarios.map(Scenario::turns).sum(),
    };
    watchdog::start();
    let turn = schedule.turn;
    for family in &families {
        let path = |suffix: &str| arguments.out.join(format!("{}{suffix}", family.name));
        let save = |measured: &[Measured]| {
            std::fs::write(path(".csv"), table::csv(measured, turn))?;
            let ratios = ratios::ratios(family.name, measured);
            std::fs::write(path("-ratios.csv"), ratios::csv(&ratios))
        };
        let measured = measure::measure(family, &mut schedule, save)?;
        print!("{}", table::text(family, &measured));
        if family.name == "matrix" {
            panels::draw(&measured, &arguments.out)?;
        } else {
            let title = format!("{}: {}", family.name, family.unit);
            chart::bars(&title, &measured.iter().collect::<Vec<_>>(), &path(".svg"))?;
        }
    }
    let ratios = ratios::read(&arguments.out, &FAMILIES)?;
    std::fs::write(arguments.out.join("ratios.md"), ratios::page(&circumstances(), ratios))?;
    Ok(())
}

/// What is to be measured.
fn families(arguments: &Arguments) -> Vec<Family> {
    let is_named = |name: &&str| {
        arguments.families.is_empty() || arguments.families.iter().any(|named| named == name)
    };
    let is_left_out =
        |peer: &str| arguments.without.iter().any(|part| peer.contains(part.as_str()));
    let mut families: Vec<_> = FAMILIES
        .into_iter()
        .filter(is_named)
        .map(|name| scenarios::family(name, &arguments.selection))
        .collect();
    for scenario in families.iter_mut().flat_map(|family| &mut family.scenarios) {
        scenario.runs.retain(|run| !is_left_out(run.peer));
    }
    families
}

/// One sentence.
fn circumstances() -> String {
    let mut text = String::new();
    for (what, value) in machine::circumstances() {
        let separator = if text.is_empty() { "" } else { "; " };
        write!(text, "{separator}{what}: {value}").unwrap();
    }
    text[..1].to_uppercase() + &text[1..] + "."
}
