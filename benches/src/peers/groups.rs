//! Commits of many threads in groups: one write, and perhaps one sync, for all that have come.

use crate::contend::together;
use latchfree::group::GroupCommit;
use latchfree::semaphore::Semaphore;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Commits in groups.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// To a new log.
    fn new(sync: Option<Duration>) -> Self;
    /// Appends `item`, alone or with those of others, and returns its position when it was synced.
    fn commit(&self, item: u64) -> u64;
    /// Returns the log.
    fn log(&self) -> &Log;
}

/// Each thread commits `times` times. Returns the time and the mean size of a group.
pub fn commits<P: Peer>(threads: usize, times: u64, sync: Option<Duration>) -> (Duration, f64) {
    let peer = P::new(sync);
    let took = together(threads, |thread| {
        let mut last = 0;
        for item in 0..times {
            let position = peer.commit(thread as u64 ^ item);
            assert!(position > last, "later commits have later positions");
            last = position;
        }
    });
    let (total, log) = (threads as u64 * times, peer.log());
    assert_eq!(log.end.load(Ordering::Relaxed), total);
    (took, total as f64 / log.syncs.load(Ordering::Relaxed) as f64)
}

/// What is written to, by one thread at a time.
pub struct Log {
    end: AtomicU64,
    syncs: AtomicU64,
    written: Vec<AtomicU64>,
    sync: Option<Duration>,
}

impl Log {
    fn new(sync: Option<Duration>) -> Self {
        let written = (0..1024).map(|_| AtomicU64::new(0)).collect();
        Self { end: AtomicU64::new(0), syncs: AtomicU64::new(0), written, sync }
    }

    /// Returns the position behind the item.
    fn write(&self, item: u64) -> u64 {
        let at = self.end.load(Ordering::Relaxed);
        self.written[at as usize % self.written.len()].store(item, Ordering::Relaxed);
        self.end.store(at + 1, Ordering::Relaxed);
        at + 1
    }

    fn sync(&self) {
        self.syncs.store(self.syncs.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        if let Some(sync) = self.sync {
            thread::sleep(sync);
        }
    }
}

/// Ours.
pub struct Latchfree {
    group: GroupCommit<u64, u64>,
    log: Log,
}

impl Peer for Latchfree {
    const NAME: &'static str = "latchfree GroupCommit";

    fn new(sync: Option<Duration>) -> Self {
        Self { group: GroupCommit::new(), log: Log::new(sync) }
    }
    fn commit(&self, item: u64) -> u64 {
        let lead = |batch: &mut latchfree::group::Batch<'_, u64, u64>| {
            for (item, position) in batch.iter_mut() {
                *position = Some(self.log.write(*item));
            }
            self.log.sync();
        };
        self.group.commit(item, lead).expect("each is given one")
    }
    fn log(&self) -> &Log {
        &self.log
    }
}

/// An item, and its position when it was written.
type Slot = std::sync::Arc<(u64, AtomicU64)>;

/// A fair semaphore of ours: whoever gets the permit leads all that have come, unless another has led it.
pub struct FairSemaphore {
    waiting: Mutex<Vec<Slot>>,
    lead: Semaphore,
    log: Log,
}

impl Peer for FairSemaphore {
    const NAME: &'static str = "latchfree Semaphore and std Mutex";

    fn new(sync: Option<Duration>) -> Self {
        Self { waiting: Mutex::default(), lead: Semaphore::new(1), log: Log::new(sync) }
    }
    fn commit(&self, item: u64) -> u64 {
        let own = Slot::new((item, AtomicU64::new(0)));
        self.waiting.lock().unwrap().push(Slot::clone(&own));
        let _lead = self.lead.acquire(1).expect("never closed");
        if own.1.load(Ordering::Relaxed) == 0 {
            let group = mem::take(&mut *self.waiting.lock().unwrap());
            for member in &group {
                member.1.store(self.log.write(member.0), Ordering::Relaxed);
            }
            self.log.sync();
        }
        own.1.load(Ordering::Relaxed)
    }
    fn log(&self) -> &Log {
        &self.log
    }
}

/// The usual hand-written version: a mutex, and condition variables for the members of two groups and for the next
/// leader.
pub struct Condvars {
    state: Mutex<Groups>,
    over: [Condvar; 2],
    next_leader: Condvar,
    log: Log,
}

#[derive(Default)]
struct Groups {
    /// The group that gathers, by its number.
    gathers: u64,
    waiting: Vec<Slot>,
    is_led: bool,
    /// All groups before this one are over.
    over: u64,
}

impl Peer for Condvars {
    const NAME: &'static str = "std Mutex and Condvars";

    fn new(sync: Option<Duration>) -> Self {
        let (state, over) = (Mutex::default(), [Condvar::new(), Condvar::new()]);
        Self { state, over, next_leader: Condvar::new(), log: Log::new(sync) }
    }
    fn commit(&self, item: u64) -> u64 {
        let own = Slot::new((item, AtomicU64::new(0)));
        let mut state = self.state.lock().unwrap();
        let (number, is_first) = (state.gathers, state.waiting.is_empty());
        state.waiting.push(Slot::clone(&own));
        if !is_first {
            let over = &self.over[number as usize % 2];
            drop(over.wait_while(state, |state| state.over <= number).unwrap());
            return own.1.load(Ordering::Relaxed);
        }
        // The first one of a group leads it, once the last group is over.
        state = self.next_leader.wait_while(state, |state| state.is_led).unwrap();
        state.is_led = true;
        state.gathers += 1;
        let group = mem::take(&mut state.waiting);
        drop(state);
        for member in &group {
            member.1.store(self.log.write(member.0), Ordering::Relaxed);
        }
        self.log.sync();
        state = self.state.lock().unwrap();
        (state.is_led, state.over) = (false, number + 1);
        if group.len() > 1 {
            self.over[number as usize % 2].notify_all();
        }
        if !state.waiting.is_empty() {
            self.next_leader.notify_one();
        }
        own.1.load(Ordering::Relaxed)
    }
    fn log(&self) -> &Log {
        &self.log
    }
}

/// No groups: each writes, and syncs, by itself.
pub struct Alone {
    lock: Mutex<()>,
    log: Log,
}

impl Peer for Alone {
    const NAME: &'static str = "std Mutex, each by itself";

    fn new(sync: Option<Duration>) -> Self {
        Self { lock: Mutex::default(), log: Log::new(sync) }
    }
    fn commit(&self, item: u64) -> u64 {
        let _lock = self.lock.lock().unwrap();
        let position = self.log.write(item);
        self.log.sync();
        position
    }
    fn log(&self) -> &Log {
        &self.log
    }
}
