//! How many senders a change wakes, which ones, and that one which is not polled does not keep the others.

use super::ledger::{Entry, Ledger, Lying, Watched};
use super::{Queue, len, on_each_queue};
use crate::support::Count;
use latchfree::mpsc::{Consumer, Producer, TryRecvError};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A task that waits.
struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
    woken: Arc<Count>,
}

impl<'a> Task<'a> {
    fn new(future: impl Future<Output = ()> + 'a) -> Self {
        Self { future: Box::pin(future), woken: Arc::default() }
    }

    fn poll(&mut self) -> Poll<()> {
        let waker = Arc::clone(&self.woken).into();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

/// The event that a task waits for.
#[derive(Clone, Copy, Debug)]
enum For {
    /// To send a value.
    Send,
    /// Room, which it then takes by a `try_send`, or leaves.
    Ready { takes: bool },
}

/// A task that waits.
fn waits<'a, Q: Queue>(ledger: &Ledger, producer: &'a Producer<Q>, what: For) -> Task<'a> {
    let entry = ledger.entry();
    let mut task = match what {
        For::Send => Task::new(async move { assert!(producer.send_async(entry).await.is_ok()) }),
        For::Ready { takes } => Task::new(async move {
            producer.ready_async().await;
            assert!(!takes || producer.try_send(entry).is_ok());
        }),
    };
    assert!(task.poll().is_pending());
    task
}

/// Fills the queue, and lets `count` tasks wait for room.
fn wait_for_room<'a, Q: Queue>(
    ledger: &Ledger,
    producer: &'a Producer<Q>,
    what: For,
    count: usize,
) -> Vec<Task<'a>> {
    assert_eq!(producer.try_send_many(ledger.entries(4)).ok().map(len), Some(4));
    (0..count).map(|_| waits(ledger, producer, what)).collect()
}

fn wakes(tasks: &[Task<'_>]) -> Vec<usize> {
    tasks.iter().map(|task| task.woken.get()).collect()
}

/// Room for some wakes as many, those that came first, and each once.
#[test]
fn drain_wakes_as_many_as_it_frees() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        (what, freed): (For, usize),
    ) {
        let tasks = wait_for_room(ledger, &producer, what, 6);
        assert_eq!(consumer.drain(freed).count(), freed);
        let first = |count| (0..6).map(|i| usize::from(i < count)).collect::<Vec<_>>();
        assert_eq!(wakes(&tasks), first(freed));
        // Slots that are freed later are for those behind them, though none of them has come yet.
        assert_eq!(consumer.drain(1).count(), usize::from(freed < 4));
        assert_eq!(wakes(&tasks), first((freed + 1).min(4)));
        drop(tasks);
        assert!(producer.try_send(ledger.entry()).is_ok());
    }
    for what in [For::Send, For::Ready { takes: true }] {
        for freed in 0..=4 {
            on_each_queue!(on, (what, freed));
        }
    }
}

/// Some tasks are woken and never polled, as by a `select!` that awaits something else. All others get in.
#[test]
fn held_senders_keep_one_slot_each() {
    fn on<Q: Queue>(
        ledger: &Ledger,
        producer: Producer<Q>,
        mut consumer: Consumer<Q>,
        (what, held): (For, usize),
    ) {
        let mut tasks = wait_for_room(ledger, &producer, what, 12);
        let mut others = tasks.split_off(held);
        assert_eq!(consumer.drain(9).count(), 4);
        while !others.is_empty() {
            let before = others.len();
            others.retain_mut(|task| task.woken.get() == 0 || task.poll().is_pending());
            assert!(others.len() < before, "{} wait beside {} values", before, consumer.len());
            assert_eq!(consumer.drain(9).count(), before - others.len());
        }
        assert!(wakes(&tasks).iter().all(|&wakes| wakes == 1));
    }
    for what in [For::Send, For::Ready { takes: true }] {
        for held in 0..4 {
            on_each_queue!(on, (what, held));
        }
    }
}

/// The grant of a task that gives up goes to the next one, once.
#[test]
fn cancelled_sender_wakes_the_next() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>, what: For) {
        let mut tasks = wait_for_room(ledger, &producer, what, 4);
        drop(tasks.remove(1));
        assert_eq!(wakes(&tasks), [0, 0, 0], "it was not woken");
        assert!(consumer.try_recv().is_ok());
        assert_eq!(wakes(&tasks), [1, 0, 0]);
        drop(tasks.remove(0));
        assert_eq!(wakes(&tasks), [1, 0]);
        drop(tasks.remove(1));
        assert_eq!((tasks[0].poll(), producer.len()), (Poll::Ready(()), 4));
    }
    for what in [For::Send, For::Ready { takes: true }] {
        on_each_queue!(on, what);
    }
}

/// Tasks that wait for room and do not take it are woken one after the other, until one of them, or another
/// producer, does.
#[test]
fn freed_slot_wakes_one_that_waits_for_room() {
    const LATE: usize = if cfg!(miri) { 10 } else { 50 };
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let mut tasks = wait_for_room(ledger, &producer, For::Ready { takes: false }, 2 * LATE);
        assert!(consumer.try_recv().is_ok());
        for ready in 0..LATE {
            assert_eq!(wakes(&tasks).iter().sum::<usize>(), ready + 1);
            assert!(tasks[ready].poll().is_ready());
        }
        assert!(producer.try_send(ledger.entry()).is_ok());
        assert_eq!(tasks[LATE].poll(), Poll::Pending);
        assert_eq!(wakes(&tasks).iter().sum::<usize>(), LATE + 1, "none is woken for nothing");
    }
    on_each_queue!(on);
}

/// One that comes at the right moment takes the slot. The task that was woken for it is the next one again.
#[test]
fn overtaken_sender_keeps_its_turn() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let mut tasks = wait_for_room(ledger, &producer, For::Send, 3);
        for round in 1..4 {
            assert!(consumer.try_recv().is_ok());
            assert_eq!(wakes(&tasks), [round, 0, 0]);
            assert!(producer.try_send(ledger.entry()).is_ok());
            assert_eq!(tasks[0].poll(), Poll::Pending);
        }
        assert_eq!(consumer.drain(9).count(), 4);
        for task in &mut tasks {
            assert_eq!(task.poll(), Poll::Ready(()));
        }
        // In the order in which they came.
        let mut next = 4..;
        consumer.drain(9).for_each(|entry| assert_eq!(Some(entry.id), next.next()));
    }
    on_each_queue!(on);
}

/// The consumer finds the next value stalled behind slots that were given up: those are free, and producers
/// know.
#[test]
fn slots_given_up_are_freed_before_a_stalled_one() {
    fn on<Q: Queue>(ledger: &Ledger, producer: Producer<Q>, mut consumer: Consumer<Q>) {
        let nothing = Vec::<Entry>::new().into_iter();
        assert_eq!(producer.try_send_many(Lying { has: nothing, says: 3 }).ok().map(len), Some(0));
        let has = ledger.entries(1).into_iter();
        let before_each = |left| {
            if left == 1 {
                let mut tasks = [(); 2].map(|()| waits(ledger, &producer, For::Send));
                assert_eq!(consumer.try_recv().err(), Some(TryRecvError::Stalled));
                assert_eq!((producer.len(), wakes(&tasks)), (1, vec![1, 1]));
                tasks.iter_mut().for_each(|task| assert!(task.poll().is_ready()));
                assert!(producer.try_send(ledger.entry()).is_ok());
            }
        };
        assert_eq!(producer.try_send_many(Watched { has, before_each }).ok().map(len), Some(1));
        assert_eq!(consumer.drain(9).count(), 4);
    }
    on_each_queue!(on);
}
