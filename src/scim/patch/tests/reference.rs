//! PATCH once more, as simply as it can be said, and a property that both agree.
//!
//! The model follows the tables of RFC 7644 sections 3.5.2.1 to 3.5.2.3 on plain JSON: it knows no schema but the handful of
//! attributes named here, reads paths by splitting text, and looks through every list from the start.

use proptest::prelude::*;

use super::*;

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What the model says of a request.
fn model(before: &Object, operations: &[Value]) -> Result<Object, ScimType> {
    for operation in operations {
        check(operation)?;
    }
    let mut user = before.clone();
    for operation in operations {
        let verb = operation["op"].as_str().unwrap().to_lowercase();
        let value = operation.get("value").unwrap_or(&Value::Null);
        match operation.get("path") {
            Some(path) => change(&mut user, &verb, path.as_str().unwrap(), value)?,
            None => change_all(&mut user, &verb, "", value)?,
        }
    }
    Ok(user)
}

/// What is wrong with an operation whatever the resource.
fn check(operation: &Value) -> Result<(), ScimType> {
    let verb = operation["op"].as_str().unwrap().to_lowercase();
    let path = operation.get("path").and_then(Value::as_str);
    let value = operation.get("value").unwrap_or(&Value::Null);
    let unassigns_name = match path {
        Some(path) => verb == "replace" && path == "userName" && value.is_null(),
        None => value.get("userName") == Some(&Value::Null),
    };
    if verb == "remove" && path.is_none() {
        return Err(ScimType::NoTarget);
    }
    if unassigns_name || verb == "add" && value.is_null() || verb == "replace" && operation.get("value").is_none() {
        return Err(ScimType::InvalidValue);
    }
    Ok(())
}

/// A value without a path: its members one by one, and those of an extension in it.
fn change_all(user: &mut Object, verb: &str, prefix: &str, value: &Value) -> Result<(), ScimType> {
    for (key, value) in value.as_object().unwrap() {
        if key == EXTENSION && value.is_object() {
            change_all(user, verb, &format!("{key}:"), value)?;
        } else if verb == "replace" || !value.is_null() {
            change(user, verb, &format!("{prefix}{key}"), value)?;
        }
    }
    Ok(())
}

fn change(holder: &mut Object, verb: &str, path: &str, value: &Value) -> Result<(), ScimType> {
    if let Some(rest) = path.strip_prefix(EXTENSION) {
        let mut extension = holder.remove(EXTENSION).map_or_else(Object::new, object);
        match rest.strip_prefix(':') {
            Some(path) => change(&mut extension, verb, path, value)?,
            None => change_extension(&mut extension, verb, value)?,
        }
        put(holder, EXTENSION, Value::Object(extension));
        return Ok(());
    }
    let attribute = path.split(['.', '[']).next().unwrap();
    let mut filter = None;
    let mut sub = None;
    if let Some((_, inside)) = path.split_once('[') {
        let (conditions, behind) = inside.split_once(']').unwrap();
        filter = Some(conditions);
        sub = behind.strip_prefix('.');
    } else if let Some((_, name)) = path.split_once('.') {
        sub = Some(name);
    }
    let old = holder.remove(attribute).unwrap_or(Value::Null);
    let new = match (attribute, sub) {
        ("emails" | "addresses", _) => change_list(old, verb, filter, sub, value)?,
        ("name", Some(sub)) => assign(old, sub, if verb == "remove" { &Value::Null } else { value }),
        ("name", None) if verb == "remove" || value.is_null() => Value::Null,
        ("name", None) => {
            let given = value.as_object().unwrap().iter().filter(|(_, part)| verb == "replace" || !part.is_null());
            given.fold(old, |name, (sub, part)| assign(name, sub, part))
        }
        ("userName", _) if verb == "remove" => return Err(ScimType::Mutability),
        (_, _) if verb == "remove" => Value::Null,
        ("manager", None) if value.is_string() => json!({"value": value}),
        ("manager", Some(sub)) => assign(old, sub, value),
        _ => plain(value),
    };
    put(holder, attribute, new);
    Ok(())
}

fn change_extension(extension: &mut Object, verb: &str, value: &Value) -> Result<(), ScimType> {
    if verb != "add" {
        extension.clear();
    }
    for (key, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        change(extension, "add", key, value)?;
    }
    Ok(())
}

fn change_list(
    old: Value,
    verb: &str,
    filter: Option<&str>,
    sub: Option<&str>,
    value: &Value,
) -> Result<Value, ScimType> {
    let mut list = elements(&old);
    let mut written = Vec::new();
    let is_removal = verb == "remove" || value.is_null();
    match (filter, sub) {
        (None, None) if verb == "remove" && !value.is_null() => {
            let listed = elements(value);
            list.retain(|element| !listed.iter().any(|other| is_meant(other, element)));
        }
        (None, None) if is_removal => list.clear(),
        (None, None) => {
            if verb == "replace" {
                list.clear();
            }
            for new in elements(value) {
                if let Some(known) = list.iter().position(|element| is_meant(&new, element)) {
                    list[known] = merged(list[known].clone(), &new);
                    written.extend((new["primary"] == json!(true)).then_some(known));
                } else {
                    written.push(list.len());
                    list.push(new);
                }
            }
        }
        (filter, sub) => {
            let mut chosen: Vec<usize> =
                (0..list.len()).filter(|&index| filter.is_none_or(|filter| matches(&list[index], filter))).collect();
            if chosen.is_empty() && !is_removal {
                chosen.push(list.len());
                list.push(filter.map_or(Some(json!({})), seed).ok_or(ScimType::NoTarget)?);
            } else if verb == "replace" && sub.is_none() {
                for &index in &chosen {
                    list[index] = json!({});
                }
            }
            for &index in &chosen {
                let element = list[index].take();
                list[index] = match sub {
                    Some(sub) => assign(element, sub, if is_removal { &Value::Null } else { value }),
                    None if is_removal => Value::Null,
                    None => merged(element, value),
                };
            }
            written = chosen;
        }
    }
    let primaries: Vec<usize> = written.into_iter().filter(|&index| list[index]["primary"] == json!(true)).collect();
    if primaries.len() > 1 {
        return Err(ScimType::InvalidValue);
    }
    for (index, element) in list.iter_mut().enumerate() {
        if !primaries.is_empty() && !primaries.contains(&index) && element["primary"] == json!(true) {
            element["primary"] = json!(false);
        }
    }
    list.retain(|element| !is_nothing(element));
    Ok(Value::Array(list))
}

/// Whether a client that writes `new` means `element`: the same `value`, and the same `type` if it writes one. Without a `value`,
/// all they say must be the same.
fn is_meant(new: &Value, element: &Value) -> bool {
    let same = |name: &str| same(&new[name], &element[name]);
    if new["value"].is_null() { new == element } else { same("value") && (new["type"].is_null() || same("type")) }
}

/// Whether all conditions, joined by `and`, hold of an element.
fn matches(element: &Value, filter: &str) -> bool {
    filter.split(" and ").all(|condition| {
        let words: Vec<&str> = condition.splitn(3, ' ').collect();
        let literal = || serde_json::from_str(words[2]).unwrap();
        match words[1] {
            "pr" => !element[words[0]].is_null(),
            "eq" => same(&element[words[0]], &literal()),
            "ne" => !same(&element[words[0]], &literal()),
            other => panic!("{other}"),
        }
    })
}

/// The element that a filter of `eq` alone describes.
fn seed(filter: &str) -> Option<Value> {
    let mut element = json!({});
    for condition in filter.split(" and ") {
        let (sub, literal) = condition.split_once(" eq ")?;
        let literal: Value = serde_json::from_str(literal).unwrap();
        if !element[sub].is_null() && element[sub] != literal {
            return None;
        }
        element[sub] = literal;
    }
    Some(element)
}

fn assign(complex: Value, sub: &str, value: &Value) -> Value {
    let mut complex = if complex.is_null() { Object::new() } else { object(complex) };
    put(&mut complex, sub, plain(value));
    Value::Object(complex)
}

fn merged(element: Value, new: &Value) -> Value {
    new.as_object().unwrap().iter().fold(element, |element, (sub, value)| assign(element, sub, value))
}

fn put(holder: &mut Object, name: &str, value: Value) {
    holder.remove(name);
    if !is_nothing(&value) {
        holder.insert(name.to_owned(), value);
    }
}

fn is_nothing(value: &Value) -> bool {
    [Value::Null, json!([]), json!({})].contains(value)
}

fn elements(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => vec![],
        lone => vec![lone.clone()],
    }
}

/// The value, or the boolean that it spells.
fn plain(value: &Value) -> Value {
    match value.as_str() {
        Some("True") => json!(true),
        Some("False") => json!(false),
        _ => value.clone(),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || a.is_string() && a.to_string().to_lowercase() == b.to_string().to_lowercase()
}

fn word() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["a", "A", "b", "c"]).prop_map(Value::from)
}

fn type_word() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["work", "Work", "home"]).prop_map(Value::from)
}

/// An object of those members that were drawn.
fn members(drawn: Vec<(&str, Option<Value>)>) -> Value {
    drawn.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Object>().into()
}

fn element() -> impl Strategy<Value = Value> {
    use prop::option::{of, weighted};
    (weighted(0.8, word()), of(type_word()), weighted(0.2, Just(json!(true))), of(word()))
        .prop_map(|(value, kind, primary, display)| {
            members(vec![("value", value), ("type", kind), ("primary", primary), ("display", display)])
        })
        .prop_filter("says something", |element| !is_nothing(element))
}

/// Elements as one request may list them: no two of the same value, at most one primary.
fn list() -> impl Strategy<Value = Value> {
    prop::collection::vec(element(), 0..4).prop_map(|drawn| {
        let mut list: Vec<Value> = Vec::new();
        for element in drawn {
            let clashes = |other: &Value| {
                same(&other["value"], &element["value"]) || other["primary"] == true && element["primary"] == true
            };
            if !list.iter().any(clashes) {
                list.push(element);
            }
        }
        Value::Array(list)
    })
}

fn addresses() -> impl Strategy<Value = Value> {
    prop::collection::hash_set(prop::sample::select(vec!["Lyon", "Nice", "Metz"]), 0..3)
        .prop_map(|towns| towns.into_iter().map(|town| json!({"locality": town})).collect::<Vec<_>>().into())
}

fn name() -> impl Strategy<Value = Value> {
    let part = || prop::option::of(prop_oneof![4 => word(), 1 => Just(Value::Null)]);
    (part(), part()).prop_map(|(given, family)| members(vec![("givenName", given), ("familyName", family)]))
}

fn extension() -> impl Strategy<Value = Value> {
    let value = || prop::option::of(prop_oneof![4 => word(), 1 => Just(Value::Null)]);
    (value(), value(), value()).prop_map(|(department, division, manager)| {
        members(vec![("department", department), ("division", division), ("manager", manager)])
    })
}

fn user_before() -> impl Strategy<Value = Object> {
    let texts = (prop::option::of(word()), prop::option::of(any::<bool>().prop_map(Value::from)));
    (texts, name(), list(), addresses(), extension()).prop_map(
        |((title, active), name, emails, addresses, extension)| {
            let mut user = object(members(vec![("title", title), ("active", active)]));
            user.insert("userName".to_owned(), json!("bob"));
            put(&mut user, "name", without_nulls(name));
            put(&mut user, "emails", emails);
            put(&mut user, "addresses", addresses);
            let mut extension = object(without_nulls(extension));
            if let Some(manager) = extension.remove("manager") {
                extension.insert("manager".to_owned(), json!({"value": manager}));
            }
            put(&mut user, EXTENSION, Value::Object(extension));
            user
        },
    )
}

fn without_nulls(value: Value) -> Value {
    object(value).into_iter().filter(|(_, value)| !value.is_null()).collect::<Object>().into()
}

fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => type_word().prop_map(|kind| format!("type eq {kind}")),
        3 => word().prop_map(|value| format!("value eq {value}")),
        1 => any::<bool>().prop_map(|flag| format!("primary eq {flag}")),
        1 => Just("type pr".to_owned()),
        1 => type_word().prop_map(|kind| format!("type ne {kind}")),
    ]
}

/// A path and a value that fits it.
fn target() -> impl Strategy<Value = (String, Value)> {
    let filter =
        prop::collection::vec(condition(), 1..3).prop_map(|all| format!("emails[{}]", all.join(" and "))).boxed();
    let flag = prop::sample::select(vec![json!(true), json!(false), json!("True"), json!("False")]);
    let emails = prop_oneof![list(), element()];
    let path = |path: &str| Just(path.to_owned());
    let simple =
        prop::sample::select(vec!["title".to_owned(), "userName".to_owned(), format!("{EXTENSION}:department")]);
    let manager = format!("{EXTENSION}:manager");
    prop_oneof![
        3 => (simple, word()),
        1 => (path("active"), flag.clone()),
        2 => (path("name"), name()),
        2 => (path("name.givenName"), word()),
        6 => (path("emails"), emails),
        1 => (path("emails.type"), type_word()),
        2 => (path("addresses"), addresses()),
        1 => (path("addresses[locality eq \"Lyon\"].type"), type_word()),
        4 => (filter.clone(), element()),
        4 => (filter.clone().prop_map(|path| path + ".value"), word()),
        2 => (filter.clone().prop_map(|path| path + ".display"), word()),
        2 => (filter.prop_map(|path| path + ".primary"), flag),
        2 => (path(&manager), word()),
        1 => (path(&manager), word().prop_map(|value| json!({"value": value}))),
        1 => (path(&format!("{manager}.value")), word()),
        2 => (path(EXTENSION), extension()),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    let verb = || prop::sample::select(vec!["add", "replace", "Add", "Replace"]);
    let remove = prop::sample::select(vec!["remove", "Remove"]);
    let nullable = (target(), prop::bool::weighted(0.1))
        .prop_map(|((path, value), is_null)| (path, if is_null { Value::Null } else { value }))
        .boxed();
    let pathless = prop::collection::vec(nullable.clone(), 0..4);
    prop_oneof![
        6 => (verb(), nullable).prop_map(|(op, (path, value))| json!({"op": op, "path": path, "value": value})),
        3 => (verb(), pathless).prop_map(|(op, all)| json!({"op": op, "value": all.into_iter().collect::<Object>()})),
        3 => (remove.clone(), target()).prop_map(|(op, (path, _))| json!({"op": op, "path": path})),
        1 => (remove, list()).prop_map(|(op, list)| json!({"op": op, "path": "emails", "value": list})),
    ]
}

proptest! {
    #[test]
    fn patch_agrees_with_the_model(before in user_before(), operations in prop::collection::vec(operation(), 1..5)) {
        let outcome = apply(Kind::User, Value::Object(before.clone()), json!(operations));
        let outcome = outcome.map(object).map_err(|error| error.scim_type.unwrap());
        prop_assert_eq!(outcome, model(&before, &operations));
    }
}
