//! A gate that each look-up enters: what it costs, beside one that sessions enter.

use super::{Cache, Handle, Insertion};
use crate::entry::Entry;
use crate::key::Key;
use crate::table::{Table, TableHandle};
use latchfree::refcount::Gate;

/// The table behind a gate of its own.
pub struct Gated {
    gate: Gate,
    table: Table,
}

impl Cache for Gated {
    const NAME: &'static str = "latchfree, gate entered for each look-up";
    type Handle<'a> = GatedHandle<'a>;

    fn new(entries: usize, checked: bool) -> Self {
        Self { gate: Gate::new(), table: Table::new(entries, checked) }
    }

    fn handle(&self) -> Option<GatedHandle<'_>> {
        Some(GatedHandle { gate: &self.gate, handle: self.table.handle()? })
    }
}

pub struct GatedHandle<'a> {
    gate: &'a Gate,
    handle: TableHandle<'a>,
}

impl Handle for GatedHandle<'_> {
    #[inline]
    fn get(&mut self, key: &Key<'_>) -> Option<Entry> {
        let _inside = self.gate.enter().ok()?;
        self.handle.get(key)
    }

    fn insert(&mut self, key: &Key<'_>, entry: Entry) -> Insertion {
        self.handle.insert(key, entry)
    }

    fn remove(&mut self, key: &Key<'_>) -> Option<Entry> {
        self.handle.remove(key)
    }
}
