//! From a filter back to text: what is printed parses to the same filter.

use std::fmt::{self, Display, Formatter};

use super::{Filter, Literal, Op};

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::String(text) => f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?),
            Self::Instant(instant) => write!(f, "\"{instant}\""),
        }
    }
}

impl<A: Display> Display for Filter<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(attr) => write!(f, "{attr} pr"),
            Self::Compare(attr, op, literal) => write!(f, "{attr} {op} {literal}"),
            Self::ValuePath(attr, inner) => write!(f, "{attr}[{inner}]"),
            Self::And(all) => chain(f, all, " and "),
            Self::Or(all) => chain(f, all, " or "),
            Self::Not(inner) => write!(f, "not ({inner})"),
        }
    }
}

fn chain<A: Display>(f: &mut Formatter<'_>, all: &[Filter<A>], word: &str) -> fmt::Result {
    for (index, one) in all.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match one {
            // Printed without parentheses, a chain in a chain would be read as one chain.
            Filter::And(_) | Filter::Or(_) => write!(f, "({one})")?,
            _ => one.fmt(f)?,
        }
    }
    Ok(())
}
