//! Sequence locks: an update whose closure stops holds nothing; a guard that is held does.

#[path = "../shared/locks.rs"]
mod locks;

use self::locks::Lock;
use crate::support::{Stop, ends, leak, start};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock, WriterTaken};
use std::sync::Arc;

/// The closure runs outside of the lock; another write makes it run again.
fn update_stopped_in_its_closure_holds_up_nobody<L: Lock<u64> + Sync + 'static>() {
    let (lock, stop) = (leak(L::from(1)), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            lock.update(|value| {
                stop.here();
                value + 10
            })
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| (lock.read(), lock.try_read())), (1, Ok(1)));
    assert_eq!(ends(|| lock.try_write(2)), Ok(()));
    ends(|| lock.write(3));
    assert_eq!(ends(|| lock.update(|value| value + 1)), 3);
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), lock.read(), lock.version()), (4, 14, 4));
}

#[test]
fn lock_update_stopped_in_its_closure_holds_up_nobody() {
    update_stopped_in_its_closure_holds_up_nobody::<SeqLock<u64>>();
}

#[test]
fn latch_update_stopped_in_its_closure_holds_up_nobody() {
    update_stopped_in_its_closure_holds_up_nobody::<SeqLatch<u64>>();
}

/// The closure runs before the write begins.
#[test]
fn cell_update_stopped_in_its_closure_holds_up_no_reader() {
    let (cell, stop) = (leak(SeqCell::new(1u64)), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            cell.writer().unwrap().update(|value| {
                stop.here();
                value + 10
            })
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| (cell.read(), cell.try_read(), cell.version())), (1, Ok(1), 0));
    assert_eq!(ends(|| cell.writer().err()), Some(WriterTaken));
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), cell.read(), cell.version()), (1, 11, 1));
}

/// A writer that is held or forgotten keeps others from writing, and no reader from the last value.
#[test]
fn writer_that_is_held_keeps_cell_to_itself_and_holds_up_no_reader() {
    let cell = leak(SeqCell::new(1u64));
    let mut writer = cell.writer().unwrap();
    writer.write(2);
    std::mem::forget(writer);
    let cell: &'static SeqCell<u64> = cell;
    assert_eq!(ends(|| (cell.read(), cell.try_read(), cell.version())), (2, Ok(2), 1));
    assert_eq!(ends(|| cell.writer().err()), Some(WriterTaken));
}

#[test]
fn write_guard_that_is_held_holds_up_readers() {
    let count = leak(SeqCount::new());
    let write = count.write();
    assert_eq!(ends(|| count.try_read(|| 1)), Err(Busy));
    assert_eq!(ends(|| (count.begin().is_err(), count.version())), (true, 0));
    let reader = start(|| count.read(|| 2));
    reader.is_stuck();
    drop(write);
    assert_eq!(reader.ends(), 2);
}

/// Readers write nothing.
#[test]
fn reader_stopped_in_its_closure_holds_up_nobody() {
    let (count, stop) = (leak(SeqCount::new()), Stop::new());
    let value = leak(Atomic::new(1));
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            count.read(|| {
                let seen = value.load(Relaxed);
                stop.here();
                seen
            })
        })
    };
    stop.wait_for_participant();
    ends(|| {
        let _write = count.write();
        value.store(2, Relaxed);
    });
    assert_eq!(ends(|| count.read(|| value.load(Relaxed))), 2);
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), 2, "it reads again");
}
