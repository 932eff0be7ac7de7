"""A home's settings are parsed strictly, and a home is never made over something else."""

from pathlib import Path

import pytest

from desk.home import Home, HomeClosed, HomeTaken, NoHome, Settings, SettingsWrong


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    """What is written is what is read."""
    home = Home(tmp_path / "home")
    settings = Settings(packs=("general",), language="zh-Hant", store="s3://store:9000/bucket")
    home.lay(settings)
    assert home.settings() == settings


def test_a_home_is_closed_to_others(tmp_path: Path) -> None:
    """Only its owner looks into a home."""
    home = Home(tmp_path / "home")
    home.lay(Settings())
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_no_home(tmp_path: Path) -> None:
    """A folder without settings is no home."""
    with pytest.raises(NoHome):
        Home(tmp_path).settings()


def test_a_folder_in_use_is_not_taken(tmp_path: Path) -> None:
    """A folder that holds anything is left alone."""
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(HomeTaken):
        Home(tmp_path).lay(Settings())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_home(tmp_path: Path) -> None:
    """A file where the folder should be is left alone."""
    (tmp_path / "home").write_text("x")
    with pytest.raises((HomeTaken, HomeClosed)):
        Home(tmp_path / "home").lay(Settings())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("format = 2\n", "format"),
        ("format = 1\npaks = []\n", "paks"),
        ("format = 1\npacks = []\n", "packs"),
        ("format = 1\n[intake]\nquiet_seconds = 'soon'\n", "intake.quiet_seconds"),
        ("format = 1\n[intake]\nkeep_done_days = -1\n", "intake.keep_done_days"),
        ("format = 1\nlanguage = 'fr'\n", "language"),
        ("format = ", "Invalid value"),
    ],
)
def test_wrong_settings_name_the_entry(tmp_path: Path, text: str, named: str) -> None:
    """A wrong entry is named, with its file."""
    home = Home(tmp_path)
    home.settings_file.write_text(text)
    with pytest.raises(SettingsWrong) as wrong:
        home.settings()
    assert named in str(wrong.value)
    assert str(home.settings_file) in str(wrong.value)
