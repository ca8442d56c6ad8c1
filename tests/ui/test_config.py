"""Is a person's configuration followed, or refused by name before the app opens?"""

import os
import subprocess
import sys
from pathlib import Path

import conftest as shared
import pytest
import recorded
from conftest import NARROW, Until

from tuner_engine.errors import UsageError
from tuner_tui.ui import config, keymap, signs
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.config import Config, Looks
from tuner_tui.ui.programs import Programs
from tuner_tui.ui.theme import THEMES, following

QUIET = Programs(advise=("false",), worker=("true",))


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_without_a_file_everything_is_as_usual(tmp_path: Path) -> None:
    """An absent file is the default configuration."""
    assert config.load(tmp_path / "config.toml") == Config()


def test_what_the_file_says_is_kept(tmp_path: Path) -> None:
    """Theme, glyphs, frames and keys."""
    text = '[app]\ntheme = "light"\nglyphs = "ascii"\nfps = 10\n[keys]\n"probe.start" = "R, f5"\n'
    read = config.load(written(tmp_path, text))

    assert (read.app.theme, read.app.glyphs, read.app.fps) == ("light", "ascii", 10)
    assert {bound.id: bound.keys for bound in keymap.table(read.keys)}["probe.start"] == ("R", "f5")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[app", "not TOML"),
        ("[app]\ntheme = 'neon'", "dark, light, ansi, contrast"),
        ("[app]\nfps = 0", "1 to 120"),
        ("[ap]\nfps = 1", "ap"),
        ("[keys]\n'probe.strat' = 'r'", "did you mean probe.start"),
        ("[keys]\nnothing = 'r'", "allowed are app.help"),
        ("[keys]\n'probe.start' = 'ctrl+='", "is no key"),
        ("[keys]\n'probe.start' = ''", "is no key"),
        ("[keys]\n'probe.start' = 'shift+r'", "is no key"),
        ("[keys]\n'probe.start' = 'ctrl+b'", "tmux"),
        ("[keys]\n'probe.start' = 'x'", "both probe.st"),
        ("[keys]\n'probe.start' = '\\u001b[2J'", "no key"),
    ],
)
def test_what_is_not_known_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    """The error names the file and what is allowed, in one line without escapes."""
    with pytest.raises(UsageError, match=r"config\.toml") as refusal:
        config.load(written(tmp_path, text))

    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "\x1b" not in str(refusal.value)


def test_keys_may_change_places(tmp_path: Path) -> None:
    """Two acts that swap their keys do not clash."""
    text = "[keys]\n'probe.start' = 'x'\n'probe.stop' = 'r'\n"

    assert config.load(written(tmp_path, text)).keys["probe.stop"] == "r"


def test_the_usual_keys_do_not_clash() -> None:
    """The tables pass the check that a person's keys must pass."""
    keymap.check({act.id: ",".join(act.keys) for act in keymap.table({})}, name="ours")


@pytest.mark.parametrize(
    ("key", "sign"),
    [("ctrl+g", "^g"), ("question_mark", "?"), ("shift+left", "⇧←"), ("a", "a"), ("f1", "f1")],
)
def test_keys_are_written_as_they_are_printed(key: str, sign: str) -> None:
    """Names of Textual become what stands on the keyboard."""
    assert signs.sign(key) == sign


async def test_moved_keys_work_and_are_shown(until: Until) -> None:
    """The new key calls the act, the old one does not, and help and footer name the new one."""
    moved = Config(keys={"app.help": "f2", "app.quit": "f10"})
    app = TunerApp(shared.spec(), programs=QUIET, config=moved)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.problem)
        assert "f10 Quit" in shared.shown(app)
        await pilot.press("question_mark", "q")
        assert not app.screen.is_modal
        await pilot.press("f2")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("slash", *"app.help")
        await until(pilot, lambda: "f2" in shared.shown(app))


async def test_charts_are_drawn_with_the_glyphs_that_were_settled(until: Until) -> None:
    """In plain letters no cell is braille."""
    run = recorded.folder(shared.spec(recipe=recorded.recipe()))
    app = TunerApp(shared.spec(), programs=QUIET, config=Config(app=Looks(glyphs="ascii")))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.problem)
        app.open_run(run)
        await until(pilot, lambda: app.watched and app.watched.state.finished)
        await until(pilot, lambda: "✓ ok" in shared.shown(app))
        assert not any("\u2801" <= letter <= "\u28ff" for letter in shared.shown(app))


async def test_t_goes_through_the_themes(until: Until) -> None:
    """Each theme draws the screen, and the last leads back to the first."""
    app = TunerApp(shared.spec(), programs=QUIET)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.problem)
        seen = [app.theme]
        for _ in THEMES:
            await pilot.press("t")
            await pilot.pause()
            assert "titanic.csv" in shared.shown(app)
            seen.append(app.theme)

    assert seen == ["dark", "light", "ansi", "contrast", "dark"]
    assert following("of another program") == "dark"


def test_a_wrong_file_ends_the_start_with_2(tmp_path: Path) -> None:
    """In one line, before the terminal is touched."""
    script = (
        "import os, sys; from tuner_tui import ui; from tuner_tui.ui import preflight;"
        "preflight.refusal = lambda *a, **k: None;"
        "from tuner_tui.cli import run; sys.exit(run(['demo:wine']))"
    )
    folder = tmp_path / "tuner-tui"
    folder.mkdir()
    written(folder, "[keys]\nnothing = 'r'\n")
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "is no act" in done.stderr
