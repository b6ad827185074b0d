//! A table whose readers do not pin: for the tests of the check.

use super::{Domain, Keep, Slot, Table, TableHandle};
use crate::caches::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use std::thread;

/// Its readers pin in a domain to which nothing is retired, so nothing waits for them. What they follow is not gone: the
/// nodes of a checked table are kept for a while after they are marked as freed, and here few are.
pub struct Unpinned {
    table: Table,
    elsewhere: Domain,
}

impl Cache for Unpinned {
    const NAME: &'static str = "without pins";
    type Handle<'a> = UnpinnedHandle<'a>;

    fn new(entries: usize, _: bool) -> Self {
        let keep = Keep { marked: usize::MAX, ..Keep::CHECKED };
        Self { table: Table::with(entries, keep), elsewhere: Domain::new(Keep::USUAL) }
    }

    fn handle(&self) -> Option<UnpinnedHandle<'_>> {
        let (handle, slot) = (self.table.handle()?, self.elsewhere.slot()?);
        Some(UnpinnedHandle { table: &self.table, slot, handle })
    }
}

pub struct UnpinnedHandle<'a> {
    table: &'a Table,
    slot: Slot<'a>,
    handle: TableHandle<'a>,
}

impl Handle for UnpinnedHandle<'_> {
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        let guard = self.slot.guard();
        let (node, entry) = self.table.bucket(key).find(key, &guard)?;
        thread::yield_now(); // as a thread that is preempted here, and then goes on to compare
        node.is_of(key).then_some(entry)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        self.handle.insert(key, entry)
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.handle.remove(key)
    }
}
