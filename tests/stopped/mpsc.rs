//! Queues: a producer between claim and publication, a consumer in the middle of a batch, senders that were
//! woken and are not polled, wakers and drops that do not return.

use crate::support::{Stop, Task, ends, start};
use latchfree::mpsc::{
    RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError, bounded,
};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

const FOR_A_WHILE: Duration = Duration::from_millis(1);

/// An iterator that stops before one of its values.
struct Stops {
    values: std::vec::IntoIter<u32>,
    before: u32,
    stop: Arc<Stop>,
}

impl Stops {
    fn before(before: u32, values: impl Into<Vec<u32>>, stop: &Arc<Stop>) -> Self {
        Self { values: values.into().into_iter(), before, stop: Arc::clone(stop) }
    }
}

impl Iterator for Stops {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.values.as_slice().first() == Some(&self.before) {
            self.stop.here();
        }
        self.values.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.values.size_hint()
    }
}

impl ExactSizeIterator for Stops {}

#[test]
fn claim_stopped_holds_up_the_consumer_and_producers_once_it_is_full() {
    let ((sender, mut receiver), stop) = (bounded(4), Stop::new());
    let stopped = {
        let (sender, values) = (sender.clone(), Stops::before(0, [0, 1], &stop));
        start(move || sender.try_send_many(values).ok())
    };
    stop.wait_for_participant();
    assert_eq!(sender.send(2), Ok(2));
    assert_eq!(sender.try_send(3), Ok(3));
    assert_eq!(sender.try_send(4), Err(TrySendError::Full(4)));
    let behind = {
        let sender = sender.clone();
        start(move || sender.send(4))
    };
    let mut receiver = ends(move || {
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Stalled));
        assert_eq!(receiver.drain(9).count(), 0);
        assert_eq!(receiver.recv_timeout(FOR_A_WHILE), Err(RecvTimeoutError::Timeout));
        receiver
    });
    let waits = start(move || {
        let received = [(); 5].map(|()| receiver.recv());
        (received, receiver)
    });
    waits.is_stuck();
    behind.is_stuck();
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), behind.ends()), (Some(0..2), Ok(4)));
    assert_eq!(waits.ends().0, [0, 1, 2, 3, 4].map(Ok));
}

/// The claim takes the waker of the blocked consumer. Only this producer calls it, at the end of the batch.
#[test]
fn batch_stopped_in_the_middle_leaves_a_blocked_consumer_blocked() {
    let ((sender, mut receiver), stop) = (bounded(4), Stop::new());
    let other = sender.clone();
    let mut task = Task::new(std::future::poll_fn(move |cx| receiver.poll_recv(cx)));
    assert!(task.poll().is_pending());
    let values = Stops::before(1, [0, 1], &stop);
    let stopped = start(move || sender.try_send_many(values).ok());
    stop.wait_for_participant();
    assert_eq!(other.try_send(2), Ok(2));
    assert_eq!(task.wakes(), 0, "the claim is not over, and has its waker");
    assert_eq!(task.poll(), Poll::Ready(Ok(0)), "a look finds what is there");
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), task.wakes()), (Some(0..2), 1));
    assert_eq!([task.poll(), task.poll()], [1, 2].map(|value| Poll::Ready(Ok(value))));
}

/// As if it had lost the processor between publication and wake-up.
#[test]
fn send_stopped_in_the_waker_of_the_consumer_holds_up_no_other_producer() {
    let ((sender, mut receiver), stop) = (bounded(4), Stop::new());
    let waker = Arc::clone(&stop).into();
    assert!(receiver.poll_recv(&mut std::task::Context::from_waker(&waker)).is_pending());
    let stopped = {
        let sender = sender.clone();
        start(move || sender.try_send(1))
    };
    stop.wait_for_participant();
    assert_eq!(ends(move || (sender.try_send(2), sender)).0, Ok(1), "and it does not wake");
    let (received, receiver) = ends(move || ([receiver.recv(), receiver.recv()], receiver));
    assert_eq!(received, [Ok(1), Ok(2)], "one that looks by itself receives");
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(0));
    drop(receiver);
}

/// The slots of a batch are free after the batch.
#[test]
fn consumer_stopped_in_a_batch_holds_up_producers_once_it_is_full() {
    /// A buffer that stops at its first value.
    struct Buffer(Arc<Stop>, Vec<u32>);
    impl Extend<u32> for Buffer {
        fn extend<I: IntoIterator<Item = u32>>(&mut self, values: I) {
            self.1.extend(values.into_iter().inspect(|_| self.0.here()));
        }
    }
    for drains in [true, false] {
        let ((sender, mut receiver), stop) = (bounded(4), Stop::new());
        assert_eq!(sender.try_send_many([0, 1]).ok(), Some(0..2));
        let batch = {
            let mut buffer = Buffer(Arc::clone(&stop), Vec::new());
            start(move || {
                let received = match drains {
                    true => receiver.drain(9).inspect(|_| buffer.0.here()).count(),
                    false => receiver.recv_many(&mut buffer, 9).unwrap(),
                };
                (received, receiver)
            })
        };
        stop.wait_for_participant();
        let (sender, waits) = ends(move || {
            let error = sender.try_send_many([2, 3, 4]).unwrap_err();
            assert_eq!((error.sent(), error.is_full()), (2, true));
            assert_eq!(sender.send_timeout(4, FOR_A_WHILE), Err(SendTimeoutError::Timeout(4)));
            let other = sender.clone();
            (sender, start(move || other.send(4)))
        });
        waits.is_stuck();
        batch.is_stuck();
        stop.release();
        let (received, _receiver) = batch.ends();
        assert_eq!((waits.ends(), received, sender.is_closed()), (Ok(4), 4, false));
    }
}

/// All four slots become free together, for five that wait; the first is not polled.
#[test]
fn woken_sender_that_is_not_polled_keeps_one_slot_and_no_more() {
    let (sender, mut receiver) = bounded(4);
    assert_eq!(sender.try_send_many([0; 4]).ok(), Some(0..4));
    let not_polled = Task::waiting(sender.send_async(1));
    let mut others = [2, 3, 4, 5].map(|value| Task::waiting(sender.send_async(value)));
    assert_eq!(receiver.drain(9).count(), 4);
    assert_eq!(not_polled.wakes(), 1);
    assert_eq!(others.each_ref().map(Task::wakes), [1, 1, 1, 0]);
    let [first, second, third, last] = &mut others;
    for (other, position) in [first, second, third].into_iter().zip(4..) {
        assert_eq!(other.poll(), Poll::Ready(Ok(position)));
    }
    assert_eq!((last.wakes(), sender.len()), (0, 3), "there is a slot, but it is not its own");
    drop(not_polled);
    assert_eq!((last.wakes(), last.poll()), (1, Poll::Ready(Ok(7))));
}

/// Those that wait as threads, of which any number may have begun to before the slots were free.
#[test]
fn blocked_senders_pass_a_woken_one_that_is_not_polled() {
    let (sender, mut receiver) = bounded(4);
    assert_eq!(sender.try_send_many([0; 4]).ok(), Some(0..4));
    let not_polled = Task::waiting(sender.send_async(9));
    let blocked = [1, 2, 3].map(|value| {
        let sender = sender.clone();
        start(move || sender.send(value))
    });
    blocked[0].is_stuck();
    assert_eq!(receiver.drain(9).count(), 4);
    let mut sent =
        blocked.map(|thread| thread.ends().unwrap()).into_iter().zip(1..).collect::<Vec<_>>();
    sent.sort_unstable();
    assert_eq!(sent.iter().map(|sent| sent.0).collect::<Vec<_>>(), [4, 5, 6]);
    assert!(receiver.drain(9).with_positions().eq(sent));
    assert_eq!(not_polled.wakes(), 1);
}

/// There is only one to keep. Those that try do not wait, and get it.
#[test]
fn woken_sender_that_is_not_polled_keeps_the_only_slot_from_those_that_wait() {
    let (sender, mut receiver) = bounded(1);
    assert_eq!(sender.try_send(0), Ok(0));
    let not_polled = Task::waiting(sender.send_async(1));
    let mut behind = Task::waiting(sender.send_async(2));
    let blocked = {
        let sender = sender.clone();
        start(move || sender.send(3))
    };
    blocked.is_stuck(); // in the list, behind the others
    assert_eq!(receiver.try_recv(), Ok(0));
    assert_eq!((not_polled.wakes(), behind.wakes(), sender.len()), (1, 0, 0));
    blocked.is_stuck();
    for (value, position) in [(10, 1), (11, 2)] {
        assert_eq!((sender.try_send(value), receiver.try_recv()), (Ok(position), Ok(value)));
    }
    assert_eq!(behind.wakes(), 0);
    drop(not_polled);
    assert_eq!((behind.wakes(), behind.poll()), (1, Poll::Ready(Ok(3))));
    blocked.is_stuck();
    assert_eq!((receiver.try_recv(), blocked.ends()), (Ok(2), Ok(4)));
}

/// One slot, a hundred that wait until there is room and take none.
#[test]
fn freed_slot_wakes_one_ready_future_and_each_wakes_the_next() {
    let (sender, mut receiver) = bounded(1);
    assert_eq!(sender.try_send(0), Ok(0));
    let mut waiting: Vec<_> = (0..100).map(|_| Task::waiting(sender.ready_async())).collect();
    assert_eq!(receiver.try_recv(), Ok(0));
    for polled in 0..100 {
        assert_eq!(waiting.iter().map(Task::wakes).sum::<usize>(), polled + 1);
        assert_eq!((waiting[polled].wakes(), waiting[polled].poll()), (1, Poll::Ready(())));
    }
}

/// Woken, and another was faster: it waits on, in front of those that came later.
#[test]
fn waiter_that_was_overtaken_keeps_its_turn() {
    let (sender, mut receiver) = bounded(1);
    assert_eq!(sender.try_send(0), Ok(0));
    let mut first = Task::waiting(sender.send_async(1));
    let second = Task::waiting(sender.ready_async());
    for (round, position) in (1..4).zip(1..) {
        assert_eq!(receiver.try_recv(), Ok(0));
        assert_eq!(sender.try_send(0), Ok(position), "it came at the right moment");
        assert_eq!((first.wakes(), first.poll(), second.wakes()), (round, Poll::Pending, 0));
    }
    assert_eq!((receiver.try_recv(), first.poll()), (Ok(0), Poll::Ready(Ok(4))));
    assert_eq!(second.wakes(), 0);
}

/// A turn comes with the first poll, and a slot with the wake-up.
#[test]
fn sender_that_was_never_polled_keeps_nothing() {
    let (sender, mut receiver) = bounded(1);
    let _never_polled = (sender.send_async(1), sender.ready_async());
    assert_eq!((sender.try_send(0), receiver.try_recv()), (Ok(0), Ok(0)));
    assert_eq!(sender.try_send(0), Ok(1));
    let mut waits = Task::waiting(sender.send_async(2));
    assert_eq!((receiver.try_recv(), waits.wakes()), (Ok(0), 1));
    assert_eq!(waits.poll(), Poll::Ready(Ok(2)));
}

/// The consumer frees its slots, and stops in the first of the wakers that it is to call.
#[test]
fn receive_stopped_in_the_waker_of_a_sender_delays_those_of_its_batch_alone() {
    let ((sender, mut receiver), stop) = (bounded(4), Stop::new());
    assert_eq!(sender.try_send_many([0; 4]).ok(), Some(0..4));
    let first = Task::waiting_to_stop(sender.send_async(1), &stop);
    let mut behind = Task::waiting(sender.send_async(2));
    let stopped = start(move || (receiver.drain(9).count(), receiver));
    stop.wait_for_participant();
    assert_eq!((behind.wakes(), behind.poll()), (0, Poll::Ready(Ok(4))));
    let sender = {
        let sender = sender.clone();
        ends(move || {
            assert_eq!(sender.try_send_many([3, 4, 5]).ok(), Some(5..8));
            sender
        })
    };
    stopped.is_stuck();
    stop.release();
    let (drained, mut receiver) = stopped.ends();
    assert_eq!((behind.wakes(), drained, receiver.try_recv()), (1, 4, Ok(2)));
    assert!(!sender.is_closed());
    drop(first);
}

#[test]
fn close_stopped_in_the_waker_of_a_sender_is_seen_by_all_that_look() {
    let ((sender, mut receiver), stop) = (bounded(1), Stop::new());
    assert_eq!(sender.try_send(0), Ok(0));
    let first = Task::waiting_to_stop(sender.send_async(1), &stop);
    let mut behind = Task::waiting(sender.send_async(2));
    let stopped = start(move || {
        receiver.close();
        receiver.try_recv()
    });
    stop.wait_for_participant();
    assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
    assert_eq!((behind.wakes(), behind.poll()), (0, Poll::Ready(Err(SendError(2)))));
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), behind.wakes()), (Ok(0), 1));
    drop(first);
}

/// The queue is closed, and all that wait are woken, before the first value is dropped.
#[test]
fn consumer_stopped_in_the_drop_of_a_value_holds_up_no_producer() {
    struct Value(Option<Arc<Stop>>);
    impl Drop for Value {
        fn drop(&mut self) {
            self.0.iter().for_each(|stop| stop.here());
        }
    }
    let ((sender, receiver), stop) = (bounded(1), Stop::new());
    assert!(sender.try_send(Value(Some(Arc::clone(&stop)))).is_ok());
    let mut waits = Task::waiting(sender.send_async(Value(None)));
    let stopped = start(move || drop(receiver));
    stop.wait_for_participant();
    assert_eq!(waits.wakes(), 1);
    assert!(matches!(waits.poll(), Poll::Ready(Err(_))));
    assert!(sender.try_send(Value(None)).is_err_and(|error| error.is_closed()));
    stopped.is_stuck();
    stop.release();
    stopped.ends();
}

/// The end comes when the last handle is dropped, and this one is not.
#[test]
fn forgotten_producer_keeps_the_consumer_from_the_end() {
    let (sender, mut receiver) = bounded::<u32>(1);
    std::mem::forget(sender.clone());
    drop(sender);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(receiver.recv_timeout(FOR_A_WHILE), Err(RecvTimeoutError::Timeout));
    receiver.close(); // what the consumer can do
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

/// A waiter that was polled once and forgotten is a woken one that is not polled, indefinitely.
#[test]
fn forgotten_sender_keeps_one_slot_from_those_that_wait() {
    let (sender, mut receiver) = bounded(2);
    assert_eq!(sender.try_send_many([0; 2]).ok(), Some(0..2));
    std::mem::forget(Task::waiting(sender.send_async(9)));
    for position in [2, 4, 6] {
        let mut waiting = [1, 2].map(|value| Task::waiting(sender.send_async(value)));
        assert_eq!(receiver.drain(9).count(), 2);
        assert_eq!(waiting.each_ref().map(Task::wakes), [1, 0], "from position {position}");
        assert_eq!(waiting[0].poll(), Poll::Ready(Ok(position)));
        assert_eq!(waiting[1].wakes(), 0);
        assert_eq!(sender.try_send(0), Ok(position + 1), "one that tries gets it");
    }
    let mut waits = Task::waiting(sender.send_async(3));
    receiver.close();
    assert_eq!((waits.wakes(), waits.poll()), (1, Poll::Ready(Err(SendError(3)))));
}
