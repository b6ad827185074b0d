//! A producer that sends in every way there is.

use super::Message;
use crate::scale::Dice;
use latchfree::atomic::Atomic;
use latchfree::mpsc::{Backing, Producer};
use std::sync::Arc;
use std::thread;

/// A producer that numbers its values, and counts those that were accepted.
pub(super) struct Sending<Q: Backing> {
    producer: Producer<Q>,
    from: usize,
    made: usize,
    accepted: usize,
    drops: Arc<Atomic<usize>>,
    dice: Dice,
}

impl<Q: Backing<Item = Message>> Sending<Q> {
    pub(super) fn new(producer: Producer<Q>, from: usize, drops: Arc<Atomic<usize>>) -> Self {
        Self { producer, from, made: 0, accepted: 0, drops, dice: Dice::new(from) }
    }

    pub(super) fn from(&self) -> usize {
        self.from
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted
    }

    /// How many values were made, and accepted. The producer is gone then.
    pub(super) fn counts(self) -> (usize, usize) {
        (self.made, self.accepted)
    }

    /// Sends one value or some, but no more than `at_most`; or finds the queue full and sends none.
    /// `false` if it is closed.
    pub(super) fn send(&mut self, at_most: usize) -> bool {
        let some = at_most.min(1 + self.dice.roll(5));
        match self.dice.roll(4) {
            0 => self.try_send_many(some),
            1 => self.try_send(),
            _ => self.send_one(),
        }
    }

    fn try_send(&mut self) -> bool {
        let message = self.message(0);
        match self.producer.try_send(message) {
            Ok(()) => {
                self.accepted += 1;
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

    fn send_many(&mut self, count: usize) -> bool {
        let messages: Vec<Message> = (0..count).map(|ahead| self.message(ahead)).collect();
        match self.producer.try_send_many(messages) {
            Ok(sent) => {
                assert_eq!(sent, count);
                self.accepted += sent;
                true
            }
            Err(error) => {
                self.accepted += error.sent;
                assert_eq!(error.rest.len(), count - error.sent);
                error.rest.enumerate().for_each(|(ahead, message)| self.came_back(ahead, &message));
                thread::yield_now();
                !error.is_closed
            }
        }
    }

    #[cfg(feature = "std")]
    fn send_one(&mut self) -> bool {
        let message = self.message(0);
        let sent = self.producer.send(message);
        self.accepted += usize::from(sent.is_ok());
        sent.map_err(|error| self.came_back(0, &error.into_inner())).is_ok()
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
