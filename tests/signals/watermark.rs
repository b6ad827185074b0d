//! Positions that a handler reaches.

pub(crate) mod frontier;

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::watermark::{Closed, Watermark};
use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

crate::runner::scenarios! {
    advance_reaches_a_task_that_begins_to_wait
    advance_reaches_a_task_that_waits_on
    advance_reaches_a_task_beside_one_that_begins_to_wait
    advance_reaches_a_task_beside_one_that_gives_up
    advance_reaches_a_task_beside_another_advance
    furthest_advance_wins
    position_never_goes_back
    close_reaches_a_task_that_begins_to_wait
}

fn advance_reaches_a_task_that_begins_to_wait() {
    let (watermark, task) = (Watermark::new(0), Task::default());
    let mut waiting = pin!(watermark.wait_for_async(3));
    let polled = interrupted(|| task.poll(waiting.as_mut()), || assert!(watermark.advance_to(5)));
    assert_eq!(task.finish(waiting.as_mut(), polled), Ok(5));
}

/// Polled again, by another task.
fn advance_reaches_a_task_that_waits_on() {
    let (watermark, first, second) = (Watermark::new(0), Task::default(), Task::default());
    let mut waiting = pin!(watermark.wait_for_async(3));
    assert!(first.poll(waiting.as_mut()).is_pending());
    let polled = interrupted(|| second.poll(waiting.as_mut()), || assert!(watermark.advance_to(5)));
    let task = if first.wakes() > 0 { &first } else { &second };
    assert_eq!(task.finish(waiting.as_mut(), polled), Ok(5));
}

fn advance_reaches_a_task_beside_one_that_begins_to_wait() {
    let (watermark, task, other) = (Watermark::new(0), Task::default(), Task::default());
    let (mut waiting, mut beginning) =
        (pin!(watermark.wait_for_async(3)), pin!(watermark.wait_for_async(9)));
    assert!(task.poll(waiting.as_mut()).is_pending());
    let polled =
        interrupted(|| other.poll(beginning.as_mut()), || assert!(watermark.advance_to(5)));
    assert_eq!(task.finish(waiting.as_mut(), Poll::Pending), Ok(5));
    assert!(polled.is_pending() && other.wakes() == 0);
    assert!(watermark.advance_to(9));
    assert_eq!(other.finish(beginning.as_mut(), polled), Ok(9));
}

fn advance_reaches_a_task_beside_one_that_gives_up() {
    let (watermark, task, other) = (Watermark::new(0), Task::default(), Task::default());
    let (mut waiting, mut giving_up) =
        (pin!(watermark.wait_for_async(3)), pin!(watermark.wait_for_async(2)));
    assert!(other.poll(giving_up.as_mut()).is_pending());
    assert!(task.poll(waiting.as_mut()).is_pending());
    interrupted(|| giving_up.set(watermark.wait_for_async(0)), || assert!(watermark.advance_to(5)));
    assert_eq!(task.finish(waiting.as_mut(), Poll::Pending), Ok(5));
}

fn advance_reaches_a_task_beside_another_advance() {
    let (watermark, first, second) = (Watermark::new(0), Task::default(), Task::default());
    let (mut early, mut late) =
        (pin!(watermark.wait_for_async(2)), pin!(watermark.wait_for_async(4)));
    assert!(first.poll(early.as_mut()).is_pending() && second.poll(late.as_mut()).is_pending());
    interrupted(|| watermark.advance_to(2), || assert!(watermark.advance_to(4)));
    assert_eq!(first.finish(early.as_mut(), Poll::Pending), Ok(4));
    assert_eq!(second.finish(late.as_mut(), Poll::Pending), Ok(4));
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
}

fn furthest_advance_wins() {
    let watermark = Watermark::new(0);
    interrupted(|| assert!(watermark.advance_to(7)), || _ = watermark.advance_to(5));
    assert_eq!(watermark.get(), 7);
}

fn position_never_goes_back() {
    let (watermark, seen) = (Watermark::new(1), Cell::new(0));
    let before = interrupted(|| watermark.get(), || seen.set(u64::from(watermark.advance_to(2))));
    assert!(before <= watermark.get() && (watermark.get(), seen.get()) == (2, 1));
}

fn close_reaches_a_task_that_begins_to_wait() {
    let (watermark, task) = (Watermark::new(0), Task::default());
    let mut waiting = pin!(watermark.wait_for_async(3));
    let polled = interrupted(|| task.poll(waiting.as_mut()), || watermark.close());
    assert_eq!(task.finish(waiting.as_mut(), polled), Err(Closed));
}
