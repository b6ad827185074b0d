//! The queue by itself, mostly on one thread: which waiters are in it, which are woken, and in which order.

use super::*;
use crate::atomic::Relaxed;
use crate::wait::Wait;
use core::pin::pin;
use core::ptr;
use core::task::{Context, Poll, RawWaker, RawWakerVTable};
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::Wake;
use std::vec::Vec;

/// The names of woken waiters, in order.
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

    /// Returns the waiters that were woken since the last call.
    fn take(&self) -> Vec<u64> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

/// An event that says what the test wants it to.
struct FakeEvent {
    list: WaitQueue,
    ready_key: Atomic<u64>,
    at_most: Atomic<usize>,
    /// Amounts that can be answered yet, each with a word of which this is the base.
    left: Atomic<u64>,
    base: Atomic<u64>,
    /// Tokens that were given back.
    cancelled: Mutex<Vec<Token>>,
}

impl Event for FakeEvent {
    fn waiters(&self) -> &WaitQueue {
        &self.list
    }

    fn ready_key(&self) -> u64 {
        self.ready_key.load(Relaxed)
    }

    fn try_grant(&self, amount: u64) -> Option<Token> {
        self.left.try_update(Relaxed, Relaxed, |left| left.checked_sub(amount)).ok()?;
        self.at_most.try_update(Relaxed, Relaxed, |at_most| at_most.checked_sub(1)).ok()?;
        Some(self.base.load(Relaxed) + amount)
    }

    fn cancelled(&self, token: Token, _: u64) {
        self.cancelled.lock().unwrap().push(token);
    }
}

impl FakeEvent {
    const fn new() -> Self {
        Self {
            list: WaitQueue::new(),
            ready_key: Atomic::new(0),
            at_most: Atomic::new(0),
            left: Atomic::new(u64::MAX),
            base: Atomic::new(0),
            cancelled: Mutex::new(Vec::new()),
        }
    }

    /// Wakes up to `at_most` whose key is not beyond `ready_key`.
    fn wake(&self, ready_key: u64, at_most: usize) {
        self.ready_key.store(ready_key, Relaxed);
        self.at_most.store(at_most, Relaxed);
        WaitQueue::notify(self);
    }

    /// Answers those for up to `left` together.
    fn answer_some(&self, left: u64, base: u64) {
        self.left.store(left, Relaxed);
        self.base.store(base, Relaxed);
        self.wake(0, usize::MAX);
    }
}

/// Waits for `keys`, in that order, each woken under the name of its key.
fn enter<'a>(
    event: &'a FakeEvent,
    woken: &Woken,
    keys: &[u64],
) -> Vec<Pin<Box<Wait<'a, FakeEvent>>>> {
    let enter = |&key| {
        let wait = Box::pin(Wait::new(event, Want::key(key)));
        assert!(wait.as_ref().enter(woken.waker(key)));
        wait
    };
    keys.iter().map(enter).collect()
}

/// Returns the positions in the queue, forwards; checks that backwards they are the same.
fn positions(FakeEvent { list, .. }: &FakeEvent) -> Vec<u64> {
    let follow = |start: Option<NonNull<Entry>>, next: fn(&Node) -> Option<NonNull<Entry>>| {
        let at = |entry: &NonNull<Entry>| {
            // SAFETY: called under the lock, for entries in the list.
            unsafe { with_node(*entry, |node| next(node)) }
        };
        let position = |entry| {
            // SAFETY: as above.
            unsafe { with_node(entry, |node| node.key.unwrap()) }
        };
        core::iter::successors(start, at).map(position).collect::<Vec<_>>()
    };
    list.links.with(|links| {
        let forwards = follow(links.first, |node| node.next);
        let mut backwards = follow(links.last, |node| node.previous);
        backwards.reverse();
        assert_eq!(forwards, backwards);
        assert_eq!(list.first_key.load(FIRST_KEY), *forwards.first().unwrap_or(&NONE));
        forwards
    })
}

#[test]
fn only_those_are_woken_whose_position_is_reached() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
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
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters: Vec<_> = (0..4).map(|_| Box::pin(Wait::new(&list, Want::key(5)))).collect();
    for (name, waiter) in (0..).zip(&waiters) {
        assert!(waiter.as_ref().enter(woken.waker(name)));
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
fn waiters_leave_from_front_middle_and_back() {
    let list = FakeEvent::new();
    for gone in 0..4 {
        list.wake(0, 0); // not ready, for those that go without a word notify as well
        let woken = Woken::default();
        let mut waiters = enter(&list, &woken, &[1, 2, 3, 4]);
        assert_eq!((waiters[gone].end(), waiters[gone].is_queued()), (false, false));
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
fn leaving_waiter_gives_the_token_of_a_grant_back_once() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[1, 2]);
    list.base.store(70, Relaxed);
    list.wake(1, 1);
    assert_eq!((waiters[0].end(), waiters[1].end()), (true, false));
    assert_eq!((waiters[0].end(), waiters[1].end()), (false, false));
    drop(waiters);
    list.wake(u64::MAX, usize::MAX);
    assert_eq!(
        (woken.take(), list.cancelled.into_inner().unwrap()),
        (Vec::from([1]), Vec::from([70]))
    );
}

#[test]
fn waiter_that_enters_again_keeps_its_turn_and_changes_its_waker() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[5, 5]);
    let old = Arc::new(Named { name: 8, woken: woken.clone(), panics: false });
    let enter = |waker| waiters[0].as_ref().enter(waker);
    assert!(enter(Waker::from(Arc::clone(&old))));
    assert_eq!((positions(&list), Arc::strong_count(&old)), (Vec::from([5, 5]), 2));
    assert!(enter(woken.waker(7)));
    assert_eq!(Arc::strong_count(&old), 1, "the old waker is gone");
    list.wake(5, 1);
    assert_eq!(woken.take(), [7]);
    // Granted, it does not enter anew before the token is taken; then it does, behind the other.
    assert!(!enter(woken.waker(9)));
    assert_eq!(waiters[0].take_token(), Some(0));
    assert!(enter(woken.waker(9)));
    list.wake(5, 2);
    assert_eq!(woken.take(), [5, 9]);
}

/// A waiter in the order of arrival has its old turn when it enters again.
#[test]
fn waiter_in_turn_keeps_its_turn() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waits: Vec<_> = (0..3).map(|_| Box::pin(Wait::new(&list, Want::in_turn(0)))).collect();
    for (name, wait) in (0..).zip(&waits) {
        assert!(wait.as_ref().enter(woken.waker(name)));
    }
    list.wake(u64::MAX - 1, 1);
    assert_eq!((woken.take(), waits[0].take_token()), (Vec::from([0]), Some(0)));
    assert!(waits[0].as_ref().enter(woken.waker(10)));
    list.wake(u64::MAX - 1, usize::MAX);
    assert_eq!(woken.take(), [10, 1, 2]);
}

/// A grant that the attempt does not use goes back, and the waiter has its turn again with its new waker.
#[test]
fn grant_of_no_use_goes_back_and_the_waiter_stays() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let mut wait = pin!(Wait::new(&list, Want::key(1)));
    let mut poll = |name, result: Option<u8>| {
        let waker = woken.waker(name);
        wait.as_mut().into_ref().poll(&mut Context::from_waker(&waker), || result)
    };
    assert!(poll(1, None).is_pending());
    list.wake(1, 1);
    assert!(poll(2, None).is_pending());
    assert_eq!((woken.take(), &*list.cancelled.lock().unwrap()), (Vec::from([1]), &Vec::from([0])));
    list.wake(1, 1);
    assert_eq!((poll(3, Some(7)), woken.take()), (Poll::Ready(7), Vec::from([2])));
    assert_eq!((list.cancelled.lock().unwrap().len(), list.list.is_empty()), (2, true));
}

#[test]
fn panicking_waker_does_not_stop_the_others() {
    for bad in 0..4 {
        let (list, woken) = (FakeEvent::new(), Woken::default());
        let waiters = enter(&list, &woken, &[0, 1, 2, 3]);
        assert!(waiters[bad].as_ref().enter(woken.waker_that_panics(bad as u64)));
        let wake = AssertUnwindSafe(|| list.wake(2, usize::MAX));
        assert_eq!(catch_unwind(wake).is_err(), bad < 3);
        assert_eq!((woken.take(), positions(&list)), (Vec::from([0, 1, 2]), Vec::from([3])));
    }
}

/// The number of those that are woken holds with a panic in the middle.
#[test]
fn waker_that_panics_counts_as_woken() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[0, 1, 2, 3]);
    assert!(waiters[0].as_ref().enter(woken.waker_that_panics(0)));
    assert!(catch_unwind(AssertUnwindSafe(|| list.wake(9, 3))).is_err());
    assert_eq!((woken.take(), positions(&list)), (Vec::from([0, 1, 2]), Vec::from([3])));
}

/// The first amount that cannot be granted holds up those behind it; tokens find their waiter.
#[test]
fn amounts_are_granted_in_turn() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = [2, 5, 1].map(|amount| {
        let wait = Box::pin(Wait::new(&list, Want { key: Some(0), amount }));
        assert!(wait.as_ref().enter(woken.waker(amount)));
        wait
    });
    list.answer_some(4, 100);
    assert_eq!((woken.take(), waiters[0].take_token()), (Vec::from([2]), Some(102)));
    assert_eq!((waiters[0].take_token(), waiters[1].take_token()), (None, None));
    list.answer_some(6, 200);
    assert_eq!(woken.take(), [5, 1]);
    assert_eq!((waiters[1].take_token(), waiters[2].take_token()), (Some(205), Some(201)));
}

/// A waker is an executor's: dropping one may drop a task that waits in this very list.
#[test]
fn wakers_are_dropped_outside_of_the_lock() {
    static LIST: FakeEvent = FakeEvent::new();
    static VTABLE: RawWakerVTable =
        RawWakerVTable::new(|_| RawWaker::new(ptr::null(), &VTABLE), drop, |_| {}, drop);
    fn drop(_: *const ()) {
        let waiter = pin!(Wait::new(&LIST, Want::key(1)));
        assert!(waiter.as_ref().enter(Waker::noop().clone()));
    }
    // SAFETY: the functions of the table do nothing with the pointer.
    let waker = || unsafe { Waker::new(ptr::null(), &VTABLE) };
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let waiter = pin!(Wait::new(&LIST, Want::key(1)));
        let enter = || waiter.as_ref().enter(waker());
        assert!(enter());
        assert!(enter()); // drops the one before
        LIST.wake(1, 1); // drops it
        assert!(!enter()); // drops the new one
        assert_eq!(waiter.take_token(), Some(0));
        assert!(enter());
        assert!(!waiter.end()); // drops it
        done.send(()).unwrap();
    });
    let in_time = wait.recv_timeout(core::time::Duration::from_secs(20));
    assert!(in_time.is_ok(), "hangs, or panicked: a waker was dropped under the lock");
}

/// A notifier that finds the lock taken (an interrupt handler, or another thread) does not block, and
/// the holder wakes in its place.
#[test]
fn notifier_that_finds_lock_taken_leaves_request_to_holder() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[1, 2, 3]);
    list.list.links.with(|_| list.wake(2, usize::MAX));
    assert!(woken.take().is_empty());
    assert!(waiters[2].as_ref().enter(woken.waker(30)));
    assert_eq!((woken.take(), positions(&list)), (Vec::from([1, 2]), Vec::from([3])));

    // The holder may be a waiter that enters or leaves, or a notifier.
    for take_pending in [
        |list: &FakeEvent| drop(enter(list, &Woken::default(), &[9])),
        |list: &FakeEvent| assert!(!enter(list, &Woken::default(), &[9])[0].end()),
        |list: &FakeEvent| WaitQueue::notify(list),
    ] {
        let again = enter(&list, &woken, &[1]);
        list.list.links.with(|_| list.wake(2, usize::MAX));
        assert!(again[0].is_queued());
        take_pending(&list);
        assert_eq!(woken.take(), [1]);
    }
}

/// The notifier does not even try the lock, though the event is ready for any waiter.
#[test]
fn notifier_of_empty_queue_leaves_no_request() {
    struct AlwaysReady(WaitQueue);
    impl Event for AlwaysReady {
        fn waiters(&self) -> &WaitQueue {
            &self.0
        }
    }
    let event = AlwaysReady(WaitQueue::new());
    event.0.links.with(|_| WaitQueue::notify(&event));
    assert!(!event.0.links.take_pending());
}

/// More than one batch is granted together.
#[test]
fn more_waiters_than_a_batch_holds_are_woken_in_order() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let order: Vec<_> = (0..2 * BATCH as u64 + 1).collect();
    let waiters = enter(&list, &woken, &order);
    assert!(waiters[1].as_ref().enter(woken.waker_that_panics(1)));
    // (Without `std`, a second panic aborts.)
    #[cfg(feature = "std")]
    assert!(waiters[BATCH].as_ref().enter(woken.waker_that_panics(BATCH as u64)));
    assert!(catch_unwind(AssertUnwindSafe(|| list.wake(u64::MAX - 1, usize::MAX))).is_err());
    assert_eq!((woken.take(), list.list.is_empty()), (order, true));
}

/// With `std`, also several wakers may panic, and in the middle of a panic: the process lives.
#[cfg(feature = "std")]
#[test]
#[cfg_attr(miri, ignore = "each panic in a panic prints a backtrace, for which it takes seconds")]
fn wakers_that_all_panic_are_all_called() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[0, 1, 2]);
    for (name, waiter) in (0..).zip(&waiters) {
        assert!(waiter.as_ref().enter(woken.waker_that_panics(name)));
    }
    struct WakesAll<'a>(&'a FakeEvent);
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
fn request_during_grant_is_handled_before_foreign_code_runs() {
    /// Its first grant is interrupted by a handler that moves on to position 2.
    struct Interrupted(WaitQueue, Atomic<u64>);
    impl Event for Interrupted {
        fn waiters(&self) -> &WaitQueue {
            &self.0
        }
        fn ready_key(&self) -> u64 {
            self.1.load(Relaxed)
        }
        fn try_grant(&self, _: u64) -> Option<Token> {
            if self.1.swap(2, Relaxed) == 1 {
                WaitQueue::notify(self);
            }
            Some(0)
        }
    }
    static LIST: Interrupted = Interrupted(WaitQueue::new(), Atomic::new(0));
    let waiters = [1, 2].map(|position| {
        let waiter = Box::pin(Wait::new(&LIST, Want::key(position)));
        let woken = Does(|| assert_eq!(LIST.0.first_key.load(Relaxed), NONE, "one waits still"));
        assert!(waiter.as_ref().enter(Arc::new(woken).into()));
        waiter
    });
    LIST.1.store(1, Relaxed);
    WaitQueue::notify(&LIST);
    assert_eq!(waiters.each_ref().map(|waiter| waiter.take_token()), [Some(0), Some(0)]);
}

/// Positions that fall are put in at once, as those that grow are.
#[test]
fn waiters_with_falling_positions_are_kept_in_order() {
    let (list, woken) = (FakeEvent::new(), Woken::default());
    let waiters = enter(&list, &woken, &[5, 4, 4, 3, 9, 1, 3, 0]);
    assert_eq!(positions(&list), [0, 1, 3, 3, 4, 4, 5, 9]);
    drop(waiters);
    assert!(list.list.is_empty());
}

/// Threads come, go and wake each other at random; those that stay until they are woken, are.
#[test]
fn waiters_of_several_threads_come_and_go() {
    let (list, woken) = (Arc::new(FakeEvent::new()), Woken::default());
    let threads: Vec<_> = (0..3u64)
        .map(|by| {
            let (list, woken) = (Arc::clone(&list), woken.clone());
            std::thread::spawn(move || {
                for i in 0..if cfg!(miri) { 20 } else { 3000 } {
                    let waiters = enter(&list, &woken, &[i % 3, by, i % 2]);
                    waiters[1].end();
                    list.wake(i % 4, 2);
                    drop(waiters);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(positions(&list).is_empty() && list.list.is_empty());
}
