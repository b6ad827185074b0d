//! The record as a picture: a group of bars for each scenario, a bar for each peer, longer where it is slower.

use crate::measure::Measured;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

/// The colour of ours.
pub const OURS: RGBColor = RGBColor(33, 102, 172);
const PEERS: RGBColor = RGBColor(178, 178, 178);
const LIMITS: RGBColor = RGBColor(225, 225, 225);

const BAR: i32 = 16;
const LABELS: i32 = 230;
const FIGURES: i32 = 90;
const WIDTH: i32 = 900;

/// Bars beyond this many times the shortest of what is compared in their scenario are cut, with their figure beside them.
const LONGEST: f64 = 12.0;

/// `title` says what the figures are.
pub fn bars(title: &str, measured: &[&Measured], path: &Path) -> Result<(), Box<dyn Error>> {
    let groups = || measured.chunk_by(|one, next| one.scenario == next.scenario);
    let height = BAR * (2 * groups().count() + measured.len() + 3) as i32;
    let area = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let style = |size: i32| ("sans-serif", size).into_font().into_text_style(&area);
    area.draw_text(&format!("{title}, shorter is better"), &style(17), (8, 6))?;

    let mut y = 2 * BAR;
    for rows in groups() {
        let compared = rows.iter().filter(|row| !row.is_limit());
        let shortest = compared.map(|row| row.median()).fold(f64::INFINITY, f64::min);
        let longest = rows.iter().map(|row| row.median()).fold(0.0, f64::max);
        let full = longest.min(shortest * LONGEST);
        y += BAR / 2;
        area.draw_text(&rows[0].scenario, &style(14), (8, y))?;
        y += BAR + BAR / 2;
        for row in rows {
            let median = row.median();
            let length = ((median / full).min(1.0) * f64::from(WIDTH - LABELS - FIGURES)) as i32;
            let colour = match row {
                row if row.is_ours() => OURS,
                row if row.is_limit() => LIMITS,
                _ => PEERS,
            };
            let bar = [(LABELS, y + 2), (LABELS + length.max(1), y + BAR - 2)];
            area.draw(&Rectangle::new(bar, colour.filled()))?;
            area.draw_text(row.peer, &style(12), (16, y + 2))?;
            let figure = format!("{median:.1}{}", if median <= full { "" } else { " (cut)" });
            area.draw_text(&figure, &style(12), (LABELS + length + 6, y + 2))?;
            y += BAR;
        }
    }
    area.present()?;
    Ok(())
}
