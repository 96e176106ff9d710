#!/usr/bin/env bash
# The compiler of coverage.py: the project's own crates alone count branches.
exec "$@" -Cinstrument-coverage -Zcoverage-options=branch
