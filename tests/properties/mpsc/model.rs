//! Random sequences of everything that one thread can do to a queue.

use super::after;
use super::kinds::Kind;
use super::ledger::{Entry, Ledger, Lying};
use super::probe::Probe;
use crate::support::{SLOTS, cases, steps};
use latchfree::mpsc::{Consumer, Producer, RecvError, Ring, TryRecvError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::ops::Range;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug)]
enum Op {
    TrySend(Index),
    /// Sends an iterator that `has` some values, and `says` that it has some.
    TrySendMany {
        by: Index,
        has: usize,
        says: usize,
    },
    CloneProducer(Index),
    DropProducer(Index),
    TryRecv,
    /// Drains up to `max`, and looks at the positions: of each value, or of the iterator.
    Drain {
        max: usize,
        with_positions: bool,
    },
    /// Receives some of the values.
    TryIter(usize),
    PollRecv,
    /// Begins to receive as a task, and gives up if nothing is there.
    RecvAsync,
    Close,
    DropConsumer,
    /// The blocking calls, where they do not block.
    #[cfg(feature = "std")]
    Blocking(Blocking),
}

#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
enum Blocking {
    Send(Index),
    SendTimeout(Index),
    SendMany { by: Index, has: usize, says: usize },
    Recv,
    Iter,
    RecvMany(usize),
    RecvTimeout,
}

fn op() -> impl Strategy<Value = Op> {
    let by = any::<Index>;
    // Mostly the truth.
    let says = prop_oneof![
        6 => Just(None),
        3 => (0usize..12).prop_map(Some),
        1 => (usize::MAX / 2 - 1..).prop_map(Some),
    ];
    let many = || (0usize..12, says.clone());
    let max = || prop_oneof![0usize..12, Just(usize::MAX)];
    let ops = prop_oneof![
        8 => by().prop_map(Op::TrySend),
        8 => (by(), many()).prop_map(|(by, (has, says))| {
            Op::TrySendMany { by, has, says: says.unwrap_or(has) }
        }),
        1 => by().prop_map(Op::CloneProducer),
        1 => by().prop_map(Op::DropProducer),
        8 => Just(Op::TryRecv),
        6 => (max(), any::<bool>()).prop_map(|(max, with_positions)| Op::Drain { max, with_positions }),
        3 => max().prop_map(Op::TryIter),
        6 => Just(Op::PollRecv),
        3 => Just(Op::RecvAsync),
    ];
    let ends = prop_oneof![2 => Just(Op::Close), 1 => Just(Op::DropConsumer)];
    #[cfg(feature = "std")]
    let ops = prop_oneof![
        40 => ops,
        3 => by().prop_map(|by| Op::Blocking(Blocking::Send(by))),
        2 => by().prop_map(|by| Op::Blocking(Blocking::SendTimeout(by))),
        3 => (by(), many()).prop_map(|(by, (has, says))| {
            Op::Blocking(Blocking::SendMany { by, has, says: says.unwrap_or(has) })
        }),
        3 => Just(Op::Blocking(Blocking::Recv)),
        2 => Just(Op::Blocking(Blocking::Iter)),
        3 => max().prop_map(|max| Op::Blocking(Blocking::RecvMany(max))),
        2 => Just(Op::Blocking(Blocking::RecvTimeout)),
    ];
    prop_oneof![60 => ops, 1 => ends]
}

/// The contents of a queue: the numbers of values, and slots whose producer had none.
struct Model {
    slots: VecDeque<Option<usize>>,
    /// The position of the first of them, or of the next value.
    head: u64,
    /// `None` if it is unbounded.
    capacity: Option<usize>,
    is_closed: bool,
    /// Whether a waker is left, to be woken by the next claim.
    is_parked: bool,
    wakes: usize,
}

impl Model {
    fn room(&self) -> usize {
        self.capacity.map_or(usize::MAX, |capacity| capacity - self.slots.len())
    }

    /// How many slots are claimed for an iterator that `has` some values, and `says` that it has some.
    fn claims(&self, has: usize, says: usize) -> usize {
        let room = if self.is_closed { 0 } else { self.room() };
        if self.capacity.is_some() || room == 0 {
            return says.min(room);
        }
        // Block by block, until it ends.
        let mut claimed = 0;
        while claimed < says && claimed <= has {
            let rest = SLOTS - after(self.tail(), claimed as u64) as usize % SLOTS;
            claimed += rest.min(says - claimed);
        }
        claimed
    }

    /// The position of the next value that is sent.
    fn tail(&self) -> u64 {
        after(self.head, self.slots.len() as u64)
    }

    /// The positions of the next `count` values that are sent together.
    fn next(&self, count: usize) -> Range<u64> {
        match count {
            0 => 0..0,
            _ => self.tail()..after(self.tail(), count as u64),
        }
    }

    /// A producer claims slots, of which it fills some; the consumer is woken.
    fn push(&mut self, values: impl Iterator<Item = usize>, claimed: usize) {
        let end = self.slots.len() + claimed;
        self.slots.extend(values.take(claimed).map(Some));
        self.slots.resize(end, None);
        self.wake();
    }

    fn wake(&mut self) {
        self.wakes += usize::from(mem::take(&mut self.is_parked));
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.wake();
    }

    /// Passes over slots without a value.
    fn seek(&mut self) -> bool {
        while self.slots.front() == Some(&None) {
            self.pass();
        }
        !self.slots.is_empty()
    }

    /// Takes the first slot.
    fn pass(&mut self) -> Option<usize> {
        self.head = after(self.head, 1);
        self.slots.pop_front().flatten()
    }

    /// Whether there is nothing to receive, though there may be slots without a value.
    #[cfg(feature = "std")]
    fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    fn try_recv(&mut self) -> Result<usize, TryRecvError> {
        match self.seek() {
            true => Ok(self.pass().unwrap()),
            false if self.is_closed => Err(TryRecvError::Closed),
            false => Err(TryRecvError::Empty),
        }
    }

    /// Receives the value that a poll should have received. Returns whether the poll is pending.
    fn polled(&mut self, polled: Poll<Result<Entry, RecvError>>) -> bool {
        match (polled, self.try_recv()) {
            (Poll::Pending, Err(TryRecvError::Empty)) => true,
            (Poll::Ready(received), expected) => {
                assert_ne!(expected, Err(TryRecvError::Empty));
                assert_eq!(received.map(id).ok(), expected.ok());
                false
            }
            (Poll::Pending, expected) => panic!("pending instead of {expected:?}"),
        }
    }

    /// Receives up to `max` values, each with its position.
    fn drain(&mut self, max: usize) -> Vec<(u64, usize)> {
        let mut drained = Vec::new();
        while drained.len() < max && self.seek() {
            drained.push((self.head, self.pass().unwrap()));
        }
        drained
    }
}

/// A queue, its handles, and their expected state.
struct Subject<S: Kind<Value = Entry>> {
    producers: Vec<Producer<S>>,
    consumer: Option<Consumer<S>>,
    model: Model,
    ledger: Ledger,
    probe: Rc<Probe>,
}

/// The received values, by number.
fn id(entry: Entry) -> usize {
    entry.id
}

impl<S: Kind<Value = Entry>> Subject<S> {
    fn new(producer: Producer<S>, consumer: Consumer<S>, start: u64) -> Self {
        let capacity = S::producers_capacity(&producer);
        let model = Model {
            slots: VecDeque::new(),
            head: start,
            capacity,
            is_closed: false,
            is_parked: false,
            wakes: 0,
        };
        let (ledger, probe) = (Ledger::default(), Probe::new());
        Self { producers: vec![producer], consumer: Some(consumer), model, ledger, probe }
    }

    /// Applies all, and lets the handles go. Returns the position of the next value.
    fn run(mut self, ops: &[Op]) -> u64 {
        self.apply_all(ops);
        let (ledger, probe) = (self.ledger.clone(), Rc::clone(&self.probe));
        let tail = self.model.tail();
        drop(self);
        ledger.check_all_dropped();
        assert_eq!(probe.alive(), 0, "a waker was left behind");
        tail
    }

    /// Applies all, and forgets the handles, with the values in the queue. Returns the position of the next value.
    fn run_and_forget(mut self, ops: &[Op]) -> u64 {
        self.apply_all(ops);
        self.producers.into_iter().for_each(mem::forget);
        mem::forget(self.consumer);
        self.model.tail()
    }

    fn apply_all(&mut self, ops: &[Op]) {
        self.check();
        for &op in ops {
            self.apply(op);
            self.check();
        }
    }

    fn apply(&mut self, op: Op) {
        let producers = self.producers.len();
        match op {
            Op::TrySend(by) if producers > 0 => self.try_send(by.index(producers)),
            Op::TrySendMany { by, has, says } if producers > 0 => {
                self.try_send_many(by.index(producers), has, says);
            }
            Op::CloneProducer(by) if producers > 0 => {
                self.producers.push(self.producers[by.index(producers)].clone());
            }
            Op::DropProducer(by) if producers > 0 => {
                self.producers.swap_remove(by.index(producers));
                if producers == 1 {
                    self.model.close();
                }
            }
            Op::DropConsumer => {
                if self.consumer.take().is_some() {
                    self.model.close();
                    self.model.drain(usize::MAX);
                }
            }
            #[cfg(feature = "std")]
            Op::Blocking(blocking) if producers > 0 => self.block(blocking, producers),
            _ => self.receive(op),
        }
    }

    fn try_send(&mut self, by: usize) {
        let entry = self.ledger.entry();
        let id = entry.id;
        match self.producers[by].try_send(entry) {
            Ok(position) => {
                assert!(!self.model.is_closed && self.model.room() > 0);
                assert_eq!(position, self.model.tail());
                self.model.push(std::iter::once(id), 1);
            }
            Err(error) => {
                assert_eq!(error.is_closed(), self.model.is_closed);
                assert_eq!(error.is_full(), !self.model.is_closed && self.model.room() == 0);
                self.ledger.check(self.alive().chain([id])); // it comes back, and whole
                assert_eq!(error.into_inner().id, id);
            }
        }
    }

    fn try_send_many(&mut self, by: usize, has: usize, says: usize) {
        let entries = self.ledger.entries(has);
        let ids: Vec<usize> = entries.iter().map(|entry| entry.id).collect();
        let claimed = self.model.claims(has, says);
        let published = has.min(claimed);
        match self.producers[by].try_send_many(Lying { has: entries.into_iter(), says }) {
            // All of them, or as many as there were.
            Ok(positions) => {
                assert!(claimed == says || has < claimed);
                assert_eq!(positions, self.model.next(published));
            }
            Err(error) => {
                assert!(claimed < says && claimed <= has);
                assert_eq!((error.sent(), error.is_closed()), (published, self.model.is_closed));
                assert_ne!(error.is_closed(), error.is_full());
                assert!(error.into_unsent().has.map(id).eq(ids[published..].iter().copied()));
            }
        }
        if claimed > 0 {
            self.model.push(ids.into_iter(), claimed);
        }
    }

    fn receive(&mut self, op: Op) {
        let Some(consumer) = &mut self.consumer else { return };
        let model = &mut self.model;
        match op {
            Op::TryRecv => assert_eq!(consumer.try_recv().map(id), model.try_recv()),
            Op::Drain { max, with_positions: true } => {
                let drained = consumer.drain(max).with_positions();
                let drained: Vec<_> =
                    drained.map(|(position, entry)| (position, id(entry))).collect();
                assert_eq!(drained, model.drain(max));
            }
            Op::Drain { max, with_positions: false } => {
                let (mut drain, mut behind) = (consumer.drain(max), Vec::new());
                while let Some(entry) = drain.next() {
                    behind.push((drain.position(), id(entry)));
                }
                let expected = model.drain(max).into_iter();
                assert!(behind.into_iter().eq(expected.map(|(at, id)| (after(at, 1), id))));
                assert_eq!(drain.position(), model.head);
            }
            Op::TryIter(max) => {
                let received = consumer.try_iter().take(max).map(id);
                assert!(received.eq((0..max).map_while(|_| model.try_recv().ok())));
            }
            Op::PollRecv => {
                let waker = self.probe.waker();
                let polled = consumer.poll_recv(&mut Context::from_waker(&waker));
                model.is_parked |= model.polled(polled);
            }
            Op::RecvAsync => {
                let waker = self.probe.waker();
                let mut cx = Context::from_waker(&waker);
                let polled = pin!(consumer.recv_async()).poll(&mut cx);
                model.is_parked &= !model.polled(polled); // dropped, it takes its waker back
            }
            Op::Close => {
                consumer.close();
                model.close();
            }
            #[cfg(feature = "std")]
            Op::Blocking(blocking) => self.receive_blocking(blocking),
            _ => {}
        }
    }

    /// The numbers of the values in the queue.
    fn alive(&self) -> impl Iterator<Item = usize> + Clone {
        self.model.slots.iter().copied().flatten()
    }

    /// Compares all that can be seen without changing anything.
    fn check(&self) {
        let (len, capacity) = (self.model.slots.len(), self.model.capacity);
        let expected = (len, len == 0, capacity, self.model.is_closed);
        for handle in &self.producers {
            let capacity = S::producers_capacity(handle);
            let seen = (handle.len(), handle.is_empty(), capacity, handle.is_closed());
            assert_eq!(seen, expected);
        }
        if let Some(handle) = &self.consumer {
            let capacity = S::consumers_capacity(handle);
            let seen = (handle.len(), handle.is_empty(), capacity, handle.is_closed());
            assert_eq!(seen, expected);
            assert_eq!(handle.position(), self.model.head);
        }
        assert_eq!(self.probe.wakes.get(), self.model.wakes, "wake-ups");
        self.ledger.check(self.alive());
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Blocking, Subject, id};
    use crate::mpsc::kinds::Kind;
    use crate::mpsc::ledger::{Entry, Lying};
    use latchfree::mpsc::{RecvTimeoutError, SendTimeoutError, TryRecvError};
    use std::time::Duration;

    impl<S: Kind<Value = Entry>> Subject<S> {
        /// Sends, or receives as far as that does not block.
        pub(super) fn block(&mut self, op: Blocking, producers: usize) {
            match op {
                Blocking::Send(by) => self.send(by.index(producers)),
                Blocking::SendTimeout(by) => self.send_timeout(by.index(producers)),
                Blocking::SendMany { by, has, says } => {
                    self.send_many(by.index(producers), has, says);
                }
                _ => self.receive_blocking(op),
            }
        }

        fn send_timeout(&mut self, by: usize) {
            let (entry, is_closed) = (self.ledger.entry(), self.model.is_closed);
            let id = entry.id;
            match S::send_timeout(&self.producers[by], entry, Duration::ZERO) {
                Ok(position) => {
                    assert!(!is_closed && self.model.room() > 0);
                    assert_eq!(position, self.model.tail());
                    self.model.push(std::iter::once(id), 1);
                }
                Err(SendTimeoutError::Timeout(entry)) => {
                    assert_eq!((is_closed, self.model.room(), entry.id), (false, 0, id));
                }
                Err(SendTimeoutError::Closed(entry)) => {
                    assert_eq!((is_closed, entry.id), (true, id));
                }
            }
        }

        fn send_many(&mut self, by: usize, has: usize, says: usize) {
            let (claimed, is_closed) = (self.model.claims(has, says), self.model.is_closed);
            if claimed < says && claimed <= has && !is_closed {
                return; // would block
            }
            let entries = self.ledger.entries(has);
            let ids: Vec<usize> = entries.iter().map(|entry| entry.id).collect();
            match S::send_many(&self.producers[by], Lying { has: entries.into_iter(), says }) {
                Ok(positions) => {
                    assert!(!is_closed || says == 0);
                    assert_eq!(positions, self.model.next(has.min(claimed)));
                }
                Err(error) => {
                    assert_eq!((is_closed, error.sent), (says > 0, 0));
                    assert!(error.unsent.has.map(id).eq(ids.iter().copied()));
                }
            }
            if claimed > 0 {
                self.model.push(ids.into_iter(), claimed);
            }
        }

        fn send(&mut self, by: usize) {
            if !self.model.is_closed && self.model.room() == 0 {
                return; // would block
            }
            let entry = self.ledger.entry();
            let id = entry.id;
            match S::send(&self.producers[by], entry) {
                Ok(position) => {
                    assert!(!self.model.is_closed);
                    assert_eq!(position, self.model.tail());
                    self.model.push(std::iter::once(id), 1);
                }
                Err(error) => assert_eq!((self.model.is_closed, error.into_inner().id), (true, id)),
            }
        }

        pub(super) fn receive_blocking(&mut self, op: Blocking) {
            let Some(consumer) = &mut self.consumer else { return };
            let model = &mut self.model;
            match op {
                Blocking::RecvTimeout => {
                    let expected = model.try_recv().map_err(|error| match error {
                        TryRecvError::Closed => RecvTimeoutError::Closed,
                        _ => RecvTimeoutError::Timeout,
                    });
                    assert_eq!(consumer.recv_timeout(Duration::ZERO).map(id), expected);
                    // A call that blocks replaces an earlier poll.
                    model.is_parked &= expected != Err(RecvTimeoutError::Timeout);
                }
                _ if model.is_empty() && !model.is_closed => {} // would block
                Blocking::Recv => assert_eq!(consumer.recv().map(id).ok(), model.try_recv().ok()),
                Blocking::RecvMany(max) => {
                    let mut buffer: Vec<Entry> = Vec::new();
                    let received = consumer.recv_many(&mut buffer, max).ok();
                    let expected = model.drain(max);
                    let is_over = max > 0 && expected.is_empty();
                    assert_eq!(received, (!is_over).then_some(expected.len()));
                    assert!(buffer.into_iter().map(id).eq(expected.into_iter().map(|(_, id)| id)));
                }
                Blocking::Iter => {
                    assert_eq!(consumer.iter().next().map(id), model.try_recv().ok());
                }
                _ => {}
            }
        }
    }
}

fn ring<const N: usize>(start: u64, ops: &[Op]) {
    let ring = Ring::<Entry, N>::starting_at(start);
    let (producer, consumer) = ring.split().unwrap();
    assert!(ring.split().is_err());
    Subject::new(producer, consumer, start).run(ops);
    assert!(ring.split().is_err(), "a ring is split once in its life");
}

/// Splits a ring again and again; the handles are dropped, or forgotten with all that they left.
fn ring_again<const N: usize>(mut start: u64, rounds: &[(bool, Vec<Op>)]) {
    let mut ring = Ring::<Entry, N>::starting_at(start);
    for (is_forgotten, ops) in rounds {
        let (producer, consumer) = ring.split_mut();
        let subject = Subject::new(producer, consumer, start);
        if !is_forgotten {
            start = subject.run(ops);
            continue;
        }
        let (ledger, probe) = (subject.ledger.clone(), Rc::clone(&subject.probe));
        start = subject.run_and_forget(ops);
        let (producer, consumer) = ring.split_mut();
        assert_eq!((producer.is_closed(), consumer.position()), (false, start));
        ledger.check_all_dropped();
        assert_eq!(probe.alive(), 0, "a waker was left behind");
    }
    assert!(ring.split().is_err());
}

/// Where positions begin: at zero, or so near the wrap that a sequence crosses it.
fn start() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), (1u64..17).prop_map(|before| (1 << 62) - before)]
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn rings_behave_like_a_deque(log in 0u32..4, start in start(), ops in vec(op(), steps(100))) {
        match log {
            0 => ring::<1>(start, &ops),
            1 => ring::<2>(start, &ops),
            2 => ring::<4>(start, &ops),
            _ => ring::<8>(start, &ops),
        }
    }

    #[test]
    fn rings_begin_anew_where_they_were(
        log in 0u32..3,
        start in start(),
        rounds in vec((any::<bool>(), vec(op(), steps(30))), 1..4),
    ) {
        match log {
            0 => ring_again::<1>(start, &rounds),
            1 => ring_again::<2>(start, &rounds),
            _ => ring_again::<4>(start, &rounds),
        }
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn heap_queues_behave_like_a_deque(
        capacity in 1usize..10,
        start in start(),
        ops in vec(op(), steps(100)),
    ) {
        let (producer, consumer) = latchfree::mpsc::bounded_starting_at(capacity, start);
        Subject::new(producer, consumer, start).run(&ops);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn unbounded_queues_behave_like_a_deque(
        start in prop_oneof![start(), 0..2 * SLOTS as u64],
        ops in vec(op(), steps(200)),
    ) {
        let (producer, consumer) = latchfree::mpsc::unbounded_starting_at(start);
        Subject::new(producer, consumer, start).run(&ops);
    }
}
