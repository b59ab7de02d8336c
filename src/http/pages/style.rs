//! The one style sheet.

use axum::{http::header, response::IntoResponse};

const SHEET: &str = include_str!("templates/style.css");

/// Where the sheet is served. The hour it may be cached for bridges an upgrade.
pub(super) const PATH: &str = "/assets/pages.css";

pub(super) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], SHEET)
}
