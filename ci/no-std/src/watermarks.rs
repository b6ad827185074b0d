use crate::tasks;
use core::pin::pin;
use core::task::Poll;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::watermark::{Closed, CompleteError, Frontier, TryCompleteError, Watermark};

static DURABLE: Watermark = Watermark::new(10);
static AWAITED: Watermark = Watermark::new(0);
static APPLIED: Frontier<4> = Frontier::new(0xffff_fffe);

pub(crate) fn only_forward() -> bool {
    DURABLE.advance_to(12) && !DURABLE.advance_to(11) && DURABLE.get() == 12
}

pub(crate) fn waking_the_waiters_that_it_reaches() -> bool {
    static EARLY: Atomic<u32> = Atomic::new(0);
    static LATE: Atomic<u32> = Atomic::new(0);
    let (mut early, mut late) = (pin!(AWAITED.wait_for_async(5)), pin!(AWAITED.wait_for_async(50)));
    let waits = tasks::poll(early.as_mut(), &EARLY).is_pending()
        && tasks::poll(late.as_mut(), &LATE).is_pending();
    let woken = AWAITED.advance_to(7) && (EARLY.load(Relaxed), LATE.load(Relaxed)) == (1, 0);
    let reached = tasks::poll(early.as_mut(), &EARLY) == Poll::Ready(Ok(7));
    let mut between = pin!(AWAITED.wait_for_async(30));
    let stays = tasks::poll(between.as_mut(), &EARLY).is_pending();
    AWAITED.close_at(30); // ends the wait for 50, and not that for 30
    let stays = stays && (EARLY.load(Relaxed), LATE.load(Relaxed)) == (1, 1);
    let reached = reached && AWAITED.advance_to(30) && tasks::poll(between, &EARLY).is_ready();
    let closed = tasks::poll(late.as_mut(), &LATE) == Poll::Ready(Err(Closed));
    waits && woken && reached && stays && closed
}

/// Around the end of 32 bits.
pub(crate) fn out_of_order() -> bool {
    const AT: u64 = 0xffff_fffe;
    static WAKES: Atomic<u32> = Atomic::new(0);
    let mut waiting = pin!(APPLIED.wait_for_async(AT + 3));
    let mut ahead = pin!(APPLIED.complete_async(AT + 4..AT + 5));
    let waits = tasks::poll(waiting.as_mut(), &WAKES).is_pending()
        && tasks::poll(ahead.as_mut(), &WAKES).is_pending();
    let refused = APPLIED.try_complete(AT + 3..AT + 5)
        == Err(TryCompleteError::TooFarAhead(AT + 3..AT + 5))
        && APPLIED.try_complete(AT..AT + 5) == Err(TryCompleteError::TooLong(AT..AT + 5));
    let pending = APPLIED.try_complete(AT + 1..AT + 4) == Ok(AT);
    let moved = APPLIED.try_complete(AT..AT + 1) == Ok(AT + 4) && WAKES.load(Relaxed) == 2;
    let reached = tasks::poll(waiting, &WAKES) == Poll::Ready(Ok(AT + 4))
        && tasks::poll(ahead, &WAKES) == Poll::Ready(Ok(AT + 5));
    let mut beyond = pin!(APPLIED.complete_async(AT + 9..AT + 10));
    let blocked = tasks::poll(beyond.as_mut(), &WAKES).is_pending();
    APPLIED.close();
    let back =
        tasks::poll(beyond, &WAKES) == Poll::Ready(Err(CompleteError::Closed(AT + 9..AT + 10)));
    waits && refused && pending && moved && reached && blocked && back
}
