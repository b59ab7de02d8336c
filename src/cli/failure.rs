//! How a command fails: one sentence for stderr and an exit code.

use crate::{app, config, store::StoreError};
use std::{fmt, io};

/// Why a command did not do what it should.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    sentence: String,
}

impl Failure {
    /// The exit code of wrong usage.
    pub const USAGE: u8 = 2;
    const FAILED: u8 = 1;

    /// The command was typed wrongly.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { code: Self::USAGE, sentence: sentence.into() }
    }

    /// The command was fine, doing it was not.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { code: Self::FAILED, sentence: sentence.into() }
    }

    /// What clap says, in one sentence.
    pub fn usage_of(error: &clap::Error) -> Self {
        let text = error.to_string();
        let lines = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
        let said = lines.collect::<Vec<_>>().join(" ");
        let said = said.strip_prefix("error: ").unwrap_or(&said);
        Self::usage(format!("{said} (try --help)"))
    }

    /// The runtime could not be started.
    pub fn runtime(error: &io::Error) -> Self {
        Self::failed(format!("the threads can't be started: {error}"))
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        let sentence = chain(&error);
        // A value that the use case refuses was typed wrongly.
        if matches!(error, app::Error::Invalid { .. }) { Self::usage(sentence) } else { Self::failed(sentence) }
    }
}

impl From<app::backup::Error> for Failure {
    fn from(error: app::backup::Error) -> Self {
        Self::failed(chain(&error))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::failed(chain(&error))
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::failed(chain(&error))
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !sentence.ends_with(&text) {
            sentence.push_str(": ");
            sentence.push_str(&text);
        }
        cause = error.source();
    }
    sentence.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::arguments::Arguments;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_commands_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn wrong_usage_is_one_sentence() {
        let error = Arguments::try_parse_from(["usher", "token", "create"]).unwrap_err();
        let failure = Failure::usage_of(&error);
        assert_eq!(failure.code(), 2);
        assert!(failure.to_string().contains("--name <NAME>"), "{failure}");
        assert!(!failure.to_string().contains('\n'));
    }

    #[test]
    fn causes_follow_in_one_line() {
        let source = io::Error::other("disk\nfull");
        let error = config::Error::Io { path: "key".into(), verb: "written", source };
        assert_eq!(Failure::from(error).to_string(), "key can't be written: disk full");
    }
}
