//! Reference counts: an object is freed once, by its last owner, after all others.

use crate::scale::{Rng, rounds};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::refcount::RefCount;
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
