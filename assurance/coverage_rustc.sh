#!/usr/bin/env bash
# The compiler of coverage.py: the project's own crates alone count lines and branches, so that the
# others are those of any build. Counting branches is not stable yet.
RUSTC_BOOTSTRAP=1 exec "$@" -Cinstrument-coverage -Zcoverage-options=branch
