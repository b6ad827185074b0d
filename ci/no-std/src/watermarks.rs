use crate::tasks;
use core::pin::pin;
use core::task::Poll;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::watermark::{Closed, Watermark};

static DURABLE: Watermark = Watermark::new(10);
static AWAITED: Watermark = Watermark::new(0);

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
    AWAITED.close();
    let closed = tasks::poll(late.as_mut(), &LATE) == Poll::Ready(Err(Closed));
    waits && woken && reached && LATE.load(Relaxed) == 1 && closed
}
