//! A cache in use: sessions that look up, what they count, and the end.

use crate::caches::{Cache, Handle, Insertion};
use crate::counts::{Count, Counts, SessionCounts, Sums};
use crate::entry::{Entry, Outcome, Terms};
use crate::error::{Error, Result};
use crate::key::Key;
use latchfree::refcount::{Closed, Entered, Gate};
use std::time::Duration;

/// A cache, until it is unmounted.
///
/// A session is inside the gate for as long as it is there, and checks before each look-up whether the gate was closed:
/// a load of a word that is not written meanwhile. To enter for each look-up would be two additions to that word, by all.
pub struct Mount<C> {
    gate: Gate,
    counts: Counts,
    cache: C,
}

impl<C: Cache> Mount<C> {
    pub fn new(cache: C) -> Self {
        Self { gate: Gate::new(), counts: Counts::new(), cache }
    }

    /// Begins a session, for one thread.
    pub fn session(&self) -> Result<Session<'_, C>> {
        let inside = self.gate.enter().map_err(|Closed| Error::Unmounted)?;
        let handle = self.cache.handle().ok_or(Error::Crowded)?;
        Ok(Session { handle, counts: self.counts.local(), inside })
    }

    /// Returns the counts so far, and stops no session for it.
    pub fn sums(&self) -> Sums {
        Sums::of(&self.counts)
    }

    /// Begins to unmount: from now on look-ups are refused, so that sessions end.
    pub fn close(&self) {
        self.gate.close();
    }

    /// Blocks until the mount is closed and all sessions have ended.
    pub fn wait_idle(&self) {
        self.gate.wait_idle();
    }

    /// As [`wait_idle`](Self::wait_idle), for so long at the longest. Returns whether no session is left.
    pub fn wait_idle_timeout(&self, timeout: Duration) -> bool {
        self.gate.wait_idle_timeout(timeout)
    }
}

/// One thread's way to a mounted cache.
pub struct Session<'a, C: Cache + 'a> {
    handle: C::Handle<'a>,
    counts: SessionCounts<'a>,
    /// Behind the handle: it leaves last.
    inside: Entered<'a>,
}

impl<C: Cache> Session<'_, C> {
    /// Whether the mount is not closed yet.
    #[inline]
    pub fn is_open(&self) -> bool {
        !self.inside.gate().is_closed()
    }

    /// Looks a key up.
    #[inline]
    pub fn look_up(&mut self, key: &Key<'_>, terms: Terms) -> Result<Outcome, Closed> {
        self.check_open()?;
        let outcome = self.handle.look_up(key, terms);
        self.counts.inc(match outcome {
            Outcome::Hit(_) => Count::Hits,
            Outcome::Missing => Count::Misses,
            Outcome::Expired => Count::Expired,
            Outcome::Stale => Count::Stale,
        });
        Ok(outcome)
    }

    /// Stores what the master has said.
    pub fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Result<Insertion, Closed> {
        self.check_open()?;
        let insertion = self.handle.insert(key, entry);
        match insertion {
            Insertion::New => self.counts.inc(Count::Inserted),
            Insertion::Replaced(_) => self.counts.inc(Count::Replaced),
            Insertion::Evicted => {
                self.counts.inc(Count::Inserted);
                self.counts.inc(Count::Evicted);
            }
            Insertion::Behind => {}
        }
        Ok(insertion)
    }

    /// Removes the entry of a key, and returns it.
    pub fn remove(&mut self, key: &Key<'_>) -> Result<Option<Entry>, Closed> {
        self.check_open()?;
        let removed = self.handle.remove(key);
        if removed.is_some() {
            self.counts.inc(Count::Removed);
        }
        Ok(removed)
    }

    #[inline]
    fn check_open(&self) -> Result<(), Closed> {
        if self.is_open() { Ok(()) } else { Err(Closed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{MAX_SESSIONS, Table};
    use std::thread;
    use std::time::Instant;

    const ENTRY: Entry = Entry { location: 7, version: 3, lease_end: 100 };
    const GOOD: Terms = Terms { now: 0, version: 0 };

    #[test]
    fn outcomes_and_changes_are_counted() {
        let mount = Mount::new(Table::new(100, false));
        let mut session = mount.session().unwrap();
        let key = Key::new("/a", 0);
        assert_eq!(session.look_up(&key, GOOD), Ok(Outcome::Missing));
        assert_eq!(session.insert(&key, ENTRY), Ok(Insertion::New));
        assert_eq!(session.insert(&key, ENTRY), Ok(Insertion::Behind));
        assert_eq!(session.look_up(&key, GOOD), Ok(Outcome::Hit(ENTRY)));
        assert_eq!(session.look_up(&key, Terms { now: 100, ..GOOD }), Ok(Outcome::Expired));
        assert_eq!(session.look_up(&key, Terms { version: 4, ..GOOD }), Ok(Outcome::Stale));
        let newer = Entry { version: 4, ..ENTRY };
        assert_eq!(session.insert(&key, newer), Ok(Insertion::Replaced(ENTRY)));
        assert_eq!((session.remove(&key), session.remove(&key)), (Ok(Some(newer)), Ok(None)));
        let text = "hits 1\nmisses 1\nexpired 1\nstale 1\ninserted 1\nreplaced 1\nevicted 0\nremoved 1\nentries 0";
        assert_eq!(mount.sums().to_string(), text);
    }

    #[test]
    fn unmount_waits_for_the_last_session_and_refuses_others() {
        let mount = Mount::new(Table::new(100, false));
        let mut session = mount.session().unwrap();
        thread::scope(|scope| {
            let unmounts = scope.spawn(|| {
                mount.close();
                mount.wait_idle();
            });
            let begun = Instant::now();
            while session.look_up(&Key::new("/a", 0), GOOD).is_ok() {
                assert!(begun.elapsed() < Duration::from_secs(20), "the mount is not closed");
                thread::yield_now();
            }
            assert!(!mount.wait_idle_timeout(Duration::from_millis(20)), "a session is inside");
            assert!(!unmounts.is_finished());
            assert_eq!(session.insert(&Key::new("/a", 0), ENTRY), Err(Closed));
            assert_eq!(session.remove(&Key::new("/a", 0)), Err(Closed));
            drop(session);
            unmounts.join().unwrap();
        });
        assert!(matches!(mount.session().err(), Some(Error::Unmounted)));
    }

    #[test]
    fn session_beyond_the_last_slot_is_refused_until_one_ends() {
        let mount = Mount::new(Table::new(100, false));
        let mut sessions: Vec<_> = (0..MAX_SESSIONS).map(|_| mount.session().unwrap()).collect();
        assert!(matches!(mount.session().err(), Some(Error::Crowded)));
        sessions.pop();
        assert!(mount.session().is_ok());
        drop(sessions);
        mount.close();
        assert!(mount.wait_idle_timeout(Duration::ZERO), "a refused session has left");
    }
}
