//! The onboarding model as values: people, groups, invitations, mails to send, deletion plan, billing, ids, time and chance.
//!
//! Pure: no async, no SQL, no HTTP, no environment. `now` and random bytes come in as arguments or through [`Clock`] and [`Rng`].

pub mod about;
pub mod batch;
pub mod billing;
pub mod brake;
pub mod branding;
pub mod calendar;
pub mod chance;
pub mod clock;
pub mod colour;
pub mod company;
pub mod connection;
pub mod digest;
pub mod event;
pub mod group;
pub mod id;
pub mod invitation;
pub mod invitees;
pub mod language;
pub mod mailbox;
pub mod notification;
pub mod onboarding;
pub mod parked;
pub mod password;
pub mod program_session;
pub mod rights;
pub mod role;
pub mod sending;
pub mod spreadsheet;
pub mod tenant;
pub mod text;
pub mod user;
pub mod web;
pub mod webhook;

pub use chance::Rng;
pub use clock::Clock;
pub use id::{
    ConnectionId, GroupId, ImportId, InvitationId, LoggedRequestId, NotificationId, SessionId, TenantId, TokenId,
    UserId, WebhookId,
};
