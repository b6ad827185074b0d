//! Channels with blocking calls.

use super::{Batching, Peer, Value, Waiting, empty};

/// Writes an adapter whose methods are one expression each.
macro_rules! channel {
    ($(#[$doc:meta])* $peer:ident, $name:literal, $producer:ty, $consumer:ty, new $new:expr,
     try_send $try_send:expr, try_recv $try_recv:expr, send $send:expr, recv $recv:expr $(,)?) => {
        $(#[$doc])*
        pub struct $peer;

        impl<T: Value> Peer<T> for $peer {
            const NAME: &'static str = $name;
            type Producer = $producer;
            type Consumer = $consumer;

            fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
                let new: fn(usize) -> ($producer, $consumer) = $new;
                let (producer, consumer) = new(capacity);
                (vec![producer; producers], consumer)
            }
            #[inline]
            fn try_send(producer: &mut Self::Producer, value: T) -> bool {
                let try_send: fn(&$producer, T) -> bool = $try_send;
                try_send(producer, value)
            }
            #[inline]
            fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
                let try_recv: fn(&$consumer) -> Option<T> = $try_recv;
                try_recv(consumer)
            }
        }

        impl<T: Value> Waiting<T> for $peer {
            #[inline]
            fn send(producer: &mut Self::Producer, value: T) {
                let send: fn(&$producer, T) -> bool = $send;
                assert!(send(producer, value), "the consumer is there");
            }
            #[inline]
            fn recv(consumer: &mut Self::Consumer) -> T {
                let recv: fn(&$consumer) -> Option<T> = $recv;
                recv(consumer).expect("a producer is there")
            }
        }
    };
}

channel! {
    /// Crossbeam's channel.
    CrossbeamChannel, "crossbeam-channel", crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>,
    new crossbeam_channel::bounded,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// std's channel.
    SyncChannel, "std sync_channel", std::sync::mpsc::SyncSender<T>, std::sync::mpsc::Receiver<T>,
    new std::sync::mpsc::sync_channel,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// A channel on a mutex.
    Flume, "flume", flume::Sender<T>, flume::Receiver<T>,
    new flume::bounded,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// Another channel on a mutex, which hands values from thread to thread.
    Kanal, "kanal", kanal::Sender<T>, kanal::Receiver<T>,
    new kanal::bounded,
    try_send |sender, value| sender.try_send(value) == Ok(true), try_recv |receiver| receiver.try_recv().ok().flatten(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// Crossfire's channel for one consumer.
    Crossfire, "crossfire mpsc",
    crossfire::MTx<crossfire::mpsc::Array<T>>, crossfire::Rx<crossfire::mpsc::Array<T>>,
    new crossfire::mpsc::bounded_blocking,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// thingbuf's channel.
    ThingBufChannel, "thingbuf mpsc", thingbuf::mpsc::blocking::Sender<T>, thingbuf::mpsc::blocking::Receiver<T>,
    new thingbuf::mpsc::blocking::channel,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv(),
}

impl<T: Value> Batching<T> for Flume {
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        _: usize,
        _: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize {
        let values = consumer.drain();
        let count = values.len();
        values.for_each(each);
        count
    }
}

impl<T: Value> Batching<T> for Kanal {
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        _: usize,
        scratch: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize {
        consumer.drain_into(scratch).expect("it is open");
        empty(scratch, each)
    }
}
