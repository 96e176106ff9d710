"""Copies the checkout's release build of the library into the package, when there is one."""

import os
import pathlib
import shutil

import setuptools
from setuptools.command.build_py import build_py


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        checkout = pathlib.Path(__file__).resolve().parents[2]
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", checkout / "target"))
        library = pathlib.Path(os.environ.get("VERITOK_LIBRARY", target / "release/libveritok.so"))
        if library.exists() and not self.editable_mode:
            shutil.copy(library, pathlib.Path(self.build_lib, "veritok", "libveritok.so"))


class BinaryDistribution(setuptools.Distribution):
    """The library makes the wheel one of this platform."""

    def has_ext_modules(self) -> bool:
        return True


setuptools.setup(cmdclass={"build_py": BuildWithLibrary}, distclass=BinaryDistribution)
