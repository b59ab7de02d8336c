//! Reading a backup: line by line, and once through to see that it is whole.

use super::{
    Error, Header,
    format::{self, Digest, End},
};
use std::{
    fmt,
    io::{self, BufRead, Read},
};

/// The longest line that is read; a row is far smaller.
const LONGEST_LINE: u64 = 64 << 20;

/// A backup that can be opened again and again: once to verify, and for every attempt to restore.
pub struct File {
    open: Box<dyn Fn() -> io::Result<Box<dyn BufRead + Send>> + Send + Sync>,
}

impl File {
    /// A file that this opens at its beginning.
    #[must_use]
    pub fn new(open: impl Fn() -> io::Result<Box<dyn BufRead + Send>> + Send + Sync + 'static) -> Self {
        Self { open: Box::new(open) }
    }

    pub(super) fn lines(&self) -> Result<Lines, Error> {
        Ok(Lines { from: (self.open)().map_err(Error::Read)?, number: 0 })
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("File")
    }
}

/// The lines of a backup, counted from 1.
pub(super) struct Lines {
    from: Box<dyn BufRead + Send>,
    pub number: u64,
}

impl Lines {
    /// The next line with its end; none behind the last.
    pub fn next(&mut self) -> Result<Option<String>, Error> {
        self.number += 1;
        let mut line = String::new();
        let read = (&mut self.from).take(LONGEST_LINE).read_line(&mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) if line.ends_with('\n') => Ok(Some(line)),
            Ok(_) => Err(Error::broken(self.number, "breaks off: the file was cut short, or is no backup of usher")),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(Error::broken(self.number, "is not text: the file is damaged, or is no backup of usher"))
            }
            Err(error) => Err(Error::Read(error)),
        }
    }

    /// The next line, which must be there.
    pub fn expect(&mut self) -> Result<String, Error> {
        self.next()?.ok_or_else(|| Error::broken(self.number, "is missing: the file was cut short"))
    }

    pub fn header(&mut self) -> Result<Header, Error> {
        let line = self.expect()?;
        let header: Header = format::parse(&line, 1, "the beginning of a backup of usher")?;
        if header.usher != "backup" || header.format != format::VERSION {
            let fault = format!(
                "has form {} of a backup; this program reads form {}, and a newer one may read more",
                header.format,
                format::VERSION
            );
            return Err(Error::broken(1, fault));
        }
        Ok(header)
    }
}

/// Reads a backup to its end and checks that it is whole and unchanged.
///
/// # Errors
/// `Broken`, with the line.
pub fn verify(file: &File) -> Result<Header, Error> {
    let header = file.lines()?.header()?;
    let (mut lines, mut digest) = (file.lines()?, Digest::default());
    let mut line = lines.expect()?;
    while let Some(next) = lines.next()? {
        digest.add(&line);
        line = next;
    }
    let last = lines.number - 1;
    let end: End = format::parse(&line, last, "the end of a backup: the file was cut short")?;
    if end.sha256 == digest.finish() {
        Ok(header)
    } else {
        Err(Error::broken(last, "does not match the lines before it: the file was changed or damaged"))
    }
}
