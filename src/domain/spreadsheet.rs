//! Rows of files that people open in a spreadsheet (RFC 4180): nothing in a cell is ever a formula.

/// One row with its line end.
#[must_use]
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    separated(',', cells)
}

/// One row with its line end, its cells kept apart by `,`, `;` or a tab.
#[must_use]
pub fn separated<'a>(separator: char, cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(&separator.to_string()))
}

/// A cell that means its text: an apostrophe keeps a spreadsheet from calculating, quotes keep separators in.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_number = !text.is_empty() && text.parse::<f64>().is_ok();
    let is_risky = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']) && !is_number;
    let text = if is_risky { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', ';', '\t', '\n', '\r', '\'']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts() {
        for (text, expected) in [
            ("ada@example.com", "ada@example.com"),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "+1"),
            ("-1.5", "-1.5"),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("@sum(1)", "\"'@sum(1)\""),
            (" =1+1", "\"' =1+1\""),
            ("a;b", "\"a;b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
        assert_eq!(row(["a", "b,c"]), "a,\"b,c\"\r\n");
    }
}
