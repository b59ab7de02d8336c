//! A temporary folder that goes away with the demo.

use crate::{cli::failure::Failure, config::SystemRng, domain::Rng};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A fresh folder only its owner can look into; removed on drop at the latest.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder.
    pub fn create() -> Result<Self, Failure> {
        let mut bytes = [0; 8];
        SystemRng.fill(&mut bytes);
        let path = std::env::temp_dir().join(format!("usher-demo-{:016x}", u64::from_be_bytes(bytes)));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| Failure::failed(format!("{} can't be made: {error}", path.display())))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it with all it holds.
    pub fn remove(self) -> Result<(), Failure> {
        let failed = |error| Failure::failed(format!("{} can't be removed: {error}", self.path.display()));
        fs::remove_dir_all(&self.path).map_err(failed)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(error = %error, "the temporary folder could not be removed");
            }
            _ => {}
        }
    }
}
