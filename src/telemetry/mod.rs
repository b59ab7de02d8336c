//! Logs, metrics and traces. Logs: a readable message and fields, on stderr, as text or JSON; never emails, names, tokens or bodies. Traces carry
//! the same fields.

mod meters;
mod traces;

pub use meters::{METERS, Meter, MeterKind, metrics};
pub use traces::Traces;

use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging for the rest of the process; a second call changes nothing.
///
/// # Errors
/// One sentence when the filter can't be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), String> {
    // Whoever started logging first keeps it: only tests start it twice.
    let _ = tracing_subscriber::registry().with(logs(filter, format)?).try_init();
    Ok(())
}

/// As [`start`], and sends traces to this OTLP endpoint, if there is one, until the answer is told to finish.
///
/// # Errors
/// One sentence when the filter or the endpoint can't be used.
pub fn start_with_traces(filter: &str, format: LogFormat, endpoint: Option<&str>) -> Result<Traces, String> {
    let (traces, layer) = traces::start(endpoint)?;
    let _ = tracing_subscriber::registry().with(layer).with(logs(filter, format)?).try_init();
    Ok(traces)
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

fn logs<S>(filter: &str, format: LogFormat) -> Result<Boxed<S>, String>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    let filter = EnvFilter::try_new(filter)
        .map_err(|_| format!("USHER_LOG is \"{filter}\", which is no filter; write for example info or usher=debug"))?;
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    Ok(match format {
        LogFormat::Text => layer.with_target(false).with_filter(filter).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_filter(filter).boxed(),
    })
}

/// The layer that sends spans, on a bare registry.
type TraceLayer = Option<Boxed<Registry>>;
