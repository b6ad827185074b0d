//! What a call brings, on the stack of its thread.

use super::CommitError;
use super::member::Verdict;
use crate::sys::UnsafeCell;

/// An item, and room for its result.
///
/// Its thread's until a leader has the member in its batch, then the leader's until it tells the member.
pub(super) struct Work<T, R>(UnsafeCell<Parts<T, R>>);

struct Parts<T, R> {
    item: T,
    result: Option<R>,
}

impl<T, R> Work<T, R> {
    pub(super) fn new(item: T) -> Self {
        Self(UnsafeCell::new(Parts { item, result: None }))
    }

    /// Returns the item and the room for its result.
    ///
    /// # Safety
    ///
    /// It is alive and the caller's for `'a`, in which no other reference to either exists.
    pub(super) unsafe fn parts<'a>(this: *const Self) -> (&'a mut T, &'a mut Option<R>) {
        // SAFETY: alive and the caller's, and nothing else of it is borrowed.
        unsafe { (*this).0.with_mut(|parts| (&mut (*parts).item, &mut (*parts).result)) }
    }

    /// Returns the item of a call that was in no batch.
    pub(super) fn into_item(self) -> T {
        self.0.into_inner().item
    }

    /// Returns what came of it, after the verdict.
    pub(super) fn into_outcome(self, verdict: Verdict) -> Result<R, CommitError<T>> {
        let Parts { item, result } = self.0.into_inner();
        result.ok_or(match verdict {
            Verdict::Returned => CommitError::NoResult(item),
            Verdict::Panicked => CommitError::LeaderPanicked(item),
        })
    }
}
