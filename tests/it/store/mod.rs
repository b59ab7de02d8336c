//! The contract of the store: every function, on both engines.

/// One write of one statement with owned values: `put!(store, (user) users::insert(&user))` clones what is in parentheses for each
/// run, and passes the transaction first.
macro_rules! put {
    ($store:expr, ($($value:ident),*) $($function:ident)::+ ($($argument:expr),*)) => {{
        $(let $value = $value.clone();)*
        $store
            .write(move |tx| {
                $(let $value = $value.clone();)*
                Box::pin(async move { $($function)::+(tx, $($argument),*).await })
            })
            .await
    }};
}

/// One read.
macro_rules! get {
    ($store:expr, $($function:ident)::+ ($($argument:expr),*)) => {
        $($function)::+(&mut $store.read().await.unwrap(), $($argument),*).await.unwrap()
    };
}

mod chains;
mod filter;
mod groups;
mod imports;
mod invitations;
mod keys;
mod ledger;
mod memberships;
mod notifications;
mod open;
mod outage;
mod settings;
mod users;
