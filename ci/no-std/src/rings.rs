use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{RecvError, Ring, TryRecvError, TrySendError};

static ORDERED: Ring<u32, 2> = Ring::new();
static MANY: Ring<u32, 4> = Ring::new();
static WAITING: Ring<u32, 2> = Ring::new();
static CLOSING: Ring<u32, 2> = Ring::new();

pub(crate) fn order_full_and_empty() -> bool {
    let Ok((producer, mut consumer)) = ORDERED.split() else { return false };
    let filled = producer.try_send(1) == Ok(()) && producer.try_send(2) == Ok(());
    let full = producer.try_send(3) == Err(TrySendError::Full(3));
    let received = consumer.try_recv() == Ok(1) && consumer.try_recv() == Ok(2);
    let empty = consumer.try_recv() == Err(TryRecvError::Empty);
    filled && full && received && empty && ORDERED.split().is_err()
}

pub(crate) fn many_at_once() -> bool {
    let Ok((producer, mut consumer)) = MANY.split() else { return false };
    let mut sum = 0;
    (0..3).all(|_| {
        let sent = producer.send_many([1, 10, 100]).is_ok();
        sent && consumer.len() == 3 && consumer.drain(8, |value| sum += value) == 3
    }) && sum == 333
}

pub(crate) fn waking_a_task() -> bool {
    let Ok((producer, mut consumer)) = WAITING.split() else { return false };
    let waker = counting_waker();
    let cx = &mut Context::from_waker(&waker);
    let slept = consumer.poll_recv(cx) == Poll::Pending && WOKEN.load(Relaxed) == 0;
    let sent = producer.try_send(7) == Ok(());
    let woken = WOKEN.load(Relaxed) == 1;
    slept && sent && woken && consumer.poll_recv(cx) == Poll::Ready(Ok(7))
}

pub(crate) fn closing() -> bool {
    let Ok((producer, mut consumer)) = CLOSING.split() else { return false };
    let sent = producer.try_send(1) == Ok(());
    // Documents a panic, so it is left out of the program that must have none.
    #[cfg(feature = "panic")]
    drop(producer.clone());
    drop(producer);
    let cx = &mut Context::from_waker(Waker::noop());
    let last = consumer.poll_recv(cx) == Poll::Ready(Ok(1));
    sent && last && consumer.poll_recv(cx) == Poll::Ready(Err(RecvError))
}

static WOKEN: Atomic<u32> = Atomic::new(0);

/// A waker that counts in `WOKEN`, without an allocator.
fn counting_waker() -> Waker {
    const VTABLE: RawWakerVTable = RawWakerVTable::new(|_| RAW, count, count, |_| ());
    const RAW: RawWaker = RawWaker::new(core::ptr::null(), &VTABLE);
    fn count(_: *const ()) {
        WOKEN.fetch_add(1, Relaxed);
    }
    // SAFETY: the functions may be called from any thread, any number of times, with any pointer:
    // they touch nothing but an atomic static.
    unsafe { Waker::from_raw(RAW) }
}
