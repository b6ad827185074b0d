//! Threads as sleepers.

use crate::prim;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;
use std::time::Instant;

/// Unparks the thread that made it.
struct Unpark(prim::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

fn new_waker() -> Waker {
    Waker::from(Arc::new(Unpark(prim::current())))
}

prim::thread_local! {
    static WAKER: Waker = new_waker();
}

/// A waker that ends this thread's [`park`](Deadline::park).
pub(crate) fn waker() -> Waker {
    WAKER.try_with(Waker::clone).unwrap_or_else(|_| new_waker())
}

/// Looks for a result for a moment before it is worth sleeping for: a handful of microseconds, with
/// a pause between two looks that grows, and the processor yielded at the end.
pub(crate) fn spin<R>(mut look: impl FnMut() -> Option<R>) -> Option<R> {
    let backoff = prim::Backoff::new();
    loop {
        let result = look();
        if result.is_some() || backoff.is_completed() {
            return result;
        }
        backoff.snooze();
    }
}

/// Polls `future` until it is ready, sleeping in between; `None` when the time is over.
pub(crate) fn block_on<F: Future>(
    mut future: Pin<&mut F>,
    deadline: Deadline,
) -> Option<F::Output> {
    let waker = waker();
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending if deadline.park() => {}
            Poll::Pending => return None,
        }
    }
}

/// How long a thread is prepared to sleep.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// For ever.
    pub(crate) const NEVER: Self = Self(None);

    /// For `timeout` from now; for ever if the clock cannot say when that is.
    pub(crate) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// Sleeps until a wake-up, the deadline, or for no reason at all, as threads do.
    ///
    /// Returns `false`, without sleeping, once the deadline has passed.
    pub(crate) fn park(self) -> bool {
        let Some(deadline) = self.0 else {
            prim::park();
            return true;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            prim::park_timeout(left);
        }
        !left.is_zero()
    }

    /// Sleeps for a moment, as long as nobody will wake this thread. Returns as
    /// [`park`](Self::park) does.
    pub(crate) fn nap(self) -> bool {
        const NAP: Duration = Duration::from_micros(100);
        let left = self.0.map_or(NAP, |at| at.saturating_duration_since(Instant::now()));
        if !left.is_zero() {
            prim::park_timeout(left.min(NAP));
        }
        !left.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic::{Acquire, Atomic, Release};
    use core::future::{pending, poll_fn, ready};
    use core::pin::pin;
    use std::thread;

    const A_WHILE: Duration = Duration::from_millis(20);
    const FOR_EVER: Duration = Duration::from_secs(60);

    #[test]
    fn a_waker_ends_the_sleep_of_its_thread() {
        let (waker, start) = (waker(), Instant::now());
        let other = thread::spawn(move || {
            thread::sleep(A_WHILE);
            waker.wake();
        });
        assert!(Deadline::after(FOR_EVER).park());
        assert!(start.elapsed() < FOR_EVER);
        other.join().unwrap();
        // A wake-up that came before the sleep ends it as well.
        super::waker().wake_by_ref();
        assert!(Deadline::NEVER.park());
    }

    #[test]
    fn a_thread_has_one_waker() {
        assert!(waker().will_wake(&waker()));
        let other = thread::spawn(waker).join().unwrap();
        assert!(!other.will_wake(&waker()));
        other.wake(); // its thread is gone, and nothing happens
    }

    #[test]
    fn a_deadline_passes() {
        let start = Instant::now();
        let deadline = Deadline::after(A_WHILE);
        while deadline.park() {}
        assert!(start.elapsed() >= A_WHILE);
        assert!(!deadline.park() && !deadline.nap());
        assert!(!Deadline::after(Duration::ZERO).park());
    }

    #[test]
    fn a_nap_is_short() {
        let start = Instant::now();
        assert!(Deadline::NEVER.nap() && Deadline::after(FOR_EVER).nap());
        // More than the clock can say is for ever.
        assert!(Deadline::after(Duration::MAX).nap());
        assert!(start.elapsed() < FOR_EVER);
    }

    #[test]
    fn spinning_ends() {
        let mut looks = 0;
        assert_eq!(spin(|| Some(7)), Some(7));
        let found: Option<()> = spin(|| {
            looks += 1;
            None
        });
        assert!(found.is_none() && looks > 1);
        let mut looks = 0;
        let third = spin(|| {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(third, Some(3));
    }

    #[test]
    fn a_future_is_polled_when_it_is_woken() {
        assert_eq!(block_on(pin!(ready(5)), Deadline::after(Duration::ZERO)), Some(5));
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
        assert_eq!(block_on(future, Deadline::after(FOR_EVER)), Some(7));
        other.unwrap().join().unwrap();
    }

    #[test]
    fn a_future_is_given_up_when_the_time_is_over() {
        let start = Instant::now();
        assert_eq!(block_on(pin!(pending::<()>()), Deadline::after(A_WHILE)), None);
        assert!(start.elapsed() >= A_WHILE);
    }
}
