//! The baseline of channels: crossbeam's for the queue, locks for the rest.

use super::mutex::LockedPosition;
use super::{Receiver, Sender, Sent, Transport};
use crate::format::frame::Record;
use crate::run::snapshot::Snapshot;
use crossbeam_channel::TrySendError;
use crossbeam_utils::CachePadded;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

pub struct Channel;

impl Transport for Channel {
    const NAME: &'static str = "crossbeam-channel";

    type Sender<'a> = crossbeam_channel::Sender<Record<'a>>;
    type Receiver<'a> = crossbeam_channel::Receiver<Record<'a>>;
    type Position = LockedPosition;
    type Count = CachePadded<AtomicU64>;
    type Board = Mutex<Snapshot>;

    fn queue<'a>(capacity: usize) -> (Self::Sender<'a>, Self::Receiver<'a>) {
        crossbeam_channel::bounded(capacity)
    }
}

impl<'a> Sender<'a> for crossbeam_channel::Sender<Record<'a>> {
    fn send(&self, record: Record<'a>) -> Result<Sent, Record<'a>> {
        match self.try_send(record) {
            Ok(()) => Ok(Sent::AtOnce),
            Err(TrySendError::Disconnected(record)) => Err(record),
            Err(TrySendError::Full(record)) => match self.send(record) {
                Ok(()) => Ok(Sent::AfterWaiting),
                Err(error) => Err(error.into_inner()),
            },
        }
    }
}

impl<'a> Receiver<'a> for crossbeam_channel::Receiver<Record<'a>> {
    fn receive(&mut self, batch: &mut Vec<Record<'a>>, max: usize) -> bool {
        let Ok(first) = self.recv() else { return false };
        batch.push(first);
        batch.extend(self.try_iter().take(max - 1));
        true
    }
}
