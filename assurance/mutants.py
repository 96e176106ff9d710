#!/usr/bin/env python3
"""Whether the tests judge the code: mutation testing of the core, `mutants.py [FILE ...]`, of all of src/ without one.

The mutants are those of `cargo mutants --list` and two kinds more: a statement deleted, and the condition of an `if`
fixed. All are compiled into one image, each behind a switch that the environment sets when a test starts. A first run
notes which test reaches which mutant; then each mutant is run against those, up to the first failure.

What survives is in survivors.txt with its reason: FILE | FUNCTION | MUTATION | reason. A survivor that is not
listed fails, and so does a listed one that is caught. UPDATE=1 rewrites the list for the files that were run, with
"TODO" for a reason that is to be found. `--self-test` runs all of it over a crate with planted mutants.
Needs `cargo install --locked cargo-mutants`. What is in a constant is compiled for itself (`--constants`).
"""

import bisect
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LISTED = HERE / "survivors.txt"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
# This project's own curves; RustCrypto's would take their place.
FEATURES = "tables,accel,jwe,mldsa,defmt"
# They judge the example program, the text of the repository, a copy of a source file, or allocations, which the
# switch makes.
SKIPPED = {"allocation", "cli", "cases", "login", "exhaustive", "features", "layers", "names"}
# Not for the tests, some of which rewrite lists of their own by it.
UPDATE = os.environ.pop("UPDATE", None)
TIERS = (0.004, 0.03, 0.3, float("inf"))  # seconds that tests take which are run together
LEAST_LIMIT = 2  # seconds of the processor: those of the wall depend on what else runs

# The image of all mutants. A constant function asks it too: what a constant is made of follows the compiler's
# environment, everything else that of the run.
SWITCH = """
#[doc(hidden)]
pub mod mutant {
    extern crate std;
    use core::{cell::Cell, sync::atomic::{AtomicU32, Ordering::Relaxed}};
    use std::{env, format, io::Write, process, thread};

    const MUTANTS: usize = COUNT;

    const fn compiled() -> u32 {
        let Some(text) = option_env!("MUTANT_CONSTANT") else { return 0 };
        let (mut number, mut at) = (0, 0);
        while at < text.len() {
            number = number * 10 + (text.as_bytes()[at] - b'0') as u32;
            at += 1;
        }
        number
    }
    const fn at_compile_time(id: u32) -> bool { id == const { compiled() } }

    // The mutant that is on, or one of these: not asked yet; notes which are reached.
    const UNKNOWN: u32 = u32::MAX;
    const TRACE: u32 = u32::MAX - 1;
    static CHOSEN: AtomicU32 = AtomicU32::new(UNKNOWN);
    // For each test, which has a thread of its own.
    std::thread_local!(static SEEN: [Cell<bool>; MUTANTS] = const { [const { Cell::new(false) }; MUTANTS] });

    #[inline]
    fn at_run_time(id: u32) -> bool {
        match CHOSEN.load(Relaxed) {
            UNKNOWN => choose(id),
            TRACE => note(id),
            chosen => chosen == id,
        }
    }
    fn choose(id: u32) -> bool {
        let chosen = env::var("MUTANT").ok().and_then(|id| id.parse().ok()).unwrap_or(0);
        if chosen != 0 || const { compiled() } != 0 {
            // The first failure is enough.
            std::panic::set_hook(std::boxed::Box::new(|_| process::exit(101)));
        }
        CHOSEN.store(if env::var("MUTANT_TRACE").is_ok() { TRACE } else { chosen }, Relaxed);
        at_run_time(id)
    }
    fn note(id: u32) -> bool {
        if !SEEN.with(|seen| seen[id as usize].replace(true)) {
            let path = env::var("MUTANT_TRACE").unwrap();
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
            let line = format!("{id} {}\\n", thread::current().name().unwrap_or("*"));
            file.write_all(line.as_bytes()).unwrap();
        }
        false
    }
    #[inline]
    pub const fn on(id: u32) -> bool {
        core::intrinsics::const_eval_select((id,), at_compile_time, at_run_time)
    }
}
"""
UNSTABLE = "#![feature(const_eval_select, core_intrinsics)]\n"


@dataclasses.dataclass
class Mutant:
    file: str
    function: str
    mutation: str
    # Where it stands: the bytes that are replaced and by what; of a guard added or a return, where and what.
    start: int
    end: int
    text: str
    kind: str
    id: int = 0
    constant: bool = False
    state: str = ""  # one of STATES
    # Bytes of the rewritten file in which it stands.
    written: tuple = (0, 0)

    @property
    def key(self):
        return f"{self.file} | {self.function} | {self.mutation}"


@dataclasses.dataclass
class Crate:
    root: pathlib.Path
    name: str
    features: list
    work: pathlib.Path
    listed: pathlib.Path


# Listing.


class Source:
    """A file with the spans of its expressions."""

    def __init__(self, root, path):
        self.path = path
        self.raw = (root / path).read_bytes()
        self.starts = [0, *(at + 1 for at, byte in enumerate(self.raw) if byte == ord("\n"))]
        self.spans = collections.defaultdict(list)
        self.functions = []

    def offset(self, place):
        """Of a place that cargo-mutants gives as line and column, which counts characters."""
        start = self.starts[place["line"] - 1]
        line = self.raw[start : start + 4 * place["column"]].decode(errors="ignore")
        return start + len(line[: place["column"] - 1].encode())

    def text(self, start, end):
        return self.raw[start:end].decode()

    def short(self, start, end):
        return " ".join(self.text(start, end).split())[:70]

    def function_at(self, at):
        around = [(end - start, name) for start, end, name in self.functions if start <= at < end]
        return min(around)[1] if around else "-"

    def is_constant(self, mutant):
        """Whether the compiler evaluates it. What returns early stands before the first statement, not in it."""
        is_before = mutant.kind == "return"
        return any(start + is_before <= mutant.start < end for start, end in self.spans["constant"])


def sources(crate, paths):
    """The files with what the helper prints of them."""
    helper = ["cargo", "run", "--quiet", "--locked", "--manifest-path", HERE / "mutants/Cargo.toml", "--", *paths]
    printed = subprocess.run(helper, cwd=crate.root, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for kind, *fields in (line.split("\t") for line in printed.splitlines()):
        if kind == "file":
            source = found[fields[0]] = Source(crate.root, fields[0])
        elif kind == "function":
            source.functions.append((int(fields[0]), int(fields[1]), fields[2]))
        else:
            source.spans[kind].append(tuple(map(int, fields)))
    return found


def known(source, listed):
    """A mutant as cargo-mutants lists it, or None where no switch can stand: beside a `let`, which would not compile."""
    start, end = source.offset(listed["span"]["start"]), source.offset(listed["span"]["end"])
    genre, new = listed["genre"], listed["replacement"]
    make = lambda kind, start, end, text, mutation: Mutant(source.path, source.function_at(start), mutation, start, end, text, kind)
    if genre == "FnValue":
        return make("return", start, start, new, f"return {new}")
    if genre in ("BinaryOperator", "UnaryOperator"):
        kind = "binary" if genre == "BinaryOperator" else "unary"
        for whole, stop, operator, behind in source.spans[kind]:
            if operator == start:
                text = source.text(whole, operator) + new + source.text(behind, stop)
                change = f"`{source.text(operator, behind)}` as `{new}`" if new else f"without `{source.text(operator, behind)}`"
                return make("replace", whole, stop, text, f"{change}: {source.short(whole, stop)}")
    if genre == "MatchArmGuard":
        return make("replace", start, end, new, f"guard {new}: {source.short(start, end)}")
    if genre == "MatchArm":
        # Of the arms inside, the first is the arm itself.
        for pattern, behind, *guard in sorted(arm for arm in source.spans["arm"] if start <= arm[0] < end)[:1]:
            if re.fullmatch(r"[a-z]\w*", source.text(pattern, behind)) and not guard:
                return None  # it takes everything that is left
            kind, place, text = ("replace", guard, "false") if guard else ("guard", (behind, behind), "")
            return make(kind, *place, text, f"without arm: {source.short(pattern, behind)}")
    if genre == "StructField":
        for whole, stop in sorted(source.spans["struct"], key=lambda span: span[1] - span[0]):
            if whole <= start and end <= stop:
                text = source.text(whole, start) + re.sub(r"^\s*,", "", source.text(end, stop))
                return make("replace", whole, stop, text, f"without field: {source.short(start, end)}")
    return None


def own(source):
    """The two kinds that cargo-mutants does not know."""
    for start, end in source.spans["condition"]:
        for value in ("true", "false") if not source.text(start, end).startswith("cfg!") else ():
            yield Mutant(source.path, source.function_at(start), f"if {value}: {source.short(start, end)}", start, end, value, "replace")
    for start, end in source.spans["statement"]:
        yield Mutant(source.path, source.function_at(start), f"without: {source.short(start, end)}", start, end, "", "statement")


def mutants_of(crate, filters):
    command = ["cargo", "mutants", "--list", "--json", "--package", crate.name]
    listed = json.loads(subprocess.run(command, cwd=crate.root, check=True, stdout=subprocess.PIPE, text=True).stdout)
    listed = [one for one in listed if not filters or any(one["file"].startswith(path) for path in filters)]
    if not listed:
        sys.exit("no mutants there")
    files = sources(crate, sorted({one["file"] for one in listed}))
    mutants = [known(files[one["file"]], one) for one in listed]
    mutants = [mutant for mutant in mutants if mutant] + [mutant for source in files.values() for mutant in own(source)]
    names, found = collections.Counter(), []
    for mutant in mutants:
        mutant.constant = files[mutant.file].is_constant(mutant)
        names[mutant.key] += 1
        if names[mutant.key] > 1:
            mutant.mutation += f" #{names[mutant.key]}"
        # What is neither of a constant nor of a function is of a test.
        if mutant.constant or mutant.function != "-":
            found.append(mutant)
            mutant.id = len(found)
    return files, found


# Building.


def rewritten(source, mutants):
    """The file with every mutant behind its switch; notes where each stands."""
    places = collections.defaultdict(list)
    for mutant in mutants:
        mutant.written = (0, 0)
        places[mutant.kind, mutant.start, mutant.end].append(mutant)
    # (place, closing 0, inserting 1 or opening 2, nesting, parts)
    events = []
    for (kind, start, end), here in places.items():
        size = end - start
        on = [f"if crate::mutant::on({mutant.id}) " for mutant in here]
        if kind == "return":
            events.append((start, 1, 0, [(f"{switch}{{ return {one.text}; }} ", one) for switch, one in zip(on, here)]))
        elif kind == "guard":
            events.append((start, 1, 0, [(f" if !crate::mutant::on({here[0].id})", here[0])]))
        elif kind == "statement":
            events.append((start, 2, -size, [(f"if !crate::mutant::on({here[0].id}) {{ ", here[0])]))
            events.append((end, 0, size, [(" }", here[0])]))
        else:
            opening = [(f"{switch}{{ {one.text} }} else ", one) for switch, one in zip(on, here)]
            events.append((start, 2, -size, [("(", None), *opening, ("{ ", None)]))
            events.append((end, 0, size, [(" })", None)]))
    out, at = bytearray(), 0
    for place, _, _, parts in sorted(events, key=lambda event: event[:3]):
        out += source.raw[at:place]
        at = place
        for text, mutant in parts:
            begin = len(out)
            out += text.encode()
            if mutant:
                mutant.written = (mutant.written[0] or begin, len(out))
    return bytes(out + source.raw[at:])


def write_if_new(path, data):
    """Cargo looks at the time of a file."""
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree(crate):
    tree = crate.work / "tree"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=crate.root, check=True, stdout=subprocess.PIPE
    ).stdout
    for name in filter(None, names.decode().split("\0")):
        path = crate.root / name
        if path.is_file() and not name.startswith("src/"):
            write_if_new(tree / name, path.read_bytes())
    return tree


def write_sources(crate, tree, files, mutants):
    for path in (crate.root / "src").rglob("*.rs"):
        name = path.relative_to(crate.root).as_posix()
        chosen = [mutant for mutant in mutants if mutant.file == name and not mutant.state]
        data = rewritten(files[name], chosen) if name in files else path.read_bytes()
        if name == "src/lib.rs":
            data = UNSTABLE.encode() + data + SWITCH.replace("COUNT", str(len(mutants) + 1)).encode()
        write_if_new(tree / name, data)


def cargo(crate, tree, *arguments, constant=0, behind=()):
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(TARGET),
        "RUSTC_WORKSPACE_WRAPPER": str(HERE / "mutants/rustc.sh"),
        **({"MUTANT_CONSTANT": str(constant)} if constant else {}),
    }
    command = ["cargo", *arguments, "--package", crate.name, *crate.features, "--message-format=json", *behind]
    done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done, messages


def drop_unviable(crate, tree, files, mutants):
    """Checks the image, and takes out what the compiler refuses, until it refuses nothing."""
    while True:
        write_sources(crate, tree, files, mutants)
        done, messages = cargo(crate, tree, "check", "--lib")
        errors = [one["message"] for one in messages if one.get("reason") == "compiler-message" and one["message"]["level"] == "error"]
        errors = [error for error in errors if error["spans"]]
        if not errors:
            if done.returncode:
                sys.exit(done.stderr[-3000:])
            return
        refused = {mutant.id for error in errors for mutant in blamed(error, mutants)}
        fresh = [mutant for mutant in mutants if mutant.id in refused]
        if not fresh:
            sys.exit("\n".join(error["rendered"] for error in errors[:5]))
        for mutant in fresh:
            mutant.state = "unviable"
        print(f"{len(errors)} errors, {len(fresh)} mutants do not compile", file=sys.stderr, flush=True)


def blamed(error, mutants):
    """The mutants in whose text the compiler found something."""
    live = [mutant for mutant in mutants if mutant.state != "unviable" and mutant.written[1]]
    for span in error["spans"]:
        shift = len(UNSTABLE) if span["file_name"] == "src/lib.rs" else 0
        start, end = span["byte_start"] - shift, span["byte_end"] - shift
        here = [one for one in live if one.file == span["file_name"]]
        inside = [one for one in here if one.written[0] <= start and end <= one.written[1]]
        if inside:
            return [min(inside, key=lambda one: one.written[1] - one.written[0])]
        # Of a `match` that lacks an arm: the first below that can be off.
        arms = [one for one in here if one.kind == "guard" and one.written[0] >= end]
        if error["code"] and error["code"]["code"] == "E0004" and arms:
            return [min(arms, key=lambda one: one.written[0])]
    return []


def drop_absent(crate, tree, mutants):
    """Takes out what other features would build: the compiler shows what is left of the source."""
    done, _ = cargo(crate, tree, "rustc", "--lib", behind=["--", "-Zunpretty=expanded"])
    built = {int(number) for number in re.findall(r"mutant::on\((\d+)\)", done.stdout)}
    for mutant in mutants:
        if not mutant.state and mutant.id not in built:
            mutant.state = "absent"


def names_of_tests(crate):
    return ["lib", *sorted({path.stem for path in (crate.root / "tests").glob("*.rs")} - SKIPPED)]


def programs(crate, tree, names, constant=0):
    """Builds these tests, and gives their programs by name; nothing if they do not compile."""
    chosen = [argument for name in names for argument in (["--lib"] if name == "lib" else ["--test", name])]
    done, messages = cargo(crate, tree, "test", "--no-run", *chosen, constant=constant)
    if done.returncode and not constant:
        rendered = [one["message"]["rendered"] for one in messages if one.get("reason") == "compiler-message"]
        sys.exit("".join(rendered)[-3000:] + done.stderr[-2000:])
    return {one["target"]["name"]: one["executable"] for one in messages if one.get("executable")} if not done.returncode else {}


# Running.


def run(program, tests, tree, seconds, **variables):
    """What the program ends with; negative when it took too long."""
    command = [program, "--quiet", "--test-threads=1", *(["--exact", *tests] if tests else [])]
    # A shell's limit, beyond which the kernel ends it.
    limited = ["bash", "-c", f'ulimit -t {seconds:.0f}; exec "$@"', "bash", *command]
    quiet = subprocess.DEVNULL
    environment = {**os.environ, **variables}
    try:
        return subprocess.run(limited, cwd=tree, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, timeout=60 * seconds).returncode
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL


def timed(name, program, tree):
    """The seconds of the processor that each test takes, all of which must pass."""
    command = [program, "--test-threads=1", "-Zunstable-options", "--report-time"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, cwd=tree, env={**os.environ, "RUSTC_BOOTSTRAP": "1"}, stdout=subprocess.PIPE, text=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode:
        sys.exit(f"{name} fails without a mutant:\n{done.stdout[-3000:]}")
    seconds = {test: float(taken) for test, taken in re.findall(r"^test (\S+) .*\.\.\. ok <([0-9.]+)s>", done.stdout, re.M)}
    # The runner measures those of the wall.
    share = min(1, used / (sum(seconds.values()) or 1))
    return {test: taken * share for test, taken in seconds.items()}


def reached(name, program, tree, work):
    """The tests that reach each mutant, "*" for one that a thread without a name reaches."""
    path = work / f"trace-{name}"
    path.unlink(missing_ok=True)
    # In threads of their own, which have the tests' names.
    environment = {**os.environ, "MUTANT_TRACE": str(path)}
    quiet = subprocess.DEVNULL
    subprocess.run([program, "--quiet", "--test-threads=2"], cwd=tree, env=environment, check=True, stdout=quiet, stderr=quiet)
    found = collections.defaultdict(set)
    for line in path.read_text().splitlines() if path.exists() else []:
        number, test = line.split(" ", 1)
        found[int(number)].add(test)
    return found


class Tests:
    """The programs, how long each test takes, and what it reaches."""

    def __init__(self, crate, tree):
        self.tree, self.batches_of, self.caught_by = tree, collections.defaultdict(list), {}
        self.reached_by = collections.defaultdict(set)
        for name, program in sorted(programs(crate, tree, names_of_tests(crate)).items()):
            seconds = timed(name, program, tree)
            for number, tests in reached(name, program, tree, crate.work).items():
                self.reached_by["lib" if name == crate.name else name].add(number)
                tests = seconds.keys() if not tests <= seconds.keys() else tests
                tiers = collections.defaultdict(list)
                for test in sorted(tests):
                    tiers[bisect.bisect(TIERS, seconds[test])].append(test)
                self.batches_of[number] += [(sum(seconds[test] for test in chosen), program, chosen) for chosen in tiers.values()]
            print(f"{name}: {len(seconds)} tests, {sum(seconds.values()):.1f} s", file=sys.stderr, flush=True)

    def judge(self, mutant):
        """What becomes of it, in the order of what the tests cost; first what caught the one before, if it is quick."""
        before = self.caught_by.get(mutant.file)
        order = sorted(self.batches_of[mutant.id], key=lambda batch: (batch[1] != before or batch[0] > 1, batch[0]))
        for cost, program, tests in order:
            code = run(program, tests, self.tree, max(LEAST_LIMIT, 10 * cost), MUTANT=str(mutant.id))
            if code in (-signal.SIGKILL, -signal.SIGXCPU):
                return "timed out"
            if code:
                self.caught_by[mutant.file] = program
                return "caught"
        return "missed"


def judge_constant(crate, tree, mutant, order):
    """One build for each test until one fails."""
    if cargo(crate, tree, "check", "--lib", constant=mutant.id)[0].returncode:
        return "unviable"
    for name in order:
        built = programs(crate, tree, [name], mutant.id)
        if not built or any(run(program, [], tree, 300) for program in built.values()):
            return "caught"
    return "missed"


def judge_constants(crate, tree, mutants, tests):
    """What is in constants; the tests first that reach most of the file."""
    for mutant in mutants:
        if mutant.state == "constant":
            here = {other.id for other in mutants if other.file == mutant.file}
            order = sorted(names_of_tests(crate), key=lambda name: -len(tests.reached_by[name] & here))
            mutant.state = judge_constant(crate, tree, mutant, order)
            print(f"{mutant.state}: {mutant.key}", flush=True)


# Judging.


def listed(path):
    found = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line and not line.startswith("#"):
            key, reason = line.rsplit(" | ", 1)
            found[key] = reason
    return found


def wrong(missed, caught, reasons):
    for key in sorted(missed):
        if reasons.get(key, "TODO") == "TODO":
            yield f"survives, and no reason given: {key}"
    for key in sorted(reasons):
        if key in caught:
            yield f"caught, and listed: {key}"
        elif key not in missed:
            yield f"listed, and no mutant: {key}"


def update(path, mutants, reasons):
    """Rewrites the list for the mutants that were run."""
    missed = {mutant.key for mutant in mutants if mutant.state == "missed"}
    files = {mutant.file for mutant in mutants}
    untried = {mutant.key for mutant in mutants if mutant.state == "constant"}
    kept = {key: reason for key, reason in reasons.items() if key in missed | untried or key.split(" | ")[0] not in files}
    kept.update({key: "TODO" for key in missed if key not in kept})
    head = "# Mutants of the core that no test catches, and why: FILE | FUNCTION | MUTATION | reason.\n"
    path.write_text(head + "".join(f"{key} | {kept[key]}\n" for key in sorted(kept)))


STATES = ["caught", "timed out", "missed", "unviable", "absent", "constant"]


def table(mutants):
    rows = collections.defaultdict(collections.Counter)
    for mutant in mutants:
        rows[mutant.file][mutant.state] += 1
        rows["all"][mutant.state] += 1
    yield "| file | run | " + " | ".join(STATES) + " |"
    yield "|---|---|" + "---|" * len(STATES)
    for file, counts in sorted(rows.items(), key=lambda row: (row[0] == "all", row[0])):
        tried = sum(counts[state] for state in STATES[:3])
        yield f"| {'all' if file == 'all' else f'`{file}`'} | {tried} | " + " | ".join(str(counts[state]) for state in STATES) + " |"


def test(crate, filters, constants=False):
    """Runs the mutants, and gives what is wrong."""
    files, mutants = mutants_of(crate, filters)
    tree = copy_tree(crate)
    drop_unviable(crate, tree, files, mutants)
    drop_absent(crate, tree, mutants)
    tests = Tests(crate, tree)
    started = time.time()
    for mutant in mutants:
        mutant.state = mutant.state or ("constant" if mutant.constant else "")
    chosen = [mutant for mutant in mutants if not mutant.state]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (mutant, state) in enumerate(zip(chosen, pool.map(tests.judge, chosen)), 1):
            mutant.state = state
            if state in ("missed", "timed out"):
                print(f"{state}: {mutant.key}", flush=True)
            if done % 100 == 0:
                print(f"{done} of {len(chosen)}, {time.time() - started:.0f} s", file=sys.stderr, flush=True)
    if constants:
        judge_constants(crate, tree, mutants, tests)
    return mutants


def finish(crate, mutants, filters):
    """Prints what was found, and gives what is wrong."""
    if UPDATE:
        update(crate.listed, mutants, listed(crate.listed))
    of_state = lambda *states: {mutant.key for mutant in mutants if mutant.state in states}
    files = {mutant.file for mutant in mutants}
    reasons = {key: reason for key, reason in listed(crate.listed).items() if not filters or key.split(" | ")[0] in files}
    for key in of_state("constant"):
        reasons.pop(key, None)
    print("\n".join(table(mutants)))
    counts = collections.Counter(mutant.state for mutant in mutants)
    tried = sum(counts[state] for state in STATES[:3])
    print(
        f"FIGURE mutants: {tried} run, {counts['caught']} caught, {counts['timed out']} timed out, {counts['missed']} missed, each with its reason;"
        f" {counts['unviable']} do not compile"
    )
    return list(wrong(of_state("missed"), of_state("caught", "timed out", "unviable", "absent"), reasons))


PLANTED = """
pub fn judged(number: u32) -> bool { number > 3 }
pub fn reached(number: u32) -> u32 { number + 1 }
pub fn endless(mut number: u32) -> u32 { while number > 9 { number -= 9; } number }
#[test]
fn numbers() {
    assert_eq!([3, 4, 5].map(judged), [false, true, true]);
    assert_eq!([9, 10, 12].map(endless), [9, 1, 3]);
    reached(2);
}
"""
PLANTED_LIST = """
src/lib.rs | reached | return 0 | planted
src/lib.rs | judged | return true | planted
src/lib.rs | gone | return 0 | planted
"""


def self_test():
    """Over a crate with a function that is judged and one that is not, and a list that is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src").mkdir()
        (root / "src/lib.rs").write_text(PLANTED)
        (root / "Cargo.toml").write_text('[package]\nname = "planted"\nversion = "0.0.0"\nedition = "2024"\n')
        (root / "survivors.txt").write_text(PLANTED_LIST)
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
        crate = Crate(root, "planted", [], root / "work", root / "survivors.txt")
        found = finish(crate, test(crate, []), [])
    seen = [
        "survives, and no reason given: src/lib.rs | reached | `+` as `*`: number + 1",
        "survives, and no reason given: src/lib.rs | reached | `+` as `-`: number + 1",
        "survives, and no reason given: src/lib.rs | reached | return 1",
        "caught, and listed: src/lib.rs | judged | return true",
        "listed, and no mutant: src/lib.rs | gone | return 0",
    ]
    assert sorted(found) == sorted(seen), found
    print("mutants: planted defects seen")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return self_test()
    features = ["--locked", "--features", FEATURES]
    crate = Crate(ROOT, "veritok", features, TARGET / "mutants", LISTED)
    filters = [argument for argument in arguments if argument != "--constants"]
    mutants = test(crate, filters, "--constants" in arguments)
    found = finish(crate, mutants, filters)
    sys.exit("\n".join(found) if found else 0)


main()
