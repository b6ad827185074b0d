//! Reading frames one after another.

use super::frame::{HEADER, Header, MAX_PAYLOAD, Record};
use crate::error::{Context, Result};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How much is read at a time, if no frame needs more.
const CHUNK: usize = 256 << 10;

/// The next step of a scan.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// An intact record, with the sequence number that belongs there.
    Record(Record<'a>),
    /// The end, and a frame ended there too.
    End,
    /// Bytes that are not the frame that belongs there. The scanner stays before them.
    Flaw(Flaw),
}

/// Why some bytes are not the next frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The file ends in the middle of it.
    Short { has: u64, needs: u64 },
    /// No record is that long.
    Length(u32),
    /// The checksum is not that of the bytes.
    Checksum,
    /// An intact frame, but another record's.
    Sequence(u64),
}

/// Reads the frames of one segment, from a record on.
pub struct Scanner {
    path: PathBuf,
    file: File,
    /// Bytes at `read..filled` were read from the file and not scanned.
    buffer: Vec<u8>,
    read: usize,
    filled: usize,
    /// Where in the file `read` is.
    position: u64,
    /// The record that belongs there.
    next: u64,
    /// Bytes of the file from here on do not exist.
    limit: u64,
}

impl Scanner {
    /// Opens the segment at `path`; the frame of record `sequence` is at `position`.
    pub fn open(path: PathBuf, position: u64, sequence: u64) -> Result<Self> {
        let mut file = File::open(&path).context(|| format!("cannot open {}", path.display()))?;
        let sought = file.seek(SeekFrom::Start(position));
        sought.context(|| format!("cannot seek in {}", path.display()))?;
        let (buffer, next, limit) = (Vec::new(), sequence, u64::MAX);
        Ok(Self { path, file, buffer, read: 0, filled: 0, position, next, limit })
    }

    /// Takes the file to be no longer than `limit`, which may grow between two steps.
    pub fn set_limit(&mut self, limit: u64) {
        self.limit = limit;
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next frame starts.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The sequence number of the next record.
    pub fn next_sequence(&self) -> u64 {
        self.next
    }

    /// The next record, if it is there and intact.
    ///
    /// After [`Step::End`] or a [`Flaw::Short`], more may have been appended: scan again.
    pub fn step(&mut self) -> Result<Step<'_>> {
        let has = self.fill(HEADER)?;
        if has == 0 {
            return Ok(Step::End);
        }
        let Some(header) = Header::at_start_of(&self.buffer[self.read..self.filled]) else {
            return Ok(Step::Flaw(Flaw::Short { has: has as u64, needs: HEADER as u64 }));
        };
        if header.length as usize > MAX_PAYLOAD {
            return Ok(Step::Flaw(Flaw::Length(header.length)));
        }
        let frame = HEADER + header.length as usize;
        let has = self.fill(frame)?;
        if has < frame {
            return Ok(Step::Flaw(Flaw::Short { has: has as u64, needs: frame as u64 }));
        }
        let payload = &self.buffer[self.read..][HEADER..frame];
        let Header { sequence, input, checksum, .. } = header;
        let record = Record { sequence, input, checksum, payload };
        if record.computed_checksum() != record.checksum {
            return Ok(Step::Flaw(Flaw::Checksum));
        }
        if record.sequence != self.next {
            return Ok(Step::Flaw(Flaw::Sequence(record.sequence)));
        }
        self.read += frame;
        self.position += frame as u64;
        self.next += 1;
        Ok(Step::Record(record))
    }

    /// Reads until `wanted` bytes are there, or the file ends. Returns how many there are.
    fn fill(&mut self, wanted: usize) -> Result<usize> {
        if self.filled - self.read < wanted {
            self.buffer.copy_within(self.read..self.filled, 0);
            self.filled -= self.read;
            self.read = 0;
            if self.buffer.len() < wanted.max(CHUNK) {
                self.buffer.resize(wanted.max(CHUNK), 0);
            }
            let filled = self.read_up_to(wanted);
            filled.context(|| format!("cannot read {}", self.path.display()))?;
        }
        Ok(self.filled - self.read)
    }

    fn read_up_to(&mut self, wanted: usize) -> io::Result<()> {
        while self.filled < wanted {
            let allowed = self.limit.saturating_sub(self.position + self.filled as u64);
            let room = self.buffer.len() - self.filled;
            let room = room.min(usize::try_from(allowed).unwrap_or(usize::MAX));
            match self.file.read(&mut self.buffer[self.filled..][..room]) {
                Ok(0) => break,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { has, needs } => write!(f, "ends after {has} of {needs} bytes"),
            Self::Length(length) => write!(f, "claims an impossible length ({length} bytes)"),
            Self::Checksum => f.write_str("fails its checksum"),
            Self::Sequence(found) => write!(f, "is not there, but record {found} is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Draft;
    use super::*;
    use crate::primitives::Framed;
    use std::fs;
    use std::io::Write;

    /// Records `first` and following, as the bytes of a segment.
    fn frames(first: u64, payloads: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (sequence, payload) in (first..).zip(payloads) {
            Draft::new(sequence + 100, payload).write_to(sequence, &mut bytes);
        }
        bytes
    }

    fn scan(bytes: &[u8], first: u64) -> (Scanner, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("segment");
        fs::write(&path, bytes).unwrap();
        (Scanner::open(path, 0, first).unwrap(), dir)
    }

    /// Steps until there is no further record; returns how many there were, and what came then.
    fn exhaust(scanner: &mut Scanner) -> (u64, Option<Flaw>) {
        let first = scanner.next_sequence();
        let flaw = loop {
            match scanner.step().unwrap() {
                Step::Record(_) => {}
                Step::End => break None,
                Step::Flaw(flaw) => break Some(flaw),
            }
        };
        (scanner.next_sequence() - first, flaw)
    }

    #[test]
    fn scan_reads_what_was_framed() {
        let long = vec![7; 3 * CHUNK];
        let payloads = [&b"one"[..], b"", &long, b"four"];
        let (mut scanner, _dir) = scan(&frames(5, &payloads), 5);
        for (sequence, payload) in (5..).zip(payloads) {
            let Step::Record(record) = scanner.step().unwrap() else { panic!("no record") };
            let found = (record.sequence, record.input, record.payload);
            assert_eq!(found, (sequence, sequence + 100, payload));
        }
        assert_eq!(scanner.step().unwrap(), Step::End);
    }

    #[test]
    fn a_flip_of_any_bit_is_a_flaw() {
        let bytes = frames(0, &[b"first", b"second", b"third"]);
        let second = 29..29 + 30;
        for bit in second.start * 8..second.end * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (records, flaw) = exhaust(&mut scan(&flipped, 0).0);
            assert_eq!(records, 1, "bit {bit}");
            assert!(flaw.is_some(), "bit {bit}");
        }
    }

    #[test]
    fn a_cut_anywhere_is_short_and_can_be_continued() {
        let bytes = frames(0, &[b"first", b"second"]);
        for cut in 30..bytes.len() {
            let (mut scanner, _dir) = scan(&bytes[..cut], 0);
            let (records, flaw) = exhaust(&mut scanner);
            assert!(records == 1 && matches!(flaw, Some(Flaw::Short { .. })), "cut at {cut}");
            let mut file = fs::OpenOptions::new().append(true).open(scanner.path()).unwrap();
            file.write_all(&bytes[cut..]).unwrap();
            assert_eq!(exhaust(&mut scanner), (1, None), "cut at {cut}");
        }
    }

    #[test]
    fn scan_ends_at_the_limit() {
        let (mut scanner, _dir) = scan(&frames(0, &[b"first", b"second"]), 0);
        scanner.set_limit(29);
        assert_eq!(exhaust(&mut scanner), (1, None));
        scanner.set_limit(u64::MAX);
        assert_eq!(exhaust(&mut scanner), (1, None));
    }

    #[test]
    fn a_record_in_the_wrong_place_is_a_flaw() {
        let (mut scanner, _dir) = scan(&frames(3, &[b"x"]), 2);
        assert_eq!(exhaust(&mut scanner), (0, Some(Flaw::Sequence(3))));
    }
}
