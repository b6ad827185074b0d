//! Sequence locks and latches: no reader sees parts of two writes, and none goes back.

#[path = "../shared/locks.rs"]
mod locks;

use self::locks::Lock;
use crate::scale::{Rng, rounds};
use bytemuck::{AnyBitPattern, NoUninit};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::seqlock::{SeqCell, SeqCount, SeqLatch, SeqLock, SeqWriter};
use std::fmt::Debug;
use std::sync::Mutex;
use std::thread;

/// Values whose parts are all the same, so that parts of two writes show.
trait Pattern: NoUninit + Send + Debug {
    fn of(number: usize) -> Self;
    fn is_whole(&self) -> bool;
}

macro_rules! patterns {
    ($($part:ty)*) => {$(
        impl<const N: usize> Pattern for [$part; N]
        where
            Self: NoUninit,
        {
            fn of(number: usize) -> Self {
                // All bytes change from number to number.
                [(number as u8) as $part * (<$part>::MAX / 255); N]
            }
            fn is_whole(&self) -> bool {
                *self == Self::of(self[0] as u8 as usize)
            }
        }
    )*};
}
patterns! { u8 u16 u32 u64 }

/// Aligned more strictly than a word.
#[derive(Clone, Copy, Debug, PartialEq, NoUninit, AnyBitPattern)]
#[repr(C, align(16))]
struct Aligned([u64; 4]);

impl Pattern for Aligned {
    fn of(number: usize) -> Self {
        Self(Pattern::of(number))
    }
    fn is_whole(&self) -> bool {
        self.0.is_whole()
    }
}

/// Writes in all ways.
fn write<T: Pattern>(lock: &impl Lock<T>, writes: usize, seed: usize) {
    let mut rng = Rng::new(seed);
    for number in 0..writes {
        let value = T::of(number);
        match rng.roll(3) {
            0 => lock.write(value),
            1 => while lock.try_write(value).is_err() {},
            _ => {
                let old = lock.update(|old| {
                    assert!(old.is_whole(), "torn in an update: {old:?}");
                    value
                });
                assert!(old.is_whole(), "torn: {old:?}");
            }
        }
        rng.pause();
    }
}

/// Reads until it is over; returns the last version.
fn read<T: Pattern>(lock: &impl Lock<T>, is_over: &Atomic<bool>) -> u64 {
    let (mut reads, mut version) = (0, 0);
    while !is_over.load(Acquire) {
        let value = if reads % 2 == 0 { Ok(lock.read()) } else { lock.try_read() };
        assert!(value.is_err() || value.is_ok_and(|value| value.is_whole()), "torn: {value:?}");
        let newer = lock.version();
        assert!(newer >= version, "a version went back");
        (reads, version) = (reads + 1, newer);
    }
    version
}

/// Two threads write and two read, through a lock and then through a latch.
fn reads_are_whole<T: Pattern>(writes: usize) {
    reads_through::<T, SeqLock<T>>(writes);
    reads_through::<T, SeqLatch<T>>(writes);
}

fn reads_through<T: Pattern, L: Lock<T> + Sync>(writes: usize) {
    let (lock, is_over) = (L::from(T::of(0)), Atomic::new(false));
    thread::scope(|scope| {
        let (lock, is_over) = (&lock, &is_over);
        let readers = [(); 2].map(|()| scope.spawn(|| read(lock, is_over)));
        let writers = [0, 1].map(|seed| scope.spawn(move || write(lock, writes, seed)));
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        is_over.store(true, Release);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() <= 2 * writes as u64));
    });
    assert_eq!(lock.version(), 2 * writes as u64, "each write counts once");
}

#[test]
fn reads_of_words_are_whole() {
    reads_are_whole::<[u64; 1]>(rounds(1_000, 3));
    reads_are_whole::<[u64; 2]>(rounds(1_000, 6));
    reads_are_whole::<[u64; 3]>(rounds(1_000, 3));
    reads_are_whole::<Aligned>(rounds(1_000, 3));
    reads_are_whole::<[u64; 8]>(rounds(1_000, 3));
    reads_are_whole::<[u64; if cfg!(miri) { 40 } else { 512 }]>(rounds(1_000, 1));
}

#[test]
fn reads_of_other_sizes_are_whole() {
    reads_are_whole::<[u8; 3]>(rounds(1_000, 3));
    reads_are_whole::<[u8; 17]>(rounds(1_000, 3));
    reads_are_whole::<[u16; 7]>(rounds(1_000, 3));
    reads_are_whole::<[u32; 5]>(rounds(1_000, 3));
    reads_are_whole::<[u8; 255]>(rounds(1_000, 1));
}

/// Waits until the cell has no writer, and takes the next.
fn next_writer<T: NoUninit>(cell: &SeqCell<T>) -> SeqWriter<'_, T> {
    loop {
        match cell.writer() {
            Ok(writer) => return writer,
            Err(_) => thread::yield_now(),
        }
    }
}

/// One thread keeps the writer to the end, and two read: values are whole, come in order, and not before what was
/// done before them.
fn cell_reads_are_whole<const N: usize>(writes: usize) {
    let writes = writes as u64;
    let (cell, elsewhere) = (SeqCell::new([0u64; N]), Atomic::new(0u64));
    let write = || {
        let mut writer = cell.writer().unwrap();
        for number in 1..=writes {
            elsewhere.store(number, Relaxed);
            if number % 2 == 0 {
                writer.write([number; N]);
            } else {
                assert_eq!(writer.update(|old| old.map(|word| word + 1)), [number - 1; N]);
            }
        }
        assert_eq!(writer.read(), [writes; N]);
    };
    let read = || {
        let mut last = 0;
        while last < writes {
            let version = cell.version();
            assert!(elsewhere.load(Relaxed) >= version, "version {version} is not published");
            let Ok(value) = cell.try_read() else { continue };
            assert_eq!(value, [value[0]; N], "torn");
            assert!(value[0] >= last.max(version), "{} after {last}, {version}", value[0]);
            assert!(elsewhere.load(Relaxed) >= value[0], "not published");
            last = value[0];
        }
    };
    thread::scope(|scope| {
        scope.spawn(read);
        scope.spawn(read);
        scope.spawn(write);
    });
    assert_eq!(cell.version(), writes);
}

#[test]
fn cell_reads_beside_its_writer_are_whole() {
    cell_reads_are_whole::<1>(rounds(200_000, 30));
    cell_reads_are_whole::<3>(rounds(200_000, 30));
    cell_reads_are_whole::<8>(rounds(200_000, 20));
    cell_reads_are_whole::<512>(rounds(10_000, 1));
}

/// Each of three threads takes the writer, counts, and gives it back: a count that the last one left is not lost, nor
/// is what it left elsewhere, without an atomic of its own.
#[test]
fn cell_hands_its_writer_from_thread_to_thread() {
    let turns = rounds(50_000, 30) as u64;
    let (cell, elsewhere) = (SeqCell::new([0u64; 3]), Atomic::new(0u64));
    let write = || {
        for _ in 0..turns {
            let mut writer = next_writer(&cell);
            let [count, ..] = writer.update(|counts| counts.map(|count| count + 1));
            assert_eq!(elsewhere.load(Relaxed), count, "not what the last writer left");
            elsewhere.store(count + 1, Relaxed);
        }
    };
    let read = || {
        let mut last = 0;
        while last < 3 * turns {
            let value = cell.read();
            assert!(value == [value[0]; 3] && value[0] >= last, "{value:?} after {last}");
            last = value[0];
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(write);
        }
        scope.spawn(read);
    });
    assert_eq!((cell.version(), cell.into_inner()), (3 * turns, [3 * turns; 3]));
}

/// Writers count up. No update is lost, readers see the count grow, and with it all that was done
/// before the update: the first part of the value is a number, and `elsewhere` is no less.
#[test]
fn updates_are_not_lost_and_publish() {
    let updates = rounds(50_000, 60) as u64;
    let (lock, elsewhere) = (SeqLock::new([0u64; 3]), [Atomic::new(0u64), Atomic::new(0)]);
    let write = |by: usize| {
        for i in 1..=updates {
            elsewhere[by].store(i, Relaxed);
            lock.update(|mut counts| {
                counts[by] += 1;
                counts[2] += 1;
                counts
            });
        }
    };
    let read = || {
        let mut last = [0; 3];
        while last[2] < 2 * updates {
            let version = lock.version();
            let counts = lock.read();
            assert_eq!(counts[0] + counts[1], counts[2], "torn");
            assert!(version <= counts[2], "the read is older than the version before it");
            assert!((0..3).all(|i| counts[i] >= last[i]), "{counts:?} after {last:?}");
            assert!((0..2).all(|by| elsewhere[by].load(Relaxed) >= counts[by]), "not published");
            last = counts;
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(read);
        }
        for by in [0, 1] {
            scope.spawn(move || write(by));
        }
    });
    assert_eq!(lock.into_inner(), [updates, updates, 2 * updates]);
}

/// A thread that sees a version sees what its writer did before.
#[test]
fn versions_publish() {
    let writes = rounds(100_000, 100) as u64;
    let (lock, elsewhere) = (SeqLock::new(0u64), Atomic::new(0u64));
    thread::scope(|scope| {
        scope.spawn(|| {
            for i in 1..=writes {
                elsewhere.store(i, Relaxed);
                lock.write(i);
            }
        });
        scope.spawn(|| {
            let mut version = 0;
            while version < writes {
                version = lock.version();
                assert!(elsewhere.load(Relaxed) >= version);
            }
        });
    });
}

/// The same for a sequence by itself and two writers: also in the middle of a write, whose number takes
/// the place of that of the write before.
#[test]
fn versions_publish_in_the_middle_of_the_next_write() {
    let writes = rounds(50_000, 60) as u64;
    let (count, next) = (SeqCount::new(), Mutex::new(0));
    let elsewhere = Atomic::new(0u64);
    let write = || {
        for _ in 0..writes {
            let mut next = next.lock().unwrap();
            *next += 1;
            elsewhere.store(*next, Relaxed);
            let _write = count.write();
        }
    };
    thread::scope(|scope| {
        scope.spawn(write);
        scope.spawn(write);
        scope.spawn(|| {
            let mut version = 0;
            while version < 2 * writes {
                version = count.version();
                assert!(elsewhere.load(Relaxed) >= version, "{version} does not publish");
            }
        });
    });
}

/// Data beside a sequence, with writers that exclude each other by a lock of their own.
#[test]
fn data_guarded_by_a_seqcount_is_read_whole() {
    let (count, lock) = (SeqCount::new(), Mutex::new(()));
    let data = [(); 5].map(|()| Atomic::new(0u64));
    let writes = rounds(20_000, 20) as u64;
    let write = || {
        for _ in 0..writes {
            let _writer = lock.lock().unwrap();
            let _write = count.write();
            data.iter().for_each(|word| word.store(word.load(Relaxed) + 1, Relaxed));
        }
    };
    let read = || {
        let mut last = 0;
        while last < 2 * writes {
            let words = count.read(|| data.each_ref().map(|word| word.load(Relaxed)));
            assert!(words[0] >= last && words == [words[0]; 5], "{words:?} after {last}");
            last = words[0];
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(write);
            scope.spawn(read);
        }
    });
    assert_eq!(count.version(), 2 * writes);
}
