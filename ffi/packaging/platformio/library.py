# For a checkout, in platformio.ini:
#   lib_deps = symlink:///path/to/veritok/ffi/packaging/platformio
#   custom_veritok_target = thumbv7em-none-eabihf   ; built by cargo, or
#   custom_veritok_library = /path/to/libveritok.a  ; built elsewhere
# PlatformIO tells no Rust target, so that one of the two must be set.
import pathlib
import subprocess

Import("env")  # noqa: F821

packaging = pathlib.Path(Dir(".").srcnode().abspath).parent  # noqa: F821
library = env.GetProjectOption("custom_veritok_library", "")  # noqa: F821
target = env.GetProjectOption("custom_veritok_target", "")  # noqa: F821
features = env.GetProjectOption("custom_veritok_features", "")  # noqa: F821
if not library and not target:
    raise SystemExit("veritok: set custom_veritok_target or custom_veritok_library")
if not library:
    build = pathlib.Path(env.subst("$BUILD_DIR"), "veritok")  # noqa: F821
    subprocess.check_call([packaging / "build.sh", target, features, build])
    library = build / target / "release/libveritok.a"
# The environment of the project, not of this library alone.
DefaultEnvironment().Append(  # noqa: F821
    CPPPATH=[str(packaging.parents[1] / "include")],
    LIBS=[env.File(str(library))],  # noqa: F821
)
