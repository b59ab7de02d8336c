//! What a simulation came to, as tables.

use crate::{
    app::simulations::{Foreseen, Mail, Outlook, Verdict},
    cli::{failure::Failure, print},
    domain::user::{Mode, State},
    http::simulation::{Played, Predicted, Totals},
};

/// Prints the requests, who is there already, and totals.
pub fn print(played: &Played) -> Result<(), Failure> {
    let headings = ["request", "answer", "person", "path", "state", "mails", "billed"];
    let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
    for answer in &played.answers {
        rows.push(row(answer));
        let below = |(index, status, _, foreseen): &(usize, u16, _, Foreseen)| {
            cells(&format!("  operation {index}"), status.to_string(), foreseen)
        };
        rows.extend(answer.operations.iter().map(below));
    }
    print::table(&rows)?;
    refusals(played)?;
    adoptions(played)?;
    totals(&Totals::of(played), played)
}

fn row(answer: &Predicted) -> Vec<String> {
    let request = match &answer.name {
        Some(name) => name.clone(),
        None => format!("{} {}", answer.method, answer.path),
    };
    let status = answer.status.map_or_else(|| "not sent".to_owned(), |status| status.to_string());
    cells(&request, status, &answer.foreseen)
}

fn cells(request: &str, status: String, foreseen: &Foreseen) -> Vec<String> {
    let none = || "-".to_owned();
    let told = &foreseen.consequences;
    let path = |(mode, why): (Mode, crate::app::consequences::Because)| format!("{} ({})", mode.as_str(), why.as_str());
    let state = |(before, after): (Option<State>, State)| match before {
        Some(before) if before == after => after.as_str().to_owned(),
        Some(before) => format!("{} -> {}", before.as_str(), after.as_str()),
        None => format!("new -> {}", after.as_str()),
    };
    let mails: Vec<String> = foreseen.mails.iter().map(mail).collect();
    vec![
        request.chars().take(60).collect(),
        status,
        told.person.as_ref().map_or_else(none, |person| person.user_name.chars().take(60).collect()),
        told.path.map_or_else(none, path),
        told.state.map_or_else(none, state),
        if mails.is_empty() { none() } else { mails.join(", ") },
        foreseen.billing.map_or_else(none, billing),
    ]
}

fn mail(mail: &Mail) -> String {
    let (code, language) = (mail.noted.code, &mail.row.language);
    match mail.row.status.as_str() {
        "queued" => format!("{code} ({language})"),
        status => format!("{code} ({language}, {status})"),
    }
}

fn billing(outlook: Outlook) -> String {
    match outlook {
        Outlook::Begins(_) => "from now".to_owned(),
        Outlook::Ends(_) => "until now".to_owned(),
        Outlook::Since(at) => format!("since {}", at.strftime("%F")),
        Outlook::WithForm => "with the form".to_owned(),
        Outlook::WithNotification => "with the mail".to_owned(),
        Outlook::AfterStart(date) => format!("from {date} at the earliest"),
        Outlook::No => "no".to_owned(),
    }
}

fn refusals(played: &Played) -> Result<(), Failure> {
    let why = |answer: &Predicted| {
        let refused = answer.refusal.as_ref().map(|refusal| format!("refused: {}", refusal.detail));
        refused.or_else(|| answer.skipped.as_ref().map(|why| format!("not sent: {why}")))
    };
    let mut is_first = true;
    for answer in &played.answers {
        let Some(why) = why(answer) else { continue };
        if std::mem::take(&mut is_first) {
            print::line(format_args!("\nWhat does not go through"))?;
        }
        let name = row(answer).swap_remove(0);
        print::line(format_args!("{name}: {why}"))?;
    }
    Ok(())
}

/// Who is there already, and whether the connection could go on with them.
fn adoptions(played: &Played) -> Result<(), Failure> {
    let mut rows = vec![vec!["person".to_owned(), "who is there already".to_owned()]];
    for answer in &played.answers {
        if let Some(encounter) = &answer.encounter {
            let verdict = match encounter.verdict {
                Verdict::Own => "is managed by this connection; a match updates them".to_owned(),
                Verdict::Adopt => "is managed by no connection; a match adopts them".to_owned(),
                Verdict::Refuse(why) => format!("is managed by no connection and can't be adopted: {why}"),
                Verdict::Foreign => "is managed by another connection; an administrator can transfer them".to_owned(),
            };
            rows.push(vec![encounter.user_name.clone(), verdict]);
        }
        let told = &answer.foreseen.consequences;
        if let Some(person) = told.person.as_ref().filter(|_| told.is_adoption) {
            rows.push(vec![person.user_name.clone(), "is adopted".to_owned()]);
        }
    }
    if rows.len() == 1 {
        return Ok(());
    }
    print::line(format_args!(""))?;
    print::table(&rows)
}

fn totals(totals: &Totals, played: &Played) -> Result<(), Failure> {
    let people: Vec<String> = totals.people.iter().map(|(word, count)| format!("{count} {word}")).collect();
    let mails = totals.mails.iter().flat_map(|(code, statuses)| {
        statuses.iter().map(move |(status, count)| match *status {
            "queued" => format!("{count} {code}"),
            status => format!("{count} {code} {status}"),
        })
    });
    let mails: Vec<String> = mails.collect();
    let listed = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    print::line(format_args!(
        "\nrequests  {}, {} refused, {} not sent\npeople    {}\nmails     {}\nbudget    {} mails may leave this hour, {} would ask, {} would be held\n\nNothing was changed.",
        played.answers.len(),
        totals.refused,
        totals.skipped,
        listed(people),
        listed(mails),
        played.budget.left,
        totals.asking,
        totals.held,
    ))
}
