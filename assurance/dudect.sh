#!/usr/bin/env bash
# No time of a refusal tells where a secret differs first: `dudect.sh [SAMPLES]`, ten million by default.
# Welch's t of tag and nonce stays below 10, from where on dudect is sure; that of a planted early exit does not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export SAMPLES=${1:-10000000}
log=$(cargo run --quiet --locked --release --manifest-path "$here/dudect/Cargo.toml")
t_of() { sed -n "s/^bench $1 .*max t = [+-]\([0-9]*\)\(\.[0-9]*\).*/\1\2/p" <<<"$log"; }
for name in tag nonce planted; do
    t=$(t_of "$name")
    [ -n "$t" ] || { echo "$log"; exit 1; }
    case $name in
    planted) [ "${t%.*}" -ge 10 ] || { echo "planted early exit not seen: t = $t"; exit 1; } ;;
    *) [ "${t%.*}" -lt 10 ] || { echo "$name: t = $t"; exit 1; } ;;
    esac
done
echo "FIGURE dudect, $SAMPLES samples: |t| $(t_of tag) for the tag, $(t_of nonce) for the nonce, $(t_of planted) for a planted early exit"
