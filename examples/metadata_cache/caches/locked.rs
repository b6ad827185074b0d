//! A map under a lock that readers share.

use super::cached::{AsItIs, Cached};
use super::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use std::collections::HashMap;
use std::collections::hash_map;
use std::sync::{PoisonError, RwLock};

pub struct Locked(RwLock<HashMap<u64, Cached, AsItIs>>);

impl Cache for Locked {
    const NAME: &'static str = "RwLock<HashMap>";
    type Handle<'a> = &'a Self;

    fn new(_: usize, _: bool) -> Self {
        Self(RwLock::default()) // it grows
    }

    fn handle(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Handle for &Locked {
    #[inline]
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key.digest)?.of(key)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        put(&mut map, key, entry)
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let entry = map.get(&key.digest)?.of(key)?;
        map.remove(&key.digest);
        Some(entry)
    }
}

/// Stores an entry in a map.
pub fn put(map: &mut HashMap<u64, Cached, AsItIs>, key: &Key<'_>, entry: Entry) -> Insertion {
    match map.entry(key.digest) {
        hash_map::Entry::Occupied(mut cached) => cached.get_mut().put(key, entry),
        hash_map::Entry::Vacant(free) => {
            free.insert(Cached::new(key, entry));
            Insertion::New
        }
    }
}
