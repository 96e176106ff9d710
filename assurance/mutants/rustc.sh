#!/usr/bin/env bash
# The compiler of mutants.py: what a mutant leaves unused is no error, and a constant function may ask for its switch.
# The project's own crates alone, so that the others are those of any build.
RUSTC_BOOTSTRAP=1 exec "$@" --cap-lints=allow
