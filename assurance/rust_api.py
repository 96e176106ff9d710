#!/usr/bin/env python3
"""The public Rust interface, with all features, is that of rust-api.txt, one item a line: `rust_api.py`.

Read from what rustdoc writes as JSON. UPDATE=1 records a change; `--self-test` shows that one is seen.
Left out: what the compiler derives or gives to every type.
"""

import difflib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
RECORDED = ROOT / "assurance/rust-api.txt"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def documented():
    command = ["cargo", "rustdoc", "--quiet", "--locked", "--lib", "-p", "veritok", "--all-features", "--"]
    command += ["-Zunstable-options", "--output-format", "json"]
    # For rustdoc alone: build scripts of others look at RUSTC_BOOTSTRAP, and would run again.
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "RUSTDOC": str(ROOT / "assurance/rustdoc_json.sh")})
    return json.loads((TARGET / "doc/veritok.json").read_text())


def text(node):
    """A type, a bound or generic arguments, as near to Rust as is needed to see a change."""
    if node is None:
        return ""
    if isinstance(node, str):
        return node
    if isinstance(node, (bool, int)):
        return str(node)
    if isinstance(node, list):
        return ", ".join(filter(None, map(text, node)))
    if "resolved_path" in node:
        return text(node["resolved_path"])
    if "path" in node and "args" in node:
        arguments = text(node["args"])
        return node["path"].rsplit("::", 1)[-1] + (f"<{arguments}>" if arguments else "")
    if "borrowed_ref" in node:
        ref = node["borrowed_ref"]
        return f"&{ref['lifetime'] + ' ' if ref['lifetime'] else ''}{'mut ' if ref['is_mutable'] else ''}{text(ref['type'])}"
    if "angle_bracketed" in node:
        inner = node["angle_bracketed"]
        return text(inner["args"] + inner["constraints"])
    for name in ("type", "const", "impl_trait", "trait_bound", "trait", "equality"):
        if set(node) - {"modifier", "generic_params"} == {name}:
            return text(node[name])
    if "expr" in node:
        return node["expr"]
    if "binding" in node:
        return f"{node['name']} = {text(node['binding'])}"
    for name in ("generic", "primitive", "lifetime"):
        if name in node:
            return node[name]
    if "slice" in node:
        return f"[{text(node['slice'])}]"
    if "array" in node:
        return f"[{text(node['array']['type'])}; {node['array']['len']}]"
    if "tuple" in node:
        return f"({text(node['tuple'])})"
    # What is rare is told by its parts.
    parts = ((key, text(value)) for key, value in node.items() if value not in (None, [], {}, False))
    return " ".join(f"{key}({value})" if value else key for key, value in parts if key != "id")


def generics(of):
    parts = []
    for parameter in of["params"]:
        kind = parameter["kind"]
        if "type" in kind and kind["type"].get("is_synthetic"):
            continue
        detail = text(kind.get("const", {}).get("type") or kind.get("type", {}).get("bounds"))
        parts.append(parameter["name"] + (f": {detail}" if detail else ""))
    where = text(of["where_predicates"])
    return (f"<{', '.join(parts)}>" if parts else "") + (f" where {where}" if where else "")


def signature(function):
    header, sig = function["header"], function["sig"]
    words = [word for word in ("const", "async", "unsafe") if header.get(f"is_{word}")]
    inputs = ", ".join(f"{name}: {text(kind)}" for name, kind in sig["inputs"])
    output = f" -> {text(sig['output'])}" if sig["output"] else ""
    return f"{' '.join([*words, 'fn'])}{generics(function['generics'])}({inputs}){output}"


class Listing:
    def __init__(self, crate):
        self.index, self.lines = {str(key): item for key, item in crate["index"].items()}, set()
        self.module("veritok", self.item(crate["root"]))

    def item(self, number):
        return self.index.get(str(number))

    def add(self, path, line):
        self.lines.add(f"{path}: {line}")

    def module(self, path, module):
        for number in module["inner"]["module"]["items"]:
            item = self.item(number)
            if item is None or item["visibility"] != "public":
                continue
            used = item["inner"].get("use")
            if used:
                target = self.item(used["id"])
                if target:
                    self.entry(f"{path}::{used['name']}", target)
            else:
                self.entry(f"{path}::{item['name']}", item)

    def entry(self, path, item):
        (kind, inner), = item["inner"].items()
        marks = " non_exhaustive" if "non_exhaustive" in str(item["attrs"]) else ""
        if kind == "module":
            self.add(path, "module")
            self.module(path, item)
        elif kind == "function":
            self.add(path, signature(inner))
        elif kind in ("struct", "enum", "trait"):
            self.add(path, kind + generics(inner["generics"]) + marks)
            self.members(path, kind, inner)
        elif kind in ("constant", "static"):
            self.add(path, f"{kind} {text(inner['type'])}")
        elif kind in ("struct_field", "assoc_const", "assoc_type", "type_alias"):
            self.add(path, f"{kind} {text(inner)}")
        elif kind == "variant":
            number = (inner.get("discriminant") or {}).get("value")
            self.add(path, f"variant{f' = {number}' if number else ''}")
            self.fields(path, inner["kind"])
        else:
            self.add(path, kind)

    def fields(self, path, kind):
        if not isinstance(kind, dict):
            return
        for form in kind.values():
            for number in form["fields"] if isinstance(form, dict) else form:
                item = number is not None and self.item(number)
                if item and item["visibility"] in ("public", "default"):
                    self.entry(f"{path}.{item['name']}", item)

    def members(self, path, kind, inner):
        if kind == "struct":
            self.fields(path, inner["kind"])
        for number in inner.get("variants", []) + inner.get("items", []):
            item = self.item(number)
            self.entry(f"{path}::{item['name']}", item)
        for number in inner.get("impls", []):
            block = self.item(number)
            implementation = block and block["inner"]["impl"]
            if not implementation or implementation["is_synthetic"] or implementation["blanket_impl"]:
                continue
            if implementation["trait"]:
                self.add(path, f"impl {text(implementation['trait'])}")
                continue
            for member in implementation["items"]:
                item = self.item(member)
                if item["visibility"] == "public":
                    self.entry(f"{path}::{item['name']}", item)


def difference(recorded, lines):
    return [line for line in difflib.unified_diff(recorded, lines, lineterm="", n=0) if line[:1] in "+-"][2:]


def main():
    lines = sorted(Listing(documented()).lines)
    if os.environ.get("UPDATE"):
        RECORDED.write_text("\n".join(lines) + "\n")
    recorded = RECORDED.read_text().splitlines()
    if sys.argv[1:] == ["--self-test"]:
        at = next(at for at, line in enumerate(lines) if line.startswith("veritok::verify: fn"))
        planted = [*lines[:at], lines[at].replace("scratch: &'b mut [u8]", "scratch: &'b [u8]"), *lines[at + 1 :]]
        assert len(difference(recorded, planted)) > len(difference(recorded, lines)), lines[at]
        assert len(difference(recorded, lines[1:])) > len(difference(recorded, lines))
        print("Rust interface: planted changes seen")
        return
    changed = difference(recorded, lines)
    print("\n".join(changed) or f"FIGURE Rust interface: {len(lines)} items as recorded")
    sys.exit(bool(changed))


main()
