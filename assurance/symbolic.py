#!/usr/bin/env python3
"""Proves leaf functions of the release library, as the machine code that is linked on x86-64: `symbolic.py`.

Each function is run with its input symbolic by Triton, every path that an input can take; Z3 then looks for an
input whose result is not the specification's. Wants `pip install triton-library==1.0.0rc4`, llvm-22 and lld-22.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import time

from triton import ARCH, CPUSIZE, EXCEPTION, MODE, SOLVER_STATE, Instruction, MemoryAccess, TritonContext

ROOT = pathlib.Path(__file__).resolve().parents[1]
INPUT, OTHER, RESULT, STACK, RETURN = 0x10000000, 0x10001000, 0x10002000, 0x20000000, 0xDEAD0000
MOST_INSTRUCTIONS = 20000


class Counterexample(Exception):
    pass


def lines_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


class Library:
    """The static library, linked as `ffi/tests/panics/link.sh` links it."""

    def __init__(self, archive, folder):
        elf = folder / "library.elf"
        exported = (ROOT / "ffi/symbols.txt").read_text().split()
        defined = [f"--defsym={name}=0" for name in ("memcpy", "memmove", "memset", "bcmp")]
        lines_of("ld.lld-22", "--gc-sections", "-nostdlib", "-e", "0", *defined, *[f"-u{name}" for name in exported], archive, "-o", elf)
        content = elf.read_bytes()
        self.segments = []
        for line in lines_of("llvm-readelf-22", "-lW", elf):
            if part := re.match(r"\s+LOAD\s+(0x\w+) (0x\w+) 0x\w+ (0x\w+)", line):
                at, address, size = (int(number, 16) for number in part.groups())
                self.segments.append((address, content[at : at + size]))
        self.symbols = {}
        for line in lines_of("llvm-nm-22", "--demangle", elf):
            address, _, name = line.split(" ", 2)
            self.symbols[re.sub(r"::h[0-9a-f]{16}$", "", name)] = int(address, 16)

    def address_of(self, name):
        if name not in self.symbols:
            sys.exit(f"{name} is no function of its own in the library: it was inlined")
        return self.symbols[name]


def run(library, function, arguments, symbolic, seed):
    """One path: the one that the seed takes."""
    context = TritonContext(ARCH.X86_64)
    for mode in (MODE.ALIGNED_MEMORY, MODE.CONSTANT_FOLDING, MODE.AST_OPTIMIZATIONS):
        context.setMode(mode, True)
    for address, content in library.segments:
        context.setConcreteMemoryAreaValue(address, content)
    variables = []
    for address, value in zip(symbolic, seed):
        context.setConcreteMemoryValue(address, value)
        variable = context.symbolizeMemory(MemoryAccess(address, CPUSIZE.BYTE))
        variables.append(context.getAstContext().variable(variable))
    registers = context.registers
    context.setConcreteMemoryValue(MemoryAccess(STACK, CPUSIZE.QWORD), RETURN)
    context.setConcreteRegisterValue(registers.rsp, STACK)
    for register, value in zip((registers.rdi, registers.rsi, registers.rdx, registers.rcx), arguments):
        context.setConcreteRegisterValue(register, value)
    at = library.address_of(function)
    for _ in range(MOST_INSTRUCTIONS):
        if at == RETURN:
            return context, variables
        instruction = Instruction(at, context.getConcreteMemoryAreaValue(at, 16))
        if context.processing(instruction) != EXCEPTION.NO_FAULT:
            sys.exit(f"{function}: not understood: {instruction}")
        # The value at an address that depends on the input would be taken for that of this path alone.
        for access, _ in (*instruction.getLoadAccess(), *instruction.getStoreAccess()):
            lea = access.getLeaAst()
            if lea is not None and lea.isSymbolized():
                raise Counterexample(f"{function}: an address depends on the input: {instruction}")
        at = context.getConcreteRegisterValue(registers.rip)
    sys.exit(f"{function}: more than {MOST_INSTRUCTIONS} instructions")


def paths(library, function, arguments, symbolic, allowed):
    """Every path that an input within `allowed` can take, with its condition."""
    waiting, seen = [bytes(b"A" * len(symbolic))], set()
    while waiting:
        seed = waiting.pop()
        context, variables = run(library, function, arguments, symbolic, seed)
        ast = context.getAstContext()
        taken = context.getPathConstraints()
        key = tuple(branch.getTakenAddress() for branch in taken)
        if key in seen:
            continue
        seen.add(key)
        condition = allowed(ast, variables)
        for branch in taken:
            for way in branch.getBranchConstraints():
                if not way["isTaken"]:
                    model = solve(context, ast.land([condition, way["constraint"]]))
                    if model:
                        values = {variable.getId(): solved.getValue() for variable, solved in ((m.getVariable(), m) for m in model.values())}
                        own = [variable.getSymbolicVariable().getId() for variable in variables]
                        waiting.append(bytes(values.get(name, value) for name, value in zip(own, seed)))
            condition = ast.land([condition, branch.getTakenPredicate()])
        yield context, ast, variables, condition


def solve(context, condition):
    """An input for which it holds, if there is one."""
    model, state, _ = context.getModel(condition, True)
    if state not in (SOLVER_STATE.SAT, SOLVER_STATE.UNSAT):
        sys.exit("the solver came to no answer")
    return model


def prove(library, function, arguments, symbolic, allowed, wrong):
    """The number of paths; ends with an input for which one of `wrong` holds."""
    count = 0
    for context, ast, variables, condition in paths(library, function, arguments, symbolic, allowed):
        count += 1
        for claim in wrong(context, ast, variables):
            if solve(context, ast.land([condition, claim])):
                raise Counterexample(f"{function}: an input has another result than the specification's")
    return count


def within(ast, value, low, high):
    return ast.land([ast.bvuge(value, ast.bv(low, 8)), ast.bvule(value, ast.bv(high, 8))])


RANGES = ((ord("A"), ord("Z"), 0), (ord("a"), ord("z"), 26), (ord("0"), ord("9"), 52), (ord("-"), ord("-"), 62), (ord("_"), ord("_"), 63))


def sextet(ast, character):
    """RFC 4648 table 2; 255 outside of the alphabet."""
    value = ast.bv(255, 8)
    for first, last, start in RANGES:
        value = ast.ite(within(ast, character, first, last), ast.bvadd(character, ast.bv((start - first) & 0xFF, 8)), value)
    return value


def in_alphabet(ast, characters):
    return ast.land([ast.lor([within(ast, character, first, last) for first, last, _ in RANGES]) for character in characters])


def anything(ast, _):
    return ast.equal(ast.bvtrue(), ast.bvtrue())


def result_at(context, address, len):
    return [context.getMemoryAst(MemoryAccess(address + index, CPUSIZE.BYTE)) for index in range(len)]


BLOCK = 32


def decode_block(library, bits=sextet):
    """Whatever 32 characters of the alphabet: 24 octets, three for each four characters."""

    def wrong(context, ast, characters):
        octets = result_at(context, RESULT, BLOCK // 4 * 3)
        for quantum in range(BLOCK // 4):
            sextets = [ast.extract(5, 0, bits(ast, character)) for character in characters[4 * quantum :][:4]]
            yield ast.lnot(ast.equal(ast.concat(octets[3 * quantum :][:3]), ast.concat(sextets)))

    symbolic = range(INPUT, INPUT + BLOCK)
    return prove(library, "veritok::base64url::decode_block", (RESULT, INPUT), symbolic, in_alphabet, wrong)


def compare(library, len, ignored=0):
    """Whatever two texts of this length: without a difference if and only if all octets are equal, by one path."""

    def wrong(context, ast, octets):
        is_equal = ast.equal(ast.extract(31, 0, context.getRegisterAst(context.registers.rax)), ast.bv(0, 32))
        pairs = list(zip(octets[:len], octets[len:]))[ignored:]
        same = ast.land([ast.equal(one, other) for one, other in [*pairs, *pairs]])
        yield ast.land([is_equal, ast.lnot(same)])
        yield ast.land([ast.lnot(is_equal), same])

    symbolic = (*range(INPUT, INPUT + len), *range(OTHER, OTHER + len))
    name = "veritok::constant_time::Difference::between"
    count = prove(library, name, (INPUT, len, OTHER, len), symbolic, anything, wrong)
    if count != 1:
        raise Counterexample(f"{name} of {len} octets takes {count} paths")
    return count


def planted(what, attempt):
    try:
        attempt()
    except Counterexample:
        return
    sys.exit(f"planted defect not seen: {what}")


def main():
    started = time.time()
    with tempfile.TemporaryDirectory() as folder:
        library = Library(sys.argv[1], pathlib.Path(folder))
    # A specification that errs in one sextet, in one place.
    planted("a sextet", lambda: decode_block(library, lambda ast, c: ast.ite(ast.equal(c, ast.bv(90, 8)), ast.bv(24, 8), sextet(ast, c))))
    planted("a place", lambda: compare(library, 32, ignored=1))
    print(f"FIGURE proven of machine code: base64url of {BLOCK} characters decodes as RFC 4648 says, {decode_block(library)} path")
    lengths = (1, 7, 16, 32, 43, 64)
    print(f"FIGURE proven of machine code: two texts of {', '.join(map(str, lengths))} octets are equal if and only if each octet is, {max(compare(library, size) for size in lengths)} path each, no address")
    print(f"{time.time() - started:.0f} s")


main()
