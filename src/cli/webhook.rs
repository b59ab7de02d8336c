//! `usher webhook`.

use super::{arguments::Webhook, failure::Failure, print};
use crate::app::{
    App,
    pauses::{self, Outgoing},
};

pub async fn run(app: &App, command: Webhook) -> Result<(), Failure> {
    match command {
        Webhook::Pause { reason } => {
            pauses::pause(app, Outgoing::Webhooks, &reason).await?;
            print::line(format_args!("webhooks are paused; `usher webhook resume` lets them go on"))
        }
        Webhook::Resume => {
            let was_paused = pauses::resume(app, Outgoing::Webhooks).await?;
            let told = if was_paused { "webhooks go on where they stood" } else { "webhooks were not paused" };
            print::line(format_args!("{told}"))
        }
        Webhook::Status => match pauses::find(app, Outgoing::Webhooks).await? {
            Some(pause) => print::line(format_args!("webhooks are paused since {}: {}", pause.since, pause.reason)),
            None => print::line(format_args!("webhooks are not paused")),
        },
    }
}
