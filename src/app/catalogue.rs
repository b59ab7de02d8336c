//! The read-only resource types: roles that a push may grant, and the labels in use. Few enough to be evaluated in memory.

use super::{
    App, Error,
    access::Principal,
    search::{CURSOR_TIMEOUT, Page, PagePlace, Query, Window},
    users::Caller,
};
use crate::{
    domain::{language::Language, role::Role, text},
    scim::{
        Object, ScimType,
        catalogue::{Catalogue, label_id},
        cursor::{Place, Way, foreign},
        sort::Key,
    },
    store,
};

/// GET of the list. `query` was read with the catalogue's own registry.
///
/// # Errors
/// `NotFound` over connections that show nothing beyond the RFCs; 400 as every list; the store's.
pub async fn list(app: &App, principal: &Principal, catalogue: Catalogue, query: &Query) -> Result<Page, Error> {
    let registry = catalogue.registry();
    let filter = query.filter.as_ref().map(|filter| filter.check(registry, Catalogue::KIND)).transpose()?;
    let mut found = all(app, principal, catalogue).await?;
    found.retain(|resource| filter.as_ref().is_none_or(|filter| filter.matches(registry, resource)));
    if let Some(sort) = &query.sort
        && let Some(attribute) = sort.attribute(registry, Catalogue::KIND)
    {
        let key = |resource: &Object| Key::of(registry, attribute, resource);
        found.sort_by(|a, b| sort.direction.of(Key::compare(key(a).as_ref(), key(b).as_ref())));
    }
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let (skipped, count, place) = match &query.window {
        Window::Index { start, count } => (start.saturating_sub(1), *count, PagePlace::Index(*start)),
        Window::Cursor { cursor, count, default_count } => {
            let context = format!("{} {} {}", principal.tenant.id, catalogue.name(), query.parameters);
            let at = cursor.as_deref().map(|text| read_cursor(app, &context, text)).transpose()?;
            let (skipped, count) = match (at, *count) {
                (Some((_, first)), Some(count)) if first != count => {
                    let detail = format!("count differs from the first page's, which was {first}.");
                    return Err(crate::scim::Error::of(ScimType::InvalidCount, detail).into());
                }
                (Some(at), _) => at,
                (None, count) => (0, count.unwrap_or(*default_count)),
            };
            let write = |skipped: u64| write_cursor(app, &context, skipped, count);
            let previous = (skipped > 0 && count > 0).then(|| write(skipped.saturating_sub(count))).transpose()?;
            let goes_on = count > 0 && skipped.saturating_add(count) < total;
            let next = goes_on.then(|| write(skipped.saturating_add(count))).transpose()?;
            (skipped, count, PagePlace::Cursors { previous, next })
        }
    };
    let shown = found.into_iter().skip(clamped(skipped)).take(clamped(count));
    let projection = query.targets.first().map(|target| target.projection.clone()).unwrap_or_default();
    let project = |mut resource: Object| {
        projection.apply(registry, Catalogue::KIND, &mut resource);
        resource
    };
    Ok(Page { total, resources: shown.map(project).collect(), place })
}

/// GET by id.
///
/// # Errors
/// `NotFound`; the store's.
pub async fn find(app: &App, principal: &Principal, catalogue: Catalogue, id: &str) -> Result<Object, Error> {
    let all = all(app, principal, catalogue).await?;
    let found = all.into_iter().find(|resource| resource.get("id").is_some_and(|own| own == id));
    found.ok_or_else(|| Error::NotFound(format!("there is no such {}", catalogue.name().to_ascii_lowercase())))
}

async fn all(app: &App, principal: &Principal, catalogue: Catalogue) -> Result<Vec<Object>, Error> {
    if !Caller::of(principal)?.registry.shows_own() {
        return Err(Error::NotFound("this connection shows nothing beyond the RFCs".to_owned()));
    }
    let base = format!("{}/scim/v2", app.settings.public_url);
    match catalogue {
        Catalogue::Roles => {
            let language = Language::nearest(&principal.tenant.language);
            let role = |role: Role| {
                let name = text::plain(language, &format!("role-{}", role.as_str().to_ascii_lowercase()));
                catalogue.resource(&base, role.as_str(), &name)
            };
            Ok(Role::GRANTABLE_BY_PUSH.into_iter().map(role).collect())
        }
        Catalogue::Entitlements => {
            let mut reader = app.store.read().await?;
            let labels = store::labels::list(&mut reader, principal.tenant.id).await?;
            Ok(labels.iter().map(|label| catalogue.resource(&base, &label_id(&label.key), &label.text)).collect())
        }
    }
}

/// How many to skip, and the page size.
fn read_cursor(app: &App, context: &str, text: &str) -> Result<(u64, u64), Error> {
    let plain = app.keys.open_cursor(context, text).map_err(|_| foreign())?;
    let place = Place::read(&plain, app.clock.now().as_second())?;
    let skipped = place.user.and_then(|skipped| skipped.parse().ok()).ok_or_else(foreign)?;
    Ok((skipped, place.count))
}

fn write_cursor(app: &App, context: &str, skipped: u64, count: u64) -> Result<String, Error> {
    let expires = app.clock.now().as_second().saturating_add(CURSOR_TIMEOUT);
    let place = Place { expires, way: Way::Forward, count, key: None, user: Some(skipped.to_string()), group: None };
    app.keys.seal_cursor(&*app.rng, context, &place.write().ok_or(Error::Sealed)?)
}

fn clamped(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
