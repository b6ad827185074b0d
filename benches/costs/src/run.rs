//! A program on a simulated machine: a thread for each processor, of which one runs at a time.
//!
//! Before each access a thread tells the machine what it is about to do, the scheduler names the next processor, and the
//! thread waits until that is its own. So the order of all accesses is the scheduler's, and the same in every run.

use crate::machine::{Counts, Machine};
use crate::schedule::{Schedule, Scheduler};
use latchfree::count_hooks::{Event, announce, set_observer};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, Thread};

/// What a processor does in a [`Run::stage`].
pub struct Body<'a> {
    processor: usize,
    is_counted: bool,
    work: Box<dyn FnOnce(&Laps) + Send + 'a>,
}

impl<'a> Body<'a> {
    /// What is counted. `work` makes what it needs, and then calls [`Laps::run`], once.
    pub fn new(processor: usize, work: impl FnOnce(&Laps) + Send + 'a) -> Self {
        Self { processor, is_counted: true, work: Box::new(work) }
    }

    /// What happens beside, and is not counted.
    pub fn beside(processor: usize, work: impl FnOnce(&Laps) + Send + 'a) -> Self {
        Self { is_counted: false, ..Self::new(processor, work) }
    }
}

/// How often the body of a processor does its operation.
pub struct Laps {
    shared: Arc<Shared>,
    processor: usize,
}

impl Laps {
    /// Waits for all other processors to get here, calls `operation` `warm_up` times, waits for them again, and calls it
    /// `times` times, which are counted.
    pub fn run(&self, warm_up: u64, times: u64, mut operation: impl FnMut()) {
        self.shared.meet(self.processor);
        (0..warm_up).for_each(|_| operation());
        self.shared.meet(self.processor);
        (0..times).for_each(|_| operation());
        self.shared.finish_counting(self.processor);
    }
}

/// A machine, and what runs on it.
pub struct Run {
    shared: Arc<Shared>,
}

impl Run {
    /// Creates a machine that has run nothing.
    pub fn new(schedule: Schedule) -> Self {
        set_observer(observe);
        let state = State {
            machine: Machine::new(),
            scheduler: Scheduler::new(schedule),
            ready: Vec::new(),
            met: Vec::new(),
            before: Vec::new(),
            counted: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                turn: AtomicUsize::new(NONE),
                failed: AtomicBool::new(false),
                threads: Mutex::default(),
            }),
        }
    }

    /// Runs a body on each of some processors, all at the same time. Returns what was counted, all processors together.
    ///
    /// # Panics
    ///
    /// If a body does.
    pub fn stage(&mut self, mut bodies: Vec<Body<'_>>) -> Counts {
        bodies.sort_by_key(|body| body.processor);
        let processors: Vec<_> = bodies.iter().map(|body| body.processor).collect();
        let is_counted: Vec<_> = bodies.iter().map(|body| body.is_counted).collect();
        {
            self.shared.turn.store(NONE, Ordering::Relaxed);
            let mut state = self.shared.state();
            state.machine.synchronize();
            state.ready = processors.clone();
            state.before = vec![Counts::default(); processors.last().map_or(0, |last| last + 1)];
            state.counted = state.before.clone();
        }
        thread::scope(|scope| {
            let shared = &self.shared;
            let mut threads = Vec::new();
            for Body { processor, work, .. } in bodies {
                let work = move || work(&shared.laps(processor));
                threads.push(scope.spawn(move || shared.be(processor, work)));
            }
            let handle = |thread: &thread::ScopedJoinHandle<()>| thread.thread().clone();
            let handles: Vec<Thread> = threads.iter().map(handle).collect();
            *self.shared.threads() = processors.iter().copied().zip(handles).collect();
            self.shared.hand_over(processors[0]);
            // By a join of each, for its thread-locals are dropped by then, and what they held is free.
            threads.into_iter().for_each(|thread| thread.join().expect("a body panicked"));
        });
        let mut sum = Counts::default();
        let state = self.shared.state();
        for (&processor, _) in processors.iter().zip(is_counted).filter(|&(_, counted)| counted) {
            sum += state.counted[processor];
        }
        sum
    }

    /// Returns what a processor did in the last stage, if anything was counted there.
    pub fn counts_of(&self, processor: usize) -> Counts {
        self.shared.state().counted[processor]
    }
}

/// Says that this processor waits for another one, which should get on first.
pub fn pause() {
    announce(Event::Pause(1));
}

const NONE: usize = usize::MAX;

struct Shared {
    state: Mutex<State>,
    /// The processor that runs.
    turn: AtomicUsize,
    failed: AtomicBool,
    threads: Mutex<Vec<(usize, Thread)>>,
}

struct State {
    machine: Machine,
    scheduler: Scheduler,
    /// The processors that can run, sorted.
    ready: Vec<usize>,
    /// Those that wait for all others.
    met: Vec<usize>,
    /// What each processor had done when all had met the last time.
    before: Vec<Counts>,
    /// What each has done since.
    counted: Vec<Counts>,
}

thread_local! {
    /// Which processor this thread is.
    static CURRENT: RefCell<Option<(Arc<Shared>, usize)>> = const { RefCell::new(None) };
}

/// Lets an access happen when it is this processor's turn. Other threads do as they like.
fn observe(event: Event) {
    let current = CURRENT.try_with(|current| current.borrow().clone());
    if let Ok(Some((shared, processor))) = current {
        shared.step(processor, event);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under the lock")
    }

    fn threads(&self) -> MutexGuard<'_, Vec<(usize, Thread)>> {
        self.threads.lock().expect("no panic under the lock")
    }

    fn laps(self: &Arc<Self>, processor: usize) -> Laps {
        Laps { shared: self.clone(), processor }
    }

    /// Runs `work` on this thread as a processor.
    fn be(self: &Arc<Self>, processor: usize, work: impl FnOnce()) {
        self.wait_for_turn(processor);
        CURRENT.set(Some((self.clone(), processor)));
        let result = catch_unwind(AssertUnwindSafe(work));
        CURRENT.set(None);
        if let Err(panic) = result {
            self.failed.store(true, Ordering::Relaxed);
            self.leave(processor);
            std::panic::resume_unwind(panic);
        }
        self.leave(processor);
    }

    fn step(&self, processor: usize, event: Event) {
        let mut state = self.state();
        state.machine.step(processor, event);
        // These are no accesses.
        if let Event::Failed | Event::LightFence = event {
            return;
        }
        let next = state.next(processor);
        drop(state);
        self.switch(processor, next);
    }

    /// Waits for all processors to come here.
    fn meet(&self, processor: usize) {
        let mut state = self.state();
        state.machine.drain(processor);
        state.ready.retain(|&other| other != processor);
        state.met.push(processor);
        if state.ready.is_empty() {
            state.begin();
        }
        let next = state.next(processor);
        drop(state);
        self.switch(processor, next);
    }

    fn finish_counting(&self, processor: usize) {
        let mut state = self.state();
        state.machine.drain(processor);
        state.counted[processor] = state.machine.counts(processor) - state.before[processor];
    }

    /// Ends the work of a processor.
    fn leave(&self, processor: usize) {
        let mut state = self.state();
        state.ready.retain(|&other| other != processor);
        if state.ready.is_empty() && !state.met.is_empty() {
            state.begin();
        }
        if !state.ready.is_empty() {
            let next = state.next(processor);
            drop(state);
            self.hand_over(next);
        }
    }

    fn switch(&self, processor: usize, next: usize) {
        if next != processor {
            self.hand_over(next);
            self.wait_for_turn(processor);
        }
        let has_failed = self.failed.load(Ordering::Relaxed);
        assert!(!has_failed || thread::panicking(), "another processor panicked");
    }

    fn hand_over(&self, next: usize) {
        let threads = self.threads();
        let at = threads.binary_search_by_key(&next, |&(processor, _)| processor);
        let thread = threads[at.expect("a processor of this stage")].1.clone();
        drop(threads);
        self.turn.store(next, Ordering::Release);
        thread.unpark();
    }

    fn wait_for_turn(&self, processor: usize) {
        while self.turn.load(Ordering::Acquire) != processor {
            thread::park();
        }
    }
}

impl State {
    fn next(&mut self, last: usize) -> usize {
        self.scheduler.next(&self.ready, last, |processor| self.machine.clock(processor))
    }

    /// All have met: they go on together, and are counted from here on.
    fn begin(&mut self) {
        self.machine.synchronize();
        self.ready = std::mem::take(&mut self.met);
        self.ready.sort_unstable();
        for &processor in &self.ready {
            self.before[processor] = self.machine.counts(processor);
        }
    }
}

#[cfg(test)]
mod tests;
