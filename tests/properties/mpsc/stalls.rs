//! A producer between its claim and its publication, seen through an iterator that looks around
//! while `try_send_many` asks it for the next value.

use super::ledger::{Ledger, Watched};
use super::probe::Probe;
use super::{Queue, len, on_each_queue};
use latchfree::mpsc::{Consumer, Producer, TryRecvError};
use std::task::Context;

/// Sends `count` values, and calls `before_each` with how many are left.
fn send<Q: Queue>(
    ledger: &Ledger,
    producer: &Producer<Q>,
    count: usize,
    before_each: impl FnMut(usize),
) {
    let has = ledger.entries(count).into_iter();
    assert_eq!(
        producer.try_send_many(Watched { has, before_each }).ok().map(len),
        Some(count as u64)
    );
}

/// The numbers of all that can be received.
fn ids<Q: Queue>(consumer: &mut Consumer<Q>) -> Vec<usize> {
    consumer.drain(usize::MAX).map(|entry| entry.id).collect()
}

#[test]
fn claimed_slot_is_stalled_and_not_empty() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let (probe, mut polls) = (Probe::new(), 0);
        assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Empty));
        send(ledger, &producer, 3, |left| {
            let expected = if left == 3 { None } else { Some(2 - left) };
            assert_eq!(consumer.try_recv().map(|entry| entry.id).ok(), expected);
            assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Stalled));
            assert_eq!((consumer.drain(9).count(), consumer.len()), (0, left));
            // A task that polls is woken at once, to look again.
            assert!(consumer.poll_recv(&mut Context::from_waker(&probe.waker())).is_pending());
            polls += 1;
            assert_eq!((probe.wakes.get(), probe.alive()), (polls, 0));
            #[cfg(feature = "std")]
            {
                let received = consumer.recv_timeout(std::time::Duration::ZERO);
                assert_eq!(received.err(), Some(latchfree::mpsc::RecvTimeoutError::Timeout));
            }
        });
        assert_eq!(ids(&mut consumer), [2]);
        assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Empty));
    }
    on_each_queue!(on);
}

/// Values that others send while an iterator takes its time come behind its own, and wait for them.
#[test]
fn batch_stays_together_beside_other_sends() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let other = producer.clone();
        send(ledger, &producer, 2, |left| {
            if left > 0 {
                assert!(other.try_send(ledger.entry()).is_ok());
            }
            assert_eq!(consumer.try_recv().is_ok(), left == 1);
            assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Stalled));
        });
        assert_eq!(ids(&mut consumer), [1, 2, 3]); // the first was received above
    }
    on_each_queue!(on);
}

#[test]
fn close_ends_after_the_claimed_values() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let other = producer.clone();
        send(ledger, &producer, 2, |left| {
            if left == 2 {
                consumer.close();
                assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Stalled));
            }
            assert!(other.try_send(ledger.entry()).is_err_and(|error| error.is_closed()));
        });
        assert_eq!(ids(&mut consumer), [0, 1]);
        assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Closed));
    }
    on_each_queue!(on);
}

/// The consumer drops the values that it can reach. Those behind the stalled send are dropped with the queue.
#[test]
fn dropped_consumer_leaves_claimed_values_to_the_queue() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, consumer: Consumer<Q>) {
        let (other, mut consumer) = (producer.clone(), Some(consumer));
        send(ledger, &producer, 3, |left| {
            if left == 2 {
                assert!(other.try_send(ledger.entry()).is_ok());
                drop(consumer.take());
                ledger.check([1, 2, 3].into_iter());
            }
        });
        ledger.check([1, 2, 3].into_iter());
        assert!(other.try_send(ledger.entry()).is_err_and(|error| error.is_closed()));
    }
    on_each_queue!(on);
}

/// A drain frees its slots together, at the end.
#[test]
fn drained_slots_are_free_after_the_batch() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let drained = consumer.drain(3).inspect(|_| {
            assert_eq!(producer.len(), 4);
            assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_full()));
        });
        assert_eq!(drained.count(), 3);
        assert_eq!(consumer.len(), 1);
        assert_eq!(producer.try_send_many(ledger.entries(4)).unwrap_err().sent(), 3);
    }
    on_each_queue!(on);
}
