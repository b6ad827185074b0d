//! The list by itself, mostly on one thread: who is in it, who is woken, and in which order.

use super::*;
use crate::atomic::Relaxed;
use core::pin::pin;
use core::ptr;
use core::task::{RawWaker, RawWakerVTable};
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::Wake;
use std::vec::Vec;

/// Who was woken, in order.
#[derive(Clone, Default)]
struct Woken(Arc<Mutex<Vec<u64>>>);

struct Named {
    name: u64,
    woken: Woken,
    panics: bool,
}

/// A waker that does what the test wants it to.
struct Does<F>(F);

impl<F: Fn() + Send + Sync> Wake for Does<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

impl Wake for Named {
    fn wake(self: Arc<Self>) {
        self.woken.0.lock().unwrap().push(self.name);
        assert!(!self.panics, "this waker panics");
    }
}

impl Woken {
    fn waker(&self, name: u64) -> Waker {
        Waker::from(Arc::new(Named { name, woken: self.clone(), panics: false }))
    }

    fn waker_that_panics(&self, name: u64) -> Waker {
        Waker::from(Arc::new(Named { name, woken: self.clone(), panics: true }))
    }

    /// Who was woken since the last call.
    fn take(&self) -> Vec<u64> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A condition that says what the test wants it to.
struct Told {
    list: WaitList,
    reached: Atomic<u64>,
    at_most: Atomic<usize>,
    /// Amounts that can be answered yet, each with a word of which this is the base.
    left: Atomic<u64>,
    base: Atomic<u64>,
}

impl Condition for Told {
    fn waiters(&self) -> &WaitList {
        &self.list
    }

    fn reached(&self) -> u64 {
        self.reached.load(Relaxed)
    }

    fn try_grant(&self, amount: u64) -> Option<Token> {
        self.left.try_update(Relaxed, Relaxed, |left| left.checked_sub(amount)).ok()?;
        self.at_most.try_update(Relaxed, Relaxed, |at_most| at_most.checked_sub(1)).ok()?;
        Some(self.base.load(Relaxed) + amount)
    }
}

impl Told {
    const fn new() -> Self {
        Self {
            list: WaitList::new(),
            reached: Atomic::new(0),
            at_most: Atomic::new(0),
            left: Atomic::new(u64::MAX),
            base: Atomic::new(0),
        }
    }

    /// Wakes up to `at_most` whose position is not beyond `wait_for_async`.
    fn wake(&self, reached: u64, at_most: usize) {
        self.reached.store(reached, Relaxed);
        self.at_most.store(at_most, Relaxed);
        WaitList::notify(self);
    }

    /// Answers those for up to `left` together.
    fn answer_some(&self, left: u64, base: u64) {
        self.left.store(left, Relaxed);
        self.base.store(base, Relaxed);
        self.wake(0, usize::MAX);
    }
}

/// Entries for `positions`, in that order, each woken under the name of its position.
fn enter<'a>(list: &'a Told, woken: &Woken, positions: &[u64]) -> Vec<Pin<Box<Waiter<'a, Told>>>> {
    let enter = |&position| {
        let waiter = Box::pin(Waiter::new(list));
        assert_eq!(waiter.as_ref().enqueue(Want::position(position), woken.waker(position)), None);
        waiter
    };
    positions.iter().map(enter).collect()
}

/// The positions in the list, forwards; checks that backwards they are the same.
fn positions(Told { list, .. }: &Told) -> Vec<u64> {
    let follow = |start: Option<NonNull<Entry>>, next: fn(&Node) -> Option<NonNull<Entry>>| {
        let at = |entry: &NonNull<Entry>| {
            // SAFETY: called under the lock, for entries in the list.
            unsafe { with_node(*entry, |node| next(node)) }
        };
        let position = |entry| {
            // SAFETY: as above.
            unsafe { with_node(entry, |node| node.want.position) }
        };
        core::iter::successors(start, at).map(position).collect::<Vec<_>>()
    };
    list.queue.with(|queue| {
        let forwards = follow(queue.first, |node| node.next);
        let mut backwards = follow(queue.last, |node| node.previous);
        backwards.reverse();
        assert_eq!(forwards, backwards);
        assert_eq!(list.earliest.load(EARLIEST), *forwards.first().unwrap_or(&NOBODY));
        forwards
    })
}

#[test]
fn only_those_are_woken_whose_position_is_reached() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[30, 10, 20, u64::MAX, 40]);
    assert_eq!(positions(&list), [10, 20, 30, 40, u64::MAX]);
    list.wake(9, usize::MAX);
    assert!(woken.take().is_empty());
    list.wake(30, usize::MAX);
    assert_eq!(woken.take(), [10, 20, 30]);
    let queued: Vec<_> = waiters.iter().map(|waiter| waiter.is_queued()).collect();
    assert_eq!(queued, [false, false, false, true, true]);
    list.wake(u64::MAX - 1, usize::MAX);
    assert_eq!((woken.take(), positions(&list)), (Vec::from([40]), Vec::from([u64::MAX])));
    list.wake(u64::MAX, usize::MAX);
    assert_eq!((woken.take(), list.list.is_empty()), (Vec::from([u64::MAX]), true));
}

#[test]
fn those_with_the_same_position_are_woken_by_arrival() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters: Vec<_> = (0..4).map(|_| Box::pin(Waiter::new(&list))).collect();
    for (name, waiter) in (0..).zip(&waiters) {
        assert_eq!(waiter.as_ref().enqueue(Want::position(5), woken.waker(name)), None);
    }
    let earlier = enter(&list, &woken, &[4]);
    list.wake(5, 3);
    assert_eq!(woken.take(), [4, 0, 1]);
    list.wake(5, 0);
    assert!(woken.take().is_empty());
    list.wake(5, 1);
    list.wake(5, 7);
    assert_eq!((woken.take(), positions(&list).len()), (Vec::from([2, 3]), 0));
    drop(earlier);
}

#[test]
fn entries_leave_from_anywhere() {
    let list = Told::new();
    for gone in 0..4 {
        let woken = Woken::default();
        let mut waiters = enter(&list, &woken, &[1, 2, 3, 4]);
        assert_eq!((waiters[gone].leave(), waiters[gone].is_queued()), (None, false));
        let mut left = Vec::from([1, 2, 3, 4]);
        left.remove(gone);
        assert_eq!(positions(&list), left);
        // Another goes without a word.
        waiters.remove((gone + 1) % 4);
        left.retain(|&position| position != (gone as u64 + 1) % 4 + 1);
        assert_eq!(positions(&list), left);
        list.wake(u64::MAX, usize::MAX);
        assert_eq!(woken.take(), left);
    }
}

#[test]
fn leaving_waiter_finds_the_token_of_a_grant_once() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[1, 2]);
    list.wake(1, 1);
    assert_eq!((waiters[0].leave(), waiters[1].leave()), (Some(0), None));
    assert_eq!((waiters[0].leave(), waiters[1].leave()), (None, None));
    list.wake(u64::MAX, usize::MAX);
    assert_eq!(woken.take(), [1]);
}

#[test]
fn who_enters_again_keeps_its_place_and_changes_its_waker() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[5, 5]);
    let old = Arc::new(Named { name: 8, woken: woken.clone(), panics: false });
    let enter = |waker| waiters[0].as_ref().enqueue(Want::position(5), waker);
    assert_eq!(enter(Waker::from(Arc::clone(&old))), None);
    assert_eq!((positions(&list), Arc::strong_count(&old)), (Vec::from([5, 5]), 2));
    assert_eq!(enter(woken.waker(7)), None);
    assert_eq!(Arc::strong_count(&old), 1, "the old waker is gone");
    list.wake(5, 1);
    assert_eq!(woken.take(), [7]);
    // Woken, it enters anew, behind the other, and does not lose what it was granted.
    assert_eq!(enter(woken.waker(9)), Some(0));
    list.wake(5, 2);
    assert_eq!(woken.take(), [5, 9]);
}

#[test]
fn a_waker_is_renewed_as_long_as_it_is_there() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[1, 2]);
    waiters[1].renew(&woken.waker(20));
    list.wake(u64::MAX, usize::MAX);
    assert_eq!(woken.take(), [1, 20]);
    waiters[0].renew(&woken.waker(10));
    list.wake(u64::MAX, usize::MAX);
    assert!(woken.take().is_empty() && list.list.is_empty());
}

#[test]
fn a_waker_that_panics_spares_the_others() {
    for bad in 0..4 {
        let (list, woken) = (Told::new(), Woken::default());
        let waiters = enter(&list, &woken, &[0, 1, 2, 3]);
        waiters[bad].renew(&woken.waker_that_panics(bad as u64));
        let wake = AssertUnwindSafe(|| list.wake(2, usize::MAX));
        assert_eq!(catch_unwind(wake).is_err(), bad < 3);
        assert_eq!((woken.take(), positions(&list)), (Vec::from([0, 1, 2]), Vec::from([3])));
    }
}

/// The number of those that are woken holds with a panic in the middle.
#[test]
fn a_waker_that_panics_counts() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[0, 1, 2, 3]);
    waiters[0].renew(&woken.waker_that_panics(0));
    assert!(catch_unwind(AssertUnwindSafe(|| list.wake(9, 3))).is_err());
    assert_eq!((woken.take(), positions(&list)), (Vec::from([0, 1, 2]), Vec::from([3])));
}

/// The first want that cannot be answered holds up those behind it; answers find their sleeper.
#[test]
fn wishes_are_answered_in_turn() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters: Vec<_> = (0..3).map(|_| Box::pin(Waiter::new(&list))).collect();
    for (amount, waiter) in [2, 5, 1].into_iter().zip(&waiters) {
        let want = Want { position: 0, amount };
        assert_eq!(waiter.as_ref().enqueue(want, woken.waker(amount)), None);
    }
    list.answer_some(4, 100);
    assert_eq!((woken.take(), waiters[0].take_token()), (Vec::from([2]), Some(102)));
    assert_eq!((waiters[0].take_token(), waiters[1].take_token()), (None, None));
    list.answer_some(6, 200);
    assert_eq!(woken.take(), [5, 1]);
    assert_eq!((waiters[1].take_token(), waiters[2].leave()), (Some(205), Some(201)));
}

/// A waker is an executor's: dropping one may drop a task that waits in this very list.
#[test]
fn wakers_are_dropped_outside_of_the_lock() {
    static LIST: Told = Told::new();
    static VTABLE: RawWakerVTable =
        RawWakerVTable::new(|_| RawWaker::new(ptr::null(), &VTABLE), drop, |_| {}, drop);
    fn drop(_: *const ()) {
        let waiter = pin!(Waiter::new(&LIST));
        assert_eq!(waiter.as_ref().enqueue(Want::position(1), Waker::noop().clone()), None);
    }
    // SAFETY: the functions of the table do nothing with the pointer.
    let waker = || unsafe { Waker::new(ptr::null(), &VTABLE) };
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let waiter = pin!(Waiter::new(&LIST));
        let enter = || assert!(waiter.as_ref().enqueue(Want::position(1), waker()) != Some(9));
        enter();
        enter(); // drops the one before
        waiter.renew(&waker()); // drops the one before
        LIST.wake(1, 1); // drops it
        waiter.renew(&waker()); // drops the new one
        enter();
        assert_eq!(waiter.leave(), None); // drops it
        done.send(()).unwrap();
    });
    let in_time = wait.recv_timeout(core::time::Duration::from_secs(20));
    assert!(in_time.is_ok(), "hangs, or panicked: a waker was dropped under the lock");
}

/// An interrupt handler, or another thread, that comes while the lock is held goes away again, and
/// the holder wakes in its place.
#[test]
fn a_waker_that_finds_the_lock_taken_leaves_its_work() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[1, 2, 3]);
    list.list.queue.with(|_| list.wake(2, usize::MAX));
    assert!(woken.take().is_empty());
    waiters[2].renew(&woken.waker(30));
    assert_eq!((woken.take(), positions(&list)), (Vec::from([1, 2]), Vec::from([3])));

    // Whoever holds it: one that enters, that leaves, or that wakes.
    for take_note in [
        |list: &Told| drop(enter(list, &Woken::default(), &[9])),
        |list: &Told| assert_eq!(enter(list, &Woken::default(), &[9])[0].leave(), None),
        |list: &Told| WaitList::notify(list),
    ] {
        let again = enter(&list, &woken, &[1]);
        list.list.queue.with(|_| list.wake(2, usize::MAX));
        assert!(again[0].is_queued());
        take_note(&list);
        assert_eq!(woken.take(), [1]);
    }
}

/// More than one batch is granted together.
#[test]
fn more_waiters_than_a_batch_holds_are_woken_in_order() {
    let (list, woken) = (Told::new(), Woken::default());
    let order: Vec<_> = (0..2 * BATCH as u64 + 1).collect();
    let waiters = enter(&list, &woken, &order);
    waiters[1].renew(&woken.waker_that_panics(1));
    waiters[BATCH].renew(&woken.waker_that_panics(BATCH as u64));
    assert!(catch_unwind(AssertUnwindSafe(|| list.wake(u64::MAX - 1, usize::MAX))).is_err());
    assert_eq!((woken.take(), list.list.is_empty()), (order, true));
}

/// With `std`, also several wakers may panic, and in the middle of a panic: the process lives.
#[cfg(feature = "std")]
#[test]
fn wakers_that_all_panic_are_all_called() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[0, 1, 2]);
    for (name, waiter) in (0..).zip(&waiters) {
        waiter.renew(&woken.waker_that_panics(name));
    }
    struct WakesAll<'a>(&'a Told);
    impl Drop for WakesAll<'_> {
        fn drop(&mut self) {
            self.0.wake(2, usize::MAX);
        }
    }
    let wake = AssertUnwindSafe(|| {
        let _wakes_all = WakesAll(&list);
        panic!("the first");
    });
    let panic = catch_unwind(wake).unwrap_err();
    assert_eq!(
        (*panic.downcast::<&str>().unwrap(), woken.take()),
        ("the first", Vec::from([0, 1, 2]))
    );
}

/// A waker finds the lock taken by another waker, whose foreign code may block: it does not wait for that.
#[test]
fn request_that_comes_during_a_grant_is_served_before_foreign_code_runs() {
    /// Its first grant is interrupted by a handler that moves on to position 2.
    struct Interrupted(WaitList, Atomic<u64>);
    impl Condition for Interrupted {
        fn waiters(&self) -> &WaitList {
            &self.0
        }
        fn reached(&self) -> u64 {
            self.1.load(Relaxed)
        }
        fn try_grant(&self, _: u64) -> Option<Token> {
            if self.1.swap(2, Relaxed) == 1 {
                WaitList::notify(self);
            }
            Some(0)
        }
    }
    static LIST: Interrupted = Interrupted(WaitList::new(), Atomic::new(0));
    let waiters = [1, 2].map(|position| {
        let waiter = Box::pin(Waiter::new(&LIST));
        let woken = Does(|| assert_eq!(LIST.0.earliest.load(Relaxed), NOBODY, "one waits still"));
        assert_eq!(waiter.as_ref().enqueue(Want::position(position), Arc::new(woken).into()), None);
        waiter
    });
    LIST.1.store(1, Relaxed);
    WaitList::notify(&LIST);
    assert_eq!(waiters.each_ref().map(|waiter| waiter.leave()), [Some(0), Some(0)]);
}

/// Positions that fall are put in at once, as those that grow are.
#[test]
fn falling_positions_keep_the_order() {
    let (list, woken) = (Told::new(), Woken::default());
    let waiters = enter(&list, &woken, &[5, 4, 4, 3, 9, 1, 3, 0]);
    assert_eq!(positions(&list), [0, 1, 3, 3, 4, 4, 5, 9]);
    drop(waiters);
    assert!(list.list.is_empty());
}

/// Threads come, go and wake each other at random; those that stay until they are woken, are.
#[test]
fn threads_come_and_go() {
    let (list, woken) = (Arc::new(Told::new()), Woken::default());
    let threads: Vec<_> = (0..3u64)
        .map(|by| {
            let (list, woken) = (Arc::clone(&list), woken.clone());
            std::thread::spawn(move || {
                for i in 0..if cfg!(miri) { 20 } else { 3000 } {
                    let waiters = enter(&list, &woken, &[i % 3, by, i % 2]);
                    let _token = waiters[1].leave();
                    list.wake(i % 4, 2);
                    drop(waiters);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(positions(&list).is_empty() && list.list.is_empty());
}
