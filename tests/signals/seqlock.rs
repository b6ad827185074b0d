//! Readers that interrupt writers, and writers that interrupt readers.

use crate::interrupt::interrupted;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCount, SeqLatch, SeqLock};
use std::cell::Cell;

crate::runner::scenarios! {
    latch_is_read_while_it_is_written
    latch_is_read_while_it_is_updated
    latch_is_written_while_it_is_read
    lock_is_whole_or_busy_while_it_is_written
    lock_is_written_while_it_is_read
    lock_is_written_while_it_is_tried
    count_is_busy_during_a_write
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
