//! The matrix as pictures: one for each mode, with a panel for each payload and capacity, and a line for each peer.

use crate::chart::{OURS, bars};
use crate::measure::Measured;
use crate::scenarios::matrix::{CAPACITIES, Cell, Mode, PAYLOADS};
use clap::ValueEnum;
use plotters::coord::types::RangedCoordi32;
use plotters::coord::{Shift, combinators::LogCoord};
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

const PANEL: (u32, u32) = (360, 270);
const TITLE: u32 = 30;
const LEGEND_ROW: i32 = 18;
const LEGEND_COLUMNS: usize = 5;

/// The peers' colours, apart from each other and from ours.
const COLOURS: [RGBColor; 14] = [
    RGBColor(230, 25, 75),
    RGBColor(60, 180, 75),
    RGBColor(245, 130, 48),
    RGBColor(145, 30, 180),
    RGBColor(200, 170, 0),
    RGBColor(240, 50, 230),
    RGBColor(0, 160, 160),
    RGBColor(128, 60, 0),
    RGBColor(128, 128, 0),
    RGBColor(250, 150, 150),
    RGBColor(110, 200, 240),
    RGBColor(170, 110, 250),
    RGBColor(20, 90, 50),
    RGBColor(120, 0, 0),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Panel<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordi32, LogCoord<f64>>>;

/// A peer and how its line looks.
struct Line {
    peer: &'static str,
    style: ShapeStyle,
    /// Lengths of dashes, of a limit.
    dashes: Option<u32>,
}

/// Writes `matrix-MODE.svg` for each mode that was measured. In one thread there is no number of producers, so these are
/// bars.
pub fn draw(measured: &[Measured], folder: &Path) -> Result<(), Box<dyn Error>> {
    for mode in Mode::value_variants() {
        let rows: Vec<_> =
            measured.iter().filter(|row| has(row, |cell| cell.mode == *mode)).collect();
        if rows.is_empty() {
            continue;
        }
        let name = mode.to_possible_value().expect("none is hidden");
        let path = folder.join(format!("matrix-{}.svg", name.get_name()));
        match mode {
            Mode::OneThread => bars("matrix: ns a value", &rows, &path)?,
            _ => draw_mode(*mode, &rows, &path)?,
        }
    }
    Ok(())
}

fn has(row: &Measured, is: impl Fn(Cell) -> bool) -> bool {
    row.cell.is_some_and(is)
}

fn draw_mode(mode: Mode, rows: &[&Measured], path: &Path) -> Result<(), Box<dyn Error>> {
    let lines = lines(rows);
    let legend = LEGEND_ROW as u32 * (lines.len().div_ceil(LEGEND_COLUMNS) as u32 + 1);
    let (columns, panel_rows) = (CAPACITIES.len(), PAYLOADS.len());
    let size = (PANEL.0 * columns as u32, TITLE + PANEL.1 * panel_rows as u32 + legend);
    let area = SVGBackend::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("{mode}: ns a value by number of producers, lower is better");
    area.draw_text(&title, &("sans-serif", 17).into_font().into_text_style(&area), (8, 8))?;
    let (_, rest) = area.split_vertically(TITLE);
    let (panels, legend) = rest.split_vertically(PANEL.1 * panel_rows as u32);

    let producers = producers(rows);
    let cells = PAYLOADS.into_iter().flat_map(|payload| CAPACITIES.map(|slots| (payload, slots)));
    for (panel, (payload, capacity)) in panels.split_evenly((panel_rows, columns)).iter().zip(cells)
    {
        let is_here = |row: &&&Measured| {
            has(row, |cell| cell.payload == payload && cell.capacity == capacity)
        };
        let rows: Vec<_> = rows.iter().filter(is_here).copied().collect();
        if !rows.is_empty() {
            draw_panel(
                panel,
                &format!("{payload} bytes, {capacity} slots"),
                &rows,
                &lines,
                &producers,
            )?;
        }
    }
    draw_legend(&legend, &lines)?;
    area.present()?;
    Ok(())
}

/// Each peer once, ours last, so that it lies above the others.
fn lines(rows: &[&Measured]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut colours = COLOURS.into_iter().cycle();
    let mut dashes = [8, 4, 2].into_iter().cycle();
    for row in rows {
        if lines.iter().any(|line| line.peer == row.peer) {
            continue;
        }
        let style = match row {
            row if row.is_ours() => OURS.stroke_width(3),
            row if row.is_limit() => RGBColor(150, 150, 150).stroke_width(1),
            _ => colours.next().expect("it goes round").stroke_width(1),
        };
        let dashes = if row.is_limit() { dashes.next() } else { None };
        lines.push(Line { peer: row.peer, style: style.filled(), dashes });
    }
    lines.sort_by_key(|line| line.peer.starts_with("latchfree"));
    lines
}

fn producers(rows: &[&Measured]) -> Vec<usize> {
    let mut producers: Vec<_> =
        rows.iter().filter_map(|row| row.cell).map(|cell| cell.producers).collect();
    producers.sort_unstable();
    producers.dedup();
    producers
}

/// All medians, with some room.
fn range(rows: &[&Measured]) -> Range<f64> {
    let lowest = rows.iter().map(|row| row.median()).fold(f64::INFINITY, f64::min);
    let highest = rows.iter().map(|row| row.median()).fold(0.0, f64::max);
    0.8 * lowest..1.25 * highest
}

fn draw_panel(
    area: &Area<'_>,
    title: &str,
    rows: &[&Measured],
    lines: &[Line],
    producers: &[usize],
) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 14))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(40)
        .build_cartesian_2d(-1..producers.len() as i32, range(rows).log_scale())?;
    let label = |at: &i32| {
        usize::try_from(*at)
            .ok()
            .and_then(|at| producers.get(at))
            .map_or(String::new(), usize::to_string)
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(RGBColor(240, 240, 240))
        .x_labels(producers.len() + 2)
        .x_label_formatter(&label)
        .y_labels(6)
        .y_label_formatter(&|nanos| format!("{nanos}"))
        .draw()?;
    for line in lines {
        draw_line(&mut chart, line, rows, producers)?;
    }
    Ok(())
}

fn draw_line(
    chart: &mut Panel<'_, '_>,
    line: &Line,
    rows: &[&Measured],
    producers: &[usize],
) -> Result<(), Box<dyn Error>> {
    let point = |row: &&Measured| {
        let at = producers.iter().position(|n| row.cell.is_some_and(|cell| cell.producers == *n));
        (at.expect("it is among them") as i32, row.median())
    };
    let points: Vec<_> = rows.iter().filter(|row| row.peer == line.peer).map(point).collect();
    if let Some(dashes) = line.dashes {
        chart.draw_series(DashedLineSeries::new(points.iter().copied(), dashes, 3, line.style))?;
    } else {
        chart.draw_series(LineSeries::new(points.iter().copied(), line.style))?;
    }
    let size = line.style.stroke_width + 1;
    chart.draw_series(points.into_iter().map(|point| Circle::new(point, size, line.style)))?;
    Ok(())
}

fn draw_legend(area: &Area<'_>, lines: &[Line]) -> Result<(), Box<dyn Error>> {
    let width = area.dim_in_pixel().0 as i32 / LEGEND_COLUMNS as i32;
    let text = ("sans-serif", 12).into_font().into_text_style(area);
    for (i, line) in lines.iter().enumerate() {
        let x = 12 + (i % LEGEND_COLUMNS) as i32 * width;
        let y = LEGEND_ROW / 2 + (i / LEGEND_COLUMNS) as i32 * LEGEND_ROW;
        let sample = [(x, y + 6), (x + 22, y + 6)];
        match line.dashes {
            Some(dashes) => area.draw(&DashedPathElement::new(sample, dashes, 3, line.style))?,
            None => area.draw(&PathElement::new(sample, line.style))?,
        }
        area.draw_text(line.peer, &text, (x + 28, y))?;
    }
    Ok(())
}
