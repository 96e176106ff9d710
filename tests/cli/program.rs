//! The built example `verify`, run as a user runs it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;

/// `cargo test` builds the examples before it runs the tests; they lie beside `deps/`.
fn path() -> PathBuf {
    let mut path = std::env::current_exe().expect("the test's own path");
    path.pop();
    path.pop();
    path.push("examples/verify");
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "no {}: run cargo build --example verify", path.display());
    path
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
    stdout: BufReader<ChildStdout>,
}

impl Lines {
    pub fn start() -> Self {
        let mut child = command(&["--jsonl"]).spawn().expect("the example starts");
        Self {
            stdin: child.stdin.take().expect("a pipe"),
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    /// Sends one line and waits for its answer: that it comes before the next line is sent is
    /// what this shows, a program that waits for more stays here for ever.
    pub fn ask(&mut self, line: &[u8]) -> Value {
        self.stdin.write_all(line).expect("the example reads");
        self.stdin.write_all(b"\n").expect("the example reads");
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).expect("the example answers");
        assert!(answer.ends_with('\n'), "no answer: {answer:?}");
        serde_json::from_str(&answer).expect("an answer in JSON")
    }

    /// Closes the program's output and goes on asking: it ends quietly.
    pub fn stop_reading(self, line: &[u8]) {
        let Self { child, mut stdin, stdout } = self;
        drop(stdout);
        // Until the program has gone.
        while stdin.write_all(line).and_then(|()| stdin.write_all(b"\n")).is_ok() {}
        drop(stdin);
        let output = child.wait_with_output().expect("the example ends");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }

    /// Ends the input: the program ends with success, and without another word.
    pub fn end(self) {
        let Self { mut child, stdin, mut stdout } = self;
        drop(stdin);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest");
        assert_eq!(rest, "");
        let output = child.wait().expect("the example ends");
        assert_eq!(output.code(), Some(0));
        let mut complaint = String::new();
        let stderr = child.stderr.take();
        stderr.expect("a pipe").read_to_string(&mut complaint).expect("UTF-8");
        assert_eq!(complaint, "");
    }
}
