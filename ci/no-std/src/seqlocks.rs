use bytemuck::NoUninit;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::seqlock::{Busy, SeqCell, SeqCount, SeqLatch, SeqLock};

#[derive(Clone, Copy, PartialEq, NoUninit)]
#[repr(C)]
struct Reading {
    time: u64,
    sensors: [u16; 3],
    state: [u8; 2],
}

const FIRST: Reading = Reading { time: 1, sensors: [2, 3, 4], state: [5, 6] };
const SECOND: Reading = Reading { time: u64::MAX, ..FIRST };
const THIRD: Reading = Reading { state: [7, 8], ..SECOND };

static LOCK: SeqLock<Reading> = SeqLock::new(FIRST);
static CELL: SeqCell<Reading> = SeqCell::new(FIRST);
static LATCH: SeqLatch<Reading> = SeqLatch::new(FIRST);
static COUNT: SeqCount = SeqCount::new();
static COUNTED: Atomic<u32> = Atomic::new(0);

pub(crate) fn whole_values() -> bool {
    let unwritten = LOCK.read() == FIRST;
    LOCK.write(SECOND);
    let written = LOCK.try_read() == Ok(SECOND) && LOCK.read_bounded(1) == Ok(SECOND);
    LOCK.update(|reading| Reading { state: [7, 8], ..reading });
    unwritten && written && LOCK.read() == THIRD && LOCK.try_write(FIRST) == Ok(())
}

pub(crate) fn one_writer() -> bool {
    let Ok(mut writer) = CELL.writer() else { return false };
    let refused = CELL.read() == FIRST && CELL.writer().is_err();
    writer.write(SECOND);
    let written = CELL.try_read() == Ok(SECOND) && CELL.read_bounded(1) == Ok(SECOND);
    let old = writer.update(|reading| Reading { state: [7, 8], ..reading });
    let updated = old == SECOND && writer.read() == THIRD && CELL.read() == THIRD;
    drop(writer);
    refused && written && updated && CELL.version() == 2 && CELL.writer().is_ok()
}

pub(crate) fn two_copies() -> bool {
    let unwritten = LATCH.read() == FIRST;
    LATCH.write(SECOND);
    let written = LATCH.try_read() == Ok(SECOND);
    LATCH.update(|reading| Reading { state: [7, 8], ..reading });
    unwritten && written && LATCH.read() == THIRD && LATCH.version() > 0
}

pub(crate) fn counted_writes() -> bool {
    let read = || COUNT.try_read(|| COUNTED.load(Relaxed));
    let before = read() == Ok(0);
    let write = COUNT.write();
    COUNTED.store(1, Relaxed);
    let during = read() == Err(Busy);
    drop(write);
    before && during && read() == Ok(1)
}
