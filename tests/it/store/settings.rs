//! Tenants, connections, mappings, tokens, sessions and extension schemas.

use crate::support::sample;
use serde_json::json;
use usher::{
    domain::{
        company::CompanySignIn,
        connection::{Extension, GroupMapping},
        notification::MailSwitch,
        role::Role,
        tenant::{Adoption, ScimPassword},
        user::Mode,
    },
    scim::Kind,
    store::{
        Conflict, StoreError, connections, schemas, sessions, tenants,
        tokens::{self, Scope, Token},
    },
};

on_both! {
    async fn tenants_come_back(store: Store) {
        let mut tenant = sample::tenant("acme");
        put!(store, (tenant) tenants::insert(&tenant, sample::at(0))).unwrap();
        assert_eq!(format!("{:?}", get!(store, tenants::find(tenant.id)).unwrap()), format!("{tenant:?}"));
        tenant.slug = "umbrella".to_owned();
        tenant.default_mode = Mode::Create;
        tenant.adoption = Adoption::Off;
        tenant.scim_password = ScimPassword::Accept;
        tenant.notifications = MailSwitch::Off;
        tenant.mail_budget_per_hour = u32::MAX;
        tenant.company_sign_in = CompanySignIn::Off;
        tenant.time_zone = jiff::tz::TimeZone::UTC;
        put!(store, (tenant) tenants::update(&tenant)).unwrap();
        assert_eq!(format!("{:?}", get!(store, tenants::find_by_slug("umbrella")).unwrap()), format!("{tenant:?}"));
        let twin = sample::tenant("umbrella");
        let refused = put!(store, (twin) tenants::insert(&twin, sample::at(0)));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::TenantSlug))), "{refused:?}");
        let first = sample::tenant("acme");
        put!(store, (first) tenants::insert(&first, sample::at(0))).unwrap();
        let slugs: Vec<_> = get!(store, tenants::list()).into_iter().map(|tenant| tenant.slug).collect();
        assert_eq!(slugs, ["acme", "umbrella"]);
    }

    async fn connections_come_back(store: Store) {
        let tenant = sample::tenant_id();
        let mut connection = sample::connection(tenant, "okta");
        put!(store, (connection) connections::insert(&connection, sample::at(0))).unwrap();
        assert_eq!(format!("{:?}", get!(store, connections::find(tenant, connection.id)).unwrap()), format!("{connection:?}"));
        connection.default_mode = None;
        connection.default_role = None;
        connection.default_group = Some(sample::group_id());
        connection.notifications = MailSwitch::On;
        connection.extension = Extension::On;
        connection.company_sign_in = None;
        put!(store, (connection) connections::update(&connection)).unwrap();
        assert_eq!(format!("{:?}", get!(store, connections::find_by_name(tenant, "okta")).unwrap()), format!("{connection:?}"));
        let twin = sample::connection(tenant, "okta");
        let refused = put!(store, (twin) connections::insert(&twin, sample::at(0)));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::ConnectionName))), "{refused:?}");
        assert_eq!(get!(store, connections::list(tenant)).len(), 1);
    }

    async fn mappings_are_kept_once(store: Store) {
        let (tenant, connection) = (sample::tenant_id(), sample::connection_id());
        let mapping = GroupMapping { pushed: "Staff".to_owned(), group: sample::group_id(), role: Role::Admin };
        let same = GroupMapping { pushed: "STAFF".to_owned(), ..mapping.clone() };
        put!(store, (mapping) connections::insert_mapping(tenant, connection, &mapping)).unwrap();
        put!(store, (same) connections::insert_mapping(tenant, connection, &same)).unwrap();
        let found = get!(store, connections::list_mappings(tenant, connection));
        assert_eq!(format!("{found:?}"), format!("{:?}", [mapping]));
    }

    async fn tokens_come_back(store: Store) {
        let mut token = Token {
            tenant: sample::tenant_id(),
            id: sample::token_id(),
            name: "okta".to_owned(),
            scope: Scope::Scim,
            digest: "abc".to_owned(),
            connection: Some(sample::connection_id()),
            user: None,
            group: Some(sample::group_id()),
            created_at: sample::at(0),
            expires_at: sample::at(1),
            revoked_at: None,
        };
        put!(store, (token) tokens::insert(&token)).unwrap();
        token.expires_at = sample::at(2);
        token.revoked_at = Some(sample::at(3));
        put!(store, (token) tokens::update(&token)).unwrap();
        assert_eq!(get!(store, tokens::find_by_digest("abc")), Some(token.clone()));
        assert_eq!(get!(store, tokens::find_by_digest("abd")), None);
        let twin = Token { id: sample::token_id(), scope: Scope::Api, user: Some(sample::user_id()), ..token.clone() };
        let refused = put!(store, (twin) tokens::insert(&twin));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::TokenDigest))), "{refused:?}");
        let next = Token { digest: "abd".to_owned(), ..twin };
        put!(store, (next) tokens::insert(&next)).unwrap();
        assert_eq!(get!(store, tokens::find_by_name(token.tenant, "okta")), [token.clone(), next.clone()]);
        assert_eq!(get!(store, tokens::list(token.tenant)), [token, next]);
    }

    async fn sessions_end(store: Store) {
        let (tenant, user) = (sample::tenant_id(), sample::user_id());
        for (digest, expires) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
            let session = sessions::Session { digest: digest.to_owned(), tenant, user, created_at: sample::at(0), expires_at: sample::at(expires) };
            put!(store, (session) sessions::insert(&session)).unwrap();
            assert_eq!(get!(store, sessions::find(digest)), Some(session));
        }
        assert_eq!(put!(store, () sessions::delete_expired(sample::at(2))).unwrap(), 1);
        put!(store, () sessions::delete("b")).unwrap();
        assert_eq!(get!(store, sessions::find("b")), None);
        put!(store, () sessions::delete_of_user(tenant, user)).unwrap();
        for digest in ["c", "d"] {
            assert_eq!(get!(store, sessions::find(digest)), None);
        }
    }

    async fn schemas_are_replaced_by_urn(store: Store) {
        let tenant = sample::tenant_id();
        for (urn, kind, number) in [("urn:x:User", Kind::User, 1), ("urn:x:Group", Kind::Group, 2), ("URN:X:user", Kind::User, 3)] {
            let definition = json!({"id": urn, "n": number});
            put!(store, (definition) schemas::put(tenant, urn, kind, &definition, sample::at(number))).unwrap();
        }
        let found = get!(store, schemas::list(tenant));
        assert_eq!(found, [(json!({"id": "URN:X:user", "n": 3}), Kind::User), (json!({"id": "urn:x:Group", "n": 2}), Kind::Group)]);
    }
}
