//! The baseline of channels: crossbeam's for the queue, locks for the rest.

use super::locked::{LockedPosition, LockedSemaphore};
use super::{Primitives, Receiver, Sender, Sent};
use bytemuck::NoUninit;
use crossbeam_channel::TrySendError;
use crossbeam_utils::CachePadded;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

pub struct Channel;

impl Primitives for Channel {
    const NAME: &'static str = "crossbeam-channel";

    type Sender<T: Send> = crossbeam_channel::Sender<T>;
    type Receiver<T: Send> = crossbeam_channel::Receiver<T>;
    type Position = LockedPosition;
    type Numbers = AtomicU64;
    type Semaphore = LockedSemaphore;
    type Count = CachePadded<AtomicU64>;
    type SnapshotCell<T: NoUninit + Send> = Mutex<T>;

    fn queue<T: Send>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        crossbeam_channel::bounded(capacity)
    }
}

impl<T: Send> Sender<T> for crossbeam_channel::Sender<T> {
    fn send(&self, value: T) -> Result<Sent, T> {
        match self.try_send(value) {
            Ok(()) => Ok(Sent::Immediately),
            Err(TrySendError::Disconnected(value)) => Err(value),
            Err(TrySendError::Full(value)) => match self.send(value) {
                Ok(()) => Ok(Sent::AfterWaiting),
                Err(error) => Err(error.into_inner()),
            },
        }
    }
}

impl<T: Send> Receiver<T> for crossbeam_channel::Receiver<T> {
    fn receive(&mut self, batch: &mut Vec<T>, max: usize) -> bool {
        let Ok(first) = self.recv() else { return false };
        batch.push(first);
        batch.extend(self.try_iter().take(max - 1));
        true
    }
}
