//! No object has two members of one name, wherever they stand and however they are written (RFC 7515 section 4, RFC 7519
//! section 4).

use keycard::{Reason, json};

fn verdict(text: &str) -> Result<(), Reason> {
    json::check(text.as_bytes(), &mut [0; 4096]).map_err(|error| error.reason())
}

#[test]
fn a_second_member_is_found_across_whatever_stands_between_it_and_the_first() {
    for value in ["[]", "{}", "[[1],2]", "[{}]", r#"[{"c":1},{"d":[]}]"#, r#"{"a":[{"b":1}]}"#] {
        for text in [
            format!(r#"{{"a":{value},"b":1,"a":2}}"#),
            format!(r#"{{"a":1,"b":{value},"a":2}}"#),
            format!(r#"{{"b":{value},"a":1,"c":{value},"a":2}}"#),
            format!(r#"[{value},{{"a":1,"b":{value},"c":{value},"\u0061":2}}]"#),
        ] {
            assert_eq!(verdict(&text), Err(Reason::JsonDuplicate), "{text}");
        }
        let text = format!(r#"{{"a":{value},"b":{value},"c":{value}}}"#);
        assert_eq!(verdict(&text), Ok(()), "{text}");
    }
}

#[test]
fn a_second_member_is_found_among_any_number_of_others() {
    for count in 1..64 {
        let names: Vec<String> = (0..count).map(|index| format!("\"{index}\":0")).collect();
        let names = names.join(",");
        assert_eq!(verdict(&format!("{{{names}}}")), Ok(()));
        for first in 0..count {
            let text = format!("{{{names},\"{first}\":0}}");
            assert_eq!(verdict(&text), Err(Reason::JsonDuplicate), "{text}");
        }
    }
}
