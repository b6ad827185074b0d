//! A thread that changes chunks.

use super::Closes;
use super::draws::Draws;
use super::world::World;
use crate::caches::Cache;
use crate::mount::{Mount, Session};
use latchfree::refcount::Closed;
use std::thread;
use std::time::{Duration, Instant};

pub struct Writer<'a, C: Cache> {
    world: &'a World,
    session: Session<'a, C>,
    draws: Draws,
    /// Changes a second.
    rate: f64,
    changes: u64,
    /// Last: when the session has ended.
    _closes: Closes<'a, C>,
}

/// Between looking what is due.
const PAUSE: Duration = Duration::from_micros(200);

impl<'a, C: Cache> Writer<'a, C> {
    pub fn new(
        world: &'a World,
        mount: &'a Mount<C>,
        session: Session<'a, C>,
        draws: Draws,
        rate: f64,
    ) -> Self {
        Self { world, session, draws, rate, changes: 0, _closes: Closes(mount) }
    }

    /// Changes chunks until the mount is closed, as many as are due.
    pub fn run(mut self) {
        let begun = Instant::now();
        while self.session.is_open() {
            let due = (begun.elapsed().as_secs_f64() * self.rate) as u64;
            while self.changes < due && self.change().is_ok() {}
            thread::sleep(PAUSE);
        }
    }

    fn change(&mut self) -> Result<(), Closed> {
        let World { namespace, master, .. } = self.world;
        let chunk = self.draws.draw();
        let key = namespace.key(chunk);
        self.changes += 1;
        match self.changes % 10 {
            // Is somewhere else, and the cache is told.
            0 | 1 => {
                master.change(chunk);
                self.world.fill(&mut self.session, chunk, &key)?;
            }
            // Its lease is renewed.
            2 | 3 => self.world.fill(&mut self.session, chunk, &key)?,
            // Is somewhere else, and readers find out by the version.
            4..=6 => master.change(chunk),
            // Its entry is dropped.
            _ => {
                let removed = self.session.remove(&key)?;
                removed.iter().for_each(|entry| self.world.mark_gone(chunk, entry));
            }
        }
        Ok(())
    }
}
