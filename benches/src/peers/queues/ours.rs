//! Ours.

use super::{Batching, Peer, Value, Waiting};
use latchfree::mpsc;

/// Ours.
pub struct Latchfree;

impl<T: Value> Peer<T> for Latchfree {
    const NAME: &'static str = "latchfree mpsc::bounded";
    type Producer = mpsc::Sender<T>;
    type Consumer = mpsc::Receiver<T>;

    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        let (sender, receiver) = mpsc::bounded(capacity);
        (vec![sender; producers], receiver)
    }
    #[inline]
    fn try_send(producer: &mut Self::Producer, value: T) -> bool {
        producer.try_send(value).is_ok()
    }
    #[inline]
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
        consumer.try_recv().ok()
    }
}

impl<T: Value> Waiting<T> for Latchfree {
    #[inline]
    fn send(producer: &mut Self::Producer, value: T) {
        producer.send(value).expect("the consumer is there");
    }
    #[inline]
    fn recv(consumer: &mut Self::Consumer) -> T {
        consumer.recv().expect("a producer is there")
    }
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
