//! Queues: what is accepted is received, once and in order; nobody sleeps for ever.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, Receiver, RecvError, Sender, TryRecvError, TrySendError};
use loom::future::block_on;
use loom::thread::{JoinHandle, yield_now};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Two tickets before the wrap.
const NEARLY_OVER: u64 = u64::MAX - 7;

pub fn models() -> Vec<Model> {
    use TryRecvError::{Closed, Empty, Stalled};
    vec![
        Model::new("mpsc::producers_keep_their_order", producers_keep_their_order)
            .outcomes(interleavings())
            .preemptions(2),
        Model::new("mpsc::places_are_used_again", places_are_used_again)
            .outcomes([[1, 2, 3]])
            .preemptions(3),
        Model::new("mpsc::freed_places_are_shared", freed_places_are_shared)
            .outcomes([
                (2, [false, false]),
                (2, [false, true]),
                (2, [true, false]),
                (2, [true, true]),
            ])
            .preemptions(3),
        Model::new("mpsc::empty_and_stalled_differ", empty_and_stalled_differ).outcomes([
            (Err(Empty), Err(Empty)),
            (Err(Empty), Err(Stalled)),
            (Err(Empty), Ok(7)),
            (Err(Stalled), Err(Stalled)),
            (Err(Stalled), Ok(7)),
            (Ok(7), Err(Empty)),
            (Ok(7), Err(Closed)),
        ]),
        Model::new("mpsc::closed_means_accepted_iff_received", closed_means_accepted_iff_received)
            .outcomes([[false, false], [true, false], [false, true], [true, true]])
            .preemptions(3),
        Model::new("mpsc::dropped_means_dropped_once", dropped_means_dropped_once)
            .outcomes([true, false]),
        Model::new("mpsc::disconnect_publishes", disconnect_publishes)
            .preemptions(3)
            .outcomes([Err::<u32, _>(Closed), Err(Empty)]),
        Model::new("mpsc::a_batch_stays_together", a_batch_stays_together)
            .outcomes([[1, 2, 3, 4], [3, 4, 1, 2]])
            .preemptions(2),
        Model::new("mpsc::a_push_wakes", a_push_wakes).outcomes([Ok::<_, RecvError>(7)]),
        Model::new("mpsc::each_push_wakes", each_push_wakes)
            .outcomes([[1, 2], [2, 1]])
            .preemptions(3),
        Model::new("mpsc::the_last_drop_wakes", the_last_drop_wakes)
            .outcomes([Err::<u32, _>(RecvError)])
            .preemptions(3),
        Model::new("mpsc::an_aborted_push_hands_the_waker_back", an_aborted_push_hands_back)
            .outcomes([Ok::<_, RecvError>(7)])
            .preemptions(3),
        Model::new("mpsc::room_wakes", room_wakes).outcomes([[1, 2]]),
        Model::new("mpsc::room_for_two_wakes_two", room_for_two_wakes_two)
            .outcomes([BTreeSet::from([1, 2, 3, 4])])
            .preemptions(2),
        Model::new("mpsc::close_wakes_producers", close_wakes_producers)
            .outcomes([None, Some(2)])
            .preemptions(3),
        Model::new("mpsc::a_task_is_woken", a_task_is_woken).outcomes([Ok::<_, RecvError>(7)]),
        Model::new("mpsc::a_new_waker_counts", a_new_waker_counts).outcomes([7]),
        Model::new("mpsc::who_gives_up_passes_room_on", who_gives_up_passes_room_on)
            .outcomes([(false, 2), (true, 2)])
            .preemptions(2),
        Model::new("mpsc::one_split_wins", one_split_wins).outcomes([[true, false], [false, true]]),
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

/// Receives without sleeping, letting the others run in between.
fn next<T>(receiver: &mut Receiver<T>) -> T {
    loop {
        match receiver.try_recv() {
            Ok(value) => return value,
            Err(TryRecvError::Closed) => panic!("disconnected too early"),
            Err(_) => yield_now(),
        }
    }
}

/// Pushes without sleeping.
fn push(sender: &Sender<u32>, mut value: u32) {
    while let Err(error) = sender.try_send(value) {
        assert!(error.is_full());
        value = error.into_inner();
        yield_now();
    }
}

/// Polls with a waker that does nothing, letting the others run in between.
fn poll_often<T>(receiver: &mut Receiver<T>) -> Result<T, RecvError> {
    loop {
        match receiver.poll_recv(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(received) => return received,
            Poll::Pending => yield_now(),
        }
    }
}

fn join(threads: [JoinHandle<()>; 2]) {
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Two producers push two values each through a queue of four places, across the wrap of the tickets.
fn producers_keep_their_order() -> [u32; 4] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(4, NEARLY_OVER);
    let producer = |base: u32| {
        let sender = sender.clone();
        spawn(move || {
            push(&sender, base + 1);
            push(&sender, base + 2);
        })
    };
    let producers = [producer(0), producer(10)];
    drop(sender);
    let received = [(); 4].map(|()| next(&mut receiver));
    join(producers);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    received
}

/// One place, three values: each waits for the one before to be taken out.
fn places_are_used_again() -> [u32; 3] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(1, NEARLY_OVER);
    let producer = spawn(move || [1, 2, 3].into_iter().for_each(|value| push(&sender, value)));
    let received = [(); 3].map(|()| next(&mut receiver));
    producer.join().unwrap();
    received
}

/// The consumer frees two places together; two producers share what the first of them finds out.
/// The outcome is which of them got in at the first try.
fn freed_places_are_shared() -> (usize, [bool; 2]) {
    let (sender, mut receiver) = mpsc::bounded_starting_at(2, NEARLY_OVER);
    sender.send_many([1, 2]).unwrap();
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || sender.try_send(value).is_ok())
    };
    let producers = [producer(3), producer(4)];
    let drained = receiver.drain(2, |value| assert!(value < 3));
    let sent = producers.map(|producer| producer.join().unwrap());
    let left = receiver.drain(3, |value| assert!(sent[value as usize - 3]));
    assert_eq!(left, sent.iter().filter(|sent| **sent).count());
    (drained, sent)
}

/// One push and the drop of the producer, looked at twice: stalled only after empty, disconnected only
/// after the value.
fn empty_and_stalled_differ() -> (Result<u32, TryRecvError>, Result<u32, TryRecvError>) {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || sender.try_send(7).unwrap());
    let received = (receiver.try_recv(), receiver.try_recv());
    producer.join().unwrap();
    received
}

/// Two pushes while the consumer closes: those that were accepted arrive, the others do not.
fn closed_means_accepted_iff_received() -> [bool; 2] {
    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || match sender.try_send(value) {
            Ok(()) => true,
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

/// A push while the consumer is dropped: the value is dropped once, here or there. The outcome is
/// whether it was accepted.
fn dropped_means_dropped_once() -> bool {
    struct Counted(Arc<Atomic<usize>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    let drops = Arc::new(Atomic::new(0));
    let (sender, receiver) = mpsc::bounded(1);
    let producer = {
        let drops = Arc::clone(&drops);
        spawn(move || match sender.try_send(Counted(Arc::clone(&drops))) {
            Ok(()) => true,
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

/// Two producers do something elsewhere and go; who learns that both are gone sees it.
fn disconnect_publishes() -> Result<u32, TryRecvError> {
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

/// Two producers push two values each in one claim.
fn a_batch_stays_together() -> [u32; 4] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(4, NEARLY_OVER);
    let producer = |values: [u32; 2]| {
        let sender = sender.clone();
        spawn(move || assert_eq!(sender.send_many(values).unwrap(), 2))
    };
    let producers = [producer([1, 2]), producer([3, 4])];
    let received = [(); 4].map(|()| next(&mut receiver));
    join(producers);
    received
}

/// The consumer sleeps, or is about to, when the push comes.
fn a_push_wakes() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender // not dropped before the value was received: it is the push that has to wake
    });
    let received = receiver.recv();
    drop(producer.join().unwrap());
    received
}

/// The consumer sleeps twice, and the second push may come from another thread than the first.
fn each_push_wakes() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || sender.try_send(value).unwrap())
    };
    let producers = [producer(1), producer(2)];
    let received = [(); 2].map(|()| receiver.recv().unwrap());
    join(producers);
    received
}

/// The consumer sleeps until both producers have gone without a word.
fn the_last_drop_wakes() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded::<u32>(1);
    let other = sender.clone();
    let producers = [spawn(move || drop(sender)), spawn(move || drop(other))];
    let received = receiver.recv();
    join(producers);
    received
}

/// The push that finds the consumer asleep has no value after all; the consumer sleeps again, which
/// needs its cell back, and the next push wakes it. The consumer is a task that is polled at any
/// time, not only when woken: loom takes the wake-up of a thread for more than it is.
fn an_aborted_push_hands_back() -> Result<u32, RecvError> {
    /// Says that it has a value, and has none.
    struct Liar;
    impl Iterator for Liar {
        type Item = u32;
        fn next(&mut self) -> Option<u32> {
            None
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (1, Some(1))
        }
    }
    impl ExactSizeIterator for Liar {}

    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = spawn(move || {
        assert_eq!(sender.send_many(Liar).unwrap(), 0);
        sender.try_send(7).unwrap();
        sender
    });
    let received = poll_often(&mut receiver);
    drop(producer.join().unwrap());
    received
}

/// A producer sleeps, or is about to, when the only place becomes free.
fn room_wakes() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::bounded(1);
    sender.try_send(1).unwrap();
    let producer = spawn(move || sender.send(2).unwrap());
    let first = receiver.try_recv().unwrap();
    producer.join().unwrap();
    [first, receiver.try_recv().unwrap()]
}

/// Two producers sleep when two places become free together: one is woken, and wakes the other.
fn room_for_two_wakes_two() -> BTreeSet<u32> {
    let (sender, mut receiver) = mpsc::bounded(2);
    sender.send_many([1, 2]).unwrap();
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || sender.send(value).unwrap())
    };
    let producers = [producer(3), producer(4)];
    let mut received = BTreeSet::new();
    assert_eq!(receiver.drain(2, |value| assert!(received.insert(value))), 2);
    join(producers);
    assert_eq!(receiver.drain(2, |value| assert!(received.insert(value))), 2);
    received
}

/// A producer sleeps, or is about to, when the consumer goes. The outcome is the value that it got
/// back.
fn close_wakes_producers() -> Option<u32> {
    let (sender, mut receiver) = mpsc::bounded(1);
    sender.try_send(1).unwrap();
    let producer = spawn(move || sender.send(2).err().map(|error| error.into_inner()));
    assert_eq!(receiver.try_recv(), Ok(1));
    drop(receiver);
    producer.join().unwrap()
}

/// Two threads split one ring: one gets the handles.
fn one_split_wins() -> [bool; 2] {
    let ring = Arc::new(mpsc::Ring::<u32, 2>::new());
    let split = |ring: Arc<mpsc::Ring<u32, 2>>| ring.split().is_ok();
    let other = {
        let ring = Arc::clone(&ring);
        spawn(move || split(ring))
    };
    let mine = split(ring);
    [mine, other.join().unwrap()]
}

/// A task that was polled is woken by the push, from another thread.
fn a_task_is_woken() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender
    });
    let received = block_on(receiver.recv_async());
    drop(producer.join().unwrap());
    received
}

/// A task is polled with one waker and then with another: the push wakes the other, or comes before.
fn a_new_waker_counts() -> u32 {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender
    });
    let first = receiver.poll_recv(&mut Context::from_waker(Waker::noop()));
    let received = match first {
        Poll::Ready(received) => received,
        Poll::Pending => receiver.recv(), // sleeps: with the first waker it would not wake up
    };
    drop(producer.join().unwrap());
    received.unwrap()
}

/// Two producers wait for one place; the first gives up, before or after it was woken. The outcome is
/// whether it had pushed, and how many values are left.
fn who_gives_up_passes_room_on() -> (bool, usize) {
    let (sender, mut receiver) = mpsc::bounded(2);
    sender.send_many([1, 2]).unwrap();
    let impatient = {
        let sender = sender.clone();
        spawn(move || {
            let mut send = pin!(sender.send_async(3));
            send.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
        })
    };
    let patient = spawn(move || sender.send(4).unwrap());
    assert_eq!(receiver.try_recv(), Ok(1));
    let pushed = impatient.join().unwrap();
    if pushed {
        // Then there is no room for the other before we make some.
        assert_eq!(receiver.try_recv(), Ok(2));
    }
    patient.join().unwrap();
    let left = receiver.drain(4, |_| ());
    (pushed, left)
}
