"""What an organiser settles about a vote before it opens: read from its form, checked before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from app.domain import texts
from app.domain.votes import decisions
from app.domain.votes.decisions import NAMED_SHARES, Share
from app.domain.votes.forms.vote_forms import BOUNDS, CHECKBOXES, MOST_LINES, NUMBERS, setting_names
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import units_of_text, whole_number
from app.domain.votes.types.question import Choice, Form, Question
from app.errors import Refused
from app.models.votes.votes import ABSTENTIONS, LONGEST_OPEN, REPEATS, RULES, SECRECIES, TIES, UNITS

QUESTION_LENGTH, LABEL_LENGTH, MEASURE_LENGTH = 300, 120, 40  # characters
QUESTION_COLUMNS = ("type", *NUMBERS, *BOUNDS, "decimals")
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
class VoteSettings:
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
        about = {name: self.columns[name] for name in QUESTION_COLUMNS}
        return Question(options=axes["option"], criteria=axes["criterion"], **about)


def read(form: Form) -> VoteSettings:
    """The settings in a form (see vote_forms); refused, with the reason and the `field`, when no vote could
    be held with them."""
    settings, problems = read_with_problems(form)
    for field, refused in problems.items():
        refused.facts["field"] = field
        raise refused
    return settings


def read_with_problems(form: Form) -> tuple[VoteSettings, Problems]:
    """What can be read of a form that may not be finished, and what is still wrong with it, by field."""
    reader = _FormReader(form)
    columns = {"type": reader.kind, **reader.words(), **reader.numbers(), **reader.conditions()}
    columns |= {**reader.rule(), **reader.repeat()}
    settings = VoteSettings(columns, reader.choices())
    reader.check(settings)
    return settings, reader.problems


class _FormReader:
    """Reads a form field by field: what is wrong with one goes to `problems`, and the others are read too."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.kind = form.get("type") or "single"
        self.vote_type, self.settings = registry.type_of(self.kind), setting_names(self.kind)
        self.problems: Problems = {}

    def field(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(self.form.get(name, ""))
        except Refused as refused:
            self.problems[name] = refused
            return otherwise

    def text(self, field: str, limit: int) -> str:
        return self.field(field, lambda text: texts.optional(text, limit), "")

    def words(self) -> Row:
        question = {name: self.text(name, QUESTION_LENGTH) for name in ("question_en", "question_cy")}
        if not question["question_en"]:
            self.problems.setdefault("question_en", Refused("question_missing"))
        measure = {name: self.text(name, MEASURE_LENGTH) for name in ("measure_en", "measure_cy")}
        return {**question, **(measure if "measure" in self.settings else dict.fromkeys(measure, ""))}

    def numbers(self) -> Row:
        decimals = self.number("decimals") or 0
        found: Row = {name: self.number(name) for name in NUMBERS}
        for name in BOUNDS:
            bounded = name in self.settings and decimals < 10  # more are refused, and long to write out
            read = partial(units_of_text, decimals=decimals)
            found[name] = self.field(name, read, None) if bounded else None
        return {**found, "decimals": decimals}

    def number(self, name: str) -> int | None:
        if name not in self.settings:
            return None
        n = self.field(name, lambda _: whole_number(self.form, name, "not_whole"), None)
        return self.vote_type.defaults.get(name) if n is None else n

    def conditions(self) -> Row:
        on = {name: self.form.get(name, "") == "1" and name in self.settings for name in CHECKBOXES}
        unit, secrecy = self.one_of("unit", UNITS, "people"), self.one_of("secrecy", SECRECIES, "anonymous")
        closes_after = self.field("closes_minutes", _closing, None)
        return {**on, "unit": unit, "secrecy": secrecy, "closes_after": closes_after}

    def rule(self) -> Row:
        rule, share = self.rule_and_share() if "rule" in self.settings else ("none", None)
        counted = self.one_of("abstentions", ABSTENTIONS, "left out")
        ties = self.one_of("ties", TIES, "keep")
        return {
            "rule": rule,
            "rule_part": share.part if share else None,
            "rule_whole": share.whole if share else None,
            "abstentions": counted if "abstentions" in self.settings else "left out",
            "ties": ties if "ties" in self.settings else "keep",
        }

    def rule_and_share(self) -> tuple[str, Share | None]:
        """The rule, and its least share where it has one."""
        rule = self.one_of("rule", (*RULES, *NAMED_SHARES), "none")
        if rule in NAMED_SHARES:
            return "share", NAMED_SHARES[rule]
        if rule != "share":
            return rule, None
        return rule, self.field("rule_percent", decisions.percentage, Share(1, 1))

    def repeat(self) -> Row:
        repeated = whole_number(self.form, "repeats")
        how = self.one_of("repeats_as", REPEATS, "round") if repeated else None
        return {"repeats_id": repeated or None, "repeats_as": how}

    def one_of(self, field: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self.form.get(field) or otherwise
        if value not in known:
            raise Refused("bad_request")
        return value

    def choices(self) -> list[Row]:
        """The options in order (a scale keeps its levels), then the criteria."""
        levels = [self.level(level) for level in self.vote_type.levels] if "levels" in self.settings else []
        options = self.lines("option") if "options" in self.settings else []
        criteria = self.lines("criterion") if "criteria" in self.settings else []
        for lines in (levels, options, criteria):
            self.require_different(lines)
        return [row for each in (levels, options, criteria) for _, row in each]

    def level(self, level: Choice) -> tuple[str, Row]:
        field = f"level_en_{level.position}"
        label_en = self.text(field, LABEL_LENGTH) or level.label_en
        label_cy = self.text(f"level_cy_{level.position}", LABEL_LENGTH)
        if label_en == level.label_en:
            label_cy = label_cy or level.label_cy
        return field, _row("option", level.position, label_en, label_cy, level.meaning)

    def lines(self, axis: str) -> list[tuple[str, Row]]:
        """The lines that are filled in, each with its field."""
        found: list[tuple[str, Row]] = []
        for n in range(1, MOST_LINES[axis] + 1):
            field = f"{axis}_en_{n}"
            label_en, label_cy = self.text(field, LABEL_LENGTH), self.text(f"{axis}_cy_{n}", LABEL_LENGTH)
            if label_cy and not label_en:
                self.problems.setdefault(field, Refused("english_missing"))
            if label_en or label_cy:
                found.append((field, _row(axis, len(found) + 1, label_en, label_cy)))
        if self.form.get(f"{axis}_en_{MOST_LINES[axis] + 1}"):
            code = "too_many_options" if axis == "option" else "too_many_criteria"
            self.problems[f"{axis}_en_{MOST_LINES[axis]}"] = Refused(code, most=MOST_LINES[axis])
        return found

    def require_different(self, lines: list[tuple[str, Row]]) -> None:
        """A problem where two answers read the same."""
        seen: set[str] = set()
        for field, row in lines:
            words = row["label_en"].casefold()
            if words and words in seen:
                self.problems.setdefault(field, Refused("same_option_twice"))
            seen.add(words)

    def check(self, settings: VoteSettings) -> None:
        """As an opening will: what could not be opened is a problem now."""
        numbered = (field.rstrip("0123456789").endswith("_") for field in self.problems)
        if any(numbered) or not self.problems.keys().isdisjoint(QUESTION_COLUMNS):
            return  # it would complain of what could not be read
        try:
            self.vote_type.check(settings.question)
        except Refused as refused:
            one = refused.code == "too_few_options" and refused.facts.get("least") == 1
            field = self.field_of(refused, settings.columns)
            self.problems.setdefault(field, Refused("nothing_to_rate") if one else refused)

    def field_of(self, refused: Refused, columns: Row) -> str:
        named = FIELD_OF.get(refused.code) or next(iter(self.vote_type.fields), "type")
        if refused.code == "setting_outside" and 1 <= (columns["most"] or 0) <= refused.facts["highest"]:
            named = "per_option"
        if named not in MOST_LINES:
            return named
        filled = [n for n in range(1, MOST_LINES[named]) if texts.clean(self.form.get(f"{named}_en_{n}", ""))]
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
