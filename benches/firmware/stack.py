#!/usr/bin/env python3
"""The most stack that each function of the C ABI can take on Cortex-M4, with the arithmetic in assembly
or without, proven from the images, hooks of the caller's left out: `stack.py [--ways]`.

The frames are those that the compiler states (-Zemit-stack-sizes); the calls are those of the
disassembly. An indirect call counts with every function that CALLEES names for it, and is refused
where it names none, or what is not in the image. Recursion is refused. Fails when a function of
ffi/symbols.txt has no bound, and when one is above stack.csv or below half of it, as calls that are
lost would have it, or other than what README.md says; UPDATE=1 writes both. A bound is the most of the
builds of FEATURES. Not among them is
`jwe`, where crypto-bigint recurses: the functions that decrypt are bounded as what they are without it,
an answer of VTOK_JWK_UNSUPPORTED; nor are `mldsa`, `p384` and `p521`, with which others take more. It
holds for the compiler that builds `core` here: the frames of another are some hundred bytes off.
`stack.py --self-test` shows that it sees recursion, unknown and lost calls, growth and shrinking.
"""

import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMITS = HERE / "stack.csv"
SYMBOLS = ROOT / "ffi/symbols.txt"
README = ROOT / "README.md"
BOARD = ROOT / "examples/firmware/board.sh"
TARGET = "mps2-an386"
CURVES = "hmac,rsa,p256,ed25519,pem"
FEATURES = [CURVES, f"{CURVES},asm", f"{CURVES},tables"]

# Who is called through pointers: what a caller's demangled name holds, and what its callees' hold.
HASHES = [
    r"^<+veritok::hash::Hash>::SHA\d+::",
    r"^<+veritok::hooks::Engine>::with_lists.*(>::\{closure#\d+\}|::call_once::\{shim:vtable#\d+\})$",
]


def taking(*types):
    """A closure by the types of its arguments, which its shim names."""
    return r"core::ops::function::FnOnce<\(" + ", ".join(types) + r",?\)>>::call_once::"


CLIENT, REQUEST = "&veritok::oidc::client::Client", "&veritok::oidc::request::AuthenticationRequest"
SESSION, TOOLS = "&veritok::oidc::session::Session", "veritok::call::Tools"

CALLEES = [
    (r"^<veritok::algorithm::Algorithm>::prove$", [r" as veritok::signature::VerifySignature>::prove$"]),
    (r"^<veritok::\S+ as veritok::signature::VerifySignature>::(verify|prove)$|^veritok::signature::", HASHES),
    (r"^<veritok::hash::Hash>::digest$|::left_half_hash$|^veritok::validate::proof::", HASHES),
    (r"^<veritok::hardware::Accelerated as ", [r" as veritok::hardware::Hardware>::"]),
    # The visitors of a JSON object.
    (
        r"^<veritok::reader::Reader>::object$",
        [
            r"^<veritok::header::Header>::read_form::\{closure",
            r"^<veritok::jwk::Jwk>::read::\{closure",
            r"^<veritok::value::Json>::object::\{closure",
            r"^veritok::jwk::keys_of_set::\{closure",
            r"^veritok::oauth::document::members::<\d+>::\{closure",
            r"^veritok::oidc::claims_request::\w+::\{closure",
            r"^veritok::validate::claims::\{closure",
            r"^<veritok::validate::Claims>::\w+::\{closure",
            r"^veritok::validate::proof::confirm::\{closure",
        ],
    ),
    (r"^<veritok::validate::Claims>::evaluate$", [r"^veritok::validate::\w+::judge(_\w+)?$"]),
    (r"^<veritok::validate::Claims>::judge", [r"^veritok::validate::issuer::is_"]),
    (r"^veritok::policy::texts$", [r"^<veritok::policy::Policy>::\w+$"]),
    (r"^veritok::verify::prove$", [r"^veritok::verify::prove_by::\{closure", r"^veritok::dpop::verify_dpop_proof::\{"]),
    # Who hears of the keys that an import leaves out.
    (r"^<veritok::keyset::KeyStore>::(import|replace)_jwks$", [r"^veritok::keys::import::<.*>::\{closure#0\}::\{closure#0\}$"]),
    # The exchange in C: what is done with a client, a request or a session that was read.
    (r"::with_lists::<\(\), veritok::verify::Refused, 3, veritok::client::with_client", [taking(CLIENT)]),
    (r"^<?veritok::request::with_request::\{closure", [taking(REQUEST)]),
    (r"^<?veritok::request::judge<|^veritok::request::judge::", [taking(REQUEST, TOOLS)]),
    (r"^veritok::request::write::", [taking(REQUEST, r"&mut \[u8\]")]),
    (r"^veritok::request::vtok_request_init::", [r"^<veritok::oidc::request::AuthenticationRequest>::\w+$"]),
    (r"^<?veritok::session::with_session::\{closure", [taking(CLIENT, SESSION)]),
    (r"^<?veritok::tokens::with_either::\{closure", [taking(CLIENT, rf"core::option::Option<{SESSION}>")]),
    (r"^<?veritok::session::judge", [taking(CLIENT, SESSION, TOOLS)]),
    (r"^<*veritok::call::Out>+::fill_for::", [r"^veritok::(token|device)::vtok_\w+::\{closure#\d+\}$"]),
    (r"^<veritok::call::Out>::fill$", [r"^veritok::\w+::(vtok_)?\w+::\{closure#\d+\}$"]),
    # The hooks of the C caller, whose own stack is for the caller to add.
    (r"^<veritok::hooks::Engine as |^<+veritok::hooks::Engine>::with_lists|^veritok::oauth::assertion::signed$", []),
]

# How often a function can be in one chain of calls, where the call graph alone would not end.
AT_MOST = [
    # A JWK Set is one object, whose visitor enters the object of each key; the parameter `claims`
    # of a request nests as deep, and no other visitor enters an object.
    (re.compile(r"^<veritok::reader::Reader>::object$"), 2),
    # What is accelerated is an algorithm of the crate's own, and calls it where hardware passes.
    (re.compile(r"^<veritok::hardware::Accelerated as veritok::signature::VerifySignature>::(verify|prove)$"), 1),
    (re.compile(r"^<veritok::algorithm::Algorithm>::(verify|prove)$"), 2),
]


# What is in assembly: compiler_builtins pushes two registers, and a remainder with its address; of
# arith/src/umaal.rs each routine pushes what its first lines say, and calls nothing.
ASSEMBLY = {
    "__aeabi_uldivmod": 24,
    "veritok_arith::umaal::multiply_add": 40,
    "veritok_arith::umaal::reduce": 48,
    "veritok_arith::umaal::add": 16,
    "veritok_arith::umaal::subtract": 16,
}


def build(folder, features):
    """Every function of the C ABI in one image, its frames stated, `core` among them."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "stack"
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(target),
        "RUSTFLAGS": "-Zemit-stack-sizes",
        "BUILD_CORE": "1",
    }
    command = [BOARD, TARGET, "cargo", "rustc", "--quiet", "--locked", "--release", "-p", "veritok-ffi"]
    command += ["--crate-type", "staticlib", "--no-default-features", "--features", features]
    subprocess.run([*command, "--config", 'profile.release.opt-level="s"'], cwd=ROOT, env=environment, check=True)
    triple = subprocess.run([BOARD, TARGET, "target"], capture_output=True, text=True, check=True).stdout.strip()
    image = pathlib.Path(folder) / "image.elf"
    library = target / triple / "release/libveritok.a"
    link = ["ld.lld-22", "-m", "armelf", "--gc-sections", "--defsym=abort=0", "-e", "0"]
    for name in SYMBOLS.read_text().split():
        link += ["-u", name]
    subprocess.run([*link, library, "-o", image], check=True)
    return image


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def demangled(names):
    names = sorted(names)
    filtered = subprocess.run(["llvm-cxxfilt-22"], input="\n".join(names), capture_output=True, text=True, check=True)
    return dict(zip(names, filtered.stdout.splitlines()))


class Graph:
    """Frames, direct calls and indirect calls of an image, by the symbols of its functions."""

    def __init__(self, image):
        self.frames, self.calls, self.indirect = {}, {}, set()
        stated = output("llvm-readobj-22", "--stack-sizes", image)
        for names, size in re.findall(r"Functions?: \[([^\]]*)\]\s*Size: (0x[0-9A-Fa-f]+)", stated):
            for name in names.split(", "):
                self.frames[name] = int(size, 16)
        function = None
        for line in output("llvm-objdump-22", "-d", "--no-show-raw-insn", image).splitlines():
            if start := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
                function = start.group(1)
                self.calls.setdefault(function, set())
            elif function and not function.startswith("$"):
                self.read(function, line)
        self.names = demangled(self.calls)

    def read(self, function, line):
        found = re.match(r"^\s*[0-9a-f]+:\s+(\S+)\s*(.*)$", line)
        if not found:
            return
        operation, operands = found.groups()
        target = re.search(r"<([^>+]+)(\+0x[0-9a-f]+)?>", operands)
        if not re.match(r"b|cb", operation):
            return
        # What lld fills gaps with, 0xd4d4, reads as a branch into some other function.
        if operation == "bmi" and target and target.group(1) != function:
            return
        if target:
            # A branch within a function is its own; one to its start, a call of itself.
            if target.group(1) != function or operation.startswith("bl") and not target.group(2):
                self.calls[function].add(target.group(1))
        elif operation.startswith(("blx", "bx")) and operands.strip() != "lr":
            self.indirect.add(function)

    def callees(self, function):
        """Those by pointer, by each entry of CALLEES whose caller this is, and what is wrong with them."""
        name = self.names[function]
        entries = [callees for caller, callees in CALLEES if re.search(caller, name)]
        faults = [] if entries else [f"who is called by pointer from {name}?"]
        found = set()
        for pattern in {callee for callees in entries for callee in callees}:
            matched = {symbol for symbol, path in self.names.items() if re.search(pattern, path)}
            if not matched:
                faults.append(f"nothing is called {pattern}, which {name} calls by pointer")
            found |= matched
        return found, faults


class Bound:
    def __init__(self, graph):
        self.graph, self.known, self.faults = graph, {}, set()

    def of(self, function, counts=(0,) * len(AT_MOST), path=()):
        """The most stack from here on, and by which way; `counts` is of AT_MOST in this chain."""
        graph, name = self.graph, self.graph.names.get(function, function)
        for n, (pattern, most) in enumerate(AT_MOST):
            if pattern.search(name):
                if counts[n] == most:
                    return 0, ()
                counts = (*counts[:n], counts[n] + 1, *counts[n + 1 :])
        key = (function, counts)
        if key in path:
            self.faults.add(f"recursion: {name}")
            return 0, ()
        if key not in self.known:
            frame = graph.frames.get(function, ASSEMBLY.get(name))
            # The C caller's, who must not return from it.
            if frame is None and name != "abort":
                self.faults.add(f"no frame is stated for {name}")
            callees = set(graph.calls.get(function, ()))
            if function in graph.indirect:
                by_pointer, faults = graph.callees(function)
                self.faults.update(faults)
                callees |= by_pointer
            deepest = max((self.of(callee, counts, (*path, key)) for callee in sorted(callees)), default=(0, ()))
            self.known[key] = ((frame or 0) + deepest[0], ((frame or 0, name), *deepest[1]))
        return self.known[key]


def bounds(graph):
    """The bound of each function of the C ABI, and its way; what is wrong with the graph."""
    bound = Bound(graph)
    found = {symbol: bound.of(symbol) for symbol in sorted(graph.calls) if symbol.startswith("vtok_")}
    return found, sorted(bound.faults)


def unbounded(exported, found):
    """What is exported and has no bound, or the other way round."""
    for symbol in sorted({*exported} ^ {*found}):
        yield f"{symbol}: " + ("no bound" if symbol in exported else "not in symbols.txt")


def changed(limits, found):
    """What is above its limit, or far below, or has none; what has a limit and is gone."""
    for key in sorted({*limits, *found}):
        size, limit = found.get(key), limits.get(key)
        if size is None or limit is None or not limit / 2 <= size <= limit:
            yield f"{key}: {size} bytes, {limit} in stack.csv"


def read_limits():
    with open(LIMITS, newline="") as file:
        return {row["function"]: int(row["bytes"]) for row in csv.DictReader(file)}


def write_limits(found):
    with open(LIMITS, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["function", "bytes"])
        out.writerows(sorted(found.items()))


def front_page(text, limits):
    """The README with the bounds of stack.csv in its rows."""

    def row(match):
        sizes = ", ".join(f"{limits[name]:,}" for name in re.findall(r"`(\w+)`", match[1]))
        return f"| bound of {match[1]} | {sizes} |"

    return re.sub(r"^\| bound of ([^|]*) \| [^|]* \|", row, text, flags=re.M)


def planted(frames, calls, indirect=()):
    """A graph without an image."""
    graph = object.__new__(Graph)
    graph.frames, graph.calls, graph.indirect = frames, calls, set(indirect)
    graph.names = {name: name for name in calls}
    return graph


def self_test():
    """Each fault, planted in a small graph, must be seen, and only then."""
    frames, calls = {"vtok_a": 8, "b": 16, "c": 100}, {"vtok_a": {"b", "c"}, "b": {"c"}, "c": set()}
    found, faults = bounds(planted(frames, calls))
    assert found["vtok_a"][0] == 124 and not faults
    assert bounds(planted(frames, {**calls, "c": {"vtok_a"}}))[1] == ["recursion: vtok_a"]
    assert bounds(planted({**frames, "c": None}, calls))[1] == ["no frame is stated for c"]
    assert bounds(planted(frames, calls, ["c"]))[1] == ["who is called by pointer from c?"]
    texts, called = "veritok::policy::texts", "<veritok::policy::Policy>::nonce"
    frames, calls = {"vtok_a": 8, texts: 16, called: 32}, {"vtok_a": {texts}, texts: set(), called: set()}
    found, faults = bounds(planted(frames, calls, [texts]))
    assert found["vtok_a"][0] == 56 and not faults
    del calls[called]
    assert len(bounds(planted(frames, calls, [texts]))[1]) == 1
    assert not list(unbounded(["vtok_a"], found))
    assert len(list(unbounded(["vtok_a", "vtok_b"], found))) == 1 and len(list(unbounded([], found))) == 1
    limits = {"vtok_a": 124}
    assert not list(changed(limits, limits)) and not list(changed(limits, {"vtok_a": 62}))
    assert len(list(changed(limits, {"vtok_a": 125}))) == 1 and len(list(changed(limits, {"vtok_a": 61}))) == 1
    assert len(list(changed(limits, {}))) == 1 and len(list(changed({}, limits))) == 1
    rows = front_page("| bound of `vtok_a`, `vtok_a` | 1 | |", limits)
    assert rows == "| bound of `vtok_a`, `vtok_a` | 124, 124 | |"


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    found, failures, exported = {}, [], SYMBOLS.read_text().split()
    for features in FEATURES:
        with tempfile.TemporaryDirectory() as folder:
            bound, faults = bounds(Graph(build(folder, features)))
        failures += [f"{fault} ({features})" for fault in [*faults, *unbounded(exported, bound)]]
        if sys.argv[1:] == ["--ways"]:
            print(features)
            for symbol, (size, way) in bound.items():
                print(symbol, size, *(f"\n    {frame:5} {name}" for frame, name in way))
        for symbol, (size, _) in bound.items():
            found[symbol] = max(size, found.get(symbol, 0))
    if os.environ.get("UPDATE") and not failures:
        write_limits(found)
        README.write_text(front_page(README.read_text(), found))
    limits, text = read_limits(), README.read_text()
    failures += changed(limits, found)
    if front_page(text, limits) != text:
        failures.append("README.md has other bounds than stack.csv")
    print(*failures, sep="\n")
    print(f"{len(found)} bounds, {len(failures)} faults")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
