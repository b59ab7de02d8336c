-- The first schema. Times are microseconds since 1970 UTC; ids are hyphenated UUIDs; *_key columns are folded for comparison.
-- The tenant leads every key. connection_key and target columns are '' where there is none, so that keys stay unique.

CREATE TABLE tenants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    default_mode TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    invitation_ttl_seconds BIGINT NOT NULL,
    adoption BOOLEAN NOT NULL,
    accepts_scim_password BOOLEAN NOT NULL,
    mail_budget_per_hour BIGINT NOT NULL,
    notifications TEXT COLLATE "C" NOT NULL,
    digest BOOLEAN NOT NULL,
    leaver_mails BOOLEAN NOT NULL,
    deletion_brake_percent BIGINT,
    retention_seconds BIGINT NOT NULL,
    sender_name TEXT COLLATE "C",
    reply_to TEXT COLLATE "C",
    logo_url TEXT COLLATE "C",
    colour TEXT COLLATE "C",
    company_sign_in TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);

-- One row: counts changes of tokens, settings and schemas, so that every process drops what it has cached.
CREATE TABLE epochs (name TEXT COLLATE "C" NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO epochs (name, value) VALUES ('access', 0);

CREATE TABLE connections (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    default_mode TEXT COLLATE "C",
    default_group_id TEXT COLLATE "C",
    default_role TEXT COLLATE "C",
    notifications TEXT COLLATE "C" NOT NULL,
    extension BOOLEAN NOT NULL,
    company_sign_in TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX connections_name ON connections (tenant_id, name);

CREATE TABLE group_mappings (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    pushed_key TEXT COLLATE "C" NOT NULL,
    pushed TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, pushed_key, group_id, role)
);

-- What identity providers sent, redacted. Reads that succeeded are told together: `times` counts them.
CREATE TABLE requests (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    times BIGINT NOT NULL,
    request_id TEXT COLLATE "C",
    token_id TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL,
    user_id TEXT COLLATE "C",
    user_name TEXT COLLATE "C",
    user_name_key TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    detail TEXT COLLATE "C",
    consequences TEXT COLLATE "C" NOT NULL,
    headers TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C",
    body_bytes BIGINT NOT NULL,
    is_cut BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, id)
);
CREATE INDEX requests_at ON requests (at);
CREATE INDEX requests_user ON requests (tenant_id, user_id, id) WHERE user_id IS NOT NULL;

CREATE TABLE tokens (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C",
    user_id TEXT COLLATE "C",
    group_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tokens_digest ON tokens (digest);
CREATE INDEX tokens_name ON tokens (tenant_id, name);

CREATE TABLE extension_schemas (
    tenant_id TEXT COLLATE "C" NOT NULL,
    urn_key TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
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
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    user_name TEXT COLLATE "C" NOT NULL,
    user_name_key TEXT COLLATE "C" NOT NULL,
    display_name TEXT COLLATE "C",
    display_name_key TEXT COLLATE "C",
    manager_id TEXT COLLATE "C",
    document TEXT COLLATE "C" NOT NULL,
    shows_active BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    state_reason TEXT COLLATE "C",
    earlier TEXT COLLATE "C",
    deleted_from TEXT COLLATE "C",
    former_id TEXT COLLATE "C",
    former_link TEXT COLLATE "C",
    mode TEXT COLLATE "C" NOT NULL,
    start_date TEXT COLLATE "C",
    deletion_date TEXT COLLATE "C",
    start_at BIGINT,
    deletion_at BIGINT,
    warned_for TEXT COLLATE "C",
    suppress_notifications BOOLEAN NOT NULL,
    billable_since BIGINT,
    password_hash TEXT COLLATE "C",
    must_change_password BOOLEAN NOT NULL,
    password_generation BIGINT NOT NULL,
    episode BIGINT NOT NULL,
    invitation_id TEXT COLLATE "C",
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
-- comes back into its middle, so that a remembered place in it can be known to be right. Each server process of the database counts in a
-- slot of its own, so that concurrent writers do not wait for one row; a slot alone may be negative.
CREATE TABLE user_tallies (
    tenant_id TEXT COLLATE "C" NOT NULL,
    slot BIGINT NOT NULL,
    listed BIGINT NOT NULL,
    departures BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, slot)
) WITH (fillfactor = 50);
CREATE FUNCTION users_tally() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    tenant TEXT := CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
    arrivals INT := CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'DELETE' THEN -1 ELSE NEW.is_listed::INT - OLD.is_listed::INT END;
BEGIN
    INSERT INTO user_tallies (tenant_id, slot, listed, departures)
    VALUES (tenant, pg_backend_pid() % 1024, arrivals, CASE TG_OP WHEN 'INSERT' THEN 0 ELSE 1 END)
    ON CONFLICT (tenant_id, slot)
    DO UPDATE SET listed = user_tallies.listed + EXCLUDED.listed, departures = user_tallies.departures + EXCLUDED.departures;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_arrive AFTER INSERT ON users FOR EACH ROW WHEN (NEW.is_listed) EXECUTE FUNCTION users_tally();
CREATE TRIGGER users_move AFTER UPDATE OF is_listed ON users FOR EACH ROW WHEN (NEW.is_listed <> OLD.is_listed) EXECUTE FUNCTION users_tally();
CREATE TRIGGER users_leave AFTER DELETE ON users FOR EACH ROW WHEN (OLD.is_listed) EXECUTE FUNCTION users_tally();

-- Where walks by number stand: behind whom the page with a number goes on, for whichever process serves it. Worth ten minutes, so nothing of it
-- reaches the log, a standby or a backup: a transaction that writes here only waits for no disk, and after a crash the table is empty. `walk` is
-- a keyed digest of connection and query, `place` is sealed: both may be made of names; a page that was found by counting has none. The index serves whoever forgets what is over.
CREATE UNLOGGED TABLE walk_steps (
    tenant_id TEXT COLLATE "C" NOT NULL,
    walk TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    size BIGINT NOT NULL,
    place TEXT COLLATE "C",
    is_served BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, walk, number)
);
CREATE INDEX walk_steps_at ON walk_steps (tenant_id, at);

-- A run of deletions that would have taken too many: waits for an administrator, then for its last person.
CREATE TABLE parked_deletions (
    tenant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL,
    parked_at BIGINT NOT NULL,
    people BIGINT NOT NULL,
    of_people BIGINT NOT NULL,
    decision TEXT COLLATE "C"
);

CREATE TABLE user_emails (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    ordinal BIGINT NOT NULL,
    value_key TEXT COLLATE "C" NOT NULL,
    type_key TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, user_id, ordinal)
);
CREATE INDEX user_emails_value ON user_emails (tenant_id, value_key);

CREATE TABLE user_labels (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    label_key TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_id, label_key)
);
CREATE INDEX user_labels_label ON user_labels (tenant_id, label_key);

CREATE TABLE groups (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C",
    connection_key TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    display_name TEXT COLLATE "C" NOT NULL,
    display_name_key TEXT COLLATE "C" NOT NULL,
    parent_id TEXT COLLATE "C",
    is_private BOOLEAN NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
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
    tenant_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    member_kind TEXT COLLATE "C" NOT NULL,
    member_id TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    connection_key TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    display TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_kind, member_id, source, connection_key, role)
);
CREATE INDEX memberships_member ON memberships (tenant_id, member_id, group_id);

-- What people who were deleted belonged to, for undo.
CREATE TABLE former_memberships (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    connection_key TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    display TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, user_id, group_id, source, connection_key, role)
);

CREATE TABLE invitations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    inviter TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    sent_at BIGINT,
    sent_count BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    cancelled_at BIGINT,
    cancelled_by TEXT COLLATE "C",
    delivery TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
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
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    start_date TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE session_instructors (
    tenant_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, session_id, user_id)
);

CREATE TABLE session_registrations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_id, user_id)
);
CREATE INDEX session_registrations_user ON session_registrations (tenant_id, user_id);

-- A file of people that is or was taken in. A process works on it under a lease; lease_until is 0 where none does.
CREATE TABLE imports (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    is_dry_run BOOLEAN NOT NULL,
    user_id TEXT COLLATE "C",
    actor TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C",
    separator TEXT COLLATE "C" NOT NULL,
    header TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    lease_owner TEXT COLLATE "C",
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_running ON imports (lease_until) WHERE status = 'running';
CREATE INDEX imports_created ON imports (created_at);

-- person_line is the line of the first row of the same person; sealed holds the cells, encrypted, while they are needed.
CREATE TABLE import_rows (
    tenant_id TEXT COLLATE "C" NOT NULL,
    import_id TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    person_line BIGINT NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    fault_column TEXT COLLATE "C",
    message TEXT COLLATE "C",
    sealed TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, import_id, line)
);
CREATE INDEX import_rows_waiting ON import_rows (tenant_id, import_id, person_line, line) WHERE status = 'waiting';

CREATE TABLE notifications (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    variant TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    clearance TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C",
    to_address TEXT COLLATE "C",
    language TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C",
    invitation_id TEXT COLLATE "C",
    sealed TEXT COLLATE "C",
    attempts BIGINT NOT NULL,
    tried_at BIGINT,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    lease_owner TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notifications_cause ON notifications (tenant_id, user_id, code, cause);
CREATE INDEX notifications_due ON notifications (due_at) WHERE status IN ('queued', 'delayed', 'sending');
CREATE INDEX notifications_status ON notifications (tenant_id, status, id);

-- How many mails a tenant's budget let go, in slots of ten seconds; slots older than the budget's hour are removed.
CREATE TABLE mail_slots (
    tenant_id TEXT COLLATE "C" NOT NULL,
    slot BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, slot)
);

-- One row for each tenant that mails: held while its budget is decided, and what its administrators were told when.
CREATE TABLE mail_states (
    tenant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holding_since BIGINT,
    news_at BIGINT,
    told_at BIGINT,
    told_audit BIGINT NOT NULL DEFAULT 0,
    told_event BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mail_states_news ON mail_states (news_at) WHERE news_at IS NOT NULL;

-- What must not leave the house for now: a restored database mails nobody until somebody says so.
CREATE TABLE pauses (
    what TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);

CREATE TABLE suppressed_addresses (
    tenant_id TEXT COLLATE "C" NOT NULL,
    address_key TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, address_key)
);

CREATE TABLE billing_intervals (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, started_at)
);
CREATE UNIQUE INDEX billing_intervals_open ON billing_intervals (tenant_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE sessions (
    digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);

-- Requests that carried an idempotency key: reserved before they run, with their sealed answer afterwards.
CREATE TABLE idempotency_keys (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    status BIGINT,
    sealed TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, name)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- `seq` is the event's place in its tenant's feed. It is given when the feed is read, not when the event is written: `id` is drawn before the
-- commit, so that a smaller one may become visible after a larger one.
CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT COLLATE "C",
    group_id TEXT COLLATE "C",
    data TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX events_seq ON events (tenant_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_waiting ON events (tenant_id, id) WHERE seq IS NULL;

-- One row for each tenant whose feed was read: held while places are given.
CREATE TABLE event_feeds (tenant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY, last_seq BIGINT NOT NULL);

CREATE TABLE webhooks (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    types TEXT COLLATE "C" NOT NULL,
    allow_private BOOLEAN NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    status_reason TEXT COLLATE "C",
    secret TEXT COLLATE "C" NOT NULL,
    old_secret TEXT COLLATE "C",
    old_secret_until BIGINT,
    last_seq BIGINT NOT NULL,
    failing_since BIGINT,
    succeeded_at BIGINT,
    created_at BIGINT NOT NULL,
    lease_owner TEXT COLLATE "C",
    lease_until BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- Events on their way to a webhook, and for some days those that arrived. `lane` is whose order is kept.
CREATE TABLE webhook_deliveries (
    tenant_id TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    lane TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    first_tried_at BIGINT,
    tried_at BIGINT,
    answer BIGINT,
    reason TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, webhook_id, seq)
);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (tenant_id, webhook_id, lane, seq) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_tried ON webhook_deliveries (tried_at) WHERE status = 'delivered';

CREATE TABLE audit (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C",
    request_id TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant_id, seq);
CREATE INDEX audit_target ON audit (tenant_id, target, seq) WHERE target IS NOT NULL;

-- The local inbox: what would have left, where no SMTP server is configured.
CREATE TABLE inbox (
    message_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    text_part TEXT COLLATE "C" NOT NULL,
    html_part TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX inbox_received ON inbox (received_at);
