//! What waiters wait for.

use super::WaitQueue;

/// A word that is handed to a waiter together with its wake-up.
pub(crate) type Token = u64;

/// What one waiter waits for.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    /// The key by which the queue is sorted; `None` for the order of arrival.
    pub(super) key: Option<u64>,
    /// The argument of [`Event::try_grant`].
    pub(super) amount: u64,
}

impl Want {
    /// Wants `key` to be ready: the queue is sorted by these keys.
    pub(crate) const fn key(key: u64) -> Self {
        Self { key: Some(key), amount: 0 }
    }

    /// Wants `amount`, in the order of arrival.
    pub(crate) const fn in_turn(amount: u64) -> Self {
        Self { key: None, amount }
    }
}

/// A state that changes, and the queue of those that wait for a change.
///
/// A thread that has changed the state calls [`WaitQueue::notify`]. Other threads may call it too, at any time: it
/// wakes only the waiters that are granted what they want.
pub(crate) trait Event {
    /// Returns the queue of waiters.
    fn waiters(&self) -> &WaitQueue;

    /// Returns the key up to which waiters may be granted what they want. It should be less than `u64::MAX`: else
    /// notifiers take the lock of an empty queue. Without keys, all waiters may.
    fn ready_key(&self) -> u64 {
        u64::MAX - 1
    }

    /// Returns the last key that may still become ready. Waiters with greater ones are granted their end, whatever is in
    /// front of them; after this key has come down, [`WaitQueue::notify_end`] wakes them.
    fn last_key(&self) -> u64 {
        u64::MAX
    }

    /// Grants `amount`, or returns `None` if that cannot be done yet, for this waiter and for those behind it.
    ///
    /// Called under the lock, for the first waiter in the queue. The waiter receives the token, and uses or returns
    /// it.
    fn try_grant(&self, amount: u64) -> Option<Token> {
        let _ = amount;
        Some(0)
    }

    /// Takes the token back from a waiter that was granted `amount` and does not use it.
    fn cancelled(&self, token: Token, amount: u64) {
        let _ = (token, amount);
    }
}
