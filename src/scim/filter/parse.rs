//! From text to a filter (RFC 7644 figure 1 with errata 4690, 7319 and 7322 applied).
//!
//! Limits hold while parsing, so neither a parse nor a drop ever recurses deeper than `MAX_DEPTH`.

use std::cell::Cell;

use nom::{
    Parser,
    bytes::complete::{tag_no_case, take_while, take_while1},
    character::complete::{alpha1, char},
};

use serde_json::Number;

use super::{Filter, Literal, Op};
use crate::scim::{
    Error,
    path::{AttrPath, Fault, MAX_LENGTH, Parsed, attr_path, name, outcome},
};

const MAX_DEPTH: u8 = 20;
const MAX_TERMS: u16 = 200;

/// Parses a whole filter.
pub(super) fn filter(text: &str) -> Result<Filter<AttrPath>, Error> {
    if text.len() > MAX_LENGTH {
        return Err(Error::invalid_filter("The filter is longer than 16384 bytes; ask in smaller parts."));
    }
    whole(text).map_err(|fault| Error::invalid_filter(fault.describe("filter", text)))
}

/// Parses what stands behind a `[`, and the `]` that ends it.
pub(in crate::scim) fn brackets(input: &str) -> Parsed<'_, Filter<AttrPath>> {
    Grammar::default().enclosed(input, Level { depth: 1, place: Place::Brackets }, ']')
}

fn whole(text: &str) -> Result<Filter<AttrPath>, Fault> {
    let (start, _) = outcome(spaces(text))?;
    if start.is_empty() {
        return Err(Fault::at(start, "a filter is needed, like userName eq \"bjensen\""));
    }
    let (rest, filter) = outcome(Grammar::default().either(start, Level { depth: 0, place: Place::Top }))?;
    let (rest, _) = outcome(spaces(rest))?;
    match rest.chars().next() {
        None => Ok(filter),
        Some(')' | ']') => Err(Fault::at(rest, "nothing was opened that this could close")),
        Some(_) => Err(Fault::at(rest, "\"and\", \"or\" or the end of the filter should stand here, after a space")),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    Brackets,
}

#[derive(Clone, Copy)]
struct Level {
    depth: u8,
    place: Place,
}

impl Level {
    fn deeper(self, input: &str) -> Result<Self, nom::Err<Fault>> {
        if self.depth >= MAX_DEPTH {
            return Err(nom::Err::Failure(Fault::at(input, "more than 20 levels of parentheses and brackets")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

#[derive(Default)]
struct Grammar {
    terms: Cell<u16>,
}

impl Grammar {
    fn either<'a>(&self, input: &'a str, level: Level) -> Parsed<'a, Filter<AttrPath>> {
        let (rest, all) = chain(input, "or", |input| self.both(input, level))?;
        Ok((rest, joined(all, Filter::Or)))
    }

    fn both<'a>(&self, input: &'a str, level: Level) -> Parsed<'a, Filter<AttrPath>> {
        let (rest, all) = chain(input, "and", |input| self.factor(input, level))?;
        Ok((rest, joined(all, Filter::And)))
    }

    fn factor<'a>(&self, input: &'a str, level: Level) -> Parsed<'a, Filter<AttrPath>> {
        if let Ok((inside, ())) = negation(input) {
            let (rest, inner) = self.enclosed(inside, level.deeper(input)?, ')')?;
            return Ok((rest, Filter::Not(Box::new(inner))));
        }
        match input.strip_prefix('(') {
            Some(inside) => self.enclosed(inside, level.deeper(input)?, ')'),
            None => self.expression(input, level),
        }
    }

    /// What stands behind an opening bracket, up to and with its end.
    fn enclosed<'a>(&self, input: &'a str, level: Level, end: char) -> Parsed<'a, Filter<AttrPath>> {
        let (rest, _) = spaces(input)?;
        let (rest, inner) = self.either(rest, level)?;
        let (rest, _) = spaces(rest)?;
        match (rest.strip_prefix(end), end) {
            (Some(rest), _) => Ok((rest, inner)),
            (None, ']') => Fault::stop(rest, "\"and\", \"or\" or the closing ] should stand here"),
            (None, _) => Fault::stop(rest, "\"and\", \"or\" or the closing ) should stand here"),
        }
    }

    fn expression<'a>(&self, input: &'a str, level: Level) -> Parsed<'a, Filter<AttrPath>> {
        let (rest, path) = attr_path(input)?;
        if path.urn.is_none() && path.sub.is_none() && path.attribute.eq_ignore_ascii_case("not") {
            return Fault::stop(input, "\"not\" needs parentheses: not (title pr)");
        }
        let Some(inside) = rest.strip_prefix('[') else {
            return self.comparison(rest, path);
        };
        if level.place == Place::Brackets {
            return Fault::stop(rest, "brackets may not stand inside brackets");
        }
        let level = Level { place: Place::Brackets, ..level.deeper(rest)? };
        let (rest, inner) = self.enclosed(inside, level, ']')?;
        let Some(behind) = rest.strip_prefix('.') else {
            return Ok((rest, Filter::ValuePath(path, Box::new(inner))));
        };
        let (rest, sub) = name(behind)?;
        let sub = AttrPath { urn: None, attribute: sub.to_owned(), sub: None };
        let (rest, comparison) = self.comparison(rest, sub)?;
        let all = match inner {
            Filter::And(mut all) => {
                all.push(comparison);
                all
            }
            other => vec![other, comparison],
        };
        Ok((rest, Filter::ValuePath(path, Box::new(Filter::And(all)))))
    }

    /// ` op value` or ` pr` behind an attribute's name.
    fn comparison<'a>(&self, input: &'a str, path: AttrPath) -> Parsed<'a, Filter<AttrPath>> {
        let terms = self.terms.get() + 1;
        if terms > MAX_TERMS {
            return Fault::stop(input, "more than 200 comparisons; ask in smaller parts");
        }
        self.terms.set(terms);
        let Ok((word, _)) = gap(input) else {
            return Fault::stop(input, "a space and an operator should follow the attribute name");
        };
        let Ok((rest, operator)) = alpha1::<_, Fault>.parse(word) else {
            return Fault::stop(word, OPERATORS);
        };
        if operator.eq_ignore_ascii_case("pr") {
            return if ends_here(rest) {
                Ok((rest, Filter::Present(path)))
            } else {
                Fault::stop(rest, "nothing may follow \"pr\" but a space or a closing bracket")
            };
        }
        let Some(op) = op_of(operator) else {
            return Fault::stop(word, OPERATORS);
        };
        let Ok((value, _)) = gap(rest) else {
            return Fault::stop(rest, "a space and a value should follow the operator");
        };
        let (rest, literal) = literal(value)?;
        Ok((rest, Filter::Compare(path, op, literal)))
    }
}

const OPERATORS: &str = "an operator should stand here: eq, ne, co, sw, ew, gt, ge, lt, le or pr";
const VALUES: &str = "a JSON value should stand here; put text in double quotes, like \"bjensen\"";

fn op_of(word: &str) -> Option<Op> {
    [Op::Eq, Op::Ne, Op::Co, Op::Sw, Op::Ew, Op::Gt, Op::Ge, Op::Lt, Op::Le]
        .into_iter()
        .find(|op| op.as_str().eq_ignore_ascii_case(word))
}

fn chain<'a>(
    input: &'a str,
    word: &str,
    next: impl Fn(&'a str) -> Parsed<'a, Filter<AttrPath>>,
) -> Parsed<'a, Vec<Filter<AttrPath>>> {
    let (mut rest, first) = next(input)?;
    let mut all = vec![first];
    while let Ok((behind, _)) = (gap, tag_no_case(word), gap).parse(rest) {
        let (after, one) = next(behind)?;
        all.push(one);
        rest = after;
    }
    Ok((rest, all))
}

fn joined(mut all: Vec<Filter<AttrPath>>, join: fn(Vec<Filter<AttrPath>>) -> Filter<AttrPath>) -> Filter<AttrPath> {
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            all.extend(last);
            join(all)
        }
    }
}

fn negation(input: &str) -> Parsed<'_, ()> {
    (tag_no_case("not"), spaces, char('(')).map(|_| ()).parse(input)
}

fn spaces(input: &str) -> Parsed<'_, &str> {
    take_while(|c| c == ' ').parse(input)
}

fn gap(input: &str) -> Parsed<'_, &str> {
    take_while1(|c| c == ' ').parse(input)
}

fn ends_here(rest: &str) -> bool {
    rest.chars().next().is_none_or(ends_word)
}

fn ends_word(c: char) -> bool {
    matches!(c, ' ' | ')' | ']')
}

fn literal(input: &str) -> Parsed<'_, Literal> {
    if let Some(inside) = input.strip_prefix('"') {
        return string(input, inside);
    }
    let (rest, word) = take_while(|c| !ends_word(c)).parse(input)?;
    if word.eq_ignore_ascii_case("true") {
        Ok((rest, Literal::Bool(true)))
    } else if word.eq_ignore_ascii_case("false") {
        Ok((rest, Literal::Bool(false)))
    } else if word.eq_ignore_ascii_case("null") {
        Ok((rest, Literal::Null))
    } else if let Some(number) = number(word) {
        Ok((rest, Literal::Number(number)))
    } else {
        Fault::stop(input, VALUES)
    }
}

/// A JSON number; fractions are read by the standard library, which alone reads back exactly what is printed.
fn number(word: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(word).ok()?;
    if number.is_f64() { Number::from_f64(word.parse().ok()?) } else { Some(number) }
}

/// A JSON string: `input` begins with its quote, `inside` follows that quote.
fn string<'a>(input: &'a str, inside: &'a str) -> Parsed<'a, Literal> {
    let mut escaped = false;
    let end = inside.bytes().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'"',
    });
    let Some((quoted, rest)) = end.and_then(|end| input.split_at_checked(end + 2)) else {
        return Fault::stop(input, "the double quote that ends this text is missing");
    };
    match serde_json::from_str(quoted) {
        Ok(_) if !ends_here(rest) => Fault::stop(rest, "a space should follow the value"),
        Ok(text) => Ok((rest, Literal::String(text))),
        Err(_) => Fault::stop(input, "this text is no JSON string; write \\\" for a quote and \\\\ for a backslash"),
    }
}
