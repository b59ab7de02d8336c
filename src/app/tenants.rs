//! Tenants: creating them and their settings.
