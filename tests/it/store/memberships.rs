//! Who is in which group.

use crate::support::sample;
use serde_json::json;
use usher::{
    domain::{
        group::{MemberId, Membership},
        role::{Role, Source},
    },
    store::{groups, memberships, users},
};

const PUSHED: Source = Source::IdpMembers;

on_both! {
    async fn inserting_again_counts_only_what_is_new_or_changed(store: Store) {
        let (tenant, group) = (sample::tenant_id(), sample::group_id());
        let mut rows: Vec<Membership> =
            (0..5).map(|_| sample::membership(group, MemberId::User(sample::user_id()))).collect();
        rows.push(rows[0].clone());
        assert_eq!(put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap().touched, 5);
        assert_eq!(put!(store, (rows) memberships::insert(tenant, &rows, sample::at(1))).unwrap().touched, 0);
        rows[1].display = Some("Ada".to_owned());
        rows.push(sample::membership(group, MemberId::Group(sample::group_id())));
        assert_eq!(put!(store, (rows) memberships::insert(tenant, &rows, sample::at(2))).unwrap().touched, 2);
        let found = get!(store, memberships::existing(tenant, group, PUSHED, None, &[rows[1].member, MemberId::User(sample::user_id())]));
        assert_eq!(found, rows[1..2]);
        let none: Vec<Membership> = Vec::new();
        assert_eq!(put!(store, (none) memberships::insert(tenant, &none, sample::at(2))).unwrap().touched, 0);
    }

    async fn thousands_go_in_and_out(store: Store) {
        let (tenant, group) = (sample::tenant_id(), sample::group_id());
        let rows: Vec<Membership> =
            (0..2_500).map(|_| sample::membership(group, MemberId::User(sample::user_id()))).collect();
        assert_eq!(put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap().touched, 2_500);
        let mut walked = Vec::new();
        while let page = get!(store, memberships::page_of_group(tenant, group, PUSHED, None, walked.last().map(|row: &Membership| row.member), 1_000))
            && !page.is_empty()
        {
            walked.extend(page);
        }
        assert_eq!(walked, rows);
        let members: Vec<MemberId> = rows[..2_000].iter().map(|row| row.member).collect();
        assert_eq!(put!(store, (members) memberships::remove(tenant, group, PUSHED, None, &members)).unwrap().len(), 2_000);
        assert_eq!(put!(store, () memberships::remove_all(tenant, group, PUSHED, None)).unwrap().len(), 500);
    }

    async fn a_source_removes_only_its_own_rows(store: Store) {
        let (tenant, connection) = (sample::tenant_id(), sample::connection_id());
        let group = sample::group(tenant, None, "Staff");
        put!(store, (group) groups::insert(&group)).unwrap();
        let user = sample::user_id();
        let member = MemberId::User(user);
        let pushed = Membership { connection: Some(connection), ..sample::membership(group.id, member) };
        let coach = Membership { role: Role::Coach, ..pushed.clone() };
        let admin = Membership { source: Source::Admin, ..sample::membership(group.id, member) };
        let rows = vec![pushed.clone(), coach, admin.clone()];
        put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
        let page = get!(store, memberships::page_of_group(tenant, group.id, PUSHED, Some(connection), None, 10));
        assert_eq!(page.iter().map(|row| row.member).collect::<Vec<_>>(), [member], "each member once");
        let gid = group.id;
        assert_eq!(put!(store, () memberships::remove(tenant, gid, PUSHED, None, &[member])).unwrap().len(), 0);
        assert_eq!(put!(store, () memberships::remove(tenant, gid, PUSHED, Some(connection), &[member])).unwrap().len(), 2);
        put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
        assert_eq!(put!(store, () memberships::remove_of_user(tenant, user, PUSHED, Some(connection))).unwrap().len(), 2);
        let left = get!(store, memberships::of_members(tenant, &[member]));
        assert_eq!(left.iter().map(|row| row.membership.clone()).collect::<Vec<_>>(), [admin]);
        assert_eq!((left[0].group_name.as_str(), left[0].group_connection, left[0].group_is_root), ("Staff", None, false));
        assert_eq!(put!(store, () memberships::remove_user(tenant, user)).unwrap(), [gid]);
        assert_eq!(get!(store, memberships::of_members(tenant, &[member])), []);
    }

    async fn a_deleted_group_leaves_nothing(store: Store) {
        let tenant = sample::tenant_id();
        let (inner, outer) = (sample::group(tenant, None, "Inner"), sample::group(tenant, None, "Outer"));
        put!(store, (inner) groups::insert(&inner)).unwrap();
        put!(store, (outer) groups::insert(&outer)).unwrap();
        let user = MemberId::User(sample::user_id());
        let rows = vec![sample::membership(inner.id, user), sample::membership(outer.id, MemberId::Group(inner.id)), sample::membership(outer.id, user)];
        put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
        let id = inner.id;
        put!(store, () memberships::remove_group(tenant, id)).unwrap();
        let left = get!(store, memberships::of_members(tenant, &[user, MemberId::Group(id)]));
        assert_eq!(left.into_iter().map(|row| row.membership).collect::<Vec<_>>(), rows[2..]);
    }

    async fn members_come_with_the_names_they_are_shown_by(store: Store) {
        let (tenant, connection) = (sample::tenant_id(), sample::connection_id());
        let mut named = sample::user(tenant, "ada@example.com");
        named.document.insert("displayName".to_owned(), json!("Ada"));
        let unnamed = sample::user(tenant, "bob@example.com");
        let group = sample::group(tenant, None, "Inner");
        put!(store, (named) users::insert(&named)).unwrap();
        put!(store, (unnamed) users::insert(&unnamed)).unwrap();
        put!(store, (group) groups::insert(&group)).unwrap();
        let outer = sample::group_id();
        let members = [MemberId::Group(group.id), MemberId::User(named.id), MemberId::User(unnamed.id), MemberId::User(sample::user_id())];
        let rows: Vec<_> = members.map(|member| Membership { connection: Some(connection), ..sample::membership(outer, member) }).into();
        put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
        let found = get!(store, memberships::of_groups(tenant, &[outer, sample::group_id()], PUSHED, connection));
        let names: Vec<_> = found.iter().map(|row| row.name.as_deref()).collect();
        assert_eq!(names, [Some("Inner"), Some("Ada"), Some("bob@example.com"), None]);
        assert_eq!(get!(store, memberships::few_named(tenant, outer, PUSHED, connection, 4)), Some(found.clone()));
        assert_eq!(get!(store, memberships::few_named(tenant, outer, PUSHED, connection, 3)), None);
        assert_eq!(get!(store, memberships::few_named(tenant, sample::group_id(), PUSHED, connection, 3)), Some(Vec::new()));
        assert_eq!(found.into_iter().map(|row| row.membership).collect::<Vec<_>>(), rows);
    }
}
