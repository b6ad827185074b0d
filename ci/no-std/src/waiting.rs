//! `main` waits for an interrupt handler.
//!
//! The handler comes at any instruction, so also when `main` is entering or leaving a list of
//! waiters, and has its lock. A handler that waited for the lock would wait indefinitely.

use crate::tasks;
use crate::timer::Timer;
use core::hint::spin_loop;
use core::pin::pin;
use core::ptr;
use core::task::Poll;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::mpsc::{Consumer, Ring};
use latchfree::semaphore::Semaphore;
use latchfree::watermark::Watermark;

const ROUNDS: u32 = 3_000;

static POSITION: Watermark = Watermark::new(0);
static BUFFERS: Semaphore = Semaphore::new(1);
static WORDS: Ring<u32, 1> = Ring::new();
/// The handler's end of `WORDS`, while `main` lends it one.
static CONSUMER: Atomic<*mut Consumer<&Ring<u32, 1>>> = Atomic::new(ptr::null_mut());
static RECEIVED: Atomic<u32> = Atomic::new(0);

/// The event that `main` waits for, until the handler has caused it.
static AWAITED: Atomic<u8> = Atomic::new(NOTHING);
const NOTHING: u8 = 0;
const A_POSITION: u8 = 1;
const A_PERMIT: u8 = 2;
const A_PLACE: u8 = 3;

pub(crate) fn for_what_a_handler_does() -> bool {
    let Ok((producer, mut consumer)) = WORDS.split() else { return false };
    CONSUMER.store(&raw mut consumer, Release);
    let filled = producer.try_send(0).is_ok();
    let held = BUFFERS.try_acquire(1).is_ok_and(|permit| permit.forget() == 1);
    let timer = Timer::start(on_tick);
    let came = (0..ROUNDS).all(|round| {
        // Waiting ends with a tick. So that the next one comes elsewhere:
        (0..round % 300).for_each(|_| spin_loop());
        let next = POSITION.get() + 1;
        let moved = wait_for(A_POSITION, POSITION.wait_for_async(next), || {
            POSITION.wait_for_async(u64::MAX)
        });
        let permit = wait_for(A_PERMIT, BUFFERS.acquire_async(1), || BUFFERS.acquire_async(1));
        let sent = wait_for(A_PLACE, producer.send_async(round + 1), || producer.ready_async());
        moved == Ok(next)
            && permit.is_ok_and(|permit| permit.forget() == 1)
            && sent == Ok(u64::from(round) + 1)
    });
    drop(timer);
    CONSUMER.store(ptr::null_mut(), Relaxed);
    filled && held && came && RECEIVED.load(Relaxed) == ROUNDS
}

/// Polls whenever the waker was called, which the handler does once. Meanwhile `others` begin to wait in
/// the same list, and give up.
fn wait_for<F: Future, G: Future>(what: u8, future: F, others: impl Fn() -> G) -> F::Output {
    static WAKES: Atomic<u32> = Atomic::new(0);
    static OTHER_WAKES: Atomic<u32> = Atomic::new(0);
    AWAITED.store(what, Relaxed);
    let mut future = pin!(future);
    loop {
        let seen = WAKES.load(Relaxed);
        if let Poll::Ready(output) = tasks::poll(future.as_mut(), &WAKES) {
            return output;
        }
        while WAKES.load(Relaxed) == seen {
            let _ = tasks::poll(pin!(others()), &OTHER_WAKES).map(drop);
        }
    }
}

/// The handler's part: causes the event that `main` waits for, once.
fn on_tick() {
    // SAFETY: `main` lends its consumer until it has stopped the timer, and does not receive itself.
    let Some(consumer) = (unsafe { CONSUMER.load(Acquire).as_mut() }) else { return };
    match AWAITED.swap(NOTHING, Relaxed) {
        A_POSITION => {
            POSITION.advance_to(POSITION.get() + 1);
        }
        A_PERMIT => assert!(BUFFERS.release(1).is_ok()),
        A_PLACE => assert!(consumer.try_recv() == Ok(RECEIVED.fetch_add(1, Relaxed))),
        _ => {}
    }
}
