//! Senders that wait as tasks, in any order that an executor can come up with: those that can go on are
//! woken, in their order, and no others; and in the end all have got in.

use super::ledger::{Entry, Ledger};
use super::{Queue, STARTS, after};
use crate::support::{Count, cases, steps};
use latchfree::mpsc::{Consumer, Producer, ReadyFuture, Ring, SendFuture};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug)]
enum Op {
    /// Begins to send, and waits if the queue is full.
    Send,
    /// Begins to wait until it is not.
    Ready,
    /// Polls one that waits, woken or not.
    Poll(Index),
    /// One gives up.
    Drop(Index),
    /// Another sender is faster.
    TrySend,
    TryRecv,
    Drain(usize),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => Just(Op::Send),
        4 => Just(Op::Ready),
        8 => any::<Index>().prop_map(Op::Poll),
        3 => any::<Index>().prop_map(Op::Drop),
        2 => Just(Op::TrySend),
        6 => Just(Op::TryRecv),
        3 => (0usize..5).prop_map(Op::Drain),
        1 => Just(Op::Close),
    ]
}

/// The event that a task waits for.
enum Wait<'a, Q: Queue> {
    /// To send the value of that number.
    Send(Pin<Box<SendFuture<'a, Q>>>, usize),
    Room(Pin<Box<ReadyFuture<'a, Q>>>),
}

struct Task<'a, Q: Queue> {
    wait: Wait<'a, Q>,
    woken: Arc<Count>,
    /// How often it had been woken when it was polled last.
    polled_at: usize,
    turn: Turn,
}

/// The expected state of a task.
struct Turn {
    /// Its turn among the waiters, from its first poll on.
    arrival: usize,
    state: State,
    /// How often it should have been woken.
    wakes: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waits,
    /// Woken because there was room for it, which is kept for it among those that wait.
    HasRoom,
    /// Woken because the queue is closed.
    HasEnd,
}

impl<Q: Queue> Task<'_, Q> {
    /// Whether an executor would poll it.
    fn is_woken(&self) -> bool {
        self.woken.get() > self.polled_at
    }
}

struct Subject<'a, Q: Queue> {
    producer: &'a Producer<Q>,
    consumer: Consumer<Q>,
    tasks: Vec<Task<'a, Q>>,
    ledger: Ledger,
    is_closed: bool,
    /// How many tasks have begun to wait.
    arrivals: usize,
}

impl<'a, Q: Queue> Subject<'a, Q> {
    fn apply(&mut self, op: Op) {
        let tasks = self.tasks.len();
        match op {
            Op::Send => {
                let entry = self.ledger.entry();
                let id = entry.id;
                self.begin(Wait::Send(Box::pin(self.producer.send_async(entry)), id));
            }
            Op::Ready => self.begin(Wait::Room(Box::pin(self.producer.ready_async()))),
            Op::Poll(which) if tasks > 0 => self.poll(which.index(tasks)),
            Op::Drop(which) if tasks > 0 => drop(self.tasks.swap_remove(which.index(tasks))),
            Op::TrySend => drop(self.producer.try_send(self.ledger.entry())),
            Op::TryRecv => drop(self.consumer.try_recv()),
            Op::Drain(max) => {
                self.consumer.drain(max).count();
            }
            Op::Close => {
                self.consumer.close();
                self.is_closed = true;
            }
            Op::Poll(_) | Op::Drop(_) => {}
        }
        self.check();
    }

    fn room(&self) -> usize {
        self.producer.capacity() - self.producer.len()
    }

    fn begin(&mut self, wait: Wait<'a, Q>) {
        let turn = Turn { arrival: self.arrivals, state: State::Waits, wakes: 0 };
        self.arrivals += 1;
        self.tasks.push(Task { wait, woken: Arc::default(), polled_at: 0, turn });
        self.poll(self.tasks.len() - 1);
    }

    /// Polls a task, which must be done if and only if it can.
    fn poll(&mut self, which: usize) {
        let len = self.producer.len() as u64;
        let (can_send, is_closed) = (self.room() > 0 && !self.is_closed, self.is_closed);
        let Task { wait, woken, polled_at, turn } = &mut self.tasks[which];
        *polled_at = woken.get();
        let waker = Arc::clone(woken).into();
        let mut cx = Context::from_waker(&waker);
        let is_done = match wait {
            Wait::Room(ready) => ready.as_mut().poll(&mut cx).is_ready(),
            Wait::Send(send, id) => match send.as_mut().poll(&mut cx) {
                Poll::Ready(Ok(position)) => {
                    assert!(can_send);
                    assert_eq!(position, after(self.consumer.position(), len));
                    true
                }
                Poll::Ready(Err(error)) => {
                    assert_eq!((is_closed, error.into_inner().id), (true, *id));
                    true
                }
                Poll::Pending => false,
            },
        };
        assert_eq!(is_done, can_send || is_closed);
        turn.state = State::Waits; // if another was faster: at its old place
        if is_done {
            self.tasks.swap_remove(which);
        }
    }

    /// As many are told of room as there is room for, in their order, and all of the end; none of them twice,
    /// and no other.
    fn check(&mut self) {
        let has_room = self.tasks.iter().filter(|it| it.turn.state == State::HasRoom).count();
        let more = if self.is_closed { usize::MAX } else { self.room().saturating_sub(has_room) };
        let turns = self.tasks.iter_mut().map(|task| &mut task.turn);
        let mut waiting: Vec<_> = turns.filter(|turn| turn.state == State::Waits).collect();
        waiting.sort_by_key(|turn| turn.arrival);
        for turn in waiting.into_iter().take(more) {
            turn.state = if self.is_closed { State::HasEnd } else { State::HasRoom };
            turn.wakes += 1;
        }
        for Task { woken, turn, .. } in &self.tasks {
            assert_eq!(
                woken.get(),
                turn.wakes,
                "wake-ups of the task that came as {}",
                turn.arrival
            );
        }
    }

    /// Does what an executor and a consumer would do, until none waits.
    fn finish(mut self) {
        while !self.tasks.is_empty() {
            match self.tasks.iter().position(Task::is_woken) {
                Some(woken) => self.poll(woken),
                None => assert!(self.consumer.try_recv().is_ok(), "all wait for each other"),
            }
            self.check();
        }
    }
}

fn run<Q: Queue>((producer, consumer): (Producer<Q>, Consumer<Q>), ops: &[Op]) {
    let ledger = Ledger::default();
    let mut subject = Subject {
        producer: &producer,
        consumer,
        tasks: Vec::new(),
        ledger: ledger.clone(),
        is_closed: false,
        arrivals: 0,
    };
    ops.iter().for_each(|op| subject.apply(*op));
    subject.finish();
    ledger.check_all_dropped();
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn senders_that_can_go_on_are_woken_and_no_others(is_small in any::<bool>(), ops in vec(op(), steps(80))) {
        for &start in STARTS {
            match is_small {
                true => run(Ring::<Entry, 1>::starting_at(start).split().unwrap(), &ops),
                false => run(Ring::<Entry, 4>::starting_at(start).split().unwrap(), &ops),
            }
            #[cfg(feature = "alloc")]
            run(latchfree::mpsc::bounded_starting_at(3, start), &ops);
        }
    }
}
