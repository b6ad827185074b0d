//! A waker that counts, and that panics where it is told to.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// A user's waker that can panic in its caller. Stays on its thread, as the tests here do.
#[derive(Default)]
pub(super) struct Probe {
    pub(super) wakes: Cell<usize>,
    pub(super) clones: Cell<usize>,
    pub(super) drops: Cell<usize>,
    pub(super) panics_in: Cell<Option<In>>,
}

/// Where to panic, once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum In {
    Wake,
    WakeByRef,
    Clone,
    Drop,
}

impl Probe {
    pub(super) fn new() -> Rc<Self> {
        Rc::default()
    }

    /// A probe whose wakers panic, the first time only.
    pub(super) fn that_panics_in(place: In) -> Rc<Self> {
        let probe = Self::new();
        probe.panics_in.set(Some(place));
        probe
    }

    pub(super) fn waker(self: &Rc<Self>) -> Waker {
        // SAFETY: the functions of `VTABLE` expect what `into_raw` gives; the wakers stay on this
        // thread, because the tests do.
        unsafe { Waker::from_raw(into_raw(Rc::clone(self))) }
    }

    /// How many wakers there are.
    pub(super) fn alive(self: &Rc<Self>) -> usize {
        Rc::strong_count(self) - 1
    }

    fn count(&self, what: &Cell<usize>, place: In) {
        what.set(what.get() + 1);
        if self.panics_in.get() == Some(place) {
            self.panics_in.set(None);
            panic!("the waker panics in {place:?}");
        }
    }
}

const VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        let probe = borrow(data);
        probe.count(&probe.clones, In::Clone);
        assert!(probe.clones.get() < 1000, "a poll goes round in circles");
        into_raw(Rc::clone(&probe))
    },
    |data| {
        let probe = take(data);
        probe.count(&probe.wakes, In::Wake);
    },
    |data| {
        let probe = borrow(data);
        probe.count(&probe.wakes, In::WakeByRef);
    },
    |data| {
        let probe = take(data);
        probe.count(&probe.drops, In::Drop);
    },
);

fn into_raw(probe: Rc<Probe>) -> RawWaker {
    RawWaker::new(Rc::into_raw(probe).cast(), &VTABLE)
}

/// The probe of a waker that goes away.
fn take(data: *const ()) -> Rc<Probe> {
    // SAFETY: from `into_raw`, and the last use of this waker.
    unsafe { Rc::from_raw(data.cast()) }
}

/// The probe of a waker that stays.
fn borrow(data: *const ()) -> std::mem::ManuallyDrop<Rc<Probe>> {
    std::mem::ManuallyDrop::new(take(data))
}
