//! A queue under a lock.

use super::super::{Receiver, Sender, Sent};
use super::{lock, wait};
use std::mem;
use std::sync::{Arc, Condvar, Mutex};

pub fn queue<T>(capacity: usize) -> (QueueSender<T>, QueueReceiver<T>) {
    let state = State {
        values: Vec::with_capacity(capacity),
        senders: 1,
        closed: false,
        receiver_waits: false,
        waiting_senders: 0,
    };
    let queue = Arc::new(Queue {
        state: Mutex::new(state),
        capacity,
        filled: Condvar::new(),
        emptied: Condvar::new(),
    });
    (QueueSender(Arc::clone(&queue)), QueueReceiver(queue))
}

struct Queue<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    filled: Condvar,
    emptied: Condvar,
}

struct State<T> {
    values: Vec<T>,
    senders: usize,
    /// The receiver is gone.
    closed: bool,
    receiver_waits: bool,
    waiting_senders: usize,
}

pub struct QueueSender<T>(Arc<Queue<T>>);

impl<T: Send> Sender<T> for QueueSender<T> {
    fn send(&self, value: T) -> Result<Sent, T> {
        let queue = &*self.0;
        let mut sent = Sent::Immediately;
        let mut state = lock(&queue.state);
        while state.values.len() >= queue.capacity && !state.closed {
            sent = Sent::AfterWaiting;
            state.waiting_senders += 1;
            state = wait(&queue.emptied, state);
            state.waiting_senders -= 1;
        }
        if state.closed {
            return Err(value);
        }
        state.values.push(value);
        let wake = mem::take(&mut state.receiver_waits);
        drop(state);
        if wake {
            queue.filled.notify_one();
        }
        Ok(sent)
    }
}

impl<T> Clone for QueueSender<T> {
    fn clone(&self) -> Self {
        lock(&self.0.state).senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for QueueSender<T> {
    fn drop(&mut self) {
        lock(&self.0.state).senders -= 1;
        self.0.filled.notify_one();
    }
}

pub struct QueueReceiver<T>(Arc<Queue<T>>);

impl<T: Send> Receiver<T> for QueueReceiver<T> {
    /// Receives everything, which the queue's capacity bounds.
    fn receive(&mut self, batch: &mut Vec<T>, _max: usize) -> bool {
        let queue = &*self.0;
        let mut state = lock(&queue.state);
        while state.values.is_empty() && state.senders > 0 {
            state.receiver_waits = true;
            state = wait(&queue.filled, state);
        }
        mem::swap(&mut state.values, batch);
        let wake = state.waiting_senders > 0;
        drop(state);
        if wake {
            queue.emptied.notify_all();
        }
        !batch.is_empty()
    }
}

impl<T> Drop for QueueReceiver<T> {
    fn drop(&mut self) {
        lock(&self.0.state).closed = true;
        self.0.emptied.notify_all();
    }
}
