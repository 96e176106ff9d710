//! The few forms of DER (X.690 §10) that a public key is made of.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const SEQUENCE: u8 = 0x30;

/// DER that is read from its front.
pub(crate) struct Der<'d>(&'d [u8]);

impl<'d> Der<'d> {
    pub(crate) const fn new(der: &'d [u8]) -> Self {
        Self(der)
    }

    /// The contents of the next element, which has this tag and the shortest form of its length.
    pub(crate) fn next(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (len, rest) = match self.0 {
            [found, len @ ..=0x7f, rest @ ..] if *found == tag => (usize::from(*len), rest),
            [found, 0x81, len @ 0x80..=0xff, rest @ ..] if *found == tag => {
                (usize::from(*len), rest)
            }
            [found, 0x82, high @ 1..=0xff, low, rest @ ..] if *found == tag => {
                (usize::from(u16::from_be_bytes([*high, *low])), rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some(contents)
    }

    /// What stands next, if it is these bytes.
    pub(crate) fn skip(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// The octets of an INTEGER that is not negative, without the zero that says so.
    pub(crate) fn unsigned(&mut self) -> Option<&'d [u8]> {
        match self.next(INTEGER)? {
            [0, rest @ ..] if matches!(rest, [0x80..=0xff, ..]) => Some(rest),
            [0, _, ..] | [0x80..=0xff, ..] | [] => None,
            number => Some(number),
        }
    }

    /// The octets of a BIT STRING of whole octets.
    pub(crate) fn octets(&mut self) -> Option<&'d [u8]> {
        self.next(BIT_STRING)?.strip_prefix(&[0])
    }

    /// Nothing may follow.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn an_element_has_its_tag_and_the_shortest_length() {
        for (form, len) in [
            (&[0x7f][..], 0x7f),
            (&[0x81, 0x80], 0x80),
            (&[0x82, 1, 0], 0x100),
        ] {
            let mut der = vec![SEQUENCE];
            der.extend(form);
            der.resize(der.len() + len, 7);
            let contents = vec![7; len];
            assert_eq!(Der::new(&der).next(SEQUENCE), Some(&contents[..]));
            assert_eq!(Der::new(&der).next(INTEGER), None);
            der.pop();
            assert_eq!(Der::new(&der).next(SEQUENCE), None);
        }
        for form in [&[0x80][..], &[0x81, 0x7f], &[0x82, 0, 0x80]] {
            let mut der = vec![SEQUENCE];
            der.extend(form);
            der.resize(der.len() + 0x80, 7);
            assert_eq!(Der::new(&der).next(SEQUENCE), None, "{form:x?}");
        }
    }

    #[test]
    fn an_integer_is_not_negative_and_has_no_needless_zero() {
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (&[], None),
            (&[0], Some(&[0])),
            (&[0x7f], Some(&[0x7f])),
            (&[0x80], None),
            (&[0, 0x80], Some(&[0x80])),
            (&[0, 0x7f], None),
            (&[0, 0], None),
        ];
        for (octets, expected) in cases {
            let mut der = vec![INTEGER, u8::try_from(octets.len()).unwrap()];
            der.extend(*octets);
            assert_eq!(Der::new(&der).unsigned(), *expected, "{octets:x?}");
        }
    }
}
