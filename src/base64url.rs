//! base64url without padding, canonical only (RFC 4648 §5, RFC 7515 §2).
//!
//! The token's text is public, so this decoder is fast and variable in time; key material goes
//! through `base64ct`.

use core::{cell::Cell, hint::black_box};

use crate::{error::Error, machine::IS_HOST};

/// No character of base64url, and special inside a JSON string.
const SPECIAL: u8 = 0xff;
/// No character of base64url, and one that stands for itself inside a JSON string.
const ORDINARY: u8 = 0x40;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The six bits of each character, [`ORDINARY`] or [`SPECIAL`]: one look for both readers.
static SIX_BITS: [u8; 256] = six_bits();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "evaluated at compile time only"
)]
const fn six_bits() -> [u8; 256] {
    let mut table = [SPECIAL; 256];
    let mut byte: u8 = 0x20;
    while byte < 0x80 {
        if byte != b'"' && byte != b'\\' {
            table[byte as usize] = ORDINARY;
        }
        byte += 1;
    }
    let mut value: u8 = 0;
    while value < 64 {
        table[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    table
}

fn bits(character: u8) -> u8 {
    SIX_BITS
        .get(usize::from(character))
        .copied()
        .unwrap_or(SPECIAL)
}

/// Whether the character belongs to the alphabet.
pub(crate) fn is_character(character: u8) -> bool {
    bits(character) < ORDINARY
}

/// How many characters at the front belong to the alphabet.
pub(crate) fn run(text: &[u8]) -> usize {
    let mut rest = text;
    if IS_HOST {
        // Without a branch inside a block, so that it becomes vector instructions.
        let is_whole = |block: &[u8; BLOCK]| block.iter().fold(true, |all, &c| all & is_in(c));
        while let Some((_, behind)) = rest
            .split_first_chunk()
            .filter(|(block, _)| is_whole(block))
        {
            rest = behind;
        }
    } else {
        while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk() {
            if bits(a) | bits(b) | bits(c) | bits(d) >= ORDINARY {
                break;
            }
            rest = behind;
        }
    }
    while let Some((_, behind)) = rest.split_first().filter(|(c, _)| is_character(**c)) {
        rest = behind;
    }
    text.len().saturating_sub(rest.len())
}

/// [`is_character`] without the table.
const fn is_in(c: u8) -> bool {
    let is_letter = (c | 0x20).wrapping_sub(b'a') < 26;
    is_letter | (c.wrapping_sub(b'0') < 10) | (c == b'-') | (c == b'_')
}

/// How many bytes at the front stand for themselves inside a JSON string, and are ASCII
/// (RFC 8259 §7).
pub(crate) fn ordinary_run(text: &[u8]) -> usize {
    let mut len = 0_usize;
    if IS_HOST {
        // No sum here is beyond the length of the text.
        for word in text.as_chunks::<8>().0 {
            let special = special_bytes(u64::from_le_bytes(*word));
            if special != 0 {
                let place = usize::try_from(special.trailing_zeros() / 8);
                return len.wrapping_add(place.unwrap_or(0));
            }
            len = len.wrapping_add(8);
        }
    }
    let rest = text.get(len..).unwrap_or_default();
    let rest_len = rest.iter().position(|&byte| bits(byte) == SPECIAL);
    len.wrapping_add(rest_len.unwrap_or(rest.len()))
}

/// The highest bit of the lowest byte of `word` that is special in a JSON string; those above it
/// may be wrong, for a byte that is found borrows from the next.
const fn special_bytes(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const HIGH: u64 = EACH << 7;
    const fn below(word: u64, bound: u64) -> u64 {
        word.wrapping_sub(EACH.wrapping_mul(bound))
    }
    // The quote takes the place of the space, right behind the control characters.
    let swapped = word ^ EACH.wrapping_mul(0x02);
    let backslash = word ^ EACH.wrapping_mul(0x5c);
    // What is above 0x7f is special, whatever the differences say of it.
    (word | below(swapped, 0x21) | below(backslash, 1)) & HIGH
}

/// Whether a backslash is among the bytes.
pub(crate) fn has_backslash(text: &[u8]) -> bool {
    // Without a branch inside a block, so that it becomes vector instructions.
    let is_among = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(false, |found, &byte| found | (byte == b'\\'))
    };
    if IS_HOST {
        let (blocks, rest) = text.as_chunks::<16>();
        blocks.iter().any(|block| is_among(block)) || rest.contains(&b'\\')
    } else {
        is_among(text)
    }
}

/// Length of the text that `len` encoded characters stand for, in bytes.
pub(crate) const fn decoded_len(len: usize) -> usize {
    // Four characters carry three bytes; two or three left over carry one or two.
    let rest = (len % 4).saturating_mul(3) / 4;
    (len / 4).saturating_mul(3).saturating_add(rest)
}

/// Checks that `text` is the one canonical encoding of some bytes.
///
/// # Errors
/// `Base64Character`, `Base64Length`, `Base64Trailing`.
pub(crate) fn check(text: &[u8]) -> Result<(), Error> {
    if run(text) != text.len() {
        return Err(Error::Base64Character);
    }
    check_end(text)
}

/// Checks length and unused bits of a text whose alphabet was checked before.
pub(crate) fn check_end(text: &[u8]) -> Result<(), Error> {
    let unused = match text.len() % 4 {
        0 => 0,
        2 => 0b1111,
        3 => 0b11,
        _ => return Err(Error::Base64Length),
    };
    match text.last() {
        Some(&last) if bits(last) & unused != 0 => Err(Error::Base64Trailing),
        _ => Ok(()),
    }
}

/// The decoded byte at `index` of a checked text, without decoding the rest.
pub(crate) fn byte_at(text: &[u8], index: usize) -> Option<u8> {
    let (group, place) = (index / 3, index % 3);
    let first = group.checked_mul(4)?.checked_add(place)?;
    let high = bits(*text.get(first)?);
    let low = bits(*text.get(first.checked_add(1)?)?);
    Some(match place {
        0 => high << 2 | low >> 4,
        1 => high << 4 | low >> 2,
        _ => high << 6 | low,
    })
}

/// Decodes a checked text into the front of `out`; the decoded part, or `None` if `out` is too
/// small.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..decoded_len(text.len()))?;
    let blocks_len = if IS_HOST { text.len() / BLOCK } else { 0 };
    let (blocks, text) = text.split_at_checked(blocks_len.saturating_mul(BLOCK))?;
    let (block_out, rest_out) = out.split_at_mut_checked(blocks_len.saturating_mul(DECODED))?;
    let block_out = block_out.as_chunks_mut::<DECODED>().0;
    for (block, out) in blocks.as_chunks::<BLOCK>().0.iter().zip(block_out) {
        *out = decode_block(block);
    }
    let (groups, rest) = text.as_chunks::<4>();
    let (triples, tail) = rest_out.as_chunks_mut::<3>();
    for (&[a, b, c, d], triple) in groups.iter().zip(triples) {
        *triple = triple_of(bits(a), bits(b), bits(c), bits(d));
    }
    let mut rest = rest.iter().map(|&character| bits(character));
    let mut next = || rest.next().unwrap_or(0);
    let last = triple_of(next(), next(), next(), 0);
    for (to, from) in tail.iter_mut().zip(last) {
        *to = from;
    }
    Some(out)
}

/// Characters that are decoded together, and the bytes that they stand for.
const BLOCK: usize = 32;
const DECODED: usize = BLOCK / 4 * 3;

/// The bytes of checked characters.
// Arithmetic, no table: up to the last step it becomes vector instructions.
fn decode_block(block: &[u8; BLOCK]) -> [u8; DECODED] {
    let sextets = block.map(sextet);
    let mut groups = [0; BLOCK / 4];
    for (group, four) in groups.iter_mut().zip(sextets.as_chunks().0) {
        // Neighbours join: 4 times 6 bits, twice 12, once 24.
        let word = u32::from_le_bytes(*four);
        let word = (word & 0x003f_003f) << 6 | word >> 8 & 0x003f_003f;
        *group = (word & 0x0fff) << 12 | word >> 16;
    }
    // The box keeps the compiler from taking the vectors apart before.
    let groups = black_box(groups).map(u64::from);
    let [a, b, c, d, e, f, g, h] = groups;
    let words = [
        a << 40 | b << 16 | c >> 8,
        c << 56 | d << 32 | e << 8 | f >> 16,
        f << 48 | g << 24 | h,
    ];
    let mut out = [0; DECODED];
    for (out, word) in out.as_chunks_mut().0.iter_mut().zip(words) {
        *out = word.to_be_bytes();
    }
    out
}

/// [`bits`] of a checked character, without the table.
const fn sextet(c: u8) -> u8 {
    // From the first character of each range to its value.
    const HYPHEN: u8 = 62_u8.wrapping_sub(b'-');
    const DIGIT: u8 = 52_u8.wrapping_sub(b'0');
    const UPPER: u8 = 0_u8.wrapping_sub(b'A');
    const UNDERSCORE: u8 = 63_u8.wrapping_sub(b'_');
    const LOWER: u8 = 26_u8.wrapping_sub(b'a');
    // Signed, as vector instructions compare.
    const fn behind(last: u8, c: u8, from: u8, to: u8) -> u8 {
        let is_behind = c.cast_signed() > last.cast_signed();
        if is_behind { to.wrapping_sub(from) } else { 0 }
    }
    c.wrapping_add(HYPHEN)
        .wrapping_add(behind(b'-', c, HYPHEN, DIGIT))
        .wrapping_add(behind(b'9', c, DIGIT, UPPER))
        .wrapping_add(behind(b'Z', c, UPPER, UNDERSCORE))
        .wrapping_add(behind(b'_', c, UNDERSCORE, LOWER))
}

/// Decodes a checked text in place; its bytes then lie at the front of `text`, whose rest keeps
/// remains of the encoding. The decoded length is [`decoded_len`].
pub(crate) fn decode_in_place(text: &mut [u8]) {
    let blocks = if IS_HOST { text.len() / BLOCK } else { 0 };
    for index in 0..blocks {
        let from = text.get(index.saturating_mul(BLOCK)..);
        let block = from.and_then(<[u8]>::first_chunk).map(decode_block);
        let to = text.get_mut(index.saturating_mul(DECODED)..);
        let to = to.and_then(<[u8]>::first_chunk_mut);
        if let (Some(to), Some(block)) = (to, block) {
            *to = block;
        }
    }
    let (from, to) = (blocks.saturating_mul(BLOCK), blocks.saturating_mul(DECODED));
    let cells = Cell::from_mut(text).as_slice_of_cells();
    let (groups, rest) = cells.get(from..).unwrap_or_default().as_chunks::<4>();
    let (triples, _) = cells.get(to..).unwrap_or_default().as_chunks::<3>();
    // What is written lies at or before what was read.
    for ([a, b, c, d], triple) in groups.iter().zip(triples) {
        let [a, b, c, d] = [bits(a.get()), bits(b.get()), bits(c.get()), bits(d.get())];
        let ([x, y, z], [first, second, third]) = (triple, triple_of(a, b, c, d));
        x.set(first);
        y.set(second);
        z.set(third);
    }
    let mut rest = rest.iter().map(|character| bits(character.get()));
    let mut next = || rest.next().unwrap_or(0);
    let last = triple_of(next(), next(), next(), 0);
    let start = to.saturating_add(groups.len().saturating_mul(3));
    let tail = cells.get(start..decoded_len(cells.len()));
    for (to, from) in tail.unwrap_or_default().iter().zip(last) {
        to.set(from);
    }
}

/// Undoes [`decode_in_place`]: encodes the bytes at the front of `text` so that they fill it.
#[cfg(feature = "jwe")]
pub(crate) fn encode_in_place(text: &mut [u8]) {
    let (len, groups) = (decoded_len(text.len()), text.len().div_ceil(4));
    // Backwards: no group overwrites bytes of one before it.
    for group in (0..groups).rev() {
        let (from, to) = (group.saturating_mul(3), group.saturating_mul(4));
        let bytes = (from..len).map(|index| text.get(index).copied().unwrap_or(0));
        let mut triple = [0; 3];
        for (to, byte) in triple.iter_mut().zip(bytes) {
            *to = byte;
        }
        let [a, b, c] = triple;
        let sextets = [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c];
        for (to, sextet) in text.iter_mut().skip(to).zip(sextets) {
            let character = ALPHABET.get(usize::from(sextet & 0x3f));
            *to = character.copied().unwrap_or(SPECIAL);
        }
    }
}

const fn triple_of(a: u8, b: u8, c: u8, d: u8) -> [u8; 3] {
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    #[test]
    fn canonical_texts() {
        let cases: &[(&str, Result<&[u8], Error>)] = &[
            ("", Ok(b"")),
            ("AA", Ok(&[0])),
            ("AAA", Ok(&[0, 0])),
            ("_-A9", Ok(&[0xff, 0xe0, 0x3d])),
            ("Zm9vYmE", Ok(b"fooba")),
            ("A", Err(Error::Base64Length)),
            ("AAAAA", Err(Error::Base64Length)),
            ("AB", Err(Error::Base64Trailing)),
            ("AAB", Err(Error::Base64Trailing)),
            ("AA==", Err(Error::Base64Character)),
            ("A+", Err(Error::Base64Character)),
            ("A/", Err(Error::Base64Character)),
            ("A A", Err(Error::Base64Character)),
            ("A\0", Err(Error::Base64Character)),
        ];
        for (text, expected) in cases {
            let result = check(text.as_bytes()).map(|()| {
                let mut out = vec![0; decoded_len(text.len())];
                decode(text.as_bytes(), &mut out).expect("large enough");
                out
            });
            assert_eq!(
                result.as_deref().map_err(|error| *error),
                *expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn in_place_and_single_bytes_agree_with_decode() {
        for len in (0..300).filter(|len| len % 4 != 1) {
            let mut text: Vec<u8> = (0..len).map(|i| ALPHABET[(i * 29 + len) % 64]).collect();
            if len % 4 != 0 {
                *text.last_mut().unwrap() = b'A';
            }
            check(&text).unwrap();
            let mut out = vec![0; decoded_len(len)];
            decode(&text, &mut out).unwrap();
            let singles: Vec<u8> = (0..out.len()).map(|i| byte_at(&text, i).unwrap()).collect();
            assert_eq!(singles, out);
            let mut place = text.clone();
            decode_in_place(&mut place);
            assert_eq!(place[..out.len()], out);
            #[cfg(feature = "jwe")]
            {
                encode_in_place(&mut place);
                assert_eq!(place, text);
            }
            assert!(decode(&text, &mut vec![0; out.len().saturating_sub(1)]).is_none() || len == 0);
        }
    }

    /// Every byte at every place of words and blocks, behind every place that it may end.
    #[test]
    fn runs_end_where_the_table_says() {
        for len in [1, 7, 8, 9, 31, 32, 33, 71] {
            for place in 0..len {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'-'; len];
                    text[place] = byte;
                    let end = |is_in: bool| if is_in { len } else { place };
                    assert_eq!(
                        run(&text),
                        end(is_character(byte)),
                        "{byte} at {place} of {len}"
                    );
                    let is_ordinary = bits(byte) != SPECIAL;
                    assert_eq!(
                        ordinary_run(&text),
                        end(is_ordinary),
                        "{byte} at {place} of {len}"
                    );
                    // What follows a special byte is not mistaken for one before it.
                    if let Some(next) = text.get_mut(place + 1) {
                        *next = b'"';
                        assert_eq!(
                            ordinary_run(&text),
                            if is_ordinary { place + 1 } else { place }
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_table_says_what_rfc_4648_and_rfc_8259_say() {
        let expected = |byte: u8| match ALPHABET.iter().position(|&character| character == byte) {
            Some(value) => u8::try_from(value).unwrap(),
            None if byte < 0x20 || byte == b'"' || byte == b'\\' || byte >= 0x80 => SPECIAL,
            None => ORDINARY,
        };
        let table = six_bits();
        for byte in 0..=u8::MAX {
            assert_eq!(table[usize::from(byte)], expected(byte), "{byte}");
            assert_eq!(bits(byte), expected(byte), "{byte}");
        }
    }

    #[test]
    fn sextets_are_those_of_the_table() {
        for &character in ALPHABET {
            assert_eq!(sextet(character), bits(character));
        }
    }

    #[test]
    fn every_quantum_round_trips() {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let mut text = [0; 4];
        for value in 0_u32..1 << 24 {
            let bytes = [(value >> 16) as u8, (value >> 8) as u8, value as u8];
            if value % 251 != 0 {
                continue;
            }
            let encoded = Base64UrlUnpadded::encode(&bytes, &mut text).unwrap();
            let mut out = [0; 3];
            check(encoded.as_bytes()).unwrap();
            decode(encoded.as_bytes(), &mut out).unwrap();
            assert_eq!(out, bytes);
        }
    }
}
