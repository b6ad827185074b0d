//! A producer that sends in every way there is.

use super::kinds::Kind;
use super::{Message, offset};
use crate::scale::Rng;
use latchfree::atomic::Atomic;
use latchfree::mpsc::Producer;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

/// The values that were accepted together.
pub(super) struct Batch {
    pub(super) numbers: Range<usize>,
    /// The positions that the call returned, counted from the first value in the queue.
    pub(super) positions: Range<u64>,
}

/// A producer that numbers its values, and counts those that were accepted.
pub(super) struct Sending<S: Kind> {
    producer: Producer<S>,
    from: usize,
    made: usize,
    accepted: usize,
    /// The position of the first value in the queue.
    start: u64,
    batches: Vec<Batch>,
    drops: Arc<Atomic<usize>>,
    rng: Rng,
}

impl<S: Kind<Value = Message>> Sending<S> {
    pub(super) fn new(
        producer: Producer<S>,
        from: usize,
        start: u64,
        drops: Arc<Atomic<usize>>,
    ) -> Self {
        let (batches, rng) = (Vec::new(), Rng::new(from));
        Self { producer, from, made: 0, accepted: 0, start, batches, drops, rng }
    }

    pub(super) fn from(&self) -> usize {
        self.from
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted
    }

    /// How many values were made and accepted, and where. The producer is gone then.
    pub(super) fn counts(self) -> (usize, (usize, Vec<Batch>)) {
        (self.made, (self.accepted, self.batches))
    }

    /// Sends one value or some, but no more than `at_most`; or finds the queue full and sends none.
    /// `false` if it is closed.
    pub(super) fn send(&mut self, at_most: usize) -> bool {
        let some = at_most.min(1 + self.rng.roll(5));
        match self.rng.roll(5) {
            0 => self.try_send_many(some),
            1 => self.send_many(some),
            2 => self.try_send(),
            _ => self.send_one(),
        }
    }

    fn try_send(&mut self) -> bool {
        let message = self.message(0);
        match self.producer.try_send(message) {
            Ok(position) => {
                self.were_accepted(1, position..position + 1);
                true
            }
            Err(error) => {
                let is_full = error.is_full();
                self.came_back(0, &error.into_inner());
                thread::yield_now();
                is_full
            }
        }
    }

    fn try_send_many(&mut self, count: usize) -> bool {
        let messages: Vec<Message> = (0..count).map(|ahead| self.message(ahead)).collect();
        match self.producer.try_send_many(messages) {
            Ok(positions) => {
                self.were_accepted(count, positions);
                true
            }
            Err(error) => {
                let (sent, is_full) = (error.sent(), error.is_full());
                self.rest_came_back(count, sent, error.into_unsent());
                thread::yield_now();
                is_full
            }
        }
    }

    /// Some were accepted, and the others came back.
    fn rest_came_back(
        &mut self,
        count: usize,
        sent: usize,
        unsent: impl ExactSizeIterator<Item = Message>,
    ) {
        self.accepted += sent;
        assert_eq!(unsent.len(), count - sent);
        unsent.enumerate().for_each(|(ahead, message)| self.came_back(ahead, &message));
    }

    fn were_accepted(&mut self, count: usize, positions: Range<u64>) {
        let since_start = |position| offset(position, self.start);
        let positions = since_start(positions.start)..since_start(positions.end);
        let numbers = self.accepted..self.accepted + count;
        self.accepted += count;
        self.batches.push(Batch { numbers, positions });
    }

    #[cfg(feature = "std")]
    fn send_many(&mut self, count: usize) -> bool {
        let messages: Vec<Message> = (0..count).map(|ahead| self.message(ahead)).collect();
        match S::send_many(&self.producer, messages) {
            Ok(positions) => {
                self.were_accepted(count, positions);
                true
            }
            Err(error) => {
                self.rest_came_back(count, error.sent, error.unsent);
                false
            }
        }
    }

    #[cfg(not(feature = "std"))]
    fn send_many(&mut self, count: usize) -> bool {
        self.try_send_many(count)
    }

    #[cfg(feature = "std")]
    fn send_one(&mut self) -> bool {
        let message = self.message(0);
        match S::send(&self.producer, message) {
            Ok(position) => {
                self.were_accepted(1, position..position + 1);
                true
            }
            Err(error) => {
                self.came_back(0, &error.into_inner());
                false
            }
        }
    }

    #[cfg(not(feature = "std"))]
    fn send_one(&mut self) -> bool {
        self.try_send()
    }

    /// The value that follows the accepted ones and `ahead` others.
    fn message(&mut self, ahead: usize) -> Message {
        self.made += 1;
        let (from, number) = (self.from, Box::new(self.accepted + ahead));
        Message { from, number, drops: Arc::clone(&self.drops) }
    }

    /// A value was refused: it is the one that was to be sent.
    fn came_back(&self, ahead: usize, message: &Message) {
        assert_eq!((message.from, *message.number), (self.from, self.accepted + ahead));
    }
}
