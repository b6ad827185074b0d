//! Errors, in words for the user of the program.

use crate::check::Violation;
use std::{error, fmt, io};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command failed.
#[derive(Debug)]
pub enum Error {
    /// The system refused something.
    Io {
        /// The failed operation.
        context: String,
        source: io::Error,
    },
    /// The cache has no session left.
    Crowded,
    /// The cache was unmounted.
    Unmounted,
    /// A look-up has returned what it must not.
    Violated(Violation),
    /// The counts are not those of what was done.
    Miscounted { counted: u64, done: u64 },
}

impl Error {
    /// The error and its causes on one line.
    pub fn chain(&self) -> String {
        match error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { context, .. } => f.write_str(context),
            Self::Crowded => f.write_str("the cache has no session left"),
            Self::Unmounted => f.write_str("the cache is unmounted"),
            Self::Violated(_) => f.write_str("a look-up has returned what it must not"),
            Self::Miscounted { counted, done } => {
                write!(f, "the counters say {counted} look-ups, and there were {done}")
            }
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Violated(violation) => Some(violation),
            Self::Crowded | Self::Unmounted | Self::Miscounted { .. } => None,
        }
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Violated(violation)
    }
}

/// Adds the operation to an error of the system.
pub trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { context: what(), source })
    }
}
