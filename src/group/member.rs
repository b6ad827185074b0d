//! A call that takes part, on the stack of its thread.

use super::CommitError;
use crate::atomic::Atomic;
use crate::sys::UnsafeCell;
use core::marker::PhantomPinned;
use core::ptr;
use core::task::Waker;

sites! {
    /// Tells a member that its batch is over: pairs with HEAR. The result is there, and the leader is finished with the
    /// member. Relaxed, the member could read an older result, or free what is still written to.
    TELL: Release;
    /// A member's check for its verdict: pairs with TELL.
    HEAR: Acquire, pairs(TELL);
    /// Says that the member is about to block, so that its verdict has to wake it. The word alone decides, between this
    /// and TELL: its waker has come with JOIN.
    ABOUT_TO_BLOCK: Relaxed;
}

/// The states of a member.
mod state {
    /// Awake: it will find its verdict.
    pub(super) const AWAKE: u8 = 0;
    /// Blocked, or about to be.
    pub(super) const BLOCKS: u8 = 1;
    /// The leader has returned.
    pub(super) const RETURNED: u8 = 2;
    /// The leader has panicked.
    pub(super) const PANICKED: u8 = 3;
}

/// How the lead ended that a member was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Returned,
    Panicked,
}

/// An item, room for its result, and how to wake the thread that waits for it.
// The two lowest bits of its address are zero: the flags of the line are there.
#[repr(align(8))]
pub(super) struct Member<T, R> {
    state: Atomic<u8>,
    /// Its thread's until it is in line, then the leader's until it tells.
    node: UnsafeCell<Node<T, R>>,
    _pinned: PhantomPinned,
}

struct Node<T, R> {
    item: T,
    result: Option<R>,
    waker: Option<Waker>,
    /// In line, the member that came before; in a list of the leader's, the one behind.
    next: *mut Member<T, R>,
}

impl<T, R> Member<T, R> {
    pub(super) fn new(item: T) -> Self {
        let node = Node { item, result: None, waker: None, next: ptr::null_mut() };
        Self {
            state: Atomic::new(state::AWAKE),
            node: UnsafeCell::new(node),
            _pinned: PhantomPinned,
        }
    }

    /// Returns the verdict, if there is one.
    #[inline]
    pub(super) fn verdict(&self) -> Option<Verdict> {
        match self.state.load(HEAR) {
            state::RETURNED => Some(Verdict::Returned),
            state::PANICKED => Some(Verdict::Panicked),
            _ => None,
        }
    }

    /// Says that the verdict has to wake the thread. Nothing, if there is one.
    pub(super) fn about_to_block(&self) {
        let _ = self.state.compare_exchange(
            state::AWAKE,
            state::BLOCKS,
            ABOUT_TO_BLOCK,
            ABOUT_TO_BLOCK,
        );
    }

    /// Returns what came of it, after the verdict.
    pub(super) fn into_outcome(self, verdict: Verdict) -> Result<R, CommitError<T>> {
        let Node { item, result, .. } = self.node.into_inner();
        result.ok_or(match verdict {
            Verdict::Returned => CommitError::NoResult(item),
            Verdict::Panicked => CommitError::LeaderPanicked(item),
        })
    }

    /// Runs `f` on the node.
    ///
    /// # Safety
    ///
    /// The member is alive, the node is the caller's as its comment says, and no other reference to it is.
    unsafe fn with_node<O>(this: *mut Self, f: impl FnOnce(&mut Node<T, R>) -> O) -> O {
        // SAFETY: alive; the node is ours, and `f` sees no other reference to it.
        unsafe { (*this).node.with_mut(|node| f(&mut *node)) }
    }

    /// Leaves a waker with the member.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn set_waker(this: *mut Self, waker: Waker) {
        // SAFETY: the caller's promise.
        unsafe { Self::with_node(this, |node| node.waker = Some(waker)) };
    }

    /// Returns another of the member's wakers.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn waker(this: *mut Self) -> Option<Waker> {
        // SAFETY: the caller's promise.
        unsafe { Self::with_node(this, |node| node.waker.clone()) }
    }

    /// Returns the next member of the list.
    ///
    /// # Safety
    ///
    /// The member is alive, and it is the caller's thread's own, not in line yet, or was brought into line, and the caller
    /// leads and has not told it.
    pub(super) unsafe fn next(this: *mut Self) -> *mut Self {
        // SAFETY: the caller's promise.
        unsafe { Self::with_node(this, |node| node.next) }
    }

    /// Links the member to the next.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn set_next(this: *mut Self, next: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe { Self::with_node(this, |node| node.next = next) };
    }

    /// Returns the item and the room for its result.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next), for `'a`, in which no other reference to either exists.
    pub(super) unsafe fn parts<'a>(this: *mut Self) -> (&'a mut T, &'a mut Option<R>) {
        // SAFETY: alive and the caller's, and nothing else of the node is borrowed.
        unsafe { (*this).node.with_mut(|node| (&mut (*node).item, &mut (*node).result)) }
    }

    /// Tells the member its verdict, and wakes its thread, if that is blocked. The last access.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn tell(this: *mut Self, verdict: Verdict) {
        // SAFETY: the caller's promise.
        let waker = unsafe { Self::with_node(this, |node| node.waker.take()) };
        let state = match verdict {
            Verdict::Returned => state::RETURNED,
            Verdict::Panicked => state::PANICKED,
        };
        // SAFETY: alive until this swap; its thread may free it right after.
        let was = unsafe { &(*this).state }.swap(state, TELL);
        if let Some(waker) = waker.filter(|_| was == state::BLOCKS) {
            waker.wake();
        }
    }
}
