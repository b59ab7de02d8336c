//! Groups.

use crate::support::sample;
use serde_json::json;
use usher::store::{
    Conflict, StoreError,
    filter::Predicate,
    groups::{self, From, View},
};

on_both! {
    async fn every_column_comes_back(store: Store) {
        let tenant = sample::tenant_id();
        let plain = sample::group(tenant, None, "Staff");
        let mut full = sample::group(tenant, Some(sample::connection_id()), "STAFF");
        full.id = plain.id;
        full.external_id = Some("g1".to_owned());
        full.document = sample::object(json!({"displayName": "STAFF", "b": 1, "a": 2}));
        full.version = 3;
        full.modified_at = sample::at(9);
        put!(store, (plain) groups::insert(&plain)).unwrap();
        assert_eq!(get!(store, groups::find(tenant, plain.id)), Some(plain.clone()));
        put!(store, (plain, full) groups::update(&plain, &full)).unwrap();
        assert_eq!(get!(store, groups::find(tenant, full.id)), Some(full.clone()));
        assert_eq!(put!(store, (full) groups::lock(full.tenant, full.id)).unwrap(), Some(full.clone()));
        assert_eq!(get!(store, groups::find_many(tenant, &[full.id, sample::group_id()])), [full.clone()]);
        put!(store, (full) groups::touch(full.tenant, &[full.id], sample::at(10))).unwrap();
        full.version = 4;
        full.modified_at = sample::at(10);
        assert_eq!(get!(store, groups::find(tenant, full.id)), Some(full.clone()));
        put!(store, (full) groups::delete(full.tenant, full.id)).unwrap();
        assert_eq!(get!(store, groups::find(tenant, full.id)), None);
    }

    async fn a_connection_sees_its_own_groups_and_the_platforms(store: Store) {
        let (tenant, mine, other) = (sample::tenant_id(), sample::connection_id(), sample::connection_id());
        let mut root = sample::group(tenant, None, "Root");
        root.is_root = true;
        let platform = sample::group(tenant, None, "Staff");
        let own = sample::group(tenant, Some(mine), "staff");
        let foreign = sample::group(tenant, Some(other), "Staff");
        for group in [&root, &platform, &own, &foreign] {
            put!(store, (group) groups::insert(&group)).unwrap();
        }
        let twin = sample::group(tenant, Some(mine), "\u{ff33}taff");
        let refused = put!(store, (twin) groups::insert(&twin));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::GroupDisplayName))), "{refused:?}");
        let everything = Predicate::everything();
        let view = View::Connection(mine);
        assert_eq!(get!(store, groups::find_root(tenant)), Some(root));
        assert_eq!(get!(store, groups::find_by_display_name(tenant, view, "staff")), [platform.clone(), own.clone()]);
        assert_eq!(get!(store, groups::find_by_display_name(tenant, view, "root")), []);
        assert_eq!(get!(store, groups::count(tenant, view, &everything)), 2);
        assert_eq!(get!(store, groups::page(tenant, view, &everything, From::Offset(1), 5)), [own.clone()]);
        assert_eq!(get!(store, groups::page(tenant, View::Everything, &everything, From::After(platform.id), 5)), [own, foreign]);
    }
}
