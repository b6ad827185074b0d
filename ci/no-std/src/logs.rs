//! Log buffers: in a static, between an interrupt handler that appends and a main loop that flushes.

use crate::timer::Timer;
use core::ptr;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::log::{Flusher, LogBuffer, TryBatchError, TryReserveError, Writer};

static ORDERED: LogBuffer<16, 4> = LogBuffer::starting_at((1 << 37) - 10, (1 << 26) - 1);
static CLOSING: LogBuffer<8, 2> = LogBuffer::new();

/// Appends `bytes` as one record.
pub(crate) fn append(writer: &Writer<'_>, bytes: &[u8]) -> Result<(), TryReserveError> {
    let mut reservation = writer.try_reserve(bytes.len())?;
    reservation.put(bytes);
    reservation.commit();
    Ok(())
}

/// Flushes what is there. Returns how many bytes, and their sum.
pub(crate) fn flush(flusher: &mut Flusher<'_>, max: usize) -> Result<(usize, u32), TryBatchError> {
    let batch = flusher.try_batch(max)?;
    let (first, second) = batch.bytes();
    let sum = first.iter().chain(second).map(|&byte| u32::from(byte)).sum();
    let len = batch.len();
    batch.release();
    Ok((len, sum))
}

pub(crate) fn order_full_and_stalled() -> bool {
    let Ok((writer, mut flusher)) = ORDERED.split() else { return false };
    let Ok(mut first) = writer.try_reserve_many(&[3, 9]) else { return false };
    let Ok(left) = writer.try_reserve(4) else { return false };
    let full = writer.try_reserve(1).err() == Some(TryReserveError::Full);
    let too_long = writer.try_reserve(17).err() == Some(TryReserveError::TooLong);
    let stalled = flush(&mut flusher, 99) == Err(TryBatchError::Stalled);
    first.put(b"one");
    first.put(b"two-three");
    let committed = first.commit() == ((1 << 37) - 10..(1 << 37) + 2);
    drop(left);
    let Ok(mut batch) = flusher.try_batch(99) else { return false };
    batch.fill_abandoned(|_, first, second| {
        first.fill(b'-');
        second.fill(b'-');
    });
    let (first, second) = batch.bytes();
    let all = first.iter().chain(second).eq(b"onetwo-three----");
    batch.release();
    let durable = writer.durable().get() == (1 << 37) + 6;
    let empty = flush(&mut flusher, 99) == Err(TryBatchError::Empty);
    full && too_long && stalled && committed && all && durable && empty && ORDERED.split().is_err()
}

pub(crate) fn closing() -> bool {
    let Ok((writer, mut flusher)) = CLOSING.split() else { return false };
    let appended = append(&writer, b"ab").is_ok();
    drop(writer);
    let flushed = flush(&mut flusher, 1) == Ok((2, u32::from(b'a') + u32::from(b'b')));
    let closed = flush(&mut flusher, 1) == Err(TryBatchError::Closed);
    appended && flushed && closed && flusher.is_closed()
}

const ENOUGH: u32 = 3_000;

/// From the handler to `main`, which is slow enough for it to be full now and then.
static EVENTS: LogBuffer<32, 8> = LogBuffer::new();
/// The handler's writer, while `main` lends it one.
static WRITER: Atomic<*mut Writer<'static>> = Atomic::new(ptr::null_mut());

/// `main` appends as well, so that the handler interrupts both ends.
pub(crate) fn a_handler_appends_and_main_flushes() -> bool {
    let Ok((mut writer, mut flusher)) = EVENTS.split() else { return false };
    let writer: *mut Writer<'static> = &raw mut writer;
    WRITER.store(writer, Release);
    let timer = Timer::start(on_tick);
    let (mut next, mut in_order, mut rounds) = (0u32, true, 0u32);
    while next < ENOUGH {
        rounds += 1;
        if rounds % 16 == 0 {
            // SAFETY: shared with the handler, which uses it by a shared reference too.
            let _full_or_not = append(unsafe { &*writer }, &[0xff; 3]);
        }
        if rounds % 64 != 0 {
            continue;
        }
        let Ok(batch) = flusher.try_batch(12) else { continue };
        let (first, second) = batch.bytes();
        let mut bytes = first.iter().chain(second).copied();
        for record in batch.records() {
            let mut contents = bytes.by_ref().take(record.len());
            in_order &= if record.len() == 3 {
                contents.all(|byte| byte == 0xff)
            } else {
                let [first, second, third, fourth] = next.to_le_bytes();
                next += 1;
                contents.eq([first, second, third, fourth, first])
            };
        }
        batch.release();
    }
    drop(timer);
    WRITER.store(ptr::null_mut(), Relaxed);
    in_order
}

fn on_tick() {
    static EVENT: Atomic<u32> = Atomic::new(0);
    // SAFETY: `main` lends its writer until it has stopped the timer.
    let Some(writer) = (unsafe { WRITER.load(Acquire).as_ref() }) else { return };
    let [first, second, third, fourth] = EVENT.load(Relaxed).to_le_bytes();
    if append(writer, &[first, second, third, fourth, first]).is_ok() {
        EVENT.fetch_add(1, Relaxed);
    }
}
