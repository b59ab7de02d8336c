//! The seeds of the fuzz targets, run through the same functions, so that they are true without a fuzzer too.

use std::{fs, path::Path};

use usher::scim;

#[path = "../../fuzz/src/targets.rs"]
mod targets;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path();
        println!("{}", file.display());
        target(&fs::read(&file).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} holds no seed", folder.display());
}

#[test]
fn the_seeds_of_every_fuzz_target_pass() {
    replay("filter", targets::filter);
    replay("path", targets::path);
    replay("patch", targets::patch);
    replay("json", targets::json);
    replay("cursor", targets::cursor);
}
