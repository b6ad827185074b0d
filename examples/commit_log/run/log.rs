//! The end of a log that grows: frames records, writes batches, begins segments, syncs.

use crate::args::Sync;
use crate::error::{Context, Result};
use crate::format::frame::Record;
use crate::format::index::{Entry, Indexer};
use crate::format::segment::{self, End};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

/// How a log is written.
#[derive(Clone, Debug)]
pub struct Layout {
    pub dir: PathBuf,
    pub segment_size: u64,
    pub index_interval: u64,
    pub sync: Sync,
}

/// Appends to a log. After an error it must not be used any more: what is in the file then is for
/// `recover` to find out, and a sync that failed once may falsely succeed the second time.
pub struct LogWriter {
    layout: Layout,
    active: Active,
    /// Frames and index entries that are not written yet.
    frames: Vec<u8>,
    entries: Vec<u8>,
    /// The record to append next.
    next: u64,
    /// The frames that were appended since the last commit.
    batch: Committed,
}

/// A batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    pub records: u64,
    pub bytes: u64,
    /// How often a file was synced for it.
    pub syncs: u64,
}

/// The segment that is written.
struct Active {
    base: u64,
    log: NamedFile,
    index: NamedFile,
    indexer: Indexer,
    /// Its size, with all that is framed.
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
        let (frames, entries) = (Vec::new(), Vec::new());
        Self { layout, active, frames, entries, next, batch: Committed::default() }
    }

    /// Adds the next record to the batch.
    #[inline]
    pub fn append(&mut self, record: &Record<'_>) -> Result<()> {
        debug_assert_eq!(record.sequence, self.next);
        let length = record.frame_len();
        if self.active.bytes > 0 && self.active.bytes + length > self.layout.segment_size {
            self.begin_segment()?;
        }
        let entry = self.active.indexer.entry(record.sequence, self.active.bytes);
        self.entries.extend(entry.into_iter().flat_map(Entry::to_bytes));
        record.append_to(&mut self.frames);
        self.active.bytes += length;
        self.next += 1;
        self.batch.records += 1;
        self.batch.bytes += length;
        Ok(())
    }

    /// The frames that were appended since the last commit.
    #[inline]
    pub fn batch(&self) -> Committed {
        self.batch
    }

    /// Makes the batch durable: one write and one sync, unless it went over the end of a segment.
    pub fn commit(&mut self) -> Result<Committed> {
        self.write()?;
        if self.layout.sync == Sync::Data {
            self.active.log.sync()?;
            self.batch.syncs += 1;
        }
        Ok(std::mem::take(&mut self.batch))
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

    /// Writes the frames, then their index entries: an entry never points to nothing.
    fn write(&mut self) -> Result<()> {
        self.active.log.write(&self.frames)?;
        self.active.index.write(&self.entries)?;
        self.frames.clear();
        self.entries.clear();
        Ok(())
    }

    /// Ends the active segment, durably, so that a flaw in it is not taken for a torn tail.
    fn begin_segment(&mut self) -> Result<()> {
        self.write()?;
        if self.layout.sync == Sync::Data {
            self.active.log.sync()?;
            self.active.index.sync()?;
            self.batch.syncs += 2;
        }
        self.active = Active::create(&self.layout, self.next)?;
        Ok(())
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

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).context(|| self.trouble("write"))
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
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn layout(dir: &Path, sync: Sync) -> Layout {
        Layout { dir: dir.into(), segment_size: 100, index_interval: 30, sync }
    }

    /// Appends and commits records of 20 bytes.
    fn append(log: &mut LogWriter, count: u64) -> Committed {
        for sequence in log.next()..log.next() + count {
            log.append(&Record::new(sequence, b"four")).unwrap();
        }
        log.commit().unwrap()
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
        assert!(sizes.eq([(0, 100), (5, 100), (10, 20)]));
        assert_eq!(log.active(), (10, 20));
    }

    #[test]
    fn a_record_that_is_longer_than_a_segment_gets_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::None)).unwrap();
        for sequence in 0..3 {
            log.append(&Record::new(sequence, &[b'x'; 500])).unwrap();
        }
        log.commit().unwrap();
        assert_eq!(segment::bases(dir.path()).unwrap(), [0, 1, 2]);
    }

    #[test]
    fn a_batch_is_one_write_and_one_sync() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(layout(dir.path(), Sync::Data)).unwrap();
        let path = segment::log_path(dir.path(), 0);
        log.append(&Record::new(0, b"four")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0, "nothing before the commit");
        assert_eq!(log.batch(), Committed { records: 1, bytes: 20, syncs: 0 });
        assert_eq!(append(&mut log, 3), Committed { records: 4, bytes: 80, syncs: 1 });
        // The segment that ends is synced, with its index.
        assert_eq!(append(&mut log, 2), Committed { records: 2, bytes: 40, syncs: 3 });
    }

    #[test]
    fn resumed_log_equals_one_that_never_stopped() {
        let (whole, pieces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        append(&mut LogWriter::create(layout(whole.path(), Sync::None)).unwrap(), 23);
        append(&mut LogWriter::create(layout(pieces.path(), Sync::None)).unwrap(), 4);
        let stops = [(4, 0, (2, 40), 1), (5, 0, (4, 80), 4), (9, 5, (2, 40), 14)];
        for (records, base, (relative, position), more) in stops {
            let bytes = 20 * (records - base);
            let end = End { records, base, bytes, last_entry: Entry { relative, position } };
            let mut log = LogWriter::resume(layout(pieces.path(), Sync::Data), end).unwrap();
            append(&mut log, more);
        }
        assert_eq!(files(pieces.path()), files(whole.path()));
    }
}
