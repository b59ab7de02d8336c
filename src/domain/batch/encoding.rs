//! From bytes to text: UTF-8 with or without its mark, windows-1252 as spreadsheets in Western Europe write it, and UTF-16 with its mark.

use super::FileError;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// What workbooks (a zip archive, or the older compound file) begin with.
const ARCHIVES: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// Reads the text of a file.
///
/// # Errors
/// [`FileError`] for what is no text, or text in two encodings.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    if ARCHIVES.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(FileError::Archive);
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            match encoding.decode_without_bom_handling_and_without_replacement(rest) {
                Some(text) => text,
                None if encoding == UTF_8 => return Err(FileError::Encoding(first_odd_line(rest))),
                None => return Err(FileError::Encoding(1)),
            }
        }
        None => unmarked(bytes)?,
    };
    match text.find('\0') {
        Some(at) => Err(FileError::Binary(line_of(text.get(..at).unwrap_or_default().as_bytes()))),
        None => Ok(text),
    }
}

fn unmarked(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    // Letters of UTF-8 are rare accidents in windows-1252: where they prevail, single bytes are damage, not an encoding.
    let (mut letters, mut odd) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        odd += usize::from(!chunk.invalid().is_empty());
    }
    if letters > odd {
        return Err(FileError::Encoding(first_odd_line(bytes)));
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

fn first_odd_line(bytes: &[u8]) -> usize {
    let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
    line_of(bytes.get(..valid).unwrap_or_default())
}

/// The line that follows these bytes.
fn line_of(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}
