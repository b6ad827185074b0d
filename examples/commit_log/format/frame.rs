//! A record, and the frame that it is in a segment.
//!
//! ```text
//! 0         4                   12                  20         24              24 + length
//! ├─────────┼───────────────────┼───────────────────┼──────────┼───────────────┤
//! │ length  │ sequence          │ input             │ checksum │ payload       │
//! │ u32     │ u64               │ u64               │ u32      │ length bytes  │
//! └─────────┴───────────────────┴───────────────────┴──────────┴───────────────┘
//! ```
//!
//! Numbers are little endian. `sequence` is the record's place in the log, which the transport decides;
//! `input` says which record of the input it is, or that it is a [filler](FILLER). The checksum is the
//! CRC-32C of the payload, followed by the header with zeros in place of the checksum: the long part of it can be
//! computed before the place is known. It goes from the writer to the disk and back with the record; a
//! stretch of zeros is no frame.

use crate::primitives::{Framed, Sink};
use std::thread;
use std::time::Duration;

/// The bytes before the payload.
pub const HEADER: usize = 24;
/// The longest payload. A length beyond it was not written by a log.
pub const MAX_PAYLOAD: usize = 16 << 20;
/// The `input` of a filler: it stands where a writer had reserved room and then gave up. Its payload means
/// nothing.
pub const FILLER: u64 = u64::MAX;

/// Where in the header the checksum is.
const CHECKSUM: usize = 20;

/// A record with its place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub sequence: u64,
    pub input: u64,
    pub checksum: u32,
    pub payload: &'a [u8],
}

impl Record<'_> {
    /// How long its frame is.
    #[inline]
    pub fn frame_len(&self) -> u64 {
        (HEADER + self.payload.len()) as u64
    }

    /// Returns the right checksum.
    pub fn computed_checksum(&self) -> u32 {
        let header = RawHeader::new(self.payload.len(), self.sequence, self.input);
        header.checksum(crc32c::crc32c(self.payload))
    }
}

/// A record without a place yet, as a writer hands it to a transport.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    input: u64,
    payload: &'a [u8],
    /// Of the payload, if it is computed already.
    checksum: Option<u32>,
    stall: Duration,
}

impl<'a> Draft<'a> {
    /// The record `input` of the input. The payload is at most [`MAX_PAYLOAD`] long.
    #[inline]
    pub fn new(input: u64, payload: &'a [u8]) -> Self {
        Self { input, payload, checksum: None, stall: Duration::ZERO }
    }

    /// Whatever frames it will stop for so long in the middle, as a thread that is preempted there.
    pub fn stalling(self, stall: Duration) -> Self {
        Self { stall, ..self }
    }

    #[inline]
    fn payload_checksum(&self) -> u32 {
        self.checksum.unwrap_or_else(|| crc32c::crc32c(self.payload))
    }
}

impl Framed for Draft<'_> {
    #[inline]
    fn frame_len(&self) -> usize {
        HEADER + self.payload.len()
    }

    #[inline]
    fn prepare(&mut self) {
        self.checksum = Some(self.payload_checksum());
    }

    #[inline]
    fn write_to(&self, sequence: u64, out: &mut impl Sink) {
        let mut header = RawHeader::new(self.payload.len(), sequence, self.input);
        header.set_checksum(header.checksum(self.payload_checksum()));
        out.put(&header.0);
        if !self.stall.is_zero() {
            thread::sleep(self.stall);
        }
        out.put(self.payload);
    }

    fn write_filler(sequence: u64, length: usize, out: &mut impl Sink) {
        let payload = vec![0; length.saturating_sub(HEADER)];
        Draft::new(FILLER, &payload).write_to(sequence, out);
    }
}

/// The bytes of a header. Aligned, because a checksum of aligned words is faster.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct RawHeader([u8; HEADER]);

impl RawHeader {
    /// A header without its checksum.
    #[inline]
    fn new(length: usize, sequence: u64, input: u64) -> Self {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
        bytes[4..12].copy_from_slice(&sequence.to_le_bytes());
        bytes[12..CHECKSUM].copy_from_slice(&input.to_le_bytes());
        Self(bytes)
    }

    /// The checksum of a frame whose payload has that one. The header must not have its own yet.
    #[inline]
    fn checksum(&self, of_payload: u32) -> u32 {
        crc32c::crc32c_append(of_payload, &self.0)
    }

    #[inline]
    fn set_checksum(&mut self, checksum: u32) {
        self.0[CHECKSUM..].copy_from_slice(&checksum.to_le_bytes());
    }
}

/// The fields before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub length: u32,
    pub sequence: u64,
    pub input: u64,
    pub checksum: u32,
}

impl Header {
    /// The header at the start of `bytes`, if they are enough.
    #[inline]
    pub fn at_start_of(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let (input, rest) = rest.split_first_chunk()?;
        Some(Self {
            length: u32::from_le_bytes(*length),
            sequence: u64::from_le_bytes(*sequence),
            input: u64::from_le_bytes(*input),
            checksum: u32::from_le_bytes(*rest.first_chunk()?),
        })
    }

    /// The sequence number in the first 16 bytes of a header, taken as one little-endian number.
    #[inline]
    pub fn sequence_in(first: u128) -> u64 {
        (first >> 32) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_as_documented() {
        let mut bytes = vec![0xAA];
        let draft = Draft::new(0x1112_1314_1516_1718, b"payload");
        draft.write_to(0x0102_0304_0506_0708, &mut bytes);
        assert_eq!(bytes.len(), 1 + draft.frame_len());
        assert_eq!(bytes[1..5], [7, 0, 0, 0]);
        assert_eq!(bytes[5..13], [8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(bytes[13..21], [0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11]);
        let checksum = crc32c::crc32c(&[b"payload", &bytes[1..21], &[0; 4]].concat());
        assert_eq!(bytes[21..25], checksum.to_le_bytes());
        assert_eq!(&bytes[25..], b"payload");
        let (sequence, input) = (0x0102_0304_0506_0708, 0x1112_1314_1516_1718);
        let header = Header { length: 7, sequence, input, checksum };
        assert_eq!(Header::at_start_of(&bytes[1..]), Some(header));
        assert_eq!(Header::at_start_of(&bytes[1..24]), None);
        let first = u128::from_le_bytes(*bytes[1..].first_chunk().unwrap());
        assert_eq!(Header::sequence_in(first), sequence);
        let record = Record { sequence, input, checksum, payload: b"payload" };
        assert_eq!(record.computed_checksum(), checksum);
    }

    #[test]
    fn the_checksum_is_the_castagnoli_one() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283); // the check value of the catalogue
    }

    #[test]
    fn zeros_are_no_frame() {
        let zeros = Record { sequence: 0, input: 0, checksum: 0, payload: b"" };
        assert_ne!(zeros.computed_checksum(), zeros.checksum);
    }

    #[test]
    fn filler_is_a_frame_of_the_reserved_length() {
        for length in [HEADER, HEADER + 1, 200] {
            let mut bytes = Vec::new();
            Draft::write_filler(5, length, &mut bytes);
            assert_eq!(bytes.len(), length);
            let header = Header::at_start_of(&bytes).unwrap();
            assert_eq!((header.sequence, header.input), (5, FILLER));
            let Header { sequence, input, checksum, .. } = header;
            let record = Record { sequence, input, checksum, payload: &bytes[HEADER..] };
            assert_eq!(record.computed_checksum(), checksum);
        }
    }
}
