//! Seqlocks: no reader sees a mixture, and what is read is new.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCount, SeqLatch, SeqLock};
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
        Model::new("seqlock::reads_publish", reads_publish).outcomes([None, Some(1)]),
        Model::new("seqlock::writers_exclude_each_other", writers_exclude_each_other)
            .outcomes([[1, 1], [2, 2]]),
        Model::new("seqlock::updates_are_not_lost", updates_are_not_lost)
            .outcomes([([0, 0], [1, 1]), ([1, 1], [0, 0])]),
        Model::new("seqlock::versions_publish", versions_publish).outcomes([None, Some(1)]),
        Model::new("seqlock::counts_keep_reads_whole", counts_keep_reads_whole).outcomes([
            Err(Busy),
            Ok([0, 0]),
            Ok([1, 1]),
            Ok([2, 2]),
        ]),
        Model::new("seqlock::latches_keep_reads_whole", latches_keep_reads_whole)
            .outcomes([Err(Busy), Ok([0, 0]), Ok([1, 1]), Ok([2, 2])])
            .preemptions(2),
        Model::new("seqlock::latch_writers_exclude_each_other", latch_writers_exclude_each_other)
            .outcomes([([0, 0], [1, 1]), ([1, 1], [0, 0])])
            .preemptions(2),
        Model::new("seqlock::latch_writers_leave_both_copies", latch_writers_leave_both_copies)
            .outcomes([Err(Busy), Ok("last"), Ok("new")])
            .preemptions(2),
        Model::new("seqlock::latches_publish", latches_publish).outcomes([None, Some(1)]),
        Model::new("seqlock::latch_versions_publish", latch_versions_publish)
            .outcomes([None, Some(1)]),
    ]
}

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

/// Who reads a value sees what its writer did before the write, elsewhere.
fn reads_publish() -> Option<usize> {
    let lock = Arc::new(SeqLock::new(0usize));
    let elsewhere = Arc::new(Atomic::new(0usize));
    let writer = {
        let (lock, elsewhere) = (Arc::clone(&lock), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere.store(1, Relaxed);
            lock.write(7);
        })
    };
    let seen = lock.try_read();
    let outcome = (seen == Ok(7)).then(|| elsewhere.load(Relaxed));
    writer.join().unwrap();
    outcome
}

/// Two writers: what is left is the whole value of one.
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

/// Who sees a version sees what its writer did before the write, elsewhere.
fn versions_publish() -> Option<usize> {
    let lock = Arc::new(SeqLock::new(0usize));
    let elsewhere = Arc::new(Atomic::new(0usize));
    let writer = {
        let (lock, elsewhere) = (Arc::clone(&lock), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere.store(1, Relaxed);
            lock.write(7);
        })
    };
    let outcome = (lock.version() == 1).then(|| elsewhere.load(Relaxed));
    writer.join().unwrap();
    outcome
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

/// Who reads a value sees what its writer did before the write, elsewhere.
fn latches_publish() -> Option<usize> {
    let shared = Arc::new((SeqLatch::new(0usize), Atomic::new(0usize)));
    let writer = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.write(7);
        })
    };
    let seen = (shared.0.try_read() == Ok(7)).then(|| shared.1.load(Relaxed));
    writer.join().unwrap();
    seen
}

/// Who sees a version sees what its writer did before the write, elsewhere.
fn latch_versions_publish() -> Option<usize> {
    let shared = Arc::new((SeqLatch::new(0usize), Atomic::new(0usize)));
    let writer = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.write(7);
        })
    };
    let seen = (shared.0.version() == 1).then(|| shared.1.load(Relaxed));
    writer.join().unwrap();
    seen
}
