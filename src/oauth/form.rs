//! Parameters as `application/x-www-form-urlencoded` (RFC 6749 appendix B): read where they lie,
//! written into a caller's buffer.

use crate::{
    error::Error,
    output::Output,
    uri::{hex, split},
};

/// Most parameters of a response. OpenID Connect and its neighbours define fewer than twenty.
const MAX_PARAMETERS: usize = 32;

/// Parameters, decoded where they lay: names and values with a NUL between each two.
#[derive(Clone, Copy)]
pub(crate) struct Parameters<'b>(&'b str);

impl<'b> Parameters<'b> {
    /// Decodes parameters in their own buffer, which holds no leading `?` or `#`.
    ///
    /// # Errors
    /// `ParameterMalformed`, `ParameterCharset`, `ParameterDuplicate`, `ParametersTooMany`. The
    /// buffer may have been written by then.
    pub(crate) fn decode(buffer: &'b mut [u8]) -> Result<Self, Error> {
        let len = decode_in_place(buffer)?;
        let decoded = buffer.get(..len).unwrap_or_default();
        let text = core::str::from_utf8(decoded).map_err(|_| Error::ParameterCharset)?;
        let parameters = Self(text);
        for (index, (name, _)) in parameters.iter().enumerate() {
            if index >= MAX_PARAMETERS {
                return Err(Error::ParametersTooMany);
            }
            if parameters
                .iter()
                .take(index)
                .any(|(other, _)| other == name)
            {
                return Err(Error::ParameterDuplicate);
            }
        }
        Ok(parameters)
    }

    fn iter(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let is_end = rest.is_empty();
            let (name, value) = (take(&mut rest), take(&mut rest));
            (!is_end).then_some((name, value))
        })
    }

    /// The value of a parameter; one without a value counts as left out (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&'b str> {
        let mut parameters = self.iter();
        let found = parameters.find(|(other, _)| *other == name);
        found
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }
}

/// The text up to the next NUL or the end.
fn take<'b>(rest: &mut &'b str) -> &'b str {
    let (text, behind) = split(rest, |byte| byte == 0).unwrap_or((rest, ""));
    *rest = behind;
    text
}

/// Decodes `name=value&...` to `name NUL value NUL ...`; the length of that.
fn decode_in_place(buffer: &mut [u8]) -> Result<usize, Error> {
    let (mut read, mut write) = (0_usize, 0_usize);
    let mut in_value = false;
    let mut last = 0;
    while let Some(&byte) = buffer.get(read) {
        read = read.saturating_add(1);
        let decoded = match byte {
            b'=' if !in_value => {
                in_value = true;
                0
            }
            b'&' if in_value => {
                in_value = false;
                0
            }
            b'&' => return Err(Error::ParameterMalformed),
            b'+' => b' ',
            b'%' => {
                let digit = |at| buffer.get(at).copied().and_then(hex);
                let value = digit(read).zip(digit(read.saturating_add(1)));
                let (high, low) = value.ok_or(Error::ParameterMalformed)?;
                read = read.saturating_add(2);
                checked(last, high << 4 | low)?
            }
            plain => checked(last, plain)?,
        };
        last = decoded;
        // Writing never overtakes reading.
        if let Some(to) = buffer.get_mut(write) {
            *to = decoded;
        }
        write = write.saturating_add(1);
    }
    if write != 0 && !in_value {
        return Err(Error::ParameterMalformed);
    }
    Ok(write)
}

/// No control character has a place in a parameter, neither of ASCII nor of the 32 beyond; NUL ends one here.
const fn checked(last: u8, byte: u8) -> Result<u8, Error> {
    match (last, byte) {
        (_, 0..0x20 | 0x7f) | (0xc2, 0x80..0xa0) => Err(Error::ParameterCharset),
        _ => Ok(byte),
    }
}

/// Writes parameters, `&` between them.
pub(crate) struct FormWriter<'w, 'o> {
    output: &'w mut Output<'o>,
    separator: Option<u8>,
}

impl<'w, 'o> FormWriter<'w, 'o> {
    /// A body.
    pub(crate) const fn body(output: &'w mut Output<'o>) -> Self {
        Self {
            output,
            separator: None,
        }
    }

    /// The query of a URI, behind what it has of one already.
    pub(crate) fn query(output: &'w mut Output<'o>, uri: &str) -> Self {
        output.text(uri);
        let has_query = uri.bytes().any(|byte| byte == b'?');
        Self {
            output,
            separator: Some(if has_query { b'&' } else { b'?' }),
        }
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        if let Some(separator) = self.separator.replace(b'&') {
            self.output.byte(separator);
        }
        self.output.percent(name);
        self.output.byte(b'=');
        self.output.percent(value);
    }

    pub(crate) fn add_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::String, vec::Vec};

    #[test]
    fn parameters() {
        use Error::*;
        type Pairs = &'static [(&'static str, &'static str)];
        let cases: [(&str, Result<Pairs, Error>); 20] = [
            ("", Ok(&[])),
            ("a=b", Ok(&[("a", "b")])),
            ("a=b&c=d", Ok(&[("a", "b"), ("c", "d")])),
            ("a=", Ok(&[("a", "")])),
            ("a=&b=", Ok(&[("a", ""), ("b", "")])),
            ("a=b=c", Ok(&[("a", "b=c")])),
            ("%61=%26+%3d%C3%A9", Ok(&[("a", "& =\u{e9}")])),
            ("a=b&a=c", Err(ParameterDuplicate)),
            ("a=b&%61=b", Err(ParameterDuplicate)),
            ("a", Err(ParameterMalformed)),
            ("a=b&", Err(ParameterMalformed)),
            ("&a=b", Err(ParameterMalformed)),
            ("a=%", Err(ParameterMalformed)),
            ("a=%4", Err(ParameterMalformed)),
            ("a=%4g", Err(ParameterMalformed)),
            ("a=%00", Err(ParameterCharset)),
            ("a=%0a", Err(ParameterCharset)),
            ("a=%c2%9b", Err(ParameterCharset)),
            ("a=\u{9b}", Err(ParameterCharset)),
            ("a=%ff", Err(ParameterCharset)),
        ];
        for (text, expected) in cases {
            let mut buffer = text.as_bytes().to_vec();
            let found = Parameters::decode(&mut buffer);
            let found = found.map(|found| found.iter().collect::<Vec<_>>());
            assert_eq!(found.as_deref().map_err(|error| *error), expected, "{text}");
        }
        let many = |count| {
            let all: Vec<String> = (0..count).map(|n| format!("p{n}=1")).collect();
            Parameters::decode(&mut all.join("&").into_bytes()).map(|_| ())
        };
        assert_eq!((many(32), many(33)), (Ok(()), Err(ParametersTooMany)));
    }
}
