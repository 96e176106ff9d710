//! The textual encoding of RFC 7468 §3: one encapsulated text, whatever stands before it.

use base64ct::{Base64, Encoding as _};

use crate::error::Error;

/// Decodes the text with this label into `der`; its base64 goes to `base64` first.
///
/// # Errors
/// `PemLabel` for another label, `PemMalformed`.
pub(crate) fn decode<'d>(
    pem: &[u8],
    label: &str,
    base64: &mut [u8],
    der: &'d mut [u8],
) -> Result<&'d [u8], Error> {
    let malformed = Error::PemMalformed;
    // Lines end in CRLF, CR or LF; blanks may stand before their ends.
    let mut lines = pem
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .map(<[u8]>::trim_ascii_end);
    let found = lines.find_map(|line| boundary(line, b"-----BEGIN "));
    // Before the text is decoded, so that its length has no say.
    if found.ok_or(malformed)? != label.as_bytes() {
        return Err(Error::PemLabel);
    }
    let mut len = 0;
    let end = lines.find_map(|line| {
        let end = boundary(line, b"-----END ");
        if end.is_none() {
            for (to, byte) in base64.iter_mut().skip(len).zip(line) {
                *to = *byte;
            }
            len = len.saturating_add(line.len());
        }
        end
    });
    // Two keys in one text would be one too many.
    if end != Some(label.as_bytes()) || lines.any(|line| !line.is_empty()) {
        return Err(malformed);
    }
    let base64 = base64.get(..len).ok_or(malformed)?;
    // Not in place: there `base64ct` takes bits of the last character that no octet takes.
    Base64::decode(base64, der).map_err(|_| malformed)
}

/// The label of a line that is a boundary.
fn boundary<'l>(line: &'l [u8], start: &[u8]) -> Option<&'l [u8]> {
    line.strip_prefix(start)?.strip_suffix(b"-----")
}
