//! The `usher` program; everything it does is in the library.

/// Answers are made of many small pieces on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    usher::cli::run(std::env::args_os())
}
