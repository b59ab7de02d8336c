//! `usher token`.

use super::{
    arguments::{CreateToken, Token, TokenScope},
    assignment,
    failure::Failure,
    print,
};
use crate::{
    app::{
        App,
        tokens::{self, Listed, Wanted},
    },
    store::tokens::Scope,
};
use jiff::Timestamp;

pub async fn run(app: &App, command: Token) -> Result<(), Failure> {
    match command {
        Token::Create(options) => create(app, options).await,
        Token::List(place) => {
            let now = app.clock.now();
            let headings = ["id", "name", "scope", "connection", "group", "status", "expires"];
            let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
            rows.extend(tokens::list(app, &place.tenant).await?.iter().map(|listed| row(listed, now)));
            print::table(&rows)
        }
        Token::Revoke { token, place } => {
            let count = tokens::revoke(app, &place.tenant, &token).await?;
            let what = if count == 1 { "token is" } else { "tokens are" };
            print::line(format_args!("{count} {what} revoked"))
        }
        Token::Rotate { token, overlap, place } => {
            let issued = tokens::rotate(app, &place.tenant, &token, overlap).await?;
            print::line(format_args!("{}", issued.secret))
        }
    }
}

async fn create(app: &App, options: CreateToken) -> Result<(), Failure> {
    let wanted = Wanted {
        name: options.name,
        scope: match options.scope {
            TokenScope::Scim => Scope::Scim,
            TokenScope::Api => Scope::Api,
        },
        connection: options.connection,
        user: options.user,
        group: options.group.map(|text| assignment::id("--group", &text)).transpose()?,
        lifetime: options.expires,
    };
    let issued = tokens::create(app, &options.place.tenant, wanted).await?;
    print::line(format_args!("{}", issued.secret))
}

fn row(listed: &Listed, now: Timestamp) -> Vec<String> {
    let token = &listed.token;
    let status = match token.revoked_at {
        Some(_) => "revoked",
        None if token.expires_at <= now => "expired",
        None => "usable",
    };
    let scope = match token.scope {
        Scope::Scim => "scim",
        Scope::Api => "api",
    };
    vec![
        token.id.to_string(),
        token.name.clone(),
        scope.to_owned(),
        listed.connection.clone().unwrap_or_else(|| "-".to_owned()),
        token.group.map_or_else(|| "-".to_owned(), |group| group.to_string()),
        status.to_owned(),
        token.expires_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    ]
}
