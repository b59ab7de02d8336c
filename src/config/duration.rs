//! Lengths of time as people write them: `14d`, `90m`, `1d12h`.

use jiff::SignedDuration;

/// Parses numbers with the units `s`, `m`, `h`, `d` and `w`, longest first or not; no sign.
///
/// # Errors
/// One sentence saying what to write instead.
pub fn parse(text: &str) -> Result<SignedDuration, String> {
    let wrong = || {
        format!("\"{text}\" is no length of time; write a number and a unit (s, m, h, d, w), for example 14d or 36h")
    };
    let mut total = SignedDuration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let mut letters = tail.chars();
        let seconds = match letters.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            _ => return Err(wrong()),
        };
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let part = number.checked_mul(seconds).map(SignedDuration::from_secs).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = letters.as_str();
    }
    Ok(total)
}

/// Parses a length of time with a leading `+` or `-`.
///
/// # Errors
/// As for [`parse`].
pub(super) fn parse_signed(text: &str) -> Result<SignedDuration, String> {
    match text.trim().strip_prefix('-') {
        Some(rest) => parse(rest).map(|duration| -duration),
        None => parse(text.trim().strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        let table =
            [("14d", 14 * 86_400), ("36h", 129_600), ("90m", 5_400), ("1d12h", 129_600), ("0s", 0), ("2w", 1_209_600)];
        for (text, seconds) in table {
            assert_eq!(parse(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
        for text in ["", "14", "d", "14 d", "-3d", "14y", "1.5h", "99999999999999999999d", "9223372036854775807w"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn offsets_carry_a_sign() {
        assert_eq!(parse_signed("+26h"), Ok(SignedDuration::from_hours(26)));
        assert_eq!(parse_signed("-90m"), Ok(SignedDuration::from_mins(-90)));
        assert_eq!(parse_signed("3d"), Ok(SignedDuration::from_hours(72)));
        assert!(parse_signed("+-3d").is_err());
    }
}
