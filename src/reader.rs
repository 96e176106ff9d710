//! The cursor under the JSON reader: every step either moves forward or fails.

use crate::{
    base64url,
    error::Error,
    limits::{Limits, MAX_DEPTH, MAX_JSON_LEN, MAX_MEMBERS},
    machine::ON_HOST,
    string::{JsonStr, unescape},
    text::Text,
};

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A number of any form.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind of value that starts with this byte.
    pub(crate) const fn of(first: u8) -> Option<Self> {
        Some(match first {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'"' => Self::String,
            b'-' | b'0'..=b'9' => Self::Number,
            b't' => Self::True,
            b'f' => Self::False,
            b'n' => Self::Null,
            _ => return None,
        })
    }
}

/// A value that was read to its end and checked, still in its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// Where a string lies, without its quotes.
///
/// What the reader hands on inside itself is words without a text: small enough for registers.
#[derive(Clone, Copy)]
struct Quoted {
    start: usize,
    end: usize,
    /// Plain text without escapes: it stands for itself.
    literal: bool,
}

/// A member of an object: its name, and where its value lies.
pub(crate) struct Member {
    name: Quoted,
    start: usize,
    end: usize,
    kind: Kind,
}

impl Member {
    pub(crate) fn name<'a>(&self, reader: &Reader<'a>) -> JsonStr<'a> {
        let Quoted {
            start,
            end,
            literal,
        } = self.name;
        JsonStr::read(reader.text, start, end, literal)
    }

    pub(crate) const fn value<'a>(&self, reader: &Reader<'a>) -> Value<'a> {
        Value {
            text: reader.text,
            start: self.start,
            end: self.end,
            kind: self.kind,
        }
    }
}

/// What is kept of a name for its doubles: 22 bits of its place, two of its digest.
type Mark = [u8; 3];

/// Bits of a mark that hold the place of a name.
const PLACE_BITS: u32 = 22;
const _: () = assert!(MAX_JSON_LEN <= 1 << PLACE_BITS);
const PLACE_MASK: u32 = (1 << PLACE_BITS) - 1;

fn mark(name: &JsonStr<'_>, digest: u32) -> Mark {
    let place = u32::try_from(name.range().0).unwrap_or(u32::MAX) & PLACE_MASK;
    // Not the bits that the filter takes: these tell names apart that it does not.
    let [low, middle, high, _] = (digest >> 2 & !PLACE_MASK | place).to_le_bytes();
    [low, middle, high]
}

/// Whether an earlier name of the same text, by its mark, is this one; compared where both lie.
fn is_double(name: &JsonStr<'_>, mark: Mark, other: Mark) -> bool {
    let word = |[low, middle, high]: Mark| u32::from_le_bytes([low, middle, high, 0]);
    let (mark, other) = (word(mark), word(other));
    if (mark ^ other) & !PLACE_MASK != 0 {
        return false;
    }
    let start = usize::try_from(other & PLACE_MASK).unwrap_or(0);
    name.equals_sibling(start)
}

/// A total cursor over a JSON text.
pub(crate) struct Reader<'a> {
    text: Text<'a>,
    /// All of a plain text, nothing of one behind base64url: to look at first.
    plain: [&'a [u8]; ON_HOST],
    position: usize,
    depth_limit: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn at(text: Text<'a>, position: usize, depth_limit: usize) -> Self {
        Self {
            text,
            plain: [text.plain_from(0); ON_HOST],
            position,
            depth_limit,
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn peek(&self) -> Option<u8> {
        match self
            .plain
            .first()
            .and_then(|plain| plain.get(self.position))
        {
            Some(&byte) => {
                #[cfg(test)]
                crate::text::steps::count(1);
                Some(byte)
            }
            None => self.byte(),
        }
    }

    /// Where no plain text is at hand, or it has ended.
    #[cfg_attr(target_pointer_width = "64", cold, inline(never))]
    fn byte(&self) -> Option<u8> {
        self.text.byte(self.position)
    }

    /// Past a byte that is there: the position stays within the text.
    fn step(&mut self) {
        self.position = self.position.wrapping_add(1);
    }

    fn next(&mut self) -> Result<u8, Error> {
        let byte = self.peek().ok_or(Error::JsonEnd)?;
        self.step();
        Ok(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.step();
        }
        found
    }

    /// Past white space and then this byte.
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.whitespace().ok_or(Error::JsonEnd)? != byte {
            return Err(Error::JsonSyntax);
        }
        self.step();
        Ok(())
    }

    /// Past white space; the byte that stands there.
    // On a microcontroller once in the image, not once a caller.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn whitespace(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.step(),
                other => return other,
            }
        }
    }

    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        match self.whitespace() {
            None => Ok(()),
            Some(_) => Err(Error::JsonTrailing),
        }
    }

    /// An object at the cursor: `{ member , … }`, its names unique.
    // A frame of its own: most of it are the marks.
    #[inline(never)]
    pub(crate) fn object(
        &mut self,
        limits: &Limits,
        visit: &mut dyn FnMut(JsonStr<'a>, Value<'a>, u32) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.expect(b'{')?;
        // Flat, so that it is cleared by words.
        let mut seen = [0; size_of::<Mark>() * MAX_MEMBERS];
        let (seen, _) = seen.as_chunks_mut();
        let mut count = 0_usize;
        // One bit a digest that was seen: most names need no look at the marks.
        let mut filter = 0_usize;
        while let Some(member) = self.member(count == 0, 1)? {
            let name = member.name(self);
            let digest = name.digest();
            let (mark, bit) = (mark(&name, digest), 1_usize.wrapping_shl(digest >> 26));
            if filter & bit != 0 {
                let earlier = seen.get(..count).unwrap_or_default();
                if earlier.iter().any(|&other| is_double(&name, mark, other)) {
                    return Err(Error::JsonDuplicate);
                }
            }
            filter |= bit;
            match seen.get_mut(count) {
                Some(slot) if count < limits.members => *slot = mark,
                _ => return Err(Error::JsonMembers),
            }
            count = count.saturating_add(1);
            visit(name, member.value(self), digest)?;
        }
        Ok(())
    }

    /// The next member of an object whose brace or last member lies behind; `None` at its end.
    pub(crate) fn member(&mut self, first: bool, depth: usize) -> Result<Option<Member>, Error> {
        if self.whitespace() == Some(b'}') {
            self.step();
            return Ok(None);
        }
        if !first {
            self.expect(b',')?;
        }
        let name = self.name()?;
        self.whitespace();
        let start = self.position;
        let kind = self.value(depth)?;
        Ok(Some(Member {
            name,
            start,
            end: self.position,
            kind,
        }))
    }

    /// `"name" :`
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn name(&mut self) -> Result<Quoted, Error> {
        self.expect(b'"')?;
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// A value inside `depth` open containers, checked to its end without recursion.
    pub(crate) fn value(&mut self, depth: usize) -> Result<Kind, Error> {
        let kind = self.kind()?;
        match kind {
            Kind::Object | Kind::Array => self.container(kind, Nesting::new(depth))?,
            _ => self.scalar(kind)?,
        }
        Ok(kind)
    }

    /// Past white space; the kind of the value that starts there.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn kind(&mut self) -> Result<Kind, Error> {
        let first = self.whitespace().ok_or(Error::JsonEnd)?;
        Kind::of(first).ok_or(Error::JsonSyntax)
    }

    /// The element of an array at the cursor.
    pub(crate) fn element(&mut self) -> Option<Value<'a>> {
        let (text, start) = (self.text, self.position);
        let kind = self.value(1).ok()?;
        let end = self.position;
        Some(Value {
            text,
            start,
            end,
            kind,
        })
    }

    /// A container and all in it.
    #[inline(never)]
    fn container(&mut self, mut kind: Kind, mut nesting: Nesting) -> Result<(), Error> {
        loop {
            let has_opened = match kind {
                Kind::Object => self.open(true, b'}', &mut nesting)?,
                Kind::Array => self.open(false, b']', &mut nesting)?,
                _ => {
                    self.scalar(kind)?;
                    false
                }
            };
            if !has_opened && self.close(&mut nesting)? {
                return Ok(());
            }
            kind = self.kind()?;
        }
    }

    /// Opens a container; `true` when a value follows, else it closes here.
    fn open(&mut self, is_object: bool, end: u8, nesting: &mut Nesting) -> Result<bool, Error> {
        self.step();
        nesting.open(is_object, self.depth_limit)?;
        if self.whitespace() == Some(end) {
            return Ok(false);
        }
        if is_object {
            self.name()?;
        }
        Ok(true)
    }

    /// A value without others in it.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn scalar(&mut self, kind: Kind) -> Result<(), Error> {
        match kind {
            Kind::String => {
                self.step();
                self.string().map(|_| ())
            }
            Kind::Number => self.number(),
            Kind::True => self.literal(b"true"),
            Kind::False => self.literal(b"false"),
            _ => self.literal(b"null"),
        }
    }

    /// Closes what ends here; `true` when the whole value has ended, else the next one follows.
    fn close(&mut self, nesting: &mut Nesting) -> Result<bool, Error> {
        while let Some(is_object) = nesting.innermost() {
            let byte = self.whitespace().ok_or(Error::JsonEnd)?;
            self.step();
            match (byte, is_object) {
                (b'}', true) | (b']', false) => nesting.close(),
                (b',', true) => {
                    self.name()?;
                    return Ok(false);
                }
                (b',', false) => return Ok(false),
                _ => return Err(Error::JsonSyntax),
            }
        }
        Ok(true)
    }

    fn literal(&mut self, word: &[u8]) -> Result<(), Error> {
        for &byte in word {
            if self.next()? != byte {
                return Err(Error::JsonSyntax);
            }
        }
        Ok(())
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    fn number(&mut self) -> Result<(), Error> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        match self.peek() {
            Some(b'0'..=b'9') => Err(Error::JsonNumber),
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Err(Error::JsonNumber),
            None => return Err(Error::JsonEnd),
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.step();
        }
        Ok(())
    }

    /// A string whose quote lies behind.
    fn string(&mut self) -> Result<Quoted, Error> {
        let start = self.position;
        // Nothing, behind base64url.
        let rest = match self.plain.first() {
            Some(plain) => plain.get(start..).unwrap_or_default(),
            None => self.text.plain_from(start),
        };
        let len = self.ordinary(rest);
        let end = self.position;
        if rest.get(len) == Some(&b'"') {
            self.step();
            return Ok(Quoted {
                start,
                end,
                literal: true,
            });
        }
        self.special_string(start)
    }

    /// A string that goes on with more than bytes that stand for themselves.
    // A frame of its own: most strings have nothing else.
    #[inline(never)]
    fn special_string(&mut self, start: usize) -> Result<Quoted, Error> {
        let mut literal = self.text.is_plain();
        loop {
            let end = self.position;
            match self.next()? {
                b'"' => {
                    return Ok(Quoted {
                        start,
                        end,
                        literal,
                    });
                }
                b'\\' => {
                    literal = false;
                    self.escape()?;
                }
                0..0x20 => return Err(Error::JsonEscape),
                // Behind base64url every byte comes here.
                0x20..0x80 => continue,
                lead @ 0x80.. => self.utf8(lead)?,
            }
            self.ordinary(self.text.plain_from(self.position));
        }
    }

    /// Past the bytes that stand for themselves at the start of a plain text: most of it.
    fn ordinary(&mut self, plain: &[u8]) -> usize {
        let len = base64url::ordinary_run(plain);
        #[cfg(test)]
        crate::text::steps::count(u64::try_from(len).unwrap_or(u64::MAX));
        self.position = self.position.wrapping_add(len);
        len
    }

    fn escape(&mut self) -> Result<(), Error> {
        let (_, end) = unescape(self.text, self.position)?;
        self.position = end;
        Ok(())
    }

    /// The rest of a multi-byte character (Unicode 16, table 3-7).
    fn utf8(&mut self, lead: u8) -> Result<(), Error> {
        let (second, more) = match lead {
            0xc2..=0xdf => (0x80..=0xbf, 0),
            0xe0 => (0xa0..=0xbf, 1),
            0xed => (0x80..=0x9f, 1),
            0xe1..=0xef => (0x80..=0xbf, 1),
            0xf0 => (0x90..=0xbf, 2),
            0xf1..=0xf3 => (0x80..=0xbf, 2),
            0xf4 => (0x80..=0x8f, 2),
            _ => return Err(Error::JsonUtf8),
        };
        let mut allowed = second;
        for _ in 0..=more {
            let byte = self.next()?;
            if !allowed.contains(&byte) {
                return Err(Error::JsonUtf8);
            }
            allowed = 0x80..=0xbf;
        }
        Ok(())
    }
}

/// The open containers of a value, one bit each from the innermost on: 1 for an object.
struct Nesting {
    outer: usize,
    depth: usize,
    objects: u128,
}

const _: () = assert!(MAX_DEPTH <= 128);

impl Nesting {
    const fn new(outer: usize) -> Self {
        Self {
            outer,
            depth: 0,
            objects: 0,
        }
    }

    fn open(&mut self, is_object: bool, limit: usize) -> Result<(), Error> {
        let depth = self.depth.saturating_add(1);
        if self.outer.saturating_add(depth) > limit {
            return Err(Error::JsonDepth);
        }
        self.objects = self.objects << 1 | u128::from(is_object);
        self.depth = depth;
        Ok(())
    }

    const fn innermost(&self) -> Option<bool> {
        match self.depth {
            0 => None,
            _ => Some(self.objects & 1 == 1),
        }
    }

    const fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
    }
}
