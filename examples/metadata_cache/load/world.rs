//! What the threads of a load share.

use super::master::Master;
use super::namespace::Namespace;
use crate::args::LoadArgs;
use crate::caches::{Cache, Insertion};
use crate::check::Checker;
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::key::Key;
use crate::mount::Session;
use latchfree::refcount::Closed;

pub struct World {
    pub namespace: Namespace,
    pub master: Master,
    pub checker: Option<Checker>,
}

impl World {
    pub fn new(args: &LoadArgs, checked: bool) -> Self {
        let namespace = Namespace::new(args.chunks);
        let master = Master::new(args.chunks, args.lease);
        Self { namespace, master, checker: checked.then(|| Checker::new(args.chunks)) }
    }

    /// Fills a cache.
    pub fn fill_all<C: Cache>(&self, session: &mut Session<'_, C>) -> Result<()> {
        let mut chunks = 0..self.namespace.len();
        let filled =
            chunks.try_for_each(|chunk| self.fill(session, chunk, &self.namespace.key(chunk)));
        filled.map_err(|Closed| Error::Unmounted)
    }

    /// Asks the master where a chunk is, and caches the answer.
    pub fn fill<C: Cache>(
        &self,
        session: &mut Session<'_, C>,
        chunk: usize,
        key: &Key<'_>,
    ) -> Result<(), Closed> {
        if let Insertion::Replaced(old) = session.insert(key, self.master.grant(chunk, key))? {
            self.mark_gone(chunk, &old);
        }
        Ok(())
    }

    /// Tells the checker that an entry is gone.
    pub fn mark_gone(&self, chunk: usize, entry: &Entry) {
        if let Some(checker) = &self.checker {
            checker.mark_gone(chunk, entry);
        }
    }
}
