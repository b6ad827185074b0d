//! `main` blocks, and the handler wakes it. (For all steps on the way there, see the same with tasks, and
//! `semaphore::release_reaches_a_thread_that_blocks`.)

use crate::interrupt::blocked;
use latchfree::log::LogBuffer;
use latchfree::mpsc::Ring;
use latchfree::refcount::Gate;
use latchfree::semaphore::{AcquireError, Semaphore};
use latchfree::watermark::{Closed, Watermark};

crate::runner::scenarios! {
    send_wakes_recv
    last_producer_wakes_recv
    receive_wakes_send
    release_wakes_acquire
    close_wakes_acquire
    advance_wakes_wait_for
    close_wakes_wait_for
    commit_wakes_batch
    release_wakes_reserve
    last_one_that_leaves_wakes_wait_idle
}

fn send_wakes_recv() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let received = blocked(|| consumer.recv(), || assert!(producer.try_send(1).is_ok()));
    assert_eq!(received, Ok(1));
}

fn last_producer_wakes_recv() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let mut producer = Some(producer);
    assert!(blocked(|| consumer.recv(), || drop(producer.take())).is_err());
}

fn receive_wakes_send() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    blocked(|| producer.send(2), || assert_eq!(consumer.try_recv(), Ok(1))).unwrap();
    assert_eq!(consumer.try_recv(), Ok(2));
}

fn release_wakes_acquire() {
    let permits = Semaphore::new(1);
    assert_eq!(permits.try_acquire(1).unwrap().forget(), 1);
    let permit = blocked(|| permits.acquire(1), || permits.release(1).unwrap());
    assert_eq!(permit.unwrap().count(), 1);
}

fn close_wakes_acquire() {
    let permits = Semaphore::new(1);
    assert_eq!(permits.try_acquire(1).unwrap().forget(), 1);
    let permit = blocked(|| permits.acquire(1), || permits.close());
    assert_eq!(permit.unwrap_err(), AcquireError::Closed);
}

fn advance_wakes_wait_for() {
    let watermark = Watermark::new(0);
    let position = blocked(|| watermark.wait_for(3), || assert!(watermark.advance_to(5)));
    assert_eq!(position, Ok(5));
}

fn close_wakes_wait_for() {
    let watermark = Watermark::new(0);
    assert_eq!(blocked(|| watermark.wait_for(3), || watermark.close()), Err(Closed));
}

fn commit_wakes_batch() {
    let buffer = LogBuffer::<8, 2>::new();
    let (writer, mut flusher) = buffer.split().unwrap();
    let batch = blocked(
        || flusher.batch(8),
        || assert_eq!(writer.try_reserve(3).map(|reservation| reservation.commit()), Ok(0..3)),
    );
    assert_eq!(batch.unwrap().range(), 0..3);
}

fn release_wakes_reserve() {
    let buffer = LogBuffer::<8, 2>::new();
    let (writer, mut flusher) = buffer.split().unwrap();
    writer.try_reserve(8).unwrap().commit();
    let reserved = blocked(|| writer.reserve(3), || flusher.try_batch(8).unwrap().release());
    assert_eq!(reserved.unwrap().range(), 8..11);
}

fn last_one_that_leaves_wakes_wait_idle() {
    let gate = Gate::new();
    let mut inside = gate.enter().ok();
    gate.close();
    blocked(|| gate.wait_idle(), || inside = None);
    assert!(gate.is_idle());
}
