#!/usr/bin/env bash
# The rustdoc of rust_api.py: its JSON is not stable yet.
RUSTC_BOOTSTRAP=1 exec "${REAL_RUSTDOC:-rustdoc}" "$@"
