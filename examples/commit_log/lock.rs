//! Keeps a second process out of a log that one writes.

use crate::error::{Context, Error, Result};
use fd_lock::{RwLock, RwLockWriteGuard};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The lock of a log. The system frees it when the process ends, however that happens.
pub struct Lock {
    dir: PathBuf,
    file: RwLock<File>,
}

impl Lock {
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let file = File::create(&path).context(|| format!("cannot open {}", path.display()))?;
        Ok(Self { dir: dir.into(), file: RwLock::new(file) })
    }

    /// Takes it, until the guard is dropped.
    pub fn take(&mut self) -> Result<RwLockWriteGuard<'_, File>> {
        match self.file.try_write() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Err(Error::refused(format!(
                "another process is writing the log in {}",
                self.dir.display()
            ))),
            taken => taken.context(|| format!("cannot lock {}", self.dir.display())),
        }
    }
}
