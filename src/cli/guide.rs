//! `usher connection guide`: the pages of `docs/guides`, with this installation's names filled in.

use super::{
    arguments::{Guide, Provider},
    failure::Failure,
    print,
};
use crate::config::Settings;

/// What stands for the installation in the pages.
const EXAMPLE_ORIGIN: &str = "https://people.example.com";

pub fn show(settings: &Settings, guide: &Guide) -> Result<(), Failure> {
    let (page, name) = match guide.provider {
        Provider::Okta => (include_str!("../../docs/guides/okta.md"), "okta"),
        Provider::Entra => (include_str!("../../docs/guides/entra.md"), "entra"),
    };
    let connection = guide.connection.as_deref().unwrap_or(name);
    let text = filled(page, name, &settings.public_url, connection, &guide.place.tenant);
    print::line(format_args!("{}", text.trim_end()))?;
    if !settings.public_url.starts_with("https://") {
        eprintln!("usher: identity providers need an https:// address; set USHER_PUBLIC_URL to it");
    }
    Ok(())
}

/// The page with the installation's address, and with the connection and the tenant in every command.
fn filled(page: &str, name: &str, origin: &str, connection: &str, tenant: &str) -> String {
    let page = page.replace(EXAMPLE_ORIGIN, origin);
    let fill = |command: &str| {
        let mut command = command.to_owned();
        for before in ["connection create ", "connection set ", "connection map ", "--connection "] {
            command = command.replace(&format!("{before}{name}"), &format!("{before}{connection}"));
        }
        let takes_tenant =
            ["connection", "token", "mail release"].iter().any(|word| command.starts_with(&format!("usher {word}")));
        if tenant != "default" && takes_tenant {
            command = format!("{command} --tenant {tenant}");
        }
        command
    };
    let line = |line: &str| {
        if line.starts_with("usher ") {
            return fill(line);
        }
        // Commands within sentences stand between backticks.
        let parts = line.split('`').enumerate();
        let parts = parts.map(
            |(place, part)| if place % 2 == 1 && part.starts_with("usher ") { fill(part) } else { part.to_owned() },
        );
        parts.collect::<Vec<_>>().join("`")
    };
    page.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installation_stands_in_the_guide() {
        let pages = [
            ("okta", include_str!("../../docs/guides/okta.md")),
            ("entra", include_str!("../../docs/guides/entra.md")),
        ];
        for (name, page) in pages {
            let same = filled(page, name, EXAMPLE_ORIGIN, name, "default");
            assert_eq!(same, page.trim_end(), "by default the guide is the page");
            let text = filled(page, name, "https://id.example.org", "staff", "acme");
            assert!(text.contains("`https://id.example.org/scim/v2`") && !text.contains(EXAMPLE_ORIGIN));
            assert!(text.contains("\nusher connection create staff --tenant acme\n"), "{text}");
            assert!(text.contains(&format!(
                "\nusher token create --name {name}-production --connection staff --tenant acme\n"
            )));
            assert!(text.contains("`usher connection set staff notifications=hold --tenant acme`"));
        }
    }
}
