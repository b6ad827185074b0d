//! Seqlocks: no reader sees a mixture, and what is read is new.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqLock};
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
