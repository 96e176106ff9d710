//! The textual encoding of RFC 7468 §3: one encapsulated text, whatever stands before it.

use base64ct::{Base64, Encoding as _};

use crate::error::Error;

/// Decodes the text with this label into the buffer, which holds its base64 first.
///
/// # Errors
/// `PemLabel` for another label, `PemMalformed`.
pub(crate) fn decode<'b>(pem: &[u8], label: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], Error> {
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
            for (to, byte) in buffer.iter_mut().skip(len).zip(line) {
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
    let base64 = buffer.get_mut(..len).ok_or(malformed)?;
    if has_unused_bits(base64) {
        return Err(malformed);
    }
    Base64::decode_in_place(base64).map_err(|_| malformed)
}

/// Whether the last character has bits that no octet takes (RFC 4648 §3.5), which `base64ct` looks
/// at in its other functions alone.
fn has_unused_bits(base64: &[u8]) -> bool {
    match base64 {
        [.., last, b'=', b'='] => !b"AQgw".contains(last),
        [.., last, b'='] => !b"AEIMQUYcgkosw048".contains(last),
        _ => false,
    }
}

/// The label of a line that is a boundary.
fn boundary<'l>(line: &'l [u8], start: &[u8]) -> Option<&'l [u8]> {
    line.strip_prefix(start)?.strip_suffix(b"-----")
}
