use super::*;
use crate::wait::Count;
use crate::watermark::CompleteError;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::boxed::Box;
use std::format;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Wake;
use std::vec::Vec;

use TryCompleteError::{TooFarAhead, TooLong};

#[test]
fn position_waits_for_the_range_in_front() {
    let frontier = Frontier::<8>::new(0);
    for at in (1..8).rev() {
        assert_eq!(frontier.try_complete(at..at + 1), Ok(0));
    }
    assert_eq!(frontier.try_complete(0..1), Ok(8));
    assert_eq!(frontier.position(), 8);
}

/// Two laps and more, from near each end and each change of sign, one position at a time and in ranges of the
/// length of the window.
#[test]
fn position_passes_any_number_of_laps() {
    for start in [0, 5, (1 << 32) - 3, (1 << 62) - 3, (1 << 63) - 3, u64::MAX - 20] {
        let frontier = Frontier::<4>::new(start);
        for at in (start..start + 12).step_by(2) {
            assert_eq!(frontier.try_complete(at + 1..at + 2), Ok(at));
            assert_eq!(frontier.try_complete(at..at + 1), Ok(at + 2));
        }
        for at in [start + 12, start + 16] {
            assert_eq!(frontier.try_complete(at..at + 4), Ok(at + 4));
        }
        assert_eq!(frontier.position(), start + 20);
    }
}

#[test]
fn last_position_can_be_completed() {
    let frontier = Frontier::<4>::new(u64::MAX - 3);
    assert_eq!(frontier.try_complete(u64::MAX - 1..u64::MAX), Ok(u64::MAX - 3));
    assert_eq!(frontier.try_complete(u64::MAX - 3..u64::MAX - 1), Ok(u64::MAX));
    assert_eq!(frontier.try_complete(u64::MAX..u64::MAX), Ok(u64::MAX));
}

#[test]
fn range_outside_of_the_window_comes_back() {
    let frontier = Frontier::<4>::new(10);
    assert_eq!(frontier.try_complete(14..15), Err(TooFarAhead(14..15)));
    assert_eq!(frontier.try_complete(11..15), Err(TooFarAhead(11..15)));
    assert_eq!(frontier.try_complete(10..15), Err(TooLong(10..15)));
    assert_eq!(
        frontier.try_complete(u64::MAX - 4..u64::MAX),
        Err(TooFarAhead(u64::MAX - 4..u64::MAX))
    );
    assert_eq!(frontier.try_complete(0..u64::MAX), Err(TooLong(0..u64::MAX)));
    // Nothing was recorded:
    assert_eq!(frontier.try_complete(10..11), Ok(11));
    assert_eq!(frontier.try_complete(11..15), Ok(15));
}

#[test]
fn empty_range_is_complete() {
    let frontier = Frontier::<2>::new(3);
    for at in [0, 3, 4, 5, 1000, u64::MAX] {
        assert_eq!(frontier.try_complete(at..at), Ok(3));
    }
    assert_eq!(frontier.try_complete(3..4), Ok(4));
}

#[test]
fn window_of_one_takes_one_at_a_time() {
    let frontier = Frontier::<1>::new(0);
    for at in 0..5 {
        assert_eq!(frontier.try_complete(at + 1..at + 2), Err(TooFarAhead(at + 1..at + 2)));
        assert_eq!(frontier.try_complete(at..at + 1), Ok(at + 1));
    }
}

/// More ranges than one advance follows in one go.
#[test]
fn long_run_is_passed_by_one_completer() {
    let frontier = Frontier::<256>::new(0);
    (1..256).for_each(|at| assert_eq!(frontier.try_complete(at..at + 1), Ok(0)));
    assert_eq!(frontier.try_complete(0..1), Ok(256));
}

/// What a build without debug assertions does: those that are completed twice change nothing, and the ranges of
/// others are passed.
#[test]
fn double_completion_loses_nothing_else() {
    let frontier = Frontier::<4>::new(0);
    let complete = |range| frontier.record_unreported(range);
    assert_eq!(complete(1..2), (0, false));
    assert_eq!(complete(1..2), (0, true));
    assert_eq!(complete(0..1), (2, false));
    // Behind the position, in a slot that a later lap has.
    assert_eq!(complete(4..5), (2, false));
    assert_eq!(complete(0..1), (2, true));
    assert_eq!(complete(5..6), (2, false));
    assert_eq!(complete(2..4), (6, false));
    assert_eq!(complete(4..5), (6, true));
    assert_eq!(complete(6..7), (7, false));
}

#[test]
fn overlap_loses_nothing_else() {
    // Two that begin together: the longer one counts.
    let frontier = Frontier::<8>::new(0);
    assert_eq!(frontier.record_unreported(1..3), (0, false));
    assert_eq!(frontier.record_unreported(1..5), (0, true));
    assert_eq!(frontier.record_unreported(5..6), (0, false));
    assert_eq!(frontier.record_unreported(0..1), (6, false));

    // One inside another: it is passed over, and noticed when it is.
    let frontier = Frontier::<8>::new(0);
    assert_eq!(frontier.record_unreported(1..5), (0, false));
    assert_eq!(frontier.record_unreported(2..4), (0, false));
    assert_eq!(frontier.record_unreported(5..6), (0, false));
    assert_eq!(frontier.record_unreported(0..1), (6, cfg!(debug_assertions)));
    assert_eq!(frontier.record_unreported(6..8), (8, false));
    assert_eq!(frontier.record_unreported(8..16), (16, false), "what is left of it is nothing");
}

#[cfg(debug_assertions)]
mod reports {
    use super::*;

    #[test]
    #[should_panic = "completed twice, or overlaps"]
    fn range_that_is_pending_is_reported_if_it_is_completed_again() {
        let frontier = Frontier::<4>::new(0);
        assert_eq!(frontier.try_complete(1..2), Ok(0));
        let _ = frontier.try_complete(1..2);
    }

    #[test]
    #[should_panic = "completed twice, or overlaps"]
    fn range_behind_the_position_is_reported() {
        let _ = Frontier::<4>::new(2).try_complete(1..2);
    }

    #[test]
    #[should_panic = "completed twice, or overlaps"]
    fn range_inside_another_is_reported_when_both_are_passed() {
        let frontier = Frontier::<4>::new(0);
        assert_eq!((frontier.try_complete(1..4), frontier.try_complete(2..3)), (Ok(0), Ok(0)));
        let _ = frontier.try_complete(0..1);
    }

    #[test]
    #[should_panic = "ends before its start"]
    #[expect(clippy::reversed_empty_ranges, reason = "the mistake that is reported")]
    fn range_that_ends_before_its_start_is_reported() {
        let _ = Frontier::<4>::new(0).try_complete(2..1);
    }

    /// The panic comes when all is done.
    #[test]
    fn report_leaves_nothing_behind() {
        let frontier = Frontier::<8>::new(0);
        assert_eq!((frontier.try_complete(1..5), frontier.try_complete(2..3)), (Ok(0), Ok(0)));
        assert_eq!(frontier.try_complete(5..6), Ok(0));
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut waiting = pin!(frontier.wait_for_async(6));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(catch_unwind(AssertUnwindSafe(|| frontier.try_complete(0..1))).is_err());
        assert_eq!((frontier.position(), count.get()), (6, 1));
    }
}

/// Waiters for positions and for room are woken at their positions, and not before.
#[test]
fn completion_wakes_those_that_it_reaches() {
    let frontier = Frontier::<4>::new(0);
    let counts: [Arc<Count>; 4] = Default::default();
    let wakers = counts.each_ref().map(|count| Waker::from(Arc::clone(count)));
    let woken = || counts.each_ref().map(|count| count.get());
    let mut contexts = wakers.each_ref().map(Context::from_waker);
    let [early, late, near, far] = &mut contexts;
    let (mut at_2, mut at_4) = (pin!(frontier.wait_for_async(2)), pin!(frontier.wait_for_async(4)));
    let (mut to_5, mut to_8) =
        (pin!(frontier.complete_async(4..5)), pin!(frontier.complete_async(5..8)));
    assert!(at_2.as_mut().poll(early).is_pending() && at_4.as_mut().poll(late).is_pending());
    assert!(to_5.as_mut().poll(near).is_pending() && to_8.as_mut().poll(far).is_pending());

    assert_eq!(frontier.try_complete(1..2), Ok(0));
    assert_eq!(woken(), [0; 4]);
    assert_eq!(frontier.try_complete(0..1), Ok(2));
    assert_eq!(woken(), [1, 0, 1, 0]);
    assert_eq!(to_5.as_mut().poll(near), Poll::Ready(Ok(2)));
    assert_eq!(frontier.try_complete(2..4), Ok(5));
    assert_eq!(woken(), [1; 4]);
    assert_eq!(to_8.as_mut().poll(far), Poll::Ready(Ok(8)));
    assert_eq!(at_2.as_mut().poll(early), Poll::Ready(Ok(8)));
    assert_eq!(at_4.as_mut().poll(late), Poll::Ready(Ok(8)));
    // Polled once too often, it does not complete its range again.
    assert_eq!(to_5.as_mut().poll(near), Poll::Ready(Ok(8)));
}

#[test]
fn dropped_completion_has_recorded_nothing() {
    let frontier = Frontier::<2>::new(0);
    let mut cx = Context::from_waker(Waker::noop());
    drop(frontier.complete_async(0..1));
    {
        let mut ahead = pin!(frontier.complete_async(2..3));
        assert!(ahead.as_mut().poll(&mut cx).is_pending());
        assert_eq!(frontier.try_complete(0..1), Ok(1)); // now there would be room
    }
    assert_eq!(frontier.try_complete(1..2), Ok(2));
    assert_eq!(frontier.try_complete(2..3), Ok(3));
    assert!(format!("{:?}", frontier.complete_async(0..1)).contains("0..1"));
}

#[test]
fn task_is_told_what_cannot_be_completed() {
    let frontier = Frontier::<2>::new(0);
    let mut cx = Context::from_waker(Waker::noop());
    let long = pin!(frontier.complete_async(0..3)).poll(&mut cx);
    assert_eq!(long, Poll::Ready(Err(CompleteError::TooLong(0..3))));
    assert_eq!(pin!(frontier.complete_async(9..9)).poll(&mut cx), Poll::Ready(Ok(0)));
    frontier.close();
    let ahead = pin!(frontier.complete_async(2..3)).poll(&mut cx);
    assert_eq!(ahead, Poll::Ready(Err(CompleteError::Closed(2..3))));
    assert_eq!(pin!(frontier.complete_async(0..1)).poll(&mut cx), Poll::Ready(Ok(1)));
    assert_eq!(format!("{frontier:?}"), "Frontier { position: 1, window: 2, closed: true, .. }");
}

/// A waker that panics, in the completion that closes a gap of more ranges than are followed in one go.
#[test]
fn panic_in_a_waker_leaves_no_range_behind() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("a waker");
        }
    }
    let frontier = Frontier::<256>::new(0);
    let good = Arc::new(Count::default());
    let mut waits: Vec<_> = [1, 2, 256].map(|at| Box::pin(frontier.wait_for_async(at))).into();
    let wakers = [Waker::from(Arc::new(Bad)), Arc::clone(&good).into(), Arc::clone(&good).into()];
    for (wait, waker) in waits.iter_mut().zip(&wakers) {
        assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    (1..256).for_each(|at| assert_eq!(frontier.try_complete(at..at + 1), Ok(0)));
    assert!(catch_unwind(AssertUnwindSafe(|| frontier.try_complete(0..1))).is_err());
    assert_eq!((frontier.position(), good.get()), (256, 2));
}

/// A waker that completes what comes next.
#[test]
fn waker_may_complete_ranges() {
    static FRONTIER: Frontier<2> = Frontier::new(0);
    struct Next;
    impl Wake for Next {
        fn wake(self: Arc<Self>) {
            assert_eq!(FRONTIER.try_complete(1..3), Ok(3));
        }
    }
    let mut waiting = pin!(FRONTIER.wait_for_async(1));
    let waker = Waker::from(Arc::new(Next));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(FRONTIER.try_complete(0..1), Ok(1), "the position when it was done");
    assert_eq!(FRONTIER.position(), 3);
}

#[cfg(feature = "std")]
#[test]
fn blocked_completers_get_room_or_their_ranges_back() {
    use crate::watermark::CompleteTimeoutError;
    use core::time::Duration;
    use std::thread;
    let frontier = Frontier::<2>::new(0);
    let patience = Duration::from_secs(60);
    thread::scope(|scope| {
        let next = scope.spawn(|| frontier.complete(2..3));
        let beyond = scope.spawn(|| frontier.complete(5..6));
        let limited = scope.spawn(|| frontier.complete_timeout(6..7, patience));
        thread::sleep(Duration::from_millis(20));
        assert!(!next.is_finished());
        frontier.complete(0..1).unwrap();
        assert!(next.join().unwrap().is_ok());
        assert_eq!(frontier.complete(1..2), Ok(3));
        assert!(!beyond.is_finished() && !limited.is_finished());
        frontier.close();
        assert_eq!(beyond.join().unwrap(), Err(CompleteError::Closed(5..6)));
        assert_eq!(limited.join().unwrap(), Err(CompleteTimeoutError::Closed(6..7)));
    });
    assert_eq!(frontier.complete(9..12), Err(CompleteError::TooLong(9..12)));
    let long = frontier.complete_timeout(9..12, patience);
    assert_eq!(long, Err(CompleteTimeoutError::TooLong(9..12)));
    let late = Frontier::<2>::new(0).complete_timeout(2..3, Duration::ZERO);
    assert_eq!(late, Err(CompleteTimeoutError::Timeout(2..3)));
}
