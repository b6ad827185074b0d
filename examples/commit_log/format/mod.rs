//! The format of a log on disk.
//!
//! A folder with a [job](crate::job) file and segments. A segment is two files, both named by the
//! sequence number of the segment's first record, in 20 digits:
//!
//! ```text
//! 00000000000000000000.log    frames, one after another: records 0 to 524287
//! 00000000000000000000.index  entries, one for about every 4 KiB of frames
//! 00000000000000524288.log    the next record, 524288, and what follows
//! 00000000000000524288.index
//! ```
//!
//! The log is what its `.log` files say; an index repeats some of it, and can be made again.
//! Sequence numbers count from 0 and leave none out, within a segment and from one to the next.

pub mod frame;
pub mod index;
pub mod scan;
pub mod segment;
pub mod survey;
