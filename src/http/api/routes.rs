//! The table of routes: a router that remembers every method of every path, so that the description can be held against it.

use crate::app::App;
use axum::{
    Router,
    handler::Handler,
    routing::{self, MethodRouter},
};

/// Routes below `/api`, with their table.
#[derive(Debug, Default)]
pub(super) struct Routes {
    router: Router<App>,
    table: Vec<(&'static str, &'static str)>,
}

impl Routes {
    /// Adds the methods of a path.
    pub fn route(mut self, path: &'static str, methods: Methods) -> Self {
        self.table.extend(methods.names.into_iter().map(|name| (name, path)));
        Self { router: self.router.route(path, methods.router), ..self }
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }

    /// Method and path of each.
    pub fn into_table(self) -> Vec<(&'static str, &'static str)> {
        self.table
    }
}

/// The methods of one path with their handlers.
pub(super) struct Methods {
    router: MethodRouter<App>,
    names: Vec<&'static str>,
}

macro_rules! methods {
    ($($name:ident $word:literal),*) => {
        $(
            #[allow(dead_code, reason = "a method that no path begins with yet")]
            pub(super) fn $name<H, T>(handler: H) -> Methods
            where
                H: Handler<T, App>,
                T: 'static,
            {
                Methods { router: routing::$name(handler), names: vec![$word] }
            }
        )*

        impl Methods {
            $(
                #[allow(dead_code, reason = "a method that no path goes on with yet")]
                pub fn $name<H, T>(mut self, handler: H) -> Self
                where
                    H: Handler<T, App>,
                    T: 'static,
                {
                    self.names.push($word);
                    Self { router: self.router.$name(handler), ..self }
                }
            )*
        }
    };
}

methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE");
