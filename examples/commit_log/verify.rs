//! Checks a log against the input that it was made from.

use crate::coverage::Coverage;
use crate::error::{Error, Result};
use crate::format::frame::FILLER;
use crate::format::segment;
use crate::format::survey::survey;
use crate::job::Job;
use std::fmt;
use std::path::Path;

/// A log that is right.
pub struct Verified {
    coverage: Coverage,
    /// How many records of the input the job asks for.
    wanted: u64,
    bytes: u64,
    segments: usize,
    index_entries: usize,
}

/// Reads every segment of the log in `dir`.
///
/// Each record must be the one of the input that it says it is, none may be there twice, and they must come in an
/// order that writers can have made: see [`Coverage`]. The log of a job that was finished has all.
pub fn verify(dir: &Path) -> Result<Verified> {
    let job = Job::of_log(dir)?;
    let input = job.read_input()?;
    let mut coverage = Coverage::default();
    let survey = survey(dir, job.index_interval, |record| {
        coverage.accept(record.input)?;
        if record.input == FILLER || record.payload == input.record(record.input) {
            return Ok(());
        }
        let number = record.input % input.len();
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
    let holds = coverage.records();
    if coverage.end() > job.records || (job.finished && holds < job.records) {
        let (end, wanted) = (coverage.end(), job.records);
        let why = format!(
            "corrupt log: it holds {holds} records of the input, up to {end}, and its job was to \
             append the first {wanted}"
        );
        return Err(Error::refused(why));
    }
    Ok(Verified {
        coverage,
        wanted: job.records,
        bytes: survey.segments.iter().map(|segment| segment.bytes).sum(),
        segments: survey.segments.len(),
        index_entries: survey.segments.iter().map(|segment| segment.index_entries()).sum(),
    })
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { coverage, wanted, bytes, segments, index_entries } = self;
        let (records, fillers) = (coverage.records(), coverage.fillers());
        if records == *wanted {
            write!(f, "verified: all {records} records, each once and its writer's in order; ")?;
        } else {
            write!(
                f,
                "verified: {records} of {wanted} records, each once and its writer's in order "
            )?;
            write!(f, "(the run was interrupted; `run --resume` goes on); ")?;
        }
        if fillers > 0 {
            write!(f, "{fillers} fillers; ")?;
        }
        write!(f, "{bytes} bytes in {segments} segments, {index_entries} index entries")
    }
}
