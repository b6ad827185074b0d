//! The commit log of `examples/commit_log`, run as its users run it: as a program.

mod arguments;
mod crash;
mod damage;
mod disk_full;
mod jobs;
mod lookup;
mod program;
mod resume;
