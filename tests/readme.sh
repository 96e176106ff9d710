#!/usr/bin/env bash
# Runs the README's shell blocks: all but the tests, or the one of the given number. What a `text`
# block shows behind it must be what the command prints.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 - "$@" <<'PYTHON'
import re, subprocess, sys

blocks = re.findall(r"```(\w+)\n(.*?)```", open("README.md").read(), re.S)
shell = [(index, text) for index, (language, text) in enumerate(blocks) if language == "sh"]
assert len(shell) >= 2, "the README has lost its commands"
wanted = sys.argv[1:]
for number, (index, text) in enumerate(shell, 1):
    is_tests = "cargo test" in text
    if str(number) not in wanted if wanted else is_tests:
        continue
    print(f"block {number}: {text.strip()}", flush=True)
    shown = blocks[index + 1][1] if index + 1 < len(blocks) and blocks[index + 1][0] == "text" else None
    run = subprocess.run(["bash", "-euo", "pipefail", "-c", text], stdout=None if shown is None else subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"block {number} ends with status {run.returncode}")
    if shown is not None and run.stdout != shown:
        print(run.stdout)
        sys.exit(f"block {number} prints something else than the README shows")
PYTHON
