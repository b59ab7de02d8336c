//! Invitations.

use crate::support::sample;
use usher::{
    domain::invitation::{CancelledBy, Kind, Status},
    store::{Conflict, StoreError, invitations},
};

on_both! {
    async fn every_column_comes_back(store: Store) {
        let plain = sample::invitation(sample::tenant_id(), sample::user_id());
        put!(store, (plain) invitations::insert(&plain)).unwrap();
        assert_eq!(get!(store, invitations::find(plain.tenant, plain.id)), Some(plain.clone()));
        assert_eq!(get!(store, invitations::find_tenant(plain.id)), Some(plain.tenant));
        assert_eq!(get!(store, invitations::find_live(plain.tenant, plain.user)), Some(plain.clone()));
        let mut full = plain.clone();
        full.kind = Kind::Session("s1".to_owned());
        full.inviter = "Ada".to_owned();
        full.language = "fr".to_owned();
        full.status = Status::Cancelled;
        full.generation = 2;
        full.send_at = sample::at(1);
        full.sent_at = Some(sample::at(2));
        full.sent_count = 3;
        full.expires_at = sample::at(4);
        full.accepted_at = Some(sample::at(5));
        full.cancelled_at = Some(sample::at(6));
        full.cancelled_by = Some(CancelledBy::Administrator);
        full.delivery = "sent".to_owned();
        put!(store, (full) invitations::update(&full)).unwrap();
        assert_eq!(put!(store, (full) invitations::lock(full.tenant, full.id)).unwrap(), Some(full.clone()));
        assert_eq!(get!(store, invitations::find_live(full.tenant, full.user)), None);
        assert_eq!(get!(store, invitations::find_tenant(sample::invitation_id())), None);
    }

    async fn a_person_has_one_live_invitation(store: Store) {
        let mut first = sample::invitation(sample::tenant_id(), sample::user_id());
        let mut second = sample::invitation(first.tenant, first.user);
        second.status = Status::Scheduled;
        put!(store, (first) invitations::insert(&first)).unwrap();
        let refused = put!(store, (second) invitations::insert(&second));
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::LiveInvitation))), "{refused:?}");
        first.status = Status::Superseded;
        put!(store, (first) invitations::update(&first)).unwrap();
        put!(store, (second) invitations::insert(&second)).unwrap();
    }

    async fn pending_ones_expire(store: Store) {
        let mut due = Vec::new();
        for (seconds, status) in [(20, Status::Pending), (10, Status::Pending), (5, Status::Scheduled), (99, Status::Pending)] {
            let mut invitation = sample::invitation(sample::tenant_id(), sample::user_id());
            invitation.status = status;
            invitation.expires_at = sample::at(seconds);
            put!(store, (invitation) invitations::insert(&invitation)).unwrap();
            due.push((invitation.tenant, invitation.id));
        }
        assert_eq!(get!(store, invitations::due_for_expiry(sample::at(20), 9)), [due[1], due[0]]);
    }
}
