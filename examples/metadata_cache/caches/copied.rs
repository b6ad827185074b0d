//! A map that is not changed but replaced: each write makes a copy.

use super::cached::{AsItIs, Cached};
use super::locked::put;
use super::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Map = HashMap<u64, Cached, AsItIs>;

pub struct Copied {
    map: ArcSwap<Map>,
    /// One copies at a time.
    writers: Mutex<()>,
}

impl Copied {
    /// Replaces the map by a changed copy.
    fn change<R>(&self, change: impl FnOnce(&mut Map) -> R) -> R {
        let _writer = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut map = Map::clone(&self.map.load());
        let result = change(&mut map);
        self.map.store(Arc::new(map));
        result
    }
}

impl Cache for Copied {
    const NAME: &'static str = "arc-swap";
    type Handle<'a> = &'a Self;

    fn new(_: usize, _: bool) -> Self {
        Self { map: ArcSwap::default(), writers: Mutex::new(()) } // it grows
    }

    fn handle(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Handle for &Copied {
    #[inline]
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.map.load().get(&key.digest)?.of(key)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        self.change(|map| put(map, key, entry))
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.get(key)?; // no copy for nothing
        self.change(|map| {
            let entry = map.get(&key.digest)?.of(key)?;
            map.remove(&key.digest);
            Some(entry)
        })
    }
}
