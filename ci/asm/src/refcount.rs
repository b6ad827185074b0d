use latchfree::atomic::{Acquire, Atomic};
use latchfree::refcount::{Entered, Gate, Pinned, Pins, Reader, RefCount};

#[unsafe(no_mangle)]
pub fn ref_count_inc(count: &RefCount) {
    count.inc();
}

#[unsafe(no_mangle)]
pub fn ref_count_dec(count: &RefCount) -> bool {
    count.dec()
}

/// One addition, and one test of what it returns.
#[unsafe(no_mangle)]
pub fn gate_enter(gate: &Gate) -> Option<Entered<'_>> {
    gate.enter().ok()
}

#[unsafe(no_mangle)]
pub fn gate_leave(entered: Entered<'_>) {
    drop(entered);
}

/// Two loads of the position, two stores at most, and a fence: here, without `std`, of the processor.
#[unsafe(no_mangle)]
pub fn reader_pin<'a>(reader: &'a mut Reader<'_>, now: &Atomic<u64>) -> Pinned<'a> {
    reader.pin(|| now.load(Acquire))
}

/// No fence.
#[unsafe(no_mangle)]
pub fn pinned_advance(pinned: &mut Pinned<'_>, now: &Atomic<u64>) -> u64 {
    pinned.advance(|| now.load(Acquire))
}

#[unsafe(no_mangle)]
pub fn pins_oldest(pins: &Pins<4>, current: u64) -> u64 {
    pins.oldest(current)
}
