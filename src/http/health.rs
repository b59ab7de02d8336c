//! `/healthz`, `/readyz` and `/metrics`: for machines that watch this one.

use crate::app::{self, App};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;

pub(super) fn router(app: App, metrics: Option<PrometheusHandle>) -> Router {
    let metrics = Router::new().route("/metrics", get(print)).with_state(metrics);
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(app)
        .merge(metrics)
}

async fn ready(State(app): State<App>) -> Response {
    match app::health::ready(&app).await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            if !matches!(error, app::Error::Away(_)) {
                tracing::warn!(%error, "not ready");
            }
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}

async fn print(State(metrics): State<Option<PrometheusHandle>>) -> Response {
    let Some(metrics) = metrics else { return StatusCode::NOT_FOUND.into_response() };
    metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response()
}
