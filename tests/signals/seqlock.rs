//! Readers that interrupt writers, and writers that interrupt readers.

use crate::interrupt::interrupted;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock};
use std::cell::Cell;

crate::runner::scenarios! {
    latch_is_read_while_it_is_written
    latch_is_read_while_it_is_updated
    latch_is_written_while_it_is_read
    lock_is_whole_or_busy_while_it_is_written
    lock_is_written_while_it_is_read
    lock_is_written_while_it_is_tried
    count_is_busy_during_a_write
    cell_is_whole_or_busy_while_it_is_written
    cell_is_whole_or_busy_while_it_is_updated
    cell_is_written_while_it_is_read
    cell_is_written_while_it_is_tried
    cell_has_one_writer_while_it_is_claimed_and_given_back
}

const OLD: [u64; 3] = [1; 3];
const NEW: [u64; 3] = [2; 3];

fn latch_is_read_while_it_is_written() {
    let latch = SeqLatch::new(OLD);
    let seen = Cell::new(None);
    interrupted(|| latch.write(NEW), || seen.set(Some((latch.read(), latch.version()))));
    let (value, _) = seen.get().unwrap();
    assert!([OLD, NEW].contains(&value));
    assert_eq!(latch.read(), NEW);
}

fn latch_is_read_while_it_is_updated() {
    let latch = SeqLatch::new(OLD);
    let seen = Cell::new(None);
    let old = interrupted(
        || latch.update(|value| value.map(|word| word + 1)),
        || seen.set(Some(latch.try_read())),
    );
    assert!([Ok(OLD), Ok(NEW), Err(Busy)].contains(&seen.get().unwrap()));
    assert_eq!((old, latch.read()), (OLD, NEW));
}

fn latch_is_written_while_it_is_read() {
    let latch = SeqLatch::new(OLD);
    let value = interrupted(|| latch.read(), || latch.write(NEW));
    assert!([OLD, NEW].contains(&value));
    assert_eq!(latch.read(), NEW);
}

/// In the handler: `read` would wait for the writer that it has interrupted.
fn lock_is_whole_or_busy_while_it_is_written() {
    let lock = SeqLock::new(OLD);
    let seen = Cell::new(None);
    interrupted(|| lock.write(NEW), || seen.set(Some([lock.try_read(), lock.read_bounded(2)])));
    for seen in seen.get().unwrap() {
        assert!([Ok(OLD), Ok(NEW), Err(Busy)].contains(&seen));
    }
    assert_eq!(lock.read(), NEW);
}

fn lock_is_written_while_it_is_read() {
    let lock = SeqLock::new(OLD);
    let value = interrupted(|| lock.read(), || lock.write(NEW));
    assert!([OLD, NEW].contains(&value));
}

fn lock_is_written_while_it_is_tried() {
    let lock = SeqLock::new(OLD);
    let result = interrupted(|| lock.try_read(), || lock.write(NEW));
    assert!([Ok(OLD), Ok(NEW), Err(Busy)].contains(&result));
}

fn count_is_busy_during_a_write() {
    let (count, words) = (SeqCount::new(), [Atomic::new(1u32), Atomic::new(1)]);
    let both = || words.each_ref().map(|word| word.load(Relaxed));
    let seen = Cell::new(None);
    interrupted(
        || {
            let write = count.write();
            words.iter().for_each(|word| word.store(2, Relaxed));
            drop(write);
        },
        || seen.set(Some(count.try_read(both))),
    );
    assert!([Ok([1; 2]), Ok([2; 2]), Err(Busy)].contains(&seen.get().unwrap()));
    assert_eq!(count.try_read(both), Ok([2; 2]));
}

/// In the handler, which cannot have the writer: `read` would wait for the one that it has interrupted.
fn cell_is_whole_or_busy_while_it_is_written() {
    let cell = SeqCell::new(OLD);
    let seen = Cell::new(None);
    let mut writer = cell.writer().unwrap();
    interrupted(
        || writer.write(NEW),
        || {
            assert!(cell.writer().is_err());
            seen.set(Some([cell.try_read(), cell.read_bounded(2)]));
        },
    );
    for seen in seen.get().unwrap() {
        assert!([Ok(OLD), Ok(NEW), Err(Busy)].contains(&seen));
    }
    assert_eq!((cell.try_read(), cell.version()), (Ok(NEW), 1));
}

fn cell_is_whole_or_busy_while_it_is_updated() {
    let cell = SeqCell::new(OLD);
    let seen = Cell::new(None);
    let mut writer = cell.writer().unwrap();
    let old = interrupted(
        || writer.update(|value| value.map(|word| word + 1)),
        || seen.set(Some((cell.try_read(), cell.version()))),
    );
    let (value, version) = seen.get().unwrap();
    assert!([(Ok(OLD), 0), (Err(Busy), 0), (Ok(NEW), 1)].contains(&(value, version)));
    assert_eq!((old, cell.try_read()), (OLD, Ok(NEW)));
}

/// The handler has the writer.
fn cell_is_written_while_it_is_read() {
    let cell = SeqCell::new(OLD);
    let mut writer = cell.writer().unwrap();
    let value = interrupted(|| cell.read(), || writer.write(NEW));
    assert!([OLD, NEW].contains(&value));
    assert_eq!((writer.read(), cell.try_read()), (NEW, Ok(NEW)));
}

fn cell_is_written_while_it_is_tried() {
    let cell = SeqCell::new(OLD);
    let mut writer = cell.writer().unwrap();
    let result = interrupted(|| cell.try_read(), || writer.write(NEW));
    assert!([Ok(OLD), Ok(NEW), Err(Busy)].contains(&result));
    assert_eq!(cell.try_read(), Ok(NEW));
}

/// `main` and the handler each take the writer for one write; the handler, if it is there.
fn cell_has_one_writer_while_it_is_claimed_and_given_back() {
    let cell = SeqCell::new([0u64; 3]);
    let add = || {
        let writer = cell.writer();
        writer.map(|mut writer| writer.update(|value| value.map(|word| word + 1))[0]).ok()
    };
    let handlers = Cell::new(None);
    let mains = interrupted(add, || handlers.set(add()));
    match (mains, handlers.get()) {
        (Some(0), None) => assert_eq!((cell.try_read(), cell.version()), (Ok([1; 3]), 1)),
        (Some(0), Some(1)) | (Some(1), Some(0)) => {
            assert_eq!((cell.try_read(), cell.version()), (Ok([2; 3]), 2));
        }
        both => panic!("{both:?}"),
    }
    assert!(cell.writer().is_ok());
}
