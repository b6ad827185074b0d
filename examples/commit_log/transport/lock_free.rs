//! This crate.

use super::{Board, Count, LocalCount, Position, Receiver, Sender, Sent, Transport};
use crate::format::frame::Record;
use crate::run::snapshot::Snapshot;
use latchfree::counter::{Counter, Local};
use latchfree::mpsc::{self, TrySendError};
use latchfree::seqlock::SeqLock;
use latchfree::watermark::{Closed, WaitTimeoutError, Watermark};
use std::time::Duration;

pub struct LockFree;

/// Threads that count at a time without a locked instruction.
const SLOTS: usize = 16;

impl Transport for LockFree {
    const NAME: &'static str = "latchfree";

    type Sender<'a> = mpsc::Sender<Record<'a>>;
    type Receiver<'a> = mpsc::Receiver<Record<'a>>;
    type Position = Watermark;
    type Count = Counter<SLOTS>;
    type Board = SeqLock<Snapshot>;

    fn queue<'a>(capacity: usize) -> (Self::Sender<'a>, Self::Receiver<'a>) {
        mpsc::bounded(capacity)
    }
}

impl<'a> Sender<'a> for mpsc::Sender<Record<'a>> {
    #[inline]
    fn send(&self, record: Record<'a>) -> Result<Sent, Record<'a>> {
        match self.try_send(record) {
            Ok(_) => Ok(Sent::AtOnce),
            Err(TrySendError::Closed(record)) => Err(record),
            Err(TrySendError::Full(record)) => match self.send(record) {
                Ok(_) => Ok(Sent::AfterWaiting),
                Err(error) => Err(error.into_inner()),
            },
        }
    }
}

impl<'a> Receiver<'a> for mpsc::Receiver<Record<'a>> {
    fn receive(&mut self, batch: &mut Vec<Record<'a>>, max: usize) -> bool {
        self.recv_many(batch, max).is_ok()
    }
}

impl Position for Watermark {
    fn new(position: u64) -> Self {
        Self::new(position)
    }

    fn advance_to(&self, position: u64) {
        self.advance_to(position);
    }

    #[inline]
    fn get(&self) -> u64 {
        self.get()
    }

    fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
        self.wait_for(at_least)
    }

    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError> {
        self.wait_for_timeout(at_least, timeout)
    }

    fn close(&self) {
        self.close();
    }
}

impl Count for Counter<SLOTS> {
    type Local<'a> = Local<'a, u64, SLOTS>;

    fn local(&self) -> Local<'_, u64, SLOTS> {
        self.local()
    }

    fn sum(&self) -> u64 {
        self.sum()
    }
}

impl LocalCount for Local<'_, u64, SLOTS> {
    #[inline]
    fn add(&self, n: u64) {
        self.add(n);
    }
}

impl Board for SeqLock<Snapshot> {
    fn new(snapshot: Snapshot) -> Self {
        Self::new(snapshot)
    }

    fn publish(&self, snapshot: Snapshot) {
        self.write(snapshot);
    }

    fn read(&self) -> Snapshot {
        self.read()
    }
}
