//! People, groups, invitations and mails to put into a store; ids and times repeat from run to run within a test's thread of work.

use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use usher::{
    domain::{
        Clock, ConnectionId, GroupId, InvitationId, NotificationId, Rng, TenantId, TokenId, UserId,
        brake::Brake,
        branding::{Branding, Logo, ReplyTo, SenderName},
        colour::Colour,
        company::CompanySignIn,
        connection::{Connection, Extension},
        group::{Group, MemberId, Membership, Visibility},
        invitation::{self, Invitation},
        notification::{Clearance, Code, MailSwitch, Notification, Status, Variant},
        role::{Role, Source},
        tenant::{Adoption, ScimPassword, Switch, Tenant},
        user::{Mode, State, User},
    },
    scim::Object,
    store::{Store, StoreError, Work},
};

/// A clock and a die for ids: a counter makes them all different.
pub struct Seed;

impl Clock for Seed {
    fn now(&self) -> Timestamp {
        at(0)
    }

    fn elapsed(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::ZERO
    }
}

impl Rng for Seed {
    fn fill(&self, buffer: &mut [u8]) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        buffer.fill(0);
        for (to, from) in buffer.iter_mut().rev().zip(number.iter().rev()) {
            *to = *from;
        }
    }
}

macro_rules! ids {
    ($($name:ident: $ty:ident,)*) => {$(
        pub fn $name() -> $ty {
            $ty::generate(&Seed, &Seed)
        }
    )*};
}

ids! {
    tenant_id: TenantId,
    user_id: UserId,
    group_id: GroupId,
    connection_id: ConnectionId,
    token_id: TokenId,
    invitation_id: InvitationId,
    notification_id: NotificationId,
}

/// So many seconds after the beginning of the tests' time.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub fn object(value: Value) -> Object {
    value.as_object().unwrap().clone()
}

pub fn user(tenant: TenantId, user_name: &str) -> User {
    User {
        user_name: user_name.to_owned(),
        document: object(json!({"userName": user_name})),
        state: State::Invited,
        episode: 1,
        ..User::new(tenant, user_id(), None, at(0))
    }
}

pub fn group(tenant: TenantId, connection: Option<ConnectionId>, name: &str) -> Group {
    Group {
        tenant,
        id: group_id(),
        connection,
        external_id: None,
        display_name: name.to_owned(),
        parent: None,
        visibility: Visibility::Public,
        document: object(json!({"displayName": name})),
        is_root: false,
        version: 1,
        created_at: at(0),
        modified_at: at(0),
    }
}

pub fn membership(group: GroupId, member: MemberId) -> Membership {
    Membership { group, member, role: Role::Learner, source: Source::IdpMembers, connection: None, display: None }
}

pub fn invitation(tenant: TenantId, user: UserId) -> Invitation {
    Invitation {
        tenant,
        id: invitation_id(),
        user,
        kind: invitation::Kind::Platform,
        inviter: "okta".to_owned(),
        language: "en".to_owned(),
        status: invitation::Status::Pending,
        generation: 1,
        created_at: at(0),
        send_at: at(0),
        sent_at: None,
        sent_count: 0,
        expires_at: at(1_000),
        accepted_at: None,
        cancelled_at: None,
        cancelled_by: None,
        delivery: "queued".to_owned(),
        source: "scim".to_owned(),
    }
}

pub fn notification(tenant: TenantId, user: UserId, code: Code, cause: &str) -> Notification {
    Notification {
        tenant,
        id: notification_id(),
        user,
        code,
        variant: Variant::Plain,
        target: String::new(),
        cause: cause.to_owned(),
        status: Status::Queued,
        clearance: Clearance::Open,
        reason: None,
        to: Some("ada@example.com".to_owned()),
        language: "en".to_owned(),
        subject: None,
        invitation: None,
        sealed: None,
        attempts: 0,
        tried_at: None,
        due_at: at(0),
        created_at: at(0),
        sent_at: None,
    }
}

pub fn tenant(slug: &str) -> Tenant {
    Tenant {
        id: tenant_id(),
        slug: slug.to_owned(),
        name: "Example".to_owned(),
        default_mode: Mode::Invite,
        time_zone: jiff::tz::TimeZone::get("Europe/Paris").unwrap(),
        language: "fr".to_owned(),
        invitation_ttl: jiff::SignedDuration::from_hours(24),
        adoption: Adoption::On,
        scim_password: ScimPassword::Ignore,
        mail_budget_per_hour: 500,
        notifications: MailSwitch::On,
        digest: Switch::On,
        leaver_mails: Switch::Off,
        deletion_brake: Brake::default(),
        retention: jiff::SignedDuration::from_hours(48),
        company_sign_in: CompanySignIn::parse("https://login.example.com/start").unwrap(),
        branding: Branding {
            sender_name: SenderName::parse("Example, People").ok(),
            reply_to: ReplyTo::parse("help@example.com").ok(),
            logo: Logo::parse("https://example.com/logo.png").ok(),
            colour: Colour::parse("#0a7f5c"),
        },
    }
}

pub fn connection(tenant: TenantId, name: &str) -> Connection {
    Connection {
        tenant,
        id: connection_id(),
        name: name.to_owned(),
        default_mode: Some(Mode::Create),
        default_group: None,
        default_role: Some(Role::Coach),
        notifications: MailSwitch::Hold,
        extension: Extension::Off,
        company_sign_in: Some(CompanySignIn::Off),
    }
}

/// One write that is expected to succeed.
pub async fn write<T, F>(store: &Store, work: F) -> T
where
    F: for<'t> Fn(&'t mut usher::store::Conn) -> Work<'t, T, StoreError> + Send + Sync + 'static,
    T: Send + 'static,
{
    store.write(work).await.unwrap()
}

pub async fn insert_user(store: &Store, user: &User) -> Result<(), StoreError> {
    let user = user.clone();
    store
        .write(move |tx| {
            let user = user.clone();
            Box::pin(async move { usher::store::users::insert(tx, &user).await })
        })
        .await
}
