//! A call that takes part, and that is linked to the others.

use super::work::Work;
use crate::atomic::Atomic;
use crate::sys::UnsafeCell;
use core::marker::PhantomPinned;
use core::task::Waker;
use core::{mem, ptr};
use std::boxed::Box;

sites! {
    /// Tells a member that its batch is over: pairs with HEAR. The result is there, and the leader is finished with the
    /// member. Relaxed, the member could read an older result, or free what is still written to.
    TELL: Release;
    /// A member's check for its verdict: pairs with TELL.
    HEAR: Acquire, pairs(TELL);
    /// Says that the member is about to block, so that its verdict has to wake it. The word alone decides, between this
    /// and TELL: its waker has come with JOIN.
    ABOUT_TO_BLOCK: Relaxed;
    /// Leaves. Whether this or CLAIM comes first, the word alone decides. Pairs with CLAIM and HAS_LEFT: the leader that
    /// finds it frees the member, which its thread is finished with.
    LEAVE: Release;
    /// Takes a member that may leave into a batch, or finds that it has left: pairs with LEAVE.
    CLAIM: Acquire, pairs(LEAVE);
    /// The check of a leader that ends, whether the member that it is to wake has left: pairs with LEAVE. That it is
    /// seen in time is due to the line's REPORT and TAKE.
    HAS_LEFT: Acquire, pairs(LEAVE);
}

/// The states of a member: bits, because its thread and a leader change it at the same time.
mod state {
    /// In line, and awake: it will find its verdict.
    pub(super) const AWAKE: u8 = 0;
    /// Its thread is blocked, or about to be.
    pub(super) const BLOCKS: u8 = 1;
    /// The leader has returned.
    pub(super) const RETURNED: u8 = 2;
    /// The leader has panicked.
    pub(super) const PANICKED: u8 = 4;
    /// It may leave, and is in a batch: it cannot leave any more.
    pub(super) const CLAIMED: u8 = 8;
    /// It has left, unless it was claimed or told before.
    pub(super) const LEFT: u8 = 16;
}

/// How the lead ended that a member was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Returned,
    Panicked,
}

/// A link to what a call brings, and how to wake the thread that waits for it.
///
/// On the stack of the thread, if its call ends only when it was led; else on the heap ([`OnHeap`]).
// The three lowest bits of its address are zero: the flags of the line are there.
#[repr(align(8))]
pub(super) struct Member<T, R> {
    state: Atomic<u8>,
    may_leave: bool,
    /// On the stack of its thread. The leader's, if the member is in its batch.
    work: *const Work<T, R>,
    /// Its thread's until it is in line, then the leader's until it tells.
    link: UnsafeCell<Link<T, R>>,
    /// Loom does not check that accesses of an atomic come before its end. Here it does.
    memory: UnsafeCell<()>,
    _pinned: PhantomPinned,
}

struct Link<T, R> {
    waker: Option<Waker>,
    /// In line, the member that came before; in a list of the leader's, the one behind.
    next: *mut Member<T, R>,
}

impl<T, R> Member<T, R> {
    /// Creates one that stays until it is told or has led.
    pub(super) fn new(work: &Work<T, R>) -> Self {
        Self {
            state: Atomic::new(state::AWAKE),
            may_leave: false,
            work,
            link: UnsafeCell::new(Link { waker: None, next: ptr::null_mut() }),
            memory: UnsafeCell::new(()),
            _pinned: PhantomPinned,
        }
    }

    /// Returns the verdict, if there is one.
    #[inline]
    pub(super) fn verdict(&self) -> Option<Verdict> {
        match self.state.load(HEAR) & (state::RETURNED | state::PANICKED) {
            state::RETURNED => Some(Verdict::Returned),
            state::PANICKED => Some(Verdict::Panicked),
            _ => None,
        }
    }

    /// Says that the verdict has to wake the thread. Nothing, if there is one.
    pub(super) fn about_to_block(&self) {
        self.state.fetch_or(state::BLOCKS, ABOUT_TO_BLOCK);
    }

    /// Runs `f` on the link.
    ///
    /// # Safety
    ///
    /// The member is alive, the link is the caller's as its comment says, and no other reference to it is.
    unsafe fn with_link<O>(this: *mut Self, f: impl FnOnce(&mut Link<T, R>) -> O) -> O {
        // SAFETY: alive; the link is ours, and `f` sees no other reference to it.
        unsafe { (*this).link.with_mut(|link| f(&mut *link)) }
    }

    /// Leaves a waker with the member.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn set_waker(this: *mut Self, waker: Waker) {
        // SAFETY: the caller's promise.
        unsafe { Self::with_link(this, |link| link.waker = Some(waker)) };
    }

    /// Returns another of the member's wakers.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn waker(this: *mut Self) -> Option<Waker> {
        // SAFETY: the caller's promise.
        unsafe { Self::with_link(this, |link| link.waker.clone()) }
    }

    /// Returns the next member of the list.
    ///
    /// # Safety
    ///
    /// The member is alive, and it is the caller's thread's own, not in line yet, or was brought into line, and the caller
    /// leads and has not told it.
    pub(super) unsafe fn next(this: *mut Self) -> *mut Self {
        // SAFETY: the caller's promise.
        unsafe { Self::with_link(this, |link| link.next) }
    }

    /// Links the member to the next.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn set_next(this: *mut Self, next: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe { Self::with_link(this, |link| link.next = next) };
    }

    /// Returns the item and the room for its result.
    ///
    /// # Safety
    ///
    /// The member is in the batch of the caller, which leads, for `'a`, in which no other reference to either exists.
    pub(super) unsafe fn parts<'a>(this: *mut Self) -> (&'a mut T, &'a mut Option<R>) {
        // SAFETY: the member is alive. One that is in a batch does not leave (step 8), so its thread waits, or leads, and what
        // it brought is where it was, and the leader's.
        unsafe { Work::parts((*this).work) }
    }

    /// Tells the member its verdict, and wakes its thread, if that is blocked. The last access.
    ///
    /// # Safety
    ///
    /// As for [`next`](Self::next).
    pub(super) unsafe fn tell(this: *mut Self, verdict: Verdict) {
        // SAFETY: the caller's promise.
        let waker = unsafe { Self::with_link(this, |link| link.waker.take()) };
        let state = match verdict {
            Verdict::Returned => state::RETURNED,
            Verdict::Panicked => state::PANICKED,
        };
        // SAFETY: alive until this swap; its thread may free it right after.
        let was = unsafe { &(*this).state }.swap(state, TELL);
        if let Some(waker) = waker.filter(|_| was & state::BLOCKS != 0) {
            waker.wake();
        }
    }

    /// Step 8: keeps the member from leaving, for a batch. If it has left, frees it and returns `false`.
    ///
    /// # Safety
    ///
    /// The caller leads. The member was brought into line, is in no list any more, and is not the caller's own.
    pub(super) unsafe fn claim(this: *mut Self) -> bool {
        // SAFETY: alive, because the leaders free it, if it leaves, and we lead. If it has left, it is ours to free.
        unsafe {
            if !(*this).may_leave {
                return true;
            }
            let has_left = (*this).state.fetch_or(state::CLAIMED, CLAIM) & state::LEFT != 0;
            if has_left {
                Self::free(this);
            }
            !has_left
        }
    }

    /// Step 10: returns whether the member has left. Then it is the caller's to free.
    ///
    /// # Safety
    ///
    /// The caller leads. The member was brought into line, and is in no batch.
    pub(super) unsafe fn has_left(this: *mut Self) -> bool {
        // SAFETY: alive, as for `claim`.
        unsafe { (*this).may_leave && (*this).state.load(HAS_LEFT) & state::LEFT != 0 }
    }

    /// Frees a member that is on the heap.
    ///
    /// # Safety
    ///
    /// It came from [`OnHeap::new`], is in no list, and no other will access it.
    #[cold]
    pub(super) unsafe fn free(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            (*this).memory.with_mut(|_| ());
            drop(Box::from_raw(this));
        }
    }
}

/// A member that may leave. It is on the heap, because it stays linked when it has left.
pub(super) struct OnHeap<T, R>(*mut Member<T, R>);

impl<T, R> OnHeap<T, R> {
    /// Creates one.
    ///
    /// # Safety
    ///
    /// Once the member is in line, it is not dropped before it was told or has led.
    pub(super) unsafe fn new(work: &Work<T, R>) -> Self {
        Self(Box::into_raw(Box::new(Member { may_leave: true, ..Member::new(work) })))
    }

    pub(super) fn get(&self) -> *mut Member<T, R> {
        self.0
    }

    /// Step 8: leaves, and what the member brought is its thread's again. Returns the member if it was claimed or told
    /// before.
    pub(super) fn leave(self) -> Option<Self> {
        // SAFETY: ours until the state says that it has left; a leader may free it right after.
        let was = unsafe {
            (*self.0).memory.with(|_| ());
            (*self.0).state.fetch_or(state::LEFT, LEAVE)
        };
        let stays = was & !state::BLOCKS != state::AWAKE;
        if stays {
            return Some(self);
        }
        mem::forget(self); // the leaders'
        None
    }
}

impl<T, R> Drop for OnHeap<T, R> {
    fn drop(&mut self) {
        // SAFETY: the promise of `new`: it is in no list, and no leader accesses it any more. It has not left.
        unsafe { Member::free(self.0) };
    }
}
