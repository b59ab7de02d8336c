//! The rules the cases stand for: `conformance/rules.json`.

use crate::model::Level;
use serde::Deserialize;
use std::collections::BTreeSet;

/// One rule of RFC 7643, 7644, 9865 or of those they lean on, in our words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub level: Level,
    /// Where it stands: `7644 3.5.2`.
    pub section: String,
    pub says: String,
    /// Why no case can see it from outside, and where it is tested instead.
    pub elsewhere: Option<String>,
}

/// All rules, in the order of the file.
#[derive(Debug)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// # Errors
    /// A rule that stands there twice.
    pub fn new(rules: Vec<Rule>) -> Result<Self, String> {
        let mut seen = BTreeSet::new();
        match rules.iter().find(|rule| !seen.insert(rule.id.as_str())) {
            Some(twice) => Err(format!("rules.json has {} twice", twice.id)),
            None => Ok(Self(rules)),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }
}

impl Rule {
    /// The place as a reader looks it up.
    pub fn place(&self) -> String {
        match self.section.split_once(' ') {
            Some((document, section)) if document.chars().all(|c| c.is_ascii_digit()) => {
                format!("RFC {document} section {section}")
            }
            _ => self.section.clone(),
        }
    }
}
