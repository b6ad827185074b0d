//! No transport: the committer frames the records itself. This is the limit for all that have one.

use super::shared::Shared;
use crate::format::frame::Draft;
use crate::primitives::{Batch, Flusher, Frames, Primitives, Room};
use std::ops::Range;

pub struct Alone<'a, P: Primitives> {
    shared: &'a Shared<'a, P>,
    /// What is left of the block that was drawn last.
    block: Range<u64>,
    /// The number of the next record.
    next: u64,
    frames: Frames,
}

impl<'a, P: Primitives> Alone<'a, P> {
    pub fn new(shared: &'a Shared<'a, P>) -> Self {
        Self { shared, block: 0..0, next: shared.start, frames: Frames::default() }
    }

    /// Frames records of the block, as far as there is room for them. Returns whether there was for all.
    fn frame_block(&mut self, limit: Room) -> bool {
        let block = self.block.clone();
        for (input, payload) in block.zip(self.shared.input.records_from(self.block.start)) {
            let draft = Draft::new(input, payload);
            if !self.frames.has_room(&[draft], limit) {
                return false;
            }
            self.frames.append(&draft, self.next);
            self.next += 1;
            self.block.start += 1;
        }
        true
    }
}

impl<P: Primitives> Flusher for Alone<'_, P> {
    /// There is nothing to wait for.
    fn wait(&mut self) -> bool {
        false
    }

    fn next_batch(&mut self, limit: Room) -> Option<impl Batch> {
        self.frames.clear();
        while self.frame_block(limit) {
            self.block = self.shared.feed.draw();
            if self.block.is_empty() {
                break;
            }
        }
        (!self.frames.is_empty()).then_some(Framed(&self.frames))
    }
}

struct Framed<'a>(&'a Frames);

impl Batch for Framed<'_> {
    fn slices(&self) -> [&[u8]; 2] {
        [self.0.slice(0..self.0.records()), &[]]
    }

    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.0.lengths(0..self.0.records())
    }

    fn release(self) {}
}
