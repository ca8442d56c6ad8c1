"""Do the wheel, the sdist and an editable install hold what users need, and nothing else?

Everything is built and installed from the tree as it is, without a network: the build back end
and the dependencies are those of the running environment.
"""

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Python = Callable[..., subprocess.CompletedProcess[str]]

PACKAGES = ("tuner_tui", "tuner_engine", "tuner_presets")

WHERE = """
import importlib.util, sys
for name in sys.argv[1:]:
    found = importlib.util.find_spec(name)
    print(name, found.origin if found else "absent")
"""
"""Prints where each named package would be imported from."""


def build(source: Path, folder: Path, *kinds: str) -> Path:
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        *kinds,
        "--outdir",
        folder,
        source,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def environment(folder: Path) -> Path:
    """Make a virtual environment that sees the running one's dependencies; return its Python."""
    venv.create(folder, symlinks=True)
    site = next((folder / "lib").glob("python*/site-packages"))
    # A path line adds the folder's packages but runs none of its .pth files, so the editable
    # install of the running environment stays invisible.
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "dependencies.pth").write_text("\n".join(sorted(paths)))
    return folder / "bin" / "python"


def install(python: Path, *arguments: str | Path) -> None:
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
    ]
    offline = ["--no-index", "--no-build-isolation", "--force-reinstall"]
    done = subprocess.run(
        [*command, *offline, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build(root, tmp_path_factory.mktemp("sdist"), "--sdist")
    return next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build(root, tmp_path_factory.mktemp("wheel"), "--wheel")
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        # Early releases of Python 3.11 know the attribute only.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)  # noqa: S202 - built from this tree, moments ago
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which the wheel was installed."""
    python = environment(tmp_path_factory.mktemp("installed"))
    install(python, wheel)
    return python


def files_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def source_files(root: Path) -> set[str]:
    """Return what the packages hold in the tree, as paths inside a wheel."""
    roots = {
        root / "tuner_tui": root,
        root / "engine": root / "engine",
        root / "presets": root / "presets",
    }
    return {
        path.relative_to(base).as_posix()
        for folder, base in roots.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_holds_the_packages_whole(root: Path, wheel: Path) -> None:
    """Every source file, preset, style sheet and type marker travels, and nothing else does."""
    packaged = {name for name in files_of(wheel) if ".dist-info/" not in name}
    assert packaged == source_files(root)
    assert {f"{package}/py.typed" for package in PACKAGES} <= packaged
    assert any(name.startswith("tuner_presets/") and name.endswith(".toml") for name in packaged)
    assert any(name.startswith("tuner_tui/ui/") and name.endswith(".tcss") for name in packaged)
    assert {name.partition("/")[0] for name in packaged} == set(PACKAGES)


def test_wheel_carries_its_licence_and_command(wheel: Path) -> None:
    """The wheel says under which licence it comes and brings the command `tuner-tui`."""
    files = files_of(wheel)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in files)
    scripts = next(files[name] for name in files if name.endswith("entry_points.txt")).decode()
    assert "tuner-tui = tuner_tui.__main__:main" in scripts


def test_sdist_holds_what_a_packager_needs(root: Path, unpacked: Path) -> None:
    """Tests, checks, documents and every source file are in the sdist."""
    for name in (
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "pyproject.toml",
        ".ci/run",
    ):
        assert (unpacked / name).read_bytes() == (root / name).read_bytes()
    assert source_files(unpacked) == source_files(root)
    tests = {path.relative_to(root) for path in (root / "tests").rglob("*.py")}
    assert tests == {path.relative_to(unpacked) for path in (unpacked / "tests").rglob("*.py")}


def test_sdist_builds_the_same_wheel(unpacked: Path, wheel: Path, tmp_path: Path) -> None:
    """A wheel built from the sdist is byte for byte the wheel built from the tree."""
    folder = build(unpacked, tmp_path, "--wheel")
    assert files_of(next(folder.glob("*.whl"))) == files_of(wheel)


def test_installed_wheel_starts(installed: Path) -> None:
    """The command of an installed wheel prints its help."""
    command = installed.with_name("tuner-tui")
    done = subprocess.run([command, "--help"], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "advise" in done.stdout


def test_installed_wheel_runs_from_itself(installed: Path, python: Python) -> None:
    """The packages of an installed wheel come from its environment, not from the repository."""
    done = python(WHERE, *PACKAGES, executable=str(installed))
    home = installed.parents[1]
    assert done.stderr == ""
    assert all(str(home) in line for line in done.stdout.splitlines()), done.stdout


def test_installed_wheel_finds_its_presets(installed: Path, python: Python) -> None:
    """Advice needs the preset files, and an installed wheel finds them."""
    program = """
from importlib.resources import files
print(*(entry.name for entry in files("tuner_presets").iterdir() if entry.name.endswith(".toml")))
from tuner_tui.cli import run
raise SystemExit(run(["advise", "demo:wine", "--json"]))
"""
    done = python(program, executable=str(installed))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith(".toml")
    assert '"tuner-tui/recipe/1"' in done.stdout


def test_editable_install_exposes_only_the_packages(
    unpacked: Path, tmp_path: Path, python: Python
) -> None:
    """`engine`, `presets` and `tests` stay folders; imported, they would be second copies."""
    executable = environment(tmp_path)
    install(executable, "--editable", unpacked)
    names = (*PACKAGES, "engine", "presets", "tests")
    done = python(WHERE, *names, executable=str(executable))
    expected = [
        f"tuner_tui {unpacked}/tuner_tui/__init__.py",
        f"tuner_engine {unpacked}/engine/tuner_engine/__init__.py",
        f"tuner_presets {unpacked}/presets/tuner_presets/__init__.py",
        "engine absent",
        "presets absent",
        "tests absent",
    ]
    assert done.stdout.splitlines() == expected
