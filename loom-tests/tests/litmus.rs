//! The classic litmus tests through the crate's atomics: the orderings of [`latchfree::atomic`] mean
//! in a model what they mean on paper.
//!
//! Each test lists all outcomes that the memory model allows and loom can show. (Loom never lets a
//! load read a store that comes later in its execution, so load buffering is not among them.)

use latchfree::atomic::{Acquire, Atomic, Relaxed, Release, SeqCst, fence};
use latchfree_loom_tests::{explore, spawn};
use std::fmt::Debug;
use std::sync::Arc;

#[track_caller]
fn expect<O: Debug + Ord>(
    outcomes: impl IntoIterator<Item = O>,
    program: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = explore(None, move || format!("{:?}", program())).unwrap().outcomes;
    let expected = outcomes.into_iter().map(|outcome| format!("{outcome:?}")).collect();
    assert_eq!(seen, expected);
}

/// Two words that start at zero.
fn words() -> Arc<[Atomic<u32>; 2]> {
    Arc::new([0, 0].map(Atomic::new))
}

/// One writes data and then a flag; the other reads the flag and then the data.
fn message_passing(
    store: impl Fn(&Atomic<u32>) + Copy + Send + Sync + 'static,
    load: impl Fn(&Atomic<u32>) -> u32 + Copy + Send + Sync + 'static,
) -> impl Fn() -> (u32, u32) + Send + Sync + 'static {
    move || {
        let shared = words();
        let writer = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                shared[0].store(1, Relaxed);
                store(&shared[1]);
            })
        };
        let seen = (load(&shared[1]), shared[0].load(Relaxed));
        writer.join().unwrap();
        seen
    }
}

#[test]
fn message_passing_relaxed() {
    let program = message_passing(|flag| flag.store(1, Relaxed), |flag| flag.load(Relaxed));
    expect([(0, 0), (0, 1), (1, 0), (1, 1)], program);
}

#[test]
fn message_passing_release_acquire() {
    let program = message_passing(|flag| flag.store(1, Release), |flag| flag.load(Acquire));
    expect([(0, 0), (0, 1), (1, 1)], program);
}

#[test]
fn message_passing_release_without_acquire() {
    let program = message_passing(|flag| flag.store(1, Release), |flag| flag.load(Relaxed));
    expect([(0, 0), (0, 1), (1, 0), (1, 1)], program);
}

#[test]
fn message_passing_fences() {
    let store = |flag: &Atomic<u32>| {
        fence(Release);
        flag.store(1, Relaxed);
    };
    let load = |flag: &Atomic<u32>| {
        let seen = flag.load(Relaxed);
        fence(Acquire);
        seen
    };
    expect([(0, 0), (0, 1), (1, 1)], message_passing(store, load));
}

/// Each writes its own word and reads the other's.
fn store_buffering(
    between: impl Fn() + Copy + Send + Sync + 'static,
) -> impl Fn() -> (u32, u32) + Send + Sync + 'static {
    move || {
        let shared = words();
        let other = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                shared[0].store(1, Release);
                between();
                shared[1].load(Acquire)
            })
        };
        shared[1].store(1, Release);
        between();
        let mine = shared[0].load(Acquire);
        (mine, other.join().unwrap())
    }
}

#[test]
fn store_buffering_release_acquire() {
    expect([(0, 0), (0, 1), (1, 0), (1, 1)], store_buffering(|| ()));
}

#[test]
fn store_buffering_seqcst_fences() {
    expect([(0, 1), (1, 0), (1, 1)], store_buffering(|| fence(SeqCst)));
}

/// Two reads of one word never go back, whatever their ordering.
#[test]
fn coherence_of_reads() {
    expect([(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)], || {
        let shared = words();
        let writer = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                shared[0].store(1, Relaxed);
                shared[0].store(2, Relaxed);
            })
        };
        let seen = (shared[0].load(Relaxed), shared[0].load(Relaxed));
        writer.join().unwrap();
        seen
    });
}

/// A read-modify-write in between carries a release on.
#[test]
fn release_sequence() {
    expect([None, Some(1)], || {
        let shared = words();
        let releaser = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                shared[0].store(1, Relaxed);
                shared[1].store(1, Release);
            })
        };
        let carrier = {
            let shared = Arc::clone(&shared);
            spawn(move || {
                let _ = shared[1].compare_exchange(1, 2, Relaxed, Relaxed);
            })
        };
        let seen = (shared[1].load(Acquire) == 2).then(|| shared[0].load(Relaxed));
        releaser.join().unwrap();
        carrier.join().unwrap();
        seen
    });
}

/// Two read-modify-writes of one word never read the same value.
#[test]
fn atomicity() {
    expect([(0, 1), (1, 0)], || {
        let shared = words();
        let other = {
            let shared = Arc::clone(&shared);
            spawn(move || shared[0].fetch_add(1, Relaxed))
        };
        let mine = shared[0].fetch_add(1, Relaxed);
        (mine, other.join().unwrap())
    });
}
