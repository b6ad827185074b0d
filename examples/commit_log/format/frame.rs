//! A record, and the frame that it is in a segment.
//!
//! ```text
//! 0         4                   12         16              16 + length
//! ├─────────┼───────────────────┼──────────┼───────────────┤
//! │ length  │ sequence          │ checksum │ payload       │
//! │ u32     │ u64               │ u32      │ length bytes  │
//! └─────────┴───────────────────┴──────────┴───────────────┘
//! ```
//!
//! Numbers are little endian. The checksum is the CRC-32C of the length, the sequence and the
//! payload, so it goes from the writer to the disk and back with the record; a stretch of zeros is
//! no frame.

/// The bytes before the payload.
pub const HEADER: usize = 16;
/// The longest payload. A length beyond it was not written by a log.
pub const MAX_PAYLOAD: usize = 16 << 20;

/// A record with its place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub sequence: u64,
    pub checksum: u32,
    pub payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record `sequence` of the log. The payload is at most [`MAX_PAYLOAD`] long.
    #[inline]
    pub fn new(sequence: u64, payload: &'a [u8]) -> Self {
        let checksum = checksum(&lead(payload.len() as u32, sequence), payload);
        Self { sequence, checksum, payload }
    }

    /// How long its frame is.
    #[inline]
    pub fn frame_len(&self) -> u64 {
        (HEADER + self.payload.len()) as u64
    }

    /// Appends its frame to `buffer`.
    #[inline]
    pub fn append_to(&self, buffer: &mut Vec<u8>) {
        let mut header = [0; HEADER];
        header[..12].copy_from_slice(&lead(self.payload.len() as u32, self.sequence));
        header[12..].copy_from_slice(&self.checksum.to_le_bytes());
        buffer.extend_from_slice(&header);
        buffer.extend_from_slice(self.payload);
    }

    /// Returns the right checksum.
    pub fn computed_checksum(&self) -> u32 {
        checksum(&lead(self.payload.len() as u32, self.sequence), self.payload)
    }
}

/// The first fields of a frame: those that the checksum covers.
#[inline]
fn lead(length: u32, sequence: u64) -> [u8; 12] {
    let mut lead = [0; 12];
    lead[..4].copy_from_slice(&length.to_le_bytes());
    lead[4..].copy_from_slice(&sequence.to_le_bytes());
    lead
}

#[inline]
fn checksum(lead: &[u8; 12], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(lead), payload)
}

/// The fields before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub length: u32,
    pub sequence: u64,
    pub checksum: u32,
}

impl Header {
    /// The header in 16 bytes, taken as one little-endian number.
    #[inline]
    pub fn of(bytes: u128) -> Self {
        Self {
            length: bytes as u32,
            sequence: (bytes >> 32) as u64,
            checksum: (bytes >> 96) as u32,
        }
    }

    /// The header at the start of `bytes`, if they are enough.
    #[inline]
    pub fn at_start_of(bytes: &[u8]) -> Option<Self> {
        let header = bytes.first_chunk()?;
        Some(Self::of(u128::from_le_bytes(*header)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_as_documented() {
        let mut bytes = vec![0xAA];
        let record = Record::new(0x0102_0304_0506_0708, b"payload");
        record.append_to(&mut bytes);
        assert_eq!(bytes.len() as u64, 1 + record.frame_len());
        assert_eq!(bytes[1..5], [7, 0, 0, 0]);
        assert_eq!(bytes[5..13], [8, 7, 6, 5, 4, 3, 2, 1]);
        let covered = [&bytes[1..13], b"payload"].concat();
        assert_eq!(bytes[13..17], crc32c::crc32c(&covered).to_le_bytes());
        assert_eq!(&bytes[17..], b"payload");
        let header = Header { length: 7, sequence: record.sequence, checksum: record.checksum };
        assert_eq!(Header::at_start_of(&bytes[1..]), Some(header));
        assert_eq!(Header::at_start_of(&bytes[1..16]), None);
    }

    #[test]
    fn the_checksum_is_the_castagnoli_one() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283); // the check value of the catalogue
    }

    #[test]
    fn zeros_are_no_frame() {
        assert_ne!(Record::new(0, b"").checksum, 0);
    }
}
