#!/usr/bin/env bash
# Installs library, headers, pkg-config and CMake files on Linux:
#   ffi/install.sh PREFIX [cargo build options, such as --no-default-features]
# DESTDIR is put before PREFIX, for packagers. `cargo cinstall` does the same
# but for the CMake files and the symbols made local; it needs cargo-c 0.10.
set -euo pipefail
prefix=${1:?usage: ffi/install.sh PREFIX [cargo build options]}
shift
cd "$(dirname "$0")/.."
built=${CARGO_TARGET_DIR:-target}/release
version=$(sed -n 's/^#define VTOK_VERSION "\(.*\)"/\1/p' include/veritok.h)
root=${DESTDIR:-}$prefix

cargo build --locked --release -p veritok-ffi "$@"

install -d "$root"/{include,lib/pkgconfig,lib/cmake/veritok}
install -m 644 include/veritok.h include/veritok.hpp "$root/include"
install -m 644 ffi/cmake/*.cmake "$root/lib/cmake/veritok"
ffi/localize.sh "$built/libveritok.a" "$root/lib/libveritok.a"
# The shared library comes from the same object. Before 1.0 its name carries
# the minor version: that is what may break users.
soname=libveritok.so.${version%.*}
cc -shared -Wl,-soname,"$soname" -Wl,-z,defs -Wl,--gc-sections \
  -Wl,--whole-archive "$root/lib/libveritok.a" -Wl,--no-whole-archive \
  -o "$root/lib/libveritok.so.$version"
ln -sf "libveritok.so.$version" "$root/lib/$soname"
ln -sf "$soname" "$root/lib/libveritok.so"

cat >"$root/lib/pkgconfig/veritok.pc" <<EOT
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: veritok
Description: Verification of JWS, JWT and OpenID Connect tokens without a heap
Version: $version
Libs: -L\${libdir} -lveritok
Cflags: -I\${includedir}
EOT
