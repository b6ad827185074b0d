//! `Watermark` against a maximum.

mod frontier;

use crate::support::{Count, boundary_u64, cases, steps};
use latchfree::watermark::{Closed, WaitFuture, WaitTimeoutError, Watermark};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

#[derive(Clone, Debug)]
enum Op {
    AdvanceTo(u64),
    AdvanceOver(u64),
    Close,
    CloseAt(u64),
    Reset(u64),
    #[cfg(feature = "std")]
    WaitFor(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let position = || prop_oneof![0u64..50, boundary_u64()];
    let change = prop_oneof![
        4 => position().prop_map(Op::AdvanceTo),
        4 => position().prop_map(Op::AdvanceOver),
        1 => Just(Op::Close),
        1 => position().prop_map(Op::CloseAt),
        1 => position().prop_map(Op::Reset),
    ];
    #[cfg(feature = "std")]
    return prop_oneof![10 => change, 4 => position().prop_map(Op::WaitFor)];
    #[cfg(not(feature = "std"))]
    return change;
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn watermark_moves_like_a_maximum(start in boundary_u64(), ops in vec(op(), steps(40))) {
        let mut watermark = Watermark::new(start);
        let (mut position, mut end) = (start, u64::MAX);
        for op in ops {
            match op {
                Op::AdvanceTo(to) => {
                    prop_assert_eq!(watermark.advance_to(to), to > position);
                    position = position.max(to);
                }
                Op::AdvanceOver(to) => {
                    let expected = if to > position { position..to } else { to..to };
                    prop_assert_eq!(watermark.advance_over(to), expected);
                    position = position.max(to);
                }
                Op::Close => {
                    watermark.close();
                    end = 0;
                }
                Op::CloseAt(last) => {
                    watermark.close_at(last);
                    end = end.min(last);
                }
                Op::Reset(to) => {
                    watermark.reset(to);
                    (position, end) = (to, u64::MAX);
                }
                #[cfg(feature = "std")]
                Op::WaitFor(at_least) => waits(&watermark, at_least, position, end),
            }
            let is_closed = end < u64::MAX;
            prop_assert_eq!((watermark.get(), watermark.is_closed()), (position, is_closed));
        }
    }
}

#[cfg(feature = "std")]
fn waits(watermark: &Watermark, at_least: u64, position: u64, end: u64) {
    use std::time::Duration;
    let expected = match (at_least <= position, at_least > end) {
        (true, _) => Ok(position),
        (false, true) => Err(WaitTimeoutError::Closed),
        (false, false) => Err(WaitTimeoutError::Timeout),
    };
    assert_eq!(watermark.wait_for_timeout(at_least, Duration::ZERO), expected);
    match expected {
        Err(WaitTimeoutError::Timeout) => {}
        Err(WaitTimeoutError::Closed) => assert_eq!(watermark.wait_for(at_least), Err(Closed)),
        Ok(position) => assert_eq!(watermark.wait_for(at_least), Ok(position)),
    }
}

#[derive(Clone, Copy, Debug)]
enum TaskOp {
    /// Begins to wait.
    Wait(u64),
    Poll(Index),
    Drop(Index),
    AdvanceTo(u64),
    Close,
    CloseAt(u64),
}

fn task_op() -> impl Strategy<Value = TaskOp> {
    let position = || prop_oneof![20 => 0u64..40, 1 => Just(u64::MAX)];
    prop_oneof![
        10 => position().prop_map(TaskOp::Wait),
        6 => any::<Index>().prop_map(TaskOp::Poll),
        3 => any::<Index>().prop_map(TaskOp::Drop),
        6 => position().prop_map(TaskOp::AdvanceTo),
        1 => Just(TaskOp::Close),
        2 => position().prop_map(TaskOp::CloseAt),
    ]
}

/// A task that waits.
struct Task<'a> {
    wait: Pin<Box<WaitFuture<'a>>>,
    at_least: u64,
    woken: Arc<Count>,
}

struct Tasks<'a> {
    watermark: &'a Watermark,
    waiting: Vec<Task<'a>>,
    end: u64,
}

impl Tasks<'_> {
    fn apply(&mut self, op: TaskOp) {
        let waiting = self.waiting.len();
        match op {
            TaskOp::Wait(at_least) => {
                let wait = Box::pin(self.watermark.wait_for_async(at_least));
                self.waiting.push(Task { wait, at_least, woken: Arc::default() });
                self.poll(waiting);
            }
            TaskOp::Poll(which) if waiting > 0 => self.poll(which.index(waiting)),
            TaskOp::Drop(which) if waiting > 0 => {
                drop(self.waiting.swap_remove(which.index(waiting)));
            }
            TaskOp::AdvanceTo(to) => _ = self.watermark.advance_to(to),
            TaskOp::Close => {
                self.watermark.close();
                self.end = 0;
            }
            TaskOp::CloseAt(last) => {
                self.watermark.close_at(last);
                self.end = self.end.min(last);
            }
            TaskOp::Poll(_) | TaskOp::Drop(_) => {}
        }
    }

    /// By another task than before: from now on its waker counts.
    fn poll(&mut self, which: usize) {
        let (position, end) = (self.watermark.get(), self.end);
        let Task { wait, at_least, woken } = &mut self.waiting[which];
        *woken = Arc::default();
        let expected = match () {
            () if position >= *at_least => Poll::Ready(Ok(position)),
            () if *at_least > end => Poll::Ready(Err(Closed)),
            () => Poll::Pending,
        };
        let waker = Arc::clone(woken).into();
        assert_eq!(wait.as_mut().poll(&mut Context::from_waker(&waker)), expected);
        if expected.is_ready() {
            drop(self.waiting.swap_remove(which));
        }
    }

    /// The waiters whose position is reached, or beyond the end, were woken, once, and no others.
    fn check(&self) {
        for Task { at_least, woken, .. } in &self.waiting {
            let is_over = *at_least > self.end || self.watermark.get() >= *at_least;
            assert_eq!(woken.get(), usize::from(is_over), "the waiter for {at_least}");
        }
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn advance_wakes_the_waiters_that_it_reaches(ops in vec(task_op(), steps(60))) {
        let watermark = Watermark::new(0);
        let mut tasks = Tasks { watermark: &watermark, waiting: Vec::new(), end: u64::MAX };
        for op in ops {
            tasks.apply(op);
            tasks.check();
        }
    }
}

#[cfg(feature = "std")]
#[test]
fn wait_ends_at_its_timeout() {
    use std::time::{Duration, Instant};
    let watermark = Watermark::new(0);
    let timeout = Duration::from_millis(20);
    let start = Instant::now();
    assert_eq!(watermark.wait_for_timeout(1, timeout), Err(WaitTimeoutError::Timeout));
    assert!(start.elapsed() >= timeout);
    // A timeout beyond the clock's range is none, and is not needed here.
    assert_eq!(watermark.wait_for_timeout(0, Duration::MAX), Ok(0));
}

#[test]
fn errors_say_what_happened() {
    let text = "the watermark was closed before it reached the position";
    let errors: [Box<dyn std::error::Error>; 3] = [
        Box::new(Closed),
        Box::new(WaitTimeoutError::from(Closed)),
        Box::new(WaitTimeoutError::Timeout),
    ];
    assert_eq!(errors[0].to_string(), text);
    assert_eq!(errors[1].to_string(), text);
    assert_eq!(errors[2].to_string(), "the watermark did not reach the position in time");
    assert_eq!(format!("{errors:?}"), "[Closed, Closed, Timeout]");
}

#[test]
fn debug_shows_the_position() {
    let watermark = Watermark::new(3);
    watermark.close();
    assert_eq!(format!("{watermark:?}"), "Watermark { position: 3, closed: true, .. }");
}
