//! URIs as far as a verifier looks into them (RFC 3986 §3, §6.2.2, §6.2.3).

/// An absolute URI with an authority, in its parts; query and fragment are left out.
#[derive(Clone, Copy)]
struct Target<'a> {
    scheme: &'a str,
    host: &'a str,
    /// Empty when it is that of the scheme.
    port: &'a str,
    path: &'a str,
}

impl<'a> Target<'a> {
    /// `None` for what is not absolute, has no host, names a user, or holds white space or bytes
    /// that no URI holds.
    fn read(uri: &'a str) -> Option<Self> {
        let is_uri = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if !uri.bytes().all(is_uri) {
            return None;
        }
        let (scheme, rest) = split(uri, |byte| byte == b':')?;
        let rest = rest.strip_prefix("//")?;
        let end = rest
            .bytes()
            .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
            .unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end)?;
        let end = rest
            .bytes()
            .position(|byte| matches!(byte, b'?' | b'#'))
            .unwrap_or(rest.len());
        let (path, _) = rest.split_at_checked(end)?;
        let colon = authority.bytes().rposition(|byte| byte == b':');
        // The colons of an IPv6 address stand in brackets.
        let colon = colon.filter(|_| !authority.ends_with(']'));
        let (host, port) = match colon {
            Some(colon) => authority.split_at_checked(colon)?,
            None => (authority, ""),
        };
        let port = port.strip_prefix(':').unwrap_or(port);
        let is_digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let is_sound = is_digits && !host.is_empty() && !host.bytes().any(|byte| byte == b'@');
        let is_default = scheme.eq_ignore_ascii_case("https") && port == "443"
            || scheme.eq_ignore_ascii_case("http") && port == "80";
        is_sound.then_some(Self {
            scheme,
            host,
            port: if is_default { "" } else { port },
            path,
        })
    }
}

/// Whether two URIs name one target: without query and fragment, scheme and host compared without
/// case, the scheme's own port and an empty path as if left out, percent-encoding in its normal
/// form, dot segments removed (RFC 9449 §4.3; RFC 3986 §6.2.2, §6.2.3).
pub(crate) fn is_same_target(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (Target::read(one), Target::read(other)) else {
        return false;
    };
    one.scheme.eq_ignore_ascii_case(other.scheme)
        && one.host.eq_ignore_ascii_case(other.host)
        && one.port == other.port
        && is_same_path(one.path, other.path)
}

fn is_same_path(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (segments(one), segments(other));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if pieces(one).eq(pieces(other)) => {}
            _ => return false,
        }
    }
}

/// The segments of a path without dot segments (RFC 3986 §5.2.4), the last one first: so `..` is
/// seen before what it removes, and nothing is kept but a count. An empty path is that of the root.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path.strip_prefix('/').unwrap_or(path));
    let (mut removed, mut is_last) = (0_usize, true);
    core::iter::from_fn(move || {
        loop {
            let segment = take_last(&mut rest)?;
            let was_last = core::mem::take(&mut is_last);
            let is_up = pieces(segment).eq([DOT, DOT]);
            if is_up || pieces(segment).eq([DOT]) {
                removed = removed.saturating_add(usize::from(is_up));
                // A dot segment at the end leaves its slash.
                if was_last {
                    return Some("");
                }
            } else if removed > 0 {
                removed = removed.saturating_sub(1);
            } else {
                return Some(segment);
            }
        }
    })
}

/// Takes what stands behind the last slash.
fn take_last<'a>(rest: &mut Option<&'a str>) -> Option<&'a str> {
    let text = (*rest)?;
    let slash = text.bytes().rposition(|byte| byte == b'/');
    let (before, segment) = match slash.and_then(|slash| text.split_at_checked(slash)) {
        Some((before, segment)) => (Some(before), segment.strip_prefix('/')?),
        None => (None, text),
    };
    *rest = before;
    Some(segment)
}

const DOT: Piece = Piece::Plain(b'.');

/// The bytes of a segment, each percent-encoded one as [`Piece`].
fn pieces(segment: &str) -> impl Iterator<Item = Piece> {
    let mut bytes = segment.bytes();
    core::iter::from_fn(move || match bytes.next()? {
        b'%' => {
            let mut ahead = bytes.clone();
            let value = match (ahead.next().and_then(hex), ahead.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Some(Piece::Plain(b'%')),
            };
            bytes = ahead;
            Some(match is_unreserved(value) {
                true => Piece::Plain(value),
                false => Piece::Encoded(value),
            })
        }
        byte => Some(Piece::Plain(byte)),
    })
}

/// A byte of a path: as it stands, or percent-encoded and of another meaning than itself.
#[derive(PartialEq, Eq)]
enum Piece {
    Plain(u8),
    Encoded(u8),
}

/// Whether this is an absolute `https` URI with a host and without a fragment, as every endpoint
/// of a provider must be.
pub(crate) fn is_https(uri: &str) -> bool {
    let is_https = |target: Target<'_>| target.scheme.eq_ignore_ascii_case("https");
    Target::read(uri).is_some_and(is_https) && !uri.bytes().any(|byte| byte == b'#')
}

/// The host of an https URI.
pub(crate) fn https_host(uri: &str) -> Option<&str> {
    Target::read(uri)
        .filter(|_| is_https(uri))
        .map(|target| target.host)
}

/// Whether a byte never needs percent-encoding (RFC 3986 §2.3).
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// The words of a list separated by single spaces.
pub(crate) fn words(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    core::iter::from_fn(move || {
        let text = rest?;
        let (word, behind) = match split(text, |byte| byte == b' ') {
            Some((word, behind)) => (word, Some(behind)),
            None => (text, None),
        };
        rest = behind;
        Some(word)
    })
    .filter(|word| !word.is_empty())
}

/// What stands before and behind the first byte of a kind.
pub(crate) fn split(text: &str, is_at: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let at = text.bytes().position(is_at)?;
    let (before, rest) = text.split_at_checked(at)?;
    // The byte is ASCII wherever this is used; another one gives no rest.
    Some((before, rest.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let uri = "https://server.example.com/resource";
        let cases: &[(&str, &str, bool)] = &[
            (uri, uri, true),
            (uri, "HTTPS://Server.Example.COM/resource", true),
            (uri, "https://server.example.com:443/resource", true),
            (uri, "https://server.example.com/resource?a=b#c", true),
            (uri, "https://server.example.com/%72esource", true),
            (uri, "https://server.example.com/Resource", false),
            (uri, "https://server.example.com/resource/", false),
            (uri, "https://server.example.com:8443/resource", false),
            (uri, "http://server.example.com/resource", false),
            (uri, "https://user@server.example.com/resource", false),
            (uri, "https://server.example.com.evil/resource", false),
            (uri, "https://server.example.com/resource%2f", false),
            (uri, "/resource", false),
            (uri, "", false),
            ("https://a", "https://a/", true),
            ("https://a?x", "https://a/", true),
            ("http://a:80/", "http://a/", true),
            ("http://a:443/", "http://a/", false),
            ("https://[::1]/", "https://[::1]:443/", true),
            ("https://[::1]:8/", "https://[::1]/", false),
            ("https://a/%2F", "https://a/%2f", true),
            ("https://a/%2F", "https://a//", false),
            ("https://a/%zz", "https://a/%zz", true),
            ("https://a/ b", "https://a/ b", false),
            ("https:///b", "https:///b", false),
            ("https://a:8x/", "https://a:8x/", false),
            // RFC 3986 §5.2.4 and §6.2.2.3; the dots may be encoded (§6.2.2.2).
            ("https://a/a/b/c/./../../g", "https://a/a/g", true),
            ("https://a/b/../c", "https://a/c", true),
            ("https://a/b/%2e%2E/c", "https://a/c", true),
            ("https://a/./b", "https://a/b", true),
            ("https://a/b/.", "https://a/b/", true),
            ("https://a/b/.", "https://a/b", false),
            ("https://a/b/c/..", "https://a/b/", true),
            ("https://a/b/..", "https://a", true),
            ("https://a/..", "https://a/", true),
            ("https://a/../../b", "https://a/b", true),
            ("https://a/b/c/../../d", "https://a/d", true),
            ("https://a/b//../c", "https://a/b/c", true),
            ("https://a/b//c", "https://a/b/c", false),
            ("https://a/b%2F../c", "https://a/c", false),
            ("https://a/b/.../c", "https://a/c", false),
            ("https://a/b/..c", "https://a/c", false),
            ("https://a/b/c", "https://a/c", false),
            ("https://a/c", "https://a/b/../d", false),
        ];
        for &(one, other, same) in cases {
            assert_eq!(is_same_target(one, other), same, "{one} {other}");
            assert_eq!(is_same_target(other, one), same, "{other} {one}");
        }
    }

    #[test]
    fn https() {
        let cases = [
            ("https://a.example", true),
            ("https://a.example/b?c", true),
            ("http://a.example", false),
            ("https://a.example/#b", false),
            ("https://", false),
            ("a.example", false),
            ("https://a.example/\u{e9}", false),
        ];
        for (uri, expected) in cases {
            assert_eq!(is_https(uri), expected, "{uri}");
        }
    }
}
