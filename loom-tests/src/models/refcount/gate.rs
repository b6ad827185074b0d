//! Gates: none is inside an idle one, none enters after the close, and no wake-up is lost.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::loom_hooks::with_spin_lock;
use latchfree::refcount::Gate;
use loom::cell::UnsafeCell;
use std::sync::Arc;
use std::time::Duration;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("refcount::none_is_inside_an_idle_gate", none_is_inside_an_idle_gate)
            .outcomes([true, false])
            .preemptions(3),
        Model::new("refcount::gate_of_two_is_idle_when_both_have_left", both_have_left)
            .outcomes([[true, true], [true, false], [false, true], [false, false]])
            .preemptions(3),
        Model::new("refcount::each_entry_is_counted_or_refused", each_entry_is_counted_or_refused)
            .outcomes([(true, 0), (true, 1), (false, 0)]),
        Model::new("refcount::last_one_to_leave_wakes_the_waiter", || {
            last_one_to_leave_wakes_the_waiter(Gate::new())
        })
        .outcomes([()])
        .preemptions(3),
        Model::new("refcount::last_one_to_leave_wakes_the_waiter_under_a_spin_lock", || {
            last_one_to_leave_wakes_the_waiter(with_spin_lock(Gate::new))
        })
        .outcomes([()])
        .preemptions(2),
        Model::new("refcount::close_of_an_empty_gate_wakes", close_of_an_empty_gate_wakes)
            .outcomes([1])
            .preemptions(3),
        Model::new("refcount::refused_entry_keeps_no_waiter", refused_entry_keeps_no_waiter)
            .outcomes([(true, true), (true, false), (false, true), (false, false)])
            .preemptions(2),
        Model::new("refcount::refusal_publishes_what_the_closer_did", refusal_publishes)
            .outcomes([None, Some(1)])
            .preemptions(3),
        Model::new("refcount::closed_gate_publishes_what_the_closer_did", || {
            close_publishes(Gate::is_closed)
        })
        .outcomes([None, Some(1)])
        .preemptions(3),
        Model::new("refcount::second_closer_sees_what_the_first_did", || {
            close_publishes(|gate| !gate.close())
        })
        .outcomes([None, Some(1)])
        .preemptions(3),
        Model::new("refcount::one_that_is_no_longer_counted_has_left", no_longer_counted)
            .outcomes([None, Some(1)]),
    ]
}

/// What may be used inside, and is freed behind the gate. Loom sees a use that nothing orders before that.
struct Guarded {
    gate: Gate,
    is_freed: UnsafeCell<bool>,
}

// SAFETY: the gate guards the plain memory, or loom sees that it does not.
unsafe impl Sync for Guarded {}

impl Guarded {
    fn new() -> Arc<Self> {
        Arc::new(Self { gate: Gate::new(), is_freed: UnsafeCell::new(false) })
    }

    /// Uses it, if the gate is open. Returns whether it is.
    fn touch(&self) -> bool {
        let Ok(_inside) = self.gate.enter() else { return false };
        // SAFETY: plain memory that the gate guards; loom checks it.
        self.is_freed.with(|is_freed| assert!(!unsafe { *is_freed }, "used after it was freed"));
        true
    }

    fn free(&self) {
        // SAFETY: as in `touch`.
        self.is_freed.with_mut(|is_freed| assert!(!unsafe { is_freed.replace(true) }));
    }
}

/// One thread enters, another closes and waits: all that is done inside is over then. Returns whether the first was
/// let in.
fn none_is_inside_an_idle_gate() -> bool {
    let shared = Guarded::new();
    let user = {
        let shared = Arc::clone(&shared);
        spawn(move || shared.touch())
    };
    assert!(shared.gate.close());
    shared.gate.wait_idle();
    shared.free();
    assert!(!shared.touch() && shared.gate.is_idle());
    user.join().unwrap()
}

/// Two threads enter. The closer looks, without waiting.
fn both_have_left() -> [bool; 2] {
    let shared = Guarded::new();
    let users = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        spawn(move || shared.touch())
    });
    assert!(shared.gate.close());
    if shared.gate.is_idle() {
        shared.free();
    }
    let were_inside = users.map(|user| user.join().unwrap());
    assert!(shared.gate.is_idle());
    were_inside
}

/// One enters and stays. The closer finds it inside if it was let in before, and not at all if it was refused.
fn each_entry_is_counted_or_refused() -> (bool, u64) {
    let gate = Arc::new(Gate::new());
    let user = {
        let gate = Arc::clone(&gate);
        spawn(move || gate.enter().map(std::mem::forget).is_ok())
    };
    let before = gate.inside();
    assert!(gate.close());
    let inside = gate.inside();
    assert!(before <= inside);
    let was_let_in = user.join().unwrap();
    assert_eq!((gate.inside(), gate.is_idle()), (inside, inside == 0));
    assert_eq!(inside, u64::from(was_let_in));
    (was_let_in, before)
}

/// Two are inside at the close, and leave at the same time. Whichever comes last wakes the waiter.
fn last_one_to_leave_wakes_the_waiter(gate: Gate) {
    let gate = Arc::new(gate);
    let (one, other) = [(); 2].map(|()| Arc::clone(&gate).enter_owned().unwrap()).into();
    assert!(gate.close());
    let leaves = spawn(move || drop(one));
    let waiter = {
        let gate = Arc::clone(&gate);
        spawn(move || gate.wait_idle())
    };
    drop(other);
    leaves.join().unwrap();
    waiter.join().unwrap();
}

/// A thread waits while the gate is open, and sees what the closer did.
fn close_of_an_empty_gate_wakes() -> u32 {
    let shared = Arc::new((Gate::new(), Atomic::new(0u32)));
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.wait_idle();
            shared.1.load(Relaxed)
        })
    };
    shared.1.store(1, Relaxed);
    shared.0.close();
    waiter.join().unwrap()
}

/// One enters, or is refused, while another waits, and a third has no time to wait. Returns whether the first was let
/// in, and whether the third found the gate idle.
fn refused_entry_keeps_no_waiter() -> (bool, bool) {
    let gate = Arc::new(Gate::new());
    let user = {
        let gate = Arc::clone(&gate);
        spawn(move || gate.enter().is_ok())
    };
    let impatient = {
        let gate = Arc::clone(&gate);
        spawn(move || gate.wait_idle_timeout(Duration::ZERO))
    };
    gate.close();
    gate.wait_idle();
    (user.join().unwrap(), impatient.join().unwrap())
}

/// A thread that is refused sees what the closer did before.
fn refusal_publishes() -> Option<u32> {
    close_publishes(|gate| gate.enter().is_err())
}

/// A thread that `finds` the gate closed sees what the closer did before, also if others have entered and left
/// meanwhile.
fn close_publishes(finds: fn(&Gate) -> bool) -> Option<u32> {
    let shared = Arc::new((Gate::new(), Atomic::new(0u32)));
    let closer = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            shared.0.close();
        })
    };
    let user = {
        let shared = Arc::clone(&shared);
        spawn(move || drop(shared.0.enter()))
    };
    let seen = finds(&shared.0).then(|| shared.1.load(Relaxed));
    closer.join().unwrap();
    user.join().unwrap();
    seen
}

/// One that was inside has left an open gate: what it did inside is over.
fn no_longer_counted() -> Option<u32> {
    let shared = Arc::new((Arc::new(Gate::new()), Atomic::new(0u32)));
    let inside = Arc::clone(&shared.0).enter_owned().unwrap();
    let entered = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            drop(inside);
        })
    };
    let seen = (shared.0.inside() == 0).then(|| shared.1.load(Relaxed));
    entered.join().unwrap();
    seen
}
