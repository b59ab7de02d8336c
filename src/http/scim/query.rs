//! Query parameters (RFC 7644 sections 3.4.2 and 3.9). Names are case-insensitive, because a recorded client writes `startindex`; a known
//! parameter given twice is refused, because either reading could return what was not meant; unknown ones are ignored.

use crate::{
    app::search::{self, Target, Window},
    http::urlencoded,
    scim::{
        Error, Kind, Object, Registry, ScimType,
        filter::Filter,
        messages::{DEFAULT_COUNT, MAX_RESULTS},
        path::AttrPath,
        projection::Projection,
        sort::Sort,
    },
};
use serde_json::{Value, json};
use std::borrow::Cow;

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

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
    cursor: Option<String>,
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
            let Some((place, word, scim_type, _)) = query.place(&name) else { continue };
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

    /// Reads a `SearchRequest` (RFC 7644 section 3.4.3): the same parameters as members, lists as arrays or as comma lists.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for another message, `invalidValue` (`invalidFilter` for the filter) for members of another type.
    pub fn of_search_request(body: &Object) -> Result<Self, Error> {
        let mut query = Self::default();
        let mut is_search = false;
        // Null is absent.
        for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
            if name.eq_ignore_ascii_case("schemas") {
                let named = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_REQUEST));
                is_search = value.as_array().is_some_and(|urns| urns.iter().any(named));
            } else if let Some((place, word, scim_type, form)) = query.place(&name.to_ascii_lowercase()) {
                let refuse = || Error::of(scim_type, format!("{word} has a value of the wrong type."));
                *place = Some(member(form, value).ok_or_else(refuse)?);
            }
        }
        if is_search {
            return Ok(query);
        }
        Err(Error::invalid_syntax(format!("A search is a message with the schema {SEARCH_REQUEST}.")))
    }

    /// Where a parameter of this lower-case name goes, how it is spelled, what its faults are called, and what it is in a `SearchRequest`.
    fn place(&mut self, name: &str) -> Option<(&mut Option<String>, &'static str, ScimType, Form)> {
        use ScimType::{InvalidCursor, InvalidFilter, InvalidValue};
        Some(match name {
            "filter" => (&mut self.filter, "filter", InvalidFilter, Form::Text),
            "attributes" => (&mut self.attributes, "attributes", InvalidValue, Form::Names),
            "excludedattributes" => (&mut self.excluded_attributes, "excludedAttributes", InvalidValue, Form::Names),
            "startindex" => (&mut self.start_index, "startIndex", InvalidValue, Form::Number),
            "count" => (&mut self.count, "count", InvalidValue, Form::Number),
            "sortby" => (&mut self.sort_by, "sortBy", InvalidValue, Form::Text),
            "sortorder" => (&mut self.sort_order, "sortOrder", InvalidValue, Form::Text),
            "cursor" => (&mut self.cursor, "cursor", InvalidCursor, Form::Text),
            _ => return None,
        })
    }

    /// What an answer shows.
    pub fn projection(&self, registry: &Registry, kind: Kind) -> Projection {
        Projection::parse(registry, kind, self.attributes.as_deref(), self.excluded_attributes.as_deref())
    }

    /// What a list of these resource types asks for.
    ///
    /// # Errors
    /// 400 `invalidFilter` or `invalidValue`.
    pub fn list(&self, registry: &Registry, kinds: &[Kind]) -> Result<search::Query, Error> {
        let target = |kind: &Kind| Target { kind: *kind, projection: self.projection(registry, *kind) };
        let same = [&self.filter, &self.sort_by, &self.sort_order, &self.attributes, &self.excluded_attributes];
        Ok(search::Query {
            targets: kinds.iter().map(target).collect(),
            filter: self.filter.as_deref().map(filter).transpose()?,
            sort: self.sort(registry, kinds)?,
            window: self.window()?,
            parameters: json!(same).to_string(),
        })
    }

    fn sort(&self, registry: &Registry, kinds: &[Kind]) -> Result<Option<Sort>, Error> {
        match self.sort_by.as_deref().filter(|path| !path.trim().is_empty()) {
            Some(by) => Sort::parse(by, self.sort_order.as_deref(), registry, kinds),
            None => Ok(None),
        }
    }

    fn window(&self) -> Result<Window, Error> {
        let count = self.count.as_deref().map(|count| number("count", count)).transpose()?;
        let count = count.map(|count| count.min(MAX_RESULTS));
        let start = self.start_index.as_deref().map(|start| number("startIndex", start)).transpose()?;
        let Some(cursor) = &self.cursor else {
            return Ok(Window::Index { start: start.unwrap_or(1).max(1), count: count.unwrap_or(DEFAULT_COUNT) });
        };
        if start.is_some() {
            return Err(Error::invalid_value("startIndex and cursor are two ways of paging; send one of them."));
        }
        let cursor = Some(cursor.clone()).filter(|cursor| !cursor.is_empty());
        Ok(Window::Cursor { cursor, count, default_count: DEFAULT_COUNT })
    }
}

/// What a member of a `SearchRequest` may be beside a string.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Nothing else.
    Text,
    /// An array of strings.
    Names,
    /// A number.
    Number,
}

/// A member of a `SearchRequest` as the parameter it stands for; `None` for what can stand for none.
fn member(form: Form, value: &Value) -> Option<String> {
    match (form, value) {
        (_, Value::String(text)) => Some(text.clone()),
        (Form::Number, Value::Number(number)) => Some(number.to_string()),
        (Form::Names, Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            names.map(|names| names.join(","))
        }
        _ => None,
    }
}

fn filter(text: &str) -> Result<Filter<AttrPath>, Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid_filter("The filter is empty; leave the parameter out to get everything."));
    }
    Filter::parse(text)
}

/// A whole number; a negative one counts as 0 (RFC 7644 section 3.4.2.4).
fn number(name: &str, text: &str) -> Result<u64, Error> {
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
            ("1", Some(1)),
            ("0", Some(0)),
            ("-5", Some(0)),
            ("9223372036854775807", Some(9_223_372_036_854_775_807)),
            ("9223372036854775808", None),
            ("1.0", None),
            ("1e3", None),
            ("", None),
            ("ten", None),
        ] {
            assert_eq!(number("count", text).ok(), expected, "{text:?}");
        }
    }

    fn window(text: &str) -> Result<Window, Error> {
        Query::parse(text).expect("a query").window()
    }

    #[test]
    fn an_empty_cursor_is_the_first_page() {
        for text in ["cursor", "cursor=", "Cursor=&count=5"] {
            assert!(matches!(window(text), Ok(Window::Cursor { cursor: None, .. })), "{text}");
        }
        assert!(matches!(window("cursor=abc"), Ok(Window::Cursor { cursor: Some(_), count: None, .. })));
        assert!(matches!(window("count=2000"), Ok(Window::Index { start: 1, count: 1000 })));
        assert!(matches!(window("startIndex=-1"), Ok(Window::Index { start: 1, count: 100 })));
        let both = window("cursor=&startIndex=1").expect_err("refused");
        assert_eq!(both.scim_type, Some(ScimType::InvalidValue));
    }

    #[test]
    fn a_search_request_says_the_same_as_a_query() {
        let body = |value: Value| serde_json::from_value::<Object>(value).expect("an object");
        let request = body(json!({
            "schemas": [SEARCH_REQUEST], "Attributes": ["userName", "emails.value"], "filter": "id pr", "startIndex": 3,
            "count": "5", "sortBy": null, "other": {}
        }));
        let query =
            Query::parse("attributes=userName,emails.value&filter=id+pr&startIndex=3&count=5").expect("a query");
        assert_eq!(Query::of_search_request(&request), Ok(query));
        for (wrong, scim_type) in [
            (json!({}), ScimType::InvalidSyntax),
            (json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}), ScimType::InvalidSyntax),
            (json!({"schemas": [SEARCH_REQUEST], "filter": {}}), ScimType::InvalidFilter),
            (json!({"schemas": [SEARCH_REQUEST], "filter": ["id pr"]}), ScimType::InvalidFilter),
            (json!({"schemas": [SEARCH_REQUEST], "attributes": [1]}), ScimType::InvalidValue),
            (json!({"schemas": [SEARCH_REQUEST], "attributes": 7}), ScimType::InvalidValue),
            (json!({"schemas": [SEARCH_REQUEST], "sortBy": 7}), ScimType::InvalidValue),
            (json!({"schemas": [SEARCH_REQUEST], "count": [1]}), ScimType::InvalidValue),
            (json!({"schemas": [SEARCH_REQUEST], "cursor": 7}), ScimType::InvalidCursor),
        ] {
            assert_eq!(Query::of_search_request(&body(wrong)).expect_err("refused").scim_type, Some(scim_type));
        }
    }

    #[test]
    fn an_empty_filter_is_refused() {
        for text in ["", "  "] {
            assert_eq!(filter(text).expect_err("refused").scim_type, Some(ScimType::InvalidFilter));
        }
    }
}
