//! The command line.

use crate::coverage::{BLOCK, MAX_WRITERS};
use crate::format::frame::{HEADER, MAX_PAYLOAD};
use crate::input::Input;
use crate::primitives::{Room, Shape};
use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// A group-commit log on lock-free primitives.
#[derive(Parser)]
#[command(name = "commit_log", max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Append the records of an input to a log, and say how fast
    Run(RunArgs),
    /// Run a job on each transport in turns, and compare: medians of all turns
    Compare(CompareArgs),
    /// Check every record, the order, the index, and that each input record is there exactly once
    Verify {
        /// The folder of the log
        dir: PathBuf,
    },
    /// Cut off a torn tail and repair the indexes, as after a crash; refuse if more is damaged
    Recover {
        /// The folder of the log
        dir: PathBuf,
    },
    /// Find a record by its sequence number, and print it
    Lookup {
        /// The folder of the log
        dir: PathBuf,
        /// The sequence number of the record, from 0
        offset: u64,
    },
}

#[derive(Args)]
pub struct CompareArgs {
    #[command(flatten)]
    pub run: RunArgs,

    /// How often each transport has its turn
    #[arg(long, value_name = "N", default_value = "9", value_parser = count(1000))]
    pub turns: usize,
}

#[derive(Args, Clone)]
pub struct RunArgs {
    /// The folder of the log; made if it is not there
    pub dir: PathBuf,

    /// Append the lines of this file, or of all files in this folder
    /// [default: the sources of this crate]
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,

    /// Cut the input into blocks of this size instead of lines
    #[arg(long, value_name = "BYTES", value_parser = |s: &str| size(s, 1..=MAX_PAYLOAD as u64))]
    pub block_size: Option<u64>,

    /// Append this many records, starting over when the input ends
    /// [default: the input once; of the crate's sources 2000000]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub records: Option<u64>,

    /// Threads that append
    #[arg(long, value_name = "N", default_value = "4", value_parser = count(MAX_WRITERS as u64))]
    pub writers: usize,

    /// Threads that read what has become durable
    #[arg(long, value_name = "N", default_value = "1", value_parser = count_from(0, 64))]
    pub readers: usize,

    /// Records that a writer appends in one step, at the most
    #[arg(long, value_name = "N", default_value = "16", value_parser = count(BLOCK))]
    pub together: usize,

    /// Bytes between the writers and the disk, at the most: then writers wait
    #[arg(long, value_name = "BYTES", default_value = "1M", value_parser = |s: &str| size(s, 1024..=1 << 30))]
    pub buffer: u64,

    /// Records between the writers and the disk, at the most [default: as many as the buffer has room for]
    #[arg(long, value_name = "N", value_parser = count(1 << 24))]
    pub queue: Option<usize>,

    /// Records in one write and sync, at the most
    /// [default: those in 256K; with `--sync data` in half of the buffer]
    #[arg(long, value_name = "N", value_parser = count(1 << 24))]
    pub batch: Option<usize>,

    /// Records of each writer that wait for their acknowledgement, at the most; 1 is a client that
    /// waits for each [default: as many as the buffer has room for]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub in_flight: Option<u64>,

    /// A segment ends before the record that would make it larger than this [default: 64M]
    #[arg(long, value_name = "BYTES", value_parser = |s: &str| size(s, 1024..=u32::MAX.into()))]
    pub segment_size: Option<u64>,

    /// One index entry for at least this many bytes of a segment [default: 4K]
    #[arg(long, value_name = "BYTES", value_parser = |s: &str| size(s, 1..=u32::MAX.into()))]
    pub index_interval: Option<u64>,

    /// When a record counts as durable
    #[arg(long, value_name = "WHEN", default_value = "data")]
    pub sync: Sync,

    /// Run the same job on a lock, a channel or nothing at all instead, to compare
    #[arg(long, value_name = "KIND")]
    pub baseline: Option<Baseline>,

    /// Recover the log that is in the folder, and go on where it ends; begin one if there is none
    #[arg(long)]
    pub resume: bool,

    /// Print `durable N` whenever the first N records of the log have become durable, and `acknowledged A to B`
    /// whenever a writer knows that of these records of the input
    #[arg(long)]
    pub acks: bool,

    /// Every writer stops for so long in the middle of about every hundredth frame, as a thread that is
    /// preempted there
    #[arg(long, value_name = "MICROSECONDS", default_value = "0", value_parser = RangedU64ValueParser::<u64>::new().range(..=10_000_000))]
    pub stall: u64,

    /// The committer stops for so long in the middle of each change of the segment: the new one is there, and empty
    #[arg(long, value_name = "MICROSECONDS", default_value = "0", value_parser = RangedU64ValueParser::<u64>::new().range(..=10_000_000))]
    pub stall_change: u64,

    /// Every writer gives up about every hundredth record before it is written, and begins again; the
    /// log holds a filler there
    #[arg(long)]
    pub give_up: bool,
}

/// A write without a sync is not longer: it is as cheap, and writers get room back the sooner.
const MAX_WRITE: usize = 256 << 10;

impl RunArgs {
    /// What there is room for between the writers and the disk: at least two of the longest record.
    pub fn room(&self, input: &Input) -> Room {
        let bytes = (self.buffer as usize).max(2 * (HEADER + input.longest()));
        let records = self.queue.unwrap_or(bytes / (HEADER + input.mean_len()));
        Room { bytes, records }
    }

    pub fn shape(&self, input: &Input) -> Shape {
        let together = self.together(input).records;
        Shape { room: self.room(input), writers: self.writers, together }
    }

    /// What a writer appends in one step, at the most: all of it fits into a quarter of the room.
    pub fn together(&self, input: &Input) -> Room {
        let Room { bytes, records } = self.room(input);
        Room { bytes: bytes / 4, records: self.together.min(records / 4).max(1) }
    }

    /// What a batch has, at the most.
    ///
    /// A write is cheap, so batches are small. A sync is not, so it takes as much as it can without taking all: while
    /// it waits for one half, writers fill the other.
    pub fn max_batch(&self, input: &Input) -> Room {
        let half = self.room(input).bytes / 2;
        let bytes = match self.sync {
            Sync::None => half.min(MAX_WRITE),
            Sync::Data => half,
        };
        Room { bytes, records: self.batch.unwrap_or(usize::MAX) }
    }
}

/// What a batch waits for before it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sync {
    /// Once it is written: survives the process, not the power
    None,
    /// Once it is on the device (fdatasync, one for a batch)
    Data,
}

/// What to run on instead of this crate.
#[derive(Clone, Copy, ValueEnum)]
pub enum Baseline {
    /// Two Vecs under a Mutex, with Condvars
    Mutex,
    /// crossbeam-channel, and Mutex<u64> with Condvar
    Channel,
    /// One thread that does all: the limit for the others
    None,
}

fn count(most: u64) -> RangedU64ValueParser<usize> {
    count_from(1, most)
}

fn count_from(least: u64, most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(least..=most)
}

/// A number of bytes, perhaps with K, M or G behind it.
fn size(text: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 20),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let bytes = digits.parse().ok().and_then(|number: u64| number.checked_mul(1 << shift));
    match bytes {
        None => Err("expected a number of bytes, such as 4096 or 64M".into()),
        Some(bytes) if !range.contains(&bytes) => {
            Err(format!("expected {} to {} bytes", range.start(), range.end()))
        }
        Some(bytes) => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_have_units_and_limits() {
        let range = 1..=1 << 40;
        assert_eq!(size("4096", range.clone()), Ok(4096));
        assert_eq!(size("4k", range.clone()), Ok(4096));
        assert_eq!(size("64M", range.clone()), Ok(64 << 20));
        assert_eq!(size("1G", range.clone()), Ok(1 << 30));
        for wrong in ["", "K", "-1", "1.5M", "12X", "é", "99999999999G", "0", "1025G"] {
            assert!(size(wrong, range.clone()).is_err(), "{wrong}");
        }
    }
}
