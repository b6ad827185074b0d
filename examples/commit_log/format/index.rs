//! The sparse index of a segment: where in it some of its records are.
//!
//! ```text
//! 0            4            8
//! ├────────────┼────────────┤
//! │ relative   │ position   │   an entry; little endian
//! │ u32        │ u32        │
//! └────────────┴────────────┘
//! ```
//!
//! An entry says that record `base + relative` has its frame at byte `position`. Both only grow. A
//! record has an entry when its frame begins at least an interval behind the last one that has,
//! or behind the start of the segment. So the index follows from the segment, and can be checked
//! and repaired.

use crate::error::{Context, Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The bytes of an entry.
pub const ENTRY: usize = 8;

/// Where a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The record, counted from the first of the segment.
    pub relative: u32,
    /// The first byte of its frame.
    pub position: u32,
}

impl Entry {
    pub fn to_bytes(self) -> [u8; ENTRY] {
        (u64::from(self.position) << 32 | u64::from(self.relative)).to_le_bytes()
    }

    pub fn of(bytes: [u8; ENTRY]) -> Self {
        let both = u64::from_le_bytes(bytes);
        Self { relative: both as u32, position: (both >> 32) as u32 }
    }
}

/// Makes the index of a segment from its records, one by one.
pub struct Indexer {
    interval: u64,
    /// The record at the start of the segment.
    base: u64,
    /// Where the last record with an entry is.
    last: u64,
}

impl Indexer {
    /// For the segment that starts with record `base`, from the start.
    pub fn new(base: u64, interval: u64) -> Self {
        Self::behind(Entry::default(), base, interval)
    }

    /// For the segment that starts with record `base`, from behind its last `entry`.
    pub fn behind(entry: Entry, base: u64, interval: u64) -> Self {
        Self { interval, base, last: entry.position.into() }
    }

    /// The entry of the record `sequence` at `position`, if it has one.
    #[inline]
    pub fn entry(&mut self, sequence: u64, position: u64) -> Option<Entry> {
        if position - self.last < self.interval {
            return None;
        }
        self.last = position;
        // A frame begins before the segment size, and takes some bytes: both fit in 32 bits.
        Some(Entry { relative: (sequence - self.base) as u32, position: position as u32 })
    }
}

/// The last entry at or before the record `relative`, by binary search in the index at `path`;
/// the start of the segment if there is none.
pub fn find(path: &Path, relative: u64) -> Result<Entry> {
    let reading = || format!("cannot read {}", path.display());
    let mut file = File::open(path).context(reading)?;
    let entries = file.metadata().context(reading)?.len() / ENTRY as u64;
    let mut found = Entry::default();
    let (mut low, mut high) = (0, entries);
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = read_entry(&mut file, middle).context(reading)?;
        if u64::from(entry.relative) <= relative {
            found = entry;
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(found)
}

fn read_entry(file: &mut File, at: u64) -> io::Result<Entry> {
    let mut bytes = [0; ENTRY];
    file.seek(SeekFrom::Start(at * ENTRY as u64))?;
    file.read_exact(&mut bytes)?;
    Ok(Entry::of(bytes))
}

/// A defect of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// There is no file.
    Missing,
    /// This many entries (or parts of one) at the end are not there.
    Short(usize),
    /// This many entries (or parts of one) at the end are of records that are not in the segment.
    Long(usize),
    /// The entry with this number is not the one that the segment asks for.
    Wrong(usize),
}

/// Compares the index at `path` with the right one.
pub fn check(path: &Path, expected: &[u8]) -> Result<Option<Defect>> {
    let found = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(Defect::Missing)),
        found => found.context(|| format!("cannot read {}", path.display()))?,
    };
    if let Some(byte) = found.iter().zip(expected).position(|(found, expected)| found != expected) {
        return Ok(Some(Defect::Wrong(byte / ENTRY)));
    }
    let (has, needs) = (found.len(), expected.len());
    Ok(match has.cmp(&needs) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Defect::Short((needs - has).div_ceil(ENTRY))),
        std::cmp::Ordering::Greater => Some(Defect::Long((has - needs).div_ceil(ENTRY))),
    })
}

/// Repairs the index at `path`: keeps the right entries in front, and writes the others.
///
/// If that is interrupted, the index is short, and can be repaired again. On a full disk it takes
/// no more room than the missing entries.
pub fn repair(path: &Path, defect: Defect, expected: &[u8]) -> Result<()> {
    let repairing = || format!("cannot repair {}", path.display());
    let right = match defect {
        Defect::Missing => 0,
        Defect::Short(entries) => expected.len() - entries * ENTRY,
        Defect::Long(_) => expected.len(),
        Defect::Wrong(entry) => entry * ENTRY,
    };
    let mut file = OpenOptions::new();
    let mut file = file.write(true).create(true).truncate(false).open(path).context(repairing)?;
    file.set_len(right as u64).context(repairing)?;
    file.seek(SeekFrom::Start(right as u64)).context(repairing)?;
    file.write_all(&expected[right..]).and_then(|()| file.sync_all()).context(repairing)
}

impl Defect {
    /// The defect of the index at `path`, as an error.
    pub fn into_error(self, path: &Path) -> Error {
        let position = match self {
            Self::Wrong(entry) => entry * ENTRY,
            Self::Missing | Self::Short(_) | Self::Long(_) => 0,
        };
        Error::corrupt(path, position as u64, format!("the index {self}; `recover` repairs it"))
    }
}

impl std::fmt::Display for Defect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Short(entries) => write!(f, "lacks its last {entries} entries"),
            Self::Long(entries) => write!(f, "has {entries} entries too many"),
            Self::Wrong(entry) => write!(f, "is wrong from entry {entry} on"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(entries: &[(u32, u32)]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes(entries)).unwrap();
        file
    }

    fn bytes(entries: &[(u32, u32)]) -> Vec<u8> {
        let entries = entries.iter().map(|&(relative, position)| Entry { relative, position });
        entries.flat_map(Entry::to_bytes).collect()
    }

    #[test]
    fn the_layout_is_as_documented() {
        let entry = Entry { relative: 0x0403_0201, position: 0x0807_0605 };
        assert_eq!(entry.to_bytes(), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(Entry::of(entry.to_bytes()), entry);
    }

    #[test]
    fn indexer_makes_an_entry_for_each_interval() {
        let mut indexer = Indexer::new(100, 50);
        let entries = (100..).zip([0, 20, 49, 50, 99, 100, 300, 320]);
        let entries: Vec<_> = entries.filter_map(|(seq, at)| indexer.entry(seq, at)).collect();
        let expected = [(3, 50), (5, 100), (6, 300)];
        assert_eq!(entries, expected.map(|(relative, position)| Entry { relative, position }));
    }

    #[test]
    fn lookup_finds_the_entry_at_or_before() {
        for count in 0..9 {
            let entries: Vec<_> = (1..=count).map(|n| (10 * n, 1000 * n)).collect();
            let index = file(&entries);
            for relative in 0..100 {
                let n = (relative / 10).min(count);
                let expected = Entry { relative: 10 * n, position: 1000 * n };
                assert_eq!(find(index.path(), relative.into()).unwrap(), expected);
            }
        }
    }

    #[test]
    fn check_reports_each_defect() {
        let right = bytes(&[(5, 50), (9, 100), (12, 150)]);
        let check = |entries: &[(u32, u32)]| check(file(entries).path(), &right).unwrap();
        assert_eq!(check(&[(5, 50), (9, 100), (12, 150)]), None);
        assert_eq!(check(&[(5, 50)]), Some(Defect::Short(2)));
        assert_eq!(check(&[(5, 50), (9, 100), (12, 150), (14, 200)]), Some(Defect::Long(1)));
        assert_eq!(check(&[(5, 50), (9, 101), (12, 150)]), Some(Defect::Wrong(1)));
        let torn = tempfile::NamedTempFile::new().unwrap();
        fs::write(torn.path(), &right[..17]).unwrap();
        assert_eq!(super::check(torn.path(), &right).unwrap(), Some(Defect::Short(1)));
        let nowhere = torn.path().with_extension("gone");
        assert_eq!(super::check(&nowhere, &right).unwrap(), Some(Defect::Missing));
    }

    #[test]
    fn any_defect_can_be_repaired() {
        let right = bytes(&[(5, 50), (9, 100), (12, 150)]);
        let file = tempfile::NamedTempFile::new().unwrap();
        let cut = |at| right[..at].to_vec();
        let longer = |by: &[u8]| [&right, by].concat();
        let mut spoilt: Vec<_> = (0..right.len()).map(cut).collect();
        spoilt.extend([longer(&[0]), longer(&[7; 8]), longer(&[7; 13]), vec![9; 24], vec![9; 50]]);
        spoilt
            .extend((0..right.len()).map(|at| [&right[..at], &[0xEE], &right[at + 1..]].concat()));
        for spoilt in spoilt {
            fs::write(file.path(), &spoilt).unwrap();
            let defect = check(file.path(), &right).unwrap().expect("it is spoilt");
            repair(file.path(), defect, &right).unwrap();
            assert_eq!(check(file.path(), &right).unwrap(), None, "{spoilt:?}");
        }
        let nowhere = file.path().with_extension("gone");
        repair(&nowhere, Defect::Missing, &right).unwrap();
        assert_eq!(check(&nowhere, &right).unwrap(), None);
        fs::remove_file(nowhere).unwrap();
    }
}
