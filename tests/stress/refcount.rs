//! Reference counts: an object is freed once, by its last owner, after all others. Gates: none is inside an idle one. Pins:
//! what is pinned is not reclaimed.

use crate::scale::{Rng, rounds};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::refcount::{Gate, Pins, RefCount};
use std::sync::Barrier;
use std::thread;

/// An object with its count inside, and what its owners did.
struct Object {
    references: RefCount,
    uses: Atomic<usize>,
    is_freed: Atomic<bool>,
}

impl Object {
    fn new(references: u32) -> Self {
        let (uses, is_freed) = (Atomic::new(0), Atomic::new(false));
        Self { references: RefCount::new(references), uses, is_freed }
    }

    fn touch(&self) {
        self.uses.fetch_add(1, Relaxed);
        assert!(!self.is_freed.load(Relaxed), "used after it was freed");
    }

    /// Lets one reference go. The last owner frees the object; it returns the uses that it sees.
    fn let_go(&self) -> Option<usize> {
        self.references.dec().then(|| {
            assert!(!self.is_freed.swap(true, Relaxed), "freed twice");
            self.uses.load(Relaxed)
        })
    }
}

/// Owners use an object and let it go, while others find it: those that get a reference find it whole,
/// and the last one sees what all did.
#[test]
fn last_owner_frees_and_sees_all() {
    for round in 0..rounds(2_000, 20) {
        let (object, begin) = (Object::new(2), Barrier::new(4));
        let own = |seed: usize| {
            let mut rng = Rng::new(seed);
            begin.wait();
            object.touch();
            if rng.roll(2) == 0 {
                object.references.inc();
                object.touch();
                assert_eq!(object.let_go(), None);
            }
            object.let_go()
        };
        let find = || {
            let mut freed_after = None;
            begin.wait();
            while object.references.inc_if_nonzero() {
                object.touch();
                freed_after = object.let_go();
                thread::yield_now();
            }
            freed_after
        };
        let freed_after: Vec<_> = thread::scope(|scope| {
            let own = &own;
            let owners = [0, 1].map(|owner| scope.spawn(move || own(2 * round + owner)));
            let finders = [(); 2].map(|()| scope.spawn(find));
            owners.into_iter().chain(finders).filter_map(|it| it.join().unwrap()).collect()
        });
        assert_eq!(freed_after, [object.uses.load(Relaxed)], "one frees it, and sees every use");
        assert_eq!(object.references.get(), 0);
    }
}

/// Threads run over the greatest count, and back: once saturated, it stays so, and no owner is the last.
#[test]
fn overflow_saturates_for_good() {
    for _ in 0..rounds(500, 10) {
        let references = RefCount::new(u32::MAX / 2 - 2);
        thread::scope(|scope| {
            for seed in 0..4 {
                let references = &references;
                scope.spawn(move || {
                    let mut rng = Rng::new(seed);
                    for _ in 0..10 {
                        match rng.roll(2) {
                            0 => references.inc(),
                            _ => assert!(references.inc_if_nonzero()),
                        }
                    }
                    for _ in 0..10 {
                        assert!(!references.dec());
                    }
                });
            }
        });
        // Each thread by itself makes more references than there is room for.
        assert!(references.is_saturated());
    }
}

/// Threads go in and out, until one of them, or another, closes the gate. What they have done inside is over, and seen,
/// when it is idle.
#[test]
fn idle_gate_has_seen_all_that_was_done_inside() {
    for round in 0..rounds(3_000, 15) {
        let (gate, begin) = (Gate::new(), Barrier::new(4));
        let (uses, is_freed) = ([(); 3].map(|()| Atomic::new(0usize)), Atomic::new(false));
        let go_in_and_out = |user: usize| {
            let (mut rng, mut times) = (Rng::new(3 * round + user), 0);
            begin.wait();
            while let Ok(_inside) = gate.enter() {
                assert!(!is_freed.load(Relaxed), "inside an idle gate");
                times += 1;
                uses[user].store(times, Relaxed);
                match rng.roll(64) {
                    0 if user == 0 => drop(gate.close()),
                    1 => thread::yield_now(),
                    _ => {}
                }
            }
            assert!(gate.is_closed());
            times
        };
        thread::scope(|scope| {
            let go_in_and_out = &go_in_and_out;
            let users = [0, 1, 2].map(|user| scope.spawn(move || go_in_and_out(user)));
            begin.wait();
            Rng::new(round).pause();
            gate.close();
            while !gate.is_idle() {
                thread::yield_now();
            }
            is_freed.store(true, Relaxed);
            let seen = uses.each_ref().map(|uses| uses.load(Relaxed));
            assert_eq!((seen, gate.inside()), (users.map(|user| user.join().unwrap()), 0));
        });
    }
}

/// In each round one thread waits, or two do; one closes, and one leaves or is refused.
#[cfg(feature = "std")]
#[test]
fn no_wake_up_of_an_idle_gate_is_lost() {
    use crate::scale::{Rounds, finishes};
    use std::time::Duration;
    finishes(|| {
        let (together, steps) = (Rounds::new(4), rounds(10_000, 10));
        let gates: Vec<_> = (0..=steps).map(|_| Gate::new()).collect();
        thread::scope(|scope| {
            scope.spawn(|| together.run(steps, |at| gates[at].wait_idle()));
            scope.spawn(|| {
                together.run(steps, |at| {
                    let _ = gates[at].wait_idle_timeout(Duration::from_micros(at as u64 % 50));
                });
            });
            scope.spawn(|| together.run(steps, |at| assert!(gates[at].close())));
            scope.spawn(|| together.run(steps, |at| drop(gates[at].enter())));
        });
    });
}

/// How many versions there is room for.
const VERSIONS: u64 = 4;

/// A writer replaces the oldest version as soon as no reader uses it, and readers use what they have pinned. They pause
/// wherever they can: after each load of the position, and before each use.
#[test]
fn pinned_versions_are_not_replaced() {
    let (pins, now) = (Pins::<4>::new(), Atomic::new(0u64));
    let versions: [Atomic<u64>; VERSIONS as usize] =
        [(); VERSIONS as usize].map(|()| Atomic::new(0));
    let last = rounds(200_000, 20) as u64;
    let check = |version: u64, rng: &mut Rng| {
        rng.pause();
        let found = versions[(version % VERSIONS) as usize].load(Relaxed);
        assert_eq!(found, version, "replaced while it was pinned");
    };
    let load = |rng: &mut Rng| {
        let position = now.load(Acquire);
        rng.pause();
        position
    };
    let read = |seed: usize| {
        let (mut rng, mut seen) = (Rng::new(seed), 0);
        while seen < last {
            let mut reader = pins.reader().expect("there are four slots");
            for _ in 0..rng.roll(100) {
                let mut pinned = reader.pin(|| load(&mut rng));
                check(pinned.position(), &mut rng);
                if rng.roll(2) == 0 {
                    pinned.advance(|| load(&mut rng));
                    check(pinned.position(), &mut rng);
                }
                assert!(pinned.position() >= seen, "the position has gone back");
                seen = pinned.position();
            }
        }
    };
    thread::scope(|scope| {
        let read = &read;
        (0..3).for_each(|seed| drop(scope.spawn(move || read(seed))));
        let mut oldest = 0;
        for version in 1..=last {
            while oldest + VERSIONS <= version {
                let next = pins.oldest(version - 1);
                if next == oldest {
                    thread::yield_now();
                }
                oldest = oldest.max(next);
            }
            versions[(version % VERSIONS) as usize].store(version, Relaxed);
            now.store(version, Release);
        }
    });
    assert_eq!(pins.oldest(u64::MAX), u64::MAX);
}
