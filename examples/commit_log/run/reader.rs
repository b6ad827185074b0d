//! A thread that reads durable records, as a consumer or a replica does.

use super::shared::{Local, Shared};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::format::index;
use crate::format::scan::{Scanner, Step};
use crate::format::segment;
use crate::primitives::{Count, LocalCount, Position, Primitives, SnapshotCell};
use std::path::Path;

/// Follows the watermark through the segment files; checks each record's checksum and number.
pub struct Reader<'a, P: Primitives> {
    shared: &'a Shared<'a, P>,
    dir: &'a Path,
    /// In the segment `base`.
    scanner: Scanner,
    base: u64,
    records: Local<'a, P>,
    bytes: Local<'a, P>,
}

impl<'a, P: Primitives> Reader<'a, P> {
    /// A reader of the records that this run appends, from its first.
    pub fn open(shared: &'a Shared<'a, P>, dir: &'a Path) -> Result<Self> {
        let snapshot = shared.snapshot.read();
        let base = snapshot.segment;
        let entry = index::find(&segment::index_path(dir, base), shared.start - base)?;
        let sequence = base + u64::from(entry.relative);
        let path = segment::log_path(dir, base);
        let scanner = Scanner::open(path, entry.position.into(), sequence)?;
        let (records, bytes) = (shared.stats.records_read.local(), shared.stats.bytes_read.local());
        let mut reader = Self { shared, dir, scanner, base, records, bytes };
        while reader.scanner.next_sequence() < shared.start {
            reader.step(snapshot)?;
        }
        Ok(reader)
    }

    /// Reads until the log is closed, and all that became durable before.
    pub fn run(mut self) -> Result<()> {
        loop {
            let next = self.scanner.next_sequence();
            let Ok(durable) = self.shared.durable.wait_for(next + 1) else {
                return Ok(());
            };
            let snapshot = self.shared.snapshot.read();
            if snapshot.records < durable {
                let why = format!("record {next} is durable, but the snapshot is older than that");
                return Err(Error::refused(why));
            }
            while self.scanner.next_sequence() < snapshot.records {
                if let Some(bytes) = self.step(snapshot)? {
                    self.records.add(1);
                    self.bytes.add(bytes);
                }
            }
        }
    }

    /// Reads the next record, which is durable, and returns its length; or goes on to the next
    /// segment.
    fn step(&mut self, snapshot: Snapshot) -> Result<Option<u64>> {
        // What lies behind the durable bytes of the active segment may be written at this moment.
        let is_active = self.base == snapshot.segment;
        self.scanner.set_limit(if is_active { snapshot.segment_bytes } else { u64::MAX });
        let position = self.scanner.position();
        let flaw = match self.scanner.step()? {
            Step::Record(record) => return Ok(Some(record.frame_len())),
            Step::End if !is_active => {
                self.base = self.scanner.next_sequence();
                let path = segment::log_path(self.dir, self.base);
                self.scanner = Scanner::open(path, 0, self.base)?;
                return Ok(None);
            }
            Step::End => "is not there".into(),
            Step::Flaw(flaw) => flaw.to_string(),
        };
        let what = format!("record {}, which is durable, {flaw}", self.scanner.next_sequence());
        Err(Error::corrupt(self.scanner.path(), position, what))
    }
}
