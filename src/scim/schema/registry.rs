//! All schemas a tenant knows, and the one way from a written name to an `AttrRef`.

use super::load::{self, Nesting};
use super::{AttrRef, Attribute, ENTERPRISE, Error, Kind, Mutability, Returned, Schema, Type, Uniqueness};
use crate::scim::catalogue::Catalogue;
use crate::scim::path::AttrPath;
use crate::scim::quirks;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

const COMMON: u16 = 0;
const BASE_USER: u16 = 1;
const BASE_GROUP: u16 = 2;
const ENTERPRISE_USER: u16 = 3;
const OWN: u16 = 4;

static BUILTIN: LazyLock<Vec<Arc<Schema>>> = LazyLock::new(|| {
    embedded(&[
        include_str!("common.json"),
        include_str!("user.json"),
        include_str!("group.json"),
        include_str!("enterprise_user.json"),
        include_str!("usher_user.json"),
    ])
});

static DISCOVERY: LazyLock<Vec<Arc<Schema>>> = LazyLock::new(|| {
    embedded(&[
        include_str!("service_provider_config.json"),
        include_str!("resource_type.json"),
        include_str!("schema.json"),
    ])
});

static ROLES: LazyLock<Registry> = LazyLock::new(|| Registry::of_one(include_str!("role.json")));
static ENTITLEMENTS: LazyLock<Registry> = LazyLock::new(|| Registry::of_one(include_str!("entitlement.json")));

/// What a reference made by another registry resolves to: written by nobody, shown to nobody.
static UNKNOWN: LazyLock<Attribute> = LazyLock::new(|| Attribute {
    name: "".into(),
    ty: Type::String,
    multi_valued: false,
    required: false,
    case_exact: true,
    mutability: Mutability::ReadOnly,
    returned: Returned::Never,
    uniqueness: Uniqueness::None,
    canonical_values: vec![],
    sub_attributes: vec![],
});

/// A schema of a registry, as small as `AttrRef`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaRef(u16);

impl SchemaRef {
    /// Whether the attribute is one of this schema.
    #[must_use]
    pub fn holds(self, attr: AttrRef) -> bool {
        self.0 == attr.schema
    }
}

/// All schemas a tenant knows: the built-in ones and its own extensions.
#[derive(Debug, Clone)]
pub struct Registry {
    schemas: Vec<Arc<Schema>>,
    /// The base schema first, then the extensions.
    user: Vec<SchemaRef>,
    group: Vec<SchemaRef>,
    /// What a default answer leaves out, for each resource type.
    hidden: [Vec<AttrRef>; 2],
    /// What of the tenant's own attributes only one resource may have, for each resource type.
    unique: [Vec<AttrRef>; 2],
}

impl Registry {
    /// The built-in schemas alone.
    #[must_use]
    pub fn builtin() -> Self {
        let registry = Self {
            schemas: BUILTIN.clone(),
            user: vec![SchemaRef(BASE_USER), SchemaRef(ENTERPRISE_USER), SchemaRef(OWN)],
            group: vec![SchemaRef(BASE_GROUP)],
            hidden: [vec![], vec![]],
            unique: [vec![], vec![]],
        };
        registry.with_hidden()
    }

    /// The built-in schemas and a tenant's extensions: (definition in RFC 7643 section 7 form, the resource type it extends).
    ///
    /// # Errors
    /// 400 `invalidValue` naming the definition's fault.
    pub fn with_extensions(extensions: &[(Value, Kind)]) -> Result<Self, Error> {
        let mut registry = Self::builtin();
        for (definition, kind) in extensions {
            let schema = load::schema(definition, Nesting::Once)?;
            let taken = registry.schemas.iter().chain(DISCOVERY.iter()).any(|s| s.id.eq_ignore_ascii_case(&schema.id));
            let too_many = Error::invalid_value("Schema definition: there are too many extensions.");
            let at = u16::try_from(registry.schemas.len()).map_err(|_| too_many)?;
            if taken {
                return Err(Error::invalid_value(format!("Schema definition: {} is registered already.", schema.id)));
            }
            if let Some(name) = schema.attributes.iter().map(|a| &a.name).find(|n| n.eq_ignore_ascii_case("schemas")) {
                return Err(Error::invalid_value(format!("Schema definition: {} can't define '{name}'.", schema.id)));
            }
            registry.schemas.push(Arc::new(schema));
            match kind {
                Kind::User => registry.user.push(SchemaRef(at)),
                Kind::Group => registry.group.push(SchemaRef(at)),
            }
        }
        Ok(registry.with_unique().with_hidden())
    }

    /// The same registry without Usher's own extension, for connections with `extension=off`. References stay valid across both.
    #[must_use]
    pub fn without_own(&self) -> Self {
        let mut registry = self.clone();
        registry.user.retain(|schema| schema.0 != OWN);
        registry.with_hidden()
    }

    /// The common attributes and one schema, in the place of the user's.
    fn of_one(file: &str) -> Self {
        let schemas = embedded(&[include_str!("common.json"), file]);
        let none = || [vec![], vec![]];
        let user = vec![SchemaRef(BASE_USER)];
        Self { schemas, user, group: vec![], hidden: none(), unique: none() }.with_hidden()
    }

    /// The URN of a resource type's base schema.
    #[must_use]
    pub fn base_schema(&self, kind: Kind) -> &str {
        self.of(kind).first().and_then(|&base| self.schema(base)).map_or(kind.base_schema(), |schema| &schema.id)
    }

    /// Whether clients see Usher's own extension.
    #[must_use]
    pub fn shows_own(&self) -> bool {
        self.user.contains(&SchemaRef(OWN))
    }

    /// Resolves a written name for a resource type; `None` when nothing is called so.
    /// Case-insensitive; core URN optional; `<URN>.attr` equals `<URN>:attr`; unqualified `manager` is the enterprise attribute.
    #[must_use]
    pub fn resolve(&self, kind: Kind, path: &AttrPath) -> Option<AttrRef> {
        let Some(urn) = path.urn.as_deref() else {
            return self.with_sub(self.find(kind, &path.attribute)?, path.sub.as_deref());
        };
        if let Some(schema) = self.schema_named(kind, urn) {
            return self.with_sub(self.member(schema, &path.attribute)?, path.sub.as_deref());
        }
        // `<URN>.attr[.sub]`: what looks like the attribute is the URN's last piece.
        let schema = self.schema_named_in_two(kind, urn, &path.attribute)?;
        let (attribute, sub) = match path.sub.as_deref()?.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (path.sub.as_deref()?, None),
        };
        self.with_sub(self.member(schema, attribute)?, sub)
    }

    /// The extension a path names when it is nothing but the extension's URN (decision 18).
    #[must_use]
    pub fn bare_extension(&self, kind: Kind, path: &AttrPath) -> Option<SchemaRef> {
        let schema = self.schema_named_in_two(kind, path.urn.as_deref()?, &path.attribute)?;
        (path.sub.is_none() && Some(schema) != self.of(kind).first().copied()).then_some(schema)
    }

    /// A top-level attribute by its unqualified name (a key of a body): common, base, and what quirks add.
    #[must_use]
    pub fn find(&self, kind: Kind, name: &str) -> Option<AttrRef> {
        let base = self.of(kind).first().copied()?;
        self.in_schema(SchemaRef(COMMON), name).or_else(|| self.in_schema(base, name)).or_else(|| {
            let enterprise = self.extension(kind, ENTERPRISE)?;
            self.in_schema(enterprise, quirks::unqualified_enterprise(name)?)
        })
    }

    /// The sub-attribute of a complex attribute.
    #[must_use]
    pub fn sub(&self, attr: AttrRef, name: &str) -> Option<AttrRef> {
        if attr.is_sub() {
            return None;
        }
        let subs = &self.attribute(attr).sub_attributes;
        let at = subs.iter().position(|sub| sub.name.eq_ignore_ascii_case(name))?;
        Some(AttrRef { sub: Some(u16::try_from(at).ok()?), ..attr })
    }

    /// `.value` of a complex attribute that has it: what its bare name means in filters and sortBy (decision 6).
    #[must_use]
    pub fn value_of(&self, attr: AttrRef) -> Option<AttrRef> {
        self.sub(attr, "value")
    }

    /// The attribute itself (the sub-attribute where the reference names one).
    #[must_use]
    pub fn attribute(&self, attr: AttrRef) -> &Attribute {
        let parent = self.parent(attr);
        match attr.sub {
            None => parent,
            Some(sub) => parent.sub_attributes.get(usize::from(sub)).unwrap_or(&UNKNOWN),
        }
    }

    /// The parent attribute of a sub-attribute; the attribute itself otherwise.
    #[must_use]
    pub fn parent(&self, attr: AttrRef) -> &Attribute {
        let schema = self.schemas.get(usize::from(attr.schema));
        schema.and_then(|s| s.attributes.get(usize::from(attr.attribute))).unwrap_or(&UNKNOWN)
    }

    /// Canonical written form: `userName`, `emails.value`, `urn:…:User:manager.value`; core names without URN.
    #[must_use]
    pub fn path_of(&self, attr: AttrRef) -> String {
        let mut path = self.extension_of(attr).map_or_else(String::new, |urn| format!("{urn}:"));
        path.push_str(&self.parent(attr).name);
        if attr.is_sub() {
            path.push('.');
            path.push_str(&self.attribute(attr).name);
        }
        path
    }

    /// The URN of the extension the attribute belongs to; `None` for common and base-schema attributes.
    #[must_use]
    pub fn extension_of(&self, attr: AttrRef) -> Option<&str> {
        (attr.schema > BASE_GROUP).then(|| self.schemas.get(usize::from(attr.schema)).map(|s| &*s.id)).flatten()
    }

    /// Whether the attribute is one of Usher's own extension.
    #[must_use]
    pub fn is_own(&self, attr: AttrRef) -> bool {
        attr.schema == OWN
    }

    /// Whether the schema is Usher's own extension.
    #[must_use]
    pub fn is_own_schema(&self, schema: SchemaRef) -> bool {
        schema.0 == OWN
    }

    /// The schema behind a reference; `None` when another registry made it.
    #[must_use]
    pub fn schema(&self, schema: SchemaRef) -> Option<&Schema> {
        self.schemas.get(usize::from(schema.0)).map(Arc::as_ref)
    }

    /// The extension of a resource type with this URN in any case.
    #[must_use]
    pub fn extension(&self, kind: Kind, urn: &str) -> Option<SchemaRef> {
        self.extensions(kind).find(|(_, schema)| schema.id.eq_ignore_ascii_case(urn)).map(|(at, _)| at)
    }

    /// The extensions of a resource type in the order of registration.
    pub fn extensions(&self, kind: Kind) -> impl Iterator<Item = (SchemaRef, &Schema)> {
        self.of(kind).iter().skip(1).filter_map(|&at| Some((at, self.schema(at)?)))
    }

    /// The attribute of one schema by its name in any case.
    #[must_use]
    pub fn in_schema(&self, schema: SchemaRef, name: &str) -> Option<AttrRef> {
        let attribute = self.schema(schema)?.names.get(name)?;
        Some(AttrRef { schema: schema.0, attribute, sub: None })
    }

    /// The attributes of one schema in the order of its definition.
    pub fn attributes_in(&self, schema: SchemaRef) -> impl Iterator<Item = AttrRef> + use<> {
        let count = self.schema(schema).map_or(0, |s| s.attributes.len());
        (0..u16::try_from(count).unwrap_or(0)).map(move |attribute| AttrRef { schema: schema.0, attribute, sub: None })
    }

    /// All top-level attributes of a resource type: common, base, extensions.
    pub fn attributes(&self, kind: Kind) -> impl Iterator<Item = AttrRef> {
        std::iter::once(SchemaRef(COMMON)).chain(self.of(kind).iter().copied()).flat_map(|s| self.attributes_in(s))
    }

    /// The sub-attributes of a complex attribute.
    pub fn sub_attributes(&self, attr: AttrRef) -> impl Iterator<Item = AttrRef> + use<> {
        let count = self.parent(attr).sub_attributes.len();
        (0..u16::try_from(count).unwrap_or(0)).map(move |sub| AttrRef { sub: Some(sub), ..attr })
    }

    /// The attributes and sub-attributes a default answer leaves out: returned never or on request.
    pub(crate) fn hidden(&self, kind: Kind) -> &[AttrRef] {
        let [user, group] = &self.hidden;
        match kind {
            Kind::User => user,
            Kind::Group => group,
        }
    }

    /// The attributes and sub-attributes of a tenant's own extensions whose values only one resource may have.
    #[must_use]
    pub fn unique(&self, kind: Kind) -> &[AttrRef] {
        let [user, group] = &self.unique;
        match kind {
            Kind::User => user,
            Kind::Group => group,
        }
    }

    /// Every schema a resource of any type may use, base schemas first.
    pub(crate) fn resource_schemas(&self) -> impl Iterator<Item = &Schema> {
        let base = [Kind::User, Kind::Group].into_iter().filter_map(|kind| self.of(kind).first());
        let extensions = [Kind::User, Kind::Group].into_iter().flat_map(|kind| self.of(kind).iter().skip(1));
        base.chain(extensions).filter_map(|&at| self.schema(at))
    }

    fn with_hidden(mut self) -> Self {
        self.hidden = [Kind::User, Kind::Group].map(|kind| {
            let with_subs = |attr| std::iter::once(attr).chain(self.sub_attributes(attr));
            let is_hidden =
                |attr: &AttrRef| matches!(self.attribute(*attr).returned, Returned::Never | Returned::Request);
            self.attributes(kind).flat_map(with_subs).filter(is_hidden).collect()
        });
        self
    }

    fn with_unique(mut self) -> Self {
        self.unique = [Kind::User, Kind::Group].map(|kind| {
            let with_subs = |attr| std::iter::once(attr).chain(self.sub_attributes(attr));
            let own = self.attributes(kind).filter(|attr| attr.schema > OWN);
            own.flat_map(with_subs).filter(|attr| self.attribute(*attr).uniqueness != Uniqueness::None).collect()
        });
        self
    }

    fn of(&self, kind: Kind) -> &[SchemaRef] {
        match kind {
            Kind::User => &self.user,
            Kind::Group => &self.group,
        }
    }

    fn schema_named(&self, kind: Kind, urn: &str) -> Option<SchemaRef> {
        self.of(kind).iter().copied().find(|&at| self.schema(at).is_some_and(|s| s.id.eq_ignore_ascii_case(urn)))
    }

    /// The schema whose URN is `head` and `tail` with a colon between them.
    fn schema_named_in_two(&self, kind: Kind, head: &str, tail: &str) -> Option<SchemaRef> {
        let is = |schema: &Schema| {
            let split = schema.id.rsplit_once(':');
            split.is_some_and(|(h, t)| h.eq_ignore_ascii_case(head) && t.eq_ignore_ascii_case(tail))
        };
        self.of(kind).iter().copied().find(|&at| self.schema(at).is_some_and(is))
    }

    /// An attribute by its qualified name; common attributes answer to the base schema's URN.
    fn member(&self, schema: SchemaRef, name: &str) -> Option<AttrRef> {
        let common = || if schema.0 <= BASE_GROUP { self.in_schema(SchemaRef(COMMON), name) } else { None };
        self.in_schema(schema, name).or_else(common)
    }

    fn with_sub(&self, attr: AttrRef, sub: Option<&str>) -> Option<AttrRef> {
        match sub {
            None => Some(attr),
            Some(name) => self.sub(attr, name),
        }
    }
}

/// What a read-only resource type is checked against.
pub(crate) fn catalogue(catalogue: Catalogue) -> &'static Registry {
    match catalogue {
        Catalogue::Roles => &ROLES,
        Catalogue::Entitlements => &ENTITLEMENTS,
    }
}

/// The schemas of the discovery resources themselves.
pub(crate) fn discovery_schemas<'a>() -> impl Iterator<Item = &'a Schema> {
    DISCOVERY.iter().map(Arc::as_ref)
}

/// Loads the files beside this one. A test holds that none is faulty, so a fault yields a schema that knows nothing.
fn embedded(files: &[&str]) -> Vec<Arc<Schema>> {
    let read = |file: &&str| {
        let definition = serde_json::from_str(file).unwrap_or_default();
        load::schema(&definition, Nesting::Free).unwrap_or_else(|_| Schema {
            id: "".into(),
            name: "".into(),
            attributes: vec![],
            definition: Value::Null,
            names: load::Names::default(),
        })
    };
    files.iter().map(|file| Arc::new(read(file))).collect()
}
