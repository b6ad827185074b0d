use latchfree::mpsc::{Consumer, Producer, Ring};

#[unsafe(no_mangle)]
pub fn ring_try_send(producer: &Producer<&Ring<u64, 64>>, value: u64) -> bool {
    producer.try_send(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn ring_try_recv(consumer: &mut Consumer<&Ring<u64, 64>>) -> Option<u64> {
    consumer.try_recv().ok()
}
