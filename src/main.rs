//! The `usher` program; everything it does is in the library.

/// Answers are made of many small pieces on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    refuse_huge_pages();
    usher::cli::run(std::env::args_os())
}

/// The allocator asks the system for pages of 2 MiB, one for each few kilobytes that each thread has begun: 16 MiB of a server that does
/// nothing, and no request was cheaper by them. A system that can't be told so is not told.
#[cfg(target_os = "linux")]
fn refuse_huge_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn refuse_huge_pages() {}
