//! Participants that stop, threads that are watched, and futures that are polled by hand.

#[path = "../shared/count.rs"]
mod count;

use count::Count;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

/// A call that has not ended after this time is taken to be stuck.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a stuck participant is watched. If this is too short, a test may pass that should fail; never the
/// other way round.
const A_WHILE: Duration = Duration::from_millis(20);

/// A point at which a participant stops, until it is released. As a waker, it stops what calls it.
#[derive(Default)]
pub(crate) struct Stop {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    has_stopped: bool,
    is_released: bool,
}

impl Stop {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Stops here.
    pub(crate) fn here(&self) {
        let mut state = self.lock();
        state.has_stopped = true;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| !state.is_released).unwrap());
    }

    /// Waits until a participant has stopped here.
    #[track_caller]
    pub(crate) fn wait_for_participant(&self) {
        let waits = |state: &mut State| !state.has_stopped;
        let (state, _) = self.changed.wait_timeout_while(self.lock(), LIMIT, waits).unwrap();
        assert!(state.has_stopped, "nobody has come here");
    }

    /// Lets it go on, and all that come later.
    pub(crate) fn release(&self) {
        self.lock().is_released = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Wake for Stop {
    fn wake(self: Arc<Self>) {
        self.here();
    }
}

/// A thread that is expected to end, or not to.
pub(crate) struct Running<R>(Receiver<R>);

/// Starts a thread. It is never joined: one that is stuck does not keep a failed test.
pub(crate) fn start<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Running<R> {
    let (sender, receiver) = channel();
    thread::spawn(move || drop(sender.send(f())));
    Running(receiver)
}

impl<R> Running<R> {
    /// Has not ended, and does not.
    #[track_caller]
    pub(crate) fn is_stuck(&self) {
        match self.0.recv_timeout(A_WHILE) {
            Ok(_) => panic!("is not stuck"),
            Err(error) => assert_eq!(error, RecvTimeoutError::Timeout, "has panicked"),
        }
    }

    /// Ends, with this result.
    #[track_caller]
    pub(crate) fn ends(self) -> R {
        self.0.recv_timeout(LIMIT).expect("ends, and does not panic")
    }
}

/// Runs what must not be stuck.
#[track_caller]
pub(crate) fn ends<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    start(f).ends()
}

/// A future that is polled when the test wants it to be.
pub(crate) struct Task<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Count>,
}

impl<F: Future> Task<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Box::pin(future), wakes: Arc::default() }
    }

    /// One that was polled once, and waits.
    #[track_caller]
    pub(crate) fn waiting(future: F) -> Self {
        let mut task = Self::new(future);
        assert!(task.poll().is_pending(), "it had nothing to wait for");
        task
    }

    /// One that was polled once, and waits; its waker stops what calls it.
    #[track_caller]
    pub(crate) fn waiting_to_stop(future: F, stop: &Arc<Stop>) -> Self {
        Self::waiting_with(future, Arc::clone(stop).into())
    }

    /// One that was polled once, and waits, with that waker.
    #[track_caller]
    pub(crate) fn waiting_with(future: F, waker: Waker) -> Self {
        let mut task = Self::new(future);
        assert!(task.future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        task
    }

    pub(crate) fn poll(&mut self) -> Poll<F::Output> {
        let waker = Arc::clone(&self.wakes).into();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// How often it was woken.
    pub(crate) fn wakes(&self) -> usize {
        self.wakes.get()
    }
}

/// For threads that may outlive a failed test.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
