//! Values that go into statements: each of a type that both engines know, so that a NULL has a type, too.

use jiff::{Timestamp, civil::Date};

/// A value that goes into a statement, with the type its NULL has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(Option<bool>),
}

/// What can be a value.
pub(super) trait Bind {
    const NULL: Value;
    fn into_value(self) -> Value;
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;

    fn into_value(self) -> Value {
        self.map_or(T::NULL, T::into_value)
    }
}

macro_rules! bind {
    ($($null:expr, |$value:ident: $ty:ty| $into:expr;)*) => {$(
        impl Bind for $ty {
            const NULL: Value = $null;

            fn into_value(self) -> Value {
                let $value = self;
                $into
            }
        }
    )*};
}

bind! {
    Value::Text(None), |text: &str| Value::Text(Some(text.to_owned()));
    Value::Text(None), |text: String| Value::Text(Some(text));
    Value::Text(None), |text: &String| Value::Text(Some(text.clone()));
    Value::Text(None), |date: Date| Value::Text(Some(date.to_string()));
    Value::Text(None), |id: crate::domain::TenantId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::UserId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::GroupId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::ConnectionId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::TokenId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::InvitationId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::NotificationId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::LoggedRequestId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::SessionId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::ImportId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::WebhookId| Value::Text(Some(id.to_string()));
    Value::Int(None), |number: i64| Value::Int(Some(number));
    Value::Int(None), |instant: Timestamp| Value::Int(Some(instant.as_microsecond()));
    Value::Flag(None), |flag: bool| Value::Flag(Some(flag));
}

impl Bind for Value {
    const NULL: Value = Value::Text(None);

    fn into_value(self) -> Value {
        self
    }
}
