//! Wakers of producers that panic: wherever room is made, or the wait ended. Accepted values are received or
//! dropped, and those that wait behind are woken all the same.

use super::ledger::{Entry, Ledger, Lying, Watched};
use super::probe::{In, Probe};
use super::{Queue, after, len, on_each_queue, panics};
use latchfree::mpsc::{Consumer, Producer, SendFuture};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A sender that waits, and its waker.
struct Sender<'a, Q: Queue> {
    send: Pin<Box<SendFuture<'a, Q>>>,
    probe: Rc<Probe>,
}

impl<'a, Q: Queue> Sender<'a, Q> {
    fn waits(ledger: &Ledger, producer: &'a Producer<Q>, probe: Rc<Probe>) -> Self {
        let send = Box::pin(producer.send_async(ledger.entry()));
        let mut sender = Self { send, probe };
        assert!(sender.poll().is_pending());
        sender
    }

    fn poll(&mut self) -> Poll<Result<(), usize>> {
        let waker = self.probe.waker();
        let polled = self.send.as_mut().poll(&mut Context::from_waker(&waker));
        polled.map_ok(drop).map_err(|error| error.into_inner().id)
    }

    fn wakes(&self) -> usize {
        self.probe.wakes.get()
    }
}

/// Two that wait on a full queue. The waker of the first panics.
fn bad_and_good<'a, Q: Queue>(ledger: &Ledger, producer: &'a Producer<Q>) -> [Sender<'a, Q>; 2] {
    [Probe::that_panics_in(In::Wake), Probe::new()].map(|it| Sender::waits(ledger, producer, it))
}

/// The ways to receive.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    TryRecv,
    PollRecv,
    RecvAsync,
    Drain(usize),
    #[cfg(feature = "std")]
    Recv,
    #[cfg(feature = "std")]
    RecvTimeout,
    #[cfg(feature = "std")]
    RecvMany(usize),
}

/// All of them, and how many slots each frees of four.
const WAYS: &[(By, usize)] = &[
    (By::TryRecv, 1),
    (By::PollRecv, 1),
    (By::RecvAsync, 1),
    (By::Drain(1), 1),
    (By::Drain(9), 4),
    #[cfg(feature = "std")]
    (By::Recv, 1),
    #[cfg(feature = "std")]
    (By::RecvTimeout, 1),
    #[cfg(feature = "std")]
    (By::RecvMany(1), 1),
    #[cfg(feature = "std")]
    (By::RecvMany(9), 4),
];

/// Receives, and puts what comes into `received`.
fn receive<Q: Queue>(consumer: &mut Consumer<Q>, by: By, received: &mut Vec<Entry>) {
    let mut cx = Context::from_waker(Waker::noop());
    let is_ready = |polled: Poll<_>| match polled {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("there is a value"),
    };
    match by {
        By::TryRecv => received.extend(consumer.try_recv().ok()),
        By::PollRecv => received.extend(is_ready(consumer.poll_recv(&mut cx)).ok()),
        By::RecvAsync => received.extend(is_ready(pin!(consumer.recv_async()).poll(&mut cx)).ok()),
        By::Drain(max) => {
            received.extend(consumer.drain(max));
        }
        #[cfg(feature = "std")]
        By::Recv => received.extend(consumer.recv().ok()),
        #[cfg(feature = "std")]
        By::RecvTimeout => {
            received.extend(consumer.recv_timeout(std::time::Duration::from_secs(60)).ok());
        }
        #[cfg(feature = "std")]
        By::RecvMany(max) => assert!(consumer.recv_many(received, max).is_ok()),
    }
}

/// The value that was about to be returned comes with the next call, whichever that is.
#[test]
fn panic_in_a_receive_loses_no_value() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        ((by, frees), (next, _)): ((By, usize), (By, usize)),
    ) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let [mut bad, mut good] = bad_and_good(ledger, &producer);
        let (start, mut received) = (consumer.position(), Vec::new());
        panics(|| receive(&mut consumer, by, &mut received));
        ledger.check(0..6);
        assert_eq!((bad.wakes(), good.wakes()), (1, usize::from(frees > 1)));
        assert_eq!(consumer.len() + received.len(), 4, "the value that was kept counts");
        assert_eq!(
            consumer.position(),
            after(start, received.len() as u64),
            "and was not received"
        );
        assert_eq!(bad.poll(), Poll::Ready(Ok(())));
        while received.len() < 5 {
            assert!(!consumer.is_empty(), "a value is lost");
            receive(&mut consumer, next, &mut received);
        }
        assert_eq!((good.wakes(), good.poll()), (1, Poll::Ready(Ok(()))));
        receive(&mut consumer, next, &mut received);
        assert!(received.iter().map(|entry| entry.id).eq(0..6));
        assert!(consumer.is_empty());
    }
    // Each after each, but where a test takes a thousand times as long.
    let nexts = if cfg!(miri) { &WAYS[..1] } else { WAYS };
    for &first in WAYS {
        for &next in nexts {
            on_each_queue!(on, (first, next));
        }
    }
}

/// A value that was kept is dropped with the consumer, if it is not received before.
#[test]
fn kept_value_is_dropped_with_the_consumer() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let _waiting = bad_and_good(ledger, &producer);
        panics(|| consumer.try_recv());
        ledger.check(0..6);
        drop(consumer);
        ledger.check(4..6);
    }
    on_each_queue!(on);
}

#[test]
fn panic_in_a_close_wakes_the_others() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let [mut bad, mut good] = bad_and_good(ledger, &producer);
        panics(|| consumer.close());
        assert_eq!((bad.wakes(), good.wakes()), (1, 1));
        ledger.check(0..6);
        assert_eq!((bad.poll(), good.poll()), (Poll::Ready(Err(4)), Poll::Ready(Err(5))));
        assert_eq!(consumer.drain(9).count(), 4);
    }
    on_each_queue!(on);
}

/// The consumer drops the values in the queue: a static ring would never do it.
#[test]
fn panic_when_the_consumer_goes_leaks_no_value() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let [mut bad, mut good] = bad_and_good(ledger, &producer);
        panics(|| drop(consumer));
        ledger.check(4..6);
        assert_eq!((producer.len(), bad.wakes(), good.wakes()), (0, 1, 1));
        assert_eq!((bad.poll(), good.poll()), (Poll::Ready(Err(4)), Poll::Ready(Err(5))));
    }
    on_each_queue!(on);
}

/// Wakers of both ends panic, and values do when they are dropped: all is dropped, and the first panic is the
/// one that comes out.
#[cfg(feature = "std")]
#[test]
fn panics_of_all_when_the_consumer_goes_leak_no_value() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, consumer: Consumer<Q>) {
        let bad_values = [(); 4].map(|()| ledger.entry_that_panics());
        assert_eq!(producer.try_send_many(bad_values).ok().map(len), Some(4));
        let senders =
            [(); 2].map(|()| Sender::waits(ledger, &producer, Probe::that_panics_in(In::Wake)));
        panics(|| drop(consumer));
        ledger.check(4..6);
        assert_eq!(senders.map(|sender| sender.wakes()), [1, 1]);
    }
    on_each_queue!(on);
}

/// A sender that was woken and gives up wakes the next one.
#[test]
fn panic_in_a_cancelled_send_wakes_the_next() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let cancelled = Sender::waits(ledger, &producer, Probe::new());
        let [mut bad, mut good] = bad_and_good(ledger, &producer);
        assert!(consumer.try_recv().is_ok_and(|entry| entry.id == 0));
        assert_eq!((cancelled.wakes(), bad.wakes()), (1, 0));
        panics(|| drop(cancelled));
        ledger.check([1, 2, 3, 5, 6].into_iter());
        assert_eq!((bad.wakes(), bad.poll()), (1, Poll::Ready(Ok(()))));
        assert_eq!((consumer.drain(9).count(), good.wakes()), (4, 1));
        assert_eq!(good.poll(), Poll::Ready(Ok(())));
    }
    on_each_queue!(on);
}

/// A task that only waits for room wakes the next one when it is ready. It is ready the next time, then.
#[test]
fn panic_in_a_poll_that_is_ready_wakes_the_next() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let mut ready = pin!(producer.ready_async());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(ready.as_mut().poll(&mut cx).is_pending());
        let [mut bad, good] = bad_and_good(ledger, &producer);
        assert!(consumer.try_recv().is_ok());
        panics(|| ready.as_mut().poll(&mut cx));
        assert_eq!((bad.wakes(), good.wakes()), (1, 0));
        assert!(ready.as_mut().poll(&mut cx).is_ready());
        assert_eq!((bad.poll(), good.wakes()), (Poll::Ready(Ok(())), 0));
    }
    on_each_queue!(on);
}

/// The consumer passes over slots that were given up, and frees them: before `Empty`, and before `Stalled`.
#[test]
fn panic_where_slots_were_given_up_wakes_the_others() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let nothing = |says| Lying { has: Vec::new().into_iter(), says };
        assert_eq!(producer.try_send_many(nothing(4)).ok().map(len), Some(0));
        let [mut bad, mut good] = bad_and_good(ledger, &producer);
        panics(|| consumer.try_recv());
        assert_eq!((bad.wakes(), good.wakes()), (1, 1));
        assert_eq!((bad.poll(), good.poll()), (Poll::Ready(Ok(())), Poll::Ready(Ok(()))));
        assert_eq!(consumer.drain(9).count(), 2);

        assert_eq!(producer.try_send_many(nothing(3)).ok().map(len), Some(0));
        let (has, mut senders) = (ledger.entries(1).into_iter(), None);
        let before_each = |left| {
            if left == 1 {
                let [bad, good] = senders.insert(bad_and_good(ledger, &producer));
                panics(|| consumer.try_recv());
                assert_eq!((bad.wakes(), good.wakes()), (1, 1));
            }
        };
        assert_eq!(producer.try_send_many(Watched { has, before_each }).ok().map(len), Some(1));
        for sender in senders.iter_mut().flatten() {
            assert_eq!(sender.poll(), Poll::Ready(Ok(())));
        }
        assert_eq!(consumer.drain(9).count(), 3);
    }
    on_each_queue!(on);
}
