//! The command line.

use crate::table::MAX_SESSIONS;
use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::time::Duration;

/// The cache of a metadata server on lock-free primitives.
#[derive(Parser)]
#[command(name = "metadata_cache", max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Put a load on a cache, and print its counts as a file in /proc has them
    Run(RunArgs),
    /// Put the same load on each cache in turns, and compare: medians of all turns
    Compare(CompareArgs),
}

#[derive(Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub load: LoadArgs,

    /// The cache
    #[arg(long, value_name = "KIND", default_value = "latchfree")]
    pub cache: Kind,

    /// Threads that look up
    #[arg(long, value_name = "N", default_value = "2", value_parser = count(1, MAX_READERS))]
    pub readers: usize,

    /// Check each look-up: no mixture, no lease past its end, no version behind, nothing that was removed, no freed
    /// memory
    #[arg(long)]
    pub check: bool,

    /// Print the counts as often as this while the load runs, too
    #[arg(long, value_name = "MILLISECONDS", value_parser = millis)]
    pub every: Option<Duration>,
}

#[derive(Args)]
pub struct CompareArgs {
    #[command(flatten)]
    pub load: LoadArgs,

    /// How often each cache has its turn
    #[arg(long, value_name = "N", default_value = "5", value_parser = count(1, 1000))]
    pub turns: usize,

    /// Threads that look up: one table for each number
    #[arg(long, value_name = "N,..", value_delimiter = ',', default_value = "1,2,4,8", value_parser = count(1, MAX_READERS))]
    pub readers: Vec<usize>,
}

#[derive(Args, Clone)]
pub struct LoadArgs {
    /// Threads that change chunks
    #[arg(long, value_name = "N", default_value = "1", value_parser = count(0, MAX_WRITERS))]
    pub writers: usize,

    /// Changes a second, of all writers together: of 10, 2 replace an entry by one of a new version, 2 renew its lease,
    /// 3 only make it stale, and 3 remove it
    #[arg(long, value_name = "N", default_value = "1000", value_parser = RangedU64ValueParser::<u64>::new().range(..=10_000_000))]
    pub writes: u64,

    /// Chunks that there are
    #[arg(long, value_name = "N", default_value = "10000", value_parser = count(1, 1 << 24))]
    pub chunks: usize,

    /// Entries that the cache of latchfree has room for; the others grow [default: four times the chunks, so that few buckets
    /// are full]
    #[arg(long, value_name = "N", value_parser = count(1, 1 << 26))]
    pub capacity: Option<usize>,

    /// How unequally often chunks are looked up: the exponent of a Zipf distribution
    #[arg(long, value_name = "S", default_value = "1.0", value_parser = skew)]
    pub skew: f64,

    /// How long a lease of the master lasts
    #[arg(long, value_name = "MILLISECONDS", default_value = "60000", value_parser = millis)]
    pub lease: Duration,

    /// How long the load runs
    #[arg(long, value_name = "MILLISECONDS", default_value = "500", value_parser = millis)]
    pub time: Duration,
}

impl LoadArgs {
    pub fn capacity(&self) -> usize {
        self.capacity.unwrap_or(4 * self.chunks)
    }

    /// Threads that write. None, if there is nothing for them to do.
    pub fn writers(&self) -> usize {
        if self.writes == 0 { 0 } else { self.writers }
    }
}

/// A cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Buckets under `SeqCount`, nodes kept by `Pins`
    Latchfree,
    /// The same, with a `Gate` that is entered for each look-up
    GateEach,
    /// RwLock<HashMap>
    Rwlock,
    /// dashmap
    Dashmap,
    /// A HashMap that is copied for each write, behind arc-swap
    ArcSwap,
    /// No cache, and a hit for each look-up: the limit for the others. The check finds that out
    None,
}

/// Sessions that are not readers: the writers', and that which fills the cache first.
const MAX_WRITERS: u64 = 15;
const MAX_READERS: u64 = MAX_SESSIONS as u64 - MAX_WRITERS - 1;

fn count(least: u64, most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(least..=most)
}

/// A time, at least a millisecond and at most an hour.
fn millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(millis @ 1..=3_600_000) => Ok(Duration::from_millis(millis)),
        _ => Err("expected a number of milliseconds, from 1 to 3600000".into()),
    }
}

fn skew(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(skew) if (0.0..=10.0).contains(&skew) => Ok(skew),
        _ => Err("expected a number from 0 (all equally often) to 10".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn numbers_outside_of_their_limits_are_refused() {
        for wrong in ["", "0", "-1", "1.5", "x", "3600001"] {
            assert!(millis(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "-0.1", "10.1", "NaN", "inf", "x"] {
            assert!(skew(wrong).is_err(), "{wrong}");
        }
        assert_eq!((millis("250"), skew("0.9")), (Ok(Duration::from_millis(250)), Ok(0.9)));
    }
}
