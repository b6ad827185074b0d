//! The cell of the flusher's waker passes from hand to hand, and the waker in it goes away once.

use super::{append, buffer, flush, join};
use crate::{Model, spawn};
use latchfree::log::Flusher;
use loom::thread::yield_now;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("log::committer_hands_waker_back", committer_hands_waker_back)
            .outcomes([vec![7, 8]])
            .preemptions(3),
        Model::new("log::each_commit_wakes_flusher", each_commit_wakes_flusher)
            .outcomes([vec![7, 8], vec![8, 7]])
            .preemptions(1),
        Model::new("log::closer_hands_waker_back", closer_hands_waker_back)
            .outcomes([true, false])
            .preemptions(3),
        Model::new("log::parked_flusher_is_dropped_beside_a_commit", dropped_beside_a_commit)
            .outcomes([true, false])
            .preemptions(2),
        Model::new("log::parked_flusher_is_dropped_beside_a_close", dropped_beside_a_close)
            .outcomes([()]),
    ]
}

/// Polls once, and forgets the future, so that the waker stays where it was left. Returns what was flushed.
fn poll_and_forget(flusher: &mut Flusher<'_>, waker: &Waker) -> Poll<Option<Vec<u8>>> {
    let mut future = Box::pin(flusher.batch_async(4));
    let polled = future.as_mut().poll(&mut Context::from_waker(waker));
    mem::forget(future);
    polled.map(|batch| batch.ok().map(flush))
}

/// A task that is polled at any time, not only when it is woken, flushes two records. It may wait for the second while
/// the committer of the first one has not yet taken the waker out.
fn committer_hands_waker_back() -> Vec<u8> {
    let (writer, mut flusher) = buffer(2, 2);
    let other = spawn(move || {
        append(&writer, &[7]);
        append(&writer, &[8]);
        writer
    });
    let mut stream = Vec::new();
    while stream.len() < 2 {
        match poll_and_forget(&mut flusher, Waker::noop()) {
            Poll::Ready(bytes) => stream.extend(bytes.expect("the buffer is open")),
            Poll::Pending => yield_now(),
        }
    }
    drop(other.join().unwrap());
    stream
}

/// The flusher blocks twice, and the second record may be another thread's.
fn each_commit_wakes_flusher() -> Vec<u8> {
    let (writer, mut flusher) = buffer(2, 2);
    let writers = [7, 8].map(|byte| {
        let writer = writer.clone();
        spawn(move || {
            append(&writer, &[byte]);
        })
    });
    let stream = [(); 2].map(|()| flush(flusher.batch(1).unwrap())).concat();
    join(writers);
    stream
}

/// A task is polled, and polled again, while the buffer is closed. The outcome is whether it knew at the first poll.
fn closer_hands_waker_back() -> bool {
    let (writer, mut flusher) = buffer(1, 1);
    let other = spawn(move || {
        writer.close();
        writer
    });
    let is_first = poll_and_forget(&mut flusher, Waker::noop()).is_ready();
    while poll_and_forget(&mut flusher, Waker::noop()) != Poll::Ready(None) {
        yield_now();
    }
    drop(other.join().unwrap());
    is_first
}

struct NoWake;

impl Wake for NoWake {
    fn wake(self: Arc<Self>) {}
}

/// The flusher has left its waker in the buffer, and goes while a record is committed: the waker is dropped, and those
/// that wait for the record to be durable are told. The outcome is whether it was reserved.
fn dropped_beside_a_commit() -> bool {
    let (writer, mut flusher) = buffer(1, 1);
    let waker = Arc::new(NoWake);
    assert!(poll_and_forget(&mut flusher, &Arc::clone(&waker).into()).is_pending());
    let other = spawn(move || {
        let reservation = writer.try_reserve(1);
        let end = reservation.map(|reservation| reservation.commit().end);
        end.map(|end| assert!(writer.durable().wait_for(end).is_err())).is_ok()
    });
    drop(flusher);
    let is_reserved = other.join().unwrap();
    assert_eq!(Arc::strong_count(&waker), 1);
    is_reserved
}

/// The same beside a close.
fn dropped_beside_a_close() {
    let (writer, mut flusher) = buffer(1, 1);
    let waker = Arc::new(NoWake);
    assert!(poll_and_forget(&mut flusher, &Arc::clone(&waker).into()).is_pending());
    let other = spawn(move || writer.close());
    drop(flusher);
    other.join().unwrap();
    assert_eq!(Arc::strong_count(&waker), 1);
}
