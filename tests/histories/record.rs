//! The recorder: threads that start together, and one clock.

use crate::check::{History, Spec, Timed, Verdict, is_explained, text, verdict};
use crate::scale::Rng;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What one thread has called.
pub(crate) struct Log<'a, C> {
    clock: &'a AtomicUsize,
    rng: Rng,
    calls: Vec<Timed<C>>,
}

impl<C> Log<'_, C> {
    /// Makes a call and notes when it began and ended. `call` returns what it was, and its result.
    ///
    /// What ended before another call began happens before it. No less would do: a call that knows nothing
    /// of what is over may answer as if it were not.
    pub(crate) fn call(&mut self, call: impl FnOnce() -> C) {
        if !cfg!(miri) {
            (0..self.rng.roll(8)).for_each(|_| std::hint::spin_loop());
        }
        let began = self.clock.fetch_add(1, Ordering::Acquire);
        let call = call();
        let ended = self.clock.fetch_add(1, Ordering::Release);
        self.calls.push(Timed { began, ended, call });
    }

    /// A number below `sides`, by chance.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.rng.roll(sides)
    }
}

/// A thread's program.
pub(crate) type Program<'a, C> = Box<dyn FnOnce(&mut Log<'_, C>) + Send + 'a>;

/// Runs programs beside each other, each on a thread; `seed` is their chance.
pub(crate) fn record<C: Send>(seed: usize, programs: Vec<Program<'_, C>>) -> History<C> {
    let (clock, missing) = (AtomicUsize::new(0), AtomicUsize::new(programs.len()));
    let run = |number: usize, program: Program<'_, C>| {
        let rng = Rng::new(seed * 16 + number);
        let mut log = Log { clock: &clock, rng, calls: Vec::new() };
        missing.fetch_sub(1, Ordering::Relaxed);
        for look in 0.. {
            match missing.load(Ordering::Relaxed) {
                0 => break,
                _ if look % 200 < 199 && !cfg!(miri) => std::hint::spin_loop(),
                _ => thread::yield_now(), // there may be fewer processors than threads
            }
        }
        program(&mut log);
        log.calls
    };
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..)
            .zip(programs)
            .map(|(number, program)| scope.spawn(move || run(number, program)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Checks the histories of `rounds` rounds, which begin in a state each. Some may be too long to be checked, but
/// not most of them.
pub(crate) fn all_are_explained<S: Spec>(
    rounds: usize,
    round: impl Fn(usize) -> (S, History<S::Call>),
) {
    let mut too_long = 0;
    for seed in 0..rounds {
        let (start, history) = round(seed);
        match verdict(&start, &history) {
            Verdict::Explained => {}
            Verdict::Refused => {
                panic!("no order explains this (round {seed}):\n{}", text(&history))
            }
            Verdict::TooLong => too_long += 1,
        }
    }
    assert!(2 * too_long <= rounds, "{too_long} of {rounds} histories are too long to be checked");
}

/// Finds a round that is not explained, among as many as it takes: for objects that are wrong on purpose.
/// Some ten rounds show it; after ten thousand something is wrong with the recorder or the checker.
pub(crate) fn one_is_refused<S: Spec>(round: impl Fn(usize) -> (S, History<S::Call>)) {
    let refused = (0..10_000).find(|&seed| {
        let (start, history) = round(seed);
        !is_explained(&start, &history)
    });
    println!("round {}", refused.expect("what is wrong with it shows"));
}

/// Lets the others run: between two steps of an object that is wrong on purpose.
pub(crate) fn let_others_run() {
    (0..20).for_each(|_| thread::yield_now());
}
