//! Ranges that a handler completes.

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::watermark::{CompleteError, Frontier, TryCompleteError};
use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

crate::runner::scenarios! {
    completion_beside_the_one_in_front_leaves_nothing_behind
    completion_beside_the_one_behind_leaves_nothing_behind
    completion_of_later_laps_beside_one_is_passed
    completion_reaches_a_task_beside_another_completion
    completion_makes_room_for_a_task_that_begins_to_wait
    completion_that_is_tried_beside_another_has_room_or_has_not
    close_reaches_a_task_that_waits_for_room
}

/// The handler completes what `main` is before.
fn completion_beside_the_one_in_front_leaves_nothing_behind() {
    let (frontier, seen) = (Frontier::<4>::new(0), Cell::new(0));
    let mains = interrupted(
        || frontier.try_complete(0..1),
        || seen.set(frontier.try_complete(1..3).unwrap()),
    );
    assert_eq!(frontier.position(), 3);
    assert!(mains == Ok(3) || (mains, seen.get()) == (Ok(1), 3));
}

/// The handler completes what `main` is behind.
fn completion_beside_the_one_behind_leaves_nothing_behind() {
    let (frontier, seen) = (Frontier::<4>::new(0), Cell::new(0));
    let mains = interrupted(
        || frontier.try_complete(1..3),
        || seen.set(frontier.try_complete(0..1).unwrap()),
    );
    assert_eq!(frontier.position(), 3);
    assert!([(Ok(3), 1), (Ok(3), 3), (Ok(0), 3)].contains(&(mains, seen.get())));
}

/// The handler goes round more than once, in the middle of a completion that has been recorded or not.
fn completion_of_later_laps_beside_one_is_passed() {
    let (frontier, last) = (Frontier::<2>::new(0), Cell::new(0));
    frontier.try_complete(1..2).unwrap();
    let mains = interrupted(
        || frontier.try_complete(0..1),
        || {
            let mut at = 2;
            while at < 9 && frontier.try_complete(at..at + 1).is_ok() {
                at += 1;
            }
            last.set(at);
        },
    );
    // Before `main` has recorded its range, there is no room for the handler's.
    assert_eq!(frontier.position(), last.get());
    assert!([2, 9].contains(&last.get()));
    assert!(mains.is_ok_and(|position| (2..=9).contains(&position)));
}

fn completion_reaches_a_task_beside_another_completion() {
    let (frontier, first, second) = (Frontier::<4>::new(0), Task::default(), Task::default());
    let (mut early, mut late) =
        (pin!(frontier.wait_for_async(1)), pin!(frontier.wait_for_async(2)));
    assert!(first.poll(early.as_mut()).is_pending() && second.poll(late.as_mut()).is_pending());
    interrupted(|| frontier.try_complete(0..1), || _ = frontier.try_complete(1..2).unwrap())
        .unwrap();
    assert_eq!(first.finish(early.as_mut(), Poll::Pending), Ok(2));
    assert_eq!(second.finish(late.as_mut(), Poll::Pending), Ok(2));
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
}

fn completion_makes_room_for_a_task_that_begins_to_wait() {
    let (frontier, task) = (Frontier::<2>::new(0), Task::default());
    let mut ahead = pin!(frontier.complete_async(2..3));
    let polled =
        interrupted(|| task.poll(ahead.as_mut()), || _ = frontier.try_complete(0..2).unwrap());
    assert_eq!(task.finish(ahead.as_mut(), polled), Ok(3));
}

fn completion_that_is_tried_beside_another_has_room_or_has_not() {
    let (frontier, tried) = (Frontier::<1>::new(0), Cell::new(Ok(0)));
    let mains = interrupted(
        || frontier.try_complete(0..1),
        || tried.replace(frontier.try_complete(1..2)).map(drop).unwrap(),
    );
    match tried.replace(Ok(0)) {
        Ok(position) => assert_eq!((position, frontier.position()), (2, 2)),
        Err(error) => {
            assert_eq!(error, TryCompleteError::TooFarAhead(1..2));
            assert_eq!(frontier.position(), 1);
        }
    }
    assert!(mains.is_ok());
}

fn close_reaches_a_task_that_waits_for_room() {
    let (frontier, task) = (Frontier::<2>::new(0), Task::default());
    let mut ahead = pin!(frontier.complete_async(2..3));
    let polled = interrupted(|| task.poll(ahead.as_mut()), || frontier.close());
    assert_eq!(task.finish(ahead.as_mut(), polled), Err(CompleteError::Closed(2..3)));
}
