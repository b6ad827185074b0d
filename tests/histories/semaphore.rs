//! Semaphore: no permit after a close or over a limit, and every number true at some moment.

use crate::check::{History, Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, let_others_run, one_is_refused, record};
use crate::scale::rounds;
use latchfree::semaphore::{AcquireError, Permit, Semaphore, TryAcquireError};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The state of a semaphore without waiters.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct State {
    available: i64,
    limit: i64,
    closed: bool,
    /// Between the two steps of a resize, the permits that it adds or removes count as in use.
    is_resized: bool,
}

#[derive(Debug)]
enum Call {
    TryAcquire(u64, Result<(), TryAcquireError>),
    Charge(u64, Result<(), AcquireError>),
    /// The drop of a permit, or a release that succeeds.
    Release(u64),
    Resize(u64),
    Close,
    IsClosed(bool),
    InUse(u64),
    Available(u64),
    Limit(u64),
}

/// The first step of a call that has two.
#[derive(Clone, Debug, Default, Hash, PartialEq, Eq)]
enum Progress {
    #[default]
    None,
    /// It saw an open semaphore.
    IsOpen,
    /// A resize has changed one number and will change the other by as much.
    Resizes(i64),
}

impl State {
    fn new(limit: u64) -> Self {
        let limit = limit as i64;
        Self { available: limit, limit, closed: false, is_resized: false }
    }

    fn add(&self, available: i64, limit: i64) -> Self {
        let (available, limit) = (self.available + available, self.limit + limit);
        Self { available, limit, ..*self }
    }

    fn resize(&self, limit: i64, progress: &Progress) -> Vec<Step<Self>> {
        if let Progress::Resizes(by) = *progress {
            let done = Self { is_resized: false, ..self.clone() };
            return at_once(Some(if by > 0 { done.add(by, 0) } else { done.add(0, by) }));
        }
        if self.is_resized {
            return vec![]; // by another
        }
        let by = limit - self.limit;
        let begun = if by > 0 { self.add(0, by) } else { self.add(by, 0) };
        vec![(Self { is_resized: true, ..begun }, Some(Progress::Resizes(by)))]
    }
}

impl Spec for State {
    type Call = Call;
    type Progress = Progress;

    fn steps(&self, call: &Call, progress: &Progress) -> Vec<Step<Self>> {
        use TryAcquireError::{Closed, NoPermits, TooMany};
        let is_free = |count: u64| count == 0 || self.available >= count as i64;
        let (is_so, after) = match *call {
            Call::TryAcquire(count, Ok(())) => {
                (!self.closed && is_free(count), self.add(-(count as i64), 0))
            }
            Call::TryAcquire(count, Err(NoPermits)) => {
                (!self.closed && !is_free(count), self.clone())
            }
            // It is open, and then it has a limit that is too low.
            Call::TryAcquire(_, Err(TooMany)) if *progress == Progress::None => {
                let is_open = !self.closed;
                return Vec::from_iter(is_open.then(|| (self.clone(), Some(Progress::IsOpen))));
            }
            Call::TryAcquire(count, Err(TooMany)) => (count as i64 > self.limit, self.clone()),
            Call::TryAcquire(_, Err(Closed)) => (self.closed, self.clone()),
            Call::Charge(count, Ok(())) => (!self.closed, self.add(-(count as i64), 0)),
            Call::Charge(_, Err(error)) => {
                (self.closed && error == AcquireError::Closed, self.clone())
            }
            Call::Release(count) => (true, self.add(count as i64, 0)),
            Call::Resize(limit) => return self.resize(limit as i64, progress),
            Call::Close => (true, Self { closed: true, ..self.clone() }),
            Call::IsClosed(closed) => (closed == self.closed, self.clone()),
            Call::InUse(count) => (self.limit - self.available == count as i64, self.clone()),
            Call::Available(count) => (self.available.max(0) == count as i64, self.clone()),
            Call::Limit(limit) => (self.limit == limit as i64, self.clone()),
        };
        at_once(is_so.then_some(after))
    }
}

/// Some calls, and the permits that are left are kept.
fn some_calls(semaphore: &Semaphore, log: &mut Log<'_, Call>) {
    let mut held: Vec<Permit<'_>> = Vec::new();
    for _ in 0..6 {
        match (log.roll(26), held.pop()) {
            (0, back) => {
                held.extend(back);
                log.call(|| {
                    semaphore.close();
                    Call::Close
                });
            }
            (1..4, back) => {
                held.extend(back);
                let limit = log.roll(5) as u64;
                log.call(|| {
                    semaphore.resize(limit);
                    Call::Resize(limit)
                });
            }
            (4..10, back) => {
                held.extend(back);
                match log.roll(6) {
                    0 => log.call(|| Call::IsClosed(semaphore.is_closed())),
                    1 => log.call(|| Call::Available(semaphore.available())),
                    2 => log.call(|| Call::Limit(semaphore.limit())),
                    _ => log.call(|| Call::InUse(semaphore.in_use())),
                }
            }
            (10..15, Some(permit)) => log.call(|| {
                let count = permit.count();
                drop(permit);
                Call::Release(count)
            }),
            (15..17, Some(permit)) => log.call(|| {
                let count = permit.forget();
                semaphore.release(count).expect("they are ours");
                Call::Release(count)
            }),
            (24.., back) => {
                held.extend(back);
                let count = log.roll(4) as u64;
                log.call(|| {
                    let permit = semaphore.charge(count);
                    let result = permit.map(|permit| held.push(permit));
                    Call::Charge(count, result)
                });
            }
            (_, back) => {
                held.extend(back);
                let count = log.roll(4) as u64;
                log.call(|| {
                    let permit = semaphore.try_acquire(count);
                    let result = permit.map(|permit| held.push(permit));
                    Call::TryAcquire(count, result)
                });
            }
        }
    }
    held.into_iter().for_each(std::mem::forget);
}

fn round(seed: usize) -> (State, History<Call>) {
    let limit = (seed % 4) as u64;
    // Where none waits, both do the same.
    let semaphore = if seed % 8 < 4 { Semaphore::new(limit) } else { Semaphore::barging(limit) };
    let thread = || -> Program<'_, Call> { Box::new(|log| some_calls(&semaphore, log)) };
    (State::new(limit), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
}

#[test]
fn semaphore_histories_are_linearizable() {
    all_are_explained(rounds(2_000, 4), round);
}

/// In use are two all the time, while the limit goes down and up again.
#[test]
fn in_use_beside_two_resizes_is_explained() {
    all_are_explained(rounds(2_000, 4), |seed| {
        let semaphore = Semaphore::new(4);
        let semaphore = &semaphore;
        let _held = semaphore.try_acquire(2).unwrap();
        let resizing: Program<'_, Call> = Box::new(move |log| {
            for limit in [3, 4, 2, 4] {
                log.call(|| {
                    semaphore.resize(limit);
                    Call::Resize(limit)
                });
            }
        });
        let looking: Program<'_, Call> = Box::new(move |log| {
            (0..6).for_each(|_| log.call(|| Call::InUse(semaphore.in_use())));
        });
        (State::new(4).add(-2, 0), record(seed, vec![resizing, looking]))
    });
}

/// Some history, the first call of which takes all four permits.
fn explains(calls: impl IntoIterator<Item = (usize, usize, usize, Call)>) -> bool {
    let all = (0, 0, 1, Call::TryAcquire(4, Ok(())));
    is_explained(&State::new(4), &history([all].into_iter().chain(calls)))
}

#[test]
fn permit_after_close_is_refused() {
    let stop = || [(0, 2, 3, Call::Release(4)), (0, 4, 5, Call::Close), (0, 6, 7, Call::InUse(0))];
    let acquire = |began, ended| (1, began, ended, Call::TryAcquire(1, Ok(())));
    assert!(!explains(stop().into_iter().chain([acquire(2, 9)])), "a permit that nobody counted");
    let in_use = [(0, 2, 3, Call::Release(4)), (0, 4, 5, Call::Close), (0, 6, 7, Call::InUse(1))];
    assert!(explains(in_use.into_iter().chain([acquire(2, 9)])));
    assert!(!explains(stop().into_iter().chain([acquire(8, 9)])));
}

#[test]
fn numbers_that_were_never_true_are_refused() {
    let resize = |to| (1, 2, 5, Call::Resize(to));
    for in_use in [4, 7] {
        assert!(explains([resize(7), (0, 3, 4, Call::InUse(in_use))]));
        assert_eq!(explains([resize(7), (0, 6, 7, Call::InUse(in_use))]), in_use == 4);
    }
    assert!(!explains([resize(7), (0, 3, 4, Call::InUse(1))]));
    assert!(!explains([(0, 2, 3, Call::TryAcquire(4, Err(TryAcquireError::TooMany)))]));
    assert!(!explains([(0, 2, 3, Call::TryAcquire(0, Err(TryAcquireError::NoPermits)))]));
    assert!(
        !explains([(0, 2, 3, Call::Available(4))]) && explains([(0, 2, 3, Call::Available(0))])
    );
}

/// The permits in one word and the end in another, which a semaphore must not be.
struct TwoWords {
    in_use: AtomicU32,
    closed: AtomicBool,
}

impl TwoWords {
    fn try_acquire(&self) -> Result<(), TryAcquireError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(TryAcquireError::Closed);
        }
        let_others_run();
        let taken = self.in_use.compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst);
        taken.map(|_| ()).map_err(|_| TryAcquireError::NoPermits)
    }
}

/// Control.
#[test]
#[cfg_attr(miri, ignore = "needs many rounds")]
fn semaphore_of_two_words_is_refused() {
    one_is_refused(|seed| {
        let words = TwoWords { in_use: 0.into(), closed: false.into() };
        let words = &words;
        let acquiring: Program<'_, Call> =
            Box::new(move |log| log.call(|| Call::TryAcquire(1, words.try_acquire())));
        let closing: Program<'_, Call> = Box::new(move |log| {
            log.call(|| {
                words.closed.store(true, Ordering::SeqCst);
                Call::Close
            });
            log.call(|| Call::InUse(words.in_use.load(Ordering::SeqCst).into()));
        });
        (State::new(1), record(seed, vec![acquiring, closing]))
    });
}
