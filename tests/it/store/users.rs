//! People.

use crate::support::sample;
use serde_json::json;
use usher::{
    domain::{
        group::MemberId,
        role::Role,
        user::{Former, FormerLink, Mode, State},
    },
    store::{
        Conflict, StoreError, earlier,
        filter::Predicate,
        groups, memberships, parked,
        users::{self, From},
    },
};

on_both! {
    async fn every_column_comes_back(store: Store) {
        let plain = sample::user(sample::tenant_id(), "ada@example.com");
        let mut full = plain.clone();
        full.connection = Some(sample::connection_id());
        full.external_id = Some("00u1 \u{e9}".to_owned());
        full.user_name = "Ada@Example.com".to_owned();
        full.document = sample::object(json!({"userName": "Ada@Example.com", "z": 1, "a": {"y": [1.5, null, "\u{1f600}"]}, "displayName": "Ada"}));
        full.shows_active = false;
        full.state = State::Deleted;
        full.state_reason = Some("gone".to_owned());
        full.earlier = Some(State::Active);
        full.deleted_from = Some(State::Suspended);
        full.former = Some(Former { id: sample::user_id(), link: FormerLink::Likeness });
        full.mode = Mode::Create;
        full.start_date = Some("2027-01-02".parse().unwrap());
        full.deletion_date = Some("2027-03-04".parse().unwrap());
        full.start_at = Some(sample::at(1));
        full.deletion_at = Some(sample::at(2));
        full.warned_for = Some("2027-03-04".parse().unwrap());
        full.suppress_notifications = true;
        full.billable_since = Some(sample::at(3));
        full.password_hash = Some("$argon2id$".to_owned());
        full.must_change_password = true;
        full.password_generation = 7;
        full.episode = 8;
        full.invitation = Some(sample::invitation_id());
        full.is_owner = true;
        full.is_visible = false;
        full.is_listed = false;
        full.version = 9;
        full.modified_at = sample::at(4);
        full.deleted_at = Some(sample::at(5));
        put!(store, (plain) users::insert(&plain)).unwrap();
        assert_eq!(get!(store, users::find(plain.tenant, plain.id)), Some(plain.clone()));
        put!(store, (plain, full) users::update(&plain, &full)).unwrap();
        let found = get!(store, users::find(full.tenant, full.id)).unwrap();
        assert_eq!(found, full);
        assert_eq!(found.document.keys().collect::<Vec<_>>(), ["userName", "z", "a", "displayName"], "order is kept");
        put!(store, (plain, full) users::update(&full, &plain)).unwrap();
        assert_eq!(put!(store, (plain) users::lock(plain.tenant, plain.id)).unwrap(), Some(plain.clone()));
        full.id = sample::user_id();
        put!(store, (full) users::insert(&full)).unwrap();
        let mut both = get!(store, users::find_many(full.tenant, &[full.id, sample::user_id(), plain.id]));
        both.sort_by_key(|user| user.id);
        assert_eq!(both, [plain, full]);
    }

    async fn a_user_name_is_unique_among_the_listed_of_a_tenant(store: Store) {
        let tenant = sample::tenant_id();
        let mut first = sample::user(tenant, "Ada@example.com");
        let second = sample::user(tenant, "\u{ff21}da@EXAMPLE.com");
        let elsewhere = sample::user(sample::tenant_id(), "ada@example.com");
        put!(store, (first) users::insert(&first)).unwrap();
        put!(store, (elsewhere) users::insert(&elsewhere)).unwrap();
        let refused = put!(store, (second) users::insert(&second));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::UserName))), "{refused:?}");
        assert_eq!(get!(store, users::find_by_user_name(tenant, "ada@example.com")).unwrap().id, first.id);
        let before = first.clone();
        first.is_listed = false;
        put!(store, (before, first) users::update(&before, &first)).unwrap();
        put!(store, (second) users::insert(&second)).unwrap();
        assert_eq!(get!(store, users::find_by_user_name(tenant, "ada@example.com")).unwrap().id, second.id);
    }

    async fn of_concurrent_inserts_of_a_name_one_wins(store: Store) {
        let tenant = sample::tenant_id();
        let writes: Vec<_> = (0..16)
            .map(|_| {
                let (store, user) = (store.clone(), sample::user(tenant, "ada@example.com"));
                tokio::spawn(async move { sample::insert_user(&store, &user).await })
            })
            .collect();
        let mut won = 0;
        for write in writes {
            match write.await.unwrap() {
                Ok(()) => won += 1,
                Err(error) => assert!(matches!(error, StoreError::Conflict(Conflict::UserName)), "{error:?}"),
            }
        }
        assert_eq!(won, 1);
    }

    async fn people_are_found_by_any_of_their_addresses_while_they_live(store: Store) {
        let mut user = sample::user(sample::tenant_id(), "ada");
        user.document.insert("emails".to_owned(), json!([{"value": "Ada@Example.com", "type": "Work"}, {"type": "home"}, {"value": "a@example.com"}]));
        put!(store, (user) users::insert(&user)).unwrap();
        for key in ["ada@example.com", "a@example.com"] {
            assert_eq!(get!(store, users::find_by_email(user.tenant, key, 2)), [user.clone()]);
        }
        let mut moved = user.clone();
        moved.document.insert("emails".to_owned(), json!([{"value": "new@example.com"}]));
        put!(store, (user, moved) users::update(&user, &moved)).unwrap();
        assert_eq!(get!(store, users::find_by_email(user.tenant, "ada@example.com", 2)), []);
        assert_eq!(get!(store, users::find_by_email(user.tenant, "new@example.com", 2)), [moved.clone()]);
        let mut dead = moved.clone();
        dead.state = State::Deleted;
        put!(store, (moved, dead) users::update(&moved, &dead)).unwrap();
        assert_eq!(get!(store, users::find_by_email(user.tenant, "new@example.com", 2)), []);
    }

    async fn pages_walk_the_listed_in_id_order(store: Store) {
        let tenant = sample::tenant_id();
        let mut all: Vec<_> = (0..7).map(|number| sample::user(tenant, &format!("user{number}"))).collect();
        all[3].is_listed = false;
        for user in &all {
            put!(store, (user) users::insert(&user)).unwrap();
        }
        put!(store, () sample_elsewhere()).unwrap();
        all.remove(3);
        let everything = Predicate::everything();
        assert_eq!(get!(store, users::count(tenant, &everything)), 6);
        assert_eq!(get!(store, users::page(tenant, &everything, From::Offset(0), 10)), all);
        assert_eq!(get!(store, users::page(tenant, &everything, From::Offset(4), 1)), all[4..5]);
        assert_eq!(get!(store, users::page(tenant, &everything, From::After(all[1].id), 3)), all[2..5]);
        assert_eq!(get!(store, users::page(tenant, &everything, From::Offset(u64::MAX), u64::MAX)), []);
    }

    async fn what_is_due_comes_oldest_first_and_only_for_the_living(store: Store) {
        let tenant = sample::tenant_id();
        let date = |text: &str| Some(text.parse().unwrap());
        let mut users = Vec::new();
        for (name, seconds) in [("late", 30), ("early", 10), ("future", 900), ("dead", 5), ("warned", 20)] {
            let mut user = sample::user(tenant, name);
            user.start_at = Some(sample::at(seconds));
            user.deletion_at = Some(sample::at(seconds));
            user.deletion_date = date("2027-01-15");
            user.warned_for = if name == "warned" { date("2027-01-15") } else { date("2026-01-15").filter(|_| name == "late") };
            user.state = if name == "dead" { State::Deleted } else { State::Active };
            put!(store, (user) users::insert(&user)).unwrap();
            users.push((tenant, user.id));
        }
        let (late, early, warned) = (users[0], users[1], users[4]);
        assert_eq!(get!(store, parked::free(sample::at(30), 10)), [early, warned, late]);
        assert_eq!(get!(store, parked::free(sample::at(30), 1)), [early]);
        assert_eq!(get!(store, users::due_for_warning(sample::at(5), sample::at(30), 10)), [early, late]);
        assert_eq!(get!(store, users::due_for_warning(sample::at(10), sample::at(30), 10)), [late]);
        assert_eq!(get!(store, users::due_for_start(sample::at(29), 10)), [early, warned]);
    }

    async fn the_newest_tombstone_of_a_connection_is_found(store: Store) {
        let (tenant, connection) = (sample::tenant_id(), sample::connection_id());
        for (name, seconds, external) in [("old", 1, "x"), ("new", 2, "x"), ("other", 3, "X")] {
            let mut user = sample::user(tenant, name);
            user.connection = Some(connection);
            user.external_id = Some(external.to_owned());
            user.state = State::Deleted;
            user.deleted_at = Some(sample::at(seconds));
            put!(store, (user) users::insert(&user)).unwrap();
        }
        assert_eq!(get!(store, earlier::find_tombstone(tenant, connection, "x")).unwrap().user_name, "new");
        assert_eq!(get!(store, earlier::find_tombstone(tenant, sample::connection_id(), "x")), None);
    }

    async fn administrators_are_counted_once_each(store: Store) {
        let tenant = sample::tenant_id();
        let mut root = sample::group(tenant, None, "Platform");
        root.is_root = true;
        put!(store, (root) groups::insert(&root)).unwrap();
        let mut ids = Vec::new();
        for name in ["owner", "admin", "learner", "dead"] {
            let mut user = sample::user(tenant, name);
            user.is_owner = name == "owner";
            user.state = if name == "dead" { State::Deleted } else { State::Active };
            put!(store, (user) users::insert(&user)).unwrap();
            let mut row = sample::membership(root.id, MemberId::User(user.id));
            row.role = if name == "learner" { Role::Learner } else { Role::Admin };
            let rows = vec![row];
            put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
            ids.push(user.id);
        }
        assert_eq!(get!(store, users::count_other_administrators(tenant, ids[2])), 2);
        assert_eq!(get!(store, users::count_other_administrators(tenant, ids[1])), 1);
    }
}

/// Somebody of another tenant, who must never be seen.
async fn sample_elsewhere(tx: &mut usher::store::Conn) -> Result<(), StoreError> {
    users::insert(tx, &sample::user(sample::tenant_id(), "elsewhere")).await
}
