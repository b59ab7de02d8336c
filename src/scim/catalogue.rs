//! Resource types to read and choose from, which identity providers with access governance ask for by `/ResourceTypes`: the roles and
//! labels of the platform in the shape Okta defines for them. Not of any RFC.

use super::{Kind, Object, Registry, schema};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A read-only resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalogue {
    /// `/Roles`
    Roles,
    /// `/Entitlements`
    Entitlements,
}

impl Catalogue {
    /// All of them, in the order of `/ResourceTypes`.
    pub const ALL: [Self; 2] = [Self::Roles, Self::Entitlements];
    /// Its registry knows one schema, in the place of the user's.
    pub const KIND: Kind = Kind::User;

    /// The resource type's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Roles => "Role",
            Self::Entitlements => "Entitlement",
        }
    }

    /// The endpoint relative to the SCIM base URL, with its slash.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::Roles => "/Roles",
            Self::Entitlements => "/Entitlements",
        }
    }

    /// What `/ResourceTypes` says of it.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Roles => "Role on a group",
            Self::Entitlements => "Label",
        }
    }

    /// What filters, orders and projections of it are checked against.
    #[must_use]
    pub fn registry(self) -> &'static Registry {
        schema::catalogue(self)
    }

    /// The whole resource; `base` is the SCIM base URL without a trailing slash.
    #[must_use]
    pub fn resource(self, base: &str, id: &str, display_name: &str) -> Object {
        let kind = match self {
            Self::Roles => "group",
            Self::Entitlements => "label",
        };
        let location = format!("{base}{}/{id}", self.endpoint());
        Object::from_iter([
            ("schemas".to_owned(), json!([self.registry().base_schema(Self::KIND)])),
            ("id".to_owned(), Value::from(id)),
            ("displayName".to_owned(), Value::from(display_name)),
            ("type".to_owned(), Value::from(kind)),
            ("meta".to_owned(), json!({ "resourceType": self.name(), "location": location })),
        ])
    }
}

/// The id of a label's resource: its folded text, in characters a URL takes as they are.
#[must_use]
pub fn label_id(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{filter::Filter, projection::Projection};

    #[test]
    fn catalogues_are_filtered_and_projected_like_every_resource() {
        let coach = Catalogue::Roles.resource("https://usher.example.com/scim/v2", "coach", "Coach");
        let registry = Catalogue::Roles.registry();
        let matches = |filter: &str| {
            Filter::parse(filter)
                .unwrap()
                .check(registry, Catalogue::KIND)
                .map(|filter| filter.matches(registry, &coach))
        };
        assert_eq!(matches("displayName eq \"COACH\" and type eq \"group\""), Ok(true));
        assert_eq!(matches("id eq \"Coach\""), Ok(false));
        assert_eq!(matches("schemas eq \"urn:okta:scim:schemas:core:1.0:Role\""), Ok(true));
        assert!(matches("userName eq \"coach\"").is_err());
        let mut shown = coach.clone();
        Projection::parse(registry, Catalogue::KIND, Some("displayName"), None).apply(
            registry,
            Catalogue::KIND,
            &mut shown,
        );
        assert_eq!(
            Value::Object(shown),
            json!({"schemas": ["urn:okta:scim:schemas:core:1.0:Role"], "id": "coach", "displayName": "Coach"})
        );
    }

    #[test]
    fn the_id_of_a_label_is_safe_in_a_url() {
        let id = label_id("größe / 7");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{id}");
    }
}
