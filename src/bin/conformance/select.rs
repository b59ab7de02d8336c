//! Which cases a run plays.

use crate::{
    model::{Level, Step},
    request::{endpoint, target},
    suite::{Case, Topic},
};
use clap::ValueEnum;
use std::collections::BTreeSet;

/// How much is asked of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// `all` for a server that publishes Usher's extension, else `interop`.
    Auto,
    /// The RFCs only: MUST, SHOULD, and the optional features that are offered.
    Rfc,
    /// The RFCs and what identity providers rely on: cases marked I, and the traces.
    Interop,
    /// Also Usher's own decisions where the RFCs are silent.
    All,
}

/// The choice of a run; an empty list chooses everything. A word may end in `*`.
#[derive(Debug, Clone)]
pub struct Selection {
    pub profile: Profile,
    pub rules: Vec<String>,
    pub endpoints: Vec<String>,
    pub idps: Vec<String>,
    pub cases: Vec<String>,
}

impl Selection {
    pub fn chooses(&self, topic: &Topic, case: &Case) -> bool {
        self.profile_has(case)
            && chosen(&self.rules, case.rules.iter().map(String::as_str))
            && chosen(&self.cases, [case.id.as_str(), topic.name.as_str()].into_iter())
            && chosen(&self.idps, case.recording.iter().map(|recording| recording.idp.as_str()))
            && (self.endpoints.is_empty() || chosen(&self.endpoints, endpoints(case).iter().map(String::as_str)))
    }

    fn profile_has(&self, case: &Case) -> bool {
        match self.profile {
            Profile::Rfc => case.level <= Level::O,
            Profile::Interop | Profile::Auto => case.level <= Level::I,
            Profile::All => true,
        }
    }
}

fn chosen<'a>(wanted: &[String], mut have: impl Iterator<Item = &'a str>) -> bool {
    wanted.is_empty() || have.any(|have| wanted.iter().any(|wanted| fits(wanted, have)))
}

fn fits(wanted: &str, have: &str) -> bool {
    let (wanted, have) = (wanted.to_lowercase(), have.to_lowercase());
    match wanted.strip_suffix('*') {
        Some(start) => have.starts_with(start),
        None => have == wanted,
    }
}

/// The endpoints a case is about: those of its own requests; what it makes beforehand does not count, if there is more.
fn endpoints(case: &Case) -> BTreeSet<String> {
    let (made, asked): (Vec<&Step>, Vec<&Step>) = case.steps.iter().partition(|step| step.create.is_some());
    let steps = if asked.is_empty() { made } else { asked };
    let inner = steps.iter().flat_map(|step| match &step.parallel {
        Some(parallel) => parallel.steps.iter().collect::<Vec<_>>(),
        None => vec![*step],
    });
    inner.map(|step| endpoint(&target(step).1).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    fn count(change: impl Fn(&mut Selection)) -> usize {
        let mut selection =
            Selection { profile: Profile::All, rules: vec![], endpoints: vec![], idps: vec![], cases: vec![] };
        change(&mut selection);
        let suite = Suite::load(None).unwrap();
        suite.cases().filter(|(topic, case)| selection.chooses(topic, case)).count()
    }

    #[test]
    fn each_profile_has_more_than_the_one_before() {
        let of = |profile| count(|selection| selection.profile = profile);
        assert!(of(Profile::Rfc) < of(Profile::Interop) && of(Profile::Interop) < of(Profile::All));
    }

    #[test]
    fn rules_endpoints_providers_and_cases_narrow_the_choice() {
        let all = count(|_| {});
        let with = |list: &str| vec![list.to_owned()];
        let narrowed = [
            count(|selection| selection.rules = with("P-3.5.2-*")),
            count(|selection| selection.rules = with("p-3.6-1")),
            count(|selection| selection.endpoints = with("groups")),
            count(|selection| selection.idps = with("okta")),
            count(|selection| selection.cases = with("filter")),
            count(|selection| selection.cases = with("trace/okta-*")),
        ];
        for found in narrowed {
            assert!(found > 0 && found < all, "{narrowed:?}");
        }
        let both = count(|selection| (selection.rules, selection.endpoints) = (with("P-3.6-1"), with("Schemas")));
        assert_eq!(both, 0);
    }
}
