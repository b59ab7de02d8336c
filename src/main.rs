//! The `usher` program; everything it does is in the library.

/// Answers are made of many small pieces on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    refuse_huge_pages();
    usher::cli::run(std::env::args_os())
}

/// The allocator asks the system for pages of 2 MiB, each of which is taken whole as soon as a byte of it is used: 16 MiB of a server that
/// does nothing. Without them a GET and a probe cost the same, a page of 100 some 4 % more and a password's hash 8 %
/// (docs/performance.md). A system that can't be told so goes on as it would.
#[cfg(target_os = "linux")]
fn refuse_huge_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn refuse_huge_pages() {}
