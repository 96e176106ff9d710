//! The host program `examples/login`, as a user drives it: a provider on loopback speaks real HTTP,
//! and the test is the browser.
#![cfg(all(feature = "oidc", feature = "rsa", feature = "p256"))]

mod support;

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use support::{
    ISSUER,
    provider::{Place, Provider},
};
use tiny_http::{Header, Response, Server};
use ureq::Agent;

/// A provider that answers HTTP, and where.
struct Running {
    address: String,
    /// The paths that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

fn serve(mut provider: Provider) -> Running {
    let server = Server::http("127.0.0.1:0").expect("a port");
    let address = server
        .server_addr()
        .to_ip()
        .expect("an address")
        .to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    thread::spawn(move || {
        for mut request in server.incoming_requests() {
            let mut body = String::new();
            request.as_reader().read_to_string(&mut body).expect("text");
            let url = request.url().to_owned();
            let path = url.split('?').next().expect("a path").to_owned();
            let has_token = request.headers().iter().any(|header| {
                header.field.equiv("Authorization")
                    && header.value.as_str().starts_with("Bearer access-")
            });
            log.lock().expect("the log").push(path.clone());
            let json = |value: Value| Response::from_string(value.to_string());
            let response = match path.as_str() {
                "/.well-known/openid-configuration" => json(provider.metadata()),
                "/jwks" => Response::from_string(provider.jwks())
                    .with_header(
                        "Cache-Control: max-age=600"
                            .parse::<Header>()
                            .expect("a header"),
                    )
                    .with_header("ETag: \"1\"".parse::<Header>().expect("a header")),
                "/authorize" => {
                    let parameters = provider.authorize(&format!("https://op.example{url}"));
                    Response::from_string(parameters)
                }
                "/token" => json(provider.token(&body)),
                "/device" => json(provider.device()),
                "/userinfo" if has_token => json(provider.userinfo()),
                _ => Response::from_string("").with_status_code(404),
            };
            request.respond(response).expect("an answer");
        }
    });
    Running { address, asked }
}

/// The program, built by `cargo test`.
fn program() -> Command {
    let test = std::env::current_exe().expect("this test");
    let folder = test.parent().and_then(|deps| deps.parent());
    Command::new(folder.expect("the target folder").join("examples/login"))
}

/// The program under test; the line that it shows the user has been read.
struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    shown: String,
}

fn start(running: &Running, listen: &str, more: &[&str]) -> Program {
    let mut child = program()
        .args([
            "--issuer",
            ISSUER,
            "--connect",
            &running.address,
            "--client-id",
            support::CLIENT,
        ])
        .args(["--listen", listen])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut shown = String::new();
    output.read_line(&mut shown).expect("a line");
    Program {
        child,
        output,
        shown,
    }
}

impl Program {
    /// What else it prints, its complaint, and whether it succeeded.
    fn end(mut self) -> (String, String, bool) {
        let (mut output, mut complaint) = (String::new(), String::new());
        self.output.read_to_string(&mut output).expect("text");
        let mut errors = self.child.stderr.take().expect("its errors");
        errors.read_to_string(&mut complaint).expect("text");
        (
            output,
            complaint,
            self.child.wait().expect("an end").success(),
        )
    }
}

/// A port that was free a moment ago.
fn free() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

fn now() -> i64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(elapsed.as_secs()).expect("seconds")
}

/// Opens the page that the program shows, logs in, and follows the way back.
fn browse(running: &Running, program: &Program, listen: &str, is_form: bool) {
    let agent: Agent = Agent::config_builder().build().into();
    let url = program
        .shown
        .trim()
        .strip_prefix("open ")
        .expect("a URL to open");
    let url = url.replace("https://op.example", &format!("http://{}", running.address));
    let mut page = agent.get(&url).call().expect("the provider's page");
    let parameters = page.body_mut().read_to_string().expect("text");
    let callback = format!("http://{listen}/callback");
    let result = match is_form {
        true => agent.post(&callback).send(&parameters),
        false => agent.get(format!("{callback}?{parameters}")).call(),
    };
    assert!(result.expect("the program's page").status().is_success());
}

fn provider(listen: &str) -> Provider {
    let mut provider = Provider::new("ES256");
    provider.now = now();
    provider.redirect_uri = format!("http://{listen}/callback");
    provider
}

#[test]
fn a_user_logs_in() {
    for (flow, is_form) in [("code", false), ("id-token", true), ("code-id-token", true)] {
        let listen = free();
        let running = serve(provider(&listen));
        let program = start(&running, &listen, &["--flow", flow, "--max-age", "600"]);
        browse(&running, &program, &listen, is_form);
        let (output, complaint, is_success) = program.end();
        assert!(is_success, "{flow}: {complaint}");
        assert!(output.contains("\"248289761001\""), "{flow}: {output}");
        assert_eq!(
            output.contains("jane@example.com"),
            flow != "id-token",
            "{flow}: {output}"
        );
        let asked = running.asked.lock().expect("the log");
        let count = asked.iter().filter(|path| *path == "/jwks").count();
        assert_eq!(count, 1, "{flow}: the keys are fetched once: {asked:?}");
    }
}

#[test]
fn a_changed_token_is_refused() {
    let listen = free();
    let mut provider = provider(&listen);
    provider.changes.token = Box::new(|place, _, claims| {
        if place == Place::TokenEndpoint {
            claims["nonce"] = "another".into();
        }
    });
    let running = serve(provider);
    let program = start(&running, &listen, &[]);
    browse(&running, &program, &listen, false);
    let (output, complaint, is_success) = program.end();
    assert!(!is_success);
    assert!(
        complaint.contains("not the one that was sent"),
        "{complaint}"
    );
    assert!(!output.contains("248289761001"), "{output}");
    let asked = running.asked.lock().expect("the log");
    assert!(!asked.iter().any(|path| path == "/userinfo"), "{asked:?}");
}

#[test]
fn a_device_logs_in() {
    let listen = free();
    let running = serve(provider(&listen));
    let program = start(&running, &listen, &["--device"]);
    assert_eq!(
        program.shown,
        "open https://op.example/device/enter and enter WDJB-MJHT\n"
    );
    let (output, complaint, is_success) = program.end();
    assert!(is_success, "{complaint}");
    assert_eq!(
        output.matches("authorization_pending").count(),
        2,
        "{output}"
    );
    assert!(output.contains("jane@example.com"), "{output}");
}

#[test]
fn metadata_of_another_issuer_end_it() {
    let running = serve(provider("127.0.0.1:1"));
    let output = program()
        .args([
            "--issuer",
            "https://other.example",
            "--connect",
            &running.address,
        ])
        .args(["--client-id", "c"])
        .output()
        .expect("the program");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && complaint.contains("another issuer"),
        "{complaint}"
    );
}
