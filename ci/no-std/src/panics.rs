//! Calls with a documented panic, which are not in the program that must have none: futures, which must not
//! be polled after they were ready, and clones of a producer, of which there can be too many.

use crate::tasks;
use core::pin::pin;
use core::task::Poll;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::Ring;
use latchfree::semaphore::Semaphore;

static BUFFERS: Semaphore = Semaphore::new(3);
static SHARED: Ring<u32, 2> = Ring::new();
static FULL: Ring<u32, 1> = Ring::new();

pub(crate) fn waiting_for_permits() -> bool {
    static WAKES: Atomic<u32> = Atomic::new(0);
    let Ok(held) = BUFFERS.try_acquire(2) else { return false };
    let mut acquiring = pin!(BUFFERS.acquire_async(2));
    let waits = tasks::poll(acquiring.as_mut(), &WAKES).is_pending();
    drop(held);
    let woken = WAKES.load(Relaxed) == 1;
    let got = match tasks::poll(acquiring.as_mut(), &WAKES) {
        Poll::Ready(Ok(permit)) => permit.count() == 2 && BUFFERS.available() == 1,
        _ => false,
    };
    waits && woken && got && BUFFERS.in_use() == 0
}

/// A waiter that was woken competes with all that ask.
pub(crate) fn competing_for_permits() -> bool {
    static TURNS: Semaphore = Semaphore::barging(1);
    static WAKES: Atomic<u32> = Atomic::new(0);
    let Ok(held) = TURNS.try_acquire(1) else { return false };
    let mut waits = pin!(TURNS.acquire_async(1));
    let is_pending = tasks::poll(waits.as_mut(), &WAKES).is_pending();
    drop(held);
    let Ok(overtakes) = TURNS.try_acquire(1) else { return false };
    let waits_on = WAKES.load(Relaxed) == 1 && tasks::poll(waits.as_mut(), &WAKES).is_pending();
    drop(overtakes);
    let granted =
        matches!(tasks::poll(waits, &WAKES), Poll::Ready(Ok(permit)) if permit.count() == 1);
    is_pending && waits_on && WAKES.load(Relaxed) == 2 && granted
}

pub(crate) fn cloning_a_producer() -> bool {
    let Ok((producer, mut consumer)) = SHARED.split() else { return false };
    let sent = producer.clone().try_send(1).is_ok() && producer.try_send(2).is_ok();
    sent && consumer.try_recv() == Ok(1) && consumer.try_recv() == Ok(2)
}

pub(crate) fn waking_a_producer() -> bool {
    static WAKES: Atomic<u32> = Atomic::new(0);
    let Ok((producer, mut consumer)) = FULL.split() else { return false };
    let filled = producer.try_send(1).is_ok();
    let mut sending = pin!(producer.send_async(2));
    let waits = tasks::poll(sending.as_mut(), &WAKES) == Poll::Pending;
    let room = consumer.try_recv() == Ok(1) && WAKES.load(Relaxed) == 1;
    let sent = tasks::poll(sending.as_mut(), &WAKES) == Poll::Ready(Ok(1));
    filled && waits && room && sent && consumer.try_recv() == Ok(2)
}
