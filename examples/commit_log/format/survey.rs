//! Going through a whole log, record by record.

use super::frame::{HEADER, Header, Record};
use super::index::{self, Defect, Indexer};
use super::scan::{Flaw, Scanner, Step};
use super::segment;
use crate::error::{Context, Error, Result};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The contents of a log.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many records are there, up to the first flaw.
    pub records: u64,
    /// The segments that they are in.
    pub segments: Vec<Segment>,
    /// The bytes behind them.
    pub torn: Option<Torn>,
}

/// A segment, up to the first flaw.
#[derive(Debug)]
pub struct Segment {
    /// Its first record.
    pub base: u64,
    /// The bytes of its intact records.
    pub bytes: u64,
    /// What its index should be.
    pub index: Vec<u8>,
    /// The defect of its index, if it has one.
    pub defect: Option<Defect>,
}

/// The tail of a log, if it was being written when the writing ended.
#[derive(Debug)]
pub struct Torn {
    pub path: PathBuf,
    /// Where in the file it starts.
    pub position: u64,
    /// How long it is.
    pub bytes: u64,
    /// The record that was to be there.
    pub sequence: u64,
    pub flaw: Flaw,
}

/// Goes through the log in `dir` and shows each record to `each`, which may find it wrong.
///
/// # Errors
///
/// [`Error::Corrupt`], if a record is wrong or missing, and not because a write was interrupted:
/// before the last segment, or with an intact record behind it.
pub fn survey(
    dir: &Path,
    index_interval: u64,
    mut each: impl FnMut(&Record<'_>) -> Result<(), String>,
) -> Result<Survey> {
    let mut survey = Survey::default();
    for base in segment::bases(dir)? {
        if let Some(torn) = &survey.torn {
            return Err(torn.damage("and is not in the last segment"));
        }
        survey.expect_base(dir, base)?;
        let mut scanner = Scanner::open(segment::log_path(dir, base), 0, base)?;
        let (index, flaw) = survey_segment(&mut scanner, index_interval, &mut each)?;
        survey.records = scanner.next_sequence();
        survey.torn = flaw.map(|flaw| Torn::at(&scanner, flaw)).transpose()?;
        let defect = index::check(&segment::index_path(dir, base), &index)?;
        survey.segments.push(Segment { base, bytes: scanner.position(), index, defect });
    }
    if let Some(torn) = &survey.torn {
        torn.expect_nothing_behind()?;
    }
    Ok(survey)
}

/// Goes through one segment, up to its end or a flaw. Returns what its index should be.
fn survey_segment(
    scanner: &mut Scanner,
    index_interval: u64,
    each: &mut impl FnMut(&Record<'_>) -> Result<(), String>,
) -> Result<(Vec<u8>, Option<Flaw>)> {
    let mut index = Vec::new();
    let mut indexer = Indexer::new(scanner.next_sequence(), index_interval);
    loop {
        let position = scanner.position();
        let wrong = match scanner.step()? {
            Step::End => return Ok((index, None)),
            Step::Flaw(flaw) => return Ok((index, Some(flaw))),
            Step::Record(record) => {
                let entry = indexer.entry(record.sequence, position);
                index.extend(entry.into_iter().flat_map(index::Entry::to_bytes));
                each(&record)
            }
        };
        wrong.map_err(|what| Error::corrupt(scanner.path(), position, what))?;
    }
}

impl Segment {
    /// How many entries its index has, if it is right.
    pub fn index_entries(&self) -> usize {
        self.index.len() / index::ENTRY
    }
}

impl Survey {
    /// A segment begins with the record that the one before ends with.
    fn expect_base(&self, dir: &Path, base: u64) -> Result<()> {
        if base == self.records {
            return Ok(());
        }
        let (last, end) = self.segments.last().map_or((base, 0), |last| (last.base, last.bytes));
        let what =
            format!("record {} is missing: the next segment begins with {base}", self.records);
        Err(Error::corrupt(&segment::log_path(dir, last), end, what))
    }
}

impl Torn {
    /// Returns what follows the scanner's position, up to the end of the file.
    fn at(scanner: &Scanner, flaw: Flaw) -> Result<Self> {
        let path = scanner.path().to_owned();
        let length =
            path.metadata().context(|| format!("cannot look at {}", path.display()))?.len();
        let (position, sequence) = (scanner.position(), scanner.next_sequence());
        Ok(Self { path, position, bytes: length - position, sequence, flaw })
    }

    /// Refuses to take damage for a torn tail.
    fn expect_nothing_behind(&self) -> Result<()> {
        match self.intact_record_behind()? {
            None => Ok(()),
            Some((sequence, position)) => Err(self.damage(&format!(
                "but record {sequence} behind it, at byte {position}, is intact"
            ))),
        }
    }

    /// Looks for a later record at every byte behind the flaw.
    fn intact_record_behind(&self) -> Result<Option<(u64, u64)>> {
        let reading = || format!("cannot read {}", self.path.display());
        let first = self.position + 1;
        let mut file = File::open(&self.path).context(reading)?;
        file.seek(SeekFrom::Start(first)).context(reading)?;
        let mut window = 0;
        for (end, byte) in (first + 1..).zip(BufReader::with_capacity(1 << 20, file).bytes()) {
            window = window >> 8 | u128::from(byte.context(reading)?) << 120;
            let position = end.saturating_sub(16);
            let sequence = Header::sequence_in(window);
            if position >= first && self.has_later_record(sequence, position)? {
                return Ok(Some((sequence, position)));
            }
        }
        Ok(None)
    }

    /// Whether the record `sequence` is at `position`, intact, and can be one of this log behind
    /// the flaw: each record in between takes at least a header.
    fn has_later_record(&self, sequence: u64, position: u64) -> Result<bool> {
        let room = (position - self.position) / HEADER as u64;
        let between = sequence.checked_sub(self.sequence + 1);
        if between.is_none_or(|between| between > room) {
            return Ok(false);
        }
        let mut scanner = Scanner::open(self.path.clone(), position, sequence)?;
        Ok(matches!(scanner.step()?, Step::Record(_)))
    }

    fn damage(&self, but: &str) -> Error {
        let what = format!(
            "record {} {}, {but}: this is damage and no torn tail, and nothing was changed",
            self.sequence, self.flaw
        );
        Error::corrupt(&self.path, self.position, what)
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Draft;
    use super::*;
    use crate::primitives::Framed;
    use std::fs;

    /// A log with a record for each payload, in segments of so many records. Returns its folder
    /// and where in their segments the frames begin.
    fn log(payloads: &[&str], segments: &[usize]) -> (tempfile::TempDir, Vec<usize>) {
        let dir = tempfile::tempdir().unwrap();
        let mut records = (0..).zip(payloads);
        let mut starts = Vec::new();
        for &count in segments {
            let base = starts.len() as u64;
            let mut bytes = Vec::new();
            for (sequence, payload) in records.by_ref().take(count) {
                starts.push(bytes.len());
                Draft::new(sequence, payload.as_bytes()).write_to(sequence, &mut bytes);
            }
            fs::write(segment::log_path(dir.path(), base), bytes).unwrap();
        }
        (dir, starts)
    }

    fn survey_of(dir: &Path) -> Result<Survey> {
        survey(dir, 60, |_| Ok(()))
    }

    fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(path).unwrap();
        change(&mut bytes);
        fs::write(path, bytes).unwrap();
    }

    const PAYLOADS: [&str; 6] = ["zero", "one", "two", "three", "four", "five"];

    #[test]
    fn sees_all_records_and_their_index() {
        let (dir, starts) = log(&PAYLOADS, &[4, 2, 0]);
        let mut seen = Vec::new();
        let survey = survey(dir.path(), 60, |record| {
            seen.push(String::from_utf8(record.payload.into()).unwrap());
            Ok(())
        });
        let survey = survey.unwrap();
        assert_eq!(seen, PAYLOADS);
        assert!(survey.torn.is_none());
        assert_eq!(survey.records, 6);
        let bases: Vec<_> = survey.segments.iter().map(|segment| segment.base).collect();
        assert_eq!(bases, [0, 4, 6]);
        // Only record 3 begins 60 bytes or more behind the start of its segment.
        let expected = index::Entry { relative: 3, position: starts[3] as u32 };
        assert_eq!(survey.segments[0].index, expected.to_bytes());
        assert!(survey.segments[1].index.is_empty());
    }

    #[test]
    fn a_torn_tail_is_told_from_damage() {
        let (dir, starts) = log(&PAYLOADS, &[3, 3]);
        let last = segment::log_path(dir.path(), 3);
        for cut in starts[5] + 1..starts[5] + 20 {
            change(&last, |bytes| bytes.truncate(cut));
            let survey = survey_of(dir.path()).unwrap();
            let torn = survey.torn.expect("a cut inside of a frame");
            assert_eq!((survey.records, torn.sequence), (5, 5));
            assert_eq!((torn.position, torn.bytes), (starts[5] as u64, (cut - starts[5]) as u64));
            change(&last, |bytes| {
                bytes.truncate(starts[5]);
                Draft::new(5, b"five").write_to(5, bytes);
            });
        }
        for byte in 0..starts[5] {
            change(&last, |bytes| bytes[byte] ^= 0x10);
            assert!(matches!(survey_of(dir.path()), Err(Error::Corrupt { .. })), "byte {byte}");
            change(&last, |bytes| bytes[byte] ^= 0x10);
        }
        assert!(survey_of(dir.path()).unwrap().torn.is_none());
    }

    #[test]
    fn a_flaw_before_the_last_segment_is_damage() {
        let (dir, _) = log(&PAYLOADS, &[3, 2, 1]);
        change(&segment::log_path(dir.path(), 3), |bytes| bytes.truncate(bytes.len() - 1));
        let error = survey_of(dir.path()).unwrap_err().to_string();
        assert!(error.contains("not in the last segment"), "{error}");
    }

    #[test]
    fn a_missing_segment_is_damage() {
        for missing in [0, 3] {
            let (dir, _) = log(&PAYLOADS, &[3, 2, 1]);
            fs::remove_file(segment::log_path(dir.path(), missing)).unwrap();
            let error = survey_of(dir.path()).unwrap_err().to_string();
            assert!(error.contains(&format!("record {missing} is missing")), "{error}");
        }
    }

    #[test]
    fn old_records_in_a_torn_payload_are_not_later_ones() {
        // A log whose payloads are themselves frames, as of a backup of itself.
        let mut inner = Vec::new();
        for sequence in [0, 1, 900] {
            Draft::new(sequence, b"inner").write_to(sequence, &mut inner);
        }
        let inner = String::from_utf8_lossy(&inner).into_owned();
        let (dir, starts) = log(&["zero", "one", &inner], &[3]);
        change(&segment::log_path(dir.path(), 0), |bytes| bytes.truncate(bytes.len() - 1));
        let torn = survey_of(dir.path()).unwrap().torn.unwrap();
        assert_eq!(torn.position, starts[2] as u64);
    }
}
