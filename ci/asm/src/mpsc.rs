use latchfree::mpsc::{Consumer, Producer, Ring, UnboundedReceiver, UnboundedSender};

#[unsafe(no_mangle)]
pub fn ring_try_send(producer: &Producer<&Ring<u64, 64>>, value: u64) -> bool {
    producer.try_send(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn ring_try_recv(consumer: &mut Consumer<&Ring<u64, 64>>) -> Option<u64> {
    consumer.try_recv().ok()
}

#[unsafe(no_mangle)]
pub fn unbounded_send(sender: &UnboundedSender<u64>, value: u64) -> bool {
    sender.try_send(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn unbounded_try_recv(receiver: &mut UnboundedReceiver<u64>) -> Option<u64> {
    receiver.try_recv().ok()
}
