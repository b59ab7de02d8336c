//! What each request may cost: seconds of CPU of the server for a thousand of them, on SQLite. `docs/performance.md` says where they come from.

/// With so many clients goals are compared.
pub const CLIENTS: usize = 16;
/// PostgreSQL may cost so many times what SQLite does, its own processes included.
pub const POSTGRES: f64 = 2.5;
/// The last page may cost so many times the first, a change of a huge group so many times that of a small one.
pub const SPREAD: f64 = 1.5;
/// The slowest hundredth may take so many times as long with the most people as with the fewest.
pub const GROWTH: f64 = 2.0;

/// A read by id, and what an identity provider asks before every write.
pub const READ: f64 = 0.060;
/// A new person with an invitation and its mail.
pub const POST: f64 = 0.20;
/// A change of a person.
pub const CHANGE: f64 = 0.18;
/// A write that changes nothing.
pub const NOTHING: f64 = 0.08;
/// A hundred people; a thousandth of it is one page.
pub const PAGE: f64 = 1.0;
/// A member more or less, whatever the size of the group; a group without its members.
pub const MEMBER: f64 = 0.3;

/// A figure that is no request's, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// At most.
    Most(f64),
    /// At least.
    Least(f64),
}

/// People a second of a first sync.
pub const SYNC: Bound = Bound::Least(2500.0);
/// Milliseconds from the start of the process to the first 200.
pub const STARTUP: Bound = Bound::Most(150.0);
/// MiB of a server that has done nothing yet.
pub const IDLE: Bound = Bound::Most(40.0);
/// MiB of a server that has done all of this.
pub const LOADED: Bound = Bound::Most(200.0);

impl Bound {
    /// How it is written.
    pub fn shown(self) -> String {
        match self {
            Self::Most(most) => format!("<= {}", figure(most)),
            Self::Least(least) => format!(">= {}", figure(least)),
        }
    }

    /// How far a figure is off: `met`, or how many times too much or too little.
    pub fn verdict(self, value: f64) -> String {
        let times = match self {
            Self::Most(0.0) => return if value <= 0.0 { "met".to_owned() } else { "missed".to_owned() },
            Self::Most(most) => value / most,
            Self::Least(least) => least / value,
        };
        if times <= 1.0 {
            "met".to_owned()
        } else if times.is_finite() {
            format!("{times:.1} x")
        } else {
            "missed".to_owned()
        }
    }
}

/// A figure with as many digits as matter.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    match value.abs() {
        large if large >= 100.0 => grouped(value),
        middle if middle >= 10.0 => format!("{value:.1}"),
        small if small >= 1.0 => format!("{value:.2}"),
        least if least <= 0.0 => "0".to_owned(),
        _ => format!("{value:.3}"),
    }
}

/// A whole number with its thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_as_long_as_they_need_to_be() {
        for (value, shown) in [
            (0.0961, "0.096"),
            (0.0, "0"),
            (1.016, "1.02"),
            (17.73, "17.7"),
            (999.6, "1,000"),
            (17_700.4, "17,700"),
            (1_234_567.0, "1,234,567"),
            (f64::NAN, "-"),
        ] {
            assert_eq!(figure(value), shown);
        }
    }

    #[test]
    fn a_verdict_says_how_many_times_it_is_off() {
        assert_eq!(Bound::Most(0.06).verdict(0.06), "met");
        assert_eq!(Bound::Most(0.06).verdict(0.12), "2.0 x");
        assert_eq!(Bound::Least(2500.0).verdict(1250.0), "2.0 x");
        assert_eq!(Bound::Most(0.0).verdict(1.0), "missed");
        assert_eq!(Bound::Least(1.0).verdict(0.0), "missed");
    }
}
