//! Single cells as spreadsheets in several countries write them: lists, yes and no, dates.

use crate::domain::role::{Role, UnknownRole};
use jiff::civil::Date;

/// Yes and no; what a spreadsheet makes of a ticked box among them.
const YES: [&str; 16] = [
    "true",
    "yes",
    "y",
    "1",
    "x",
    "vrai",
    "oui",
    "wahr",
    "ja",
    "verdadero",
    "sí",
    "vero",
    "sì",
    "waar",
    "verdadeiro",
    "sim",
];
const NO: [&str; 12] = ["false", "no", "n", "0", "faux", "non", "falsch", "nein", "falso", "onwaar", "nee", "não"];

/// The entries of a cell that holds several, separated by `;`, `|` or `,`.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|', ',']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Yes or no; none for any other word.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    if YES.contains(&word.as_str()) {
        return Some(true);
    }
    NO.contains(&word.as_str()).then_some(false)
}

/// A role, whatever its case, spaces, underscores and hyphens.
///
/// # Errors
/// [`UnknownRole`] with the word as written.
pub fn role(text: &str) -> Result<Role, UnknownRole> {
    let word: String = text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-')).collect();
    word.parse().map_err(|_| UnknownRole(text.chars().take(64).collect()))
}

/// A calendar date: `2027-06-30`, `2027/06/30`, `30.06.2027`, and `30/06/2027` where day and month can't be confused.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let separator = text.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if ![first, second, third].into_iter().all(is_number) {
        return None;
    }
    let (year, month, day) = match (separator, first.len(), third.len()) {
        ('-' | '/', 4, 1..=2) => (first, second, third),
        ('.', 1..=2, 4) => (third, second, first),
        ('/', 1..=2, 4) => {
            let (one, two): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
            match (one > 12, two > 12) {
                (true, false) => (third, second, first),
                (false, true) => (third, first, second),
                _ if one == two => (third, second, first),
                _ => return None,
            }
        }
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_where_they_mean_one_day() {
        for (text, expected) in [
            ("2027-06-30", Some("2027-06-30")),
            ("2027/6/3", Some("2027-06-03")),
            ("30.06.2027", Some("2027-06-30")),
            ("3.6.2027", Some("2027-06-03")),
            ("30/06/2027", Some("2027-06-30")),
            ("06/30/2027", Some("2027-06-30")),
            ("07/07/2027", Some("2027-07-07")),
            ("05/06/2027", None),
            ("30/30/2027", None),
            ("2027-02-30", None),
            ("30-06-2027", None),
            ("2027-06-30T00:00", None),
            ("20270630", None),
            ("1/2/3", None),
            ("", None),
        ] {
            assert_eq!(date(text), expected.map(|date| date.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn words_are_read_in_several_languages() {
        assert_eq!((flag("VRAI"), flag("No"), flag("perhaps")), (Some(true), Some(false), None));
        assert_eq!(list("a; b |c,,d").collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!(role("user_admin"), Ok(Role::UserAdmin));
        assert_eq!(role("king"), Err(UnknownRole("king".to_owned())));
    }
}
