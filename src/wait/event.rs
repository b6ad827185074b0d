//! What waiters wait for.

use super::WaitQueue;

/// A word that is handed to a waiter together with its wake-up.
pub(crate) type Token = u64;

/// What one waiter waits for.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    /// Its place in the queue; `None` for the order of arrival.
    pub(super) key: Option<u64>,
    /// What [`Event::try_grant`] is asked for.
    pub(super) amount: u64,
}

impl Want {
    /// That a key is ready: the queue is sorted by these keys.
    pub(crate) const fn key(key: u64) -> Self {
        Self { key: Some(key), amount: 0 }
    }

    /// `amount`, in the order of arrival.
    pub(crate) const fn in_turn(amount: u64) -> Self {
        Self { key: None, amount }
    }
}

/// A state that changes, and the queue of those that wait for it to be as they want.
///
/// The thread that changed the state calls [`WaitQueue::notify`]. Any other may call it too, at any time: it
/// wakes only the waiters that are granted what they want.
pub(crate) trait Event {
    /// The waiters.
    fn waiters(&self) -> &WaitQueue;

    /// Returns the key up to which waiters may be granted: less than `u64::MAX`, or else a look at an empty
    /// queue takes its lock. Without keys, all of them may.
    fn ready_key(&self) -> u64 {
        u64::MAX - 1
    }

    /// Grants `amount`, or returns `None` if that cannot be done yet, for this waiter and for those behind it.
    ///
    /// Called under the lock, for the first in the queue. The waiter finds the token, and it is the waiter's
    /// to use or to return.
    fn try_grant(&self, amount: u64) -> Option<Token> {
        let _ = amount;
        Some(0)
    }

    /// Takes the token back of a waiter that was granted `amount` and has no use for it.
    fn cancelled(&self, token: Token, amount: u64) {
        let _ = (token, amount);
    }
}
