//! Frontiers: none is left behind, and what completers did is seen, whichever of them advances.

use crate::models::wait::poll_once;
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::loom_hooks::complete_unreported;
use latchfree::watermark::{Closed, CompleteError, Frontier, TryCompleteError};
use loom::cell::UnsafeCell;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("watermark::frontier_leaves_no_range_behind", leaves_no_range_behind)
            .outcomes([(1, 2), (2, 0), (2, 2)]),
        Model::new("watermark::frontier_leaves_none_of_three_behind", leaves_none_of_three_behind)
            .outcomes([3])
            .preemptions(3),
        Model::new("watermark::frontier_publishes_ranges_that_others_pass", publishes)
            .outcomes([0, 1, 2]),
        Model::new("watermark::completion_publishes_what_it_reports", completion_publishes)
            .outcomes([(1, 2), (2, 0), (2, 2)]),
        Model::new("watermark::frontier_wakes_at_a_range_that_others_pass", wakes_a_waiter)
            .outcomes([2])
            .preemptions(2),
        Model::new("watermark::completer_waits_for_room", completer_waits_for_room)
            .outcomes([2])
            .preemptions(3),
        Model::new("watermark::completer_goes_on_behind_a_later_lap", passes_later_laps)
            .outcomes([2, 3])
            .preemptions(3),
        Model::new("watermark::late_completer_undoes_no_later_lap", undoes_no_later_lap)
            .outcomes([2])
            .preemptions(4),
        Model::new("watermark::closed_frontier_gives_the_range_back", gives_the_range_back)
            .outcomes([(Ok(2), 2), (Err(CompleteError::Closed(1..2)), 1)])
            .preemptions(3),
        Model::new("watermark::too_far_ahead_was_so_during_the_call", too_far_ahead)
            .outcomes([Ok(2), Err(TryCompleteError::TooFarAhead(1..2))]),
        Model::new("stopped::unpolled_completer_keeps_its_range_and_no_more", unpolled_completer)
            .outcomes([true, false])
            .preemptions(3),
    ]
}

/// A frontier, and what the completers of its first positions did.
struct Work {
    frontier: Frontier<2>,
    data: [UnsafeCell<u64>; 3],
}

// SAFETY: what is read is complete, or else loom finds the race, which is what the models are for.
unsafe impl Sync for Work {}
// SAFETY: as above.
unsafe impl Send for Work {}

impl Work {
    fn new() -> Arc<Self> {
        Arc::new(Self { frontier: Frontier::new(0), data: [(); 3].map(|()| UnsafeCell::new(0)) })
    }

    /// Does the work of one position.
    fn write(&self, at: u64) {
        // SAFETY: each position has one completer, and is read once it is complete.
        self.data[at as usize].with_mut(|data| unsafe { *data = at + 1 });
    }

    /// Sees all the work below a position.
    fn read(&self, below: u64) {
        for at in 0..below {
            // SAFETY: as for `write`.
            assert_eq!(self.data[at as usize].with(|data| unsafe { *data }), at + 1);
        }
    }
}

fn complete(frontier: &Frontier<2>, range: Range<u64>) -> u64 {
    frontier.try_complete(range).expect("there is room")
}

/// Two ranges complete at the same time: then the position is behind both, without a third call. Returns what each
/// was told.
fn leaves_no_range_behind() -> (u64, u64) {
    let frontier = Arc::new(Frontier::<2>::new(0));
    let second = {
        let frontier = Arc::clone(&frontier);
        spawn(move || complete(&frontier, 1..2))
    };
    let first = complete(&frontier, 0..1);
    let second = second.join().unwrap();
    assert_eq!(frontier.position(), 2, "left behind");
    (first, second)
}

/// The same with three. A completer may be in the middle of it when the window moves on.
fn leaves_none_of_three_behind() -> u64 {
    let frontier = Arc::new(Frontier::<4>::new(0));
    let others = [1, 2].map(|at| {
        let frontier = Arc::clone(&frontier);
        spawn(move || frontier.try_complete(at..at + 1).expect("there is room"))
    });
    let _ = frontier.try_complete(0..1).expect("there is room");
    for other in others {
        other.join().unwrap();
    }
    frontier.position()
}

/// A reader sees the work of all below the position, whichever completer advanced over it.
fn publishes() -> u64 {
    let work = Work::new();
    let completers = [1, 0].map(|at| {
        let work = Arc::clone(&work);
        spawn(move || {
            work.write(at);
            complete(&work.frontier, at..at + 1);
        })
    });
    let position = work.frontier.position();
    work.read(position);
    for completer in completers {
        completer.join().unwrap();
    }
    work.read(work.frontier.position());
    position
}

/// A completer sees the work of all below the position that it is told.
fn completion_publishes() -> (u64, u64) {
    let work = Work::new();
    let part = |at| {
        let work = Arc::clone(&work);
        move || {
            work.write(at);
            let position = complete(&work.frontier, at..at + 1);
            work.read(position);
            position
        }
    };
    let second = spawn(part(1));
    let first = part(0)();
    (first, second.join().unwrap())
}

/// One thread waits for a range that its completer may leave to another.
fn wakes_a_waiter() -> u64 {
    let work = Work::new();
    let waiter = {
        let work = Arc::clone(&work);
        spawn(move || {
            let position = work.frontier.wait_for(2).unwrap();
            work.read(position);
            position
        })
    };
    let second = {
        let work = Arc::clone(&work);
        spawn(move || {
            work.write(1);
            complete(&work.frontier, 1..2);
        })
    };
    work.write(0);
    complete(&work.frontier, 0..1);
    second.join().unwrap();
    waiter.join().unwrap()
}

/// A window of one: the second range has to wait, in a slot that the first one has used.
fn completer_waits_for_room() -> u64 {
    let frontier = Arc::new(Frontier::<1>::new(0));
    let second = {
        let frontier = Arc::clone(&frontier);
        spawn(move || frontier.complete(1..2).unwrap())
    };
    frontier.complete(0..1).unwrap();
    assert_eq!(second.join().unwrap(), 2);
    frontier.position()
}

/// The first two complete beside a third, which may use the slot of the first for its next lap, and stop there:
/// when the two have returned, their ranges are passed all the same.
fn passes_later_laps() -> u64 {
    let frontier = Arc::new(Frontier::<2>::new(0));
    let completers = [0, 1].map(|at| {
        let frontier = Arc::clone(&frontier);
        spawn(move || complete(&frontier, at..at + 1))
    });
    let later = {
        let frontier = Arc::clone(&frontier);
        spawn(move || frontier.try_complete(2..3))
    };
    for completer in completers {
        completer.join().unwrap();
    }
    let position = frontier.position();
    let _ = later.join().unwrap();
    position
}

/// A range that is completed twice, the second time when its slot is another's: what that has recorded stays.
fn undoes_no_later_lap() -> u64 {
    let frontier = Arc::new(Frontier::<1>::new(0));
    let again = {
        let frontier = Arc::clone(&frontier);
        spawn(move || complete_unreported(&frontier, 0..1))
    };
    complete_unreported(&frontier, 0..1);
    frontier.try_complete(1..2).unwrap();
    again.join().unwrap();
    frontier.position()
}

/// A completer waits for room, and gets it, or the close comes first.
fn gives_the_range_back() -> (Result<u64, CompleteError>, u64) {
    let frontier = Arc::new(Frontier::<1>::new(0));
    let ahead = {
        let frontier = Arc::clone(&frontier);
        spawn(move || frontier.complete(1..2))
    };
    frontier.close();
    assert_eq!(frontier.try_complete(0..1), Ok(1));
    let result = ahead.join().unwrap();
    assert_eq!(frontier.wait_for(3), Err(Closed));
    (result, frontier.position())
}

/// A completer whose room is being made is told so, or completes.
fn too_far_ahead() -> Result<u64, TryCompleteError> {
    let shared = Arc::new((Frontier::<1>::new(0), Atomic::new(false)));
    let ahead = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let is_over = shared.1.load(latchfree::atomic::Acquire);
            let result = shared.0.try_complete(1..2);
            assert!(!is_over || result.is_ok(), "there was room before the call");
            result
        })
    };
    shared.0.try_complete(0..1).unwrap();
    shared.1.store(true, latchfree::atomic::Release);
    ahead.join().unwrap()
}

/// A task that waits for room is not polled again: others get room all the same, up to its range.
fn unpolled_completer() -> bool {
    let shared = Arc::new((Frontier::<1>::new(0), Atomic::new(0)));
    let stopped = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let ahead = shared.0.complete_async(1..2);
            let mut ahead = Box::pin(ahead);
            let is_ready = poll_once(ahead.as_mut()).is_ready();
            std::mem::forget(ahead);
            is_ready
        })
    };
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            assert!(shared.0.wait_for(1).unwrap() >= 1);
            shared.1.store(1, Relaxed);
        })
    };
    shared.0.try_complete(0..1).unwrap();
    waiter.join().unwrap();
    let is_ready = stopped.join().unwrap();
    let again = pin!(shared.0.complete_async(1..2));
    if !is_ready {
        assert!(poll_once(again).is_ready());
    }
    assert_eq!(shared.0.position(), 2);
    is_ready
}
