//! Company sign-in: where people sign in with their company's account instead of a password of their own. A tenant's setting, and a
//! connection's, which comes first. Usher never signs anybody in there; it only leads to the page.

use super::{branding::Unfit, web};
use reqwest::Url;

/// The word for a setting that is off.
const OFF: &str = "off";

/// Whether people sign in with their company's account, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanySignIn {
    /// They choose a password.
    Off,
    /// They sign in at this page.
    At(SignInPage),
}

impl CompanySignIn {
    /// Reads `off` or the address of a page.
    ///
    /// # Errors
    /// [`Unfit`], saying what is wrong with the address.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if text == OFF { Ok(Self::Off) } else { SignInPage::parse(text).map(Self::At) }
    }

    /// The setting as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Off => OFF,
            Self::At(page) => page.as_str(),
        }
    }

    /// The page, where there is one.
    #[must_use]
    pub fn page(&self) -> Option<&SignInPage> {
        match self {
            Self::Off => None,
            Self::At(page) => Some(page),
        }
    }
}

/// The address of a page where a company's people sign in: fit for a link, a header and a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPage(String);

impl SignInPage {
    /// Reads an absolute https address; plain http only on this machine, for trying it out.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let malformed =
            Unfit("it must be off or a web address like https://login.example.com/start, at most 500 characters");
        let Some((scheme, rest)) = text.split_once("://").filter(|_| web::is_plain(text)) else {
            return Err(malformed);
        };
        if scheme != "https" && scheme != "http" {
            return Err(Unfit("it must be off or begin with https://"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(Unfit("it must not carry a user name or password; leave out what stands before the @"));
        }
        let url: Url = text.parse().map_err(|_| malformed)?;
        if authority.is_empty() || url.host_str().is_none() {
            return Err(malformed);
        }
        if scheme == "http" && !url.host_str().is_some_and(web::is_loopback) {
            return Err(Unfit(
                "it must begin with https://; plain http is for pages on this machine, as http://localhost",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_an_absolute_address_that_is_safe_to_link_to() {
        for good in [
            "https://login.example.com",
            "https://login.example.com:8443/start?tenant=7&x=1#sso",
            "https://xn--bcher-kva.example/",
            "http://localhost:3000/sso",
            "http://127.0.0.1/",
            "http://[::1]:8080/",
        ] {
            assert_eq!(CompanySignIn::parse(good).as_ref().map(CompanySignIn::as_str), Ok(good));
        }
        assert_eq!(CompanySignIn::parse("off"), Ok(CompanySignIn::Off));
        let long = format!("https://login.example.com/{}", "x".repeat(500));
        for bad in [
            "",
            "on",
            "OFF",
            "login.example.com",
            "/sso",
            "//login.example.com/",
            "javascript:alert(1)",
            "ftp://login.example.com/",
            "http://login.example.com/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "https://",
            "https:///sso",
            "https://user:secret@login.example.com/",
            "https://login.example.com@evil.example/",
            "https://@login.example.com/",
            "https://b\u{fc}cher.example/",
            "https://login.example.com/a b",
            "https://login.example.com/\r\nSet-Cookie: x",
            "https://login.example.com/\"onclick",
            "https://login.example.com\\@evil.example/",
            "https://login.example.com:99999/",
            " https://login.example.com/",
            &long,
        ] {
            assert!(CompanySignIn::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_remedy() {
        let said = |text| CompanySignIn::parse(text).map_err(|why| why.to_string()).unwrap_err();
        assert!(said("http://login.example.com/").contains("begin with https://"));
        assert!(said("https://a:b@login.example.com/").contains("user name or password"));
        assert!(said("login").contains("https://login.example.com/start"));
    }
}
