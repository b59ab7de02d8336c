//! What identity providers send beside the RFC: one variant a deviation, and the small function that undoes it.

/// The enterprise attribute an unqualified name means: Entra's reference check filters by a bare `manager` (decision 6).
#[must_use]
pub fn unqualified_enterprise(name: &str) -> Option<&'static str> {
    name.eq_ignore_ascii_case("manager").then_some("manager")
}
