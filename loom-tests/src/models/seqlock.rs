//! Seqlocks: no reader sees a mixture of two values, and reads are not stale.

use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock, SeqWriter};
use loom::sync::Mutex;
use loom::thread;
use std::mem;
use std::sync::Arc;

type Pair = [usize; 2];

pub fn models() -> Vec<Model> {
    vec![
        Model::new("seqlock::reads_are_whole", reads_are_whole).outcomes([
            Err(Busy),
            Ok([0, 0]),
            Ok([1, 1]),
            Ok([2, 2]),
        ]),
        Model::new(
            "seqlock::reads_beside_two_writers_are_whole",
            reads_beside_two_writers_are_whole,
        )
        .outcomes([Err(Busy), Ok([0, 0]), Ok([1, 1]), Ok([2, 2])])
        .preemptions(2),
        Model::new("seqlock::reads_publish_both_writers", || reads_publish_both(SeqLock::new(0)))
            .outcomes(TWO_READS)
            .preemptions(2),
        Model::new("seqlock::busy_only_beside_a_writer", || busy_beside_writers(SeqLock::new(0)))
            .outcomes([None, Some(())])
            .preemptions(2),
        Model::new("seqlock::writers_exclude_each_other", writers_exclude_each_other)
            .outcomes([[1, 1], [2, 2]]),
        Model::new("seqlock::updates_are_not_lost", updates_are_not_lost)
            .outcomes([([0, 0], [1, 1]), ([1, 1], [0, 0])]),
        Model::new("seqlock::unchanged_version_means_newest", || {
            unchanged_version(SeqLock::new(0))
        })
        .outcomes([None, Some(0), Some(1), Some(2)])
        .preemptions(2),
        Model::new("seqlock::versions_publish_both_writers", || {
            versions_publish_both(SeqLock::new(0))
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
        Model::new("seqlock::counts_keep_reads_whole", counts_keep_reads_whole).outcomes([
            Err(Busy),
            Ok([0, 0]),
            Ok([1, 1]),
            Ok([2, 2]),
        ]),
        Model::new("seqlock::count_hides_forgotten_write", count_hides_forgotten_write).outcomes([
            Err(Busy),
            Ok([0, 0]),
            Ok([2, 2]),
        ]),
        Model::new("seqlock::count_reads_publish_both_writers", || {
            reads_publish_both(Counted::default())
        })
        .outcomes(TWO_READS)
        .preemptions(2),
        Model::new("seqlock::count_busy_only_beside_a_writer", || {
            busy_beside_writers(Counted::default())
        })
        .outcomes([None, Some(())])
        .preemptions(2),
        Model::new("seqlock::count_unchanged_version_means_newest", || {
            unchanged_version(Counted::default())
        })
        .outcomes([None, Some(0), Some(1), Some(2)])
        .preemptions(2),
        Model::new("seqlock::count_versions_publish_both_writers", || {
            versions_publish_both(Counted::default())
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
        Model::new("seqlock::latches_keep_reads_whole", latches_keep_reads_whole)
            .outcomes([Err(Busy), Ok([0, 0]), Ok([1, 1]), Ok([2, 2])])
            .preemptions(2),
        Model::new("seqlock::latch_reads_beside_two_writers_are_whole", latch_beside_two_writers)
            .outcomes([Err(Busy), Ok([0, 0]), Ok([1, 1]), Ok([2, 2])])
            .preemptions(2),
        Model::new("seqlock::latch_writers_exclude_each_other", latch_writers_exclude_each_other)
            .outcomes([([0, 0], [1, 1]), ([1, 1], [0, 0])])
            .preemptions(2),
        Model::new("seqlock::latch_writers_leave_both_copies", latch_writers_leave_both_copies)
            .outcomes([Err(Busy), Ok("last"), Ok("new")])
            .preemptions(2),
        Model::new("seqlock::latch_reads_publish_both_writers", || {
            reads_publish_both(SeqLatch::new(0))
        })
        .outcomes(TWO_READS)
        .preemptions(2),
        Model::new("seqlock::latch_busy_only_beside_a_writer", || {
            busy_beside_writers(SeqLatch::new(0))
        })
        .outcomes([None, Some(())])
        .preemptions(2),
        Model::new("seqlock::latch_unchanged_version_means_newest", || {
            unchanged_version(SeqLatch::new(0))
        })
        .outcomes([None, Some(0), Some(1), Some(2)])
        .preemptions(2),
        Model::new("seqlock::latch_versions_publish_both_writers", || {
            versions_publish_both(SeqLatch::new(0))
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
        Model::new("seqlock::cell_reads_are_whole", cell_reads_are_whole).outcomes([
            Err(Busy),
            Ok([0, 0]),
            Ok([1, 1]),
            Ok([2, 2]),
        ]),
        Model::new("seqlock::cell_hands_its_writer_over", cell_hands_its_writer_over).outcomes([
            (Some([0, 0]), None),
            (None, Some([0, 0])),
            (Some([0, 0]), Some([1, 1])),
            (Some([1, 1]), Some([0, 0])),
        ]),
        Model::new("seqlock::cell_reads_beside_two_writers_are_whole", cell_beside_two_writers)
            .outcomes([Err(Busy), Ok([0, 0]), Ok([1, 1]), Ok([2, 2])])
            .preemptions(2),
        Model::new("seqlock::cell_reads_publish_both_writers", || {
            reads_publish_both(SeqCell::new(0))
        })
        .outcomes(TWO_READS)
        .preemptions(2),
        Model::new("seqlock::cell_busy_only_beside_a_writer", || {
            busy_beside_writers(SeqCell::new(0))
        })
        .outcomes([None, Some(())])
        .preemptions(2),
        Model::new("seqlock::cell_unchanged_version_means_newest", || {
            unchanged_version(SeqCell::new(0))
        })
        .outcomes([None, Some(0), Some(1), Some(2)])
        .preemptions(2),
        Model::new("seqlock::cell_versions_publish_both_writers", || {
            versions_publish_both(SeqCell::new(0))
        })
        .outcomes([0, 1, 2])
        .preemptions(2),
    ]
}

/// A set of two bits behind a lock of each kind.
trait Bits: 'static {
    /// Adds `bit` to the set, in one write.
    fn add(&self, bit: usize);
    fn try_read(&self) -> Result<usize, Busy>;
    /// Writes, if no other writer is in the way.
    fn try_write(&self) -> Result<(), Busy>;
    fn version(&self) -> u64;
}

macro_rules! bits {
    ($($lock:ident)*) => {$(
        impl Bits for $lock<usize> {
            fn add(&self, bit: usize) {
                self.update(|set| set | bit);
            }
            fn try_read(&self) -> Result<usize, Busy> {
                $lock::try_read(self)
            }
            fn try_write(&self) -> Result<(), Busy> {
                $lock::try_write(self, 0)
            }
            fn version(&self) -> u64 {
                $lock::version(self)
            }
        }
    )*};
}
bits! { SeqLock SeqLatch }

/// A sequence by itself, with the writers' lock and the data beside it.
#[derive(Default)]
struct Counted {
    count: SeqCount,
    writers: Mutex<()>,
    data: Atomic<usize>,
}

impl Bits for Counted {
    fn add(&self, bit: usize) {
        let _writer = self.writers.lock();
        let _write = self.count.write();
        self.data.store(self.data.load(Relaxed) | bit, Relaxed);
    }
    fn try_read(&self) -> Result<usize, Busy> {
        self.count.try_read(|| self.data.load(Relaxed))
    }
    fn try_write(&self) -> Result<(), Busy> {
        Ok(()) // a write always succeeds
    }
    fn version(&self) -> u64 {
        self.count.version()
    }
}

/// Each write is by a writer of its own, which is handed out anew.
impl Bits for SeqCell<usize> {
    fn add(&self, bit: usize) {
        next_writer(self).update(|set| set | bit);
    }
    fn try_read(&self) -> Result<usize, Busy> {
        SeqCell::try_read(self)
    }
    fn try_write(&self) -> Result<(), Busy> {
        self.writer().map(drop).map_err(|_| Busy)
    }
    fn version(&self) -> u64 {
        SeqCell::version(self)
    }
}

/// Waits until the cell has no writer, and takes the next.
fn next_writer<T: bytemuck::NoUninit>(cell: &SeqCell<T>) -> SeqWriter<'_, T> {
    loop {
        match cell.writer() {
            Ok(writer) => return writer,
            Err(_) => thread::yield_now(),
        }
    }
}

/// Returns the result of the second of two reads, which may be newer than that of the first.
const TWO_READS: [Result<usize, Busy>; 5] = [Err(Busy), Ok(0), Ok(1), Ok(2), Ok(3)];

/// One writer writes twice; a reader sees one value or none, never words of two.
fn reads_are_whole() -> Result<Pair, Busy> {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let reader = {
        let lock = Arc::clone(&lock);
        spawn(move || lock.try_read())
    };
    lock.write([1, 1]);
    lock.write([2, 2]);
    reader.join().unwrap()
}

/// Two writers and a reader.
fn reads_beside_two_writers_are_whole() -> Result<Pair, Busy> {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let writers = [1, 2].map(|value| {
        let lock = Arc::clone(&lock);
        spawn(move || lock.write([value; 2]))
    });
    let seen = lock.try_read();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    seen
}

/// Two writers, each with a mark elsewhere before its write. A reader that sees a write sees its mark,
/// also if another write came after it; and a later read has no less.
fn reads_publish_both(lock: impl Bits) -> Result<usize, Busy> {
    let shared = Arc::new((lock, [0, 0].map(Atomic::new)));
    let writers = [0, 1].map(|writer| {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1[writer].store(1, Relaxed);
            shared.0.add(1 << writer);
        })
    });
    let first = shared.0.try_read();
    let second = shared.0.try_read();
    let marks = shared.1[0].load(Relaxed) | shared.1[1].load(Relaxed) << 1;
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let (earlier, later) = (first.unwrap_or(0), second.unwrap_or(3));
    assert_eq!(earlier & !later, 0, "a read went back");
    let seen = earlier | second.unwrap_or(0);
    assert_eq!(seen & !marks, 0, "a value without what its writer did before");
    second
}

/// Two writers, each with a mark elsewhere before its write. A thread that sees a version sees as many
/// marks, also in the middle of the write after, whose number takes the place of that version's.
fn versions_publish_both(lock: impl Bits) -> u64 {
    let shared = Arc::new((lock, [0, 0].map(Atomic::new)));
    let writers = [0, 1].map(|writer| {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1[writer].store(1u64, Relaxed);
            shared.0.add(1 << writer);
        })
    });
    let version = shared.0.version();
    let marks = shared.1[0].load(Relaxed) + shared.1[1].load(Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert!(marks >= version, "version {version} with {marks} marks");
    assert_eq!(shared.0.version(), 2);
    version
}

/// A read between two looks at the version, beside two writers. If both say the same, the value is that of
/// so many writes. The outcome is that version.
fn unchanged_version(lock: impl Bits) -> Option<u64> {
    let lock = Arc::new(lock);
    let writers = [0, 1].map(|writer| {
        let lock = Arc::clone(&lock);
        spawn(move || lock.add(1 << writer))
    });
    let before = lock.version();
    let value = lock.try_read();
    let after = lock.version();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let writes = value.map(|value| u64::from(value.count_ones())).ok()?;
    assert!((before..=after).contains(&writes), "{before} to {after}, and {writes} were read");
    (before == after).then_some(before)
}

/// Two writers that each say when they are done. A thread that has heard both is never `Busy`,
/// and reads the value and the version of both. The outcome is whether it has heard them.
fn busy_beside_writers(lock: impl Bits) -> Option<()> {
    let shared = Arc::new((lock, [false, false].map(Atomic::new)));
    let writers = [0, 1].map(|writer| {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.add(1 << writer);
            shared.1[writer].store(true, Release);
        })
    });
    let are_done = shared.1.iter().all(|is_done| is_done.load(Acquire));
    let heard = are_done.then(|| {
        assert_eq!((shared.0.try_read(), shared.0.version()), (Ok(3), 2));
        assert_eq!(shared.0.try_write(), Ok(()));
    });
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    heard
}

/// Two writers: the final value is the whole value of one.
fn writers_exclude_each_other() -> Pair {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let other = {
        let lock = Arc::clone(&lock);
        spawn(move || lock.write([1, 1]))
    };
    lock.write([2, 2]);
    other.join().unwrap();
    lock.read()
}

/// Two updates: both count, each was the first or the second.
fn updates_are_not_lost() -> (Pair, Pair) {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let add = |[a, b]: Pair| [a + 1, b + 1];
    let other = {
        let lock = Arc::clone(&lock);
        spawn(move || lock.update(add))
    };
    let mine = lock.update(add);
    let theirs = other.join().unwrap();
    assert_eq!(lock.read(), [2, 2]);
    (mine, theirs)
}

/// The sequence by itself, with one writer at a time by the caller's word.
fn counts_keep_reads_whole() -> Result<Pair, Busy> {
    let shared = Arc::new((SeqCount::new(), [0, 0].map(Atomic::new)));
    let reader = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.0.try_read(|| [0, 1].map(|i| shared.1[i].load(Relaxed))))
    };
    for value in [1, 2] {
        let _write = shared.0.write();
        shared.1.iter().for_each(|word| word.store(value, Relaxed));
    }
    reader.join().unwrap()
}

/// A writer forgets its guard in the middle, and the next write replaces the half-written value.
fn count_hides_forgotten_write() -> Result<Pair, Busy> {
    let shared = Arc::new((SeqCount::new(), [0, 0].map(Atomic::new)));
    let reader = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.0.try_read(|| [0, 1].map(|i| shared.1[i].load(Relaxed))))
    };
    mem::forget(shared.0.write());
    shared.1[0].store(1, Relaxed);
    let write = shared.0.write();
    shared.1.iter().for_each(|word| word.store(2, Relaxed));
    drop(write);
    reader.join().unwrap()
}

/// One writer writes twice; a reader sees one value or none, never words of two.
fn latches_keep_reads_whole() -> Result<Pair, Busy> {
    let latch = Arc::new(SeqLatch::new([0, 0]));
    let reader = {
        let latch = Arc::clone(&latch);
        spawn(move || latch.try_read())
    };
    latch.write([1, 1]);
    latch.write([2, 2]);
    reader.join().unwrap()
}

/// Two writers and a reader.
fn latch_beside_two_writers() -> Result<Pair, Busy> {
    let latch = Arc::new(SeqLatch::new([0, 0]));
    let writers = [1, 2].map(|value| {
        let latch = Arc::clone(&latch);
        spawn(move || latch.write([value; 2]))
    });
    let seen = latch.try_read();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    seen
}

/// Two updates: both count, each was the first or the second, and both copies have both.
fn latch_writers_exclude_each_other() -> (Pair, Pair) {
    let latch = Arc::new(SeqLatch::new([0, 0]));
    let add = |[a, b]: Pair| [a + 1, b + 1];
    let other = {
        let latch = Arc::clone(&latch);
        spawn(move || latch.update(add))
    };
    let mine = latch.update(add);
    let theirs = other.join().unwrap();
    assert_eq!((latch.read(), latch.version()), ([2, 2], 2));
    (mine, theirs)
}

/// Two writers, one after the other; then a third sends readers to the second copy, which must have
/// the same value as the first had.
fn latch_writers_leave_both_copies() -> Result<&'static str, Busy> {
    let latch = Arc::new(SeqLatch::new(0usize));
    let write = |value| {
        let latch = Arc::clone(&latch);
        move || latch.write(value)
    };
    let other = spawn(write(1));
    latch.write(2);
    other.join().unwrap();
    let last = latch.read();
    let third = spawn(write(3));
    let seen = latch.try_read();
    third.join().unwrap();
    match seen {
        Ok(3) => Ok("new"),
        Ok(value) if value == last => Ok("last"),
        Ok(_) => Ok("older"),
        Err(Busy) => Err(Busy),
    }
}

/// One writer writes twice; a reader sees one value or none, never words of two.
fn cell_reads_are_whole() -> Result<Pair, Busy> {
    let cell = Arc::new(SeqCell::new([0, 0]));
    let reader = {
        let cell = Arc::clone(&cell);
        spawn(move || cell.try_read())
    };
    let mut writer = cell.writer().unwrap();
    writer.write([1, 1]);
    assert_eq!(writer.read(), [1, 1]);
    writer.write([2, 2]);
    reader.join().unwrap()
}

/// Two threads ask for the writer once. A second one finds the value, the number and all else that the first
/// has left. The outcome is what they found.
fn cell_hands_its_writer_over() -> (Option<Pair>, Option<Pair>) {
    let shared = Arc::new((SeqCell::new([0, 0]), Atomic::new(0usize)));
    let write = |shared: &(SeqCell<Pair>, Atomic<usize>)| {
        let mut writer = shared.0.writer().ok()?;
        let found = writer.update(|[a, b]| [a + 1, b + 1]);
        let marks = shared.1.load(Relaxed);
        assert_eq!(marks, found[0], "the next writer without what the last one did");
        shared.1.store(marks + 1, Relaxed);
        Some(found)
    };
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || write(&shared))
    };
    let mine = write(&shared);
    let theirs = other.join().unwrap();
    let writes = usize::from(mine.is_some()) + usize::from(theirs.is_some());
    assert_eq!((shared.0.try_read(), shared.0.version()), (Ok([writes; 2]), writes as u64));
    assert!(shared.0.writer().is_ok(), "was not given back");
    (mine, theirs)
}

/// The writer goes from one thread to another, beside a reader.
fn cell_beside_two_writers() -> Result<Pair, Busy> {
    let cell = Arc::new(SeqCell::new([0, 0]));
    let writers = [1, 2].map(|value| {
        let cell = Arc::clone(&cell);
        spawn(move || next_writer(&cell).write([value; 2]))
    });
    let seen = cell.try_read();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    seen
}
