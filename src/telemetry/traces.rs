//! Traces over OTLP/HTTP, in builds with the `otlp` feature; in others there is nothing here to start.

use super::TraceLayer;

/// The traces under way; what is told to finish sends what it still has.
#[must_use = "spans that were not sent yet are lost unless this is told to finish"]
pub struct Traces {
    #[cfg(feature = "otlp")]
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

#[cfg(not(feature = "otlp"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature, the endpoint may be unusable")]
pub(super) fn start(_: Option<&str>) -> Result<(Traces, TraceLayer), String> {
    Ok((Traces {}, None))
}

#[cfg(not(feature = "otlp"))]
impl Traces {
    /// Sends what was not sent yet. Blocks for as long as the collector takes, within limits.
    pub fn finish(self) {}
}

#[cfg(feature = "otlp")]
pub(super) fn start(endpoint: Option<&str>) -> Result<(Traces, TraceLayer), String> {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
    use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
    use tracing_subscriber::{Layer, filter::Targets};

    let Some(endpoint) = endpoint else { return Ok((Traces { provider: None }, None)) };
    let url = if endpoint.ends_with("/v1/traces") { endpoint.to_owned() } else { format!("{endpoint}/v1/traces") };
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(url).build();
    let exporter = exporter.map_err(|error| format!("traces can't be sent to USHER_OTLP_URL: {error}"))?;
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("usher").build())
        .with_batch_exporter(exporter)
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("usher"));
    // Our own spans only: those of the libraries say nothing to an operator, and the exporter's would trace themselves.
    let layer = layer.with_filter(Targets::new().with_target("usher", tracing::Level::INFO)).boxed();
    Ok((Traces { provider: Some(provider) }, Some(layer)))
}

#[cfg(feature = "otlp")]
impl Traces {
    /// Sends what was not sent yet. Blocks for as long as the collector takes, within limits.
    pub fn finish(self) {
        if let Some(Err(error)) = self.provider.map(|provider| provider.shutdown()) {
            tracing::warn!(error = %error, "the last traces could not be sent");
        }
    }
}
