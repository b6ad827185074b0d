//! A list of sleepers, each with a wish, that wakes those whose wish comes true.
//!
//! A wish has a *position*, by which the list is sorted (those with the same one, by arrival), and
//! an *amount*. The [`Condition`] knows the position that is reached, and a waker has it answer the
//! wishes up to there, one after the other, until one cannot be answered yet. The answer is a word that
//! the sleeper finds.
//!
//! The list is doubly linked, sorted by position, and its nodes live where the sleepers are: on
//! their stacks or in their futures. So sleeping allocates nothing and cannot fail. Links are
//! changed under the lock only; `earliest` repeats the first position outside of it, for wakers to
//! see without the lock that there is nobody to wake.
//!
//! # No wake-up is lost
//!
//! ```text
//! sleeper                                waker
//!   S1  earliest := key  (locked)          W1  condition := reached
//!   S2  fence NOTE_SOUGHT (unlocked)       W2  fence WAKE
//!   S3  condition?                         W3  earliest?
//! ```
//!
//! The two fences are in one order. If S2 is first, W3 reads what S1 wrote, or what a later
//! holder of the lock did, who still had our node to count. If W2 is first, S3 reads what W1
//! wrote, and the sleeper does not sleep. Without either fence both may read the old value.
//!
//! If W3 sees the sleeper but then finds the list empty, because the waker's turn at the lock came
//! before the sleeper's, then the lock itself makes W1 happen before S3. If it finds the lock taken, it
//! leaves a note, and the holder wakes in its place (the [lock](super::lock) says why no note is lost).
//! So `earliest` needs no order of its own.

use super::Condition;
use super::lock::Lock;
use crate::atomic::{Atomic, FenceOrdering, compiler_fence, fence};
use crate::prim::{self, UnsafeCell};
use crate::unwind::OnUnwind;
use core::marker::PhantomPinned;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Waker;

sites! {
    /// Between the change of the condition and the look for sleepers: pairs with the lock's
    /// NOTE_SOUGHT, which is between a sleeper's entry and its second look. Also publishes the change
    /// to who finds this waker's note, and shows it that of others.
    WAKE: fence(SeqCst),
    /// The first position in the list. The fences and the lock order it.
    EARLIEST: Relaxed,
    /// Set under the lock, by the sleeper.
    QUEUED: Relaxed,
    /// The waker is through with the node: pairs with LEFT, after which the node may go.
    TAKEN: Release,
    /// Is a waker through with this node? Pairs with TAKEN: what the waker did to the node is over
    /// before its memory is used for something else.
    LEFT: Acquire,
}

/// Nobody waits, or somebody for the very last position: then wakers take the lock to find out.
const NOBODY: u64 = u64::MAX;

/// What a sleeper waits for.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    /// Its place in the list.
    pub(crate) position: u64,
    /// For who answers it.
    pub(crate) amount: u64,
}

impl Wish {
    /// To be woken when `position` is reached.
    pub(crate) fn position(position: u64) -> Self {
        Self { position, amount: 0 }
    }
}

/// The sleepers of one condition.
pub(crate) struct WaitList {
    earliest: Atomic<u64>,
    queue: Lock<Queue>,
}

/// One sleeper: a place in a list, empty until [`enqueue`](Self::enqueue).
pub(crate) struct Waiter<'a, C: Condition> {
    condition: &'a C,
    entry: Entry,
}

/// The part of a [`Waiter`] that the list points to.
struct Entry {
    /// Whether a waker may still come to the node. Changed under the lock.
    queued: Atomic<bool>,
    /// Touched under the lock, or by the owner once `queued` is `false`.
    node: UnsafeCell<Node>,
    _pinned: PhantomPinned,
}

struct Node {
    wish: Wish,
    /// What the waker said, once the entry was taken out by one.
    answer: u64,
    /// `Some` as long as the entry is in the list.
    waker: Option<Waker>,
    previous: Option<NonNull<Entry>>,
    next: Option<NonNull<Entry>>,
}

/// Both ends of the list.
struct Queue {
    first: Option<NonNull<Entry>>,
    last: Option<NonNull<Entry>>,
}

// SAFETY: the pointers lead to entries that leave the list before they go away (`Waiter::drop`);
// what they hold is `Send` (a `Waker` is), and is touched under the lock only.
unsafe impl Send for Queue {}

// SAFETY: `node` is touched under the list's lock, or by the owner after LEFT said that no waker
// will come any more.
unsafe impl Sync for Entry {}
// SAFETY: as for `Queue`.
unsafe impl Send for Entry {}

impl WaitList {
    prim::const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                earliest: Atomic::new(NOBODY),
                queue: Lock::new(Queue { first: None, last: None }),
            }
        }
    }

    /// Wakes those who can be answered, the earliest first. Call it after the condition was changed.
    ///
    /// Never waits: if somebody else is at the list, that one does it. Costs a fence and a load if
    /// nobody is to be woken.
    #[inline]
    pub(crate) fn serve<C: Condition>(condition: &C) {
        fence(WAKE);
        Self::serve_up_to(condition.reached(), condition);
    }

    /// [`serve`](Self::serve), right after a read-modify-write that moved the condition to
    /// `reached`: on x86 that was the fence, and a load is all it costs.
    #[inline]
    pub(crate) fn serve_after_rmw<C: Condition>(reached: u64, condition: &C) {
        fence_after_rmw(WAKE);
        Self::serve_up_to(reached, condition);
    }

    #[inline]
    fn serve_up_to<C: Condition>(reached: u64, condition: &C) {
        if condition.waiters().earliest.load(EARLIEST) <= reached {
            Self::serve_slowly(condition);
        }
    }

    #[cold]
    fn serve_slowly<C: Condition>(condition: &C) {
        while Self::wake(condition) && condition.waiters().queue.take_note() {
            fence(WAKE);
        }
    }

    /// Takes sleepers out one by one: a wake-up costs a hundred times what the lock does. Returns
    /// `false` if it found the lock taken; then its holder serves.
    fn wake<C: Condition>(condition: &C) -> bool {
        let (list, reached) = (condition.waiters(), condition.reached());
        for _ in 0..condition.at_most() {
            let popped = list.queue.try_with(|queue| list.pop(queue, reached, condition));
            match popped {
                None => return false,
                Some(None) => break,
                Some(Some(waker)) => {
                    // An executor's code: if it panics, the others are still woken.
                    let rest = OnUnwind::new(|| Self::serve_slowly(condition));
                    waker.wake();
                    rest.disarm();
                }
            }
        }
        true
    }

    /// Whether nobody waits, as far as can be seen from here.
    pub(crate) fn is_empty(&self) -> bool {
        self.earliest.load(EARLIEST) == NOBODY
    }

    /// Takes the first entry out, if its position is reached and there is an answer for it.
    fn pop<C: Condition>(&self, queue: &mut Queue, reached: u64, condition: &C) -> Option<Waker> {
        let first = queue.first?;
        // SAFETY: we hold the lock; an entry in the list is alive.
        let waker = unsafe {
            let wish = with_node(first, |node| node.wish);
            if wish.position > reached {
                return None;
            }
            let answer = condition.answer(wish.amount)?;
            with_node(first, |node| node.answer = answer);
            self.unlink(queue, first)
        };
        // SAFETY: alive until this store, the last we do to it; its owner may free it right after.
        unsafe { first.as_ref() }.queued.store(false, TAKEN);
        waker
    }

    /// Puts an entry in its place: behind those with the same position, before those with a later.
    ///
    /// # Safety
    ///
    /// The lock is held. The entry is not in the list, and stays where it is until it has left.
    unsafe fn link(&self, queue: &mut Queue, entry: NonNull<Entry>, wish: Wish, waker: Waker) {
        // Positions mostly grow, so the place is mostly at the end.
        let mut previous = queue.last;
        // SAFETY: we hold the lock; entries in the list are alive.
        unsafe {
            let is_later = |at| with_node(at, |node| node.wish.position) > wish.position;
            while let Some(candidate) = previous.filter(|&at| is_later(at)) {
                previous = with_node(candidate, |node| node.previous);
            }
            let next = match previous {
                Some(previous) => with_node(previous, |node| node.next.replace(entry)),
                None => queue.first.replace(entry),
            };
            match next {
                Some(next) => with_node(next, |node| node.previous = Some(entry)),
                None => queue.last = Some(entry),
            }
            let waker = Some(waker);
            with_node(entry, |node| *node = Node { wish, answer: 0, waker, previous, next });
        }
        self.note_earliest(queue);
    }

    /// Takes an entry out, and its waker with it.
    ///
    /// # Safety
    ///
    /// The lock is held and the entry is in the list.
    unsafe fn unlink(&self, queue: &mut Queue, entry: NonNull<Entry>) -> Option<Waker> {
        // SAFETY: we hold the lock; entries in the list are alive.
        let waker = unsafe {
            let (waker, previous, next) =
                with_node(entry, |node| (node.waker.take(), node.previous, node.next));
            match previous {
                Some(previous) => with_node(previous, |node| node.next = next),
                None => queue.first = next,
            }
            match next {
                Some(next) => with_node(next, |node| node.previous = previous),
                None => queue.last = previous,
            }
            waker
        };
        self.note_earliest(queue);
        waker
    }

    fn note_earliest(&self, queue: &Queue) {
        // SAFETY: the caller holds the lock; entries in the list are alive.
        let position = |first| unsafe { with_node(first, |node| node.wish.position) };
        self.earliest.store(queue.first.map_or(NOBODY, position), EARLIEST);
    }
}

/// A [`fence`] whose thread has done a read-modify-write just before.
///
/// On x86 that instruction was a full barrier already: stores before it are visible, and loads after
/// it have not begun. Another would double the cost. So there only the compiler is told to keep the
/// order, which it would not do for a relaxed load behind a `Release` operation. The memory model
/// knows no such rule; loom and Miri get the fence.
#[inline(always)]
fn fence_after_rmw(order: impl FenceOrdering) {
    const RMW_IS_FENCE: bool =
        cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), not(latchfree_loom), not(miri)));
    if RMW_IS_FENCE {
        compiler_fence(order);
    } else {
        fence(order);
    }
}

/// Runs `f` on the node of `entry`.
///
/// # Safety
///
/// The lock is held, the entry is alive, and no other reference to its node is.
unsafe fn with_node<R>(entry: NonNull<Entry>, f: impl FnOnce(&mut Node) -> R) -> R {
    // SAFETY: alive; the node is ours under the lock, and `f` sees no other reference to it.
    unsafe { entry.as_ref().node.with_mut(|node| f(&mut *node)) }
}

impl<'a, C: Condition> Waiter<'a, C> {
    pub(crate) fn new(condition: &'a C) -> Self {
        let wish = Wish { position: 0, amount: 0 };
        let node = Node { wish, answer: 0, waker: None, previous: None, next: None };
        let entry = Entry {
            queued: Atomic::new(false),
            node: UnsafeCell::new(node),
            _pinned: PhantomPinned,
        };
        Self { condition, entry }
    }

    /// Runs `f` with the lock of the list held, and does then what wakers came for meanwhile.
    fn with_list<R>(&self, f: impl FnOnce(&WaitList, &mut Queue) -> R) -> R {
        let list = self.condition.waiters();
        let result = list.queue.with(|queue| f(list, queue));
        if list.queue.take_note() {
            WaitList::serve(self.condition);
        }
        result
    }

    /// Enters the list. Look at the condition afterwards, and do not sleep if it holds.
    ///
    /// If it is in the list already, it stays at its place, with the new waker.
    pub(crate) fn enqueue(self: Pin<&Self>, wish: Wish, waker: Waker) {
        let entry = NonNull::from(&self.get_ref().entry);
        let old = self.with_list(|list, queue| {
            // SAFETY: we hold the lock. The entry is pinned, so it stays where it is until it is
            // dropped, and then it leaves the list first.
            unsafe {
                if self.is_queued() {
                    return with_node(entry, |node| node.waker.replace(waker));
                }
                list.link(queue, entry, wish, waker);
            }
            self.entry.queued.store(true, QUEUED);
            None
        });
        drop(old); // an executor's code: after the lock is free
    }

    /// Exchanges the waker, if the entry is still in the list; returns whether it is.
    pub(crate) fn renew(&self, waker: &Waker) -> bool {
        let entry = NonNull::from(&self.entry);
        let mut waker = Some(waker.clone()); // an executor's code: before the lock is taken
        let is_queued = self.with_list(|_, _| {
            let is_queued = self.is_queued();
            if is_queued {
                // SAFETY: we hold the lock, and under it the entry is in the list.
                unsafe { with_node(entry, |node| mem::swap(&mut node.waker, &mut waker)) };
            }
            is_queued
        });
        drop(waker); // the old one, or ours if it came too late: after the lock is free
        is_queued
    }

    /// What the waker said that took the entry out.
    pub(crate) fn answer(&self) -> u64 {
        debug_assert!(!self.is_queued());
        // SAFETY: out of the list, so the node is the owner's alone, which we borrow it from.
        self.entry.node.with(|node| unsafe { (*node).answer })
    }

    /// Whether no waker has come yet.
    pub(crate) fn is_queued(&self) -> bool {
        self.entry.queued.load(LEFT)
    }

    /// Leaves the list. Returns whether a waker had come first: then a wake-up was spent on this
    /// sleeper, and if it has no use for it, it must pass it on.
    pub(crate) fn leave(&self) -> bool {
        if !self.is_queued() {
            return true;
        }
        let entry = NonNull::from(&self.entry);
        let (was_woken, waker) = self.with_list(|list, queue| {
            if !self.is_queued() {
                return (true, None);
            }
            // SAFETY: we hold the lock, and under it the entry is in the list.
            let waker = unsafe { list.unlink(queue, entry) };
            self.entry.queued.store(false, QUEUED);
            (false, waker)
        });
        drop(waker); // an executor's code: after the lock is free
        was_woken
    }
}

impl<C: Condition> Drop for Waiter<'_, C> {
    fn drop(&mut self) {
        self.leave();
        // SAFETY: out of the list, so the node is ours alone.
        self.entry.node.with(|node| debug_assert!(unsafe { (*node).waker.is_none() }));
    }
}

#[cfg(test)]
mod tests;
