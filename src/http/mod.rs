//! Routes, authentication, rendering. Handlers extract, call one use case, render.
//!
//! Never decides and never touches SQL.
