//! Threads as waiters.

use crate::atomic::Atomic;
use crate::sys;
use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;
use std::time::Instant;

sites! {
    /// A wake-up: pairs with WOKEN, so that the thread sees what it was woken for. (The system's unpark orders as
    /// much for the park that it ends, but the thread may find the flag before that, and not park.)
    /// A read-modify-write, as WOKEN is: of two of those on one word, the later one sees the earlier one.
    UNPARK: Release;
    /// Takes a wake-up: pairs with UNPARK. Relaxed, the check that follows could miss what the thread was woken
    /// for, and there would be no second wake-up.
    WOKEN: Acquire, pairs(UNPARK);
}

/// Unparks the thread that has created it, and sets a flag.
struct Unpark {
    thread: sys::Thread,
    woken: Atomic<bool>,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.swap(true, UNPARK);
        self.thread.unpark();
    }
}

sys::thread_local_const! {
    /// This thread's `Unpark`, while it does not wait.
    static UNPARK_SELF: Cell<Option<Arc<Unpark>>> = Cell::new(None);
}

/// A thread that waits, or is about to.
///
/// The system keeps one wake-up token for a thread, which all code on the thread shares: if an executor's waker runs
/// on this thread and parks, it consumes the token. So each `Parker` has a flag of its own that says that it was
/// woken. Code that waits inside a waker gets a `Parker` of its own. (That costs an allocation once
/// a thread, and one for each wait inside a waker.)
pub(crate) struct Parker {
    unpark: Arc<Unpark>,
    /// No other thread may park by it.
    _not_send: core::marker::PhantomData<*const ()>,
}

impl Parker {
    /// Creates one for this thread.
    pub(crate) fn new() -> Self {
        let kept = UNPARK_SELF.try_with(Cell::take).ok().flatten();
        let new = || Arc::new(Unpark { thread: sys::current(), woken: Atomic::new(false) });
        Self { unpark: kept.unwrap_or_else(new), _not_send: core::marker::PhantomData }
    }

    /// Returns a waker that ends this thread's [`park`](Self::park).
    pub(crate) fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.unpark))
    }

    /// Blocks until the waker is called, unless it was called already. Returns `false` once the deadline has passed.
    pub(crate) fn park(&self, deadline: Deadline) -> bool {
        while !self.unpark.woken.swap(false, WOKEN) {
            if !deadline.park() {
                return false;
            }
        }
        true
    }
}

/// Keeps the allocation for the next wait.
impl Drop for Parker {
    fn drop(&mut self) {
        let unpark = Arc::clone(&self.unpark);
        // At the very end of a thread there is no next wait.
        let _ = UNPARK_SELF.try_with(|kept| kept.set(Some(unpark)));
    }
}

/// Polls `check` for a moment, before blocking is worth its cost: for a handful of microseconds, with
/// growing pauses, and yielding the processor at the end.
pub(crate) fn spin_until<R>(mut check: impl FnMut() -> Option<R>) -> Option<R> {
    let backoff = sys::Backoff::new();
    loop {
        let result = check();
        if result.is_some() || backoff.is_completed() {
            return result;
        }
        backoff.snooze();
    }
}

/// Polls `check` for a microsecond or two, with growing pauses. It does not yield the processor, as
/// [`spin_until`] does: on a machine with other work, that costs a time slice, and a thread that blocks is woken sooner.
pub(crate) fn spin_without_yield<R>(mut check: impl FnMut() -> Option<R>) -> Option<R> {
    const PAUSES: u32 = 7;
    let backoff = sys::Backoff::new();
    for _ in 0..PAUSES {
        let result = check();
        if result.is_some() || backoff.is_completed() {
            return result;
        }
        backoff.spin();
    }
    None
}

/// Polls `future` until it is ready, blocking in between.
pub(crate) fn block_on<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        if let Some(output) = block_on_until(future.as_mut(), Deadline::NEVER) {
            return output;
        }
    }
}

/// Polls `future` as [`block_on`] does, until the deadline: then it returns `None`.
pub(crate) fn block_on_until<F: Future>(
    mut future: Pin<&mut F>,
    deadline: Deadline,
) -> Option<F::Output> {
    let parker = Parker::new();
    let waker = parker.waker();
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending if parker.park(deadline) => {}
            Poll::Pending => return None,
        }
    }
}

/// How long a thread is prepared to block.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// Indefinitely.
    pub(crate) const NEVER: Self = Self(None);

    /// Returns the deadline after `timeout`, or [`NEVER`](Self::NEVER) if that is beyond the range of the clock.
    pub(crate) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// Blocks until any wake-up of this thread, the deadline, or a spurious wake-up. Returns
    /// `false`, without blocking, once the deadline has passed.
    fn park(self) -> bool {
        let Some(deadline) = self.0 else {
            sys::park();
            return true;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            sys::park_timeout(left);
        }
        !left.is_zero()
    }

    /// Blocks for a moment, when no wake-up will come. Returns `false`, without blocking, once the deadline
    /// has passed.
    pub(crate) fn park_briefly(self) -> bool {
        const BRIEFLY: Duration = Duration::from_micros(100);
        let left = self.0.map_or(BRIEFLY, |at| at.saturating_duration_since(Instant::now()));
        if !left.is_zero() {
            sys::park_timeout(left.min(BRIEFLY));
        }
        !left.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic::{Acquire, Release};
    use core::future::{pending, poll_fn, ready};
    use core::pin::pin;
    use std::thread;

    const A_WHILE: Duration = Duration::from_millis(20);
    const A_MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn waker_ends_the_park_of_its_thread() {
        let (parker, start) = (Parker::new(), Instant::now());
        let waker = parker.waker();
        let other = thread::spawn(move || {
            thread::sleep(A_WHILE);
            waker.wake();
        });
        assert!(parker.park(Deadline::after(A_MINUTE)));
        assert!(start.elapsed() < A_MINUTE);
        other.join().unwrap();
        // A wake-up that came before ends it as well.
        parker.waker().wake_by_ref();
        assert!(parker.park(Deadline::NEVER));
    }

    #[test]
    fn thread_keeps_its_parker() {
        let waker = || Parker::new().waker();
        assert!(waker().will_wake(&waker()));
        let other = thread::spawn(waker).join().unwrap();
        assert!(!other.will_wake(&waker()));
        other.wake(); // its thread is gone, and nothing happens
    }

    /// An executor's waker may run on a thread that waits, and park there itself, by the system's means or by
    /// ours: the wake-up of the outer wait is still there.
    #[test]
    fn foreign_code_that_parks_takes_no_wake_up_away() {
        let parker = Parker::new();
        for foreign in [
            || thread::park_timeout(A_MINUTE), // ends at once: takes our wake-up
            || assert_eq!(block_on_until(pin!(pending::<()>()), Deadline::after(A_WHILE)), None),
            || assert!(!Parker::new().park(Deadline::after(A_WHILE))),
        ] {
            parker.waker().wake();
            foreign();
            assert!(parker.park(Deadline::after(Duration::ZERO)));
        }
    }

    #[test]
    fn a_deadline_passes() {
        let (parker, start) = (Parker::new(), Instant::now());
        let deadline = Deadline::after(A_WHILE);
        assert!(!parker.park(deadline));
        assert!(start.elapsed() >= A_WHILE);
        assert!(!parker.park(deadline) && !deadline.park_briefly());
        assert!(!parker.park(Deadline::after(Duration::ZERO)));
    }

    #[test]
    fn thread_parked_until_deadline_does_not_spin() {
        for park in [Deadline::park, Deadline::park_briefly] {
            let deadline = Deadline::after(A_WHILE);
            let times = (0..).take_while(|_| park(deadline)).count();
            assert!(times < 1000, "{times} times in {A_WHILE:?}");
        }
    }

    #[test]
    fn brief_park_is_short() {
        let start = Instant::now();
        assert!(Deadline::NEVER.park_briefly() && Deadline::after(A_MINUTE).park_briefly());
        // A timeout beyond the range of the clock never expires.
        assert!(Deadline::after(Duration::MAX).park_briefly());
        assert!(start.elapsed() < A_MINUTE);
    }

    #[test]
    fn spinning_ends() {
        let mut looks = 0;
        assert_eq!(spin_until(|| Some(7)), Some(7));
        let found: Option<()> = spin_until(|| {
            looks += 1;
            None
        });
        assert!(found.is_none() && looks > 1);
        let mut looks = 0;
        let third = spin_until(|| {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(third, Some(3));
    }

    #[test]
    fn a_future_is_polled_when_it_is_woken() {
        assert_eq!(block_on_until(pin!(ready(5)), Deadline::after(Duration::ZERO)), Some(5));
        let is_ready = Arc::new(Atomic::new(false));
        let mut other = None;
        let future = pin!(poll_fn(|cx| {
            if is_ready.load(Acquire) {
                return Poll::Ready(7);
            }
            let (is_ready, waker) = (Arc::clone(&is_ready), cx.waker().clone());
            other.get_or_insert_with(|| {
                thread::spawn(move || {
                    thread::sleep(A_WHILE);
                    is_ready.store(true, Release);
                    waker.wake();
                })
            });
            Poll::Pending
        }));
        assert_eq!(block_on_until(future, Deadline::after(A_MINUTE)), Some(7));
        other.unwrap().join().unwrap();
    }

    #[test]
    fn a_future_is_given_up_when_the_time_is_over() {
        let start = Instant::now();
        assert_eq!(block_on_until(pin!(pending::<()>()), Deadline::after(A_WHILE)), None);
        assert!(start.elapsed() >= A_WHILE);
    }
}
