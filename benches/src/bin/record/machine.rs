//! What a record was taken with.

use std::process::Command;

/// The machine as it is, and the compiler and the commit as they were at the build: the machine may have neither.
pub fn circumstances() -> Vec<(&'static str, String)> {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        ("processor", model.map_or("unknown", |(_, model)| model).trim().into()),
        ("threads of the machine", processors.to_string()),
        ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        ("target", env!("RECORD_TARGET").into()),
        ("compiler", env!("RECORD_COMPILER").into()),
        ("commit", env!("RECORD_COMMIT").into()),
        ("date", today()),
    ]
}

fn today() -> String {
    let output = Command::new("date").args(["--utc", "+%Y-%m-%d"]).output();
    let output = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    output.unwrap_or_default().lines().next().unwrap_or("unknown").into()
}
