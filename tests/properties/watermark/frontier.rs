//! `Frontier` against a map of what is complete.

use crate::support::{Count, boundary_u64, cases, steps};
use latchfree::watermark::{
    Closed, CompleteError, CompleteFuture, Frontier, FrontierOn, Links, TryCompleteError,
    WaitFuture,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

const WINDOW: u64 = 8;

/// What a frontier is.
struct Model {
    position: u64,
    /// The ranges that are complete, and not before the position.
    ahead: BTreeMap<u64, u64>,
    is_closed: bool,
}

impl Model {
    fn new(position: u64) -> Self {
        Self { position, ahead: BTreeMap::new(), is_closed: false }
    }

    fn has_room(&self, range: &Range<u64>) -> bool {
        range.end.saturating_sub(WINDOW) <= self.position
    }

    fn complete(&mut self, range: Range<u64>) -> u64 {
        if !range.is_empty() {
            self.ahead.insert(range.start, range.end);
        }
        while let Some(end) = self.ahead.remove(&self.position) {
            self.position = end;
        }
        self.position
    }

    fn try_complete(&mut self, range: Range<u64>) -> Result<u64, TryCompleteError> {
        match () {
            () if range.is_empty() => Ok(self.position),
            () if range.end - range.start > WINDOW => Err(TryCompleteError::TooLong(range)),
            () if !self.has_room(&range) => Err(TryCompleteError::TooFarAhead(range)),
            () => Ok(self.complete(range)),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Op {
    /// Hands out the next range.
    Reserve(u64),
    TryComplete(Index),
    /// Begins to complete a range, or to wait for a position so much ahead, as a task.
    Complete(Index),
    Wait(u64),
    Poll(Index),
    Drop(Index),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => prop_oneof![9 => 0..5u64, 1 => WINDOW - 1..WINDOW + 3].prop_map(Op::Reserve),
        8 => any::<Index>().prop_map(Op::TryComplete),
        4 => any::<Index>().prop_map(Op::Complete),
        3 => (0..3 * WINDOW).prop_map(Op::Wait),
        6 => any::<Index>().prop_map(Op::Poll),
        3 => any::<Index>().prop_map(Op::Drop),
        1 => (0..8).prop_filter_map("seldom", |n| (n == 0).then_some(Op::Close)),
    ]
}

/// What a task waits for.
enum Waiting<'a, L: Links> {
    For(u64, Pin<Box<WaitFuture<'a>>>),
    Room(Range<u64>, Pin<Box<CompleteFuture<'a, L>>>),
}

struct Task<'a, L: Links> {
    waiting: Waiting<'a, L>,
    woken: Arc<Count>,
}

struct Run<'a, L: Links> {
    frontier: &'a FrontierOn<L>,
    model: Model,
    next: u64,
    /// Ranges that were handed out.
    reserved: Vec<Range<u64>>,
    tasks: Vec<Task<'a, L>>,
}

impl<L: Links> Run<'_, L> {
    fn apply(&mut self, op: Op) {
        let (reserved, tasks) = (self.reserved.len(), self.tasks.len());
        match op {
            Op::Reserve(count) => {
                let range = self.next..self.next.saturating_add(count);
                self.next = range.end;
                self.reserved.push(range);
            }
            Op::TryComplete(which) if reserved > 0 => {
                let range = self.reserved.swap_remove(which.index(reserved));
                let result = self.frontier.try_complete(range.clone());
                assert_eq!(result, self.model.try_complete(range));
                self.gets_back(result.err().map(TryCompleteError::into_range));
            }
            Op::Complete(which) if reserved > 0 => {
                let range = self.reserved.swap_remove(which.index(reserved));
                let complete = Box::pin(self.frontier.complete_async(range.clone()));
                self.tasks
                    .push(Task { waiting: Waiting::Room(range, complete), woken: Arc::default() });
                self.poll(tasks);
            }
            Op::Wait(ahead) => {
                let at_least = self.model.position.saturating_add(ahead);
                let wait = Box::pin(self.frontier.wait_for_async(at_least));
                self.tasks
                    .push(Task { waiting: Waiting::For(at_least, wait), woken: Arc::default() });
                self.poll(tasks);
            }
            Op::Poll(which) if tasks > 0 => self.poll(which.index(tasks)),
            Op::Drop(which) if tasks > 0 => {
                let task = self.tasks.swap_remove(which.index(tasks));
                if let Waiting::Room(range, _) = task.waiting {
                    self.gets_back(Some(range)); // it is still to be completed
                }
            }
            Op::Close => {
                self.frontier.close();
                self.model.is_closed = true;
            }
            _ => {}
        }
    }

    /// What can be completed later is kept. What is too long is cut in two, so that it can be.
    fn gets_back(&mut self, range: Option<Range<u64>>) {
        let Some(range) = range else { return };
        let count = range.end - range.start;
        let cut = range.start + if count > WINDOW { count / 2 } else { 0 };
        self.reserved.extend([range.start..cut, cut..range.end]);
    }

    /// By another task than before: from now on its waker counts.
    fn poll(&mut self, which: usize) {
        let (model, task, mut given_back) = (&mut self.model, &mut self.tasks[which], None);
        task.woken = Arc::default();
        let waker = Arc::clone(&task.woken).into();
        let cx = &mut Context::from_waker(&waker);
        let is_ready = match &mut task.waiting {
            Waiting::For(at_least, wait) => {
                let expected = match () {
                    () if model.position >= *at_least => Poll::Ready(Ok(model.position)),
                    () if model.is_closed => Poll::Ready(Err(Closed)),
                    () => Poll::Pending,
                };
                assert_eq!(wait.as_mut().poll(cx), expected);
                expected.is_ready()
            }
            Waiting::Room(range, complete) => {
                let range = range.clone();
                let expected = match model.try_complete(range.clone()) {
                    Ok(position) => Poll::Ready(Ok(position)),
                    Err(TryCompleteError::TooLong(range)) => {
                        Poll::Ready(Err(CompleteError::TooLong(range)))
                    }
                    Err(TryCompleteError::TooFarAhead(range)) if model.is_closed => {
                        Poll::Ready(Err(CompleteError::Closed(range)))
                    }
                    Err(TryCompleteError::TooFarAhead(_)) => Poll::Pending,
                };
                let polled = complete.as_mut().poll(cx);
                assert_eq!(polled, expected);
                if let Poll::Ready(Err(error)) = polled {
                    given_back = Some(error.into_range());
                }
                expected.is_ready()
            }
        };
        if is_ready {
            drop(self.tasks.swap_remove(which));
        }
        self.gets_back(given_back);
    }

    /// The tasks whose position is reached, or that have room, were woken, once, and no others.
    fn check(&self) {
        let Self { frontier, model, .. } = self;
        let state = (frontier.position(), frontier.is_closed());
        assert_eq!(state, (model.position, model.is_closed));
        for Task { waiting, woken } in &self.tasks {
            let is_reached = match waiting {
                Waiting::For(at_least, _) => model.position >= *at_least,
                Waiting::Room(range, _) => model.has_room(range),
            };
            assert_eq!(woken.get(), usize::from(is_reached || model.is_closed));
        }
    }
}

fn behaves_like_the_model<L: Links>(frontier: &FrontierOn<L>, ops: &[Op]) {
    assert_eq!(frontier.window(), WINDOW);
    let next = frontier.position();
    let model = Model::new(next);
    let mut run = Run { frontier, model, next, reserved: Vec::new(), tasks: Vec::new() };
    for &op in ops {
        run.apply(op);
        run.check();
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn frontier_moves_over_what_is_complete(start in boundary_u64(), ops in vec(op(), steps(120))) {
        behaves_like_the_model(&Frontier::<{ WINDOW as usize }>::new(start), &ops);
        #[cfg(feature = "alloc")]
        behaves_like_the_model(&latchfree::watermark::HeapFrontier::with_window(start, 7), &ops);
    }

    /// Ranges that were completed before are completed again, at any time: builds with debug assertions say so. In
    /// all builds the ranges that are completed once are passed as if nothing had been.
    #[test]
    fn double_completion_is_reported_or_changes_nothing(
        ops in vec((1..4u64, any::<Index>(), any::<Option<Index>>()), steps(60)),
    ) {
        let (frontier, mut model) = (Frontier::<{ WINDOW as usize }>::new(0), Model::new(0));
        let (mut next, mut reserved, mut done) = (0, Vec::new(), Vec::new());
        for (count, which, again) in ops {
            reserved.push(next..next + count);
            next += count;
            let range: Range<u64> = reserved.swap_remove(which.index(reserved.len()));
            let result = frontier.try_complete(range.clone());
            prop_assert_eq!(&result, &model.try_complete(range.clone()));
            match result {
                Ok(_) => done.push(range),
                Err(error) => reserved.push(error.into_range()),
            }
            if let Some(again) = again.filter(|_| !done.is_empty()) {
                let range = done[again.index(done.len())].clone();
                match catch_unwind(AssertUnwindSafe(|| frontier.try_complete(range))) {
                    Ok(result) => {
                        prop_assert_eq!(result, Ok(model.position));
                        prop_assert!(!cfg!(debug_assertions), "not reported");
                    }
                    Err(_) => prop_assert!(cfg!(debug_assertions), "reported"),
                }
            }
            prop_assert_eq!(frontier.position(), model.position);
        }
    }
}

#[cfg(feature = "std")]
#[test]
fn blocked_completion_ends_at_its_timeout() {
    use latchfree::watermark::CompleteTimeoutError;
    use std::time::{Duration, Instant};
    let frontier = Frontier::<2>::new(0);
    let timeout = Duration::from_millis(20);
    let start = Instant::now();
    let late = frontier.complete_timeout(2..3, timeout);
    assert_eq!(late, Err(CompleteTimeoutError::Timeout(2..3)));
    assert!(start.elapsed() >= timeout);
    assert_eq!(frontier.complete_timeout(1..2, Duration::MAX), Ok(0));
    assert_eq!(frontier.complete(0..1), Ok(2));
}

#[test]
fn frontiers_go_to_other_threads() {
    fn goes<T: Send + Sync + Debug>(_: &T) {}
    fn future_goes<T: Send>(_: &T) {}
    let frontier = Frontier::<2>::new(0);
    goes(&frontier);
    future_goes(&frontier.complete_async(0..1));
}
