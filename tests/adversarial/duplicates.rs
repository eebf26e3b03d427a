//! No object has two members with the same name, at any position and in any spelling (RFC 7515
//! section 4, RFC 7519 section 4).

use keycard::{Reason, json};

fn verdict(text: &str) -> Result<(), Reason> {
    json::check(text.as_bytes(), &mut [0; 1 << 16]).map_err(|error| error.reason())
}

#[test]
fn rejects_duplicate_member_whatever_stands_between() {
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

/// Names with the same hash in this library: the same length, with the same last four bytes.
fn colliding(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{:017}{index:04}same", "")).collect()
}

#[cfg(target_pointer_width = "64")]
#[test]
fn finds_a_repeated_name_among_a_thousand() {
    let numbered: Vec<String> = (0..1000).map(|index| index.to_string()).collect();
    for names in [numbered, colliding(1000)] {
        let members = |names: &[String]| {
            let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
            members.join(",")
        };
        let text = members(&names);
        assert_eq!(verdict(&format!("{{{text}}}")), Ok(()));
        for (first, second) in
            [(0, 64), (0, 999), (63, 64), (64, 65), (63, 500), (500, 501), (998, 999), (10, 20)]
        {
            let mut repeated = names.clone();
            repeated[second].clone_from(&names[first]);
            let text = members(&repeated);
            // The repeated member is nested, before other members, or has an escape.
            for text in [
                format!("{{{text}}}"),
                format!("{{\"x\":[{{{text}}},{{}}],\"y\":{{}}}}"),
                format!("{{{}}}", members(&names[..100]) + &format!(",\"a\":{{{text}}}")),
            ] {
                assert_eq!(verdict(&text), Err(Reason::JsonDuplicate), "{first} {second}");
            }
            let escaped = format!("\\u00{:02x}{}", names[first].as_bytes()[0], &names[first][1..]);
            repeated[second] = escaped;
            let text = format!("{{{}}}", members(&repeated));
            let error = json::check(text.as_bytes(), &mut [0; 1 << 16]).unwrap_err();
            assert_eq!(error.reason(), Reason::JsonDuplicate);
            let place = text.find(&format!("\"{}\"", repeated[second]));
            assert_eq!(error.offset(), place, "where the second stands");
        }
    }
}

#[cfg(target_pointer_width = "64")]
#[test]
fn sorted_names_are_told_apart_as_by_a_set() {
    // A small generator, so that every run has the same names (Knuth, volume 2, section 3.3.4).
    let mut state = 1u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..300 {
        let count = 65 + random(300);
        let range = count * (1 + random(400));
        let name = |number: usize| match number % 3 {
            0 => format!("{number}"),
            1 => format!("{}é", number.wrapping_mul(0x9E37) % (range + 1)),
            _ => format!("{}\\n{}", "x".repeat(number % 7), number),
        };
        let names: Vec<String> = (0..count).map(|_| name(random(range))).collect();
        let distinct: std::collections::HashSet<&String> = names.iter().collect();
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":[]")).collect();
        let expected = if distinct.len() == count { Ok(()) } else { Err(Reason::JsonDuplicate) };
        assert_eq!(verdict(&format!("{{{}}}", members.join(","))), expected, "{round}");
    }
}
