//! Whom company sign-in concerns. People who are invited need no password of ours; of the others it concerns those who have none: who has
//! one keeps that way in, or an administrator could lock everybody out with a wrong address.

use super::scene::Scene;
use crate::domain::{
    about::Entry,
    company::SignInPage,
    notification::{Aim, Code, Notification},
    user::User,
};

impl Scene {
    /// Where people sign in with their company's account: as the connection has it, else the tenant.
    #[must_use]
    pub fn company(&self) -> Option<&SignInPage> {
        let own = self.connection.as_ref().and_then(|connection| connection.company_sign_in.as_ref());
        own.unwrap_or(&self.tenant.company_sign_in).page()
    }

    /// The same for a person who is not invited but in, or on the create path.
    #[must_use]
    pub fn company_of(&self, user: &User) -> Option<&SignInPage> {
        self.company().filter(|_| user.password_hash.is_none())
    }

    /// Where the person of a mail without a link of its own signs in.
    #[must_use]
    pub fn sign_in_page(&self, user: &User) -> String {
        let own = || format!("{}/login", self.app.settings.public_url);
        self.company_of(user).map_or_else(own, |page| page.as_str().to_owned())
    }

    /// How the person of a mail gets in.
    #[must_use]
    pub fn entry(&self, mail: &Notification, user: &User) -> Entry {
        let is_of_invitation = mail.aim() == Aim::Invitation || mail.code == Code::E4;
        let page = if is_of_invitation { self.company() } else { self.company_of(user) };
        if page.is_some() { Entry::Company } else { Entry::Form }
    }
}
