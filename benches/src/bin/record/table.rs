//! The record as text and as comma-separated values.

use crate::machine::circumstances;
use crate::measure::Measured;
use crate::scenarios::Family;
use std::fmt::Write as _;
use std::time::Duration;

/// For the terminal: each scenario with its peers, and their figures as multiples of ours.
pub fn text(family: &Family, measured: &[Measured]) -> String {
    let mut text = format!("\n{} ({})\n", family.name, family.unit);
    for rows in measured.chunk_by(|one, next| one.scenario == next.scenario) {
        let ours = rows.iter().find(|row| row.is_ours()).map(Measured::median);
        writeln!(text, "  {}", rows[0].scenario).unwrap();
        for row in rows {
            let median = row.median();
            write!(text, "    {:32} {median:9.2}", row.peer).unwrap();
            if let Some(ours) = ours {
                write!(text, "   x {:.2}", median / ours).unwrap();
            }
            text.push('\n');
        }
    }
    text
}

/// For the record: the machine, the date and the versions, and then a line for each figure.
pub fn csv(measured: &[Measured], turn: Duration) -> String {
    let mut text = String::new();
    for (what, value) in circumstances() {
        writeln!(text, "# {what}: {value}").unwrap();
    }
    writeln!(text, "# rounds: {}, the peers in turns", rounds(measured)).unwrap();
    writeln!(text, "# a turn: about {} ms", turn.as_millis()).unwrap();
    writeln!(text, "scenario,peer,median,lower quartile,upper quartile").unwrap();
    for row in measured {
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| row.quantile(part));
        writeln!(text, "{:?},{:?},{median:.2},{low:.2},{high:.2}", row.scenario, row.peer).unwrap();
    }
    text
}

fn rounds(measured: &[Measured]) -> String {
    let counts = || measured.iter().map(|row| row.rounds.len());
    match (counts().min(), counts().max()) {
        (Some(fewest), Some(most)) if fewest < most => format!("{fewest} to {most}"),
        (_, most) => most.unwrap_or(0).to_string(),
    }
}
