//! Finding out what a run has to do: begin a log, or go on with the one that is there.

use super::log::{Layout, LogWriter};
use crate::args::RunArgs;
use crate::coverage::Coverage;
use crate::error::{Context, Error, Result};
use crate::format::segment;
use crate::input::{self, Input, Split};
use crate::job::Job;
use crate::recover::{self, Recovered};
use std::fs;
use std::path::{self, Path};
use std::time::Duration;

/// Records of a run on the default input, which is too short to measure anything.
const DEFAULT_RECORDS: u64 = 2_000_000;
const DEFAULT_SEGMENT_SIZE: u64 = 64 << 20;
const DEFAULT_INDEX_INTERVAL: u64 = 4 << 10;

/// A log that can be appended to.
pub struct Opened {
    pub job: Job,
    pub input: Input,
    pub log: LogWriter,
    /// The records of the input that the log holds.
    pub coverage: Coverage,
    /// The log that was found in the folder, if there was one.
    pub recovered: Option<Recovered>,
}

/// Makes the folder of a log, durably, if it is not there.
pub fn make_folder(dir: &Path) -> Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir).context(|| format!("cannot make the folder {}", dir.display()))?;
    match dir.parent() {
        Some(parent) if parent != Path::new("") => segment::sync_names(parent),
        _ => segment::sync_names(Path::new(".")),
    }
}

/// Opens the log that `args` ask for. Its lock is held.
pub fn open(args: &RunArgs) -> Result<Opened> {
    let dir = &args.dir;
    match Job::load(dir)? {
        Some(job) if args.resume => resume(args, job),
        Some(_) => Err(Error::refused(format!(
            "there is a log in {} already; --resume goes on with it",
            dir.display()
        ))),
        None if !segment::bases(dir)?.is_empty() => Err(Error::refused(format!(
            "there are segments in {}, but no job file that says what they are",
            dir.display()
        ))),
        None => begin(args),
    }
}

fn begin(args: &RunArgs) -> Result<Opened> {
    let split = args.block_size.map_or(Split::Lines, Split::Blocks);
    let path = args.input.as_deref().unwrap_or(Path::new(input::DEFAULT));
    let path = path::absolute(path)
        .context(|| format!("cannot tell where the input {} is", path.display()))?;
    let input = Input::read(&path, split)?;
    let default_records = if args.input.is_some() { input.len() } else { DEFAULT_RECORDS };
    let job = Job {
        input: path,
        split,
        input_checksum: input.checksum(),
        records: args.records.unwrap_or(default_records),
        segment_size: args.segment_size.unwrap_or(DEFAULT_SEGMENT_SIZE),
        index_interval: args.index_interval.unwrap_or(DEFAULT_INDEX_INTERVAL),
        finished: false,
    };
    job.store(&args.dir)?;
    let log = LogWriter::create(layout(args, &job))?;
    Ok(Opened { job, input, log, coverage: Coverage::default(), recovered: None })
}

fn resume(args: &RunArgs, mut job: Job) -> Result<Opened> {
    expect_the_same(args, &job)?;
    let input = job.read_input()?;
    let recovered = recover::recover(&args.dir, &mut job)?;
    extend(args, &mut job, &recovered.coverage)?;
    let layout = layout(args, &job);
    let log = match recovered.end {
        Some(end) => LogWriter::resume(layout, end)?,
        None => LogWriter::create(layout)?,
    };
    let coverage = recovered.coverage.clone();
    Ok(Opened { job, input, log, coverage, recovered: Some(recovered) })
}

/// A log is resumed as it was begun: options that would change it are refused.
fn expect_the_same(args: &RunArgs, job: &Job) -> Result<()> {
    let same_input = args
        .input
        .as_ref()
        .is_none_or(|input| path::absolute(input).is_ok_and(|input| input == job.input));
    let same_split = args.block_size.is_none_or(|size| job.split == Split::Blocks(size));
    let differing = [
        (same_input, "--input"),
        (same_split, "--block-size"),
        (args.segment_size.is_none_or(|size| size == job.segment_size), "--segment-size"),
        (args.index_interval.is_none_or(|bytes| bytes == job.index_interval), "--index-interval"),
    ];
    match differing.iter().find(|(same, _)| !same) {
        None => Ok(()),
        Some((_, option)) => Err(Error::refused(format!(
            "{option} is not what the log in {} was begun with; leave it out",
            args.dir.display()
        ))),
    }
}

/// More records may be appended than the job asked for at first; fewer than are there cannot be.
fn extend(args: &RunArgs, job: &mut Job, coverage: &Coverage) -> Result<()> {
    let wanted = args.records.unwrap_or(job.records);
    if wanted < coverage.end() {
        let (has, end) = (coverage.records(), coverage.end());
        let why = format!(
            "the log holds {has} records of the input, up to {end}, more than the {wanted} that were \
             asked for"
        );
        return Err(Error::refused(why));
    }
    if wanted != job.records {
        job.records = wanted;
        job.finished = false;
        job.store(&args.dir)?;
    }
    Ok(())
}

fn layout(args: &RunArgs, job: &Job) -> Layout {
    Layout {
        dir: args.dir.clone(),
        segment_size: job.segment_size,
        index_interval: job.index_interval,
        sync: args.sync,
        stall_change: Duration::from_micros(args.stall_change),
    }
}
