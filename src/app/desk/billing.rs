//! The report of who was billed from when to when (domain 2.6).

use super::{Actor, invalid};
use crate::{
    app::{App, Error},
    domain::{billing, calendar},
    store,
};
use jiff::{ToSpan, civil::Date};

pub use crate::store::billing::Billed;

/// A report for a period of whole days in the tenant's time zone.
#[derive(Debug, Clone)]
pub struct Report {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// One row for each interval that lies in the period, cut to it; by person and beginning.
    pub items: Vec<Billed>,
    /// Totals by month.
    pub months: Vec<billing::Month>,
}

/// The report of a period; the present month where no day is named.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn report(app: &App, actor: &Actor, from: Option<&str>, to: Option<&str>) -> Result<Report, Error> {
    actor.check_platform()?;
    let now = app.clock.now();
    let zone = &actor.tenant.time_zone;
    let today = calendar::today(now, zone);
    let from = day("from", from)?.unwrap_or_else(|| today.first_of_month());
    let to = day("to", to)?.unwrap_or_else(|| today.max(from));
    if to < from {
        return Err(invalid("to", "it lies before from"));
    }
    let out_of_range = || invalid("to", "it lies outside of the calendar");
    let begin = calendar::begin_of(from, zone).ok_or_else(out_of_range)?;
    let next = to.checked_add(1.day()).map_err(|_| out_of_range())?;
    let end = calendar::begin_of(next, zone).ok_or_else(out_of_range)?;
    let mut reader = app.store.read().await?;
    let mut items = store::billing::within(&mut reader, actor.tenant.id, begin, end).await?;
    let months = billing::months(items.iter().map(|row| &row.interval), (from, to), zone, now);
    for row in &mut items {
        row.interval.started_at = row.interval.started_at.max(begin);
        row.interval.ended_at = row.interval.ended_at.filter(|ended| *ended < end);
    }
    Ok(Report { from, to, items, months })
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<Date>, Error> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| invalid(field, "it must be a calendar date as in 2027-06-30"))
}
