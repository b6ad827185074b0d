//! The flushes that wait for a worker in fjall 3.1.13, on `mpsc::bounded`.
//!
//! Replaces `src/flush/manager.rs`. Keeps `FlushManager` with `enqueue`, `dequeue`, `clear`, `len` and
//! `wait_for_empty`. All workers dequeue, so they share the one receiver under a mutex.

use crate::flush::Task;
use latchfree::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// How many may wait before the next one blocks its writer.
const CAPACITY: usize = 1000;

/// Hands flushes from writers to workers.
pub struct FlushManager {
    sender: Sender<Arc<Task>>,
    receiver: Mutex<Receiver<Arc<Task>>>,
}

impl FlushManager {
    /// Begins with none.
    pub fn new() -> Self {
        let (sender, receiver) = mpsc::bounded(CAPACITY);
        Self { sender, receiver: Mutex::new(receiver) }
    }

    fn receiver(&self) -> MutexGuard<'_, Receiver<Arc<Task>>> {
        self.receiver.lock().expect("no holder panics")
    }

    /// Adds a flush; blocks while there are too many.
    pub fn enqueue(&self, task: Arc<Task>) {
        self.sender.send(task).expect("the receiver is there");
    }

    /// Takes the oldest flush, if there is one.
    pub fn dequeue(&self) -> Option<Arc<Task>> {
        let mut receiver = self.receiver();
        loop {
            match receiver.try_recv() {
                Ok(task) => return Some(task),
                // A writer before has its slot and has not filled it yet: the caller was told of a flush behind it.
                Err(TryRecvError::Stalled) => thread::yield_now(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    /// Forgets all flushes that wait.
    pub fn clear(&self) {
        let forgotten: Vec<_> = self.receiver().drain(usize::MAX).collect();
        drop(forgotten); // not under the lock: it may be the end of a keyspace
    }

    /// Returns how many wait.
    pub fn len(&self) -> usize {
        self.sender.len()
    }

    /// Blocks until none waits.
    pub fn wait_for_empty(&self) {
        while !self.sender.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::FlushManager;
    use crate::flush::Task;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn flushes_are_taken_once_in_their_order() -> crate::Result<()> {
        let folder = tempfile::tempdir()?;
        let db = crate::Database::builder(&folder).worker_threads_unchecked(0).open()?;
        let keyspace = db.keyspace("default", Default::default)?;
        let flushes = FlushManager::new();
        let tasks = [(); 3].map(|()| Arc::new(Task { keyspace: keyspace.clone() }));
        tasks.iter().for_each(|task| flushes.enqueue(Arc::clone(task)));
        assert_eq!(flushes.len(), 3);
        assert!(flushes.dequeue().is_some_and(|task| Arc::ptr_eq(&task, &tasks[0])));
        assert!(flushes.dequeue().is_some_and(|task| Arc::ptr_eq(&task, &tasks[1])));
        flushes.clear();
        assert!(flushes.dequeue().is_none());
        assert_eq!((flushes.len(), Arc::strong_count(&tasks[2])), (0, 1));
        Ok(())
    }

    #[test]
    fn waiter_for_empty_waits_for_the_last_flush() -> crate::Result<()> {
        let folder = tempfile::tempdir()?;
        let db = crate::Database::builder(&folder).worker_threads_unchecked(0).open()?;
        let flushes = FlushManager::new();
        flushes.enqueue(Arc::new(Task { keyspace: db.keyspace("default", Default::default)? }));
        thread::scope(|scope| {
            let waiter = scope.spawn(|| flushes.wait_for_empty());
            thread::sleep(std::time::Duration::from_millis(20));
            assert!(!waiter.is_finished());
            assert!(flushes.dequeue().is_some());
            waiter.join().expect("it has not panicked");
        });
        Ok(())
    }
}
