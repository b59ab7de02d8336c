//! Query parameters (RFC 7644 sections 3.4.2 and 3.9). Names are case-insensitive, because a recorded client writes `startindex`; a known
//! parameter given twice is refused, because either reading could return what was not meant; unknown ones are ignored.

use crate::{
    app::users::ListQuery,
    http::urlencoded,
    scim::{
        Error, Kind, Registry, ScimType,
        filter::Filter,
        messages::MAX_RESULTS,
        path::AttrPath,
        projection::Projection,
        schema::{Mutability, Returned},
    },
};
use std::borrow::Cow;

const DEFAULT_COUNT: u64 = 100;

/// The known parameters, decoded but not yet read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub filter: Option<String>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
}

impl Query {
    /// Splits and decodes a query.
    ///
    /// # Errors
    /// 400 `invalidValue` (`invalidFilter` for the filter) for a known parameter that is repeated or can't be decoded.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in urlencoded::pairs(text) {
            let name = urlencoded::decode(name).unwrap_or(Cow::Borrowed(name)).to_ascii_lowercase();
            let (place, word, scim_type) = match name.as_str() {
                "filter" => (&mut query.filter, "filter", ScimType::InvalidFilter),
                "attributes" => (&mut query.attributes, "attributes", ScimType::InvalidValue),
                "excludedattributes" => (&mut query.excluded_attributes, "excludedAttributes", ScimType::InvalidValue),
                "startindex" => (&mut query.start_index, "startIndex", ScimType::InvalidValue),
                "count" => (&mut query.count, "count", ScimType::InvalidValue),
                "sortby" => (&mut query.sort_by, "sortBy", ScimType::InvalidValue),
                "sortorder" => (&mut query.sort_order, "sortOrder", ScimType::InvalidValue),
                _ => continue,
            };
            if place.is_some() {
                return Err(Error::of(scim_type, format!("The parameter {word} is given twice; give it once.")));
            }
            let Some(value) = urlencoded::decode(value) else {
                return Err(Error::of(scim_type, format!("The parameter {word} is not percent-encoded UTF-8.")));
            };
            *place = Some(value.into_owned());
        }
        Ok(query)
    }

    /// What an answer shows.
    pub fn projection(&self, registry: &Registry, kind: Kind) -> Projection {
        Projection::parse(registry, kind, self.attributes.as_deref(), self.excluded_attributes.as_deref())
    }

    /// What a list asks for.
    ///
    /// # Errors
    /// 400 `invalidFilter` or `invalidValue`.
    pub fn list(&self, registry: &Registry, kind: Kind) -> Result<ListQuery, Error> {
        self.check_sort(registry, kind)?;
        Ok(ListQuery {
            filter: self.filter.as_deref().map(filter).transpose()?,
            start_index: number("startIndex", self.start_index.as_deref(), 1)?.max(1),
            count: number("count", self.count.as_deref(), DEFAULT_COUNT)?.min(MAX_RESULTS),
            projection: self.projection(registry, kind),
        })
    }

    /// Sorting is not offered, and what can't be sorted by gets the default order (decision 23); but a password is never an order, and a
    /// word that is no direction is refused.
    fn check_sort(&self, registry: &Registry, kind: Kind) -> Result<(), Error> {
        let Some(sort_by) = self.sort_by.as_deref().map(str::trim).filter(|path| !path.is_empty()) else {
            return Ok(());
        };
        let attribute = AttrPath::parse(sort_by).ok().and_then(|path| registry.resolve(kind, &path));
        let is_secret = attribute.is_some_and(|found| {
            let attribute = registry.attribute(found);
            attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
        });
        if is_secret {
            return Err(Error::invalid_value(format!("sortBy can't name {sort_by}.")));
        }
        match self.sort_order.as_deref() {
            None | Some("") => Ok(()),
            Some(order) if ["ascending", "descending"].iter().any(|known| known.eq_ignore_ascii_case(order)) => Ok(()),
            Some(_) => Err(Error::invalid_value("sortOrder must be ascending or descending.")),
        }
    }
}

fn filter(text: &str) -> Result<Filter<AttrPath>, Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid_filter("The filter is empty; leave the parameter out to get everything."));
    }
    Filter::parse(text)
}

/// A whole number; a negative one counts as 0 (RFC 7644 section 3.4.2.4).
fn number(name: &str, text: Option<&str>, default: u64) -> Result<u64, Error> {
    let Some(text) = text else { return Ok(default) };
    let number: i64 = text.parse().map_err(|_| Error::invalid_value(format!("{name} must be a whole number.")))?;
    Ok(u64::try_from(number).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_known_parameters_and_ignores_the_rest() {
        let query = Query::parse("?aadOptscim062020&&FILTER=userName+eq+%22a%2Bb%22&startindex=0&%63ount=5&x=%zz&x=1&");
        let query = query.expect("a query");
        assert_eq!(query.filter.as_deref(), Some("userName eq \"a+b\""));
        assert_eq!(query.start_index.as_deref(), Some("0"));
        assert_eq!(query.count.as_deref(), Some("5"));
    }

    #[test]
    fn refuses_what_has_two_readings() {
        for (text, scim_type) in [
            ("filter=a&Filter=b", ScimType::InvalidFilter),
            ("filter=%", ScimType::InvalidFilter),
            ("count=1&count=1", ScimType::InvalidValue),
            ("attributes=%ff", ScimType::InvalidValue),
        ] {
            assert_eq!(Query::parse(text).expect_err(text).scim_type, Some(scim_type), "{text}");
        }
    }

    #[test]
    fn numbers_follow_the_paging_rules() {
        for (text, expected) in [
            (None, Some(100)),
            (Some("1"), Some(1)),
            (Some("0"), Some(0)),
            (Some("-5"), Some(0)),
            (Some("9223372036854775807"), Some(9_223_372_036_854_775_807)),
            (Some("9223372036854775808"), None),
            (Some("1.0"), None),
            (Some("1e3"), None),
            (Some(""), None),
            (Some("ten"), None),
        ] {
            assert_eq!(number("count", text, 100).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn an_empty_filter_is_refused() {
        for text in ["", "  "] {
            assert_eq!(filter(text).expect_err("refused").scim_type, Some(ScimType::InvalidFilter));
        }
    }
}
