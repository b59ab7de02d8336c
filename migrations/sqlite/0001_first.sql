-- The first schema. Times are microseconds since 1970 UTC; ids are hyphenated UUIDs; *_key columns are folded for comparison.
-- What is little more than its key has no rowid here: it is kept once instead of twice, and in the key's order.
-- The tenant leads every key. connection_key and target columns are '' where there is none, so that keys stay unique.

CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    default_mode TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    invitation_ttl_seconds BIGINT NOT NULL,
    adoption BOOLEAN NOT NULL,
    accepts_scim_password BOOLEAN NOT NULL,
    mail_budget_per_hour BIGINT NOT NULL,
    notifications TEXT NOT NULL,
    digest BOOLEAN NOT NULL,
    leaver_mails BOOLEAN NOT NULL,
    deletion_brake_percent BIGINT,
    retention_seconds BIGINT NOT NULL,
    sender_name TEXT,
    reply_to TEXT,
    logo_url TEXT,
    colour TEXT,
    company_sign_in TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);

-- One row: counts changes of tokens, settings and schemas, so that every process drops what it has cached.
CREATE TABLE epochs (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO epochs (name, value) VALUES ('access', 0);

CREATE TABLE connections (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    default_mode TEXT,
    default_group_id TEXT,
    default_role TEXT,
    notifications TEXT NOT NULL,
    extension BOOLEAN NOT NULL,
    company_sign_in TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX connections_name ON connections (tenant_id, name);

CREATE TABLE group_mappings (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    pushed_key TEXT NOT NULL,
    pushed TEXT NOT NULL,
    group_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, pushed_key, group_id, role)
);

-- What identity providers sent, redacted. Reads that succeeded are told together: `times` counts them.
CREATE TABLE requests (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    times BIGINT NOT NULL,
    request_id TEXT,
    token_id TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT NOT NULL,
    user_id TEXT,
    user_name TEXT,
    user_name_key TEXT,
    external_id TEXT,
    detail TEXT,
    consequences TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT,
    body_bytes BIGINT NOT NULL,
    is_cut BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, id)
);
CREATE INDEX requests_at ON requests (at);
CREATE INDEX requests_user ON requests (tenant_id, user_id, id) WHERE user_id IS NOT NULL;

CREATE TABLE tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    digest TEXT NOT NULL,
    connection_id TEXT,
    user_id TEXT,
    group_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tokens_digest ON tokens (digest);
CREATE INDEX tokens_name ON tokens (tenant_id, name);

CREATE TABLE extension_schemas (
    tenant_id TEXT NOT NULL,
    urn_key TEXT NOT NULL,
    resource TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, urn_key)
);

-- Values of a tenant's own attributes that only one resource may have, as digests.
CREATE TABLE unique_values (
    tenant_id TEXT NOT NULL,
    attribute_key TEXT NOT NULL,
    value_key TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, attribute_key, value_key)
);
CREATE INDEX unique_values_holder ON unique_values (tenant_id, holder_id);

CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    connection_id TEXT,
    external_id TEXT,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    display_name TEXT,
    display_name_key TEXT,
    manager_id TEXT,
    document TEXT NOT NULL,
    shows_active BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    earlier TEXT,
    deleted_from TEXT,
    former_id TEXT,
    former_link TEXT,
    mode TEXT NOT NULL,
    start_date TEXT,
    deletion_date TEXT,
    start_at BIGINT,
    deletion_at BIGINT,
    warned_for TEXT,
    suppress_notifications BOOLEAN NOT NULL,
    billable_since BIGINT,
    password_hash TEXT,
    must_change_password BOOLEAN NOT NULL,
    password_generation BIGINT NOT NULL,
    episode BIGINT NOT NULL,
    invitation_id TEXT,
    is_owner BOOLEAN NOT NULL,
    is_visible BOOLEAN NOT NULL,
    is_listed BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX users_former_name ON users (tenant_id, user_name_key) WHERE NOT is_listed;
CREATE UNIQUE INDEX users_user_name ON users (tenant_id, user_name_key) WHERE is_listed;
CREATE INDEX users_external_id ON users (tenant_id, external_id) WHERE external_id IS NOT NULL;
-- No name is too long for a person, but for an index some are.
CREATE INDEX users_display_name ON users (tenant_id, display_name_key) WHERE length(display_name_key) <= 500;
CREATE INDEX users_manager ON users (tenant_id, manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX users_modified ON users (tenant_id, modified_at);
CREATE INDEX users_listed ON users (tenant_id, id) WHERE is_listed;
CREATE INDEX users_owner ON users (tenant_id) WHERE is_owner;
CREATE INDEX users_deletion ON users (deletion_at) WHERE deletion_at IS NOT NULL;
CREATE INDEX users_start ON users (start_at) WHERE start_at IS NOT NULL;

-- How many people a tenant lists, kept by triggers, so that totals need no counting; departures moves whenever somebody leaves the list or
-- comes back into its middle, so that a remembered place in it can be known to be right.
CREATE TABLE user_tallies (
    tenant_id TEXT NOT NULL,
    slot BIGINT NOT NULL,
    listed BIGINT NOT NULL,
    departures BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, slot)
);
CREATE TRIGGER users_arrive AFTER INSERT ON users WHEN NEW.is_listed BEGIN
    INSERT INTO user_tallies (tenant_id, slot, listed, departures) VALUES (NEW.tenant_id, 0, 1, 0)
    ON CONFLICT (tenant_id, slot) DO UPDATE SET listed = listed + 1;
END;
CREATE TRIGGER users_move AFTER UPDATE OF is_listed ON users WHEN NEW.is_listed <> OLD.is_listed BEGIN
    UPDATE user_tallies SET listed = listed + NEW.is_listed - OLD.is_listed, departures = departures + 1
    WHERE tenant_id = NEW.tenant_id AND slot = 0;
END;
CREATE TRIGGER users_leave AFTER DELETE ON users WHEN OLD.is_listed BEGIN
    UPDATE user_tallies SET listed = listed - 1, departures = departures + 1 WHERE tenant_id = OLD.tenant_id AND slot = 0;
END;

-- Where walks by number stand, on PostgreSQL. Here one process serves them all and remembers them itself, so this stays empty.
CREATE TABLE walk_steps (
    tenant_id TEXT NOT NULL,
    walk TEXT NOT NULL,
    number BIGINT NOT NULL,
    size BIGINT NOT NULL,
    place TEXT,
    is_served BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, walk, number)
);
CREATE INDEX walk_steps_at ON walk_steps (tenant_id, at);

-- A run of deletions that would have taken too many: waits for an administrator, then for its last person.
CREATE TABLE parked_deletions (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL,
    parked_at BIGINT NOT NULL,
    people BIGINT NOT NULL,
    of_people BIGINT NOT NULL,
    decision TEXT
);

CREATE TABLE user_emails (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    value_key TEXT NOT NULL,
    type_key TEXT,
    PRIMARY KEY (tenant_id, user_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX user_emails_value ON user_emails (tenant_id, value_key);

CREATE TABLE user_labels (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    label_key TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, label_key)
) WITHOUT ROWID;
CREATE INDEX user_labels_label ON user_labels (tenant_id, label_key);

CREATE TABLE groups (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    connection_id TEXT,
    connection_key TEXT NOT NULL,
    external_id TEXT,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    parent_id TEXT,
    is_private BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    is_root BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX groups_display_name ON groups (tenant_id, connection_key, display_name_key);
CREATE UNIQUE INDEX groups_root ON groups (tenant_id) WHERE is_root;
CREATE INDEX groups_external_id ON groups (tenant_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE memberships (
    tenant_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    member_kind TEXT NOT NULL,
    member_id TEXT NOT NULL,
    source TEXT NOT NULL,
    connection_key TEXT NOT NULL,
    role TEXT NOT NULL,
    display TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_kind, member_id, source, connection_key, role)
) WITHOUT ROWID;
CREATE INDEX memberships_member ON memberships (tenant_id, member_id, group_id);

-- What people who were deleted belonged to, for undo.
CREATE TABLE former_memberships (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    source TEXT NOT NULL,
    connection_key TEXT NOT NULL,
    role TEXT NOT NULL,
    display TEXT,
    PRIMARY KEY (tenant_id, user_id, group_id, source, connection_key, role)
) WITHOUT ROWID;

CREATE TABLE invitations (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    inviter TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    sent_at BIGINT,
    sent_count BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    cancelled_at BIGINT,
    cancelled_by TEXT,
    delivery TEXT NOT NULL,
    source TEXT NOT NULL,
    remind_at BIGINT,
    reminders BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invitations_live ON invitations (tenant_id, user_id) WHERE status IN ('scheduled', 'pending');
CREATE INDEX invitations_id ON invitations (id);
CREATE INDEX invitations_user ON invitations (tenant_id, user_id);
CREATE INDEX invitations_created ON invitations (tenant_id, created_at, id);
CREATE INDEX invitations_expiry ON invitations (expires_at) WHERE status = 'pending';
CREATE INDEX invitations_reminder ON invitations (remind_at) WHERE remind_at IS NOT NULL;

CREATE TABLE program_sessions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    group_id TEXT NOT NULL,
    start_date TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE session_instructors (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, session_id, user_id)
);

CREATE TABLE session_registrations (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_id, user_id)
);
CREATE INDEX session_registrations_user ON session_registrations (tenant_id, user_id);

-- A file of people that is or was taken in. A process works on it under a lease; lease_until is 0 where none does.
CREATE TABLE imports (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    is_dry_run BOOLEAN NOT NULL,
    user_id TEXT,
    actor TEXT NOT NULL,
    request_id TEXT,
    separator TEXT NOT NULL,
    header TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_running ON imports (lease_until) WHERE status = 'running';
CREATE INDEX imports_created ON imports (created_at);

-- person_line is the line of the first row of the same person; sealed holds the cells, encrypted, while they are needed.
CREATE TABLE import_rows (
    tenant_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    person_line BIGINT NOT NULL,
    email TEXT NOT NULL,
    status TEXT NOT NULL,
    fault_column TEXT,
    message TEXT,
    sealed TEXT,
    PRIMARY KEY (tenant_id, import_id, line)
);
CREATE INDEX import_rows_waiting ON import_rows (tenant_id, import_id, person_line, line) WHERE status = 'waiting';

CREATE TABLE notifications (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code TEXT NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,
    cause TEXT NOT NULL,
    status TEXT NOT NULL,
    clearance TEXT NOT NULL,
    reason TEXT,
    to_address TEXT,
    language TEXT NOT NULL,
    subject TEXT,
    invitation_id TEXT,
    sealed TEXT,
    attempts BIGINT NOT NULL,
    tried_at BIGINT,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    lease_owner TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notifications_cause ON notifications (tenant_id, user_id, code, cause);
CREATE INDEX notifications_due ON notifications (due_at) WHERE status IN ('queued', 'delayed', 'sending');
CREATE INDEX notifications_status ON notifications (tenant_id, status, id);

-- How many mails a tenant's budget let go, in slots of ten seconds; slots older than the budget's hour are removed.
CREATE TABLE mail_slots (
    tenant_id TEXT NOT NULL,
    slot BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, slot)
);

-- One row for each tenant that mails: held while its budget is decided, and what its administrators were told when.
CREATE TABLE mail_states (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    holding_since BIGINT,
    news_at BIGINT,
    told_at BIGINT,
    told_audit BIGINT NOT NULL DEFAULT 0,
    told_event BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mail_states_news ON mail_states (news_at) WHERE news_at IS NOT NULL;

-- What must not leave the house for now: a restored database mails nobody until somebody says so.
CREATE TABLE pauses (
    what TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE suppressed_addresses (
    tenant_id TEXT NOT NULL,
    address_key TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, address_key)
);

CREATE TABLE billing_intervals (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, started_at)
);
CREATE UNIQUE INDEX billing_intervals_open ON billing_intervals (tenant_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE sessions (
    digest TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);

-- Requests that carried an idempotency key: reserved before they run, with their sealed answer afterwards.
CREATE TABLE idempotency_keys (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT,
    sealed TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, name)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- `seq` is the event's place in its tenant's feed. It is given when the feed is read, not when the event is written: `id` is drawn before the
-- commit, so that a smaller one may become visible after a larger one.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    seq BIGINT,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT,
    group_id TEXT,
    data TEXT NOT NULL
);
CREATE UNIQUE INDEX events_seq ON events (tenant_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_waiting ON events (tenant_id, id) WHERE seq IS NULL;

-- One row for each tenant whose feed was read: held while places are given.
CREATE TABLE event_feeds (tenant_id TEXT NOT NULL PRIMARY KEY, last_seq BIGINT NOT NULL);

CREATE TABLE webhooks (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT,
    types TEXT NOT NULL,
    allow_private BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until BIGINT,
    last_seq BIGINT NOT NULL,
    failing_since BIGINT,
    succeeded_at BIGINT,
    created_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- Events on their way to a webhook, and for some days those that arrived. `lane` is whose order is kept.
CREATE TABLE webhook_deliveries (
    tenant_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    lane TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    first_tried_at BIGINT,
    tried_at BIGINT,
    answer BIGINT,
    reason TEXT,
    PRIMARY KEY (tenant_id, webhook_id, seq)
);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (tenant_id, webhook_id, lane, seq) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_tried ON webhook_deliveries (tried_at) WHERE status = 'delivered';

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    request_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant_id, seq);
CREATE INDEX audit_target ON audit (tenant_id, target, seq) WHERE target IS NOT NULL;

-- The local inbox: what would have left, where no SMTP server is configured.
CREATE TABLE inbox (
    message_id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_part TEXT NOT NULL,
    html_part TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX inbox_received ON inbox (received_at);

-- What the planner is to think of the tables: a hundred tenants, each with a hundred thousand people. It is never asked to look, as it may meet
-- them empty, and by itself it takes ten rows for a tenant's share of any index: it would then read all of a tenant along a covering index
-- rather than look for one person in another. Rows in the index, then rows that agree in its first column, in its first two, and so on; the
-- proportions matter, not the numbers. A table without rowid is its key's index.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('users', 'sqlite_autoindex_users_1', '10000000 100000 1'),
    ('users', 'users_former_name', '100000 1000 1'),
    ('users', 'users_user_name', '10000000 100000 1'),
    ('users', 'users_external_id', '10000000 100000 1'),
    ('users', 'users_display_name', '10000000 100000 2'),
    ('users', 'users_manager', '10000000 100000 10'),
    ('users', 'users_modified', '10000000 100000 1'),
    ('users', 'users_listed', '10000000 100000 1'),
    ('users', 'users_owner', '100 1'),
    ('users', 'users_deletion', '100000 2'),
    ('users', 'users_start', '100000 2'),
    ('user_emails', 'user_emails', '10000000 100000 2 1'),
    ('user_emails', 'user_emails_value', '10000000 100000 1'),
    ('user_labels', 'user_labels', '10000000 100000 2 1'),
    ('user_labels', 'user_labels_label', '10000000 100000 1000'),
    ('groups', 'sqlite_autoindex_groups_1', '100000 1000 1'),
    ('groups', 'groups_display_name', '100000 1000 1000 1'),
    ('groups', 'groups_root', '100 1'),
    ('groups', 'groups_external_id', '100000 1000 1'),
    ('memberships', 'memberships', '50000000 500000 500 500 1 1 1 1'),
    ('memberships', 'memberships_member', '50000000 500000 5 1'),
    ('former_memberships', 'former_memberships', '1000000 10000 5 1 1 1 1'),
    ('invitations', 'sqlite_autoindex_invitations_1', '10000000 100000 1'),
    ('invitations', 'invitations_live', '10000000 100000 1'),
    ('invitations', 'invitations_id', '10000000 1'),
    ('invitations', 'invitations_user', '10000000 100000 1'),
    ('invitations', 'invitations_created', '10000000 100000 1 1'),
    ('invitations', 'invitations_expiry', '10000000 2'),
    ('invitations', 'invitations_reminder', '10000000 2'),
    ('session_instructors', 'sqlite_autoindex_session_instructors_1', '100000 1000 2 1'),
    ('session_registrations', 'sqlite_autoindex_session_registrations_1', '1000000 10000 100 1'),
    ('session_registrations', 'session_registrations_user', '1000000 10000 5'),
    ('import_rows', 'sqlite_autoindex_import_rows_1', '10000000 100000 10000 1'),
    ('import_rows', 'import_rows_waiting', '1000000 10000 10000 1 1'),
    ('notifications', 'sqlite_autoindex_notifications_1', '10000000 100000 1'),
    ('notifications', 'notifications_cause', '10000000 100000 3 2 1'),
    ('notifications', 'notifications_due', '100000 2'),
    ('notifications', 'notifications_status', '10000000 100000 30000 1'),
    ('billing_intervals', 'sqlite_autoindex_billing_intervals_1', '10000000 100000 2 1'),
    ('billing_intervals', 'billing_intervals_open', '10000000 100000 1'),
    ('sessions', 'sqlite_autoindex_sessions_1', '1000000 1'),
    ('sessions', 'sessions_user', '1000000 10000 2'),
    ('requests', 'sqlite_autoindex_requests_1', '10000000 100000 50000 1'),
    ('requests', 'requests_at', '10000000 2'),
    ('requests', 'requests_user', '10000000 100000 10 1'),
    ('events', 'events_seq', '10000000 100000 1'),
    ('events', 'events_waiting', '100000 1000 1'),
    ('audit', 'audit_tenant', '10000000 100000 1'),
    ('audit', 'audit_target', '10000000 100000 10 1'),
    ('webhook_deliveries', 'sqlite_autoindex_webhook_deliveries_1', '10000000 100000 50000 1'),
    ('webhook_deliveries', 'webhook_deliveries_open', '100000 1000 500 5 1'),
    ('webhook_deliveries', 'webhook_deliveries_tried', '10000000 2');
