//! Programs that are wrong on purpose: each must be caught, and in the way that it is wrong.
//!
//! If one of these passed, the models that pass would mean nothing.

use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, RmwOrdering, SeqCst, fence};
use latchfree_loom_tests::{Failure, Model, explore, spawn};
use loom::cell::UnsafeCell;
use loom::thread;
use std::sync::Arc;

/// The failure of a model that must fail.
fn failure<O: std::fmt::Debug>(
    outcomes: impl IntoIterator<Item = O>,
    model: impl Fn() -> O + Clone + Send + Sync + 'static,
) -> Failure {
    Model::new("control", model).outcomes(outcomes).check().expect_err("must be caught")
}

/// A value, and the flag that says it is there.
struct Published {
    value: UnsafeCell<i32>,
    flag: Atomic<bool>,
}

// SAFETY: wrong on purpose: nothing makes a reader wait for the writer; loom notices.
unsafe impl Sync for Published {}

/// A value published by a relaxed store.
#[test]
fn relaxed_publish_is_a_race() {
    let caught = failure([None, Some(1)], || {
        let shared = Arc::new(Published { value: UnsafeCell::new(0), flag: Atomic::new(false) });
        let publisher = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                // SAFETY: wrong on purpose; loom looks first.
                shared.value.with_mut(|value| unsafe { *value = 1 });
                shared.flag.store(true, Relaxed);
            })
        };
        // SAFETY: as above.
        let seen = shared.flag.load(Acquire).then(|| shared.value.with(|value| unsafe { *value }));
        publisher.join().unwrap();
        seen
    });
    assert_eq!(caught.kind(), "race", "{caught}");
}

/// A seqlock of two words, with the two steps that are got wrong left to the caller.
struct Seqlock {
    sequence: Atomic<usize>,
    words: [Atomic<usize>; 2],
}

impl Seqlock {
    fn write(&self, value: usize, open: impl RmwOrdering, mark: impl FnOnce()) {
        self.sequence.fetch_add(1, open);
        mark();
        self.words.iter().for_each(|word| word.store(value, Relaxed));
        self.sequence.fetch_add(1, Release);
    }

    fn read(&self, check: impl FnOnce(&Atomic<usize>) -> usize) -> Option<[usize; 2]> {
        let before = self.sequence.load(Acquire);
        let copy = [self.words[0].load(Relaxed), self.words[1].load(Relaxed)];
        (before % 2 == 0 && check(&self.sequence) == before).then_some(copy)
    }
}

/// Explores one write beside one read of the [`Seqlock`].
fn seqlock(
    write: impl Fn(&Seqlock) + Copy + Send + Sync + 'static,
    check: impl Fn(&Atomic<usize>) -> usize + Copy + Send + Sync + 'static,
) -> Result<(), Failure> {
    let model = move || {
        let lock = Arc::new(Seqlock { sequence: Atomic::new(0), words: [0, 0].map(Atomic::new) });
        let writer = {
            let lock = Arc::clone(&lock);
            spawn(move || write(&lock))
        };
        let read = lock.read(check);
        writer.join().unwrap();
        read
    };
    Model::new("control", model).outcomes([None, Some([0, 0]), Some([1, 1])]).check().map(|_| ())
}

/// The seqlock as it should be, to show that the two below fail for their one difference.
#[test]
fn a_right_seqlock_passes() {
    let write = |lock: &Seqlock| lock.write(1, Relaxed, || fence(Release));
    let check = |sequence: &Atomic<usize>| {
        fence(Acquire);
        sequence.load(Relaxed)
    };
    seqlock(write, check).unwrap();
}

/// An acquire load of the sequence for the re-check, in place of a fence before it.
#[test]
fn an_acquire_recheck_tears() {
    let write = |lock: &Seqlock| lock.write(1, Relaxed, || fence(Release));
    let caught = seqlock(write, |sequence| sequence.load(Acquire)).expect_err("must be caught");
    assert_eq!(caught.kind(), "violation", "{caught}");
}

/// The strongest read-modify-write to open a write, and no fence behind it.
#[test]
fn an_acqrel_opening_tears() {
    let check = |sequence: &Atomic<usize>| {
        fence(Acquire);
        sequence.load(Relaxed)
    };
    let acqrel = seqlock(|lock| lock.write(1, AcqRel, || ()), check).expect_err("must be caught");
    assert_eq!(acqrel.kind(), "violation", "{acqrel}");
    let seqcst = seqlock(|lock| lock.write(1, SeqCst, || ()), check).expect_err("must be caught");
    assert_eq!(seqcst.kind(), "violation", "{seqcst}");
}

/// A waiter announces itself and looks again, a notifier makes a change and looks for waiters. Both use
/// release and acquire, without a fence in between.
#[test]
fn a_wake_up_without_fences_is_lost() {
    let caught = failure([()], || {
        let shared = Arc::new((Atomic::new(false), Atomic::new(false)));
        let waiter = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                let (ready, waiting) = &*shared;
                waiting.store(true, Release);
                while !ready.load(Acquire) {
                    thread::park();
                }
            })
        };
        let (ready, waiting) = &*shared;
        ready.store(true, Release);
        if waiting.load(Acquire) {
            waiter.thread().unpark();
        }
        waiter.join().unwrap();
    });
    assert_eq!(caught.kind(), "deadlock", "{caught}");
}

/// A counter that is read and then set to zero.
#[test]
fn a_reset_by_store_loses_counts() {
    let caught = failure([1], || {
        let counter = Arc::new(Atomic::new(0u64));
        let adder = {
            let counter = Arc::clone(&counter);
            spawn(move || {
                counter.fetch_add(1, Relaxed);
            })
        };
        let drained = counter.load(Relaxed);
        counter.store(0, Relaxed);
        adder.join().unwrap();
        drained + counter.load(Relaxed)
    });
    assert_eq!(caught.kind(), "violation", "{caught}");
}

/// A loop that waits for an event that never comes is told apart from a wrong ordering.
#[test]
fn an_endless_loop_is_no_proof() {
    let caught = failure([()], || {
        let never = Atomic::new(false);
        while !never.load(Relaxed) {
            thread::yield_now();
        }
    });
    assert!(!caught.counts(), "{caught}");
}

/// A model that does not reach all that it lists fails.
#[test]
fn a_missing_outcome_is_a_failure() {
    let caught = failure([1, 2], || 1);
    assert_eq!(caught.kind(), "violation", "{caught}");
}

/// Shows why `spawn` is not loom's. The two programs differ only in the function that starts the thread,
/// and loom sees both outcomes of one of them only.
#[test]
fn loom_misses_orders_of_a_thread_that_begins_with_a_load() {
    fn outcomes(started_by: fn(Arc<Atomic<u32>>) -> thread::JoinHandle<()>) -> Vec<String> {
        let report = explore(None, move || {
            let word = Arc::new(Atomic::new(0));
            let other = started_by(Arc::clone(&word));
            let seen = word.load(Relaxed);
            other.join().unwrap();
            format!("{seen}")
        });
        report.unwrap().outcomes.into_iter().collect()
    }
    fn load_then_store(word: Arc<Atomic<u32>>) {
        let _ = word.load(Relaxed);
        word.store(1, Relaxed);
    }
    assert_eq!(outcomes(|word| thread::spawn(move || load_then_store(word))), ["0"]);
    assert_eq!(outcomes(|word| spawn(move || load_then_store(word))), ["0", "1"]);
}
