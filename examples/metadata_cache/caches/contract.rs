//! What all caches do, whatever they are made of.

use super::{Cache, Copied, Gated, Handle, Insertion, Locked, Sharded};
use crate::entry::Entry;
use crate::key::Key;
use crate::table::Table;
use std::thread;

/// The tests of one cache.
macro_rules! contract {
    ($($module:ident: $cache:ty),+ $(,)?) => { $(
        mod $module {
            use super::*;

            #[test]
            fn entry_is_found_until_it_is_removed() {
                entry_is_found::<$cache>();
            }

            #[test]
            fn newer_entry_replaces_and_older_one_is_behind() {
                newer_entry_replaces::<$cache>();
            }

            #[test]
            fn key_with_the_digest_of_another_has_not_its_entry() {
                digests_collide::<$cache>();
            }

            #[test]
            fn handles_of_other_threads_see_each_change() {
                handles_see_each_change::<$cache>();
            }
        }
    )+ };
}

contract! {
    table: Table,
    gated: Gated,
    locked: Locked,
    sharded: Sharded,
    copied: Copied,
}

fn entry(version: u64, lease_end: u64) -> Entry {
    Entry { location: 7 * version, version, lease_end }
}

fn entry_is_found<C: Cache>() {
    let cache = C::new(100, true);
    let mut handle = cache.handle().unwrap();
    let [first, second] = [0, 1].map(|chunk| Key::new("/a", chunk));
    assert_eq!((handle.get(&first), handle.remove(&first)), (None, None));
    assert_eq!(handle.insert(&first, entry(1, 10)), Insertion::New);
    assert_eq!(handle.insert(&second, entry(2, 10)), Insertion::New);
    assert_eq!((handle.get(&first), handle.get(&second)), (Some(entry(1, 10)), Some(entry(2, 10))));
    assert_eq!((handle.remove(&first), handle.get(&first)), (Some(entry(1, 10)), None));
    assert_eq!((handle.remove(&first), handle.get(&second)), (None, Some(entry(2, 10))));
    assert_eq!(handle.insert(&first, entry(1, 10)), Insertion::New);
}

fn newer_entry_replaces<C: Cache>() {
    let cache = C::new(100, true);
    let mut handle = cache.handle().unwrap();
    let key = Key::new("/a", 0);
    handle.insert(&key, entry(2, 10));
    assert_eq!(handle.insert(&key, entry(1, 99)), Insertion::Behind);
    assert_eq!(handle.insert(&key, entry(2, 10)), Insertion::Behind);
    assert_eq!(handle.get(&key), Some(entry(2, 10)));
    assert_eq!(handle.insert(&key, entry(2, 11)), Insertion::Replaced(entry(2, 10)));
    assert_eq!(handle.insert(&key, entry(3, 5)), Insertion::Replaced(entry(2, 11)));
    assert_eq!(handle.get(&key), Some(entry(3, 5)));
}

fn digests_collide<C: Cache>() {
    let cache = C::new(100, true);
    let mut handle = cache.handle().unwrap();
    let key = Key::new("/a", 0);
    for other in [Key { path: "/b", ..key }, Key { chunk: 1, ..key }] {
        handle.insert(&key, entry(1, 10));
        assert_eq!((handle.get(&other), handle.remove(&other)), (None, None));
        let insertion = handle.insert(&other, entry(1, 5));
        let left = match insertion {
            Insertion::New => Some(entry(1, 10)),
            Insertion::Evicted => None, // there is one entry for a digest
            _ => panic!("{insertion:?}"),
        };
        assert_eq!((handle.get(&key), handle.remove(&other)), (left, Some(entry(1, 5))));
    }
}

fn handles_see_each_change<C: Cache>() {
    let cache = C::new(100, true);
    let mut handle = cache.handle().unwrap();
    for version in 0..10 {
        let key = Key::new("/a", 0);
        let mut elsewhere = cache.handle().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || elsewhere.insert(&key, entry(version, 10)));
        });
        assert_eq!(handle.get(&key), Some(entry(version, 10)));
    }
}
