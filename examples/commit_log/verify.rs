//! Checks a log against the input that it was made from.

use crate::error::{Error, Result};
use crate::format::segment;
use crate::format::survey::survey;
use crate::job::Job;
use std::fmt;
use std::path::Path;

/// A log that is right.
pub struct Verified {
    records: u64,
    /// How many the job asks for.
    wanted: u64,
    bytes: u64,
    segments: usize,
    index_entries: usize,
}

/// Reads every segment of the log in `dir`.
///
/// Record `n` must be input record `n` (modulo the length of the input), with no number left out:
/// so each is there exactly once. A log that was interrupted holds the first records of its job.
pub fn verify(dir: &Path) -> Result<Verified> {
    let job = Job::of_log(dir)?;
    let input = job.read_input()?;
    let survey = survey(dir, job.index_interval, |record| {
        if record.payload == input.record(record.sequence) {
            return Ok(());
        }
        let number = record.sequence % input.len();
        Err(format!("record {} is not record {number} of the input", record.sequence))
    })?;
    if let Some(torn) = &survey.torn {
        let what = format!("record {} {}; `recover` cuts it off", torn.sequence, torn.flaw);
        return Err(Error::corrupt(&torn.path, torn.position, what));
    }
    for segment in &survey.segments {
        if let Some(defect) = segment.defect {
            return Err(defect.into_error(&segment::index_path(dir, segment.base)));
        }
    }
    if survey.records > job.records || (job.finished && survey.records < job.records) {
        let (holds, wanted) = (survey.records, job.records);
        let why =
            format!("corrupt log: it holds {holds} records, and its job was to append {wanted}");
        return Err(Error::refused(why));
    }
    Ok(Verified {
        records: survey.records,
        wanted: job.records,
        bytes: survey.segments.iter().map(|segment| segment.bytes).sum(),
        segments: survey.segments.len(),
        index_entries: survey.segments.iter().map(|segment| segment.index_entries()).sum(),
    })
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, wanted, bytes, segments, index_entries } = self;
        if records == wanted {
            write!(f, "verified: all {records} records, each once and in order; ")?;
        } else {
            write!(
                f,
                "verified: the first {records} of {wanted} records, each once and in order "
            )?;
            write!(f, "(the run was interrupted; `run --resume` goes on); ")?;
        }
        write!(f, "{bytes} bytes in {segments} segments, {index_entries} index entries")
    }
}
