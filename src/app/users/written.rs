//! A person as a SCIM resource in text, as much of it as a projection shows: what clients read.
//!
//! Written member by member, the document's own from its stored text. Only of a member that is shown in part, or completed, a tree is
//! made. What comes of it is, to the byte, what [`Projection::apply`] makes of [`Renderer::tree`]; a property test holds that.

use super::render::{Around, Holders, Kept, Renderer, flat_roles};
use crate::{
    scim::{
        AttrRef, Kind, Registry,
        members::{Malformed, Member, Members, Writer},
        projection::{Part, Projection},
        schema::{self, SchemaRef},
    },
    store::{
        StoreError,
        shown::{Manager, Shown, Stored},
    },
};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

const KIND: Kind = Kind::User;
/// What a resource holds beside its document, about.
const BESIDE: usize = 1024;

impl Renderer<'_> {
    /// Appends the resource to a text.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn write(
        &self,
        shown: &Shown<Stored>,
        holders: &Holders,
        projection: &Projection,
        text: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let mut members = Vec::with_capacity(shown.user.document.len() + BESIDE);
        let resource =
            Resource { renderer: self, shows: Shows { registry: self.registry, projection }, shown, holders };
        let written = resource.write(Writer::new(&mut members)).and_then(|schemas| {
            text.push(b'{');
            Writer::new(text).put("schemas", &schemas)
        });
        written.map_err(|Malformed| shown.user.corrupt())?;
        text.push(b',');
        text.append(&mut members);
        text.push(b'}');
        Ok(())
    }
}

/// A resource to be written.
struct Resource<'a> {
    renderer: &'a Renderer<'a>,
    shows: Shows<'a>,
    shown: &'a Shown<Stored>,
    holders: &'a Holders,
}

impl<'a> Resource<'a> {
    /// Writes everything but `schemas`, which come first and are told last.
    fn write(&self, mut text: Writer<'_>) -> Result<Vec<Cow<'a, str>>, Malformed> {
        let (renderer, shows) = (self.renderer, &self.shows);
        let (user, around) = (&self.shown.user.profile, Around::of(self.shown));
        let mut schemas = vec![Cow::Borrowed(renderer.registry.base_schema(KIND))];
        let mut written = None;
        shows.put(&mut text, None, "id", &user.id.to_string())?;
        for member in Members::of(&self.shown.user.document) {
            let member = member?;
            match &*member.name {
                schema::USHER => written = Some(member.value),
                "externalId" if !renderer.knows_external_id(user) => {}
                // No other member's name has a colon.
                name if name.contains(':') => {
                    if self.write_extension(&mut text, &member, around.manager)? {
                        schemas.push(member.name);
                    }
                }
                _ => shows.copy(&mut text, None, &member)?,
            }
        }
        if user.shows_active {
            shows.put(&mut text, None, "active", &user.state.is_switched_on())?;
        }
        let groups = renderer.groups(around.belongings, self.holders);
        if !groups.is_empty() {
            shows.put(&mut text, None, "groups", &groups)?;
        }
        if let Some(own) = renderer.registry.extension(KIND, schema::USHER) {
            let kept = serde_json::to_string(&Kept::new(user, around.invitation))?;
            if text.object(schema::USHER, |text| shows.write_own(text, own, written.unwrap_or("{}"), &kept))? {
                schemas.push(Cow::Borrowed(schema::USHER));
            }
        }
        shows.put(&mut text, None, "meta", &renderer.meta(user))?;
        Ok(schemas)
    }

    /// Writes an extension of the document, if it is one this caller knows; whether anything of it is shown.
    fn write_extension(
        &self,
        text: &mut Writer<'_>,
        member: &Member<'_>,
        manager: Option<&Manager>,
    ) -> Result<bool, Malformed> {
        let Some(extension) = self.renderer.registry.extension(KIND, &member.name) else { return Ok(false) };
        let manager = manager.filter(|_| member.name == schema::ENTERPRISE);
        text.object(&member.name, |text| {
            for member in Members::of(member.value) {
                let member = member?;
                match manager {
                    Some(known) if member.name == "manager" => {
                        let mut value = serde_json::from_str(member.value)?;
                        self.renderer.complete_manager(known, &mut value);
                        self.shows.put(text, Some(extension), "manager", &value)?;
                    }
                    _ => self.shows.copy(text, Some(extension), &member)?,
                }
            }
            Ok(())
        })
    }
}

/// Writes of each member as much as a projection shows.
struct Shows<'a> {
    registry: &'a Registry,
    projection: &'a Projection,
}

impl Shows<'_> {
    fn part(&self, extension: Option<SchemaRef>, name: &str) -> Part {
        self.projection.part(self.registry, KIND, extension, name)
    }

    fn copy(&self, text: &mut Writer<'_>, extension: Option<SchemaRef>, member: &Member<'_>) -> Result<(), Malformed> {
        match self.part(extension, &member.name) {
            Part::Nothing => Ok(()),
            Part::Whole => text.copy(member),
            Part::Some(attr) => self.prune(text, &member.name, attr, serde_json::from_str(member.value)?),
        }
    }

    fn put(
        &self,
        text: &mut Writer<'_>,
        extension: Option<SchemaRef>,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), Malformed> {
        match self.part(extension, name) {
            Part::Nothing => Ok(()),
            Part::Whole => text.put(name, value),
            Part::Some(attr) => self.prune(text, name, attr, serde_json::to_value(value)?),
        }
    }

    fn prune(&self, text: &mut Writer<'_>, name: &str, attr: AttrRef, mut value: Value) -> Result<(), Malformed> {
        if self.projection.prune_value(self.registry, KIND, attr, &mut value) {
            text.put(name, &value)?;
        }
        Ok(())
    }

    /// Our extension: what the client wrote, and what the server keeps.
    fn write_own(&self, text: &mut Writer<'_>, own: SchemaRef, written: &str, kept: &str) -> Result<(), Malformed> {
        let is_list_shown = self.part(Some(own), "groupRoleList") != Part::Nothing;
        let mut list = None;
        for member in Members::of(written) {
            let member = member?;
            if member.name == "groupRoles" && is_list_shown {
                list = Some(flat_roles(&serde_json::from_str(member.value)?));
            }
            self.copy(text, Some(own), &member)?;
        }
        if let Some(list) = list {
            self.put(text, Some(own), "groupRoleList", &list)?;
        }
        Members::of(kept).try_for_each(|member| self.copy(text, Some(own), &member?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            ConnectionId, GroupId, UserId,
            group::{MemberId, Membership},
            invitation::{Status, Summary},
            role::{Role, Source},
            user::State,
        },
        scim::Object,
        store::{memberships::Belonging, shown::Profile},
    };
    use jiff::Timestamp;
    use proptest::{prelude::*, sample::subsequence, strategy::ValueTree};
    use serde_json::json;
    use std::sync::LazyLock;

    const COURSE: &str = "urn:example:params:Course";
    const MINE: ConnectionId = ConnectionId::from_bytes([1; 16]);
    const THEIRS: ConnectionId = ConnectionId::from_bytes([2; 16]);

    /// The built-in schemas, the same without our own, and both with a tenant's.
    static REGISTRIES: LazyLock<[Registry; 4]> = LazyLock::new(|| {
        let course = json!({"id": COURSE, "attributes": [
            {"name": "level", "type": "string"},
            {"name": "onRequest", "type": "string", "returned": "request"},
            {"name": "secret", "type": "string", "returned": "never"},
            {"name": "always", "type": "string", "returned": "always"},
            {"name": "marks", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "type": "string"}, {"name": "secret", "type": "string", "returned": "never"},
                {"name": "onRequest", "type": "string", "returned": "request"}]},
            {"name": "tutor", "type": "complex", "subAttributes": [
                {"name": "value", "type": "string"}, {"name": "secret", "type": "string", "returned": "never"}]}]});
        let tenants = Registry::with_extensions(&[(course, KIND)]).expect("a registry");
        let builtin = Registry::builtin();
        [builtin.without_own(), tenants.without_own(), builtin, tenants]
    });

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z]{0,6}", "[\"\\\\{}\\[\\],:\u{7} ü]{0,6}"]
    }

    /// Some members, in any order.
    fn some_of(members: Vec<(&'static str, Value)>) -> impl Strategy<Value = Object> {
        let count = members.len();
        subsequence(members, 0..=count)
            .prop_shuffle()
            .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn document() -> impl Strategy<Value = Object> {
        let words = prop::collection::vec(text(), 8);
        let extensions = words.prop_flat_map(|words| {
            let word = |at: usize| words.get(at).cloned().unwrap_or_default();
            let enterprise = vec![
                ("department", json!(word(0))),
                ("manager", json!({"value": word(1), "displayName": word(2)})),
                ("costCenter", json!(word(3))),
            ];
            let own = vec![
                ("labels", json!([word(4), word(5)])),
                ("groupRoles", json!([{"value": "g", "role": "coach"}, {"value": word(6), "display": "G"}])),
                ("provisioningMode", json!("create")),
            ];
            let course = vec![
                ("level", json!(word(7))),
                ("onRequest", json!("r")),
                ("secret", json!("s")),
                ("always", json!("a")),
                ("marks", json!([{"value": word(0), "secret": "s", "onRequest": "r"}, {"secret": "s"}])),
                ("tutor", json!({"secret": "s"})),
            ];
            (Just(words), some_of(enterprise), some_of(own), some_of(course))
        });
        extensions.prop_flat_map(|(words, enterprise, own, course)| {
            let word = |at: usize| words.get(at).cloned().unwrap_or_default();
            some_of(vec![
                ("userName", json!(word(0))),
                ("externalId", json!(word(1))),
                ("name", json!({"givenName": word(2), "familyName": word(3)})),
                ("displayName", json!(word(4))),
                ("emails", json!([{"value": word(5), "type": "work", "primary": true}, {"value": word(6)}])),
                ("addresses", json!([{"locality": word(7)}])),
                ("title", json!(word(2))),
                (schema::ENTERPRISE, Value::Object(enterprise)),
                (schema::USHER, Value::Object(own)),
                (COURSE, Value::Object(course)),
                ("urn:example:params:Gone", json!({"a": 1})),
            ])
        })
    }

    fn names() -> impl Strategy<Value = Option<String>> {
        let names = [
            "id".to_owned(),
            "userName".to_owned(),
            "externalId,active".to_owned(),
            "name".to_owned(),
            "name.givenName".to_owned(),
            "emails".to_owned(),
            "emails.type,emails.value".to_owned(),
            "groups".to_owned(),
            "groups.display".to_owned(),
            "meta".to_owned(),
            "meta.version".to_owned(),
            "manager".to_owned(),
            "manager.displayName".to_owned(),
            schema::ENTERPRISE.to_owned(),
            schema::USHER.to_owned(),
            format!("{}:groupRoleList", schema::USHER),
            format!("{}:state,{}:invitation.status", schema::USHER, schema::USHER),
            COURSE.to_owned(),
            format!("{COURSE}:onRequest,{COURSE}:secret"),
            format!("{COURSE}:marks,{COURSE}:tutor"),
            format!("{COURSE}:marks.onRequest"),
            "unknown".to_owned(),
        ];
        prop::option::of(subsequence(names.to_vec(), 0..=4).prop_map(|names| names.join(",")))
    }

    fn person() -> impl Strategy<Value = Shown<Stored>> {
        let states = [State::Staged, State::Invited, State::Active, State::Suspended, State::Deleted];
        let profile = (
            prop::sample::select(states.to_vec()),
            prop::option::of(text()),
            prop::sample::select(vec![None, Some(MINE), Some(THEIRS)]),
            any::<[bool; 3]>(),
        );
        let manager = prop::option::of(prop::option::of(text()).prop_map(|display_name| Manager { display_name }));
        (document(), profile, any::<[bool; 2]>(), manager, prop::option::of(belongings())).prop_map(
            |(document, (state, state_reason, connection, flags), [is_invited, is_sent], manager, belongings)| {
                let [shows_active, is_billed, is_visible] = flags;
                let at = Timestamp::from_second(1_800_000_000).expect("a time");
                let profile = Profile {
                    id: UserId::from_bytes([7; 16]),
                    connection,
                    shows_active,
                    state,
                    state_reason,
                    billable_since: is_billed.then_some(at),
                    is_visible,
                    is_listed: true,
                    version: 3,
                    created_at: at,
                    modified_at: at,
                };
                let invitation = is_invited.then(|| Summary {
                    status: Status::Pending,
                    sent_at: is_sent.then_some(at),
                    sent_count: 1,
                    expires_at: at,
                    delivery: "sent".to_owned(),
                });
                let document = serde_json::to_string(&document).expect("text");
                Shown { user: Stored { profile, document }, invitation, manager, belongings }
            },
        )
    }

    fn belongings() -> impl Strategy<Value = Vec<Belonging>> {
        let one = (1_u8..4, text(), prop::sample::select(vec![None, Some(MINE), Some(THEIRS)]), any::<bool>());
        let belonging = one.prop_map(|(group, group_name, group_connection, group_is_root)| Belonging {
            membership: Membership {
                group: GroupId::from_bytes([group; 16]),
                member: MemberId::User(UserId::from_bytes([7; 16])),
                role: Role::Learner,
                source: Source::Admin,
                connection: None,
                display: None,
            },
            group_name,
            group_connection,
            group_is_root,
            group_is_nested: false,
            group_is_mapped: false,
        });
        prop::collection::vec(belonging, 0..4)
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_projected_tree(
            shown in person(),
            attributes in names(),
            excluded in names(),
            is_written in any::<bool>(),
        ) {
            for registry in &*REGISTRIES {
                let renderer = Renderer { public_url: "https://people.example.com", registry, connection: MINE };
                let mut projection = Projection::parse(registry, KIND, attributes.as_deref(), excluded.as_deref());
                if is_written {
                    let written = json!({COURSE: {"onRequest": "r"}, schema::USHER: {"groupRoleList": ["g=coach"]}});
                    let written = written.as_object().expect("an object");
                    projection = projection.showing_written(registry, KIND, written);
                }
                let mut tree = renderer.tree(&shown, &Holders::default()).expect("a tree");
                projection.apply(registry, KIND, &mut tree);
                let mut text = b"before,".to_vec();
                renderer.write(&shown, &Holders::default(), &projection, &mut text).expect("text");
                let text = String::from_utf8(text).expect("UTF-8");
                prop_assert_eq!(text, format!("before,{}", Value::Object(tree)));
            }
        }
    }

    #[test]
    fn a_document_that_is_none_is_corrupt() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut shown = person().new_tree(&mut runner).expect("a person").current();
        for document in ["", "[]", "{\"userName\"}"] {
            document.clone_into(&mut shown.user.document);
            let [registry, ..] = &*REGISTRIES;
            let renderer = Renderer { public_url: "", registry, connection: MINE };
            let outcome = renderer.write(&shown, &Holders::default(), &Projection::default(), &mut vec![]);
            assert!(matches!(outcome, Err(StoreError::Corrupt { column: "document", .. })), "{document}");
        }
    }
}
