"""What an organiser settles about a vote before it opens: read from its form, checked before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.domain import texts
from app.domain.votes import decisions
from app.domain.votes.decisions import USUAL, Share
from app.domain.votes.forms.vote_forms import BOUNDS, LONGEST, NUMBERS, ON, parts
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import scaled, whole
from app.domain.votes.types.question import Choice, Form, Question
from app.errors import Refused
from app.models.votes.votes import ABSTENTIONS, LONGEST_OPEN, REPEATS, RULES, SECRECIES, TIES, UNITS

QUESTION, LABEL, MEASURE = 300, 120, 40  # characters
ASKED = ("type", *NUMBERS, *BOUNDS, "decimals")
FIELD_OF = {  # where a refusal of a type can be mended; in a list, at its first empty line
    "too_few_options": "option",
    "too_few_criteria": "criterion",
    "bad_least": "least",
    "bad_most": "most",
    "setting_outside": "most",
    "per_option_above_most": "per_option",
    "budget_unspendable": "per_option",
    "bad_decimals": "decimals",
    "bounds_reversed": "highest",
}

T = TypeVar("T")
Problems = dict[str, Refused]  # by the name of the field
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """The columns of a vote, and of each of its options and criteria in order."""

    columns: dict[str, Any]
    options: list[Row]

    @property
    def question(self) -> Question:
        """What the vote asks, its options and criteria numbered from 1."""
        axes: dict[str, list[Choice]] = {"option": [], "criterion": []}
        for n, each in enumerate(self.options, 1):
            choice = Choice(n, each["position"], each["label_en"], each["label_cy"], each["meaning"])
            axes[each["axis"]].append(choice)
        about = {name: self.columns[name] for name in ASKED}
        return Question(options=axes["option"], criteria=axes["criterion"], **about)


def read(form: Form) -> Settings:
    """The settings in a form (see vote_forms); refused, with the reason and the `field`, when no vote could
    be held with them."""
    settings, problems = draft(form)
    for field, refused in problems.items():
        refused.facts["field"] = field
        raise refused
    return settings


def draft(form: Form) -> tuple[Settings, Problems]:
    """What can be read of a form that may not be finished, and what is still wrong with it, by field."""
    reading = _Reading(form)
    columns = {"type": reading.kind, **reading.words(), **reading.numbers(), **reading.frame()}
    columns |= {**reading.rule(), **reading.repeat()}
    settings = Settings(columns, reading.choices())
    reading.check(settings)
    return settings, reading.problems


class _Reading:
    """A form being read: what is wrong with a field is kept, and the others are read all the same."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.kind = form.get("type") or "single"
        self.vote_type, self.parts = registry.type_of(self.kind), parts(self.kind)
        self.problems: Problems = {}

    def take(self, field: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(self.form.get(field, ""))
        except Refused as refused:
            self.problems[field] = refused
            return otherwise

    def text(self, field: str, limit: int) -> str:
        return self.take(field, lambda text: texts.optional(text, limit), "")

    def words(self) -> Row:
        question = {name: self.text(name, QUESTION) for name in ("question_en", "question_cy")}
        if not question["question_en"]:
            self.problems.setdefault("question_en", Refused("question_missing"))
        measure = {name: self.text(name, MEASURE) for name in ("measure_en", "measure_cy")}
        return {**question, **(measure if "measure" in self.parts else dict.fromkeys(measure, ""))}

    def numbers(self) -> Row:
        decimals = self.number("decimals") or 0
        found: Row = {name: self.number(name) for name in NUMBERS}
        for name in BOUNDS:
            bounded = name in self.parts and decimals < 10  # more are refused, and would be long to write out
            found[name] = self.take(name, lambda text: scaled(text, decimals), None) if bounded else None
        return {**found, "decimals": decimals}

    def number(self, name: str) -> int | None:
        if name not in self.parts:
            return None
        n = self.take(name, lambda _: whole(self.form, name, "not_whole"), None)
        return self.vote_type.defaults.get(name) if n is None else n

    def frame(self) -> Row:
        on = {name: self.form.get(name, "") == "1" and name in self.parts for name in ON}
        unit, secrecy = self.one_of("unit", UNITS, "people"), self.one_of("secrecy", SECRECIES, "anonymous")
        closes_after = self.take("closes_minutes", _closing, None)
        return {**on, "unit": unit, "secrecy": secrecy, "closes_after": closes_after}

    def rule(self) -> Row:
        rule, share = self.decided() if "rule" in self.parts else ("none", None)
        counted = self.one_of("abstentions", ABSTENTIONS, "left out")
        ties = self.one_of("ties", TIES, "keep")
        return {
            "rule": rule,
            "rule_part": share.part if share else None,
            "rule_whole": share.whole if share else None,
            "abstentions": counted if "abstentions" in self.parts else "left out",
            "ties": ties if "ties" in self.parts else "keep",
        }

    def decided(self) -> tuple[str, Share | None]:
        """The rule, and its least share where it has one."""
        rule = self.one_of("rule", (*RULES, *USUAL), "none")
        if rule in USUAL:
            return "share", USUAL[rule]
        if rule != "share":
            return rule, None
        return rule, self.take("rule_percent", decisions.percentage, Share(1, 1))

    def repeat(self) -> Row:
        repeated = whole(self.form, "repeats")
        how = self.one_of("repeats_as", REPEATS, "round") if repeated else None
        return {"repeats_id": repeated or None, "repeats_as": how}

    def one_of(self, field: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self.form.get(field) or otherwise
        if value not in known:
            raise Refused("bad_request")
        return value

    def choices(self) -> list[Row]:
        """The options in order (a scale keeps its levels), then the criteria."""
        levels = [self.level(level) for level in self.vote_type.levels] if "levels" in self.parts else []
        options = self.listed("option") if "options" in self.parts else []
        criteria = self.listed("criterion") if "criteria" in self.parts else []
        for same in (levels, options, criteria):
            self.unlike(same)
        return [row for each in (levels, options, criteria) for _, row in each]

    def level(self, level: Choice) -> tuple[str, Row]:
        field = f"level_en_{level.position}"
        label_en = self.text(field, LABEL) or level.label_en
        label_cy = self.text(f"level_cy_{level.position}", LABEL)
        if label_en == level.label_en:
            label_cy = label_cy or level.label_cy
        return field, _row("option", level.position, label_en, label_cy, level.meaning)

    def listed(self, axis: str) -> list[tuple[str, Row]]:
        """The lines that are filled in, each with its field."""
        kept: list[tuple[str, Row]] = []
        for n in range(1, LONGEST[axis] + 1):
            field = f"{axis}_en_{n}"
            label_en, label_cy = self.text(field, LABEL), self.text(f"{axis}_cy_{n}", LABEL)
            if label_cy and not label_en:
                self.problems.setdefault(field, Refused("english_missing"))
            if label_en or label_cy:
                kept.append((field, _row(axis, len(kept) + 1, label_en, label_cy)))
        if self.form.get(f"{axis}_en_{LONGEST[axis] + 1}"):
            code = "too_many_options" if axis == "option" else "too_many_criteria"
            self.problems[f"{axis}_en_{LONGEST[axis]}"] = Refused(code, most=LONGEST[axis])
        return kept

    def unlike(self, lines: list[tuple[str, Row]]) -> None:
        """No two answers read the same."""
        seen: set[str] = set()
        for field, row in lines:
            words = row["label_en"].casefold()
            if words and words in seen:
                self.problems.setdefault(field, Refused("same_option_twice"))
            seen.add(words)

    def check(self, settings: Settings) -> None:
        """As an opening will: nothing is kept that could not be opened."""
        if any(field in ASKED or field.rstrip("0123456789").endswith("_") for field in self.problems):
            return  # it would complain of what could not be read
        try:
            registry.type_of(settings.question.type).check(settings.question)
        except Refused as refused:
            one = refused.code == "too_few_options" and refused.facts.get("least") == 1
            place = self.place_of(refused, settings.columns)
            self.problems.setdefault(place, Refused("nothing_to_rate") if one else refused)

    def place_of(self, refused: Refused, columns: Row) -> str:
        named = FIELD_OF.get(refused.code) or next(iter(self.vote_type.fields), "type")
        if refused.code == "setting_outside" and 1 <= (columns["most"] or 0) <= refused.facts["highest"]:
            named = "per_option"
        if named not in LONGEST:
            return named
        filled = [n for n in range(1, LONGEST[named]) if texts.clean(self.form.get(f"{named}_en_{n}", ""))]
        return f"{named}_en_{max(filled, default=0) + 1}"


def _closing(text: str) -> int | None:
    """After how many seconds a vote closes by itself, of minutes as people type them."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 5 and 1 <= int(typed) <= LONGEST_OPEN):
        raise Refused("bad_closing", most=LONGEST_OPEN)
    return 60 * int(typed)


def _row(axis: str, position: int, label_en: str, label_cy: str, meaning: str = "") -> Row:
    labels = {"label_en": label_en, "label_cy": label_cy}
    return {"axis": axis, "position": position, **labels, "meaning": meaning}
