//! Brings a log in order after a crash: cuts its torn tail off and repairs its indexes.

use crate::coverage::Coverage;
use crate::error::{Context, Result};
use crate::format::index::{self, Defect, Entry};
use crate::format::segment::{self, End};
use crate::format::survey::{Survey, Torn, survey};
use crate::job::Job;
use crate::lock::Lock;
use std::fmt;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// The results of a recovery.
pub struct Recovered {
    /// Where the log ends, if it has begun.
    pub end: Option<End>,
    /// The records of the input that it holds.
    pub coverage: Coverage,
    cut: Option<Torn>,
    repaired: Vec<(PathBuf, Defect)>,
}

/// Recovers the log in `dir`, which no other process may be writing.
pub fn recover_alone(dir: &Path) -> Result<Recovered> {
    let mut job = Job::of_log(dir)?;
    let mut lock = Lock::open(dir)?;
    let _lock = lock.take()?;
    recover(dir, &mut job)
}

/// Recovers the log in `dir`, whose lock is held. Changes nothing if the log is damaged: then all
/// that is left of it may be needed.
pub fn recover(dir: &Path, job: &mut Job) -> Result<Recovered> {
    let mut coverage = Coverage::default();
    let survey = survey(dir, job.index_interval, |record| coverage.accept(record.input))?;
    if coverage.records() < job.records && job.finished {
        job.finished = false; // it lost its end
        job.store(dir)?;
    }
    if let Some(torn) = &survey.torn {
        cut(torn)?;
    }
    let mut repaired = Vec::new();
    for segment in &survey.segments {
        let Some(defect) = segment.defect else { continue };
        let path = segment::index_path(dir, segment.base);
        index::repair(&path, defect, &segment.index)?;
        repaired.push((path, defect));
    }
    segment::sync_names(dir)?;
    Ok(Recovered { end: end(&survey), coverage, cut: survey.torn, repaired })
}

fn cut(torn: &Torn) -> Result<()> {
    let cutting = || format!("cannot cut {}", torn.path.display());
    let file = OpenOptions::new().write(true).open(&torn.path).context(cutting)?;
    file.set_len(torn.position).and_then(|()| file.sync_all()).context(cutting)
}

fn end(survey: &Survey) -> Option<End> {
    let last = survey.segments.last()?;
    let entry = last.index.last_chunk().map_or(Entry::default(), |bytes| Entry::of(*bytes));
    Some(End { records: survey.records, base: last.base, bytes: last.bytes, last_entry: entry })
}

impl Recovered {
    /// How many records the log holds.
    pub fn records(&self) -> u64 {
        self.end.map_or(0, |end| end.records)
    }

    /// Whether there was anything to do.
    pub fn is_changed(&self) -> bool {
        self.cut.is_some() || !self.repaired.is_empty()
    }
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Torn { path, position, bytes, sequence, flaw }) = &self.cut {
            let path = path.display();
            writeln!(
                f,
                "cut {bytes} bytes off {path} at byte {position}: record {sequence} {flaw}"
            )?;
        }
        for (path, defect) in &self.repaired {
            writeln!(f, "{} {defect}: repaired", path.display())?;
        }
        if !self.is_changed() {
            writeln!(f, "nothing to repair")?;
        }
        match self.records() {
            0 => f.write_str("the log is empty"),
            records => write!(f, "the log holds {records} records; the last is {}", records - 1),
        }
    }
}
