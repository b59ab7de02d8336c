//! Figures as Markdown: the machine, a table for each engine and number of people, and what grows with the number of people.

use crate::{
    Engine,
    drive::{Load, count},
    goals::{self, Bound, figure},
    machine::Machine,
};
use std::{fmt::Write, fs, path::Path};

const BEGIN: &str = "<!-- load: begin -->";
const END: &str = "<!-- load: end -->";
/// Others on the machine that took more than this make delays and rates doubtful.
const NOISE: f64 = 10.0;

/// One engine with so many people.
#[derive(Debug, Clone)]
pub struct Measured {
    pub engine: Engine,
    pub people: u64,
    pub rows: Vec<Row>,
    pub facts: Vec<Fact>,
}

/// A request that was repeated.
#[derive(Debug, Clone)]
pub struct Row {
    pub request: String,
    pub clients: usize,
    pub load: Load,
    /// What it may cost on SQLite, where that is compared.
    pub goal: Option<f64>,
}

/// Another figure.
#[derive(Debug, Clone)]
pub struct Fact {
    pub name: String,
    pub value: f64,
    pub goal: Option<Bound>,
    /// Why it is not to be believed.
    pub failure: Option<String>,
}

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    machine: Machine,
    all: Vec<Measured>,
}

impl Report {
    pub fn new(machine: Machine) -> Self {
        Self { machine, all: Vec::new() }
    }

    pub fn add(&mut self, measured: Measured) {
        self.all.push(measured);
    }

    /// The whole text.
    pub fn markdown(&self) -> String {
        let Machine { cores, model, day, commit } = &self.machine;
        let mut text = format!(
            "Taken on {day} from commit {commit}, {cores} cores ({model}), client and server on the same machine. CPU is what the server \
             and its database used, in seconds for 1,000 requests.\n"
        );
        for measured in &self.all {
            self.table(&mut text, measured);
        }
        for engine in [Engine::Sqlite, Engine::Postgres] {
            self.growth(&mut text, engine);
        }
        text
    }

    fn table(&self, text: &mut String, measured: &Measured) {
        let people = goals::figure(count(usize::try_from(measured.people).unwrap_or(usize::MAX)));
        let _ = write!(text, "\n**{}, {people} people**\n\n", measured.engine.name());
        text.push_str("| request | clients | requests | a second | p50, p99 ms | CPU | goal | off by |\n|---|---|---|---|---|---|---|---|\n");
        for row in &measured.rows {
            self.line(text, measured, row);
        }
        text.push_str("\n| figure | value | goal | off by |\n|---|---|---|---|\n");
        for fact in &measured.facts {
            let goal = fact.goal.map(Bound::shown).unwrap_or_default();
            let verdict = match &fact.failure {
                Some(why) => format!("FAILED: {}", cell(why)),
                None => fact.goal.map(|goal| goal.verdict(fact.value)).unwrap_or_default(),
            };
            let _ = writeln!(text, "| {} | {} | {goal} | {verdict} |", fact.name, figure(fact.value));
        }
        let others = measured.rows.iter().map(|row| row.load.others).fold(0.0, f64::max);
        if others > NOISE {
            let _ = write!(
                text,
                "\nOther processes took up to {others:.0} % of the machine meanwhile, so rates and delays say little.\n"
            );
        }
    }

    fn line(&self, text: &mut String, measured: &Measured, row: &Row) {
        let load = &row.load;
        let goal = self.goal(measured, row);
        let shown = goal.map(|goal| Bound::Most(goal).shown()).unwrap_or_default();
        let verdict = match (load.errors, &load.first_error) {
            (0, _) if load.requests == 0 => "FAILED: nothing was asked".to_owned(),
            (0, _) => goal.map(|goal| Bound::Most(goal).verdict(load.cpu_per_thousand())).unwrap_or_default(),
            (errors, first) => format!("FAILED: {errors} errors; {}", cell(first.as_deref().unwrap_or_default())),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {}, {} | {} | {shown} | {verdict} |",
            row.request,
            row.clients,
            figure(count(load.requests)),
            figure(load.rate()),
            figure(load.delay(50)),
            figure(load.delay(99)),
            figure(load.cpu_per_thousand()),
        );
    }

    /// PostgreSQL's goal is a multiple of what SQLite was measured at; where it was not, of SQLite's goal.
    fn goal(&self, measured: &Measured, row: &Row) -> Option<f64> {
        let goal = row.goal?;
        if measured.engine == Engine::Sqlite {
            return Some(goal);
        }
        let twin = self.of(Engine::Sqlite).find(|other| other.people == measured.people);
        let twin = twin.and_then(|other| other.rows.iter().find(|other| other.is_same(row)));
        let on_sqlite = twin.filter(|twin| twin.load.errors == 0).map_or(goal, |twin| twin.load.cpu_per_thousand());
        Some(on_sqlite * goals::POSTGRES)
    }

    fn of(&self, engine: Engine) -> impl Iterator<Item = &Measured> {
        self.all.iter().filter(move |measured| measured.engine == engine)
    }

    /// How the slowest hundredth grows with the number of people.
    fn growth(&self, text: &mut String, engine: Engine) {
        let (Some(few), Some(many)) =
            (self.of(engine).min_by_key(|one| one.people), self.of(engine).max_by_key(|one| one.people))
        else {
            return;
        };
        if few.people == many.people {
            return;
        }
        let _ = write!(
            text,
            "\n**{}: p99 with {} people beside p99 with {}**\n\n| request | clients | p99 ms | times | goal | off by |\n|---|---|---|---|---|---|\n",
            engine.name(),
            many.people,
            few.people
        );
        let goal = Bound::Most(goals::GROWTH);
        for row in &many.rows {
            let Some(before) = few.rows.iter().find(|before| before.is_same(row)) else { continue };
            let (before, after) = (before.load.delay(99), row.load.delay(99));
            let times = after / before;
            let _ = writeln!(
                text,
                "| {} | {} | {}, {} | {} | {} | {} |",
                row.request,
                row.clients,
                figure(before),
                figure(after),
                figure(times),
                goal.shown(),
                goal.verdict(times)
            );
        }
    }
}

impl Row {
    fn is_same(&self, other: &Self) -> bool {
        self.request == other.request && self.clients == other.clients
    }
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "/")
}

/// Puts the text between the marks of a file; at its end, marks and all, where there are none.
///
/// # Errors
/// When the file can't be read or written.
pub fn write(file: &Path, text: &str) -> Result<(), String> {
    let told = |error| format!("{}: {error}", file.display());
    let page = if file.exists() { fs::read_to_string(file).map_err(told)? } else { String::new() };
    fs::write(file, placed(&page, text)).map_err(told)
}

fn placed(page: &str, text: &str) -> String {
    let inner = format!("{BEGIN}\n{}\n{END}", text.trim_end());
    match page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1))) {
        Some((before, after)) => format!("{before}{inner}{after}"),
        None if page.is_empty() => format!("{inner}\n"),
        None => format!("{}\n\n{inner}\n", page.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn row(cpu: f64, errors: usize) -> Row {
        let delays = vec![1000; 100 - errors];
        let load = Load {
            requests: 100,
            errors,
            first_error: (errors > 0).then(|| "GET /Users: 500 a|b".to_owned()),
            elapsed: Duration::from_secs(1),
            delays,
            cpu,
            others: 0.0,
        };
        Row { request: "GET by id".to_owned(), clients: 16, load, goal: Some(0.06) }
    }

    fn report(all: Vec<(Engine, u64, Row)>) -> String {
        let machine =
            Machine { cores: 2, model: "M".to_owned(), day: "2027-03-10".to_owned(), commit: "abc".to_owned() };
        let all =
            all.into_iter().map(|(engine, people, row)| Measured { engine, people, rows: vec![row], facts: vec![] });
        Report { machine, all: all.collect() }.markdown()
    }

    #[test]
    fn a_row_with_an_error_fails() {
        let text = report(vec![(Engine::Sqlite, 1000, row(0.006, 1))]);
        assert!(text.contains("| <= 0.060 | FAILED: 1 errors; GET /Users: 500 a/b |"), "{text}");
    }

    #[test]
    fn postgres_is_held_against_what_sqlite_was_measured_at() {
        let text = report(vec![(Engine::Sqlite, 1000, row(0.004, 0)), (Engine::Postgres, 1000, row(0.02, 0))]);
        assert!(text.contains("| 0.040 | <= 0.060 | met |"), "{text}");
        assert!(text.contains("| 0.200 | <= 0.100 | 2.0 x |"), "{text}");
    }

    #[test]
    fn delays_of_two_sizes_are_compared() {
        let mut slow = row(0.004, 0);
        slow.load.delays = vec![4000; 100];
        let text = report(vec![(Engine::Sqlite, 1000, row(0.004, 0)), (Engine::Sqlite, 9000, slow)]);
        assert!(text.contains("| GET by id | 16 | 1.00, 4.00 | 4.00 | <= 2.00 | 2.0 x |"), "{text}");
    }

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let once = placed("# Page\n", "one\n");
        assert_eq!(once, format!("# Page\n\n{BEGIN}\none\n{END}\n"));
        assert_eq!(placed(&format!("{once}rest\n"), "two"), format!("# Page\n\n{BEGIN}\ntwo\n{END}\nrest\n"));
    }
}
