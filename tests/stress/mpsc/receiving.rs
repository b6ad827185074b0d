//! A consumer that receives in every way there is.

use super::{Message, offset};
use crate::scale::Rng;
use crate::unpark;
use latchfree::mpsc::{Consumer, Storage, TryRecvError};
use std::task::{Context, Poll};
use std::thread;

/// A consumer that checks the order of each producer's values.
pub(super) struct Receiving<S: Storage> {
    consumer: Consumer<S>,
    counts: Counts,
    /// The position of the first value in the queue.
    start: u64,
    is_over: bool,
    rng: Rng,
}

/// Where each producer's values came, counted from the first value in the queue. Their number is that of the
/// next one.
struct Counts {
    positions: Vec<Vec<u64>>,
    next: u64,
}

impl Counts {
    fn count(&mut self, message: Message) {
        let positions = &mut self.positions[message.from];
        assert_eq!(*message.number, positions.len(), "of producer {}", message.from);
        positions.push(self.next);
        self.next += 1;
    }
}

impl Extend<Message> for Counts {
    fn extend<I: IntoIterator<Item = Message>>(&mut self, messages: I) {
        messages.into_iter().for_each(|message| self.count(message));
    }
}

impl<S: Storage<Value = Message>> Receiving<S> {
    pub(super) fn new(consumer: Consumer<S>, producers: usize) -> Self {
        let counts = Counts { positions: vec![Vec::new(); producers], next: 0 };
        let start = consumer.position();
        Self { consumer, counts, start, is_over: false, rng: Rng::new(producers) }
    }

    /// Whether the consumer was told that nothing more will come.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(super) fn close(&mut self) {
        self.consumer.close();
    }

    /// Where the values of each producer were received. The consumer is gone then.
    pub(super) fn into_positions(self) -> Vec<Vec<u64>> {
        self.counts.positions
    }

    /// Receives a value or some, waits for one, finds none, or learns that it is over.
    pub(super) fn receive(&mut self) {
        match self.rng.roll(6) {
            0 => {
                let max = self.rng.roll(70);
                for (position, message) in self.consumer.drain(max).with_positions() {
                    assert_eq!(offset(position, self.start), self.counts.next);
                    self.counts.count(message);
                }
            }
            1 => self.try_recv(),
            2 => self.poll_recv(),
            #[cfg(feature = "std")]
            3 => {
                let received = self.consumer.recv();
                self.came(received.ok());
            }
            #[cfg(feature = "std")]
            4 => {
                let max = 1 + self.rng.roll(70);
                self.is_over = self.consumer.recv_many(&mut self.counts, max).is_err();
            }
            _ => self.recv_a_while(),
        }
        // No slot was given up, so the positions are without gaps.
        assert_eq!(offset(self.consumer.position(), self.start), self.counts.next);
        if self.is_over {
            assert_eq!(self.consumer.try_recv().err(), Some(TryRecvError::Closed));
            assert_eq!((self.consumer.len(), self.consumer.is_closed()), (0, true));
        }
    }

    /// The result of a call that returns nothing only in the end.
    fn came(&mut self, message: Option<Message>) {
        self.is_over = message.is_none();
        self.counts.extend(message);
    }

    fn try_recv(&mut self) {
        match self.consumer.try_recv() {
            Ok(message) => self.counts.count(message),
            Err(TryRecvError::Closed) => self.is_over = true,
            Err(TryRecvError::Empty | TryRecvError::Stalled) => thread::yield_now(),
        }
    }

    /// Blocks until the waker that it left is woken, as a task does.
    fn poll_recv(&mut self) {
        let waker = unpark::waker();
        loop {
            match self.consumer.poll_recv(&mut Context::from_waker(&waker)) {
                Poll::Ready(received) => return self.came(received.ok()),
                Poll::Pending => thread::park(),
            }
        }
    }

    #[cfg(feature = "std")]
    fn recv_a_while(&mut self) {
        use latchfree::mpsc::RecvTimeoutError;
        let timeout = std::time::Duration::from_micros(self.rng.roll(300) as u64);
        match self.consumer.recv_timeout(timeout) {
            Ok(message) => self.counts.count(message),
            Err(RecvTimeoutError::Closed) => self.is_over = true,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }

    #[cfg(not(feature = "std"))]
    fn recv_a_while(&mut self) {
        self.try_recv();
    }
}
