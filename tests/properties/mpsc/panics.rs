//! User code that panics: in a value's `Drop`, in an iterator, in a closure, in an `Extend`. In all
//! cases nothing else is lost, nothing is dropped twice, and the queue goes on.

use super::ledger::{Entry, Ledger, Watched};
use super::probe::Probe;
use super::{Queue, after, len, on_each_queue, panics};
use latchfree::mpsc::{Consumer, Producer, Ring, TryRecvError};
use std::task::Context;

/// Fills the queue to the brim and empties it: no slot is lost, and the order is right.
fn goes_on<Q: Queue>(ledger: &Ledger, producer: &Producer<Q>, consumer: &mut Consumer<Q>) {
    let entries = ledger.entries(4);
    let ids = entries[0].id..entries[0].id + 4;
    assert_eq!(producer.try_send_many(entries).ok().map(len), Some(4));
    assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_full()));
    assert!(consumer.drain(9).map(|entry| entry.id).eq(ids));
    assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Empty));
}

/// Four values, of which one panics when it is dropped.
fn one_panics(ledger: &Ledger, which: usize) -> Vec<Entry> {
    let entry = |i| if i == which { ledger.entry_that_panics() } else { ledger.entry() };
    (0..4).map(entry).collect()
}

#[test]
fn panicking_value_dropped_with_the_consumer_leaks_no_other() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, consumer: Consumer<Q>, which: usize) {
        assert_eq!(producer.try_send_many(one_panics(ledger, which)).ok().map(len), Some(4));
        panics(|| drop(consumer));
        ledger.check_all_dropped();
        assert!(producer.is_closed() && producer.is_empty());
        assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_closed()));
    }
    for which in 0..4 {
        on_each_queue!(on, which);
    }
}

/// A consumer that was forgotten left its values to the ring.
#[test]
fn panicking_value_dropped_with_the_ring_leaks_no_other() {
    for which in 0..4 {
        let ledger = Ledger::default();
        let ring = Ring::<Entry, 4>::starting_at((1 << 62) - 3);
        let (producer, mut consumer) = ring.split().unwrap();
        producer.try_send_many(ledger.entries(2)).unwrap();
        assert_eq!(consumer.drain(2).count(), 2);
        std::mem::forget(consumer);
        producer.try_send_many(one_panics(&ledger, which)).unwrap();
        drop(producer);
        panics(|| drop(ring));
        ledger.check_all_dropped();
    }
}

#[test]
fn panic_during_a_drain_loses_no_other_value() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        which: usize,
    ) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let start = consumer.position();
        panics(|| consumer.drain(9).for_each(|entry| assert_ne!(entry.id, which, "here")));
        ledger.check(which + 1..4);
        assert_eq!(consumer.len(), 3 - which, "the slots of the received values are free");
        assert_eq!(consumer.position(), after(start, which as u64 + 1));
        assert_eq!(consumer.try_recv().ok().map(|entry| entry.id), (which + 1..4).next());
        consumer.drain(9).count();
        goes_on(ledger, &producer, &mut consumer);
    }
    for which in 0..4 {
        on_each_queue!(on, which);
    }
}

/// The next call frees the slots.
#[test]
fn forgotten_drain_loses_no_value() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        some: usize,
    ) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let start = consumer.position();
        let mut drain = consumer.drain(9);
        assert!(drain.by_ref().take(some).map(|entry| entry.id).eq(0..some));
        std::mem::forget(drain);
        ledger.check(some..4);
        assert_eq!(consumer.position(), after(start, some as u64));
        assert_eq!(consumer.try_recv().ok().map(|entry| entry.id), (some..4).next());
        assert_eq!(producer.len(), 3usize.saturating_sub(some));
        consumer.drain(9).count();
        goes_on(ledger, &producer, &mut consumer);
    }
    for some in 0..=4 {
        on_each_queue!(on, some);
    }
}

/// The slots that are left are given up, and the consumer skips them.
#[test]
fn panicking_iterator_of_a_send_gives_up_the_slots_left() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        which: usize,
    ) {
        let probe = Probe::new();
        assert!(consumer.poll_recv(&mut Context::from_waker(&probe.waker())).is_pending());
        let has = ledger.entries(4).into_iter();
        let before_each = |left| assert_ne!(left, 4 - which, "here");
        panics(|| producer.try_send_many(Watched { has, before_each }));
        assert_eq!(probe.wakes.get(), 1, "the consumer is woken, to find the values that came");
        ledger.check(0..which);
        let behind = ledger.entry().id + 1;
        assert!(producer.try_send(ledger.entry()).is_err_and(|error| error.is_full()));
        for expected in 0..which {
            assert_eq!(consumer.try_recv().ok().map(|entry| entry.id), Some(expected));
        }
        assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Empty));
        assert_eq!(behind, 5);
        goes_on(ledger, &producer, &mut consumer);
    }
    for which in 0..4 {
        on_each_queue!(on, which);
    }
}

#[cfg(feature = "std")]
mod extend {
    use super::{Consumer, Entry, Ledger, Producer, Queue, after, goes_on, len, on_each_queue};

    /// Takes some values, and then does something with the iterator that it came from.
    struct Takes<F> {
        some: usize,
        forgets: bool,
        taken: Vec<Entry>,
        and_then: F,
    }

    impl<F: FnMut(&mut dyn Iterator<Item = Entry>)> Extend<Entry> for Takes<F> {
        fn extend<I: IntoIterator<Item = Entry>>(&mut self, values: I) {
            let mut values = values.into_iter();
            self.taken.extend(values.by_ref().take(self.some));
            (self.and_then)(&mut values);
            if self.forgets {
                std::mem::forget(values);
            }
        }
    }

    /// Receives into something that takes `some` of four values; the other ones stay.
    fn receive<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        (some, forgets): (usize, bool),
        and_then: fn(&mut dyn Iterator<Item = Entry>),
    ) {
        assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
        let start = consumer.position();
        let mut buffer = Takes { some, forgets, taken: Vec::new(), and_then };
        let received = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            consumer.recv_many(&mut buffer, 4)
        }));
        assert!(received.is_err() || received.is_ok_and(|received| received == Ok(some)));
        assert!(buffer.taken.iter().map(|entry| entry.id).eq(0..some));
        ledger.check(0..4);
        assert_eq!(consumer.len(), 4 - some, "the slots of the received values are free");
        assert_eq!(consumer.position(), after(start, some as u64));
        assert!((some..4).all(|id| consumer.recv().is_ok_and(|entry| entry.id == id)));
        goes_on(ledger, &producer, &mut consumer);
    }

    #[test]
    fn panicking_extend_loses_no_value() {
        for some in 0..=4 {
            on_each_queue!(receive, (some, false), |_| panic!("here"));
        }
    }

    /// Has had enough, or forgets the iterator.
    #[test]
    fn extend_that_leaves_some_loses_no_value() {
        for some in 0..=4 {
            on_each_queue!(receive, (some, false), |_| {});
            on_each_queue!(receive, (some, true), |_| {});
        }
    }

    #[test]
    fn extend_that_asks_again_after_the_end_gets_none() {
        on_each_queue!(receive, (4, false), |values| assert!(
            (0..3).all(|_| values.next().is_none())
        ));
    }

    #[test]
    fn extend_gets_no_more_than_the_limit() {
        fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
            assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
            let mut buffer = Vec::new();
            assert_eq!(consumer.recv_many(&mut buffer, 3), Ok(3));
            assert_eq!((buffer.len(), consumer.recv_many(&mut buffer, 0)), (3, Ok(0)));
            assert_eq!((consumer.recv_many(&mut buffer, 3), buffer.len()), (Ok(1), 4));
        }
        on_each_queue!(on);
    }
}

/// Values that panic when they are dropped, all of them: with the consumer, with the ring. A second panic while
/// the first one unwinds would abort the process.
#[cfg(feature = "std")]
#[test]
fn panics_of_all_drops_leak_no_value() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, consumer: Consumer<Q>) {
        let values = [(); 4].map(|()| ledger.entry_that_panics());
        assert_eq!(producer.try_send_many(values).ok().map(len), Some(4));
        panics(|| drop(consumer));
        ledger.check_all_dropped();
    }
    on_each_queue!(on);
    let ledger = Ledger::default();
    let ring = Ring::<Entry, 4>::starting_at((1 << 62) - 3);
    let (producer, consumer) = ring.split().unwrap();
    std::mem::forget(consumer);
    let values = [(); 3].map(|()| ledger.entry_that_panics());
    assert_eq!(producer.try_send_many(values).ok().map(len), Some(3));
    drop(producer);
    panics(|| drop(ring));
    ledger.check_all_dropped();
}

/// A panic that unwinds past a handle leaves nothing broken behind, whatever the values are: as the handles of
/// std do, they may be taken into `catch_unwind`.
#[test]
fn handles_are_unwind_safe() {
    use std::panic::{RefUnwindSafe, UnwindSafe};
    fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    fn are_unwind_safe<T>() {
        is_unwind_safe::<Ring<T, 4>>();
        is_unwind_safe::<&Ring<T, 4>>();
        is_unwind_safe::<Producer<&Ring<T, 4>>>();
        is_unwind_safe::<&Producer<&Ring<T, 4>>>();
        is_unwind_safe::<Consumer<&Ring<T, 4>>>();
        is_unwind_safe::<&Consumer<&Ring<T, 4>>>();
        #[cfg(feature = "alloc")]
        {
            is_unwind_safe::<latchfree::mpsc::Sender<T>>();
            is_unwind_safe::<&latchfree::mpsc::Sender<T>>();
            is_unwind_safe::<latchfree::mpsc::Receiver<T>>();
            is_unwind_safe::<&latchfree::mpsc::Receiver<T>>();
        }
    }
    are_unwind_safe::<std::cell::Cell<u8>>();
    are_unwind_safe::<&mut u8>();
}
