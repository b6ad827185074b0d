//! The record as text and as comma-separated values.

use crate::measure::Measured;
use crate::scenarios::Family;
use std::fmt::Write as _;
use std::process::Command;

/// For the terminal: each scenario with its peers, and their figures as multiples of ours.
pub fn text(family: &Family, measured: &[Measured]) -> String {
    let mut text = format!("\n{} ({})\n", family.name, family.unit);
    for scenario in &family.scenarios {
        let rows = || measured.iter().filter(|row| row.scenario == scenario.name);
        let ours = rows().find(|row| row.peer.starts_with("latchfree")).map(Measured::median);
        writeln!(text, "  {}", scenario.name).unwrap();
        for row in rows() {
            let median = row.median();
            let ratio = ours.map_or(f64::NAN, |ours| median / ours);
            writeln!(text, "    {:32} {median:9.2}   x {ratio:.2}", row.peer).unwrap();
        }
    }
    text
}

/// For the record: the machine, the date and the versions, and then a line for each figure.
pub fn csv(measured: &[Measured], rounds: usize) -> String {
    let mut text = String::new();
    for (what, value) in circumstances() {
        writeln!(text, "# {what}: {value}").unwrap();
    }
    writeln!(text, "# rounds: {rounds}, the peers in turns").unwrap();
    writeln!(text, "scenario,peer,median,lower quartile,upper quartile").unwrap();
    for row in measured {
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| row.quantile(part));
        writeln!(text, "{:?},{:?},{median:.2},{low:.2},{high:.2}", row.scenario, row.peer).unwrap();
    }
    text
}

/// The machine, the compiler and the commit.
fn circumstances() -> Vec<(&'static str, String)> {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    vec![
        ("processor", model.map_or("unknown", |(_, model)| model).trim().into()),
        ("threads of the machine", processors.to_string()),
        ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        ("compiler", first_line(&rustc, &["--version"])),
        ("commit", first_line("git", &["describe", "--always", "--dirty"])),
        ("date", first_line("date", &["--utc", "+%Y-%m-%d"])),
    ]
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    output.unwrap_or_default().lines().next().unwrap_or("unknown").into()
}
