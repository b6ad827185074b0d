//! The consumer waits, and is woken.

use super::{Counted, Liar, join, poll_once};
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, Receiver, RecvError, RecvTimeoutError, Sender};
use loom::future::block_on;
use loom::thread::{JoinHandle, yield_now};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::send_wakes_consumer", send_wakes_consumer)
            .outcomes([Ok::<_, RecvError>(7)]),
        Model::new("mpsc::each_send_wakes_consumer", each_send_wakes_consumer)
            .outcomes([[1, 2], [2, 1]])
            .preemptions(3),
        Model::new("mpsc::last_producers_drop_wakes_consumer", last_producers_drop_wakes_consumer)
            .outcomes([Err::<u32, _>(RecvError)])
            .preemptions(3),
        Model::new("mpsc::aborted_send_hands_waker_back", aborted_send_hands_waker_back)
            .outcomes([Ok::<_, RecvError>(7)])
            .preemptions(3),
        Model::new("mpsc::send_wakes_task", send_wakes_task).outcomes([Ok::<_, RecvError>(7)]),
        Model::new("mpsc::last_waker_is_woken", last_waker_is_woken).outcomes([7]),
        Model::new("mpsc::last_tasks_waker_is_woken", last_tasks_waker_is_woken)
            .outcomes([7])
            .preemptions(3),
        Model::new("mpsc::batch_wakes_consumer", batch_wakes_consumer)
            .outcomes([[1, 2, 3], [3, 1, 2]])
            .preemptions(2),
        Model::new("mpsc::consumer_blocks_after_a_timeout", consumer_blocks_after_a_timeout)
            .outcomes([true, false]),
        Model::new(
            "mpsc::consumer_blocks_after_a_cancelled_receive",
            consumer_blocks_after_a_cancelled_receive,
        )
        .outcomes([true, false]),
        Model::new(
            "mpsc::end_comes_beside_a_cancelled_receive",
            end_comes_beside_a_cancelled_receive,
        )
        .outcomes([Err::<u32, _>(RecvError)]),
        Model::new(
            "mpsc::parked_consumer_is_dropped_beside_a_send",
            parked_consumer_is_dropped_beside_a_send,
        )
        .outcomes([true, false]),
    ]
}

/// The consumer blocks, or is about to, when the send comes.
fn send_wakes_consumer() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender // not dropped before the value was received: it is the send that has to wake
    });
    let received = receiver.recv();
    drop(producer.join().unwrap());
    received
}

/// The consumer blocks twice, and the second value may come from another thread than the first.
fn each_send_wakes_consumer() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = |value: u32| {
        let sender = sender.clone();
        spawn(move || assert!(sender.try_send(value).is_ok()))
    };
    let producers = [producer(1), producer(2)];
    let received = [(); 2].map(|()| receiver.recv().unwrap());
    join(producers);
    received
}

/// The consumer blocks until both producers have gone without a word.
fn last_producers_drop_wakes_consumer() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded::<u32>(1);
    let other = sender.clone();
    let producers = [spawn(move || drop(sender)), spawn(move || drop(other))];
    let received = receiver.recv();
    join(producers);
    received
}

/// The send that finds the consumer parked has no value after all; the consumer parks again, which
/// needs its cell back, and the next send wakes it. The consumer is a task that is polled at any
/// time, not only when woken: loom takes the wake-up of a thread for more than it is.
fn aborted_send_hands_waker_back() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded(2);
    let producer = spawn(move || {
        assert_eq!(sender.try_send_many(Liar).ok(), Some(0..0));
        assert_eq!(sender.try_send(7), Ok(1)); // behind the slot that was given up
        sender
    });
    let received = poll_often(&mut receiver);
    drop(producer.join().unwrap());
    received
}

/// A task that was polled is woken by the send, from another thread.
fn send_wakes_task() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender
    });
    let received = block_on(receiver.recv_async());
    drop(producer.join().unwrap());
    received
}

/// A task is polled with one waker and then with another: the send wakes the other, or comes before.
fn last_waker_is_woken() -> u32 {
    let (sender, mut receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender
    });
    let first = receiver.poll_recv(&mut Context::from_waker(Waker::noop()));
    let received = match first {
        Poll::Ready(received) => received,
        Poll::Pending => receiver.recv(), // blocks: with the first waker it would not be woken
    };
    drop(producer.join().unwrap());
    received.unwrap()
}

/// As above, for a task that goes on polling.
fn last_tasks_waker_is_woken() -> u32 {
    let (mut receiver, producer) = beside_a_send();
    let received = match receiver.poll_recv(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(received) => received,
        Poll::Pending => block_on(receiver.recv_async()),
    };
    drop(producer.join().unwrap());
    received.unwrap()
}

/// A consumer, and a thread that sends it a 7 and keeps the queue open.
fn beside_a_send() -> (Receiver<u32>, JoinHandle<Sender<u32>>) {
    let (sender, receiver) = mpsc::bounded(1);
    let producer = spawn(move || {
        sender.try_send(7).unwrap();
        sender
    });
    (receiver, producer)
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

/// One producer sends two values in one claim, another one value; the consumer blocks for each.
fn batch_wakes_consumer() -> [u32; 3] {
    let (sender, mut receiver) = mpsc::bounded(4);
    let other = sender.clone();
    let producers = [
        spawn(move || {
            assert_eq!(sender.try_send_many([1, 2]).map(|it| it.end - it.start).ok(), Some(2))
        }),
        spawn(move || assert!(other.try_send(3).is_ok())),
    ];
    let received = [(); 3].map(|()| receiver.recv().unwrap());
    join(producers);
    received
}

/// The consumer waits for no time at all, and then for as long as it takes. The outcome is whether the time
/// was over. It is a thread that nothing else has to wake: loom takes a late wake-up for that of a `join`.
fn consumer_blocks_after_a_timeout() -> bool {
    let (sender, mut receiver) = mpsc::bounded(1);
    let consumer = spawn(move || {
        let first = receiver.recv_timeout(Duration::ZERO);
        let is_over = first == Err(RecvTimeoutError::Timeout);
        let received = if is_over { receiver.recv().ok() } else { first.ok() };
        assert_eq!(received, Some(7));
        is_over
    });
    sender.try_send(7).unwrap();
    consumer.join().unwrap()
}

/// A task gives up to receive; then the consumer blocks. The outcome is whether the task had found nothing.
fn consumer_blocks_after_a_cancelled_receive() -> bool {
    let (mut receiver, producer) = beside_a_send();
    let polled = poll_once(pin!(receiver.recv_async()));
    let received = match polled {
        Poll::Ready(received) => received,
        Poll::Pending => receiver.recv(),
    };
    assert_eq!(received, Ok(7));
    drop(producer.join().unwrap());
    polled.is_pending()
}

/// A task gives up to receive while the last producer goes; then the consumer blocks.
fn end_comes_beside_a_cancelled_receive() -> Result<u32, RecvError> {
    let (sender, mut receiver) = mpsc::bounded::<u32>(1);
    let producer = spawn(move || drop(sender));
    let polled = poll_once(pin!(receiver.recv_async()));
    let received = match polled {
        Poll::Ready(received) => received,
        Poll::Pending => receiver.recv(),
    };
    producer.join().unwrap();
    received
}

/// The consumer has left its waker in the queue, and goes, while a value is sent: the value is dropped once,
/// and so is the waker. The outcome is whether the value was accepted.
fn parked_consumer_is_dropped_beside_a_send() -> bool {
    let (sender, mut receiver) = mpsc::bounded(1);
    let drops = Arc::new(Atomic::new(0));
    let waker = Arc::new(NoWake);
    let polled = receiver.poll_recv(&mut Context::from_waker(&Arc::clone(&waker).into()));
    assert!(polled.is_pending());
    let producer = {
        let value = Counted(Arc::clone(&drops));
        spawn(move || sender.try_send(value).is_ok())
    };
    drop(receiver);
    let is_accepted = producer.join().unwrap();
    assert_eq!((drops.load(Relaxed), Arc::strong_count(&waker)), (1, 1));
    is_accepted
}

/// A waker that does nothing; unlike `noop`, its copies are counted.
struct NoWake;

impl Wake for NoWake {
    fn wake(self: Arc<Self>) {}
}
