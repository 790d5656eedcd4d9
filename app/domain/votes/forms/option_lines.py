"""Reads the options, criteria and levels of a vote's form, a line each."""

from app.domain.votes.forms.form_fields import MOST_LINES
from app.domain.votes.forms.form_reader import Columns, FormReader
from app.domain.votes.types.question import Choice
from app.errors import Refused

LABEL_LENGTH = 120  # characters


def choices(reader: FormReader) -> list[Columns]:
    """The options in order (a scale keeps its levels), then the criteria. The reader notes problems by field:
    `Refused("english_missing")`, `"same_option_twice"`, `"too_many_options"`, `"too_many_criteria"`."""
    levels = (
        [_level(reader, level) for level in reader.vote_type.levels] if "levels" in reader.settings else []
    )
    options = _lines(reader, "option") if "options" in reader.settings else []
    criteria = _lines(reader, "criterion") if "criteria" in reader.settings else []
    for lines in (levels, options, criteria):
        _require_different(reader, lines)
    return [row for each in (levels, options, criteria) for _, row in each]


def _level(reader: FormReader, level: Choice) -> tuple[str, Columns]:
    field = f"level_en_{level.position}"
    label_en = reader.text(field, LABEL_LENGTH) or level.label_en
    label_cy = reader.text(f"level_cy_{level.position}", LABEL_LENGTH)
    if label_en == level.label_en:
        label_cy = label_cy or level.label_cy
    return field, _row("option", level.position, label_en, label_cy, level.meaning)


def _lines(reader: FormReader, axis: str) -> list[tuple[str, Columns]]:
    """The lines that are filled in, each with its field."""
    found: list[tuple[str, Columns]] = []
    for n in range(1, MOST_LINES[axis] + 1):
        field = f"{axis}_en_{n}"
        label_en, label_cy = reader.text(field, LABEL_LENGTH), reader.text(f"{axis}_cy_{n}", LABEL_LENGTH)
        if label_cy and not label_en:
            reader.problems.setdefault(field, Refused("english_missing"))
        if label_en or label_cy:
            found.append((field, _row(axis, len(found) + 1, label_en, label_cy)))
    if reader.form.get(f"{axis}_en_{MOST_LINES[axis] + 1}"):
        code = "too_many_options" if axis == "option" else "too_many_criteria"
        reader.problems[f"{axis}_en_{MOST_LINES[axis]}"] = Refused(code, most=MOST_LINES[axis])
    return found


def _require_different(reader: FormReader, lines: list[tuple[str, Columns]]) -> None:
    """A problem where two answers read the same."""
    seen: set[str] = set()
    for field, row in lines:
        words = row["label_en"].casefold()
        if words and words in seen:
            reader.problems.setdefault(field, Refused("same_option_twice"))
        seen.add(words)


def _row(axis: str, position: int, label_en: str, label_cy: str, meaning: str = "") -> Columns:
    labels = {"label_en": label_en, "label_cy": label_cy}
    return {"axis": axis, "position": position, **labels, "meaning": meaning}
