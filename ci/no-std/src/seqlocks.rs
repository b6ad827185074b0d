use bytemuck::NoUninit;
use latchfree::seqlock::SeqLock;

#[derive(Clone, Copy, PartialEq, NoUninit)]
#[repr(C)]
struct Reading {
    time: u64,
    sensors: [u16; 3],
    state: [u8; 2],
}

const FIRST: Reading = Reading { time: 1, sensors: [2, 3, 4], state: [5, 6] };

static READING: SeqLock<Reading> = SeqLock::new(FIRST);

pub(crate) fn whole_values() -> bool {
    let second = Reading { time: u64::MAX, ..FIRST };
    let unwritten = READING.read() == FIRST;
    READING.write(second);
    let written = READING.try_read() == Ok(second) && READING.read_bounded(1) == Ok(second);
    READING.update(|reading| Reading { state: [7, 8], ..reading });
    let updated = READING.read() == Reading { state: [7, 8], ..second };
    unwritten && written && updated && READING.try_write(FIRST) == Ok(())
}
