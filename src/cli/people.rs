//! `usher undo`, `usher confirm`, `usher transfer` and `usher deletions`.

use super::{
    arguments::{Deletions, OnPerson},
    failure::Failure,
    print,
};
use crate::{
    app::{App, deletions, desk::restoring, notifications::Clerk, tenants},
    domain::{parked::Decision, user::State},
};

pub async fn undo(app: &App, options: OnPerson) -> Result<(), Failure> {
    let clerk = clerk(app, &options.place.tenant).await?;
    let found = restoring::find(app, clerk.tenant, &options.user).await?;
    let user = restoring::restore(app, &clerk, found.id).await?;
    let told = match user.state {
        State::Invited | State::Staged => "; a mail tells them how to get in",
        _ => "",
    };
    print::line(format_args!("{} is back, {}{told}", user.user_name, user.state.as_str()))
}

pub async fn confirm(app: &App, options: OnPerson) -> Result<(), Failure> {
    let clerk = clerk(app, &options.place.tenant).await?;
    let found = restoring::find(app, clerk.tenant, &options.user).await?;
    let user = restoring::confirm(app, &clerk, found.id).await?;
    let former = user.former.map(|former| former.id.to_string()).unwrap_or_default();
    print::line(format_args!(
        "{} is the person who was deleted ({former}); names, language and labels are back where there were none",
        user.user_name
    ))
}

pub async fn transfer(app: &App, options: OnPerson, to: &str) -> Result<(), Failure> {
    let clerk = clerk(app, &options.place.tenant).await?;
    let found = restoring::find(app, clerk.tenant, &options.user).await?;
    let user = restoring::transfer(app, &clerk, found.id, to).await?;
    print::line(format_args!("{} is managed by the connection {to} now", user.user_name))
}

pub async fn deletions(app: &App, command: Deletions) -> Result<(), Failure> {
    let (place, decision) = match command {
        Deletions::Show(place) => return show(app, &place.tenant).await,
        Deletions::Release(place) => (place, Decision::Release),
        Deletions::Discard(place) => (place, Decision::Discard),
    };
    let parked = deletions::decide(app, &clerk(app, &place.tenant).await?, decision).await?;
    let told = match decision {
        Decision::Release => "are being deleted",
        Decision::Discard => "stay; their deletion dates have no effect any more",
    };
    print::line(format_args!("{} people {told}", parked.people))
}

async fn show(app: &App, tenant: &str) -> Result<(), Failure> {
    let tenant = tenants::find(app, tenant).await?;
    let Some(run) = deletions::parked(app, tenant.id).await? else {
        return print::line(format_args!("no deletions are waiting for a decision"));
    };
    let parked = &run.parked;
    let state = match parked.decision {
        None => "waiting for a decision",
        Some(Decision::Release) => "released",
        Some(Decision::Discard) => "discarded",
    };
    print::line(format_args!(
        "{} of {} people were to be deleted; the run was parked at {}; {state}",
        parked.people, parked.of, parked.parked_at
    ))?;
    let mut rows = vec![["id", "userName", "deletionDate"].map(str::to_owned).to_vec()];
    rows.extend(run.people.iter().map(|user| {
        let date = user.deletion_date.map(|date| date.to_string()).unwrap_or_default();
        vec![user.id.to_string(), user.user_name.clone(), date]
    }));
    print::table(&rows)
}

async fn clerk(app: &App, tenant: &str) -> Result<Clerk, Failure> {
    let tenant = tenants::find(app, tenant).await?;
    Ok(Clerk { tenant: tenant.id, name: tenants::OPERATOR.to_owned(), request_id: None })
}
