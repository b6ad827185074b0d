//! `Semaphore` against a number and a line of waiters.

mod barging;

use crate::support::{Count, cases, steps};
use latchfree::semaphore::{
    AcquireError, AcquireFuture, Permit, Semaphore, TryAcquireError, Underflow,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug)]
enum Op {
    TryAcquire(u64),
    Charge(u64),
    /// Begins to wait, if there are no permits at once.
    Acquire(u64),
    PollWaiter(Index),
    DropWaiter(Index),
    DropPermit(Index),
    /// Gives a part of a permit back.
    Split(Index, u64),
    /// Puts a permit to another.
    Merge(Index),
    Forget(Index),
    Release(u64),
    Resize(u64),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    let which = any::<Index>;
    let few = || prop_oneof![20 => 0u64..6, 1 => Just(u64::MAX)];
    prop_oneof![
        6 => few().prop_map(Op::TryAcquire),
        2 => few().prop_map(Op::Charge),
        10 => few().prop_map(Op::Acquire),
        6 => which().prop_map(Op::PollWaiter),
        3 => which().prop_map(Op::DropWaiter),
        10 => which().prop_map(Op::DropPermit),
        3 => (which(), few()).prop_map(|(which, n)| Op::Split(which, n)),
        2 => which().prop_map(Op::Merge),
        2 => which().prop_map(Op::Forget),
        2 => few().prop_map(Op::Release),
        2 => few().prop_map(Op::Resize),
        1 => Just(Op::Close),
    ]
}

/// A task that waits, or that was told something and has not looked at it.
struct Waiter<'a> {
    future: Pin<Box<AcquireFuture<'a>>>,
    id: usize,
    count: u64,
    woken: Arc<Count>,
}

/// The result of a wait: the waiter has its permits, or the reason why not.
type Told = Result<(), AcquireError>;

#[derive(Default)]
struct Model {
    in_use: u64,
    limit: u64,
    is_closed: bool,
    /// The waiters in the order of arrival, each with the number of permits that it wants.
    line: VecDeque<(usize, u64)>,
    /// By the number of the waiter.
    told: Vec<Option<Told>>,
}

impl Model {
    fn verdict(&self, count: u64) -> Told {
        match () {
            () if self.is_closed => Err(AcquireError::Closed),
            () if count > self.limit => Err(AcquireError::TooMany),
            () => Ok(()),
        }
    }

    /// No permits are always free.
    fn is_free(&self, count: u64) -> bool {
        count == 0 || self.in_use.checked_add(count).is_some_and(|sum| sum <= self.limit)
    }

    /// Tells those in front what can be told them, and takes their permits.
    fn grant(&mut self) {
        while let Some(&(id, count)) = self.line.front() {
            let told = self.verdict(count);
            if told.is_ok() {
                if !self.is_free(count) {
                    return;
                }
                self.in_use += count;
            }
            self.told[id] = Some(told);
            self.line.pop_front();
        }
    }

    /// A new waiter asks for `count` permits. Returns its number.
    fn begin(&mut self, count: u64) -> usize {
        let id = self.told.len();
        let told = self.verdict(count);
        let is_told = told.is_err() || count == 0;
        self.told.push(is_told.then_some(told));
        if !is_told {
            self.line.push_back((id, count));
            self.grant();
        }
        id
    }

    fn release(&mut self, count: u64) {
        self.in_use = self.in_use.saturating_sub(count);
        self.grant();
    }
}

struct Subject<'a> {
    permits: &'a Semaphore,
    waiters: Vec<Waiter<'a>>,
    held: Vec<Permit<'a>>,
    model: Model,
}

impl<'a> Subject<'a> {
    fn apply(&mut self, op: Op) {
        match op {
            Op::TryAcquire(count) => self.try_acquire(count),
            Op::Charge(count) => self.charge(count),
            Op::Acquire(count) => self.acquire(count),
            Op::PollWaiter(which) if !self.waiters.is_empty() => {
                self.poll(which.index(self.waiters.len()));
            }
            Op::DropWaiter(which) if !self.waiters.is_empty() => {
                self.drop_waiter(which.index(self.waiters.len()));
            }
            Op::Release(count) => {
                let expected = if count <= self.model.in_use { Ok(()) } else { Err(Underflow) };
                assert_eq!(self.permits.release(count), expected);
                if expected.is_ok() {
                    self.model.release(count);
                }
            }
            Op::Resize(limit) => {
                self.permits.resize(limit);
                self.model.limit = limit.min(u64::MAX >> 3);
                self.model.grant();
            }
            Op::Close => {
                self.permits.close();
                self.model.is_closed = true;
                self.model.grant();
            }
            _ if !self.held.is_empty() => self.on_held(op),
            _ => {}
        }
    }

    fn try_acquire(&mut self, count: u64) {
        let expected = match self.model.verdict(count) {
            Err(AcquireError::Closed) => Err(TryAcquireError::Closed),
            Err(AcquireError::TooMany) => Err(TryAcquireError::TooMany),
            Ok(()) if count == 0 => Ok(()),
            Ok(()) if self.model.line.is_empty() && self.model.is_free(count) => Ok(()),
            Ok(()) => Err(TryAcquireError::NoPermits),
        };
        match self.permits.try_acquire(count) {
            Ok(permit) => {
                assert_eq!((expected, permit.count()), (Ok(()), count));
                self.model.in_use += count;
                self.held.push(permit);
            }
            Err(error) => assert_eq!(Err(error), expected),
        }
    }

    fn charge(&mut self, count: u64) {
        let expected = match count {
            _ if self.model.is_closed => Err(AcquireError::Closed),
            u64::MAX => Err(AcquireError::TooMany),
            _ => Ok(count),
        };
        let charged = self.permits.charge(count);
        assert_eq!(charged.as_ref().map(Permit::count).map_err(|error| *error), expected);
        self.model.in_use += charged.as_ref().map_or(0, Permit::count);
        self.held.extend(charged);
    }

    fn acquire(&mut self, count: u64) {
        let id = self.model.begin(count);
        let future = Box::pin(self.permits.acquire_async(count));
        self.waiters.push(Waiter { future, id, count, woken: Arc::default() });
        self.poll(self.waiters.len() - 1);
    }

    /// By another task than before: from now on its waker counts.
    fn poll(&mut self, which: usize) {
        let Waiter { future, id, woken, .. } = &mut self.waiters[which];
        *woken = Arc::default();
        let polled = future.as_mut().poll(&mut Context::from_waker(&Arc::clone(woken).into()));
        let told = self.model.told[*id];
        match polled {
            Poll::Ready(result) => {
                assert_eq!(Some(result.as_ref().map(|_| ()).map_err(|error| *error)), told);
                self.held.extend(result.ok());
                self.waiters.swap_remove(which);
            }
            Poll::Pending => assert_eq!(told, None),
        }
    }

    /// Leaves the line, or hands on the permits that it was granted and has not looked at.
    fn drop_waiter(&mut self, which: usize) {
        let Waiter { future, id, count, .. } = self.waiters.swap_remove(which);
        drop(future);
        match self.model.told[id] {
            Some(Ok(())) => self.model.release(count),
            Some(Err(_)) => {}
            None => {
                self.model.line.retain(|(other, _)| *other != id);
                self.model.grant();
            }
        }
    }

    fn on_held(&mut self, op: Op) {
        match op {
            Op::DropPermit(which) => {
                let permit = self.held.swap_remove(which.index(self.held.len()));
                self.model.release(permit.count());
            }
            Op::Split(which, count) => {
                let which = which.index(self.held.len());
                let had = self.held[which].count();
                let part = self.held[which].split(count);
                let split = part.as_ref().map(Permit::count);
                assert_eq!(split, (count <= had).then_some(count));
                assert_eq!(self.held[which].count(), had - split.unwrap_or(0));
                drop(part);
                self.model.release(split.unwrap_or(0));
            }
            Op::Merge(which) => {
                let other = self.held.swap_remove(which.index(self.held.len()));
                let Some(permit) = self.held.first_mut() else { return self.held.push(other) };
                let sum = permit.count() + other.count();
                assert!(permit.merge(other).is_ok());
                assert_eq!(permit.count(), sum);
            }
            Op::Forget(which) => {
                let permit = self.held.swap_remove(which.index(self.held.len()));
                assert_eq!(permit.count(), permit.forget());
            }
            _ => {}
        }
    }

    fn check(&self) {
        let Model { in_use, limit, is_closed, .. } = self.model;
        let permits = self.permits;
        let seen = (permits.in_use(), permits.limit(), permits.available(), permits.is_closed());
        assert_eq!(seen, (in_use, limit, limit.saturating_sub(in_use), is_closed));
        for waiter in &self.waiters {
            let is_told = self.model.told[waiter.id].is_some();
            assert_eq!(waiter.woken.get(), usize::from(is_told), "wake-ups of {}", waiter.id);
        }
    }
}

#[test]
fn permits_of_others_are_not_merged() {
    let (these, others) = (Semaphore::new(5), Semaphore::new(5));
    let mut permit = these.try_acquire(1).unwrap();
    let refused = permit.merge(others.try_acquire(2).unwrap()).unwrap_err();
    assert_eq!((permit.count(), refused.count()), (1, 2));
    drop(refused);
    assert_eq!((these.in_use(), others.in_use()), (1, 0));
}

/// An operation that needs none passes, whatever others have or want.
#[test]
fn zero_permits_are_free_over_the_limit_and_behind_waiters() {
    for semaphore in [Semaphore::new(2), Semaphore::barging(2)] {
        let charged = semaphore.charge(5).unwrap();
        let mut waits = std::pin::pin!(semaphore.acquire_async(1));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(waits.as_mut().poll(&mut cx).is_pending());
        assert_eq!(semaphore.try_acquire(0).map(|permit| permit.count()), Ok(0));
        let mut none = std::pin::pin!(semaphore.acquire_async(0));
        assert!(
            matches!(none.as_mut().poll(&mut cx), Poll::Ready(Ok(permit)) if permit.count() == 0)
        );
        semaphore.resize(0);
        assert!(semaphore.try_acquire(0).is_ok());
        semaphore.close();
        assert_eq!(semaphore.try_acquire(0).err(), Some(TryAcquireError::Closed));
        drop(charged);
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn semaphore_behaves_like_a_number_and_a_fifo(limit in 0u64..8, ops in vec(op(), steps(80))) {
        let permits = Semaphore::new(limit);
        let model = Model { limit, ..Model::default() };
        let mut subject =
            Subject { permits: &permits, waiters: Vec::new(), held: Vec::new(), model };
        for op in ops {
            subject.apply(op);
            subject.check();
        }
        while !subject.waiters.is_empty() {
            subject.drop_waiter(0);
            subject.check();
        }
    }
}
