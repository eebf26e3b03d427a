//! `keycard flow`.

use crate::answer::Answer;
use clap::builder::PossibleValuesParser;
use clap::{Args, builder::TypedValueParser as _};
use keycard::flow::{Application, Endpoint, Fit, Flow, Issued, Presence, ResponseType};
use serde_json::{Value, json};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The kind of application to find the flow for
    #[arg(long, value_name = "KIND", value_parser = applications())]
    app: Option<Application>,
    /// The response type to explain, its words in any order
    #[arg(long, value_name = "WORDS", value_parser = response_type, conflicts_with = "app")]
    response_type: Option<ResponseType>,
}

fn applications() -> impl clap::builder::TypedValueParser<Value = Application> {
    let names = Application::ALL.iter().map(|application| application.name());
    PossibleValuesParser::new(names).try_map(|name| {
        let found = Application::ALL.iter().find(|application| application.name() == name);
        found.copied().ok_or("no such application")
    })
}

fn response_type(text: &str) -> Result<ResponseType, String> {
    text.parse().map_err(|_| {
        let known: Vec<_> = ResponseType::ALL.iter().map(|known| known.name()).collect();
        format!("the response types are: {}", known.join(", "))
    })
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let mut answer = Answer::yes();
    match (arguments.app, arguments.response_type) {
        (Some(application), _) if as_json => answer.say(of_application(application)),
        (Some(application), _) => show_application(&mut answer, application),
        (None, Some(response_type)) if as_json => {
            answer.say(of_response_type(response_type));
        }
        (None, Some(response_type)) => show_response_type(&mut answer, response_type),
        (None, None) if as_json => {
            let all = Application::ALL.iter().map(|application| of_application(*application));
            answer.say(Value::from_iter(all));
        }
        (None, None) => show_table(&mut answer),
    }
    Ok(answer)
}

fn show_table(answer: &mut Answer) {
    answer.say(format_args!(
        "{:<20} {:<29} {:<29} today",
        "application", "classic flow", "RFC 9700: this"
    ));
    for application in Application::ALL {
        let classic = application.flow();
        answer.say(format_args!(
            "{:<20} {:<29} {:<29} {}",
            application.name(),
            classic.name(),
            classic.practice().name(),
            application.flow_today()
        ));
    }
}

fn show_application(answer: &mut Answer, application: Application) {
    let (classic, today) = (application.flow(), application.flow_today());
    answer.say(format_args!("{application}: {classic}"));
    answer.say(format_args!("  today: {today}"));
    answer.say(format_args!("  {classic}: {}", classic.practice_text()));
    if today != classic {
        answer.say(format_args!("  {today}: {}", today.practice_text()));
    }
    answer.say(format_args!("  by the classic table:"));
    for fit in Fit::ALL {
        let flows: Vec<_> = fitting(application, *fit).map(Flow::name).collect();
        answer.say(format_args!("    {fit}: {}", flows.join(", ")));
    }
}

fn show_response_type(answer: &mut Answer, response_type: ResponseType) {
    let flow = response_type.flow().map_or("no flow", Flow::name);
    answer.say(format_args!("{response_type}: {flow}"));
    for endpoint in Endpoint::ALL {
        let always = issued(response_type, *endpoint, Presence::Always);
        let possible = issued(response_type, *endpoint, Presence::Possible);
        let mut all = always;
        all.extend(possible.iter().map(|name| format!("perhaps {name}")));
        let all = if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
        answer.say(format_args!("  from the {endpoint}: {all}"));
        let checks = checks(response_type, *endpoint);
        if !checks.is_empty() {
            answer.say(format_args!("    its ID token must pass: {}", checks.join(", ")));
        }
    }
}

fn of_application(application: Application) -> Value {
    let of_flow = |flow: Flow| {
        json!({
            "flow": flow.name(),
            "fit": application.fit(flow).name(),
            "practice": flow.practice().name(),
            "practice_text": flow.practice_text(),
        })
    };
    json!({
        "application": application.name(),
        "classic": application.flow().name(),
        "today": application.flow_today().name(),
        "flows": Flow::ALL.iter().map(|flow| of_flow(*flow)).collect::<Vec<_>>(),
    })
}

fn of_response_type(response_type: ResponseType) -> Value {
    let of_endpoint = |endpoint| {
        json!({
            "always": issued(response_type, endpoint, Presence::Always),
            "possible": issued(response_type, endpoint, Presence::Possible),
            "mandatory_checks": checks(response_type, endpoint),
        })
    };
    json!({
        "response_type": response_type.name(),
        "flow": response_type.flow().map(Flow::name),
        "authorization_endpoint": of_endpoint(Endpoint::Authorization),
        "token_endpoint": of_endpoint(Endpoint::Token),
    })
}

fn fitting(application: Application, fit: Fit) -> impl Iterator<Item = Flow> {
    Flow::ALL.iter().copied().filter(move |flow| application.fit(*flow) == fit)
}

fn issued(response_type: ResponseType, endpoint: Endpoint, presence: Presence) -> Vec<String> {
    let all = Issued::ALL.iter();
    let issued = all.filter(|issued| response_type.presence(endpoint, **issued) == presence);
    issued.map(|issued| issued.name().to_owned()).collect()
}

fn checks(response_type: ResponseType, endpoint: Endpoint) -> Vec<&'static str> {
    let checks = response_type.mandatory_checks(endpoint).iter();
    checks.map(|check| check.name()).collect()
}
