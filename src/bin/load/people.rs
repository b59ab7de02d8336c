//! The people and groups of a run, as an identity provider knows them.

use serde::Deserialize;

/// What begins every PATCH.
const PATCH: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":["#;

/// Somebody on the server.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub id: String,
    #[serde(rename = "userName")]
    pub user_name: String,
    #[serde(rename = "externalId", default)]
    pub external_id: String,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct Page {
    #[serde(rename = "totalResults")]
    pub total: u64,
    #[serde(rename = "Resources", default = "Vec::new")]
    pub people: Vec<Person>,
}

/// The sign-in name of the person of a number.
pub fn user_name(number: u64) -> String {
    format!("person-{number:07}@example.com")
}

/// The identity provider's own id of the person of a number.
pub fn external_id(number: u64) -> String {
    format!("seed-{number:07}")
}

/// The body of a POST or PUT.
pub fn body(user_name: &str, external_id: &str, title: &str) -> Vec<u8> {
    let local = user_name.split('@').next().unwrap_or(user_name);
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"{external_id}","userName":"{user_name}","name":{{"givenName":"Ada","familyName":"Berg"}},"displayName":"Ada Berg {local}","title":"{title}","preferredLanguage":"en-US","active":true,"emails":[{{"value":"{user_name}","type":"work","primary":true}},{{"value":"{local}@home.example.com","type":"home"}}],"phoneNumbers":[{{"value":"+46-8-5555","type":"work"}}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"employeeNumber":"{external_id}","costCenter":"CC-7","department":"Department 3"}}}}"#
    )
    .into_bytes()
}

/// The body of a new group.
pub fn group(name: &str) -> Vec<u8> {
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{name}","externalId":"{name}"}}"#
    )
    .into_bytes()
}

/// A PATCH that switches somebody.
pub fn switch(is_on: &str) -> Vec<u8> {
    format!(r#"{PATCH}{{"op":"replace","path":"active","value":{is_on}}}]}}"#).into_bytes()
}

/// A PATCH that adds members.
pub fn add<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let values: Vec<String> = ids.map(|id| format!(r#"{{"value":"{id}"}}"#)).collect();
    format!(r#"{PATCH}{{"op":"add","path":"members","value":[{}]}}]}}"#, values.join(",")).into_bytes()
}

/// A PATCH that removes a member, as Entra ID writes it.
pub fn remove(id: &str) -> Vec<u8> {
    format!(r#"{PATCH}{{"op":"remove","path":"members[value eq \"{id}\"]"}}]}}"#).into_bytes()
}

/// The path of a list with a filter of one comparison, percent-encoded.
pub fn filtered(endpoint: &str, attribute: &str, value: &str) -> String {
    let value = value.replace(' ', "%20");
    format!("/{endpoint}?filter={attribute}%20eq%20%22{value}%22")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn bodies_are_json() {
        let all =
            [body("a@example.com", "x", "T"), group("G"), switch("true"), add(["1", "2"].into_iter()), remove("1")];
        for body in all {
            let read: Value = serde_json::from_slice(&body).unwrap();
            assert!(read["schemas"].is_array());
        }
        assert_eq!(
            filtered("Groups", "displayName", "Group of 10"),
            "/Groups?filter=displayName%20eq%20%22Group%20of%2010%22"
        );
    }
}
