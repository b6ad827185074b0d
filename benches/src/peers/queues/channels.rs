//! Channels with blocking calls.

use super::channel::channel;
use super::{Batching, Peer, Value, Waiting, empty};

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
