//! Messages that are not resources: `ListResponse`, `Error`, and the discovery resources `ServiceProviderConfig`, `ResourceType`, `Schema`.

use super::catalogue::Catalogue;
use super::schema::{Kind, Schema, discovery_schemas};
use super::{Error, Object, Registry};
use serde_json::{Value, json};

/// Most resources a list answers with: `filter.maxResults` and `pagination.maxPageSize`.
pub const MAX_RESULTS: u64 = 1000;
/// How many resources a list answers with unless told: `pagination.defaultPageSize`.
pub const DEFAULT_COUNT: u64 = 100;
/// Most operations of a bulk request.
pub const MAX_OPERATIONS: u64 = 1000;
/// Most bytes of a request body: `bulk.maxPayloadSize`.
pub const MAX_PAYLOAD_SIZE: u64 = 1024 * 1024;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// The error body of RFC 7644 section 3.12.
#[must_use]
pub fn error(error: &Error) -> Value {
    let mut body = Object::new();
    body.insert("schemas".into(), json!([ERROR]));
    body.insert("status".into(), error.status.to_string().into());
    if let Some(scim_type) = error.scim_type {
        body.insert("scimType".into(), scim_type.as_str().into());
    }
    body.insert("detail".into(), error.detail.as_str().into());
    Value::Object(body)
}

/// A list answer; `start_index` is the effective one.
#[must_use]
pub fn list(resources: Vec<Value>, total: u64, start_index: u64) -> Value {
    let mut body = list_head(resources.len(), total, start_index);
    body.insert("Resources".into(), Value::Array(resources));
    Value::Object(body)
}

/// A list answer without the resources, of which it has so many.
#[must_use]
pub fn list_head(count: usize, total: u64, start_index: u64) -> Object {
    let mut body = Object::new();
    body.insert("schemas".into(), json!([LIST_RESPONSE]));
    body.insert("totalResults".into(), total.into());
    body.insert("startIndex".into(), start_index.into());
    body.insert("itemsPerPage".into(), count.into());
    body
}

/// A list answer paged by cursors (RFC 9865) without the resources, of which it has so many: `previous` on all pages but the first, `next`
/// on all but the last.
#[must_use]
pub fn cursor_list_head(count: usize, total: u64, previous: Option<String>, next: Option<String>) -> Object {
    let mut body = Object::new();
    body.insert("schemas".into(), json!([LIST_RESPONSE]));
    body.insert("totalResults".into(), total.into());
    body.insert("itemsPerPage".into(), count.into());
    body.extend(previous.map(|cursor| ("previousCursor".to_owned(), cursor.into())));
    body.extend(next.map(|cursor| ("nextCursor".to_owned(), cursor.into())));
    body
}

/// A list answer in text, of its head and of resources in text with commas between them.
#[must_use]
pub fn list_text(head: Object, resources: &[u8]) -> Vec<u8> {
    let mut text = Value::Object(head).to_string().into_bytes();
    // The brace; there is always something before it.
    text.pop();
    text.reserve_exact(resources.len() + 32);
    text.extend_from_slice(b",\"Resources\":[");
    text.extend_from_slice(resources);
    text.extend_from_slice(b"]}");
    text
}

/// What differs between tenants and connections; the advertised truth equals behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities {
    /// Whether a pushed `password` is taken (`scimPassword=accept`).
    pub change_password: bool,
    /// How many seconds a cursor works at least.
    pub cursor_timeout: i64,
}

/// `/ServiceProviderConfig`; `base` is the SCIM base URL without a trailing slash.
#[must_use]
pub fn service_provider_config(base: &str, capabilities: Capabilities) -> Object {
    discovery(
        SERVICE_PROVIDER_CONFIG,
        "ServiceProviderConfig",
        &format!("{base}/ServiceProviderConfig"),
        [
            ("patch", json!({"supported": true})),
            ("bulk", json!({"supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_PAYLOAD_SIZE})),
            ("filter", json!({"supported": true, "maxResults": MAX_RESULTS})),
            ("changePassword", json!({"supported": capabilities.change_password})),
            ("sort", json!({"supported": true})),
            ("etag", json!({"supported": true})),
            (
                "pagination",
                json!({
                    "cursor": true,
                    "index": true,
                    "defaultPaginationMethod": "index",
                    "defaultPageSize": DEFAULT_COUNT,
                    "maxPageSize": MAX_RESULTS,
                    "cursorTimeout": capabilities.cursor_timeout
                }),
            ),
            (
                "authenticationSchemes",
                json!([{
                    "type": "oauthbearertoken",
                    "name": "OAuth Bearer Token",
                    "description": "A bearer token in the Authorization header",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750",
                    "primary": true
                }]),
            ),
        ],
    )
}

/// `/ResourceTypes`, User first. A registry without our own extension names neither it nor the catalogues: it is for clients that choke on
/// what the RFCs do not have.
#[must_use]
pub fn resource_types(base: &str, registry: &Registry) -> Vec<Object> {
    let kinds = [Kind::User, Kind::Group].map(|kind| resource_type_of(base, registry, kind));
    kinds.into_iter().chain(catalogues(registry).map(|catalogue| catalogue_of(base, catalogue))).collect()
}

/// `/ResourceTypes/{id}`, in any case.
#[must_use]
pub fn resource_type(base: &str, registry: &Registry, id: &str) -> Option<Object> {
    let kind = [Kind::User, Kind::Group].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(id));
    let catalogue = || catalogues(registry).find(|catalogue| catalogue.name().eq_ignore_ascii_case(id));
    kind.map(|kind| resource_type_of(base, registry, kind))
        .or_else(|| catalogue().map(|catalogue| catalogue_of(base, catalogue)))
}

/// `/Schemas`: every schema a resource of this registry may use, then those of the discovery resources.
#[must_use]
pub fn schemas(base: &str, registry: &Registry) -> Vec<Object> {
    all_schemas(registry).map(|schema| schema_resource(base, schema)).collect()
}

/// `/Schemas/{urn}`, in any case.
#[must_use]
pub fn schema(base: &str, registry: &Registry, urn: &str) -> Option<Object> {
    all_schemas(registry).find(|schema| schema.id.eq_ignore_ascii_case(urn)).map(|schema| schema_resource(base, schema))
}

fn all_schemas(registry: &Registry) -> impl Iterator<Item = &Schema> {
    let catalogues = catalogues(registry).flat_map(|catalogue| catalogue.registry().resource_schemas());
    registry.resource_schemas().chain(catalogues).chain(discovery_schemas())
}

/// The catalogues a client of this registry sees.
fn catalogues(registry: &Registry) -> impl Iterator<Item = Catalogue> {
    Catalogue::ALL.into_iter().filter(|_| registry.shows_own())
}

fn catalogue_of(base: &str, catalogue: Catalogue) -> Object {
    let schema = catalogue.registry().base_schema(Catalogue::KIND);
    described(base, catalogue.name(), catalogue.description(), catalogue.endpoint(), schema, vec![])
}

fn resource_type_of(base: &str, registry: &Registry, kind: Kind) -> Object {
    let name = kind.name();
    let description = match kind {
        Kind::User => "User Account",
        Kind::Group => "Group",
    };
    let extensions =
        registry.extensions(kind).map(|(_, schema)| json!({"schema": schema.id, "required": false})).collect();
    described(base, name, description, kind.endpoint(), kind.base_schema(), extensions)
}

fn described(
    base: &str,
    name: &str,
    description: &str,
    endpoint: &str,
    schema: &str,
    extensions: Vec<Value>,
) -> Object {
    discovery(
        RESOURCE_TYPE,
        "ResourceType",
        &format!("{base}/ResourceTypes/{name}"),
        [
            ("id", name.into()),
            ("name", name.into()),
            ("description", description.into()),
            ("endpoint", endpoint.into()),
            ("schema", schema.into()),
            ("schemaExtensions", Value::Array(extensions)),
        ],
    )
}

fn schema_resource(base: &str, schema: &Schema) -> Object {
    let definition = schema.definition.as_object().cloned().unwrap_or_default();
    discovery(SCHEMA, "Schema", &format!("{base}/Schemas/{}", schema.id), definition)
}

/// A discovery resource: its schema first, its `meta` last.
fn discovery<K: Into<String>>(
    schema: &str,
    resource_type: &str,
    location: &str,
    members: impl IntoIterator<Item = (K, Value)>,
) -> Object {
    let mut resource = Object::new();
    resource.insert("schemas".into(), json!([schema]));
    resource.extend(members.into_iter().map(|(key, value)| (key.into(), value)));
    resource.insert("meta".into(), json!({"resourceType": resource_type, "location": location}));
    resource
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::{ENTERPRISE, GROUP, USER, USHER};

    const BASE: &str = "https://usher.example.com/scim/v2";

    #[test]
    fn errors_have_a_string_status() {
        let body = error(&Error::invalid_value("userName: the attribute is required."));
        let expected = json!({"schemas": [ERROR], "status": "400", "scimType": "invalidValue", "detail": "userName: the attribute is required."});
        assert_eq!(body, expected);
        assert_eq!(error(&Error::status(404, "gone")).get("scimType"), None);
    }

    #[test]
    fn lists_count_in_integers() {
        let body = list(vec![json!({"id": "1"})], 7, 3);
        let expected = json!({"schemas": [LIST_RESPONSE], "totalResults": 7, "startIndex": 3, "itemsPerPage": 1, "Resources": [{"id": "1"}]});
        assert_eq!(body, expected);
        assert_eq!(list(vec![], 0, 1)["Resources"], json!([]));
        assert_eq!(body.to_string().into_bytes(), list_text(list_head(1, 7, 3), b"{\"id\":\"1\"}"));
    }

    #[test]
    fn lists_by_cursor_have_no_index() {
        let head = cursor_list_head(1, 7, None, Some("abc".to_owned()));
        let body: Value = serde_json::from_slice(&list_text(head, b"{\"id\":\"1\"}")).unwrap();
        let expected = json!({"schemas": [LIST_RESPONSE], "totalResults": 7, "itemsPerPage": 1, "nextCursor": "abc", "Resources": [{"id": "1"}]});
        assert_eq!(body, expected);
    }

    #[test]
    fn what_discovery_shows_is_what_its_schema_defines() {
        let registry = Registry::builtin();
        let config = service_provider_config(BASE, Capabilities { change_password: false, cursor_timeout: 3600 });
        let types = resource_types(BASE, &registry);
        let all = schemas(BASE, &registry);
        let resources = std::iter::once(&config).chain(&types).chain(&all);
        for resource in resources {
            let urn = resource["schemas"][0].as_str().unwrap();
            let definition = schema(BASE, &registry, urn).unwrap();
            let names: Vec<&str> =
                definition["attributes"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
            for (key, value) in resource {
                assert!(key == "schemas" || key == "meta" || names.contains(&key.as_str()), "{urn} has no {key}");
                assert_ne!(value, &Value::Null);
            }
            for required in definition["attributes"].as_array().unwrap().iter().filter(|a| a["required"] == true) {
                assert!(resource.contains_key(required["name"].as_str().unwrap()), "{urn}: {}", required["name"]);
            }
            assert!(resource["meta"]["location"].as_str().unwrap().starts_with(BASE));
        }
    }

    #[test]
    fn schemas_list_what_the_registry_knows() {
        let course = json!({"id": "urn:example:Course", "attributes": [{"name": "level"}]});
        let registry = Registry::with_extensions(&[(course, Kind::Group)]).unwrap();
        let ids = |registry: &Registry| -> Vec<String> {
            schemas(BASE, registry).iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect()
        };
        let discovery = [SERVICE_PROVIDER_CONFIG, RESOURCE_TYPE, SCHEMA];
        let catalogues = ["urn:okta:scim:schemas:core:1.0:Role", "urn:okta:scim:schemas:core:1.0:Entitlement"];
        let own = [USER, GROUP, ENTERPRISE, USHER, "urn:example:Course"];
        assert_eq!(ids(&registry), [&own[..], &catalogues, &discovery].concat());
        let hidden = ids(&registry.without_own());
        assert!(!hidden.iter().any(|id| id == USHER || id.contains("okta")));
        assert!(schema(BASE, &registry, &ENTERPRISE.to_uppercase()).is_some());
        assert!(schema(BASE, &registry.without_own(), USHER).is_none());
    }

    #[test]
    fn resource_types_name_their_extensions() {
        let registry = Registry::builtin();
        let user = resource_type(BASE, &registry, "uSER").unwrap();
        let extension = |urn: &str| json!({"schema": urn, "required": false});
        assert_eq!(user["schemaExtensions"], json!([extension(ENTERPRISE), extension(USHER)]));
        assert_eq!((&user["id"], &user["endpoint"]), (&json!("User"), &json!("/Users")));
        let hidden = resource_type(BASE, &registry.without_own(), "User").unwrap();
        assert_eq!(hidden["schemaExtensions"], json!([extension(ENTERPRISE)]));
        assert_eq!(resource_type(BASE, &registry, "Robot"), None);
    }
}
