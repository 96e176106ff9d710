#!/usr/bin/env bash
# What differs between the emulated boards mps2-an386, mps2-an505, microbit and virt:
#   board.sh BOARD target                  the Rust target
#   board.sh BOARD cargo COMMAND [OPTION]  runs cargo for it, in the current directory
#   board.sh BOARD run IMAGE               runs an image: one instruction, one virtual nanosecond
#   board.sh BOARD emulate IMAGE           runs it as fast as can be
#
# cargo uses rustup's target where it is installed, else a distribution's compiler with the sources
# of `core` (Debian: rustc-web cargo-web rust-web-src), which builds `core` itself.
set -euo pipefail
board=${1:-} task=${2:-}
linker=arm-none-eabi-ld scripts="-C link-arg=-Tlink.x"
case $board in
mps2-an386) target=thumbv7em-none-eabihf emulator=(qemu-system-arm -cpu cortex-m4) ;;
mps2-an505) target=thumbv8m.main-none-eabihf emulator=(qemu-system-arm -cpu cortex-m33) ;;
microbit) target=thumbv6m-none-eabi emulator=(qemu-system-arm -cpu cortex-m0) ;;
virt)
    target=riscv32imac-unknown-none-elf emulator=(qemu-system-riscv32 -bios none)
    linker=riscv64-unknown-elf-ld scripts="-C link-arg=-melf32lriscv -C link-arg=-Tmemory.x $scripts"
    ;;
*)
    echo "unknown board $board" >&2
    exit 2
    ;;
esac

run_cargo() {
    local command=$1
    shift
    export RUSTFLAGS="--cfg sha2_backend_soft=\"compact\" $scripts ${RUSTFLAGS:-}"
    # BUILD_CORE=1 builds it in any case, for what an option says of its functions too.
    if [ -z "${BUILD_CORE:-}" ] && [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
        exec cargo "$command" --target "$target" "$@"
    fi
    # That compiler brings no linker of its own.
    RUSTFLAGS+=" -C linker=$linker -C linker-flavor=ld"
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
    exec /usr/bin/cargo "$command" --target "$target" -Zbuild-std=core,panic_abort "$@"
}

emulate() {
    exec "${emulator[@]}" -M "$board" -nographic -semihosting-config enable=on,target=native "$@"
}

case $task in
target) echo "$target" ;;
cargo) run_cargo "${@:3}" ;;
run) emulate -icount shift=0 -kernel "$3" ;;
emulate) emulate -kernel "$3" ;;
*)
    echo "unknown task $task" >&2
    exit 2
    ;;
esac
