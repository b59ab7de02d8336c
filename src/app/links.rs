//! Asking for a new link: goes only to the address on file and looks the same for everyone.

use super::{
    App, Error,
    effects::{self, Writer},
    scene::Scene,
    sign_in,
};
use crate::{
    domain::{
        TenantId, UserId,
        notification::{Aim, Code, Notification, Status},
        onboarding::{Decision, Effect},
        user::State,
    },
    store::{self, Conn},
};
use jiff::{SignedDuration, Timestamp};

/// How soon a person can be sent another link.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Sends an invited person a fresh invitation link and everybody else with an account a set-password link, or, where people sign in with
/// their company's account and have no password, the way there; for an unknown address, too soon or suspended: nothing, with the same answer.
///
/// # Errors
/// The store's.
pub async fn request(app: &App, email: &str) -> Result<(), Error> {
    for user in sign_in::candidates(app, email).await? {
        let (context, tenant, id) = (app.clone(), user.tenant, user.id);
        app.store
            .write(move |tx| {
                let app = context.clone();
                Box::pin(async move { send(&app, tx, tenant, id).await })
            })
            .await?;
        app.outbox.notify_one();
    }
    Ok(())
}

async fn send(app: &App, tx: &mut Conn, tenant: TenantId, id: UserId) -> Result<(), Error> {
    let Some(user) = store::users::lock(tx, tenant, id).await? else { return Ok(()) };
    let Some(scene) = Scene::of(app, tx, &user, "new-link form", "form").await? else { return Ok(()) };
    let mails = store::notifications::of_user(tx, tenant, id).await?;
    let since = scene.now.checked_sub(PAUSE).unwrap_or(scene.now);
    match user.state {
        State::Invited if !is_recent(&mails, since, |mail| mail.aim() == Aim::Invitation) => {
            let decision = Decision { user: user.clone(), effects: vec![Effect::RenewInvitation] };
            effects::update(tx, &scene, &user, decision, Writer::Server).await?;
        }
        State::Active | State::Staged
            if user.start_at.is_none() && !is_recent(&mails, since, |mail| mail.code == Code::Reset) =>
        {
            // A person who asks for a link gets it, whatever the switches for notifications say.
            let cause = scene.now.as_millisecond().to_string();
            let mail = Notification { status: Status::Queued, reason: None, ..scene.mail(&user, Code::Reset, cause) };
            if mail.to.is_some() {
                store::notifications::insert(tx, &mail).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn is_recent(mails: &[Notification], since: Timestamp, is_meant: impl Fn(&Notification) -> bool) -> bool {
    mails.iter().any(|mail| mail.created_at > since && is_meant(mail))
}
