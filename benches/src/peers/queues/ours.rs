//! Ours.

use super::channel::channel;
use super::{Batching, Peer, Value, Waiting};
use latchfree::mpsc;

channel! {
    /// Ours.
    Latchfree, "latchfree mpsc::bounded", mpsc::Sender<T>, mpsc::Receiver<T>,
    new mpsc::bounded,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}

impl<T: Value> Batching<T> for Latchfree {
    #[inline]
    fn try_send_many(producer: &mut Self::Producer, values: &[T]) -> usize {
        match producer.try_send_many(values.iter().copied()) {
            Ok(_) => values.len(),
            Err(error) => error.sent(),
        }
    }
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        most: usize,
        _: &mut Vec<T>,
        mut each: impl FnMut(T),
    ) -> usize {
        let mut count = 0;
        consumer.drain(most).for_each(|value| {
            each(value);
            count += 1;
        });
        count
    }
}
