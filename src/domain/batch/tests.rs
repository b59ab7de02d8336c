use super::{cells::Records, *};
use proptest::prelude::*;

fn sheet(text: &str) -> Sheet {
    Sheet::read(text.as_bytes()).unwrap()
}

fn refusal(bytes: &[u8]) -> (&'static str, String) {
    let error = Sheet::read(bytes).unwrap_err();
    (error.field(), error.to_string())
}

/// Line and fault of every row.
fn faults(text: &str) -> Vec<(usize, String)> {
    let told = |row: &Row| (row.line, row.fault.as_ref().map(Fault::to_string).unwrap_or_default());
    sheet(text).rows.iter().map(told).collect()
}

fn records(text: &str) -> Vec<(usize, Vec<String>, bool)> {
    Records::new(text, b',').map(|record| (record.line, record.cells, record.fault.is_some())).collect()
}

#[test]
fn records_know_their_physical_line() {
    let text = "a,b\r\n\r\n\"1\n2\",\"say \"\"hi\"\"\"\n\n3, \"x, y\" \r4,";
    let cells = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = vec![
        (1, cells(&["a", "b"]), false),
        (3, cells(&["1\n2", "say \"hi\""]), false),
        (6, cells(&["3", "x, y"]), false),
        (7, cells(&["4", ""]), false),
    ];
    assert_eq!(records(text), expected);
}

#[test]
fn a_stray_quote_costs_one_row() {
    let rows = records("a,b\n\"1,2\n3,4\n5,\"6\"\n7,8\n");
    let lines: Vec<_> = rows.iter().map(|(line, _, is_broken)| (*line, *is_broken)).collect();
    assert_eq!(lines, [(1, false), (2, true), (3, false), (4, false), (5, false)]);
    let rows = records("a\n\"never closed\nb\n");
    assert_eq!(rows.iter().map(|row| row.2).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(records("5\" disk,x")[0].1, ["5\" disk", "x"], "a quotation mark inside of a plain cell is itself");
}

#[test]
fn separators_and_encodings_are_found_out() {
    let utf8 = "email;first_name;last_name\nzoe@example.com;Zoé;Çelik\n";
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(utf8);
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(utf8.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{utf8}");
    let told = format!("sep=;\r\n{utf8}");
    for bytes in [utf8.as_bytes(), &windows, &utf16, marked.as_bytes()] {
        let sheet = Sheet::read(bytes).unwrap();
        assert_eq!((sheet.separator, sheet.rows[0].line), (';', 2));
        assert_eq!(sheet.rows[0].cells, ["zoe@example.com", "Zoé", "Çelik"]);
    }
    assert_eq!(sheet(&told).rows[0].line, 3);
    assert_eq!(sheet("email\tmode\na@example.com\tinvite\n").separator, '\t');
    assert_eq!(sheet("email\na@example.com").separator, ',');
}

#[test]
fn headers_are_known_whatever_their_dress() {
    let sheet = sheet("E-Mail,First Name,LAST_NAME,group-ids, Error ,,\na@example.com,A,B,x,old,,\n");
    let names: Vec<_> = sheet.columns.iter().map(|column| column.map(Column::name)).collect();
    assert_eq!(names, [Some("email"), Some("first_name"), Some("last_name"), Some("group_ids"), None, None, None]);
}

#[test]
fn a_file_that_can_not_be_read_says_why() {
    for (bytes, field, part) in [
        (&b""[..], "file", "is empty"),
        (b" \r\n ;;\n", "file", "is empty"),
        (b"email,mode\n", "file", "no rows"),
        (b"email,mode\n,\n \n", "file", "no rows"),
        (b"PK\x03\x04....", "file", "workbook"),
        (b"email\na@example.com\nb\0@example.com\n", "file", "line 3 holds a NUL byte"),
        ("email,labels\na@example.com,é\nb@example.com,è\n".as_bytes(), "", ""),
        (b"email,labels\na@example.com,\xc3\xa9\xc3\xa8\nb@example.com,\xe9\n", "file", "line 3"),
        (b"\xef\xbb\xbfemail\n\xe9@example.com\n", "file", "line 2"),
        (b"email,rolls\na@example.com,x\n", "header", "no column \"rolls\"; the columns are email, first_name"),
        (b"email,E-mail\na@example.com,x\n", "email", "twice"),
        (b"first_name\nAda\n", "email", "no person can be added without it"),
        (b"email,\na@example.com,x\n", "header", "column 2"),
        (b"\"email\na@example.com\n", "header", "quotation mark"),
    ] {
        if field.is_empty() {
            assert!(Sheet::read(bytes).is_ok());
            continue;
        }
        let (named, message) = refusal(bytes);
        assert_eq!(named, field, "{message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn too_many_rows_are_refused() {
    let text = format!("email\n{}", "p@example.com\n".repeat(MAX_ROWS + 1));
    assert_eq!(refusal(text.as_bytes()).0, "file");
}

#[test]
fn a_bad_row_is_named_and_stops_no_other() {
    let long = "x".repeat(MAX_CELL + 1);
    let text = format!(
        "email,first_name\na@example.com,A\nb@example.com\nc@example.com,C,D\nnobody,N\n,N\nd@example.com,{long}\ne@example.com,\"E\"x\nf@example.com,F,\n"
    );
    let told = faults(&text);
    let part = |line: usize| told.iter().find(|row| row.0 == line).unwrap().1.as_str();
    assert_eq!(part(2), "");
    assert!(part(3).contains("it has 1 cells and the header 2"));
    assert!(part(4).contains("it has 3 cells and the header 2"));
    assert!(part(5).starts_with("email: this is no mail address"));
    assert!(part(6).starts_with("email: it is missing"));
    assert!(part(7).starts_with("first_name: this cell is too long"));
    assert!(part(8).contains("behind a closing quotation mark"));
    assert_eq!(part(9), "", "empty cells beyond the header say nothing");
}

#[test]
fn rows_of_one_person_lie_together_and_two_people_share_no_name() {
    let text = "email,user_name,external_id\n\
                a@example.com,,\nA@Example.com,,7\nb@example.com,a@example.com,\nc@example.com,see,7\nd@example.com,SEE,8\n";
    let rows = sheet(text).rows;
    assert_eq!(rows.iter().map(|row| row.first).collect::<Vec<_>>(), [2, 2, 4, 5, 6]);
    let told: Vec<_> = faults(text).into_iter().map(|row| row.1).collect();
    assert_eq!((told[0].as_str(), told[1].as_str()), ("", ""));
    assert!(told[2].starts_with("user_name: the person of line 2"), "{}", told[2]);
    assert!(told[3].starts_with("external_id: the person of line 2"), "{}", told[3]);
    assert!(told[4].starts_with("user_name: the person of line 5"), "{}", told[4]);
}

#[test]
fn a_report_can_be_corrected_and_read_again() {
    let text = "email;password;first_name;error\na@example.com;secret;=HYPERLINK(\"http://x\");old\n";
    let mut sheet = sheet(text);
    withhold(&sheet.columns, &mut sheet.rows[0].cells);
    let rejected = Rejected { cells: sheet.rows[0].cells.clone(), reason: "weak; choose another".to_owned() };
    let file = report(sheet.separator, &sheet.header, &[rejected]);
    assert!(!file.contains("secret"));
    let again = Sheet::read(file.as_bytes()).unwrap();
    assert_eq!(again.header, ["email", "password", "first_name", "error"]);
    let expected = ["a@example.com", WITHHELD, "'=HYPERLINK(\"http://x\")", "weak; choose another"];
    assert_eq!(again.rows[0].cells, expected);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Sheet::read(&bytes);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-e@.,;\t\"\r\n é=]{0,200}") {
        let _ = Sheet::read(format!("email,mode\n{text}").as_bytes());
        let mut last = 0;
        for record in Records::new(&text, b',') {
            prop_assert!(record.line > last);
            last = record.line;
        }
        prop_assert!(last <= text.split(['\n', '\r']).count());
    }

    #[test]
    fn what_a_writer_of_csv_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a-c ,;\"\r\n é]{0,12}", 2..4), 1..8)) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read: Vec<_> = Records::new(&text, b',').map(|record| record.cells).collect();
        prop_assert_eq!(read, rows);
    }
}
