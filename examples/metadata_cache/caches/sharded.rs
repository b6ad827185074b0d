//! A map in parts, each under a lock of its own.

use super::cached::{AsItIs, Cached};
use super::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use dashmap::DashMap;
use dashmap::mapref::entry;

pub struct Sharded(DashMap<u64, Cached, AsItIs>);

impl Cache for Sharded {
    const NAME: &'static str = "dashmap";
    type Handle<'a> = &'a Self;

    fn new(_: usize, _: bool) -> Self {
        Self(DashMap::default()) // it grows
    }

    fn handle(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Handle for &Sharded {
    #[inline]
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.0.get(&key.digest)?.of(key)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        match self.0.entry(key.digest) {
            entry::Entry::Occupied(mut cached) => cached.get_mut().put(key, entry),
            entry::Entry::Vacant(free) => {
                free.insert(Cached::new(key, entry));
                Insertion::New
            }
        }
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        let (_, cached) = self.0.remove_if(&key.digest, |_, cached| cached.of(key).is_some())?;
        cached.of(key)
    }
}
