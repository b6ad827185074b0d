//! A barging semaphore against a number, a line of waiters, and promises.

use crate::support::{Count, cases, steps};
use latchfree::semaphore::{AcquireError, AcquireFuture, Permit, Semaphore, TryAcquireError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug)]
enum Op {
    TryAcquire(u64),
    /// Begins to wait, if there are no permits at once.
    Acquire(u64),
    Poll(Index),
    DropWaiter(Index),
    DropPermit(Index),
    Resize(u64),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    let which = any::<Index>;
    prop_oneof![
        6 => (0u64..5).prop_map(Op::TryAcquire),
        10 => (0u64..5).prop_map(Op::Acquire),
        8 => which().prop_map(Op::Poll),
        3 => which().prop_map(Op::DropWaiter),
        10 => which().prop_map(Op::DropPermit),
        2 => (0u64..6).prop_map(Op::Resize),
        1 => Just(Op::Close),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    InLine,
    /// Woken, and may compete.
    Promised,
    /// Woken, because there were no such permits.
    Refused,
}

/// A task that waits, in the order of arrival.
struct Waiter<'a> {
    future: Pin<Box<AcquireFuture<'a>>>,
    count: u64,
    place: Place,
    woken: Arc<Count>,
    wakes: usize,
}

struct Subject<'a> {
    permits: &'a Semaphore,
    waiters: Vec<Waiter<'a>>,
    held: Vec<Permit<'a>>,
    limit: u64,
    is_closed: bool,
}

impl<'a> Subject<'a> {
    fn in_use(&self) -> u64 {
        self.held.iter().map(Permit::count).sum()
    }

    fn refusal(&self, count: u64) -> Option<AcquireError> {
        match () {
            () if self.is_closed => Some(AcquireError::Closed),
            () if count > self.limit => Some(AcquireError::TooMany),
            () => None,
        }
    }

    fn is_free(&self, count: u64) -> bool {
        count == 0 || self.in_use() + count <= self.limit
    }

    /// Wakes those in front for which there is something.
    fn notify(&mut self) {
        loop {
            let promised = self.waiters.iter().filter(|waiter| waiter.place == Place::Promised);
            let promised: u64 = promised.map(|waiter| waiter.count).sum();
            let taken = self.in_use() + promised;
            let Some(front) = self.waiters.iter().position(|waiter| waiter.place == Place::InLine)
            else {
                return;
            };
            let count = self.waiters[front].count;
            let place = match self.refusal(count) {
                Some(_) => Place::Refused,
                None if taken + count <= self.limit => Place::Promised,
                None => return,
            };
            self.waiters[front].place = place;
            self.waiters[front].wakes += 1;
        }
    }

    fn apply(&mut self, op: Op) {
        let (waiters, held) = (self.waiters.len(), self.held.len());
        match op {
            Op::TryAcquire(count) => {
                let expected = match self.refusal(count) {
                    Some(error) => Err(TryAcquireError::from(error)),
                    None if self.is_free(count) => Ok(count),
                    None => Err(TryAcquireError::NoPermits),
                };
                let permit = self.permits.try_acquire(count);
                let result = permit.as_ref().map(Permit::count).map_err(|error| *error);
                assert_eq!(result, expected);
                self.held.extend(permit);
            }
            Op::Acquire(count) => {
                let future = Box::pin(self.permits.acquire_async(count));
                let woken = Arc::default();
                let place = Place::InLine;
                self.waiters.push(Waiter { future, count, place, woken, wakes: 0 });
                self.poll(waiters);
            }
            Op::Poll(which) if waiters > 0 => self.poll(which.index(waiters)),
            Op::DropWaiter(which) if waiters > 0 => {
                drop(self.waiters.remove(which.index(waiters)));
                self.notify();
            }
            Op::DropPermit(which) if held > 0 => {
                drop(self.held.swap_remove(which.index(held)));
                self.notify();
            }
            Op::Resize(limit) => {
                self.permits.resize(limit);
                self.limit = limit;
                self.notify();
            }
            Op::Close => {
                self.permits.close();
                self.is_closed = true;
                self.notify();
            }
            _ => {}
        }
    }

    /// A waiter tries whenever it is polled, and keeps its turn if it fails.
    fn poll(&mut self, which: usize) {
        let expected = match self.refusal(self.waiters[which].count) {
            Some(error) => Some(Err(error)),
            None => self.is_free(self.waiters[which].count).then_some(Ok(())),
        };
        let waiter = &mut self.waiters[which];
        (waiter.woken, waiter.wakes) = (Arc::default(), 0);
        let waker = Arc::clone(&waiter.woken).into();
        let polled = waiter.future.as_mut().poll(&mut Context::from_waker(&waker));
        match polled {
            Poll::Ready(result) => {
                assert_eq!(Some(result.as_ref().map(|_| ()).map_err(|error| *error)), expected);
                let had = self.waiters.remove(which);
                self.held.extend(result);
                if had.place == Place::Promised {
                    self.notify();
                }
            }
            Poll::Pending => {
                assert_eq!(expected, None);
                // First the promise ends, which may be good for others.
                let had = std::mem::replace(&mut waiter.place, Place::Refused);
                if had == Place::Promised {
                    self.notify();
                }
                self.waiters[which].place = Place::InLine;
            }
        }
    }

    fn check(&self) {
        let seen = (self.permits.in_use(), self.permits.is_closed());
        assert_eq!(seen, (self.in_use(), self.is_closed));
        for (which, waiter) in self.waiters.iter().enumerate() {
            assert_eq!(waiter.woken.get(), waiter.wakes, "wake-ups of {which}");
        }
        // None waits for permits that are there, unless as many are promised to one that was woken.
        let waits = self.waiters.iter().find(|waiter| waiter.place == Place::InLine);
        if let Some(front) = waits {
            let was_woken = self.waiters.iter().any(|waiter| waiter.place == Place::Promised);
            assert!(was_woken || !self.is_free(front.count), "left for lack of a wake-up");
        }
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn barging_semaphore_behaves_like_a_number_and_promises(
        limit in 0u64..6,
        ops in vec(op(), steps(80)),
    ) {
        let permits = Semaphore::barging(limit);
        let (waiters, held) = (Vec::new(), Vec::new());
        let mut subject = Subject { permits: &permits, waiters, held, limit, is_closed: false };
        for op in ops {
            subject.apply(op);
            subject.check();
        }
        while let Some(waiter) = subject.waiters.pop() {
            drop(waiter);
            subject.notify();
            subject.check();
        }
    }
}
