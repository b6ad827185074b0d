//! In Miri: `cargo miri test --example metadata_cache table`.

use super::*;
use crate::check::seal;
use std::thread;

fn entry(version: u64, lease_end: u64) -> Entry {
    Entry { location: 7, version, lease_end }
}

/// Keys that are all in the one bucket of a table.
fn keys(paths: &[String]) -> Vec<Key<'_>> {
    paths.iter().map(|path| Key::new(path, 0)).collect()
}

fn paths(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/{n}")).collect()
}

#[test]
fn bucket_is_one_cache_line() {
    assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
}

#[test]
fn bucket_of_a_key_is_one_of_the_table() {
    let table = Table::with(100, Keep::USUAL);
    assert_eq!(table.buckets.len(), 17);
    let at = |digest| ptr_index(&table, table.bucket(&Key { path: "", chunk: 0, digest }));
    assert_eq!([1, u64::MAX / 2, u64::MAX].map(at), [0, 8, 16]);
}

fn ptr_index(table: &Table, bucket: &Bucket) -> usize {
    table.buckets.iter().position(|other| std::ptr::eq(other, bucket)).unwrap()
}

#[test]
fn full_bucket_evicts_the_entry_whose_lease_ends_first() {
    let paths = paths(WAYS + 1);
    let keys = keys(&paths);
    let table = Table::with(1, Keep::USUAL);
    let mut handle = table.handle().unwrap();
    for (key, lease_end) in keys.iter().zip([50, 60, 10, 70, 80, 90]) {
        assert_eq!(handle.insert(key, entry(1, lease_end)), Insertion::New);
    }
    assert_eq!(handle.insert(&keys[WAYS], entry(1, 5)), Insertion::Evicted);
    let found: Vec<_> =
        keys.iter().map(|key| handle.get(key).map(|entry| entry.lease_end)).collect();
    let there = [Some(50), Some(60), None, Some(70), Some(80), Some(90), Some(5)];
    assert_eq!(found, there);
}

#[test]
fn keys_with_one_digest_are_told_apart() {
    let table = Table::with(100, Keep::USUAL);
    let mut handle = table.handle().unwrap();
    let first = Key::new("/a", 0);
    let second = Key { path: "/b", ..first };
    assert_eq!(handle.insert(&first, entry(1, 10)), Insertion::New);
    assert_eq!((handle.get(&second), handle.remove(&second)), (None, None));
    assert_eq!(handle.insert(&second, entry(2, 20)), Insertion::New);
    assert_eq!((handle.get(&first), handle.get(&second)), (Some(entry(1, 10)), Some(entry(2, 20))));
    assert_eq!(
        (handle.remove(&first), handle.get(&second)),
        (Some(entry(1, 10)), Some(entry(2, 20)))
    );
}

/// Whatever its tag would be: none is that of a way without an entry.
#[test]
fn key_of_any_digest_is_found_and_removed() {
    let table = Table::with(1, Keep::USUAL);
    let mut handle = table.handle().unwrap();
    let least = if cfg!(miri) { 20 } else { 600 };
    for digest in (1..=least).chain([u64::MAX]) {
        let key = Key { digest, ..Key::new("/a", 0) };
        assert_eq!((handle.get(&key), handle.insert(&key, entry(1, 10))), (None, Insertion::New));
        assert_eq!(
            (handle.get(&key), handle.remove(&key)),
            (Some(entry(1, 10)), Some(entry(1, 10)))
        );
    }
}

/// A reader stops in the middle of a look-up: what it has found stays, however much is removed meanwhile.
#[test]
fn node_that_a_pinned_reader_has_found_is_freed_only_after_its_pin() {
    let table = Table::with(100, Keep::CHECKED);
    let (mut reader, mut writer) = (table.domain.slot().unwrap(), table.handle().unwrap());
    let key = Key::new("/a", 0);
    writer.insert(&key, entry(1, 10));

    let guard = reader.guard();
    let (node, found) = table.bucket(&key).find(&key, &guard).unwrap();
    assert_eq!(writer.remove(&key), Some(entry(1, 10)));
    for n in 0..5 {
        writer.insert(&key, entry(2 + n, 20));
        writer.remove(&key);
    }
    assert_eq!(table.domain.collect(), 6);
    assert!(node.is_live() && node.is_of(&key));
    assert_eq!((found, writer.get(&key)), (entry(1, 10), None));

    drop(guard);
    assert_eq!(table.domain.collect(), 0);
}

/// The same without a pin that counts: the check of each look-up notices it.
#[test]
#[should_panic(expected = "followed a pointer to a node that was freed")]
fn reader_without_a_pin_is_noticed() {
    let table = Table::with(100, Keep::CHECKED);
    let elsewhere = Domain::new(Keep::USUAL);
    let mut writer = table.handle().unwrap();
    let key = Key::new("/a", 0);
    writer.insert(&key, entry(1, 10));

    let mut slot = elsewhere.slot().unwrap();
    let guard = slot.guard(); // which nothing waits for
    let (node, _) = table.bucket(&key).find(&key, &guard).unwrap();
    assert!(node.is_of(&key));
    writer.remove(&key);
    assert_eq!(table.domain.collect(), 0);
    node.is_of(&key);
}

#[test]
fn retired_nodes_wait_for_a_batch() {
    let table = Table::with(100, Keep::USUAL);
    let mut handle = table.handle().unwrap();
    let key = Key::new("/a", 0);
    for round in 1..=100 {
        handle.insert(&key, entry(round, 10));
        handle.remove(&key);
        assert_eq!(table.domain.waiting(), round as usize % Keep::USUAL.batch);
    }
}

/// Readers check the relation of all fields with the key, while a writer replaces and removes.
#[test]
fn readers_beside_writers_find_whole_entries_of_their_keys() {
    let rounds = if cfg!(miri) { 40 } else { 20_000 };
    let paths = paths(3);
    let keys = keys(&paths);
    let table = Table::with(1, Keep::CHECKED);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut handle = table.handle().unwrap();
                for n in 0..rounds {
                    let key = &keys[n % keys.len()];
                    if let Some(found) = handle.get(key) {
                        assert_eq!(found.location, seal(key, found.version, found.lease_end));
                    }
                }
            });
        }
        scope.spawn(|| {
            let mut handle = table.handle().unwrap();
            for n in 0..rounds {
                let (key, version) = (&keys[n % keys.len()], n as u64);
                let location = seal(key, version, version + 1);
                let insertion =
                    handle.insert(key, Entry { location, version, lease_end: version + 1 });
                assert_ne!(insertion, Insertion::Behind);
                if n % 5 == 0 {
                    assert!(handle.remove(key).is_some());
                }
            }
        });
    });
}
