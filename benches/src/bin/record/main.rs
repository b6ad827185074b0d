//! Measures latchfree beside its peers, and writes the results down: a table and a chart for each family.
//!
//! All peers of a scenario take turns, round after round, so that a machine which gets slower gets
//! slower for all of them. The result is the median of the rounds, and the ratio to the others in the
//! same table; see `benches/README.md`.

mod chart;
mod measure;
mod scenarios;
mod table;

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures latchfree beside its peers.
#[derive(Parser)]
struct Arguments {
    /// Families to measure; all, if none is named.
    #[arg(value_parser = ["counter", "seqlock", "mpsc", "watermark", "log"])]
    families: Vec<String>,
    /// How often each peer has its turn.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Where the tables and charts go.
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
    for family in scenarios::families() {
        if !arguments.families.is_empty() && !arguments.families.iter().any(|f| f == family.name) {
            continue;
        }
        let measured = measure::measure(&family, arguments.rounds);
        print!("{}", table::text(&family, &measured));
        let path = arguments.out.join(family.name);
        std::fs::write(path.with_extension("csv"), table::csv(&measured, arguments.rounds))?;
        chart::draw(&family, &measured, &path.with_extension("svg"))?;
    }
    Ok(())
}
