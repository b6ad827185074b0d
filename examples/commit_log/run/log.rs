//! The end of a log that grows: writes batches, begins segments, syncs.

use crate::args::Sync;
use crate::error::{Context, Result};
use crate::format::index::Indexer;
use crate::format::segment::{self, End};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IoSlice, Write};
use std::mem;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// How a log is written.
#[derive(Clone, Debug)]
pub struct Layout {
    pub dir: PathBuf,
    pub segment_size: u64,
    pub index_interval: u64,
    pub sync: Sync,
    /// How long each change of the segment stops half-way.
    pub stall_change: Duration,
}

/// Appends to a log. After an error it must not be used any more: what is in the file then is for
/// `recover` to find out, and a sync that failed once may falsely succeed the second time.
pub struct LogWriter {
    layout: Layout,
    active: Active,
    /// Index entries that are not written yet.
    entries: Vec<u8>,
    /// The record to append next.
    next: u64,
    times: Times,
    last_sync: Duration,
}

/// A batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    pub records: u64,
    pub bytes: u64,
    /// How often a file was synced for it.
    pub syncs: u64,
}

/// For how long the system was at work.
#[derive(Default)]
struct Times {
    writing: Duration,
    syncing: Duration,
}

/// The segment that is written.
struct Active {
    base: u64,
    log: NamedFile,
    index: NamedFile,
    indexer: Indexer,
    /// Its size, with all that is to be written.
    bytes: u64,
}

impl LogWriter {
    /// Begins a log.
    pub fn create(layout: Layout) -> Result<Self> {
        let active = Active::create(&layout, 0)?;
        Ok(Self::new(layout, active, 0))
    }

    /// Goes on with a log that ends at `end`. What is there is durable from now on: a run that was
    /// killed may have written it without a sync.
    pub fn resume(layout: Layout, end: End) -> Result<Self> {
        let mut active = Active::resume(&layout, end)?;
        if layout.sync == Sync::Data {
            active.log.sync()?;
            active.index.sync()?;
        }
        Ok(Self::new(layout, active, end.records))
    }

    fn new(layout: Layout, active: Active, next: u64) -> Self {
        Self {
            layout,
            active,
            entries: Vec::new(),
            next,
            times: Times::default(),
            last_sync: Duration::ZERO,
        }
    }

    /// Makes the next frames durable: one write and one sync, unless they go over the end of a segment.
    ///
    /// Their bytes are in two parts, and their lengths in order.
    pub fn commit(
        &mut self,
        parts: [&[u8]; 2],
        lengths: impl Iterator<Item = u64>,
    ) -> Result<Committed> {
        let mut rest = Parts(parts);
        let mut committed = Committed::default();
        let mut in_segment = 0;
        for length in lengths {
            if self.active.bytes > 0 && self.active.bytes + length > self.layout.segment_size {
                self.write(rest.split_off_front(mem::take(&mut in_segment)))?;
                committed.syncs += self.begin_segment()?;
            }
            if let Some(entry) = self.active.indexer.entry(self.next, self.active.bytes) {
                self.entries.extend(entry.to_bytes());
            }
            self.active.bytes += length;
            self.next += 1;
            in_segment += length as usize;
            committed.records += 1;
            committed.bytes += length;
        }
        self.write(rest.split_off_front(in_segment))?;
        if self.layout.sync == Sync::Data {
            committed.syncs += 1;
            let begun = Instant::now();
            self.active.log.sync()?;
            self.last_sync = begun.elapsed();
            self.times.syncing += self.last_sync;
        }
        Ok(committed)
    }

    /// Makes the index of the last segment durable, too. It can be made again, so no batch waits
    /// for it.
    pub fn finish(&mut self) -> Result<()> {
        if self.layout.sync == Sync::Data {
            self.active.index.sync()?;
        }
        Ok(())
    }

    /// The record to append next.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The first record, and the size, of the active segment.
    pub fn active(&self) -> (u64, u64) {
        (self.active.base, self.active.bytes)
    }

    /// How long the sync of the last batch took; no time without sync.
    pub fn last_sync(&self) -> Duration {
        self.last_sync
    }

    /// For how long it has written, and synced.
    pub fn times(&self) -> (Duration, Duration) {
        (self.times.writing, self.times.syncing)
    }

    /// Writes the frames, then the index entries: an entry never points to nothing.
    fn write(&mut self, frames: Parts<'_>) -> Result<()> {
        let begun = Instant::now();
        self.active.log.write(frames)?;
        self.active.index.write(Parts([&self.entries, &[]]))?;
        self.entries.clear();
        self.times.writing += begun.elapsed();
        Ok(())
    }

    /// Ends the active segment, durably, so that a flaw in it is not taken for a torn tail. Returns how often a
    /// file was synced.
    fn begin_segment(&mut self) -> Result<u64> {
        let begun = Instant::now();
        let mut syncs = 0;
        if self.layout.sync == Sync::Data {
            self.active.log.sync()?;
            self.active.index.sync()?;
            syncs = 2;
        }
        self.active = Active::create(&self.layout, self.next)?;
        if !self.layout.stall_change.is_zero() {
            thread::sleep(self.layout.stall_change);
        }
        self.times.syncing += begun.elapsed();
        Ok(syncs)
    }
}

/// Bytes in two parts.
#[derive(Clone, Copy)]
struct Parts<'a>([&'a [u8]; 2]);

impl<'a> Parts<'a> {
    /// Splits the first `count` bytes off.
    fn split_off_front(&mut self, count: usize) -> Parts<'a> {
        let [first, second] = self.0;
        let in_first = count.min(first.len());
        let (first, rest_of_first) = first.split_at(in_first);
        let (second, rest_of_second) = second.split_at(count - in_first);
        self.0 = [rest_of_first, rest_of_second];
        Parts([first, second])
    }

    /// Writes all of them, in one call if the system allows that.
    fn write_to(mut self, file: &mut File) -> io::Result<()> {
        loop {
            let left = self.0[0].len() + self.0[1].len();
            if left == 0 {
                return Ok(());
            }
            match file.write_vectored(&self.0.map(IoSlice::new)) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => drop(self.split_off_front(written)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Active {
    fn create(layout: &Layout, base: u64) -> Result<Self> {
        let mut create = OpenOptions::new();
        create.append(true).create_new(true);
        let end = End { records: base, base, ..End::default() };
        let active = Self::open(layout, end, &create)?;
        if layout.sync == Sync::Data {
            segment::sync_names(&layout.dir)?;
        }
        Ok(active)
    }

    fn resume(layout: &Layout, end: End) -> Result<Self> {
        Self::open(layout, end, OpenOptions::new().append(true))
    }

    fn open(layout: &Layout, end: End, how: &OpenOptions) -> Result<Self> {
        let log = NamedFile::open(segment::log_path(&layout.dir, end.base), how)?;
        let index = NamedFile::open(segment::index_path(&layout.dir, end.base), how)?;
        let indexer = Indexer::behind(end.last_entry, end.base, layout.index_interval);
        Ok(Self { base: end.base, log, index, indexer, bytes: end.bytes })
    }
}

/// A file that says its name when something goes wrong with it.
struct NamedFile {
    path: PathBuf,
    file: File,
}

impl NamedFile {
    fn open(path: PathBuf, how: &OpenOptions) -> Result<Self> {
        let file = how.open(&path).context(|| format!("cannot open {}", path.display()))?;
        Ok(Self { path, file })
    }

    fn write(&mut self, bytes: Parts<'_>) -> Result<()> {
        bytes.write_to(&mut self.file).context(|| self.trouble("write"))
    }

    fn sync(&mut self) -> Result<()> {
        self.file.sync_data().context(|| self.trouble("sync"))
    }

    fn trouble(&self, verb: &str) -> String {
        format!("cannot {verb} {}", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::frame::Draft;
    use crate::format::index::Entry;
    use crate::primitives::{Framed, Frames};
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn layout(dir: &Path, sync: Sync) -> Layout {
        Layout {
            dir: dir.into(),
            segment_size: 140,
            index_interval: 40,
            sync,
            stall_change: Duration::ZERO,
        }
    }

    /// Commits so many records with that payload, in two parts.
    fn append_payload(log: &mut LogWriter, count: u64, payload: &[u8]) -> Committed {
        let (mut frames, records) = (Frames::default(), count as usize);
        for sequence in log.next()..log.next() + count {
            frames.append(&Draft::new(sequence, payload), sequence);
        }
        let parts = frames.slice(0..records).split_at(frames.bytes() / 3);
        log.commit(parts.into(), frames.lengths(0..records)).unwrap()
    }

    /// Commits records of 28 bytes.
    fn append(log: &mut LogWriter, count: u64) -> Committed {
        append_payload(log, count, b"four")
    }

    fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
        let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        names.map(|name| (name.clone(), fs::read(dir.join(name)).unwrap())).collect()
    }

    #[test]
    fn a_segment_ends_before_the_record_that_is_too_much() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::None)).unwrap();
        append(&mut log, 11);
        let size = |base| fs::metadata(segment::log_path(dir.path(), base)).unwrap().len();
        let bases = segment::bases(dir.path()).unwrap();
        let sizes = bases.into_iter().map(|base| (base, size(base)));
        assert!(sizes.eq([(0, 140), (5, 140), (10, 28)]));
        assert_eq!(log.active(), (10, 28));
    }

    #[test]
    fn a_record_that_is_longer_than_a_segment_gets_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::None)).unwrap();
        append_payload(&mut log, 3, &[b'x'; 500]);
        assert_eq!(segment::bases(dir.path()).unwrap(), [0, 1, 2]);
    }

    #[test]
    fn a_batch_is_one_sync_unless_a_segment_ends_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::Data)).unwrap();
        assert_eq!(append(&mut log, 4), Committed { records: 4, bytes: 112, syncs: 1 });
        // The segment that ends is synced, with its index.
        assert_eq!(append(&mut log, 2), Committed { records: 2, bytes: 56, syncs: 3 });
    }

    #[test]
    fn log_holds_the_committed_bytes_wherever_parts_and_segments_meet() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::None)).unwrap();
        let mut expected = Vec::new();
        for count in [1, 4, 7, 12] {
            for sequence in log.next()..log.next() + count {
                Draft::new(sequence, b"four").write_to(sequence, &mut expected);
            }
            append(&mut log, count);
        }
        let bases = segment::bases(dir.path()).unwrap();
        let found =
            bases.iter().flat_map(|&base| fs::read(segment::log_path(dir.path(), base)).unwrap());
        assert!(found.eq(expected));
    }

    #[test]
    fn resumed_log_equals_one_that_never_stopped() {
        let (whole, pieces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        append(&mut LogWriter::create(layout(whole.path(), Sync::None)).unwrap(), 23);
        append(&mut LogWriter::create(layout(pieces.path(), Sync::None)).unwrap(), 4);
        let stops = [(4, 0, (2, 56), 1), (5, 0, (4, 112), 4), (9, 5, (2, 56), 14)];
        for (records, base, (relative, position), more) in stops {
            let bytes = 28 * (records - base);
            let end = End { records, base, bytes, last_entry: Entry { relative, position } };
            let mut log = LogWriter::resume(layout(pieces.path(), Sync::Data), end).unwrap();
            append(&mut log, more);
        }
        assert_eq!(files(pieces.path()), files(whole.path()));
    }
}
