//! A participant that stops indefinitely, at any point of its wait: the others go on.
//!
//! It is a thread that polls once and forgets its future. So it has entered the list or not, was granted
//! something or not, and whatever that is, it neither uses it nor hands it on. The outcome is whether its only
//! poll was ready. If another waited for what it keeps, loom would report a deadlock.

use crate::{Model, spawn};
use latchfree::mpsc;
use latchfree::refcount::Gate;
use latchfree::semaphore::Semaphore;
use latchfree::watermark::Watermark;
use std::future::Future;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Waker};

pub fn models() -> Vec<Model> {
    vec![
        Model::new("stopped::unpolled_sender_keeps_one_slot_and_no_more", a_sender_keeps_one_slot)
            .outcomes([true, false])
            .preemptions(2),
        Model::new(
            "stopped::unpolled_ready_keeps_one_slot_and_no_more",
            unpolled_ready_keeps_one_slot_and_no_more,
        )
        .outcomes([true, false])
        .preemptions(2),
        Model::new(
            "stopped::unpolled_acquirer_keeps_its_permits_and_no_more",
            an_acquirer_keeps_its_permits,
        )
        .outcomes([true, false])
        .preemptions(2),
        Model::new(
            "stopped::unpolled_position_waiter_keeps_nothing",
            unpolled_position_waiter_keeps_nothing,
        )
        .outcomes([true, false])
        .preemptions(3),
        Model::new(
            "stopped::unpolled_idle_waiter_keeps_nothing",
            unpolled_idle_waiter_keeps_nothing,
        )
        .outcomes([true, false])
        .preemptions(3),
    ]
}

/// Polls once, and stops: neither the future nor its result is ever dropped. Returns whether it was ready.
fn poll_and_stop<F: Future>(future: F) -> bool {
    let mut future = Box::pin(future);
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let is_ready = polled.is_ready();
    mem::forget((future, polled));
    is_ready
}

/// Two slots become free together, for a sender that stops and one that blocks.
fn a_sender_keeps_one_slot() -> bool {
    let (sender, mut receiver) = mpsc::bounded(2);
    assert_eq!(sender.try_send_many([1, 2]).ok(), Some(0..2));
    let stopped = {
        let sender = sender.clone();
        spawn(move || poll_and_stop(sender.send_async(3)))
    };
    let waiter = spawn(move || sender.send(4).unwrap());
    assert!(receiver.drain(2).eq([1, 2]));
    let has_sent = stopped.join().unwrap();
    waiter.join().unwrap();
    let sum_left = [(); 2].map(|()| receiver.try_recv().unwrap_or(0)).iter().sum::<u32>();
    assert_eq!(sum_left, if has_sent { 3 + 4 } else { 4 });
    has_sent
}

/// The same, with a sender that looks for room by `ready_async` and stops before it has sent.
fn unpolled_ready_keeps_one_slot_and_no_more() -> bool {
    let (sender, mut receiver) = mpsc::bounded(2);
    assert_eq!(sender.try_send_many([1, 2]).ok(), Some(0..2));
    let stopped = {
        let sender = sender.clone();
        spawn(move || poll_and_stop(sender.ready_async()))
    };
    let waiter = spawn(move || sender.send(3));
    assert!(receiver.drain(2).eq([1, 2]));
    assert_eq!((waiter.join().unwrap(), receiver.try_recv()), (Ok(2), Ok(3)));
    stopped.join().unwrap()
}

/// Two permits come back together, for a waiter that stops and one that blocks.
fn an_acquirer_keeps_its_permits() -> bool {
    let permits = Arc::new(Semaphore::new(2));
    let both = permits.try_acquire(2).unwrap().forget();
    let stopped = {
        let permits = Arc::clone(&permits);
        spawn(move || poll_and_stop(permits.acquire_async(1)))
    };
    let waiter = {
        let permits = Arc::clone(&permits);
        spawn(move || drop(permits.acquire(1).unwrap()))
    };
    permits.release(both).unwrap();
    let had_its_permit = stopped.join().unwrap();
    waiter.join().unwrap();
    assert_eq!(permits.in_use(), 1, "it keeps its own, whether it knows or not");
    had_its_permit
}

/// An advance reaches one that stops, and one that blocks.
fn unpolled_position_waiter_keeps_nothing() -> bool {
    let mark = Arc::new(Watermark::new(0));
    let stopped = {
        let mark = Arc::clone(&mark);
        spawn(move || poll_and_stop(mark.wait_for_async(1)))
    };
    let waiter = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(1).unwrap())
    };
    mark.advance_to(1);
    waiter.join().unwrap();
    stopped.join().unwrap()
}

/// A gate becomes idle for one that stops, and for one that blocks.
fn unpolled_idle_waiter_keeps_nothing() -> bool {
    let gate = Arc::new(Gate::new());
    let stopped = {
        let gate = Arc::clone(&gate);
        spawn(move || poll_and_stop(gate.wait_idle_async()))
    };
    let waiter = {
        let gate = Arc::clone(&gate);
        spawn(move || gate.wait_idle())
    };
    assert!(gate.close());
    waiter.join().unwrap();
    stopped.join().unwrap()
}
