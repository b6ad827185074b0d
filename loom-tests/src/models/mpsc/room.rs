//! Producers wait for room, and are woken.

use super::{after, full, join, poll_once};
use crate::{Model, spawn};
use latchfree::mpsc::{self, SendTimeoutError, TrySendError};
use loom::future::block_on;
use std::collections::BTreeSet;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::freed_slot_wakes_sender", freed_slot_wakes_sender).outcomes([[1, 2]]),
        Model::new("mpsc::freed_slots_wake_as_many_senders", freed_slots_wake_as_many_senders)
            .outcomes([BTreeSet::from([1, 2, 3, 4])])
            .preemptions(1),
        Model::new("mpsc::close_wakes_sender", close_wakes_sender)
            .outcomes([None, Some(2)])
            .preemptions(3),
        Model::new("mpsc::cancelled_send_passes_room_on", cancelled_send_passes_room_on)
            .outcomes([(false, 2), (true, 2)])
            .preemptions(2),
        Model::new("mpsc::held_send_keeps_one_slot_only", held_send_keeps_one_slot_only)
            .outcomes([4])
            .preemptions(3),
        Model::new("mpsc::held_send_lets_all_others_in", held_send_lets_all_others_in)
            .outcomes([BTreeSet::from([5, 6])])
            .preemptions(1),
        Model::new("mpsc::ready_producer_finds_room", ready_producer_finds_room)
            .outcomes([[1, 2]])
            .preemptions(3),
        Model::new("mpsc::ready_producer_passes_room_on", ready_producer_passes_room_on)
            .outcomes([[1, 2]])
            .preemptions(1),
        Model::new("mpsc::close_wakes_ready", close_wakes_ready).outcomes([()]).preemptions(3),
        Model::new("mpsc::overtaken_sender_is_woken_again", overtaken_sender_is_woken_again)
            .outcomes([false, true])
            .preemptions(2),
        Model::new("mpsc::timed_out_send_passes_room_on", timed_out_send_passes_room_on)
            .outcomes([false, true])
            .preemptions(1),
        Model::new(
            "mpsc::close_comes_beside_a_cancelled_send",
            close_comes_beside_a_cancelled_send,
        )
        .outcomes([()])
        .preemptions(2),
    ]
}

/// A producer blocks, or is about to, when the only slot becomes free.
fn freed_slot_wakes_sender() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::bounded(1);
    sender.try_send(1).unwrap();
    let producer = spawn(move || assert!(sender.send(2).is_ok()));
    let first = receiver.try_recv().unwrap();
    producer.join().unwrap();
    [first, receiver.try_recv().unwrap()]
}

/// Two producers block when two slots become free together: both get in.
fn freed_slots_wake_as_many_senders() -> BTreeSet<u32> {
    let (sender, mut receiver) = mpsc::bounded(2);
    sender.try_send_many([1, 2]).unwrap();
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || assert!(sender.send(value).is_ok()))
    };
    let producers = [producer(3), producer(4)];
    let mut received = BTreeSet::new();
    received.extend(receiver.drain(2));
    assert_eq!(received.len(), 2);
    join(producers);
    received.extend(receiver.drain(2)); // four different values in the end
    received
}

/// A producer blocks, or is about to, when the consumer goes. The outcome is the value that it got
/// back.
fn close_wakes_sender() -> Option<u32> {
    let (sender, mut receiver) = mpsc::bounded(1);
    sender.try_send(1).unwrap();
    let producer = spawn(move || sender.send(2).err().map(|error| error.into_inner()));
    assert_eq!(receiver.try_recv(), Ok(1));
    drop(receiver);
    producer.join().unwrap()
}

/// Two producers wait for one slot; the first is cancelled, before or after it was woken. The outcome is
/// whether it had sent, and how many values are left.
fn cancelled_send_passes_room_on() -> (bool, usize) {
    let (sender, mut receiver) = mpsc::bounded(2);
    sender.try_send_many([1, 2]).unwrap();
    let impatient = {
        let sender = sender.clone();
        spawn(move || poll_once(pin!(sender.send_async(3))).is_ready())
    };
    let patient = spawn(move || assert!(sender.send(4).is_ok()));
    assert_eq!(receiver.try_recv(), Ok(1));
    let sent = impatient.join().unwrap();
    if sent {
        // Then there is no room for the other before we make some.
        assert_eq!(receiver.try_recv(), Ok(2));
    }
    patient.join().unwrap();
    let left = receiver.drain(4).count();
    (sent, left)
}

/// A task waits first and is never polled again; a thread blocks behind it. Two slots become free together,
/// and the thread gets the second.
fn held_send_keeps_one_slot_only() -> u32 {
    let (sender, mut receiver) = full(2);
    let mut held = Box::pin(sender.send_async(3));
    assert!(poll_once(held.as_mut()).is_pending());
    let other = {
        let sender = sender.clone();
        spawn(move || assert!(sender.send(4).is_ok()))
    };
    assert_eq!(receiver.drain(2).count(), 2);
    other.join().unwrap();
    receiver.try_recv().unwrap()
}

/// As above, with two that block, and three slots.
fn held_send_lets_all_others_in() -> BTreeSet<u32> {
    let (sender, mut receiver) = full(3);
    let mut held = Box::pin(sender.send_async(4));
    assert!(poll_once(held.as_mut()).is_pending());
    let producers = [5, 6].map(|value| {
        let sender = sender.clone();
        spawn(move || assert!(sender.send(value).is_ok()))
    });
    assert_eq!(receiver.drain(3).count(), 3);
    join(producers);
    [(); 2].map(|()| receiver.try_recv().unwrap()).into()
}

/// A task waits for room. It finds it, because no other takes it.
fn ready_producer_finds_room() -> [u32; 2] {
    let (sender, mut receiver) = full(1);
    let producer = spawn(move || {
        block_on(sender.ready_async());
        sender.try_send(2).unwrap();
    });
    let first = receiver.try_recv().unwrap();
    producer.join().unwrap();
    [first, receiver.try_recv().unwrap()]
}

/// A task and a thread wait for one slot. The task only wants to know: the thread gets in.
fn ready_producer_passes_room_on() -> [u32; 2] {
    let (sender, mut receiver) = full(1);
    let other = sender.clone();
    // The task may come when the thread has taken the slot, and go when the queue is closed.
    let task = spawn(move || block_on(other.ready_async()));
    let thread = spawn(move || assert!(sender.send(2).is_ok()));
    let first = receiver.try_recv().unwrap();
    thread.join().unwrap();
    let second = receiver.try_recv().unwrap();
    task.join().unwrap();
    [first, second]
}

/// A task waits for room, and is told of the end.
fn close_wakes_ready() {
    let (sender, mut receiver) = full(1);
    let producer = spawn(move || {
        block_on(sender.ready_async());
        assert_eq!(sender.try_send(2), Err(TrySendError::Closed(2)));
    });
    receiver.close();
    producer.join().unwrap();
}

/// A thread blocks; a slot becomes free, and another producer may be faster. Then the thread is woken again
/// by the next one. The outcome is whether the other was.
fn overtaken_sender_is_woken_again() -> bool {
    let (sender, mut receiver) = full(1);
    let blocked = {
        let sender = sender.clone();
        spawn(move || assert!(sender.send(2).is_ok()))
    };
    let barging = spawn(move || sender.try_send(3).is_ok());
    assert!(receiver.drain(1).eq([1]));
    let is_overtaken = barging.join().unwrap();
    if is_overtaken {
        // The blocked one may have been there before.
        assert!(receiver.try_recv().is_ok());
    }
    blocked.join().unwrap();
    assert_eq!(receiver.drain(2).count(), 1);
    is_overtaken
}

/// A producer waits for no time at all, another for as long as it takes; one slot becomes free. The outcome is
/// whether the first one got it.
fn timed_out_send_passes_room_on() -> bool {
    let (sender, mut receiver) = full(1);
    let impatient = {
        let sender = sender.clone();
        spawn(move || match sender.send_timeout(2, Duration::ZERO) {
            Ok(position) => {
                assert!(position == after(1) || position == after(2));
                true
            }
            Err(error) => {
                assert_eq!(error, SendTimeoutError::Timeout(2));
                false
            }
        })
    };
    let patient = spawn(move || assert!(sender.send(3).is_ok()));
    assert_eq!(receiver.try_recv(), Ok(1));
    let is_sent = impatient.join().unwrap();
    if is_sent {
        assert!(receiver.drain(1).count() == 1);
    }
    patient.join().unwrap();
    assert_eq!(receiver.drain(2).count(), 1);
    is_sent
}

/// A task gives up to send, and a thread blocks, while the queue is closed: the thread is refused.
fn close_comes_beside_a_cancelled_send() {
    let (sender, mut receiver) = full(1);
    let cancelled = {
        let sender = sender.clone();
        spawn(move || assert!(!matches!(poll_once(pin!(sender.send_async(2))), Poll::Ready(Ok(_)))))
    };
    let blocked = spawn(move || assert_eq!(sender.send(3).map_err(|error| error.0), Err(3)));
    receiver.close();
    join([cancelled, blocked]);
}
