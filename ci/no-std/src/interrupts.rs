//! A handler that interrupts `main`, which is all the concurrency that one processor has.
//!
//! The timer goes off after a number of instructions, so the handler comes in the middle of
//! any operation of `main`: while it writes a value, or while it receives a batch.

use crate::timer::Timer;
use core::ptr;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::counter::Counter;
use latchfree::mpsc::{Producer, Ring};
use latchfree::seqlock::SeqLatch;

const EVENTS_ENOUGH: u32 = 5_000;

/// From the handler to `main`, which is slow enough for it to be full now and then.
static EVENTS: Ring<u32, 4> = Ring::new();
/// Written by the handler, read by `main`.
static CLOCK: SeqLatch<[u64; 2]> = SeqLatch::new([0; 2]);
/// Written by `main`, read by the handler.
static SETTINGS: SeqLatch<[u64; 2]> = SeqLatch::new([0; 2]);
static WORK: Counter<2> = Counter::new();
static TORN: Atomic<u32> = Atomic::new(0);
/// The handler's end of `EVENTS`, while `main` lends it one.
static PRODUCER: Atomic<*mut Producer<&Ring<u32, 4>>> = Atomic::new(ptr::null_mut());

pub(crate) fn a_handler_and_main() -> bool {
    let Ok((mut producer, mut consumer)) = EVENTS.split() else { return false };
    PRODUCER.store(&raw mut producer, Release);
    let timer = Timer::start(on_tick);

    let (mut received, mut in_order, mut rounds) = (0, true, 0);
    while received < EVENTS_ENOUGH {
        rounds += 1;
        SETTINGS.write([rounds; 2]);
        note_torn(CLOCK.read());
        WORK.with_slot(0).add(1);
        if rounds % 64 == 0 {
            consumer.drain(4).for_each(|event| {
                in_order &= event == received;
                received += 1;
            });
        }
    }
    drop(timer);
    PRODUCER.store(ptr::null_mut(), Relaxed);
    let [ticks, _] = CLOCK.read();
    in_order && WORK.sum() == rounds + ticks && TORN.load(Relaxed) == 0
}

fn on_tick() {
    static EVENT: Atomic<u32> = Atomic::new(0);
    CLOCK.update(|[ticks, _]| [ticks + 1; 2]);
    note_torn(SETTINGS.read());
    WORK.with_slot(1).add(1);
    // SAFETY: `main` lends its producer until it has stopped the timer, and does not push itself.
    let producer = unsafe { PRODUCER.load(Acquire).as_ref() };
    if producer.is_some_and(|producer| producer.try_send(EVENT.load(Relaxed)).is_ok()) {
        EVENT.fetch_add(1, Relaxed);
    }
}

fn note_torn([first, second]: [u64; 2]) {
    if first != second {
        TORN.fetch_add(1, Relaxed);
    }
}
