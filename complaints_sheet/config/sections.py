"""One config file read section by section: what is wrong in one never hides what is wrong in another."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from complaints_sheet.config.wording import nearest
from complaints_sheet.config.yaml_file import Document, Part, mistakes

if TYPE_CHECKING:
    from complaints_sheet.errors import Problem

M = TypeVar("M", bound=BaseModel)


class Sections:
    """The sections of one document, and every problem found in them so far."""

    def __init__(self, document: Document, folder: Path) -> None:
        self.document = document
        self.folder = folder
        self.problems: list[Problem] = []

    def raw(self, name: str) -> Any:
        """Return a section as typed, or None where it is not written."""
        return self.document.data.get(name)

    def read(self, model: type[M], data: Any, *way: Part) -> M | None:
        """Return the data as a model, or None after noting every problem with it."""
        section, problems = self.document.check(model, data, *way)
        self.problems.extend(problems)
        return section

    def section(self, model: type[M], name: str, *, text_means: str = "") -> M:
        """Return a section whose keys are all optional; with problems, or not written, as if it were empty.

        `text_means` is the key that is meant where a single text stands in place of the section.
        """
        data = self.raw(name)
        if text_means and isinstance(data, str):
            data = {text_means: data}
        found, problems = self.document.check(model, {} if data is None else data, name)
        self.problems.extend(problems)
        return found or self._what_is_right(model, data, name)

    def _what_is_right(self, model: type[M], data: Any, name: str) -> M:
        """Return the section from those of its keys that have no problem of their own."""
        typed = data if isinstance(data, dict) else {}
        alone = {
            key: value for key, value in typed.items() if self.document.check(model, {key: value}, name)[0]
        }
        return self.document.check(model, alone, name)[0] or model()

    def shown(self, path: Path) -> Path:
        """Return a path as problems should show it: beside the config file as the person gave it."""
        return Path(self.document.file).parent / _at_home(path)

    def note(self, message: str, *way: Part, key: bool = False) -> None:
        """Keep a problem at the value that `way` leads to, or at its key."""
        self.problems.append(self.document.problem(message, *way, key=key))

    def place(self, path: Path) -> Path:
        """Return a path as meant: relative ones start at the folder of the config file."""
        return self.folder / _at_home(path)

    def folder_that_can_be(self, path: Path, *way: Part) -> Path:
        """Return the folder's full path; notes a problem where it cannot be made or a file stands there."""
        place = self.place(path)
        try:
            existing = next(above for above in (place, *place.parents) if above.exists())
        except OSError:
            self.note(f'"{str(path)[:60]}…" cannot be the name of a folder', *way)
            return place
        if not existing.is_dir():
            self.note(f'"{path}" cannot be a folder: {existing.name} is a file', *way)
        return place

    def stop_for_problems(self) -> None:
        """Raise ConfigError carrying every problem, where there are any."""
        if self.problems:
            raise mistakes(Path(self.document.file), tuple(dict.fromkeys(self.problems)))


def _at_home(path: Path) -> Path:
    """Return the path with a leading ~ replaced by the home folder it means; as typed where there is none."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def not_among(what: str, typed: str, names: Iterable[str]) -> str:
    """Return what to say of a name that should be one of `names`."""
    return f'{what} "{typed}" is not known; {nearest(typed, tuple(names))}'
