//! Comparison keys: width mapping, NFC, full case folding (decision 7), so that `ＢＯＢ`, `Bob` and `bob` are one.

/// The comparison key of a caseExact=false string.
#[must_use]
pub fn fold(_text: &str) -> String {
    todo!()
}

/// Cuts control characters' carriers: `true` when the text is non-empty and has no control character.
#[must_use]
pub fn is_printable(_text: &str) -> bool {
    todo!()
}
