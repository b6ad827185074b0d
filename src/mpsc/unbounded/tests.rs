//! Positions, blocks and drops, on one thread or few.

use super::block::SLOTS;
use super::{unbounded, unbounded_starting_at};
use crate::mpsc::TryRecvError;
use std::format;
use std::rc::Rc;
use std::vec::Vec;

/// As many values as fill some blocks, and a few more.
const SOME: u64 = 5 * SLOTS as u64 + 3;

/// Begins in each slot of a block, and around the wrap.
fn starts() -> impl Iterator<Item = u64> {
    let slots = 2 * SLOTS as u64;
    let step = if cfg!(miri) { 13 } else { 1 };
    (0..slots).chain((1 << 62) - slots..1 << 62).step_by(step)
}

/// The position `count` behind `start`.
fn after(start: u64, count: u64) -> u64 {
    start.wrapping_add(count) % (1 << 62)
}

#[test]
fn values_come_in_order_with_their_positions() {
    for start in starts() {
        let (sender, mut receiver) = unbounded_starting_at(start);
        for count in 0..SOME {
            assert_eq!(sender.send(count), Ok(after(start, count)));
            assert_eq!(sender.len() as u64, count + 1);
        }
        let expected = (0..SOME).map(|count| (after(start, count), count));
        assert!(receiver.drain(2 * SOME as usize).with_positions().eq(expected));
        assert_eq!((receiver.len(), receiver.position()), (0, after(start, SOME)));
        for count in SOME..2 * SOME {
            assert_eq!(sender.try_send(count), Ok(after(start, count)));
            assert_eq!(receiver.try_recv(), Ok(count));
        }
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        drop(sender);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    }
}

#[test]
fn batches_go_from_block_to_block() {
    for start in starts() {
        let (sender, mut receiver) = unbounded_starting_at(start);
        let mut sent = 0;
        for size in [0, 1, SLOTS - 1, SLOTS, SLOTS + 1, 4 * SLOTS] {
            let positions = sender.send_many((0..size).map(|value| sent + value)).unwrap();
            let first = if size == 0 { 0 } else { after(start, sent as u64) };
            assert_eq!(positions, first..after(first, size as u64));
            sent += size;
        }
        assert!(receiver.drain(usize::MAX).eq(0..sent));
        receiver.close();
        let error = sender.send_many([1, 2]).unwrap_err();
        assert_eq!((error.sent, error.unsent.len()), (0, 2));
    }
}

/// Slots that were given up are passed over, also at the ends of blocks.
#[test]
fn claims_without_values_are_passed_over() {
    /// Says that it has some values more than it has.
    struct Liar(std::ops::Range<usize>, usize);
    impl Iterator for Liar {
        type Item = usize;
        fn next(&mut self) -> Option<usize> {
            self.0.next()
        }
    }
    impl ExactSizeIterator for Liar {
        fn len(&self) -> usize {
            self.0.len() + self.1
        }
    }

    for start in starts() {
        let (sender, mut receiver) = unbounded_starting_at(start);
        for more in [1, 2, SLOTS] {
            assert!(sender.try_send_many(Liar(0..SLOTS - 1, more)).is_ok());
            assert!(sender.try_send_many(Liar(0..0, more)).is_ok());
            assert!(sender.send(SLOTS - 1).is_ok());
            assert!(receiver.drain(usize::MAX).eq(0..SLOTS), "{start} {more}");
        }
        assert_eq!((receiver.try_recv(), receiver.len()), (Err(TryRecvError::Empty), 0));
    }
}

/// Values are dropped once: those in the queue with the consumer, those of a stalled send with the queue.
#[test]
fn values_are_dropped_once_wherever_they_are() {
    let value = Rc::new(());
    let values = |count: usize| (0..count).map(|_| Rc::clone(&value)).collect::<Vec<_>>();
    for received in [0, 1, SLOTS - 1, SLOTS, 2 * SLOTS] {
        for sent in [0, 1, SLOTS - 1, SLOTS, SLOTS + 1, 3 * SLOTS] {
            for receiver_first in [false, true] {
                let (sender, mut receiver) = unbounded_starting_at((1 << 62) - 2 - SLOTS as u64);
                assert!(sender.send_many(values(received + sent)).is_ok());
                assert_eq!(receiver.drain(received).count(), received);
                assert_eq!(Rc::strong_count(&value), 1 + sent);
                if receiver_first {
                    drop(receiver);
                    assert_eq!(Rc::strong_count(&value), 1);
                    assert!(
                        sender.try_send(Rc::clone(&value)).is_err_and(|error| error.is_closed())
                    );
                } else {
                    drop(sender);
                    assert_eq!(Rc::strong_count(&value), 1 + sent);
                    assert_eq!(receiver.len(), sent);
                }
            }
            assert_eq!(Rc::strong_count(&value), 1);
        }
    }
}

/// The consumer goes in the middle of a batch, whose later values are dropped with the queue.
#[test]
fn values_sent_beside_a_dropped_consumer_go_with_the_queue() {
    let value = Rc::new(());
    for size in [2, SLOTS, 3 * SLOTS] {
        let (sender, receiver) = unbounded();
        let mut receiver = Some(receiver);
        let batch: Vec<_> = (0..size).map(|_| Rc::clone(&value)).collect();
        let sent = sender.send_many(batch.into_iter().inspect(|_| drop(receiver.take())));
        // The claims end with a block; the first of them was made before the close.
        let accepted = sent.map_or_else(|error| error.sent, |positions| positions.end as usize);
        assert_eq!(accepted, size.min(SLOTS));
        assert_eq!(Rc::strong_count(&value), 1 + accepted);
        drop(sender);
        assert_eq!(Rc::strong_count(&value), 1);
    }
}

#[test]
fn large_and_empty_values_come_through() {
    let (sender, mut receiver) = unbounded();
    (0..SOME).for_each(|_| assert!(sender.send(()).is_ok()));
    assert_eq!(receiver.drain(usize::MAX).count() as u64, SOME);
    let (sender, mut receiver) = unbounded();
    (0..SOME).for_each(|value| assert!(sender.send([value; 512]).is_ok()));
    assert!(receiver.drain(usize::MAX).eq((0..SOME).map(|value| [value; 512])));
    #[repr(align(256))]
    #[derive(Debug, PartialEq)]
    struct Aligned(u64);
    let (sender, mut receiver) = unbounded();
    (0..SOME).for_each(|value| assert!(sender.send(Aligned(value)).is_ok()));
    assert!(receiver.drain(usize::MAX).eq((0..SOME).map(Aligned)));
}

#[test]
fn handles_tell_what_they_are() {
    let (sender, mut receiver) = unbounded::<u8>();
    sender.send(1).unwrap();
    assert_eq!(format!("{sender:?} {receiver:?}"), "Producer { len: 1 } Consumer { len: 1 }");
    assert!(!sender.is_empty() && !sender.is_closed());
    receiver.close();
    assert_eq!(sender.send(2).map_err(|error| error.into_inner()), Err(2));
    assert!(sender.is_closed());
}

#[cfg(feature = "std")]
#[test]
fn blocked_consumer_is_woken_across_blocks() {
    use crate::mpsc::RecvError;
    use crate::mpsc::channel::Channel;
    let (sender, mut receiver) = unbounded();
    let count = if cfg!(miri) { SLOTS + 2 } else { 1000 };
    std::thread::scope(|scope| {
        let consumer = scope.spawn(move || {
            (0..count).for_each(|value| assert_eq!(receiver.recv(), Ok(value)));
            assert_eq!(receiver.recv(), Err(RecvError));
        });
        for value in 0..count {
            while value % 7 == 0 && !sender.queue().tail().is_parked() {
                std::thread::yield_now();
            }
            sender.send(value).unwrap();
        }
        drop(sender);
        consumer.join().unwrap();
    });
}
