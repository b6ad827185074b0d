//! Wakers that panic: in the middle of a send, of a close, of a poll. The queue goes on, and the
//! next waiter is woken.

use super::ledger::{Ledger, Watched};
use super::probe::{In, Probe};
use super::{Queue, len, on_each_queue, panics};
use latchfree::mpsc::{Consumer, Producer, TryRecvError};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Polls with the probe's waker; `Some` is the number of the value that was received.
fn poll<Q: Queue>(consumer: &mut Consumer<Q>, probe: &Rc<Probe>) -> Poll<Option<usize>> {
    let received = consumer.poll_recv(&mut Context::from_waker(&probe.waker()));
    received.map(|received| received.ok().map(|entry| entry.id))
}

/// Waits with a good waker, and is woken by a send.
fn goes_on<Q: Queue>(ledger: &Ledger, producer: &Producer<Q>, consumer: &mut Consumer<Q>) {
    let probe = Probe::new();
    for wakes in 1..3 {
        assert_eq!(poll(consumer, &probe), Poll::Pending);
        let entry = ledger.entry();
        let id = entry.id;
        assert!(producer.try_send(entry).is_ok());
        assert_eq!(probe.wakes.get(), wakes);
        assert_eq!(poll(consumer, &probe), Poll::Ready(Some(id)));
    }
    assert_eq!(probe.alive(), 0);
}

/// The value is in before the consumer is woken.
#[test]
fn waker_panic_in_a_send_loses_no_value() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Wake);
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| producer.try_send(ledger.entry()));
        assert_eq!((bad.wakes.get(), bad.alive()), (1, 0));
        ledger.check(0..1);
        assert_eq!(poll(&mut consumer, &bad), Poll::Ready(Some(0)));
        goes_on(ledger, &producer, &mut consumer);
    }
    on_each_queue!(on);
}

#[test]
fn waker_panic_in_a_send_of_many_loses_no_value() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Wake);
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| producer.try_send_many(ledger.entries(6))); // of which two do not fit in
        ledger.check(0..4);
        assert_eq!(consumer.drain(9).count(), 4);
        goes_on(ledger, &producer, &mut consumer);
    }
    on_each_queue!(on);
}

#[test]
fn waker_panic_in_the_last_producer_drop_closes_all_the_same() {
    fn on<Q: Queue>(_: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Wake);
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| drop(producer));
        assert_eq!((bad.wakes.get(), bad.alive()), (1, 0));
        assert_eq!(poll(&mut consumer, &bad), Poll::Ready(None));
        assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Closed));
    }
    on_each_queue!(on);
}

#[test]
fn waker_panic_in_a_close_closes_all_the_same() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Wake);
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| consumer.close());
        assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_closed()));
        assert_eq!(poll(&mut consumer, &bad), Poll::Ready(None));
    }
    on_each_queue!(on);
}

/// Producers that still wait for room learn of the end, whatever the consumer's waker does.
#[test]
fn waker_panic_in_a_close_wakes_waiting_senders() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let (bad, good) = (Probe::that_panics_in(In::Wake), Probe::new());
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let mut woken: Vec<_> =
            (0..4).map(|_| Box::pin(producer.send_async(ledger.entry()))).collect();
        for send in &mut woken {
            assert!(send.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        let mut last = pin!(producer.send_async(ledger.entry()));
        assert!(last.as_mut().poll(&mut Context::from_waker(&good.waker())).is_pending());
        // Four are woken, and do not get to run. The queue is empty, and the consumer waits.
        assert_eq!((consumer.drain(9).count(), good.wakes.get()), (4, 0));
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| consumer.close());
        assert_eq!((bad.wakes.get(), good.wakes.get()), (1, 1));
        let polled = last.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Err(error)) if error.0.id == 8));
    }
    on_each_queue!(on);
}

#[test]
fn waker_panic_in_the_consumer_drop_leaks_nothing() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Wake);
        assert_eq!(poll(&mut consumer, &bad), Poll::Pending);
        panics(|| drop(consumer));
        assert_eq!(bad.alive(), 0);
        assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_closed()));
    }
    on_each_queue!(on);
}

/// A poll wakes its own task when the next value is claimed and not there yet.
#[test]
fn waker_panic_in_a_poll_of_a_stalled_value_leaves_it() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::WakeByRef);
        let has = ledger.entries(2).into_iter();
        let before_each = |left| {
            if left == 2 {
                panics(|| poll(&mut consumer, &bad));
            }
        };
        assert_eq!(producer.try_send_many(Watched { has, before_each }).ok().map(len), Some(2));
        assert_eq!((bad.wakes.get(), bad.alive()), (1, 0));
        assert_eq!(consumer.drain(9).count(), 2);
        goes_on(ledger, &producer, &mut consumer);
    }
    on_each_queue!(on);
}

#[test]
fn waker_panic_in_its_clone_leaves_the_queue_usable() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let bad = Probe::that_panics_in(In::Clone);
        panics(|| poll(&mut consumer, &bad));
        assert_eq!(bad.alive(), 0);
        goes_on(ledger, &producer, &mut consumer);
    }
    on_each_queue!(on);
}

/// The new waker replaces the one that was left before, which is dropped.
#[test]
fn waker_panic_in_its_drop_leaves_the_queue_usable() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let (old, new) = (Probe::new(), Probe::new());
        assert_eq!(poll(&mut consumer, &old), Poll::Pending);
        old.panics_in.set(Some(In::Drop));
        panics(|| poll(&mut consumer, &new));
        assert_eq!((old.alive(), old.wakes.get()), (0, 0));
        goes_on(ledger, &producer, &mut consumer);
    }
    on_each_queue!(on);
}

#[test]
fn last_polled_waker_is_woken() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let (first, last) = (Probe::new(), Probe::new());
        assert_eq!(poll(&mut consumer, &first), Poll::Pending);
        assert_eq!(poll(&mut consumer, &last), Poll::Pending);
        assert_eq!(first.alive(), 0);
        assert!(producer.try_send(ledger.entry()).is_ok());
        assert!(producer.try_send(ledger.entry()).is_ok());
        assert_eq!((first.wakes.get(), last.wakes.get()), (0, 1)); // once, until the next poll
        assert_eq!(poll(&mut consumer, &first), Poll::Ready(Some(0)));
    }
    on_each_queue!(on);
}

/// The task that polled before does not get the wake-up of the thread that blocks now.
#[cfg(all(feature = "std", feature = "alloc"))]
#[test]
fn receive_that_blocks_after_a_poll_is_woken() {
    use std::time::{Duration, Instant};
    let (producer, mut consumer) = latchfree::mpsc::bounded(1);
    let probe = Probe::new();
    assert!(consumer.poll_recv(&mut Context::from_waker(&probe.waker())).is_pending());
    let later = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50)); // until the other one blocks
        producer.try_send(7).unwrap();
        producer
    });
    let (start, limit) = (Instant::now(), Duration::from_secs(10));
    assert_eq!(consumer.recv_timeout(limit), Ok(7));
    assert!(start.elapsed() < limit, "only the clock woke it");
    assert_eq!((probe.wakes.get(), probe.alive()), (0, 0));
    drop(later.join());
}
