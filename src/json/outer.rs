//! Accepts the object around a list, without the elements of that list. The caller scans each
//! element.

use super::records::{Records, record};
use super::scan::scan;
use super::value::Value;
use crate::error::{Error, Reason};

/// Accepts `text`, an object whose [syntax](super::scan::check_syntax) was checked, except for the
/// elements of the array in its member `list`. Linear, like a scan.
///
/// # Errors
///
/// As for [`scan`]; [`Reason::JsonNotAnObject`].
pub(crate) fn scan_around(text: &[u8], list: &str, records: &mut Records<'_>) -> Result<(), Error> {
    let object = Value::whole(text).and_then(|value| value.object());
    let object = object.ok_or(Error::new(Reason::JsonNotAnObject))?;
    let mut members = object.members();
    loop {
        let start = members.offset_in(text);
        let Some((name, _)) = members.next() else { break };
        // A name is a string, and a string is a JSON value, so `scan` can check it.
        if let Some(name) = Value::at(text, start) {
            scan(name.source(), &mut Records::counted()).map_err(|error| error.offset_by(start))?;
        }
        if records.length >= records.most_members {
            return Err(Error::new(Reason::JsonMembers).at_offset(start));
        }
        records.push(record(name, start))?;
    }
    if let Some(repeated) = records.find_repeated(0, text) {
        // RFC 7517 section 5 requires unique names, as RFC 7515 section 4 does.
        return Err(Error::new(Reason::JsonDuplicate).at_offset(repeated));
    }
    for (name, value) in object.members() {
        if name == *list && value.array().is_some() {
            continue;
        }
        records.truncate(0);
        let start = value.offset_in(text);
        scan(value.source(), records).map_err(|error| error.offset_by(start))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::scan::check_syntax;
    use super::*;
    use crate::limits::MAX_MEMBERS;

    fn scanned(text: &str) -> Result<(), (Reason, Option<usize>)> {
        let text = text.as_bytes();
        let mut words = vec![0; MAX_MEMBERS + 1];
        check_syntax(text)
            .and_then(|()| scan_around(text, "keys", &mut Records::words(&mut words)))
            .map_err(|error| (error.reason(), error.offset()))
    }

    #[test]
    fn accepts_any_element_of_the_list() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        for element in ["1", r#""\ud800""#, r#"{"a":1,"a":2}"#, r#"{"\udfff":{"a":[]}}"#, &deep] {
            let text =
                format!(r#" {{"a":[{{"b":1}}],"keys":[{element},{element}],"c":{{"b":2}}}}"#);
            assert_eq!(scanned(&text), Ok(()), "{element:.20}");
            let beside = format!(r#"{{"keys":[],"other":[{element}]}}"#);
            assert_eq!(scanned(&beside).is_ok(), element == "1", "{element:.20}");
        }
    }

    #[test]
    fn rejects_faults_around_the_list_where_they_are() {
        for (text, reason, offset) in [
            (r#"{"keys":[],"keys":[]}"#, Reason::JsonDuplicate, 11),
            (r#"{"keys":[],"k\u0065ys":1}"#, Reason::JsonDuplicate, 11),
            (r#"{"a":{"b":1,"b":2},"keys":[]}"#, Reason::JsonDuplicate, 12),
            (r#"{"keys":[],"\ud800":1}"#, Reason::JsonSurrogate, 12),
            (r#"{"keys":{"a":1,"a":2}}"#, Reason::JsonDuplicate, 15),
            (r#"{"keys":[{"a":1,"a" 2}]}"#, Reason::JsonSyntax, 20),
            (r#"{"keys":[]}}"#, Reason::JsonSyntax, 11),
        ] {
            assert_eq!(scanned(text), Err((reason, Some(offset))), "{text}");
        }
        assert_eq!(scanned("[]"), Err((Reason::JsonNotAnObject, None)));
        let many: Vec<String> = (0..=MAX_MEMBERS).map(|name| format!(r#""{name}":0"#)).collect();
        let members = |count: usize| scanned(&format!("{{{}}}", many[..count].join(",")));
        assert_eq!(members(MAX_MEMBERS), Ok(()));
        assert_eq!(members(MAX_MEMBERS + 1).unwrap_err().0, Reason::JsonMembers);
    }

    #[test]
    fn rejects_deep_texts_that_do_not_close() {
        for text in ["[".repeat(200), format!("{}{}", "[".repeat(200), "]".repeat(199))] {
            assert_eq!(scanned(&text).unwrap_err().0, Reason::JsonSyntax);
        }
        let unquoted = format!("{}\"{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(scanned(&unquoted).unwrap_err().0, Reason::JsonSyntax);
    }
}
