//! Text that is safe to print: whoever made the token chose it.

use std::fmt::Write as _;

/// Characters that steer a terminal or hide and reorder what stands around them: controls,
/// directional and zero-width characters, line separators, tags.
const fn is_harmless(c: char) -> bool {
    !matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Writes a character, as the escape that JSON has for it where it is not harmless.
fn push(out: &mut String, c: char) {
    if is_harmless(c) {
        out.push(c);
        return;
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// A text that may hold anything, without quotes.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

/// The bytes of a string as a JSON string.
pub(crate) fn quoted(bytes: impl Iterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.collect();
    let mut out = String::from('"');
    for c in String::from_utf8_lossy(&bytes).chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        push(&mut out, c);
    }
    out.push('"');
    out
}

/// JSON text on one line: white space between the tokens goes, a space after commas and colons
/// comes, and what is not harmless inside strings is escaped.
pub(crate) fn one_line(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            push(&mut out, c);
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        in_string = c == '"';
        if !c.is_ascii_whitespace() {
            push(&mut out, c);
        }
        if matches!(c, ',' | ':') {
            out.push(' ');
        }
    }
    out
}

/// Seconds since 1970, with the date where it has one of four digits.
pub(crate) fn instant(seconds: i64) -> String {
    match utc(seconds) {
        Some(date) => format!("{seconds} ({date})"),
        None => seconds.to_string(),
    }
}

/// Date and time from 1970 to 9999: days since 0000-03-01, counted in eras of 400 years.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "all values lie between 0 and 253402300799 seconds"
)]
fn utc(seconds: i64) -> Option<String> {
    if !(0..=253_402_300_799).contains(&seconds) {
        return None;
    }
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = month_from_march + if month_from_march < 10 { 3 } else { -9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
    ))
}
