//! Names and operand types of a filter against the schema (RFC 7644 section 3.4.2.2, RFC 7643 section 2.3).

use serde_json::Value;

use super::{Filter, Literal, Op};
use crate::scim::{
    AttrRef, Error, Kind, Registry,
    fold::fold,
    path::AttrPath,
    quirks,
    schema::{Attribute, Returned, Type},
    validate::datetime,
};

/// Checks a filter over the resources of one type, which may be queried together with others.
pub(super) fn filter(
    filter: &Filter<AttrPath>,
    registry: &Registry,
    kind: Kind,
    all: &[Kind],
) -> Result<Filter<AttrRef>, Error> {
    node(filter, registry, Names::Resource(kind, all))
}

/// Checks what stands between brackets behind `attr`.
///
/// # Errors
/// 400 `invalidFilter` naming the sub-attribute.
pub(in crate::scim) fn values(
    filter: &Filter<AttrPath>,
    registry: &Registry,
    attr: AttrRef,
) -> Result<Filter<AttrRef>, Error> {
    node(filter, registry, Names::Value(attr))
}

/// Resolves a sub-attribute's name below `attr`; `value` stands for the values themselves where they are not complex.
pub(in crate::scim) fn sub_attribute(registry: &Registry, attr: AttrRef, name: &str) -> Option<AttrRef> {
    let attribute = registry.attribute(attr);
    if attribute.ty != Type::Complex {
        return name.eq_ignore_ascii_case("value").then_some(attr);
    }
    registry.sub(attr, name)
}

#[derive(Clone, Copy)]
enum Names<'a> {
    /// The type, and all that are queried together with it.
    Resource(Kind, &'a [Kind]),
    Value(AttrRef),
}

impl Names<'_> {
    /// Whether several types are queried together and this one does not have the name: there it has no value, whatever the name (RFC 7644
    /// section 3.4.2.1).
    fn is_foreign(self, registry: &Registry, path: &AttrPath) -> bool {
        match self {
            Self::Resource(kind, all) => all.len() > 1 && registry.resolve(kind, path).is_none(),
            Self::Value(_) => false,
        }
    }

    fn lookup(self, registry: &Registry, path: &AttrPath) -> Result<AttrRef, Error> {
        let found = match self {
            Self::Resource(kind, _) => registry.resolve(kind, path),
            Self::Value(attr) if path.urn.is_none() && path.sub.is_none() => {
                sub_attribute(registry, attr, &path.attribute)
            }
            Self::Value(_) => None,
        };
        let Some(attr) = found else {
            let owner = match self {
                Self::Resource(Kind::User, _) => "a User".to_owned(),
                Self::Resource(Kind::Group, _) => "a Group".to_owned(),
                Self::Value(attr) => registry.path_of(attr),
            };
            return Err(Error::invalid_filter(format!("The filter names {path}, but {owner} has no such attribute.")));
        };
        if [registry.attribute(attr), registry.parent(attr)].iter().any(|one| one.returned == Returned::Never) {
            return Err(Error::invalid_filter(format!(
                "{} is never returned, so no filter can look at it.",
                registry.path_of(attr)
            )));
        }
        Ok(attr)
    }
}

/// What a term about an attribute that has no value comes to; `None` for the attributes of this type.
fn absent(filter: &Filter<AttrPath>, registry: &Registry, names: Names<'_>) -> Option<Filter<AttrRef>> {
    let (path, holds) = match filter {
        Filter::Present(path) | Filter::ValuePath(path, _) => (path, false),
        Filter::Compare(path, op, literal) => {
            (path, matches!((op, literal), (Op::Eq, Literal::Null)) || (*op == Op::Ne && *literal != Literal::Null))
        }
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) => return None,
    };
    let constant = if holds { Filter::And(Vec::new()) } else { Filter::Or(Vec::new()) };
    names.is_foreign(registry, path).then_some(constant)
}

fn node(filter: &Filter<AttrPath>, registry: &Registry, names: Names<'_>) -> Result<Filter<AttrRef>, Error> {
    if let Some(constant) = absent(filter, registry, names) {
        return Ok(constant);
    }
    let all =
        |all: &[Filter<AttrPath>]| all.iter().map(|one| node(one, registry, names)).collect::<Result<Vec<_>, _>>();
    Ok(match filter {
        Filter::Present(path) => Filter::Present(names.lookup(registry, path)?),
        Filter::Compare(path, op, literal) => comparison(registry, names.lookup(registry, path)?, *op, literal)?,
        Filter::ValuePath(path, inner) => {
            let attr = names.lookup(registry, path)?;
            let attribute = registry.attribute(attr);
            if attr.sub.is_some() || (attribute.ty != Type::Complex && !attribute.multi_valued) {
                let name = registry.path_of(attr);
                return Err(Error::invalid_filter(format!(
                    "{name} has no sub-attributes, so brackets can't follow it."
                )));
            }
            Filter::ValuePath(attr, Box::new(node(inner, registry, Names::Value(attr))?))
        }
        Filter::And(parts) => Filter::And(all(parts)?),
        Filter::Or(parts) => Filter::Or(all(parts)?),
        Filter::Not(inner) => Filter::Not(Box::new(node(inner, registry, names)?)),
    })
}

fn comparison(registry: &Registry, attr: AttrRef, op: Op, literal: &Literal) -> Result<Filter<AttrRef>, Error> {
    if *literal == Literal::Null {
        return match op {
            Op::Eq => Ok(Filter::Not(Box::new(Filter::Present(attr)))),
            Op::Ne => Ok(Filter::Present(attr)),
            _ => Err(refusal(registry, attr, op, "can only be compared with null by eq and ne")),
        };
    }
    let attr = simple(registry, attr, op)?;
    let attribute = registry.attribute(attr);
    check_operator(registry, attr, op)?;
    let literal = operand(attribute, literal).map_err(|need| refusal(registry, attr, op, need))?;
    match literal {
        // No stored text has the character, and PostgreSQL can't even be asked about it.
        Literal::String(text) if text.contains('\0') => {
            Ok(if op == Op::Ne { Filter::And(Vec::new()) } else { Filter::Or(Vec::new()) })
        }
        literal => Ok(Filter::Compare(attr, op, literal)),
    }
}

/// The `value` of a complex attribute that is named alone.
fn simple(registry: &Registry, attr: AttrRef, op: Op) -> Result<AttrRef, Error> {
    if registry.attribute(attr).ty != Type::Complex {
        return Ok(attr);
    }
    sub_attribute(registry, attr, "value")
        .ok_or_else(|| refusal(registry, attr, op, "is complex; name one of its sub-attributes, like name.familyName"))
}

fn check_operator(registry: &Registry, attr: AttrRef, op: Op) -> Result<(), Error> {
    let ty = registry.attribute(attr).ty;
    let fits = match op {
        Op::Eq | Op::Ne => true,
        Op::Co | Op::Sw | Op::Ew => matches!(ty, Type::String | Type::Reference),
        Op::Gt | Op::Ge | Op::Lt | Op::Le => {
            matches!(ty, Type::String | Type::DateTime | Type::Integer | Type::Decimal)
        }
    };
    if fits { Ok(()) } else { Err(refusal(registry, attr, op, "has a type this operator can't compare")) }
}

fn refusal(registry: &Registry, attr: AttrRef, op: Op, need: &str) -> Error {
    Error::invalid_filter(format!("Comparison by {op}: {} {need}.", registry.path_of(attr)))
}

fn operand(attribute: &Attribute, literal: &Literal) -> Result<Literal, &'static str> {
    match (attribute.ty, literal) {
        (Type::Boolean, Literal::Bool(value)) => Ok(Literal::Bool(*value)),
        (Type::Boolean, Literal::String(word)) => {
            quirks::boolean_word(word).map(Literal::Bool).ok_or("needs true or false")
        }
        (Type::Boolean, _) => Err("needs true or false"),
        (Type::Integer | Type::Decimal, Literal::Number(number)) => Ok(Literal::Number(number.clone())),
        (Type::Integer | Type::Decimal, _) => Err("needs a number without quotes"),
        (Type::DateTime, Literal::String(text)) => {
            datetime::parse(text).map(Literal::Instant).ok_or(if text.contains(' ') {
                "needs a date and time like \"2026-05-13T04:42:34Z\"; in a URL the + of an offset is written %2B"
            } else {
                "needs a date and time like \"2026-05-13T04:42:34Z\""
            })
        }
        (Type::DateTime, _) => Err("needs a date and time in double quotes"),
        (_, Literal::String(text)) if attribute.case_exact => Ok(Literal::String(text.clone())),
        (_, Literal::String(text)) => Ok(Literal::String(fold(text))),
        (_, _) => Err("needs text in double quotes"),
    }
}

/// What an element must hold to match a filter made of `eq` joined by `and`, with the values as written; `None` for other filters.
pub(in crate::scim) fn equalities(filter: &Filter<AttrPath>) -> Option<Vec<(&str, Value)>> {
    match filter {
        Filter::Compare(path, Op::Eq, literal) => {
            let value = match literal {
                Literal::Bool(value) => Value::Bool(*value),
                Literal::Number(number) => Value::Number(number.clone()),
                Literal::String(text) => Value::String(text.clone()),
                Literal::Null | Literal::Instant(_) => return None,
            };
            Some(vec![(&path.attribute, value)])
        }
        Filter::And(all) => {
            let parts = all.iter().map(equalities).collect::<Option<Vec<_>>>()?;
            Some(parts.into_iter().flatten().collect())
        }
        _ => None,
    }
}
