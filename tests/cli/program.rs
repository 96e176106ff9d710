//! The built example `verify`, run as a user runs it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use serde_json::Value;

/// `cargo test` builds the examples before it runs the tests; they lie beside `deps/`. With
/// `--test` it does not, and what lies there may be old.
fn path() -> PathBuf {
    let mut path = std::env::current_exe().expect("the test's own path");
    path.pop();
    path.pop();
    path.push("examples/verify");
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        is_current(&path),
        "{} is missing or old: cargo build --example verify",
        path.display()
    );
    path
}

/// Whether the program is there and newer than the sources that its dep-info file lists.
fn is_current(program: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    let sources = std::fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let mut times = sources
        .split_whitespace()
        .filter_map(|source| modified(source.as_ref()));
    modified(program).is_some_and(|built| times.all(|time| time <= built))
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(path());
    command
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).spawn().expect("the example starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        // A program that does not read its input closes the pipe.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().expect("the example ends")
    })
}

/// The program with `--jsonl`, asked line by line.
pub struct Lines {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

impl Lines {
    pub fn start() -> Self {
        let mut child = command(&["--jsonl"]).spawn().expect("the example starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            let mut answers = stdout.lines().map_while(Result::ok);
            answers.try_for_each(|answer| sender.send(answer))
        });
        Self {
            stdin: child.stdin.take().expect("a pipe"),
            answers,
            child,
        }
    }

    /// Sends one line and waits for its answer, which has to come before the next line is sent.
    pub fn ask(&mut self, line: &[u8]) -> Value {
        self.stdin.write_all(line).expect("the example reads");
        self.stdin.write_all(b"\n").expect("the example reads");
        let answer = self.answers.recv_timeout(PATIENCE).expect("an answer");
        serde_json::from_str(&answer).expect("an answer in JSON")
    }

    /// Ends the input: the program ends with success, and without another word.
    pub fn end(self) {
        let Self {
            child,
            stdin,
            answers,
        } = self;
        drop(stdin);
        assert_eq!(answers.recv().ok(), None);
        end_quietly(child);
    }
}

/// Asks a program whose output nobody reads until it has gone.
pub fn ask_without_reading(line: &[u8]) {
    let mut child = command(&["--jsonl"]).spawn().expect("the example starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    while stdin
        .write_all(line)
        .and_then(|()| stdin.write_all(b"\n"))
        .is_ok()
    {}
    drop(stdin);
    end_quietly(child);
}

fn end_quietly(child: Child) {
    let output = child.wait_with_output().expect("the example ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
