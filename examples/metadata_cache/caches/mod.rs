//! What a load runs on: the table of this program, or what else there is for it.
//!
//! The baselines use nothing of this crate.

mod cached;
#[cfg(test)]
mod contract;
mod copied;
mod gated;
mod locked;
mod none;
mod sharded;

pub use self::copied::Copied;
pub use self::gated::Gated;
pub use self::locked::Locked;
pub use self::none::Nothing;
pub use self::sharded::Sharded;

use crate::entry::{Entry, Outcome, Terms};
use crate::key::Key;

/// A cache: at most one entry for a key.
pub trait Cache: Sync + Sized {
    const NAME: &'static str;

    type Handle<'a>: Handle + Send
    where
        Self: 'a;

    /// Creates an empty cache with room for so many entries, where that is limited. One that is `checked` takes more time and memory, so that
    /// a use of memory that was freed is noticed.
    fn new(entries: usize, checked: bool) -> Self;

    /// Returns a handle for one thread; `None`, if there are too many.
    fn handle(&self) -> Option<Self::Handle<'_>>;
}

/// One thread's way to a cache.
pub trait Handle {
    /// Returns the entry of a key, as one insertion has left it.
    fn get(&mut self, key: &Key<'_>) -> Option<Entry>;

    /// Looks a key up.
    #[inline]
    fn look_up(&mut self, key: &Key<'_>, terms: Terms) -> Outcome {
        terms.judge(self.get(key))
    }

    /// Stores an entry, unless a newer one of the key is there.
    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion;

    /// Removes the entry of a key, and returns it. No look-up that begins after the return finds it.
    fn remove(&mut self, key: &Key<'_>) -> Option<Entry>;
}

/// What an insertion has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insertion {
    New,
    /// The key had this entry. No look-up that begins after the insertion finds it.
    Replaced(Entry),
    /// The entry of another key is gone for it.
    Evicted,
    /// There is a newer entry, which stays.
    Behind,
}
