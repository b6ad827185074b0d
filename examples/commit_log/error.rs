//! Errors, in words for the user of the program.

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command failed.
#[derive(Debug)]
pub enum Error {
    /// The system refused something.
    Io {
        /// The failed operation, and its file.
        context: String,
        source: io::Error,
    },
    /// The log holds bytes that a log never wrote, or lacks some that it did.
    Corrupt {
        path: PathBuf,
        position: u64,
        /// The damage.
        what: String,
    },
    /// The request does not fit the folder, the input or the log.
    Refused(String),
    /// The committer had to give up.
    Stopped {
        /// The records that are acknowledged, and stay so.
        durable: u64,
        source: Box<Error>,
    },
}

impl Error {
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    pub fn corrupt(path: &Path, position: u64, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.into(), position, what: what.into() }
    }

    /// The error and its causes on one line.
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut cause = error::Error::source(self);
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { context, .. } => f.write_str(context),
            Self::Corrupt { path, position, what } => {
                write!(f, "corrupt log: {} at byte {position}: {what}", path.display())
            }
            Self::Refused(why) => f.write_str(why),
            Self::Stopped { durable, .. } => write!(
                f,
                "stopped with {durable} records durable (`recover` cuts off what is not, then \
                 `run --resume` goes on)"
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Stopped { source, .. } => Some(&**source),
            Self::Corrupt { .. } | Self::Refused(_) => None,
        }
    }
}

/// Adds the operation and the file to an error of the system.
pub trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { context: what(), source })
    }
}
