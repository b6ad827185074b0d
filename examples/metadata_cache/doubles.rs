//! Caches with a defect each, to know that the check notices it.

use crate::caches::{Cache, Handle, Insertion, Locked};
use crate::entry::{Entry, Outcome, Terms};
use crate::key::Key;
use std::marker::PhantomData;
use std::thread;

/// A cache that does all as it should, but for its defect.
pub struct Broken<D> {
    cache: Locked,
    defect: PhantomData<fn() -> D>,
}

/// What is done wrong.
pub trait Defect: 'static {
    const NAME: &'static str;

    fn look_up(mut cache: &Locked, key: &Key<'_>, terms: Terms) -> Outcome {
        cache.look_up(key, terms)
    }

    fn insert(mut cache: &Locked, key: &Key<'_>, entry: Entry) -> Insertion {
        cache.insert(key, entry)
    }

    fn remove(mut cache: &Locked, key: &Key<'_>) -> Option<Entry> {
        cache.remove(key)
    }
}

impl<D: Defect> Cache for Broken<D> {
    const NAME: &'static str = D::NAME;
    type Handle<'a> = &'a Self;

    fn new(entries: usize, checked: bool) -> Self {
        Self { cache: Locked::new(entries, checked), defect: PhantomData }
    }

    fn handle(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<D: Defect> Handle for &Broken<D> {
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        (&self.cache).get(key)
    }

    fn look_up(&mut self, key: &Key<'_>, terms: Terms) -> Outcome {
        D::look_up(&self.cache, key, terms)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        D::insert(&self.cache, key, entry)
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        D::remove(&self.cache, key)
    }
}

/// Uses entries whose lease has ended.
pub struct NoLeaseCheck;

impl Defect for NoLeaseCheck {
    const NAME: &'static str = "no lease check";

    fn look_up(mut cache: &Locked, key: &Key<'_>, terms: Terms) -> Outcome {
        cache.look_up(key, Terms { now: 0, ..terms })
    }
}

/// Uses entries whose version is behind.
pub struct NoVersionCheck;

impl Defect for NoVersionCheck {
    const NAME: &'static str = "no version check";

    fn look_up(mut cache: &Locked, key: &Key<'_>, terms: Terms) -> Outcome {
        cache.look_up(key, Terms { version: 0, ..terms })
    }
}

/// Says that it has removed an entry, and keeps it.
pub struct KeepsRemoved;

impl Defect for KeepsRemoved {
    const NAME: &'static str = "keeps what is removed";

    fn remove(mut cache: &Locked, key: &Key<'_>) -> Option<Entry> {
        cache.get(key)
    }
}

/// Says that it has replaced an entry, and keeps the old one.
pub struct KeepsReplaced;

impl Defect for KeepsReplaced {
    const NAME: &'static str = "keeps what is replaced";

    fn insert(mut cache: &Locked, key: &Key<'_>, entry: Entry) -> Insertion {
        match cache.get(key) {
            Some(old) => Insertion::Replaced(old),
            None => cache.insert(key, entry),
        }
    }
}

/// Reads the fields of an entry one after the other.
pub struct TwoMoments;

impl Defect for TwoMoments {
    const NAME: &'static str = "fields of two moments";

    fn look_up(mut cache: &Locked, key: &Key<'_>, terms: Terms) -> Outcome {
        let first = cache.get(key);
        thread::yield_now(); // as a thread that is preempted here
        let second = cache.get(key);
        let mixed =
            first.zip(second).map(|(first, second)| Entry { location: first.location, ..second });
        terms.judge(mixed)
    }
}
