//! A group with many members, written page by page: the answer's memory does not grow with the group.
//!
//! Members come last, so that everything before them is a whole object but for its closing brace. Once the answer has begun, a failure can
//! only break it off.

use super::{accept::MediaType, answer, call::Call};
use crate::{
    app::{groups::Pages, users::Resource},
    scim::{Kind, Object, Registry, projection::Projection},
};
use axum::{
    body::{Body, Bytes, HttpBody},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use serde_json::Value;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::mpsc;

const KIND: Kind = Kind::Group;
const MEMBERS: &str = "members";

/// 200 with a group whose first members are in the resource and whose others are still to be read.
pub(super) fn group(call: &Call, projection: Projection, resource: Resource, more: Pages) -> Response {
    let mut writer = Writer { registry: Arc::clone(&call.registry), projection, written: 0 };
    let Some(head) = writer.head(resource.body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (pages, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        // A client that has gone is no failure.
        let _ = write(writer, head, more, pages).await;
    });
    let response = response(call.media_type, Body::new(Written { pages: receiver }));
    answer::with_headers(response, header::CONTENT_LOCATION, &resource.location, resource.version)
}

fn response(media_type: MediaType, body: Body) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, media_type.header())], body).into_response()
}

type Page = Result<Bytes, io::Error>;

async fn write(
    mut writer: Writer,
    head: Vec<u8>,
    mut more: Pages,
    pages: mpsc::Sender<Page>,
) -> Result<(), mpsc::error::SendError<Page>> {
    pages.send(Ok(head.into())).await?;
    loop {
        match more.next().await {
            Ok(Some(members)) => pages.send(Ok(writer.members(members).into())).await?,
            Ok(None) => return pages.send(Ok(Bytes::from_static(b"]}"))).await,
            Err(error) => {
                tracing::error!(%error, "a group's members could not be read to the end");
                return pages.send(Err(io::Error::other("broken off"))).await;
            }
        }
    }
}

struct Writer {
    registry: Arc<Registry>,
    projection: Projection,
    written: usize,
}

impl Writer {
    /// Everything up to and with the first members, the array and the object left open.
    fn head(&mut self, mut body: Object) -> Option<Vec<u8>> {
        self.projection.apply(&self.registry, KIND, &mut body);
        let first = body.shift_remove(MEMBERS);
        let mut bytes = serde_json::to_vec(&body).ok()?;
        // The brace; there is always an id before it.
        bytes.pop();
        bytes.extend_from_slice(b",\"members\":[");
        if let Some(Value::Array(first)) = first {
            self.append(&mut bytes, &first);
        }
        Some(bytes)
    }

    /// Further members, as much of each as the projection shows.
    fn members(&mut self, members: Vec<Value>) -> Vec<u8> {
        let mut part = Object::from_iter([(MEMBERS.to_owned(), Value::Array(members))]);
        self.projection.apply(&self.registry, KIND, &mut part);
        let mut bytes = Vec::new();
        if let Some(Value::Array(shown)) = part.get(MEMBERS) {
            self.append(&mut bytes, shown);
        }
        bytes
    }

    fn append(&mut self, bytes: &mut Vec<u8>, members: &[Value]) {
        for member in members {
            if self.written > 0 {
                bytes.push(b',');
            }
            self.written += 1;
            bytes.extend_from_slice(member.to_string().as_bytes());
        }
    }
}

/// A body that is written as it is sent.
struct Written {
    pages: mpsc::Receiver<Page>,
}

impl HttpBody for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.pages.poll_recv(context).map(|page| page.map(|page| page.map(Frame::data)))
    }
}
