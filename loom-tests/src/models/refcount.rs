//! Reference counts: one last owner, which sees what all others did, and no use after it. Gates and pins have files of
//! their own.

mod gate;
mod pins;

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::refcount::RefCount;
use loom::cell::UnsafeCell;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    let mut models = vec![
        Model::new("refcount::last_of_three_owners_sees_all", last_of_three_owners_sees_all)
            .outcomes([[true, false, false], [false, true, false], [false, false, true]]),
        Model::new("refcount::found_reference_keeps_object", found_reference_keeps_object)
            .outcomes([(true, None), (true, Some(false)), (false, Some(true))]),
        Model::new("refcount::found_and_made_references_keep_object", two_ways_to_a_reference)
            .outcomes([3]),
        Model::new("refcount::overflow_beside_owners_saturates", overflow_beside_owners)
            .outcomes([MAX - 1, SATURATED]),
        Model::new("refcount::reference_given_back_twice_frees_once", given_back_twice)
            .outcomes([[true, false], [false, true]]),
    ];
    models.extend(gate::models());
    models.extend(pins::models());
    models
}

/// The greatest count that is one.
const MAX: u32 = u32::MAX / 2;
/// Where a saturated count stays.
const SATURATED: u32 = 0xC000_0000;

/// An object with its count inside. Loom sees a use that nothing orders before the freeing.
struct Object {
    references: RefCount,
    is_freed: UnsafeCell<bool>,
}

// SAFETY: the count guards the plain memory, or loom sees that it does not.
unsafe impl Sync for Object {}

impl Object {
    fn new(references: u32) -> Self {
        Self { references: RefCount::new(references), is_freed: UnsafeCell::new(false) }
    }

    /// Uses the object.
    fn touch(&self) {
        // SAFETY: plain memory that the reference count guards; loom checks it.
        self.is_freed.with(|is_freed| assert!(!unsafe { *is_freed }, "used after it was freed"));
    }

    /// Lets one reference go, and frees the object if it was the last. Returns whether it was.
    fn let_go(&self) -> bool {
        let was_last = self.references.dec();
        if was_last {
            // SAFETY: as in `touch`.
            self.is_freed.with_mut(|is_freed| {
                assert!(!unsafe { is_freed.replace(true) }, "freed twice");
            });
        }
        was_last
    }
}

/// Three owners use an object and let it go: the last one sees what all did, though other owners have
/// changed the count since.
fn last_of_three_owners_sees_all() -> [bool; 3] {
    let object = Arc::new((Object::new(3), [0, 0, 0].map(Atomic::new)));
    let let_go = |owner: usize| {
        let object = Arc::clone(&object);
        move || {
            object.0.touch();
            object.1[owner].store(1, Relaxed);
            let was_last = object.0.let_go();
            if was_last {
                assert_eq!([0, 1, 2].map(|i| object.1[i].load(Relaxed)), [1; 3]);
            }
            was_last
        }
    };
    let others = [spawn(let_go(0)), spawn(let_go(1))];
    let mine = let_go(2)();
    let [first, second] = others.map(|other| other.join().unwrap());
    assert_eq!(object.0.references.get(), 0);
    [first, second, mine]
}

/// One thread lets the last reference go, another tries to get one: if it gets it, the object stays until it
/// has let go too. The outcome says which of the two freed it; `None` if the other got no reference.
fn found_reference_keeps_object() -> (bool, Option<bool>) {
    let object = Arc::new(Object::new(1));
    let finder = {
        let object = Arc::clone(&object);
        spawn(move || {
            object.references.inc_if_nonzero().then(|| {
                object.touch();
                object.let_go()
            })
        })
    };
    object.touch();
    let mine = object.let_go();
    let theirs = finder.join().unwrap();
    assert_eq!(object.references.get(), 0);
    assert!(mine != (theirs == Some(true)), "exactly one frees it");
    assert!(!object.references.inc_if_nonzero());
    (mine, theirs)
}

/// An owner makes another reference and lets it go, while a thread finds one and keeps it: both are
/// counted.
fn two_ways_to_a_reference() -> u32 {
    let object = Arc::new(Object::new(2));
    let maker = {
        let object = Arc::clone(&object);
        spawn(move || {
            object.references.inc();
            object.touch();
            object.let_go()
        })
    };
    let finder = {
        let object = Arc::clone(&object);
        spawn(move || object.references.inc_if_nonzero())
    };
    assert!(!maker.join().unwrap());
    assert!(finder.join().unwrap());
    object.references.get()
}

/// The count is one below its greatest, and two make a reference each and let it go: either they were
/// never there at the same time, or the count stays saturated. No owner is ever the last.
fn overflow_beside_owners() -> u32 {
    let object = Arc::new(Object::new(MAX - 1));
    let other = {
        let object = Arc::clone(&object);
        spawn(move || {
            object.references.inc();
            assert!(!object.let_go());
        })
    };
    assert!(object.references.inc_if_nonzero());
    assert!(!object.let_go());
    other.join().unwrap();
    object.references.get()
}

/// A reference is given back by two threads: the object is freed once, and never again.
fn given_back_twice() -> [bool; 2] {
    let references = Arc::new(RefCount::new(1));
    let other = {
        let references = Arc::clone(&references);
        spawn(move || references.dec())
    };
    let mine = references.dec();
    let theirs = other.join().unwrap();
    assert!(references.is_saturated() && !references.dec());
    [mine, theirs]
}
