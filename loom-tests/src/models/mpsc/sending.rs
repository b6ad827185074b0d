//! Accepted values are received, once and in order.

use super::{Counted, NEARLY_OVER, join, next, send};
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, TryRecvError, TrySendError};
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::producers_keep_their_order", producers_keep_their_order)
            .outcomes(interleavings())
            .preemptions(2),
        Model::new("mpsc::freed_slot_is_used_again", freed_slot_is_used_again)
            .outcomes([[1, 2, 3]])
            .preemptions(3),
        Model::new("mpsc::freed_slots_are_shared", freed_slots_are_shared)
            .outcomes([
                (2, [false, false]),
                (2, [false, true]),
                (2, [true, false]),
                (2, [true, true]),
            ])
            .preemptions(3),
        Model::new(
            "mpsc::closed_queue_has_accepted_what_is_received",
            closed_queue_has_accepted_what_is_received,
        )
        .outcomes([[false, false], [true, false], [false, true], [true, true]])
        .preemptions(3),
        Model::new(
            "mpsc::value_beside_dropped_consumer_is_dropped_once",
            value_beside_dropped_consumer_is_dropped_once,
        )
        .outcomes([true, false]),
        Model::new("mpsc::batch_stays_together", batch_stays_together)
            .outcomes([[1, 2, 3, 4], [3, 4, 1, 2]])
            .preemptions(2),
        Model::new("mpsc::one_of_two_splits_wins", one_of_two_splits_wins)
            .outcomes([[true, false], [false, true]]),
    ]
}

/// All orders of 1, 2 and of 11, 12 that keep each pair's own.
fn interleavings() -> Vec<[u32; 4]> {
    vec![
        [1, 2, 11, 12],
        [1, 11, 2, 12],
        [1, 11, 12, 2],
        [11, 1, 2, 12],
        [11, 1, 12, 2],
        [11, 12, 1, 2],
    ]
}

/// Two producers send two values each through a queue of four slots, across the wrap of the tickets.
fn producers_keep_their_order() -> [u32; 4] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(4, NEARLY_OVER);
    let producer = |base: u32| {
        let sender = sender.clone();
        spawn(move || {
            send(&sender, base + 1);
            send(&sender, base + 2);
        })
    };
    let producers = [producer(0), producer(10)];
    drop(sender);
    let received = [(); 4].map(|()| next(&mut receiver));
    join(producers);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    received
}

/// One slot, three values: each waits for the one before to be taken out.
fn freed_slot_is_used_again() -> [u32; 3] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(1, NEARLY_OVER);
    let producer = spawn(move || [1, 2, 3].into_iter().for_each(|value| send(&sender, value)));
    let received = [(); 3].map(|()| next(&mut receiver));
    producer.join().unwrap();
    received
}

/// The consumer frees two slots together; two producers share the new limit that the first of them reads.
/// The outcome is which of them got in at the first try.
fn freed_slots_are_shared() -> (usize, [bool; 2]) {
    let (sender, mut receiver) = mpsc::bounded_starting_at(2, NEARLY_OVER);
    sender.try_send_many([1, 2]).unwrap();
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || sender.try_send(value).is_ok())
    };
    let producers = [producer(3), producer(4)];
    let drained = receiver.drain(2).inspect(|value| assert!(*value < 3)).count();
    let sent = producers.map(|producer| producer.join().unwrap());
    let left = receiver.drain(3).inspect(|value| assert!(sent[*value as usize - 3]));
    assert_eq!(left.count(), sent.iter().filter(|sent| **sent).count());
    (drained, sent)
}

/// Two sends while the consumer closes: those that were accepted arrive, the others do not.
fn closed_queue_has_accepted_what_is_received() -> [bool; 2] {
    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || match sender.try_send(value) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, TrySendError::Closed(value));
                false
            }
        })
    };
    let producers = [producer(0), producer(1)];
    receiver.close();
    let mut received = [false; 2];
    loop {
        match receiver.try_recv() {
            Ok(value) => assert!(!std::mem::replace(&mut received[value as usize], true)),
            Err(TryRecvError::Closed) => break,
            Err(TryRecvError::Stalled) => yield_now(),
            Err(TryRecvError::Empty) => panic!("closed queues are not just empty"),
        }
    }
    assert_eq!(producers.map(|producer| producer.join().unwrap()), received);
    received
}

/// A send while the consumer is dropped: the value is dropped once, here or there. The outcome is
/// whether it was accepted.
fn value_beside_dropped_consumer_is_dropped_once() -> bool {
    let drops = Arc::new(Atomic::new(0));
    let (sender, receiver) = mpsc::bounded(1);
    let producer = {
        let drops = Arc::clone(&drops);
        spawn(move || match sender.try_send(Counted(Arc::clone(&drops))) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(drops.load(Relaxed), 0);
                drop(error.into_inner());
                false
            }
        })
    };
    drop(receiver);
    let accepted = producer.join().unwrap();
    assert_eq!(drops.load(Relaxed), 1);
    accepted
}

/// Two producers send two values each in one claim.
fn batch_stays_together() -> [u32; 4] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(4, NEARLY_OVER);
    let producer = |values: [u32; 2]| {
        let sender = sender.clone();
        spawn(move || assert!(sender.try_send_many(values).is_ok()))
    };
    let producers = [producer([1, 2]), producer([3, 4])];
    let received = [(); 4].map(|()| next(&mut receiver));
    join(producers);
    received
}

/// Two threads split one ring: one gets the handles.
fn one_of_two_splits_wins() -> [bool; 2] {
    let ring = Arc::new(mpsc::Ring::<u32, 2>::new());
    let split = |ring: Arc<mpsc::Ring<u32, 2>>| ring.split().is_ok();
    let other = {
        let ring = Arc::clone(&ring);
        spawn(move || split(ring))
    };
    let mine = split(ring);
    [mine, other.join().unwrap()]
}
