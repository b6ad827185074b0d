//! The simulated machine: caches, store buffers, clocks, and what is counted.
//!
//! - A *line* has 64 bytes. A processor has it *alone*, to read and to write; or *shared* with others, to read; or not at
//!   all. (What is alone has been modified or not: that makes no difference here.) A cache has room for all lines.
//! - A line is *fetched from another processor* when this one may not do its access with what it has, and
//!   another one has the line. That includes the message that takes the line away from all others, when this
//!   processor had it shared and writes. A line that no processor has comes from memory, which takes as long and
//!   is not counted.
//! - A *store*, atomic or plain, enters the processor's store buffer. It leaves in order, at once if the processor has
//!   the line alone, and else after [`STAYS`] further accesses of the processor. It also leaves when another
//!   processor accesses its bytes, which then see it. It fetches its line when it leaves, and the processor does not
//!   wait for that.
//! - A read-modify-write, a sequentially consistent store or fence, and the barrier for all threads make all stores
//!   leave, and the processor waits for their lines.
//!
//! The values in memory are those of a sequentially consistent machine. What is simulated is when lines move.

use latchfree::count_hooks::{Event, Ordering, Span};
use std::collections::{HashMap, VecDeque};
use std::ops::{AddAssign, Sub};

/// How many bytes a line has.
pub const LINE: usize = 64;
/// How many accesses a store whose line is elsewhere stays in the store buffer.
pub const STAYS: u64 = 16;
/// How many processors a machine has at most: 64, and one that does something before or beside them.
pub const MOST: usize = 65;

/// How many cycles each takes.
pub mod cycles {
    /// A load or a read whose line is there.
    pub const LOAD: u64 = 4;
    /// A store or a write, into the store buffer.
    pub const STORE: u64 = 1;
    /// A locked instruction whose line is there, and whose stores have left.
    pub const LOCKED: u64 = 20;
    /// A line from another processor, or from memory.
    pub const FETCH: u64 = 150;
    /// An instruction that gives way.
    pub const PAUSE: u64 = 40;
    /// A barrier for all threads of the process: a system call.
    pub const BARRIER: u64 = 3000;
}

/// What one processor did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accesses, of atomics and of plain memory.
    pub accesses: u64,
    /// Locked instructions, as on x86: read-modify-writes, sequentially consistent stores and fences.
    pub locked: u64,
    /// Fences, as on aarch64: all that are not for the compiler alone, and those after read-modify-writes.
    pub fences: u64,
    /// Lines that were fetched from another processor.
    pub lines: u64,
    /// Compare-exchanges that have failed.
    pub retries: u64,
    /// Barriers for all threads.
    pub barriers: u64,
    /// How far the clock has gone.
    pub cycles: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.accesses += other.accesses;
        self.locked += other.locked;
        self.fences += other.fences;
        self.lines += other.lines;
        self.retries += other.retries;
        self.barriers += other.barriers;
        self.cycles += other.cycles;
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            accesses: self.accesses - other.accesses,
            locked: self.locked - other.locked,
            fences: self.fences - other.fences,
            lines: self.lines - other.lines,
            retries: self.retries - other.retries,
            barriers: self.barriers - other.barriers,
            cycles: self.cycles - other.cycles,
        }
    }
}

/// Which processors have a line.
#[derive(Default)]
struct Line {
    /// A bit each.
    holders: u128,
    /// When the last processor that took it has it, so that the next can.
    free_at: u64,
}

#[derive(Default)]
struct Processor {
    counts: Counts,
    stores: VecDeque<Store>,
    /// The last event was a read-modify-write.
    after_rmw: bool,
}

/// A store in a buffer.
struct Store {
    span: Span,
    /// The count of accesses at which it leaves.
    leaves_at: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    Write,
}

/// Processors with a cache each.
pub struct Machine {
    lines: HashMap<usize, Line>,
    processors: Vec<Processor>,
    /// Which processors have stores in their buffers, a bit each.
    buffering: u128,
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// Creates a machine with empty caches.
    pub fn new() -> Self {
        let processors = (0..MOST).map(|_| Processor::default()).collect();
        Self { lines: HashMap::new(), processors, buffering: 0 }
    }

    /// Returns what `processor` has done so far.
    pub fn counts(&self, processor: usize) -> Counts {
        self.processors[processor].counts
    }

    /// Returns the clock of `processor`.
    pub fn clock(&self, processor: usize) -> u64 {
        self.processors[processor].counts.cycles
    }

    /// Sets the clocks of all processors to the latest.
    pub fn synchronize(&mut self) {
        let latest = self.processors.iter().map(|processor| processor.counts.cycles).max();
        for processor in &mut self.processors {
            processor.counts.cycles = latest.unwrap_or(0);
        }
    }

    /// Does what `event` costs.
    pub fn step(&mut self, processor: usize, event: Event) {
        let after_rmw = std::mem::take(&mut self.processors[processor].after_rmw);
        match event {
            Event::Load(span) | Event::Read(span) => self.load(processor, span),
            Event::Store(span, Ordering::SeqCst) => self.locked(processor, span),
            Event::Store(span, _) | Event::Write(span) => self.store(processor, span),
            Event::ReadModifyWrite(span) => {
                self.locked(processor, span);
                self.processors[processor].after_rmw = true;
            }
            Event::Failed => self.processors[processor].counts.retries += 1,
            Event::Fence(order) => {
                self.processors[processor].counts.fences += 1;
                if order == Ordering::SeqCst {
                    self.drain(processor);
                    self.processors[processor].counts.locked += 1;
                    self.pass(processor, cycles::LOCKED);
                }
            }
            Event::LightFence => {}
            // After a read-modify-write, a compiler fence is enough on x86, and a fence is needed elsewhere
            // (`fence_after_rmw`). After `LightFence`, it is enough everywhere.
            Event::CompilerFence(order) => {
                let is_fence = after_rmw && order == Ordering::SeqCst;
                self.processors[processor].counts.fences += u64::from(is_fence);
            }
            Event::Barrier => {
                self.drain(processor);
                self.processors[processor].counts.barriers += 1;
                self.pass(processor, cycles::BARRIER);
            }
            Event::Pause(times) => self.pass(processor, u64::from(times) * cycles::PAUSE),
        }
    }

    /// Makes all stores of `processor` leave its buffer, and lets it wait for their lines.
    pub fn drain(&mut self, processor: usize) {
        self.buffering &= !(1 << processor);
        while let Some(store) = self.processors[processor].stores.pop_front() {
            let done = self.fetch_all(processor, store.span, Mode::Write);
            self.wait(processor, done);
        }
    }

    fn load(&mut self, processor: usize, span: Span) {
        self.access(processor, span);
        self.pass(processor, cycles::LOAD);
        // A store of its own that is still in the buffer has the value.
        let mut stores = self.processors[processor].stores.iter();
        if !stores.any(|store| contains(store.span, span)) {
            let done = self.fetch_all(processor, span, Mode::Read);
            self.wait(processor, done);
        }
    }

    fn store(&mut self, processor: usize, span: Span) {
        self.access(processor, span);
        self.pass(processor, cycles::STORE);
        let leaves_at = self.processors[processor].counts.accesses + STAYS;
        self.processors[processor].stores.push_back(Store { span, leaves_at });
        self.buffering |= 1 << processor;
        self.let_leave(processor);
    }

    fn locked(&mut self, processor: usize, span: Span) {
        self.access(processor, span);
        self.drain(processor);
        let done = self.fetch_all(processor, span, Mode::Write);
        self.wait(processor, done);
        self.processors[processor].counts.locked += 1;
        self.pass(processor, cycles::LOCKED);
    }

    /// Counts an access, and lets those stores leave that must before it.
    fn access(&mut self, processor: usize, span: Span) {
        self.processors[processor].counts.accesses += 1;
        let mut others = self.buffering & !(1 << processor);
        while others != 0 {
            let other = others.trailing_zeros() as usize;
            others &= others - 1;
            let stores = &self.processors[other].stores;
            if let Some(last) = stores.iter().rposition(|store| overlaps(store.span, span)) {
                let leaving: Vec<_> = self.processors[other].stores.drain(..=last).collect();
                for store in leaving {
                    self.fetch_all(other, store.span, Mode::Write);
                }
                self.note_empty(other);
            }
        }
        self.let_leave(processor);
    }

    /// Lets stores leave that have been in the buffer for long, or whose line the processor has alone.
    fn let_leave(&mut self, processor: usize) {
        while let Some(store) = self.processors[processor].stores.front() {
            let is_old = store.leaves_at <= self.processors[processor].counts.accesses;
            if !is_old && !lines(store.span).all(|line| self.has_alone(processor, line)) {
                break;
            }
            let span = store.span;
            self.processors[processor].stores.pop_front();
            self.fetch_all(processor, span, Mode::Write);
        }
        self.note_empty(processor);
    }

    fn note_empty(&mut self, processor: usize) {
        if self.processors[processor].stores.is_empty() {
            self.buffering &= !(1 << processor);
        }
    }

    fn has_alone(&self, processor: usize, line: usize) -> bool {
        self.lines.get(&line).is_some_and(|line| line.holders == 1 << processor)
    }

    /// Gets the lines of `span`; returns when the last is there.
    fn fetch_all(&mut self, processor: usize, span: Span, mode: Mode) -> u64 {
        let times = lines(span).map(|line| self.fetch(processor, line, mode));
        times.max().unwrap_or(0)
    }

    /// Gets a line, if it is not there; returns when it is.
    fn fetch(&mut self, processor: usize, line: usize, mode: Mode) -> u64 {
        let now = self.clock(processor);
        let line = self.lines.entry(line).or_default();
        let mine = 1 << processor;
        let (is_here, is_elsewhere) = (line.holders & mine != 0, line.holders & !mine != 0);
        let is_enough = match mode {
            Mode::Read => is_here,
            Mode::Write => is_here && !is_elsewhere,
        };
        let mut done = now;
        if !is_enough {
            self.processors[processor].counts.lines += u64::from(is_elsewhere);
            done = now.max(line.free_at) + cycles::FETCH;
        }
        match mode {
            Mode::Read => line.holders |= mine,
            Mode::Write => {
                line.holders = mine;
                line.free_at = done;
            }
        }
        done
    }

    fn pass(&mut self, processor: usize, cycles: u64) {
        self.processors[processor].counts.cycles += cycles;
    }

    fn wait(&mut self, processor: usize, until: u64) {
        let cycles = &mut self.processors[processor].counts.cycles;
        *cycles = (*cycles).max(until);
    }
}

/// The lines that a span is in, by number.
fn lines(span: Span) -> impl Iterator<Item = usize> {
    let end = (span.address + span.len).div_ceil(LINE);
    span.address / LINE..end
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.address <= inner.address && inner.address + inner.len <= outer.address + outer.len
}

fn overlaps(one: Span, other: Span) -> bool {
    one.address < other.address + other.len && other.address < one.address + one.len
}

#[cfg(test)]
mod tests;
