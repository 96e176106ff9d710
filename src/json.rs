//! A strict, streaming JSON reader: no tree, no recursion, bounded depth (RFC 8259).
//!
//! It refuses bytes after the value, a byte order mark, malformed UTF-8, lone surrogates, and, in
//! objects that are entered, members of one name (after unescaping). A value that is skipped is
//! checked for all but that.

pub use crate::reader::Kind;
pub(crate) use crate::reader::Value;
use crate::{
    error::Error,
    limits::{Limits, MAX_DEPTH, MAX_JSON_LEN},
    reader::Reader,
    string::JsonStr,
    text::Text,
};

/// The type that a known member must have.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    String,
    Strings,
    StringOrStrings,
    Number,
    Boolean,
    Object,
}

impl Type {
    pub(crate) fn fits(self, value: &Value<'_>) -> bool {
        match (self, value.kind) {
            (Self::String | Self::StringOrStrings, Kind::String)
            | (Self::Number, Kind::Number)
            | (Self::Boolean, Kind::True | Kind::False)
            | (Self::Object, Kind::Object) => true,
            (Self::Strings | Self::StringOrStrings, Kind::Array) => value.is_string_array(),
            _ => false,
        }
    }
}

impl<'a> Value<'a> {
    pub(crate) fn string(&self) -> Option<JsonStr<'a>> {
        let (start, end) = (self.start.saturating_add(1), self.end.saturating_sub(1));
        (self.kind == Kind::String).then(|| JsonStr::checked(self.text, start, end))
    }

    /// The elements of an array; nothing for another kind.
    pub(crate) fn elements(&self) -> Elements<'a> {
        let start = self.start.saturating_add(1);
        Elements {
            reader: Reader::at(self.text, start, MAX_DEPTH),
            open: self.kind == Kind::Array,
        }
    }

    /// The members of an object, uniqueness unchecked; nothing for another kind.
    pub(crate) fn members(&self) -> Members<'a> {
        Members {
            reader: Reader::at(self.text, self.start.saturating_add(1), MAX_DEPTH),
            open: self.kind == Kind::Object,
            first: true,
        }
    }

    /// The elements that follow this one in a checked array.
    pub(crate) fn elements_behind(&self) -> Elements<'a> {
        let mut reader = Reader::at(self.text, self.end, MAX_DEPTH);
        // In a checked array something else is its end.
        let open = reader.expect(b',').is_ok();
        Elements { reader, open }
    }

    /// The members that follow the one of this value in a checked object.
    pub(crate) fn members_behind(&self) -> Members<'a> {
        Members {
            reader: Reader::at(self.text, self.end, MAX_DEPTH),
            open: true,
            first: false,
        }
    }

    /// Whether this is an array of strings.
    pub(crate) fn is_string_array(&self) -> bool {
        self.kind == Kind::Array && self.elements().all(|element| element.kind == Kind::String)
    }
}

impl<'a> JsonStr<'a> {
    /// The string with its quotes.
    pub(crate) const fn value(&self) -> Value<'a> {
        let (start, end) = self.range();
        Value {
            text: self.text(),
            start: start.saturating_sub(1),
            end: end.saturating_add(1),
            kind: Kind::String,
        }
    }
}

/// The members of a checked object.
pub(crate) struct Members<'a> {
    reader: Reader<'a>,
    open: bool,
    first: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = (JsonStr<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if !self.open {
            return None;
        }
        let member = self.reader.member(self.first, 1).ok().flatten();
        self.first = false;
        self.open = member.is_some();
        member.map(|member| (member.name(&self.reader), member.value(&self.reader)))
    }
}

/// The elements of a checked array.
pub(crate) struct Elements<'a> {
    reader: Reader<'a>,
    open: bool,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if !self.open {
            return None;
        }
        if self.reader.whitespace() == Some(b']') {
            self.open = false;
            return None;
        }
        let value = self.reader.element();
        self.open = value.is_some() && self.reader.expect(b',').is_ok();
        value
    }
}

/// Reads a whole text that must be one object, and hands each member to `visit`.
///
/// # Errors
/// The JSON errors; whatever `visit` returns.
pub(crate) fn read_object<'a>(
    text: Text<'a>,
    limits: &Limits,
    visit: &mut dyn FnMut(JsonStr<'a>, Value<'a>, u32) -> Result<(), Error>,
) -> Result<(), Error> {
    if text.len() > MAX_JSON_LEN {
        return Err(Error::JsonTooLong);
    }
    let mut reader = Reader::at(text, 0, limits.depth);
    let is_object = reader.whitespace() == Some(b'{');
    if is_object {
        reader.object(limits, visit)?;
    } else {
        reader.value(0)?;
    }
    reader.finish()?;
    if is_object {
        Ok(())
    } else {
        Err(Error::JsonNotObject)
    }
}

/// The object that is the whole of a text that was read before, behind white space.
pub(crate) fn whole_object(text: Text<'_>) -> Value<'_> {
    let brace = (0..text.len()).find(|&index| text.byte(index) == Some(b'{'));
    Value {
        text,
        start: brace.unwrap_or(0),
        end: text.len(),
        kind: Kind::Object,
    }
}

/// Enters an object inside a checked text, and hands each member to `visit`.
///
/// # Errors
/// `JsonType` for another kind, `JsonMembers`, `JsonDuplicate`; whatever `visit` returns.
pub(crate) fn enter<'a>(
    value: &Value<'a>,
    limits: &Limits,
    visit: &mut dyn FnMut(JsonStr<'a>, Value<'a>, u32) -> Result<(), Error>,
) -> Result<(), Error> {
    if value.kind != Kind::Object {
        return Err(Error::JsonType);
    }
    Reader::at(value.text, value.start, MAX_DEPTH).object(limits, visit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{limits, text::steps};
    use std::{borrow::ToOwned as _, format, string::String, vec::Vec};

    fn read(text: &[u8]) -> Result<usize, Error> {
        let mut members = 0;
        read_object(Text::plain(text), &Limits::DEFAULT, &mut |_, _, _| {
            members += 1;
            Ok(())
        })?;
        Ok(members)
    }

    #[test]
    fn texts() {
        use Error::*;
        let cases: &[(&[u8], Result<usize, Error>)] = &[
            (b"{}", Ok(0)),
            (b" \t\n\r{ } ", Ok(0)),
            (br#"{"a":1,"b":[],"c":{"d":null}}"#, Ok(3)),
            (br#"{"":""}"#, Ok(1)),
            (br#"{"a":[[],{},[1,"x",true,false,null,{"b":{}}]]}"#, Ok(1)),
            (br#"{"a":-0.0e-0,"b":1E+2,"c":10}"#, Ok(3)),
            (br#"{"\u0041":"\ud83d\ude00\n\/\\\""}"#, Ok(1)),
            ("{\"\u{e9}\u{20ac}\u{1f600}\":1}".as_bytes(), Ok(1)),
            (b"", Err(JsonEnd)),
            (b"{", Err(JsonEnd)),
            (b"[]", Err(JsonNotObject)),
            (b"\"a\"", Err(JsonNotObject)),
            (b"null", Err(JsonNotObject)),
            (b"[] x", Err(JsonTrailing)),
            (b"{} {}", Err(JsonTrailing)),
            (b"{}\0", Err(JsonTrailing)),
            (b"\xef\xbb\xbf{}", Err(JsonSyntax)),
            (b"{,}", Err(JsonSyntax)),
            (br#"{"a"}"#, Err(JsonSyntax)),
            (br#"{"a":}"#, Err(JsonSyntax)),
            (br#"{"a":1,}"#, Err(JsonSyntax)),
            (br#"{"a":1 "b":2}"#, Err(JsonSyntax)),
            (br#"{a:1}"#, Err(JsonSyntax)),
            (br#"{'a':1}"#, Err(JsonSyntax)),
            (br#"{"a":[1,]}"#, Err(JsonSyntax)),
            (br#"{"a":[1}"#, Err(JsonSyntax)),
            (br#"{"a":{"b":1]"#, Err(JsonSyntax)),
            (br#"{"a":{"b":1,}}"#, Err(JsonSyntax)),
            (br#"{"a":{"b"}}"#, Err(JsonSyntax)),
            (br#"{"a":tru}"#, Err(JsonSyntax)),
            (br#"{"a":NaN}"#, Err(JsonSyntax)),
            (br#"{"a":+1}"#, Err(JsonSyntax)),
            (br#"{"a":.5}"#, Err(JsonSyntax)),
            (br#"{"a":/**/1}"#, Err(JsonSyntax)),
            (br#"{"a":01}"#, Err(JsonNumber)),
            (br#"{"a":1.}"#, Err(JsonNumber)),
            (br#"{"a":1e}"#, Err(JsonNumber)),
            (br#"{"a":-}"#, Err(JsonNumber)),
            (br#"{"a":0x1}"#, Err(JsonSyntax)),
            (br#"{"a":-"#, Err(JsonEnd)),
            (br#"{"a":tr"#, Err(JsonEnd)),
            (br#"{"a":"\"#, Err(JsonEnd)),
            (br#"{"a":"\x"}"#, Err(JsonEscape)),
            (br#"{"a":"\u12g4"}"#, Err(JsonEscape)),
            (br#"{"a":"\ud800"}"#, Err(JsonEscape)),
            (br#"{"a":"\ud800\u0041"}"#, Err(JsonEscape)),
            (br#"{"a":"\ud800\n"}"#, Err(JsonEscape)),
            (br#"{"a":"\udc00"}"#, Err(JsonEscape)),
            (b"{\"a\":\"\n\"}", Err(JsonEscape)),
            (b"{\"a\":\"\0\"}", Err(JsonEscape)),
            (b"{\"a\":\"\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xc0\xaf\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xe0\x80\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xed\xa0\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xf0\x80\x80\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xf4\x90\x80\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xf5\x80\x80\x80\"}", Err(JsonUtf8)),
            (b"{\"a\":\"\xe2\x82\"}", Err(JsonUtf8)),
            (br#"{"a":1,"a":2}"#, Err(JsonDuplicate)),
            (br#"{"a":1,"b":2,"\u0061":3}"#, Err(JsonDuplicate)),
            (
                br#"{"\ud83d\ude00":1,"\uD83D\uDE00":2}"#,
                Err(JsonDuplicate),
            ),
            (br#"{"":1,"":2}"#, Err(JsonDuplicate)),
            (br#"{"a":{"b":1,"b":2}}"#, Ok(1)),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), *expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn agrees_with_serde_json_on_every_short_text() {
        const LETTERS: &[u8] = b"{}[]:,\"a1-0.e\\ut ";
        let mut text: Vec<u8> = Vec::new();
        let mut checked = 0_u32;
        // Inside an array, so that each text may be any value.
        for len in 0..=4 {
            for mut index in 0..LETTERS.len().pow(len) {
                text.clear();
                text.extend_from_slice(b"{\"x\":");
                for _ in 0..len {
                    text.push(LETTERS[index % LETTERS.len()]);
                    index /= LETTERS.len();
                }
                text.push(b'}');
                let expected = serde_json::from_slice::<serde_json::Value>(&text);
                let found = read(&text);
                let is_excused = found == Err(Error::JsonDuplicate);
                assert!(
                    found.is_ok() == expected.is_ok() || is_excused,
                    "{}: {found:?} {expected:?}",
                    String::from_utf8_lossy(&text)
                );
                checked += 1;
            }
        }
        assert_eq!(checked, 88_741);
    }

    #[test]
    fn members_and_elements_end_once_and_for_all() {
        let text = Text::plain(br#"{"a":[1,2]}"#);
        let mut members = whole_object(text).members();
        let (name, array) = members.next().unwrap();
        assert!(name == *"a");
        let mut elements = array.elements();
        assert_eq!(elements.by_ref().count(), 2);
        for _ in 0..2 {
            assert!(members.next().is_none());
            assert!(elements.next().is_none());
        }
        // A text that nobody has checked ends where it is no JSON any more.
        let unchecked = Value {
            text: Text::plain(b"[1,x]"),
            start: 0,
            end: 5,
            kind: Kind::Array,
        };
        let mut elements = unchecked.elements();
        assert_eq!(elements.next().map(|value| value.kind), Some(Kind::Number));
        for _ in 0..2 {
            assert!(elements.next().is_none());
        }
    }

    #[test]
    fn what_follows_is_found_from_each_value_alone() {
        let array = |text: &'static str| {
            let object = whole_object(Text::plain(text.as_bytes()));
            let (_, array) = object.members().next().unwrap();
            array
        };
        for text in [
            r#"{"a":[]}"#,
            r#"{"a":[1],"b":2}"#,
            r#"{"a":["x\"]",[1,[2],{}] , {"b":[3],"c":4},null ,-1e1 ]}"#,
        ] {
            let array = array(text);
            let expected: Vec<_> = array
                .elements()
                .map(|each| (each.start, each.end))
                .collect();
            let mut found = Vec::new();
            let mut each = array.elements().next();
            while let Some(value) = each {
                found.push((value.start, value.end));
                each = value.elements_behind().next();
            }
            assert_eq!(found, expected, "{text}");
        }
        let object = whole_object(Text::plain(br#" {"a":[1,{"b":2}] , "c":"}","d" :null } "#));
        let expected: Vec<_> = object.members().map(|(_, value)| value.start).collect();
        let mut found = Vec::new();
        let mut each = object.members().next();
        while let Some((_, value)) = each {
            found.push(value.start);
            each = value.members_behind().next();
        }
        assert_eq!((found.len(), found), (3, expected));
        // Behind the whole there is nothing.
        assert!(object.elements_behind().next().is_none());
        assert!(object.members_behind().next().is_none());
    }

    #[test]
    fn steps_over_a_long_array_are_linear() {
        let text = format!("{{\"a\":[{}0]}}", "0,".repeat(20_000));
        let object = whole_object(Text::plain(text.as_bytes()));
        let (_, array) = object.members().next().unwrap();
        steps::take();
        let mut each = array.elements().next();
        let mut count = 0;
        while let Some(value) = each {
            count += 1;
            each = value.elements_behind().next();
        }
        assert_eq!(count, 20_001);
        assert!(steps::take() < 16 * text.len() as u64);
    }

    #[test]
    fn depth_is_bounded() {
        let nested =
            |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(read(nested(64).as_bytes()), Ok(1));
        assert_eq!(read(nested(65).as_bytes()), Err(Error::JsonDepth));
        assert_eq!(read(nested(10_000).as_bytes()), Err(Error::JsonDepth));
        let objects = |levels: usize| "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
        assert_eq!(read(objects(65).as_bytes()), Ok(1));
        assert_eq!(read(objects(66).as_bytes()), Err(Error::JsonDepth));
        let deepest = Limits {
            depth: MAX_DEPTH,
            ..Limits::DEFAULT
        };
        let read_with = |levels: usize| {
            let text = objects(levels);
            read_object(
                Text::plain(text.as_bytes()),
                &deepest,
                &mut |_, _, _| Ok(()),
            )
        };
        assert_eq!(read_with(128), Ok(()));
        assert_eq!(read_with(129), Err(Error::JsonDepth));
    }

    #[test]
    fn members_are_bounded() {
        let object = |count: usize| {
            let members: Vec<String> = (0..count).map(|i| format!("\"{i}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(read(object(256).as_bytes()), Ok(256));
        assert_eq!(read(object(257).as_bytes()), Err(Error::JsonMembers));
        assert_eq!(read(object(5_000).as_bytes()), Err(Error::JsonMembers));
        let few = Limits {
            members: 2,
            ..Limits::DEFAULT
        };
        let read_few = |count: usize| {
            read_object(
                Text::plain(object(count).as_bytes()),
                &few,
                &mut |_, _, _| Ok(()),
            )
        };
        assert_eq!(read_few(2), Ok(()));
        assert_eq!(read_few(3), Err(Error::JsonMembers));
    }

    /// Beyond this length a place would not fit its mark, and a double not be found.
    #[test]
    fn length_is_bounded() {
        let object = |len: usize, last: &str| {
            let start = "{\"a\":0,\"b\":\"";
            let end = format!("\",\"{last}\":0}}");
            start.to_owned() + &"x".repeat(len - start.len() - end.len()) + &end
        };
        assert_eq!(read(object(MAX_JSON_LEN, "c").as_bytes()), Ok(3));
        assert_eq!(
            read(object(MAX_JSON_LEN, "a").as_bytes()),
            Err(Error::JsonDuplicate)
        );
        for last in ["a", "c"] {
            assert_eq!(
                read(object(MAX_JSON_LEN + 1, last).as_bytes()),
                Err(Error::JsonTooLong)
            );
        }
        // A name at the last place that a mark can hold.
        let late = |name: &str| {
            let text = object(MAX_JSON_LEN, "z");
            text[..text.len() - 16].to_owned() + "\",\"\":0,\"" + name + "\":0}"
        };
        assert_eq!(read(late("").as_bytes()), Err(Error::JsonDuplicate));
    }

    #[test]
    fn work_is_bounded_for_the_worst_text() {
        let plain = |names: &[String]| {
            let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        let escaped = |name: &String| -> String {
            name.bytes().map(|byte| format!("\\u{byte:04x}")).collect()
        };
        let names = steps::colliding_names(256);
        let behind = |first: &str| plain(&names).replacen(":0", &format!(":{first}"), 1);
        let texts = [
            plain(&names),
            // A large value in front, over which no search may go again and again.
            behind(&format!("[{}0]", "0,".repeat(20_000))),
            behind(&format!("\"{}\"", "x".repeat(40_000))),
            plain(&names.iter().map(escaped).collect::<Vec<_>>()),
            plain(&(0..256).map(|i| format!("{i}")).collect::<Vec<_>>()),
            format!("{{\"a\":\"{}\"}}", "x".repeat(60_000)),
            format!("{{\"a\":[{}0]}}", "0,".repeat(30_000)),
        ];
        let mut worst = 0;
        for text in texts {
            steps::take();
            assert!(read(text.as_bytes()).is_ok());
            worst = worst.max(steps::take() / text.len() as u64);
        }
        // The bound holds, and the worst text does come near it.
        let limit = limits::MAX_STEPS_PER_BYTE as u64;
        assert!((limit / 2..limit).contains(&worst), "{worst} steps a byte");
    }
}
