//! Values of all shapes: none of their bytes is lost, and they are aligned.

use super::{STARTS, len};
use latchfree::mpsc::{Consumer, Producer, Ring, Storage};
use std::fmt::Debug;
use std::num::NonZeroU8;
use std::sync::Arc;

/// Sends numbered values in every way, around the queue several times.
fn pass<S: Storage>(
    producer: &Producer<S>,
    consumer: &mut Consumer<S>,
    of: impl Fn(usize) -> S::Value,
) where
    S::Value: PartialEq + Debug,
{
    // Three times around the larger ones.
    for i in (0..12).step_by(3) {
        assert!(producer.try_send(of(i)).is_ok());
        assert_eq!(producer.try_send_many([of(i + 1), of(i + 2)]).ok().map(len), Some(2));
        assert_eq!(consumer.try_recv(), Ok(of(i)));
        assert!(consumer.drain(2).eq([of(i + 1), of(i + 2)]));
    }
    // These stay in, and go with the queue.
    assert_eq!(producer.try_send_many([of(0), of(1), of(2)]).ok().map(len), Some(3));
}

fn passes<T: PartialEq + Debug>(of: impl Fn(usize) -> T) {
    for &start in STARTS {
        let ring = Ring::<T, 4>::starting_at(start);
        let (producer, mut consumer) = ring.split().unwrap();
        pass(&producer, &mut consumer, &of);
        #[cfg(feature = "alloc")]
        {
            let (producer, mut consumer) = latchfree::mpsc::bounded_starting_at(3, start);
            pass(&producer, &mut consumer, &of);
            let (producer, mut consumer) = latchfree::mpsc::unbounded_starting_at(start);
            pass(&producer, &mut consumer, &of);
        }
    }
}

#[derive(Debug, PartialEq)]
#[repr(align(64))]
struct Aligned64(u8);

#[derive(Debug, PartialEq)]
#[repr(align(128))]
struct Aligned128([u16; 3]);

#[test]
fn values_of_any_shape_arrive_whole() {
    passes(|i| i as u8);
    passes(|i| (i as u8, i as u64));
    passes(|i| Aligned64(i as u8));
    passes(|i| Aligned128([i as u16; 3]));
    passes(|i| NonZeroU8::new(i as u8));
    passes(|i| [i; 300]);
    passes(|i| [i as u8; 5_000]);
}

#[test]
fn owning_values_arrive_whole() {
    passes(Box::new);
    passes(|i| i.to_string());
    passes(|i| vec![i.to_string(); i]);
    passes(|i| Some(Arc::new(i)));
    let borrowed: Vec<String> = (0..12).map(|i| i.to_string()).collect();
    passes(|i| borrowed[i].as_str());
}

#[test]
fn zero_sized_values_arrive() {
    passes(|_| ());
    passes(|_| [0u64; 0]);
    #[derive(Debug, PartialEq)]
    #[repr(align(32))]
    struct Nothing;
    passes(|_| Nothing);
}

/// Values without a size have drops all the same.
#[test]
fn zero_sized_values_are_dropped_once() {
    use std::cell::Cell;
    thread_local! {
        static ALIVE: Cell<i32> = const { Cell::new(0) };
    }
    #[derive(Debug)]
    struct Token;
    impl Token {
        fn new() -> Self {
            ALIVE.set(ALIVE.get() + 1);
            Self
        }
    }
    impl Drop for Token {
        fn drop(&mut self) {
            ALIVE.set(ALIVE.get() - 1);
        }
    }
    let ring = Ring::<Token, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    assert!(producer.try_send(Token::new()).is_ok());
    assert!(producer.try_send(Token::new()).is_ok());
    assert!(producer.try_send(Token::new()).is_err_and(|error| error.is_full()));
    assert_eq!(ALIVE.get(), 2);
    drop(consumer.try_recv().unwrap());
    assert_eq!(ALIVE.get(), 1);
    drop(consumer);
    assert_eq!(ALIVE.get(), 0);
}

/// The consumer drops the values in a static ring, because the ring is never dropped.
#[test]
fn ring_in_a_static_drops_values_with_its_consumer() {
    static RING: Ring<Arc<()>, 2> = Ring::new();
    let value = Arc::new(());
    let (producer, consumer) = RING.split().unwrap();
    assert!(producer.try_send(Arc::clone(&value)).is_ok());
    assert_eq!(Arc::strong_count(&value), 2);
    drop(consumer);
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(producer.try_send(value).is_err_and(|error| error.is_closed()));
    drop(producer);
    assert!(RING.split().is_err());
    assert_eq!(format!("{RING:?}"), "Ring { len: 0, capacity: 2 }");
}

#[cfg(feature = "alloc")]
#[test]
#[should_panic = "a queue needs a capacity of at least one"]
fn capacity_of_zero_panics() {
    drop(latchfree::mpsc::bounded::<u8>(0));
}

#[test]
#[should_panic = "positions have 62 bits"]
fn ring_start_beyond_62_bits_panics() {
    drop(Ring::<u8, 2>::starting_at(1 << 62));
}

#[cfg(feature = "alloc")]
#[test]
#[should_panic = "positions have 62 bits"]
fn heap_queue_start_beyond_62_bits_panics() {
    drop(latchfree::mpsc::bounded_starting_at::<u8>(2, 1 << 62));
}

#[cfg(feature = "alloc")]
#[test]
#[should_panic = "capacity overflow"]
fn capacity_beyond_memory_panics() {
    drop(latchfree::mpsc::bounded::<u8>(usize::MAX));
}
