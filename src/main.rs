//! The `usher` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    usher::cli::run(std::env::args_os())
}
