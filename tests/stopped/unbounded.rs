//! Unbounded queues: no producer waits for another, nor for the consumer.

use crate::support::{Stop, ends, leak, start};
use latchfree::mpsc::{TryRecvError, unbounded};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

/// How many slots a block has.
const SLOTS: u32 = 64;

/// The system's allocator, in which a thread can be made to stop.
struct Stopping;

thread_local! {
    static STOPS_AT: Cell<Option<&'static Stop>> = const { Cell::new(None) };
}

#[global_allocator]
static ALLOCATOR: Stopping = Stopping;

// SAFETY: all calls are passed on as they come.
unsafe impl GlobalAlloc for Stopping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some(stop) = STOPS_AT.take() {
            stop.here();
        }
        // SAFETY: the caller's promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises; `System` is where `alloc` got it.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[test]
fn claim_stopped_in_unbounded_queue_holds_up_the_consumer_and_no_producer() {
    let ((sender, mut receiver), stop) = (unbounded(), Stop::new());
    let stopped = {
        let (sender, stop) = (sender.clone(), Arc::clone(&stop));
        start(move || sender.send_many([0, 1].into_iter().inspect(|_| stop.here())).ok())
    };
    stop.wait_for_participant();
    let sender = ends(move || {
        (2..10 * SLOTS).for_each(|value| assert_eq!(sender.send(value), Ok(value.into())));
        sender
    });
    let mut receiver = ends(move || {
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Stalled));
        assert_eq!(receiver.drain(9).count(), 0);
        receiver
    });
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Some(0..2));
    assert!(receiver.drain(usize::MAX).eq(0..10 * SLOTS));
    assert!(!sender.is_closed());
}

/// It needs a block for those behind it. The others get one themselves.
#[test]
fn producer_stopped_in_the_allocator_holds_up_nobody() {
    let ((sender, mut receiver), stop) = (unbounded(), leak(Stop::new()));
    assert!(sender.send_many(0..SLOTS - 1).is_ok());
    let stopped = {
        let sender = sender.clone();
        start(move || {
            STOPS_AT.set(Some(stop));
            sender.send(7)
        })
    };
    stop.wait_for_participant();
    let (sent, received, mut receiver) = ends(move || {
        let sent = sender.send_many(SLOTS - 1..10 * SLOTS).ok();
        (sent, receiver.drain(usize::MAX).collect::<Vec<_>>(), receiver)
    });
    assert_eq!(sent, Some(u64::from(SLOTS) - 1..10 * u64::from(SLOTS)));
    assert!(received.into_iter().eq(0..10 * SLOTS));
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(10 * u64::from(SLOTS)));
    assert_eq!(receiver.try_recv(), Ok(7));
}
