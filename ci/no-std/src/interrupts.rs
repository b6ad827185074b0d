//! A handler that interrupts `main`, which is all the concurrency that one processor has.
//!
//! The timer goes off after a number of instructions, so the handler comes in the middle of
//! whatever `main` does, the writing of a value or the taking out of a batch.

use core::ptr;
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::counter::Counter;
use latchfree::mpsc::{Producer, Ring};
use latchfree::seqlock::SeqLatch;

/// How many interrupts are enough.
const TICKS: u32 = 5_000;

static EVENTS: Ring<u32, 4> = Ring::new();
static CLOCK: SeqLatch<[u64; 2]> = SeqLatch::new([0; 2]);
static WORK: Counter<2> = Counter::new();
static TORN: Atomic<u32> = Atomic::new(0);
/// The handler's end of `EVENTS`, while `main` lends it one.
static PRODUCER: Atomic<*mut Producer<&Ring<u32, 4>>> = Atomic::new(ptr::null_mut());

pub(crate) fn a_handler_and_main() -> bool {
    let Ok((mut producer, mut consumer)) = EVENTS.split() else { return false };
    let Some(Peripherals { SYST: mut timer, .. }) = Peripherals::take() else { return false };
    PRODUCER.store(&raw mut producer, Release);
    start(&mut timer);

    let (mut received, mut in_order, mut rounds) = (0, true, 0);
    while received < TICKS {
        rounds += 1;
        CLOCK.write([rounds; 2]);
        WORK.with_slot(0).add(1);
        consumer.drain(4, |tick| {
            in_order &= tick == received;
            received += 1;
        });
    }
    timer.disable_interrupt();
    let counted = WORK.sum() >= rounds + u64::from(TICKS);
    in_order && counted && TORN.load(Relaxed) == 0
}

fn start(timer: &mut SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(1_009);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

#[exception]
fn SysTick() {
    static mut TICK: u32 = 0;
    // SAFETY: `main` lends its producer until it has stopped the timer, and does not push itself.
    let producer = unsafe { PRODUCER.load(Acquire).as_ref() };
    let [first, second] = CLOCK.read();
    if first != second {
        TORN.fetch_add(1, Relaxed);
    }
    if producer.is_some_and(|producer| producer.try_send(*TICK).is_ok()) {
        *TICK += 1;
    }
    WORK.with_slot(1).add(1);
}
