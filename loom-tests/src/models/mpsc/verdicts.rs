//! An answer was true at some moment of the call that gave it, also where memory is weak.

use super::{NEARLY_OVER, after, full, join, join_all, poll_once};
use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::mpsc::{self, Sender, TryRecvError, TrySendError};
use std::pin::pin;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    use TryRecvError::{Closed, Empty, Stalled};
    vec![
        Model::new("mpsc::empty_and_stalled_differ", empty_and_stalled_differ).outcomes([
            (Err(Empty), Err(Empty)),
            (Err(Empty), Err(Stalled)),
            (Err(Empty), Ok(7)),
            (Err(Stalled), Err(Stalled)),
            (Err(Stalled), Ok(7)),
            (Ok(7), Err(Empty)),
            (Ok(7), Err(Closed)),
        ]),
        Model::new("mpsc::last_producers_drop_publishes", last_producers_drop_publishes)
            .preemptions(3)
            .outcomes([Err::<u32, _>(Closed), Err(Empty)]),
        Model::new("mpsc::producer_that_knows_of_room_sends", producer_that_knows_of_room_sends)
            .outcomes(BOTH_OR_EITHER)
            .preemptions(2),
        Model::new(
            "mpsc::producer_that_knows_of_room_is_ready",
            producer_that_knows_of_room_is_ready,
        )
        .outcomes(BOTH_OR_EITHER)
        .preemptions(2),
        Model::new(
            "mpsc::batch_stops_short_at_a_full_queue_only",
            batch_stops_short_at_a_full_queue_only,
        )
        .outcomes([(Ok(2), false), (Ok(2), true), (Err(Stalled), true), (Err(Empty), true)])
        .preemptions(3),
        Model::new(
            "mpsc::refused_send_sees_what_the_closer_did",
            refused_send_sees_what_the_closer_did,
        )
        .outcomes([true, false]),
        Model::new("mpsc::is_closed_publishes_to_producers", is_closed_publishes_to_producers)
            .outcomes([true, false]),
        Model::new(
            "mpsc::is_closed_publishes_to_the_consumer",
            is_closed_publishes_to_the_consumer,
        )
        .outcomes([true, false]),
        Model::new(
            "mpsc::consumer_told_of_a_full_queue_does_not_say_empty",
            consumer_told_of_a_full_queue_does_not_say_empty,
        )
        .outcomes([None, Some(Ok(7)), Some(Err(Stalled))])
        .preemptions(3),
        Model::new("mpsc::stalled_is_an_estimate", stalled_is_an_estimate)
            .outcomes([None, Some(Ok(7)), Some(Err(Stalled))])
            .preemptions(2),
        Model::new(
            "mpsc::consumer_told_of_a_send_receives_it",
            consumer_told_of_a_send_receives_it,
        )
        .outcomes([None, Some((1, 2)), Some((2, 2))]),
        Model::new("mpsc::length_is_an_estimate", length_is_an_estimate).outcomes([0, 1]),
    ]
}

/// Which of two producers knew of room for itself.
const BOTH_OR_EITHER: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

/// One send and the drop of the producer, looked at twice: stalled only after empty, closed only
/// after the value.
fn empty_and_stalled_differ() -> (Result<u32, TryRecvError>, Result<u32, TryRecvError>) {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || sender.try_send(7).unwrap());
    let received = (receiver.try_recv(), receiver.try_recv());
    producer.join().unwrap();
    received
}

/// Two producers do something elsewhere and go. A consumer that learns that both are gone sees it.
fn last_producers_drop_publishes() -> Result<u32, TryRecvError> {
    let (sender, mut receiver) = mpsc::bounded::<u32>(1);
    let elsewhere = Arc::new([Atomic::new(0), Atomic::new(0)]);
    let producer = |i: usize| {
        let (sender, elsewhere) = (sender.clone(), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere[i].store(1, Relaxed);
            drop(sender);
        })
    };
    let producers = [producer(0), producer(1)];
    drop(sender);
    let received = receiver.try_recv();
    if received == Err(TryRecvError::Closed) {
        assert_eq!([0, 1].map(|i| elsewhere[i].load(Relaxed)), [1, 1]);
    }
    join(producers);
    received
}

/// Two values are taken out of a full queue of two, and after each a flag is set for one producer.
///
/// A producer that sees its flag asks for room, and there is some at every moment of its call: the other one
/// takes one slot at the most. It may know of the other's claim, though, and not of the slot that made it
/// possible.
fn two_slots_for_two_producers(first: fn(&Sender<u32>), second: fn(&Sender<u32>)) -> [bool; 2] {
    let (sender, mut receiver) = full(2);
    let freed = Arc::new([Atomic::new(false), Atomic::new(false)]);
    let producer = |i: usize, ask: fn(&Sender<u32>)| {
        let (sender, freed) = (sender.clone(), Arc::clone(&freed));
        spawn(move || {
            let is_mine = freed[i].load(Acquire);
            if is_mine {
                ask(&sender);
            }
            is_mine
        })
    };
    let producers = [producer(0, first), producer(1, second)];
    for flag in freed.iter() {
        assert!(receiver.try_recv().is_ok());
        flag.store(true, Release);
    }
    join_all(producers)
}

fn try_send(sender: &Sender<u32>) {
    assert!(sender.try_send(3).is_ok());
}

fn producer_that_knows_of_room_sends() -> [bool; 2] {
    two_slots_for_two_producers(try_send, try_send)
}

fn producer_that_knows_of_room_is_ready() -> [bool; 2] {
    let ready = |sender: &Sender<u32>| assert!(poll_once(pin!(sender.ready_async())).is_ready());
    two_slots_for_two_producers(ready, try_send)
}

/// A producer sends two values to a queue of two with one value in it, while the consumer receives that one
/// and looks for another.
///
/// If it finds the queue empty, that was before the batch, and there was room for both from then on. So there
/// was if it finds the first of the two claimed and not sent: it had freed its slot before it looked.
fn batch_stops_short_at_a_full_queue_only() -> (Result<u32, TryRecvError>, bool) {
    let (sender, mut receiver) = mpsc::bounded_starting_at(2, NEARLY_OVER);
    sender.try_send(1).unwrap();
    let producer = spawn(move || {
        let is_complete = match sender.try_send_many([2, 3]) {
            Ok(positions) => {
                assert_eq!(positions, after(1)..after(3));
                true
            }
            Err(error) => {
                assert_eq!((error.sent(), error.is_full()), (1, true), "there was room for one");
                assert!(error.into_unsent().eq([3]));
                false
            }
        };
        (is_complete, sender) // which keeps the queue open until the consumer has looked
    });
    assert_eq!(receiver.try_recv(), Ok(1));
    let second = receiver.try_recv();
    (second, producer.join().unwrap().0)
}

/// The consumer does something elsewhere and closes; a producer that is refused sees it. The outcome is
/// whether it was.
fn refused_send_sees_what_the_closer_did() -> bool {
    let (sender, mut receiver) = mpsc::bounded(1);
    let elsewhere = Arc::new(Atomic::new(0));
    let producer = {
        let elsewhere = Arc::clone(&elsewhere);
        spawn(move || match sender.try_send(7) {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error, TrySendError::Closed(7));
                assert_eq!(elsewhere.load(Relaxed), 1);
                true
            }
        })
    };
    elsewhere.store(1, Relaxed);
    receiver.close();
    producer.join().unwrap()
}

/// As above, for a producer that only asks.
fn is_closed_publishes_to_producers() -> bool {
    let (sender, receiver) = mpsc::bounded::<u32>(1);
    let elsewhere = Arc::new(Atomic::new(0));
    let producer = {
        let elsewhere = Arc::clone(&elsewhere);
        spawn(move || {
            let is_closed = sender.is_closed();
            assert!(!is_closed || elsewhere.load(Relaxed) == 1);
            is_closed
        })
    };
    elsewhere.store(1, Relaxed);
    drop(receiver);
    producer.join().unwrap()
}

/// Two producers do something elsewhere and go; the consumer that asks, and hears that the queue is closed,
/// sees it.
fn is_closed_publishes_to_the_consumer() -> bool {
    let (sender, receiver) = mpsc::bounded::<u32>(1);
    let elsewhere = Arc::new([Atomic::new(0), Atomic::new(0)]);
    let producer = |i: usize, sender: Sender<u32>| {
        let elsewhere = Arc::clone(&elsewhere);
        spawn(move || {
            elsewhere[i].store(1, Relaxed);
            drop(sender);
        })
    };
    let producers = [producer(0, sender.clone()), producer(1, sender)];
    let is_closed = receiver.is_closed();
    if is_closed {
        assert_eq!([0, 1].map(|i| elsewhere[i].load(Relaxed)), [1, 1]);
    }
    join(producers);
    is_closed
}

/// A producer sends as many values as fit in; another finds the queue full, and tells the consumer. `None` if
/// it did not.
fn witness_of_a_full_queue(capacity: u32) -> Option<Result<u32, TryRecvError>> {
    let (sender, mut receiver) = mpsc::bounded_starting_at(capacity as usize, NEARLY_OVER);
    let is_told = Arc::new(Atomic::new(false));
    let other = {
        let sender = sender.clone();
        spawn(move || (0..capacity).for_each(|i| assert!(sender.try_send(7 + i).is_ok())))
    };
    let witness = {
        let is_told = Arc::clone(&is_told);
        spawn(move || {
            let is_full = poll_once(pin!(sender.ready_async())).is_pending();
            is_told.store(is_full, Release);
        })
    };
    let received = is_told.load(Acquire).then(|| receiver.try_recv());
    join([other, witness]);
    received
}

/// The consumer does not say `Empty`, but the value may be on its way.
fn consumer_told_of_a_full_queue_does_not_say_empty() -> Option<Result<u32, TryRecvError>> {
    witness_of_a_full_queue(1)
}

/// The first value was sent before the second was claimed. Still the consumer may have to say `Stalled`, as its
/// documentation says: the witness knows of the claims, and not of what their producer did before.
fn stalled_is_an_estimate() -> Option<Result<u32, TryRecvError>> {
    witness_of_a_full_queue(2)
}

/// A producer sends two values, and tells the consumer of the first: whatever is asked then counts that one.
/// The outcome is a drain's number, and how many values there were.
fn consumer_told_of_a_send_receives_it() -> Option<(usize, usize)> {
    let (sender, mut receiver) = mpsc::bounded_starting_at(2, NEARLY_OVER);
    let is_told = Arc::new(Atomic::new(false));
    let producer = {
        let is_told = Arc::clone(&is_told);
        spawn(move || {
            sender.try_send(1).unwrap();
            is_told.store(true, Release);
            sender.try_send(2).unwrap();
        })
    };
    let drained = is_told.load(Acquire).then(|| {
        assert!(!receiver.is_empty());
        receiver.drain(2).count()
    });
    producer.join().unwrap();
    drained.map(|drained| (drained, drained + receiver.drain(2).count()))
}

/// A third party asks for the length while a value is received and another sent: it may count neither, or
/// both, but never more than there are slots.
fn length_is_an_estimate() -> usize {
    let (sender, mut receiver) = full(1);
    let observer = {
        let sender = sender.clone();
        spawn(move || sender.len())
    };
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(sender.try_send(2).is_ok());
    observer.join().unwrap()
}
