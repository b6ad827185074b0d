//! A list of waiters, each with a want, that wakes those whose want is granted.
//!
//! A want has a *position*, by which the list is sorted (those with the same one, by arrival), and
//! an *amount*. The [`Condition`] knows the position that is reached, and grants the wishes up to there,
//! one after the other, until one cannot be granted yet. With the grant goes a [token](Token), a word that
//! the waiter finds.
//!
//! The list is doubly linked, sorted by position, and its nodes live where the waiters are: on
//! their stacks or in their futures. So waiting allocates nothing and cannot fail. Links are
//! changed under the lock only; `earliest` repeats the first position outside of it, for wakers to
//! see without the lock that there is nothing to do.
//!
//! # No wake-up is lost
//!
//! ```text
//! waiter                                 waker
//!   S1  earliest := key  (locked)          W1  condition := reached
//!   S2  fence PENDING_HELD (unlocked)      W2  fence WAKE
//!   S3  condition?                         W3  earliest?
//! ```
//!
//! The two fences are in one order. If S2 is first, W3 reads what S1 wrote, or what a later
//! holder of the lock did, who still had our node to count. If W2 is first, S3 reads what W1
//! wrote, and the waiter does not block. Without either fence both may read the old value.
//!
//! If W3 sees the waiter but then finds the list empty, because the waker's turn at the lock came
//! before the waiter's, then the lock itself makes W1 happen before S3. If it finds the lock taken, it
//! sets `pending`, and the holder serves in its place (the [lock](super::lock) says why that is not
//! lost). So `earliest` needs no order of its own.
//!
//! # Foreign code
//!
//! Wakers are an executor's code. They run when the lock is free, and in batches: those that are granted
//! together are taken out first, and requests that came meanwhile are looked for before the first waker
//! runs, so that a waker which blocks holds up no other thread's wake-up (but those beyond a batch).
//! One that panics is not the last: the others of its batch, and those behind it, are woken all the same.
//!
//! To enter and to leave the list serves in the place of wakers that found the lock taken. So either can
//! run wakers of others, which may do anything: what a waiter knows from before is old, and it looks again.

use super::condition::{Condition, Token};
use super::lock::{Lock, PENDING_HELD, PENDING_WAKER};
use crate::atomic::{Atomic, FenceOrdering, compiler_fence, fence};
use crate::sys::unwind;
use crate::sys::{self, UnsafeCell};
use core::cell::Cell;
use core::marker::{PhantomData, PhantomPinned};
use core::mem;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Waker;

sites! {
    /// Between the change of the condition and the look for waiters: pairs with the lock's PENDING_HELD,
    /// which is between a waiter's entry and its second look. Weaker, both may read the old value.
    WAKE: fence(SeqCst),
    /// [`WAKE`], after a read-modify-write that was the change.
    WAKE_AFTER_RMW: fence(SeqCst),
    /// Between taking `pending`, by a waker, and another round: pairs with the fence that the waker which
    /// set it has passed before ([`WAKE`] and its kin). The change behind the request is seen.
    WAKE_AGAIN: fence(SeqCst),
    /// [`WAKE_AGAIN`], for a waiter that held the lock and serves in the waker's place.
    WAKE_FOR_OTHER: fence(SeqCst),
    /// The first position in the list. The fences and the lock order it.
    EARLIEST: Relaxed,
    /// Set under the lock, by the waiter.
    QUEUED: Relaxed,
    /// The waker is through with the node: pairs with LEFT, after which the node may go.
    TAKEN: Release,
    /// Is a waker through with this node? Pairs with TAKEN: what the waker did to the node is over
    /// before its memory is used for something else.
    LEFT: Acquire,
}

/// The list is empty, or its first want is for the very last position: then wakers take the lock to find
/// out.
const NOBODY: u64 = u64::MAX;

/// So many are taken out of the list before their wakers run.
const BATCH: usize = sys::sized!(16, in a model 2);

/// What a waiter waits for.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    /// Where it is in the list.
    pub(crate) position: u64,
    /// What [`Condition::try_grant`] is asked for.
    pub(crate) amount: u64,
}

impl Want {
    /// To be woken when `position` is reached.
    pub(crate) fn position(position: u64) -> Self {
        Self { position, amount: 0 }
    }
}

/// The waiters of one condition.
pub(crate) struct WaitList {
    earliest: Atomic<u64>,
    queue: Lock<Queue>,
}

/// One waiter: an entry for a list, outside of it until [`enqueue`](Self::enqueue).
pub(crate) struct Waiter<'a, C: Condition> {
    condition: &'a C,
    entry: Entry,
    /// One thread at a time asks for the token.
    _not_sync: PhantomData<Cell<()>>,
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
    want: Want,
    /// What came with the grant, from then until the waiter takes it.
    token: Option<Token>,
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

// A panic can come from wakers alone, and they run when the list is whole.
impl UnwindSafe for WaitList {}
impl RefUnwindSafe for WaitList {}
impl<C: Condition> UnwindSafe for Waiter<'_, C> {}
impl<C: Condition> RefUnwindSafe for Waiter<'_, C> {}

impl WaitList {
    sys::const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                earliest: Atomic::new(NOBODY),
                queue: Lock::new(Queue { first: None, last: None }),
            }
        }
    }

    /// Wakes the waiters that can be granted what they want, the earliest first. Call it after the
    /// condition was changed.
    ///
    /// Never waits: if the lock is taken, its holder does it. Costs a fence and a load if there is nothing
    /// to do.
    #[inline]
    pub(crate) fn notify<C: Condition>(condition: &C) {
        sys::window();
        fence(WAKE);
        Self::notify_up_to(condition.reached(), condition);
    }

    /// [`notify`](Self::notify), right after a read-modify-write that moved the condition to
    /// `wait_for_async`: on x86 that was the fence, and a load is all it costs.
    #[inline]
    pub(crate) fn notify_after_rmw<C: Condition>(reached: u64, condition: &C) {
        sys::window();
        fence_after_rmw(WAKE_AFTER_RMW);
        Self::notify_up_to(reached, condition);
    }

    #[inline]
    fn notify_up_to<C: Condition>(reached: u64, condition: &C) {
        if condition.waiters().earliest.load(EARLIEST) <= reached {
            Self::notify_slow(condition);
        }
    }

    #[cold]
    fn notify_slow<C: Condition>(condition: &C) {
        unwind::each(|| {
            let mut batch = Batch::new();
            let is_full = condition.waiters().take_out(condition, &mut batch);
            // On a panic this is called again, and goes on where it was.
            batch.wake();
            is_full
        });
    }

    /// Takes out those that can be granted what they want, and those that a waker came for meanwhile.
    /// Returns whether the batch is full, so that there may be more.
    fn take_out<C: Condition>(&self, condition: &C, batch: &mut Batch) -> bool {
        loop {
            let is_full = self.queue.try_with(|queue| {
                let reached = condition.reached();
                while !batch.is_full() {
                    let Some(waker) = self.pop(queue, reached, condition) else { return false };
                    batch.push(waker);
                }
                true
            });
            match is_full {
                None => return false, // the holder of the lock serves
                Some(true) => return true,
                Some(false) if !self.queue.take_pending(PENDING_WAKER) => return false,
                Some(false) => fence(WAKE_AGAIN),
            }
        }
    }

    /// Whether the list is empty, as far as can be seen from here.
    pub(crate) fn is_empty(&self) -> bool {
        self.earliest.load(EARLIEST) == NOBODY
    }

    /// Runs `f` with the lock held, and serves then, in the place of wakers that came meanwhile as well.
    pub(crate) fn change<C: Condition>(condition: &C, f: impl FnOnce()) {
        condition.waiters().queue.with(|_| f());
        condition.waiters().queue.take_pending(PENDING_HELD);
        Self::notify(condition);
    }

    /// Takes the first entry out, if its position is reached and its want can be granted; returns its
    /// waker.
    fn pop<C: Condition>(
        &self,
        queue: &mut Queue,
        reached: u64,
        condition: &C,
    ) -> Option<Option<Waker>> {
        let first = queue.first?;
        // SAFETY: we hold the lock; an entry in the list is alive.
        let waker = unsafe {
            let want = with_node(first, |node| node.want);
            if want.position > reached {
                return None;
            }
            let token = condition.try_grant(want.amount)?;
            with_node(first, |node| node.token = Some(token));
            self.unlink(queue, first)
        };
        // SAFETY: alive until this store, the last we do to it; its owner may free it right after.
        unsafe { first.as_ref() }.queued.store(false, TAKEN);
        Some(waker)
    }

    /// Puts an entry in its place: behind those with the same position, before those with a later.
    ///
    /// At once where the position is before all others or not before any, as it mostly is; else in as many
    /// steps as there are later ones.
    ///
    /// # Safety
    ///
    /// The lock is held. The entry is not in the list, and stays where it is until it has left.
    unsafe fn link(&self, queue: &mut Queue, entry: NonNull<Entry>, want: Want, waker: Waker) {
        // SAFETY: we hold the lock; entries in the list are alive.
        unsafe {
            let is_later = |at| with_node(at, |node| node.want.position) > want.position;
            // From the end, unless it is before the first.
            let mut previous = queue.last.filter(|_| !queue.first.is_some_and(is_later));
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
            with_node(entry, |node| *node = Node { want, token: None, waker, previous, next });
        }
        self.update_earliest(queue);
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
        self.update_earliest(queue);
        waker
    }

    fn update_earliest(&self, queue: &Queue) {
        // SAFETY: the caller holds the lock; entries in the list are alive.
        let position = |first| unsafe { with_node(first, |node| node.want.position) };
        self.earliest.store(queue.first.map_or(NOBODY, position), EARLIEST);
    }
}

/// A [`fence`] whose thread has done a read-modify-write just before, the one that changed the condition.
///
/// What is needed is that the look for waiters, a load, takes place when the change is visible to all. On x86
/// three things make it so, without a fence:
/// 1. A read-modify-write is a locked instruction there, whatever its ordering. All stores up to and with its
///    own are visible when it ends, and no later load begins before.
/// 2. A change that *failed*, as a compare-and-swap can, is none: it is not followed by a call of this.
/// 3. The compiler could move the look, a relaxed load, before a `Release` operation. The compiler fence
///    forbids that.
///
/// Another locked instruction would double the cost. The memory model knows no such rule, so loom and Miri get
/// the fence. What x86 gets is tested by itself: `ci/no-spin.sh` fails if the look comes before the change, and
/// `ci/asm.sh` finds the compiler's barrier between both.
#[inline(always)]
fn fence_after_rmw(order: impl FenceOrdering) {
    if sys::RMW_IS_FENCE {
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
        let want = Want { position: 0, amount: 0 };
        let node = Node { want, token: None, waker: None, previous: None, next: None };
        let entry = Entry {
            queued: Atomic::new(false),
            node: UnsafeCell::new(node),
            _pinned: PhantomPinned,
        };
        Self { condition, entry, _not_sync: PhantomData }
    }

    /// Runs `f` with the lock of the list held, and serves then in the place of wakers that came meanwhile.
    fn with_list<R>(&self, f: impl FnOnce(&WaitList, &mut Queue) -> R) -> R {
        let list = self.condition.waiters();
        let result = list.queue.with(|queue| f(list, queue));
        if list.queue.take_pending(PENDING_HELD) {
            fence(WAKE_FOR_OTHER);
            WaitList::notify_up_to(self.condition.reached(), self.condition);
        }
        result
    }

    /// Enters the list. Look at the condition afterwards, and do not block if it holds.
    ///
    /// If it is in the list already, it stays at its place, with the new waker. Returns the token of an
    /// earlier wait that was not [taken](Self::take_token).
    #[must_use = "a token is to be used or returned"]
    pub(crate) fn enqueue(self: Pin<&Self>, want: Want, waker: Waker) -> Option<Token> {
        let entry = NonNull::from(&self.get_ref().entry);
        let (token, old) = self.with_list(|list, queue| {
            // SAFETY: we hold the lock. The entry is pinned, so it stays where it is until it is
            // dropped, and then it leaves the list first.
            unsafe {
                if self.is_queued() {
                    return (None, with_node(entry, |node| node.waker.replace(waker)));
                }
                let token = with_node(entry, |node| node.token.take());
                list.link(queue, entry, want, waker);
                self.entry.queued.store(true, QUEUED);
                (token, None)
            }
        });
        drop(old); // an executor's code: after the lock is free
        token
    }

    /// Exchanges the waker, if the entry is still in the list. Look for a [token](Self::take_token)
    /// afterwards, and do not block if there is one.
    pub(crate) fn renew(&self, waker: &Waker) {
        let entry = NonNull::from(&self.entry);
        let mut waker = Some(waker.clone()); // an executor's code: before the lock is taken
        self.with_list(|_, _| {
            if self.is_queued() {
                // SAFETY: we hold the lock, and under it the entry is in the list.
                unsafe { with_node(entry, |node| mem::swap(&mut node.waker, &mut waker)) };
            }
        });
        drop(waker); // the old one, or ours if it came too late: after the lock is free
    }

    /// Takes what came with the grant; `None` if there was none, or it was taken already.
    pub(crate) fn take_token(&self) -> Option<Token> {
        if self.is_queued() {
            return None;
        }
        // SAFETY: out of the list, so the node is the owner's alone, which we borrow it from; a `Waiter`
        // is not `Sync`, so nothing else does at the same time.
        self.entry.node.with_mut(|node| unsafe { (*node).token.take() })
    }

    /// Whether the entry is in the list, and was not granted anything yet.
    pub(crate) fn is_queued(&self) -> bool {
        self.entry.queued.load(LEFT)
    }

    /// Leaves the list, if it is in it. Returns the token if a grant was faster: a wake-up was spent on this
    /// waiter, and if it has no use for it, it must pass it on.
    #[must_use = "a token is to be used or returned"]
    pub(crate) fn leave(&self) -> Option<Token> {
        if self.is_queued() {
            let entry = NonNull::from(&self.entry);
            let waker = self.with_list(|list, queue| {
                if !self.is_queued() {
                    return None;
                }
                // SAFETY: we hold the lock, and under it the entry is in the list.
                let waker = unsafe { list.unlink(queue, entry) };
                self.entry.queued.store(false, QUEUED);
                waker
            });
            drop(waker); // an executor's code: after the lock is free
        }
        self.take_token()
    }
}

impl<C: Condition> Drop for Waiter<'_, C> {
    fn drop(&mut self) {
        let _token = self.leave(); // of a client to which it means nothing
        // SAFETY: out of the list, so the node is ours alone.
        self.entry.node.with(|node| debug_assert!(unsafe { (*node).waker.is_none() }));
    }
}

/// Wakers of entries that were taken out together.
struct Batch {
    wakers: [Option<Waker>; BATCH],
    len: usize,
}

impl Batch {
    fn new() -> Self {
        Self { wakers: [const { None }; BATCH], len: 0 }
    }

    fn is_full(&self) -> bool {
        self.len == BATCH
    }

    /// Adds one, if the batch is not full.
    fn push(&mut self, waker: Option<Waker>) {
        if let Some(free) = self.wakers.get_mut(self.len) {
            *free = waker;
            self.len += 1;
        }
    }

    /// Runs all of them, in the order in which they came, also if some panic.
    fn wake(&mut self) {
        let mut wakers = self.wakers.iter_mut().take(self.len);
        unwind::each(|| {
            let Some(waker) = wakers.next() else { return false };
            waker.take().into_iter().for_each(Waker::wake);
            true
        });
    }
}

#[cfg(test)]
mod tests;
