//! The layouts: templates of the text and the HTML part, and lines of a width that is easy to read.

use super::ComposeError;
use minijinja::{Environment, Value, syntax::SyntaxConfig};
use std::sync::OnceLock;

/// Widest line of the text part, in characters; links may be longer.
pub(super) const WIDTH: usize = 76;

const TEMPLATES: [(&str, &str); 2] =
    [("mail.txt", include_str!("../templates/mail.txt")), ("mail.html", include_str!("../templates/mail.html"))];

/// A part of a mail out of its template.
pub(super) fn render(template: &str, values: &Value) -> Result<String, ComposeError> {
    let template = environment().get_template(template).map_err(ComposeError::Template)?;
    let rendered = template.render(values.clone()).map_err(ComposeError::Template)?;
    Ok(format!("{}\n", rendered.trim_end()))
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.add_filter("wrap", |text: &str| wrap(text));
        // Addresses are checked to hold nothing that HTML could take amiss but `&`; the general escaping would spoil every slash.
        environment.add_filter("link", |link: &str| Value::from_safe_string(link.replace('&', "&amp;")));
        for (name, source) in TEMPLATES {
            // A template that does not compile is then not found, which `render` reports and every test of this file shows.
            let _ = environment.add_template(name, source);
        }
        environment
    })
}

/// Breaks a paragraph into lines at ordinary spaces; non-breaking ones hold.
fn wrap(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 8);
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}
