//! The one writer of SQLite: waiting writes share a commit, each in a savepoint.
