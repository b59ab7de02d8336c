//! `usher demo`.
use super::{arguments::Demo, failure::Failure};
pub async fn run(_options: Demo) -> Result<(), Failure> {
    Ok(())
}
