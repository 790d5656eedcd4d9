"""Reads the fields of a vote's form, one by one: what is wrong with one does not keep the others from being
read."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from app.domain import texts
from app.domain.votes import decisions
from app.domain.votes.decisions import NAMED_SHARES, Share
from app.domain.votes.forms.form_fields import BOUNDS, CHECKBOXES, NUMBERS, setting_names
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import units_of_text, whole_number
from app.domain.votes.types.question import Form
from app.errors import Refused
from app.models.votes.votes import ABSTENTIONS, LONGEST_OPEN, REPEATS, RULES, SECRECIES, TIES, UNITS

QUESTION_LENGTH, MEASURE_LENGTH = 300, 40  # characters

T = TypeVar("T")
Problems = dict[str, Refused]  # by the name of the field
Columns = dict[str, Any]  # of a vote, by name


class FormReader:
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

    def words(self) -> Columns:
        question = {name: self.text(name, QUESTION_LENGTH) for name in ("question_en", "question_cy")}
        if not question["question_en"]:
            self.problems.setdefault("question_en", Refused("question_missing"))
        measure = {name: self.text(name, MEASURE_LENGTH) for name in ("measure_en", "measure_cy")}
        return {**question, **(measure if "measure" in self.settings else dict.fromkeys(measure, ""))}

    def numbers(self) -> Columns:
        decimals = self.number("decimals") or 0
        found: Columns = {name: self.number(name) for name in NUMBERS}
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

    def conditions(self) -> Columns:
        on = {name: self.form.get(name, "") == "1" and name in self.settings for name in CHECKBOXES}
        unit, secrecy = self.one_of("unit", UNITS, "people"), self.one_of("secrecy", SECRECIES, "anonymous")
        closes_after = self.field("closes_minutes", _closing, None)
        return {**on, "unit": unit, "secrecy": secrecy, "closes_after": closes_after}

    def rule(self) -> Columns:
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

    def repeat(self) -> Columns:
        repeated = whole_number(self.form, "repeats")
        how = self.one_of("repeats_as", REPEATS, "round") if repeated else None
        return {"repeats_id": repeated or None, "repeats_as": how}

    def one_of(self, field: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self.form.get(field) or otherwise
        if value not in known:
            raise Refused("bad_request")
        return value


def _closing(text: str) -> int | None:
    """After how many seconds a vote closes by itself, of minutes as people type them."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 5 and 1 <= int(typed) <= LONGEST_OPEN):
        raise Refused("bad_closing", most=LONGEST_OPEN)
    return 60 * int(typed)
