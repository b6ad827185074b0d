use crate::tasks;
use core::task::{Context, Poll, Waker};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{RecvError, Ring, TryRecvError, TrySendError};

static ORDERED: Ring<u32, 2> = Ring::new();
static MANY: Ring<u32, 4> = Ring::new();
static EMPTY: Ring<u32, 2> = Ring::new();
static CLOSING: Ring<u32, 2> = Ring::new();

pub(crate) fn order_full_and_empty() -> bool {
    let Ok((producer, mut consumer)) = ORDERED.split() else { return false };
    let filled = producer.try_send(1) == Ok(0) && producer.try_send(2) == Ok(1);
    let full = producer.try_send(3) == Err(TrySendError::Full(3));
    let received = consumer.try_recv() == Ok(1) && consumer.try_recv() == Ok(2);
    let empty = consumer.try_recv() == Err(TryRecvError::Empty);
    filled && full && received && empty && ORDERED.split().is_err()
}

pub(crate) fn many_at_once() -> bool {
    let Ok((producer, mut consumer)) = MANY.split() else { return false };
    let mut sum = 0;
    (0..3).all(|_| {
        let sent = producer.try_send_many([1, 10, 100]).is_ok();
        sent && consumer.len() == 3 && {
            consumer.drain(8).for_each(|value| sum += value);
            consumer.is_empty()
        }
    }) && sum == 333
        && consumer.position() == 9
}

pub(crate) fn waking_the_consumer() -> bool {
    static WAKES: Atomic<u32> = Atomic::new(0);
    let Ok((producer, mut consumer)) = EMPTY.split() else { return false };
    let waker = tasks::waker(&WAKES);
    let cx = &mut Context::from_waker(&waker);
    let waits = consumer.poll_recv(cx) == Poll::Pending && WAKES.load(Relaxed) == 0;
    let sent = producer.try_send(7).is_ok() && WAKES.load(Relaxed) == 1;
    waits && sent && consumer.poll_recv(cx) == Poll::Ready(Ok(7))
}

pub(crate) fn closing() -> bool {
    let Ok((producer, mut consumer)) = CLOSING.split() else { return false };
    let sent = producer.try_send(1).is_ok();
    drop(producer);
    let cx = &mut Context::from_waker(Waker::noop());
    let last = consumer.poll_recv(cx) == Poll::Ready(Ok(1));
    sent && last && consumer.poll_recv(cx) == Poll::Ready(Err(RecvError))
}
