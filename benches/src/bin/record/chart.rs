//! The record as a picture: a group of bars for each scenario, a bar for each peer, longer where it is slower.

use crate::measure::Measured;
use crate::scenarios::Family;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const BAR: i32 = 16;
const LABELS: i32 = 230;
const FIGURES: i32 = 90;
const WIDTH: i32 = 900;

/// Bars beyond this many times the shortest of their scenario are cut, with their figure beside them.
const LONGEST: f64 = 12.0;

pub fn draw(family: &Family, measured: &[Measured], path: &Path) -> Result<(), Box<dyn Error>> {
    let height = BAR * (2 * family.scenarios.len() + measured.len() + 3) as i32;
    let area = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let style = |size: i32| ("sans-serif", size).into_font();
    let title = format!("{}: {}, shorter is better", family.name, family.unit);
    area.draw_text(&title, &style(17).into_text_style(&area), (8, 6))?;

    let mut y = 2 * BAR;
    for scenario in &family.scenarios {
        let rows: Vec<_> = measured.iter().filter(|row| row.scenario == scenario.name).collect();
        let shortest = rows.iter().map(|row| row.median()).fold(f64::INFINITY, f64::min);
        let longest = rows.iter().map(|row| row.median()).fold(0.0, f64::max);
        let full = longest.min(shortest * LONGEST);
        y += BAR / 2;
        area.draw_text(&scenario.name, &style(14).into_text_style(&area), (8, y))?;
        y += BAR + BAR / 2;
        for row in rows {
            let part = (row.median() / full).min(1.0);
            let length = (part * f64::from(WIDTH - LABELS - FIGURES)) as i32;
            let ours = row.peer.starts_with("latchfree");
            let colour = if ours { RGBColor(33, 102, 172) } else { RGBColor(178, 178, 178) };
            let bar = [(LABELS, y + 2), (LABELS + length.max(1), y + BAR - 2)];
            area.draw(&Rectangle::new(bar, colour.filled()))?;
            area.draw_text(row.peer, &style(12).into_text_style(&area), (16, y + 2))?;
            let figure = format!(
                "{:.1}{}",
                row.median(),
                if part < 1.0 || row.median() <= full { "" } else { " (cut)" }
            );
            area.draw_text(
                &figure,
                &style(12).into_text_style(&area),
                (LABELS + length + 6, y + 2),
            )?;
            y += BAR;
        }
    }
    area.present()?;
    Ok(())
}
