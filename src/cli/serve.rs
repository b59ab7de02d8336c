//! `usher serve`.
use super::failure::Failure;
use crate::config::Settings;
pub async fn run(_settings: Settings) -> Result<(), Failure> {
    Ok(())
}
