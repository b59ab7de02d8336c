//! What was found, as text and as JSON.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Notice,
    Problem,
}

#[derive(Debug, Serialize)]
struct Finding {
    area: &'static str,
    level: Level,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// Findings in the order they were made.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Whole<'f> {
    ok: bool,
    findings: &'f [Finding],
}

impl Report {
    /// Something is as it should be.
    pub fn fine(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Finding { area, level: Level::Ok, text: text.into(), remedy: None });
    }

    /// Something an operator should know.
    pub fn notice(&mut self, area: &'static str, text: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding { area, level: Level::Notice, text: text.into(), remedy: Some(remedy.into()) });
    }

    /// Something that must be mended.
    pub fn problem(&mut self, area: &'static str, text: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding { area, level: Level::Problem, text: text.into(), remedy: Some(remedy.into()) });
    }

    /// How much must be mended.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|finding| finding.level == Level::Problem).count()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for Finding { area, level, text, remedy } in &self.findings {
            let word = match level {
                Level::Ok => "ok",
                Level::Notice => "notice",
                Level::Problem => "PROBLEM",
            };
            lines.push(format!("{word:8} {area:10} {text}"));
            lines.extend(remedy.iter().map(|remedy| format!("{:19} -> {remedy}", "")));
        }
        lines.join("\n")
    }

    /// For programs.
    pub fn json(&self) -> String {
        let whole = Whole { ok: self.problems() == 0, findings: &self.findings };
        serde_json::to_string_pretty(&whole).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_says_what_to_do() {
        let mut report = Report::default();
        report.fine("clock", "it is right");
        report.notice("mail", "12 mails are held", "release them");
        assert_eq!(report.problems(), 0);
        report.problem("settings", "no https", "put a proxy in front");
        assert_eq!(report.problems(), 1);
        let text = report.text();
        assert_eq!(
            text,
            "ok       clock      it is right\nnotice   mail       12 mails are held\n                    -> release them\n\
             PROBLEM  settings   no https\n                    -> put a proxy in front"
        );
        assert!(report.json().contains("\"ok\": false"));
    }
}
