//! Who may do what (domain table 2.3): roles are held on groups, `admin` counts for everything below, and nobody grants more than they hold.

use super::{GroupId, UserId, program_session::ProgramSession, role::Role};

/// What one person holds, read once for a request.
#[derive(Debug, Clone)]
pub struct Holdings {
    /// The person.
    pub user: UserId,
    /// The platform's protected account.
    pub is_owner: bool,
    /// The platform's root group.
    pub root: GroupId,
    /// Every role on every group.
    pub roles: Vec<(GroupId, Role)>,
}

/// A group with the groups above it, itself first.
pub type Line = [GroupId];

impl Holdings {
    /// Whether the person administers the platform.
    #[must_use]
    pub fn is_platform_administrator(&self) -> bool {
        self.is_owner || self.roles.iter().any(|(group, role)| *group == self.root && *role >= Role::Admin)
    }

    /// Whether the person administers a group: on it, on one above it, or on the platform.
    #[must_use]
    pub fn administers(&self, line: &Line) -> bool {
        self.is_platform_administrator()
            || self.roles.iter().any(|(group, role)| *role >= Role::Admin && line.contains(group))
    }

    /// Whether the person may invite to a session: as its instructor who also coaches or administers its group.
    #[must_use]
    pub fn may_invite_to(&self, session: &ProgramSession, line: &Line) -> bool {
        let coaches = self.roles.iter().any(|(group, role)| *group == session.group && *role == Role::Coach);
        session.instructors.contains(&self.user) && (coaches || self.administers(line))
    }

    /// Whether the person may grant a role on a group: as its administrator, anything but the one protected account.
    #[must_use]
    pub fn may_grant(&self, role: Role, line: &Line) -> bool {
        role < Role::Owner && self.administers(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SessionId, TenantId};

    fn group(number: u8) -> GroupId {
        GroupId::from_bytes([number; 16])
    }

    fn holding(roles: &[(u8, Role)]) -> Holdings {
        let roles = roles.iter().map(|(number, role)| (group(*number), *role)).collect();
        Holdings { user: UserId::from_bytes([9; 16]), is_owner: false, root: group(0), roles }
    }

    fn session(instructor: u8) -> ProgramSession {
        ProgramSession {
            tenant: TenantId::from_bytes([1; 16]),
            id: SessionId::from_bytes([1; 16]),
            title: "Negotiation".to_owned(),
            group: group(2),
            start_date: None,
            instructors: vec![UserId::from_bytes([instructor; 16])],
        }
    }

    #[test]
    fn admin_counts_for_everything_below() {
        let line = [group(3), group(2), group(0)];
        assert!(holding(&[(0, Role::Admin)]).is_platform_administrator());
        assert!(holding(&[(0, Role::Admin)]).administers(&line));
        assert!(holding(&[(2, Role::Admin)]).administers(&line));
        assert!(!holding(&[(2, Role::Admin)]).is_platform_administrator());
        assert!(!holding(&[(4, Role::Admin)]).administers(&line));
        assert!(!holding(&[(3, Role::UserAdmin), (3, Role::Coach)]).administers(&line));
    }

    #[test]
    fn the_owner_administers_everything() {
        let owner = Holdings { is_owner: true, ..holding(&[]) };
        assert!(owner.is_platform_administrator() && owner.administers(&[group(7)]));
    }

    #[test]
    fn sessions_take_an_instructor_who_coaches_or_administers() {
        let line = [group(2), group(0)];
        for (roles, instructor, expected) in [
            (&[(2, Role::Coach)][..], 9, true),
            (&[(2, Role::Admin)], 9, true),
            (&[(0, Role::Admin)], 9, true),
            (&[(2, Role::Coach)], 8, false),
            (&[(0, Role::Admin)], 8, false),
            (&[(2, Role::Learner)], 9, false),
            (&[(5, Role::Coach)], 9, false),
        ] {
            assert_eq!(holding(roles).may_invite_to(&session(instructor), &line), expected, "{roles:?}");
        }
    }

    #[test]
    fn nobody_grants_ownership() {
        let line = [group(2), group(0)];
        let admin = holding(&[(2, Role::Admin)]);
        assert!(admin.may_grant(Role::Admin, &line) && !admin.may_grant(Role::Owner, &line));
        assert!(!holding(&[(2, Role::Coach)]).may_grant(Role::Learner, &line));
    }
}
