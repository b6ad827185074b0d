//! Finds one record by its sequence number, through the sparse index.

use crate::error::{Error, Result};
use crate::format::index::{self, Entry};
use crate::format::scan::{Flaw, Scanner, Step};
use crate::format::segment;
use crate::job::Job;
use std::fmt;
use std::path::{Path, PathBuf};

/// A record, and how it was found.
pub struct Found {
    pub payload: Vec<u8>,
    sequence: u64,
    path: PathBuf,
    position: u64,
    /// The bytes from where the index led to the end of the record.
    scanned: u64,
}

/// Looks for the record `sequence` in the log in `dir`, which may be growing.
pub fn lookup(dir: &Path, sequence: u64) -> Result<Found> {
    Job::of_log(dir)?;
    let bases = segment::bases(dir)?;
    let base = bases[..bases.partition_point(|&base| base <= sequence)].last();
    let Some(&base) = base else {
        return Err(Error::refused(format!("there is no record {sequence}: no segment has it")));
    };
    let index = segment::index_path(dir, base);
    let entry = index::find(&index, sequence - base)?;
    let found = search(segment::log_path(dir, base), base, entry, sequence)?;
    found.map_err(|dead_end| dead_end.into_error(&index, Some(&base) == bases.last()))
}

/// Goes from the record of `entry` to the record `sequence`.
fn search(path: PathBuf, base: u64, entry: Entry, sequence: u64) -> Result<Result<Found, DeadEnd>> {
    let start = entry.position.into();
    let mut scanner = Scanner::open(path.clone(), start, base + u64::from(entry.relative))?;
    loop {
        let (position, next) = (scanner.position(), scanner.next_sequence());
        let flaw = match scanner.step()? {
            Step::Record(record) if record.sequence == sequence => {
                let (payload, scanned) =
                    (record.payload.into(), position + record.frame_len() - start);
                return Ok(Ok(Found { payload, sequence, path, position, scanned }));
            }
            Step::Record(_) => continue,
            Step::Flaw(flaw) => Some(flaw),
            Step::End => None,
        };
        return Ok(Err(DeadEnd { path, position, wanted: sequence, next, flaw, entry }));
    }
}

/// Where a search ended without its record.
struct DeadEnd {
    path: PathBuf,
    position: u64,
    wanted: u64,
    /// The record that belongs at `position`; `flaw` says what is wrong there, or that nothing is.
    next: u64,
    flaw: Option<Flaw>,
    /// Where the search began.
    entry: Entry,
}

impl DeadEnd {
    fn into_error(self, index: &Path, is_last_segment: bool) -> Error {
        let Self { path, position, wanted, next, flaw, entry } = self;
        let begun = position > entry.position.into() || entry == Entry::default();
        if !begun {
            let what = format!(
                "leads to byte {position} of the segment, where record {next} is not; `recover` \
                 repairs it"
            );
            return Error::corrupt(index, 0, what);
        }
        match flaw {
            // Perhaps a batch is being written at this moment.
            None | Some(Flaw::Short { .. }) if is_last_segment => {
                Error::refused(format!("there is no record {wanted}: the log holds {next} records"))
            }
            None => Error::corrupt(&path, position, format!("record {next} is missing")),
            Some(flaw) => Error::corrupt(&path, position, format!("record {next} {flaw}")),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { payload, sequence, path, position, scanned } = self;
        let (length, path) = (payload.len(), path.display());
        write!(
            f,
            "record {sequence}: {length} bytes in {path} at byte {position}, checksum right; "
        )?;
        write!(f, "scanned {scanned} bytes")
    }
}
