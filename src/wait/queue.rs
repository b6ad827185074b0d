//! The queue of waiters: its order, and how waiters are woken.
//!
//! Each waiter has a *key*, by which the queue is sorted (waiters with the same key, by arrival), and an
//! *amount*. The [`Event`] knows the key up to which it is ready, and grants the waiters up to there, one after
//! the other, until one cannot be granted yet. It may also know a key beyond which none ever will be ready: then
//! the waiters at the back are granted their end. Each grant carries a [token](Token) for the waiter.
//!
//! The queue is a doubly linked list. Its entries live where the waiters are, on their stacks or in their
//! futures, so waiting allocates nothing and cannot fail. Links are changed under the lock only; `first_key`
//! repeats the first key outside the lock, so that a notifier sees without it that there is nothing to do.
//!
//! # No wake-up is lost
//!
//! ```text
//! waiter                                 notifier
//!   S1  first_key := key (under the lock)  N1  changes the event
//!   S2  fence BLOCK      (unlocked)        N2  fence NOTIFY
//!   S3  checks the event                   N3  checks first_key
//! ```
//!
//! The two fences are in one order. If S2 is first, N3 reads what S1 wrote, or what a later holder of the lock
//! wrote, which took our entry into account. If N2 is first, S3 reads what N1 wrote, and the waiter does not
//! block. Without either fence both may read the old value.
//!
//! If N3 sees the waiter but then finds the queue empty, because the notifier had the lock before the waiter,
//! then the lock itself makes N1 happen before S3. If it finds the lock taken, it leaves a request *pending*,
//! and the holder notifies in its place (the [lock](super::lock) says why that is not lost). So `first_key`
//! needs no order of its own.
//!
//! # Foreign code
//!
//! Wakers are an executor's code. They run when the lock is free, and in batches: those that are granted
//! together are taken out first, and pending requests are handled before the first waker runs.
//! So a waker that blocks holds up only the wake-ups of its batch and of later batches of the same call. If a waker
//! panics, the others of its batch, and those behind it, are woken all the same.
//!
//! A waiter that enters or leaves notifies in the place of notifiers that found the lock taken. So it may
//! run wakers of others, which may do anything: what the waiter knew before is out of date, and it checks again.

use super::event::{Event, Token, Want};
use super::lock::Lock;
use crate::atomic::{Atomic, fence, fence_after_rmw};
use crate::sys::{self, UnsafeCell, unwind};
use core::marker::PhantomPinned;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Waker;

sites! {
    /// Between the change of the event and the check for waiters: pairs with a waiter's BLOCK, which is between
    /// its entry and its second check of the event. Weaker, both may read the old value.
    pub(crate) NOTIFY: fence(SeqCst), pairs(super::future::BLOCK);
    /// As [`NOTIFY`], where the change was a read-modify-write.
    pub(super) NOTIFY_AFTER_RMW: fence(SeqCst), pairs(super::future::BLOCK);
    /// Between a notifier's release of the lock and its check for requests of others: pairs with the lock's
    /// PENDING_SET.
    pub(super) RELEASED: fence(SeqCst), pairs(super::lock::PENDING_SET);
    /// The first key in the queue, for a notifier. The fences and the lock order it.
    FIRST_KEY: Relaxed;
    /// The same, repeated under the lock.
    FIRST_KEY_SET: Relaxed;
    /// Checks whether others wait, for a thread that has not entered. The result may be out of date at once.
    ANY_WAITERS: Relaxed;
    /// Read and set under the lock, by the waiter.
    QUEUED: Relaxed;
    /// The notifier is finished with the entry: pairs with LEFT, after which the entry may be dropped.
    TAKEN: Release;
    /// Checks whether the notifier is finished with the entry: pairs with TAKEN. What the notifier did to the entry
    /// is over before its memory is used for something else.
    LEFT: Acquire, pairs(TAKEN);
}

/// The queue is empty, or its first waiter is for the very last key: then a notifier takes the lock to find
/// out.
const NONE: u64 = u64::MAX;

/// How many entries are taken out of the queue before their wakers run.
const BATCH: usize = sys::cfg_loom!(2 else 16);

/// The waiters of one event.
pub(crate) struct WaitQueue {
    first_key: Atomic<u64>,
    links: Lock<Links>,
}

/// Both ends of the list.
struct Links {
    first: Option<NonNull<Entry>>,
    last: Option<NonNull<Entry>>,
    /// The key of the next waiter that has none of its own.
    arrivals: u64,
}

/// One waiter's part of the list.
pub(super) struct Entry {
    /// Whether a notifier may still access the node. Changed under the lock.
    queued: Atomic<bool>,
    /// Accessed under the lock, or by the owner once `queued` is `false`.
    node: UnsafeCell<Node>,
    _pinned: PhantomPinned,
}

struct Node {
    /// Kept when the waiter enters again.
    key: Option<u64>,
    amount: u64,
    /// The token of a grant, until the waiter takes it.
    token: Option<Token>,
    /// `Some` as long as the entry is in the list.
    waker: Option<Waker>,
    previous: Option<NonNull<Entry>>,
    next: Option<NonNull<Entry>>,
}

// SAFETY: the pointers lead to entries that leave the list before they go away (`WaitQueue::enter`); what they
// hold is `Send` (a `Waker` is), and is accessed under the lock only.
unsafe impl Send for Links {}
// SAFETY: as for `Links`. An entry is not `Sync`: besides the holder of the lock, only its owner uses it.
unsafe impl Send for Entry {}

// A panic can come from wakers alone, and they run when the list is whole.
impl UnwindSafe for WaitQueue {}
impl RefUnwindSafe for WaitQueue {}
impl UnwindSafe for Entry {}
impl RefUnwindSafe for Entry {}

/// The notifier's half.
impl WaitQueue {
    sys::const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                first_key: Atomic::new(NONE),
                links: Lock::new(Links { first: None, last: None, arrivals: 0 }),
            }
        }
    }

    /// Wakes the waiters that can be granted what they want, in the order of the queue. Call it after a change of
    /// the event.
    ///
    /// Never blocks: if the lock is taken, its holder wakes them. Costs a fence and a load if there is nothing to
    /// do.
    #[inline]
    pub(crate) fn notify<E: Event>(event: &E) {
        sys::window();
        fence(NOTIFY);
        Self::notify_up_to(event.ready_key(), event);
    }

    /// Wakes waiters as [`notify`](Self::notify) does, right after a read-modify-write that made the event ready up
    /// to `ready_key`. On x86 that instruction was the fence, so this costs a load.
    #[inline]
    pub(crate) fn notify_after_rmw<E: Event>(ready_key: u64, event: &E) {
        sys::window();
        fence_after_rmw(NOTIFY_AFTER_RMW);
        Self::notify_up_to(ready_key, event);
    }

    /// Wakes the waiters of two events, right after a read-modify-write that may have made both of them ready. Costs no
    /// second fence.
    #[inline]
    pub(crate) fn notify_both_after_rmw<E: Event, F: Event>(first: &E, second: &F) {
        sys::window();
        fence_after_rmw(NOTIFY_AFTER_RMW);
        let first_key = first.waiters().first_key.load(FIRST_KEY);
        let second_key = second.waiters().first_key.load(FIRST_KEY);
        if first_key <= first.ready_key() || second_key <= second.ready_key() {
            Self::notify_both_slow(first, second);
        }
    }

    #[cold]
    fn notify_both_slow<E: Event, F: Event>(first: &E, second: &F) {
        let mut is_second = false;
        // Also if a waker of the first panics.
        unwind::each(|| {
            if !core::mem::replace(&mut is_second, true) {
                Self::notify_up_to(first.ready_key(), first);
                return true;
            }
            Self::notify_up_to(second.ready_key(), second);
            false
        });
    }

    /// Wakes waiters as [`notify`](Self::notify) does, also those at the back, after a change of the event's
    /// [last key](Event::last_key). Takes the lock, if it is free.
    pub(crate) fn notify_end<E: Event>(event: &E) {
        sys::window();
        fence(NOTIFY);
        Self::notify_slow(event);
    }

    #[inline]
    fn notify_up_to<E: Event>(ready_key: u64, event: &E) {
        if event.waiters().first_key.load(FIRST_KEY) <= ready_key {
            Self::notify_slow(event);
        }
    }

    #[cold]
    fn notify_slow<E: Event>(event: &E) {
        unwind::each(|| {
            let mut batch = Batch::new();
            let is_full = event.waiters().take_out(event, &mut batch);
            // After a panic this is called again, and continues where it was.
            batch.wake();
            is_full
        });
    }

    /// Takes out the waiters that can be granted what they want, also on behalf of notifiers that find the lock
    /// taken meanwhile. Returns whether the batch is full, so that there may be more.
    fn take_out<E: Event>(&self, event: &E, batch: &mut Batch) -> bool {
        loop {
            let is_full = self.links.try_with(|links| {
                let keys = (event.ready_key(), event.last_key());
                while !batch.is_full() {
                    let Some(waker) = self.pop(links, keys, event) else { return false };
                    batch.push(waker);
                }
                true
            });
            match is_full {
                None => return false, // the holder of the lock notifies
                Some(true) => return true,
                Some(false) => {}
            }
            fence(RELEASED);
            if !self.links.take_pending() {
                return false;
            }
        }
    }

    /// Takes the first entry out, if its key is ready, or else the last one, if its key never will be, and if it can
    /// be granted; returns its waker.
    fn pop<E: Event>(
        &self,
        links: &mut Links,
        (ready_key, last_key): (u64, u64),
        event: &E,
    ) -> Option<Option<Waker>> {
        // SAFETY: the caller holds the lock; an entry in the list is alive.
        let key = |entry| unsafe { with_node(entry, |node| node.key) };
        let first = links.first.filter(|&first| key(first) <= Some(ready_key));
        let entry = first.or_else(|| links.last.filter(|&last| key(last) > Some(last_key)))?;
        // SAFETY: we hold the lock; an entry in the list is alive.
        let waker = unsafe {
            let token = event.try_grant(with_node(entry, |node| node.amount))?;
            with_node(entry, |node| node.token = Some(token));
            self.unlink(links, entry)
        };
        // SAFETY: alive until this store, the last we do to it; its owner may free it right after.
        unsafe { entry.as_ref() }.queued.store(false, TAKEN);
        Some(waker)
    }

    /// Returns whether no waiter is in the queue, as far as this thread can see.
    pub(crate) fn is_empty(&self) -> bool {
        self.first_key.load(ANY_WAITERS) == NONE
    }

    /// Changes the event by `change` under the lock, and notifies.
    ///
    /// That also handles pending requests: the fence makes the changes before them visible.
    pub(crate) fn change<E: Event>(event: &E, change: impl FnOnce()) {
        event.waiters().links.with(|_| change());
        Self::notify(event);
    }
}

/// The waiter's half.
impl WaitQueue {
    /// Puts `entry` into the queue, or, if it is in it already, leaves it there with the new waker.
    ///
    /// Returns the previous waker. A BLOCK fence and [`notify_pending`](Self::notify_pending)
    /// follow, and then a second check of the event.
    ///
    /// # Errors
    ///
    /// The new waker, if the entry has a token.
    ///
    /// # Safety
    ///
    /// `entry` is in this queue or in none, and is [removed](Self::remove) before it is dropped.
    pub(super) unsafe fn enter(
        &self,
        entry: Pin<&Entry>,
        waker: Waker,
    ) -> Result<Option<Waker>, Waker> {
        let is_queued = &entry.queued;
        let entry = NonNull::from(entry.get_ref());
        self.links.with(|links| {
            // SAFETY: we hold the lock. The entry is pinned, so it stays where it is until it is dropped, and
            // the caller promises that it leaves the queue first.
            unsafe {
                if is_queued.load(QUEUED) {
                    return Ok(with_node(entry, |node| node.waker.replace(waker)));
                }
                if with_node(entry, |node| node.token.is_some()) {
                    return Err(waker);
                }
                self.link(links, entry, waker);
                is_queued.store(true, QUEUED);
                Ok(None)
            }
        })
    }

    /// Takes `entry` out of the queue, if it still is in it, and returns its waker.
    ///
    /// # Safety
    ///
    /// `entry` is in this queue or in none.
    pub(super) unsafe fn remove(&self, entry: &Entry) -> Option<Waker> {
        self.links.with(|links| {
            if !entry.queued.load(QUEUED) {
                return None;
            }
            // SAFETY: we hold the lock, and under it the entry is in the list.
            let waker = unsafe { self.unlink(links, NonNull::from(entry)) };
            entry.queued.store(false, QUEUED);
            waker
        })
    }

    /// Notifies in the place of a notifier that found the lock taken. Runs wakers of others.
    pub(super) fn notify_pending<E: Event>(event: &E) {
        if event.waiters().links.take_pending() {
            // After an end, the request may be for waiters at the back.
            let has_end = event.last_key() < u64::MAX;
            Self::notify_up_to(if has_end { u64::MAX } else { event.ready_key() }, event);
        }
    }

    /// Links an entry behind those with the same key, before those with a greater key.
    ///
    /// In one step where the key is less than all others or not less than any, as it mostly is; else in as many
    /// steps as there are greater keys.
    ///
    /// # Safety
    ///
    /// The lock is held. The entry is not in the list, and stays where it is until it has left.
    unsafe fn link(&self, links: &mut Links, entry: NonNull<Entry>, waker: Waker) {
        // SAFETY: we hold the lock; entries in the list are alive.
        unsafe {
            let key = with_node(entry, |node| *node.key.get_or_insert(links.arrivals));
            links.arrivals = links.arrivals.wrapping_add(1);
            let is_greater = |other| with_node(other, |node| node.key > Some(key));
            // From the end, unless the new entry comes before the first.
            let mut previous = links.last.filter(|_| !links.first.is_some_and(is_greater));
            while let Some(candidate) = previous.filter(|&other| is_greater(other)) {
                previous = with_node(candidate, |node| node.previous);
            }
            let next = match previous {
                Some(previous) => with_node(previous, |node| node.next.replace(entry)),
                None => links.first.replace(entry),
            };
            match next {
                Some(next) => with_node(next, |node| node.previous = Some(entry)),
                None => links.last = Some(entry),
            }
            with_node(entry, |node| {
                (node.waker, node.previous, node.next) = (Some(waker), previous, next);
            });
        }
        self.set_first_key(links);
    }

    /// Takes an entry out, and its waker with it.
    ///
    /// # Safety
    ///
    /// The lock is held and the entry is in the list.
    unsafe fn unlink(&self, links: &mut Links, entry: NonNull<Entry>) -> Option<Waker> {
        // SAFETY: we hold the lock; entries in the list are alive.
        let waker = unsafe {
            let (waker, previous, next) =
                with_node(entry, |node| (node.waker.take(), node.previous, node.next));
            match previous {
                Some(previous) => with_node(previous, |node| node.next = next),
                None => links.first = next,
            }
            match next {
                Some(next) => with_node(next, |node| node.previous = previous),
                None => links.last = previous,
            }
            waker
        };
        self.set_first_key(links);
        waker
    }

    fn set_first_key(&self, links: &Links) {
        // SAFETY: the caller holds the lock; entries in the list are alive.
        let key = |first| unsafe { with_node(first, |node| node.key) };
        self.first_key.store(links.first.and_then(key).unwrap_or(NONE), FIRST_KEY_SET);
    }
}

impl Entry {
    /// Creates an entry that is in no queue.
    pub(super) fn new(want: Want) -> Self {
        let Want { key, amount } = want;
        let node = Node { key, amount, token: None, waker: None, previous: None, next: None };
        Self { queued: Atomic::new(false), node: UnsafeCell::new(node), _pinned: PhantomPinned }
    }

    /// Returns whether the entry is in a queue, and was not granted anything yet.
    pub(super) fn is_queued(&self) -> bool {
        self.queued.load(LEFT)
    }

    /// Returns whether there is a token to [take](Self::take_token).
    pub(super) fn has_token(&self) -> bool {
        // SAFETY: as in `take_token`.
        !self.is_queued() && self.node.with(|node| unsafe { (*node).token.is_some() })
    }

    /// Takes the token of a grant; `None` if there was no grant, or its token was taken already.
    pub(super) fn take_token(&self) -> Option<Token> {
        if self.is_queued() {
            return None;
        }
        // SAFETY: the entry is out of the queue, so only its owner accesses the node. We borrow it from the owner,
        // and an `Entry` is not `Sync`, so no other thread does at the same time.
        self.node.with_mut(|node| unsafe { (*node).token.take() })
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

/// The wakers of entries that were taken out together.
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

    /// Runs all of them, in order, also if some panic.
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
