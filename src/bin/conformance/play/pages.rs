//! Walks the pages of a list as identity providers do: by a fixed step of the start index, or by cursors.

use super::{Play, StepError};
use crate::{
    http::Answer,
    model::{Paginate, Paging, Step},
    outcome::{Exchange, Failure},
    request::request,
    variables::Missing,
};
use serde_json::{Value, json};

/// Walks to the last page and judges each one and the whole.
pub async fn walk(play: &mut Play<'_>, name: &str, step: &Step, paginate: &Paginate) -> Result<(), StepError> {
    let mut ids: Vec<String> = Vec::new();
    let (mut start, mut total, mut cursor, mut pages) = (paginate.start, None, String::new(), 0);
    loop {
        play.variables.set("startIndex", json!(start));
        play.variables.set("count", json!(paginate.count));
        play.variables.set("cursor", json!(cursor));
        let request = request(step, &play.frame, &play.variables)?;
        let answer = play.exchange(name, &request).await?;
        pages += 1;
        let failed = |problems: Vec<String>| {
            let sent = Some(Exchange::new(&request, Some(&answer)));
            StepError::failed(Failure { step: format!("{name}, page {pages}"), sent, problems })
        };
        let body = answer.json.clone().unwrap_or_default();
        let page = page_ids(&body);
        let problems = match paginate.by {
            Paging::Index => judge_index_page(&answer, &body, start, page.len(), paginate.count, total),
            Paging::Cursor => judge_cursor_page(&answer, &body, page.len(), paginate.count),
        };
        if !problems.is_empty() {
            return Err(failed(problems));
        }
        ids.extend(page);
        total = body.get("totalResults").and_then(Value::as_u64);
        start += paginate.count;
        body.get("nextCursor").and_then(Value::as_str).unwrap_or_default().clone_into(&mut cursor);
        let last = match paginate.by {
            Paging::Index => u64::try_from(start).ok() > total,
            Paging::Cursor => cursor.is_empty(),
        };
        if last || pages >= paginate.max_pages {
            break;
        }
    }
    let problems = judge_whole(play, paginate, &ids, pages)?;
    if problems.is_empty() {
        return Ok(());
    }
    Err(StepError::failed(Failure { step: name.to_owned(), sent: None, problems }))
}

fn page_ids(body: &Value) -> Vec<String> {
    let resources = body.get("Resources").and_then(Value::as_array).into_iter().flatten();
    resources.filter_map(|resource| Some(resource.get("id")?.as_str()?.to_owned())).collect()
}

fn judge_index_page(
    answer: &Answer,
    body: &Value,
    start: usize,
    found: usize,
    count: usize,
    before: Option<u64>,
) -> Vec<String> {
    if answer.status != 200 {
        return vec![format!("status: got {}, expected 200", answer.status)];
    }
    let mut problems = Vec::new();
    for member in ["totalResults", "startIndex", "itemsPerPage"] {
        if !body.get(member).is_some_and(Value::is_u64) {
            problems.push(format!("{member}: got {:?}, expected an integer", body.get(member)));
        }
    }
    let total = body.get("totalResults").and_then(Value::as_u64).unwrap_or_default();
    if before.is_some_and(|before| before != total) {
        problems.push(format!("totalResults: {before:?} on the page before, {total} on this one"));
    }
    let rest = usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(start - 1);
    if found != count.min(rest) {
        problems.push(format!("Resources: {found}, expected the {} asked for", count.min(rest)));
    }
    problems
}

fn judge_cursor_page(answer: &Answer, body: &Value, found: usize, count: usize) -> Vec<String> {
    if answer.status != 200 {
        return vec![format!("status: got {}, expected 200", answer.status)];
    }
    let mut problems = Vec::new();
    if found > count {
        problems.push(format!("Resources: {found}, more than the {count} asked for"));
    }
    let cursor = body.get("nextCursor");
    let want = json!({"$form": "cursor"});
    if let Some(Err(why)) = cursor.map(|cursor| crate::matcher::check(&want, Some(cursor))) {
        problems.push(format!("nextCursor: {why}"));
    }
    problems
}

fn judge_whole(play: &Play<'_>, paginate: &Paginate, ids: &[String], pages: usize) -> Result<Vec<String>, Missing> {
    let mut problems = Vec::new();
    let mut unique = ids.to_vec();
    unique.sort();
    unique.dedup();
    if unique.len() != ids.len() {
        problems.push(format!(
            "{} of {} resources appeared twice over {pages} pages",
            ids.len() - unique.len(),
            ids.len()
        ));
    }
    if paginate.min_total.is_some_and(|wanted| unique.len() < wanted) {
        problems.push(format!(
            "{} resources over {pages} pages, expected at least {:?}",
            unique.len(),
            paginate.min_total
        ));
    }
    for wanted in &paginate.must_contain {
        let wanted = play.variables.text(wanted)?;
        if !unique.contains(&wanted) {
            problems.push(format!("{wanted} appeared on none of {pages} pages"));
        }
    }
    if let Some(names) = &paginate.ids {
        let mut wanted = names.clone();
        let mut found: Vec<_> = unique.iter().map(|id| play.variables.name_of(id)).collect();
        wanted.sort();
        found.sort();
        if wanted != found {
            problems.push(format!("the pages held [{}], expected [{}]", found.join(", "), wanted.join(", ")));
        }
    }
    Ok(problems)
}
