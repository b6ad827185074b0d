//! Ours beside each peer, round by round. A machine that is slower for a while is so for both of a pair, so these
//! ratios stay when times do not.

use crate::measure::{Measured, quantile};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// How many times as long ours took as a peer.
pub struct Ratio {
    pub family: String,
    pub scenario: String,
    pub ours: String,
    pub peer: String,
    /// Whether no other peer of the scenario has a lower median.
    pub is_closest: bool,
    /// The lower quartile of the rounds, their median, and the upper quartile.
    pub quartiles: [f64; 3],
}

impl Ratio {
    fn median(&self) -> f64 {
        self.quartiles[1]
    }

    fn is_lost(&self) -> bool {
        self.median() > 1.0
    }

    /// Whether one is better in one half of the rounds around the median, and the other in the other.
    fn is_level(&self) -> bool {
        let [low, _, high] = self.quartiles;
        low <= 1.0 && high >= 1.0
    }
}

/// All pairs of ours and a peer. Limits are no peers.
pub fn ratios(family: &str, measured: &[Measured]) -> Vec<Ratio> {
    let mut ratios = Vec::new();
    for rows in measured.chunk_by(|one, next| one.scenario == next.scenario) {
        let peers = || rows.iter().filter(|row| !row.is_ours() && !row.is_limit());
        let closest = peers().min_by(|a, b| a.median().total_cmp(&b.median())).map(|row| row.peer);
        for ours in rows.iter().filter(|row| row.is_ours()) {
            ratios.extend(peers().map(|peer| {
                let pairs = ours.rounds.iter().zip(&peer.rounds);
                let rounds: Vec<_> = pairs.map(|(ours, theirs)| ours / theirs).collect();
                Ratio {
                    family: family.into(),
                    scenario: ours.scenario.clone(),
                    ours: ours.peer.into(),
                    peer: peer.peer.into(),
                    is_closest: closest == Some(peer.peer),
                    quartiles: [0.25, 0.5, 0.75].map(|part| quantile(&rounds, part)),
                }
            }));
        }
    }
    ratios
}

/// A line for each pair.
pub fn csv(ratios: &[Ratio]) -> String {
    let mut text = String::from("scenario,ours,peer,closest,ratio,lower quartile,upper quartile\n");
    for Ratio { scenario, ours, peer, is_closest, quartiles: [low, median, high], .. } in ratios {
        let closest = if *is_closest { "yes" } else { "no" };
        writeln!(text, "{scenario:?},{ours:?},{peer:?},{closest:?},{median:.3},{low:.3},{high:.3}")
            .unwrap();
    }
    text
}

fn parse(family: &str, text: &str) -> Option<Vec<Ratio>> {
    let parse_line = |line: &str| {
        let (names, figures) = line.strip_prefix('"')?.rsplit_once("\",")?;
        let mut names = names.split("\",\"");
        let mut name = || names.next().map(String::from);
        let (scenario, ours, peer) = (name()?, name()?, name()?);
        let is_closest = name()? == "yes";
        let mut figures = figures.split(',').map(|figure| figure.parse().ok());
        let mut figure = || figures.next().flatten();
        let (median, low, high) = (figure()?, figure()?, figure()?);
        let quartiles = [low, median, high];
        Some(Ratio { family: family.into(), scenario, ours, peer, is_closest, quartiles })
    };
    text.lines().skip(1).map(parse_line).collect()
}

/// Reads what [`csv`] has written for these families, as far as they are in that folder.
pub fn read(folder: &Path, families: &[&str]) -> io::Result<Vec<Ratio>> {
    let mut ratios = Vec::new();
    for family in families {
        let path = folder.join(format!("{family}-ratios.csv"));
        match std::fs::read_to_string(&path) {
            Ok(text) => ratios.extend(parse(family, &text).ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("cannot read {}", path.display()),
                )
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ratios)
}

/// A page: how often ours is ahead of the closest peer, first where it is not.
pub fn page(circumstances: &str, mut ratios: Vec<Ratio>) -> String {
    ratios.retain(|ratio| ratio.is_closest);
    let mut text = format!(
        "# Ours beside the closest peer\n\n\
         How many times as long ours took: below 1, ours is ahead. Each ratio is the median of the rounds, in each of \
         which the two were measured one soon after the other; with its quartiles. The closest peer is the one with \
         the best median in that scenario. A row is level if its quartiles lie on both sides of 1.\n\n\
         {circumstances}\n\n<!-- summary -->\n{}<!-- /summary -->\n",
        summary(&ratios)
    );
    // Bytes after times.
    ratios.sort_by(|a, b| {
        let is_memory = |ratio: &Ratio| ratio.family == "memory";
        is_memory(a).cmp(&is_memory(b)).then(b.median().total_cmp(&a.median()))
    });
    let (lost, won): (Vec<_>, Vec<_>) = ratios.iter().partition(|ratio| ratio.is_lost());
    for (title, marker, rows) in [("Lost", "lost", lost), ("Won", "won", won)] {
        write!(text, "\n## {title}\n\n<!-- {marker} -->\n").unwrap();
        text.push_str("| family | scenario | ours | closest peer | ratio | quartiles |\n");
        text.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for row in rows {
            let Ratio { family, scenario, ours, peer, quartiles: [low, median, high], .. } = row;
            let level = if row.is_level() { ", level" } else { "" };
            let ours = ours.trim_start_matches("latchfree").trim_start_matches([',', ' ']);
            writeln!(
                text,
                "| {family} | {scenario} | {ours} | {peer} | {median:.2} | {low:.2} to {high:.2}{level} |"
            )
            .unwrap();
        }
        writeln!(text, "<!-- /{marker} -->").unwrap();
    }
    text
}

fn summary(ratios: &[Ratio]) -> String {
    let mut text = String::from(
        "| family | rows | lost | of these level | won | of these level | median ratio | best | worst |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for rows in ratios.chunk_by(|one, next| one.family == next.family) {
        let count = |is: &dyn Fn(&Ratio) -> bool| rows.iter().filter(|row| is(row)).count();
        let medians: Vec<_> = rows.iter().map(Ratio::median).collect();
        let [best, median, worst] = [0.0, 0.5, 1.0].map(|part| quantile(&medians, part));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {median:.2} | {best:.2} | {worst:.2} |",
            rows[0].family,
            rows.len(),
            count(&|row| row.is_lost()),
            count(&|row| row.is_lost() && row.is_level()),
            count(&|row| !row.is_lost()),
            count(&|row| !row.is_lost() && row.is_level()),
        )
        .unwrap();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Ratio, csv, page, parse, ratios};
    use crate::measure::Measured;

    fn measured(scenario: &str, peer: &'static str, rounds: &[f64]) -> Measured {
        Measured { scenario: scenario.into(), cell: None, peer, rounds: rounds.into() }
    }

    fn rows() -> Vec<Measured> {
        vec![
            measured("a, 1", "latchfree A", &[1.0, 10.0, 4.0, 6.0, 6.0]),
            measured("a, 1", "far", &[4.0, 20.0, 40.0, 12.0, 60.0]),
            measured("a, 1", "near", &[2.0, 5.0, 8.0, 4.0, 8.0]),
            measured("a, 1", "(limit: none)", &[0.1; 5]),
            measured("b", "latchfree A", &[3.0; 5]),
            measured("b", "near", &[2.0; 5]),
        ]
    }

    #[test]
    fn ratio_is_of_one_round() {
        let ratios = ratios("f", &rows());
        let all: Vec<_> =
            ratios.iter().map(|ratio| (&*ratio.peer, ratio.is_closest, ratio.quartiles)).collect();
        // The medians of ours and of the near peer are 6 and 5: in most rounds ours is ahead.
        let (far, near) = ([0.1, 0.25, 0.5], [0.5, 0.75, 1.5]);
        assert_eq!(all, [("far", false, far), ("near", true, near), ("near", true, [1.5; 3])]);
    }

    #[test]
    fn ratios_are_read_as_they_were_written() {
        let ratios = ratios("f", &rows());
        let read = parse("f", &csv(&ratios)).expect("each line is one");
        assert_eq!(read.len(), ratios.len());
        for (read, written) in read.iter().zip(&ratios) {
            let key = |ratio: &Ratio| {
                let Ratio { family, scenario, ours, peer, is_closest, quartiles } = ratio;
                format!("{family} {scenario} {ours} {peer} {is_closest} {quartiles:?}")
            };
            assert_eq!(key(read), key(written));
        }
        assert!(parse("f", "scenario\n\"a\",1.0\n").is_none());
    }

    #[test]
    fn page_shows_lost_rows_first_and_closest_peers_only() {
        let page = page("Somewhere.", ratios("f", &rows()));
        let lost = page.find("| f | b | A | near | 1.50 | 1.50 to 1.50 |").expect("it is there");
        let won =
            page.find("| f | a, 1 | A | near | 0.75 | 0.50 to 1.50, level |").expect("it is there");
        assert!(lost < won);
        assert!(!page.contains("far") && !page.contains("limit"));
    }
}
