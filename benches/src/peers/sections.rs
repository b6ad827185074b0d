//! One permit that threads hold for a short time, again and again.

use crate::contend::together;
use latchfree::semaphore;
use std::hint::black_box;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

/// What lets one thread at a time in.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// With one permit.
    fn new() -> Self;
    /// Runs `section` with the permit.
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R;
}

/// Each thread takes the permit `times` times, for a few dozen nanoseconds, and does as much without.
pub fn contend<P: Peer>(threads: usize, times: u64) -> Duration {
    let peer = P::new();
    let work = || (0..20u64).for_each(|i| _ = black_box(i));
    together(threads, |_| {
        for _ in 0..times {
            peer.with_permit(work);
            work();
        }
    })
}

/// Ours, in the order of arrival.
pub struct Strict(semaphore::Semaphore);

impl Peer for Strict {
    const NAME: &'static str = "latchfree Semaphore::new";

    fn new() -> Self {
        Self(semaphore::Semaphore::new(1))
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let _permit = self.0.acquire(1).expect("never closed");
        section()
    }
}

/// Ours, for whichever comes first.
pub struct Barging(semaphore::Semaphore);

impl Peer for Barging {
    const NAME: &'static str = "latchfree Semaphore::barging";

    fn new() -> Self {
        Self(semaphore::Semaphore::barging(1))
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let _permit = self.0.acquire(1).expect("never closed");
        section()
    }
}

/// The usual hand-written semaphore.
pub struct CondvarSemaphore {
    permits: Mutex<u64>,
    released: Condvar,
}

impl Peer for CondvarSemaphore {
    const NAME: &'static str = "std Mutex and Condvar";

    fn new() -> Self {
        Self { permits: Mutex::new(1), released: Condvar::new() }
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let permits = self.permits.lock().unwrap();
        *self.released.wait_while(permits, |permits| *permits == 0).unwrap() -= 1;
        let result = section();
        *self.permits.lock().unwrap() += 1;
        self.released.notify_one();
        result
    }
}

/// The same, by `parking_lot`.
pub struct ParkingLotSemaphore {
    permits: parking_lot::Mutex<u64>,
    released: parking_lot::Condvar,
}

impl Peer for ParkingLotSemaphore {
    const NAME: &'static str = "parking_lot Mutex and Condvar";

    fn new() -> Self {
        Self { permits: parking_lot::Mutex::new(1), released: parking_lot::Condvar::new() }
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let mut permits = self.permits.lock();
        self.released.wait_while(&mut permits, |permits| *permits == 0);
        *permits -= 1;
        drop(permits);
        let result = section();
        *self.permits.lock() += 1;
        self.released.notify_one();
        result
    }
}

/// `tokio::sync`'s, which is fair, by blocking threads.
pub struct TokioSemaphore(tokio::sync::Semaphore);

impl Peer for TokioSemaphore {
    const NAME: &'static str = "tokio Semaphore";

    fn new() -> Self {
        Self(tokio::sync::Semaphore::new(1))
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let _permit = match self.0.try_acquire() {
            Ok(permit) => permit,
            Err(_) => block_on(self.0.acquire()).expect("never closed"),
        };
        section()
    }
}

/// A mutex, whose unlocking hands nothing over: the limit.
pub struct Locked(Mutex<()>);

impl Peer for Locked {
    const NAME: &'static str = "std Mutex, one permit only";

    fn new() -> Self {
        Self(Mutex::new(()))
    }
    fn with_permit<R>(&self, section: impl FnOnce() -> R) -> R {
        let _permit = self.0.lock().unwrap();
        section()
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    thread_local! {
        static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
    }
    let mut future = std::pin::pin!(future);
    WAKER.with(|waker| {
        loop {
            match future.as_mut().poll(&mut Context::from_waker(waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    })
}
