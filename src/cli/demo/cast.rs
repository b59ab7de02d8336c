//! Who appears in the demo, and what should have become of them.

/// A person of the demo and how they should end up.
#[derive(Debug)]
pub struct Expected {
    pub address: &'static str,
    pub pushed_by: &'static str,
    pub path: &'static str,
    pub state: &'static str,
    /// Code and language, in the order they came.
    pub mails: &'static [&'static str],
    pub is_billed: bool,
}

/// Everybody, in the order of the table.
pub const CAST: [Expected; 8] = [
    // Invited and not yet here: no account, no bill.
    Expected {
        address: "amira.haddad@example.com",
        pushed_by: "Okta",
        path: "invite",
        state: "invited",
        mails: &["E1 (en)"],
        is_billed: false,
    },
    // Created: active and billed since the notification left.
    Expected {
        address: "ben.okafor@example.com",
        pushed_by: "Okta",
        path: "create",
        state: "active",
        mails: &["E8 (en)"],
        is_billed: true,
    },
    // Speaks French.
    Expected {
        address: "chloe.martin@example.com",
        pushed_by: "Okta",
        path: "invite",
        state: "invited",
        mails: &["E1 (fr)"],
        is_billed: false,
    },
    // Filled the form of the invitation.
    Expected {
        address: "diego.santos@example.com",
        pushed_by: "Okta",
        path: "invite",
        state: "active",
        mails: &["E1 (en)"],
        is_billed: true,
    },
    // Will be deleted tomorrow, and is told so today.
    Expected {
        address: "erin.walsh@example.com",
        pushed_by: "Okta",
        path: "create",
        state: "active",
        mails: &["E8 (en)", "E13 (en)"],
        is_billed: true,
    },
    // Set a password through the link.
    Expected {
        address: "farid.nasser@example.com",
        pushed_by: "Entra ID",
        path: "create",
        state: "active",
        mails: &["E8 (en)"],
        is_billed: true,
    },
    // Left before the invitation was accepted.
    Expected {
        address: "grace.kim@example.com",
        pushed_by: "Entra ID",
        path: "invite",
        state: "suspended",
        mails: &["E1 (en)"],
        is_billed: false,
    },
    // Created without any mail: active and billed at once.
    Expected {
        address: "henrik.lund@example.com",
        pushed_by: "Entra ID",
        path: "create",
        state: "active",
        mails: &[],
        is_billed: true,
    },
];
