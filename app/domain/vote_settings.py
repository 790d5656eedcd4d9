"""What an organiser settles about a vote before it opens: read from a form, checked before anything is kept."""

from dataclasses import dataclass
from typing import Any

from app.domain import decisions, texts, vote_types
from app.domain.vote_types import Choice, Form
from app.domain.vote_types.arithmetic import whole
from app.errors import Refused
from app.models.votes import ABSTENTIONS, RULES, SECRECIES, TIES, UNITS

MOST_OPTIONS, MOST_CRITERIA = 12, 8
NUMBERS = ("least", "most", "per_option", "threshold", "decimals")
ON = ("shuffled", "reasons", "receipts")


@dataclass(frozen=True, slots=True)
class Settings:
    """The columns of a vote, and of each of its options and criteria in order."""

    columns: dict[str, Any]
    options: list[dict[str, Any]]


def read(form: Form) -> Settings:
    """The settings in a form; refused, with the reason, when no vote could be held with them.

    Fields: question_en, question_cy, type, the names in NUMBERS, lowest and highest (as people write them),
    measure_en, measure_cy, unit, secrecy, rule, rule_percent, abstentions, ties, those in ON ("1" for yes), and
    option_en_1, option_cy_1 … and criterion_en_1, criterion_cy_1 …
    """
    kind = form.get("type", "") or "single"
    rules = vote_types.rules(kind)
    numbers = {name: whole(form, name) for name in NUMBERS if name in rules.FIELDS}
    numbers = {name: rules.DEFAULTS.get(name) if n is None else n for name, n in numbers.items()}
    decimals = numbers.pop("decimals", None) or 0
    columns: dict[str, Any] = {
        "question_en": texts.required(form.get("question_en", ""), 300),
        "question_cy": texts.optional(form.get("question_cy", ""), 300),
        "type": kind,
        **dict.fromkeys(("least", "most", "per_option", "threshold", "lowest", "highest")),
        **numbers,
        "decimals": decimals,
        "measure_en": texts.optional(form.get("measure_en", ""), 40),
        "measure_cy": texts.optional(form.get("measure_cy", ""), 40),
        **{name: form.get(name, "") == "1" for name in ON},
        "unit": _one_of(form, "unit", UNITS, "people"),
        "secrecy": _one_of(form, "secrecy", SECRECIES, "anonymous"),
        **_rule(form),
    }
    for bound in ("lowest", "highest"):
        if bound in rules.FIELDS:
            columns[bound] = decisions.scaled(form.get(bound, ""), decimals)
    options = [*_choices(form, "option", MOST_OPTIONS, rules), *_criteria(form, rules)]
    _check(kind, columns, options)
    return Settings(columns, options)


def _rule(form: Form) -> dict[str, Any]:
    rule = _one_of(form, "rule", RULES, "none")
    return {
        "rule": rule,
        "rule_share": decisions.hundredths(form.get("rule_percent", "")) if rule == "share" else None,
        "abstentions": _one_of(form, "abstentions", ABSTENTIONS, "left out"),
        "ties": _one_of(form, "ties", TIES, "keep"),
    }


def _one_of(form: Form, name: str, known: tuple[str, ...], otherwise: str) -> str:
    value = form.get(name) or otherwise
    if value not in known:
        raise Refused("bad_request")
    return value


def _criteria(form: Form, rules: Any) -> list[dict[str, Any]]:
    return _choices(form, "criterion", MOST_CRITERIA, rules) if rules.CRITERIA else []


def _choices(form: Form, axis: str, most: int, rules: Any) -> list[dict[str, Any]]:
    """The options of a form in order; a scale keeps its levels, in our words where none are given."""
    if axis == "option" and rules.OPTIONS == "none":
        return []
    kept: list[dict[str, Any]] = []
    levels = rules.LEVELS if axis == "option" else ()
    for n in range(1, most + 2):
        level = levels[n - 1] if n <= len(levels) else None
        label_en = texts.clean(form.get(f"{axis}_en_{n}", "")) or (level.label_en if level else "")
        label_cy = texts.clean(form.get(f"{axis}_cy_{n}", ""))
        if level and label_en == level.label_en and not label_cy:
            label_cy = level.label_cy
        if (not label_en and not label_cy) or (levels and level is None):
            continue
        kept.append(
            {
                "axis": axis,
                "position": len(kept) + 1,
                "label_en": texts.required(label_en, 120),
                "label_cy": texts.optional(label_cy, 120),
                "meaning": level.meaning if level else "",
            }
        )
    if len(kept) > most:
        raise Refused("too_many_options", most=most)
    if len({each["label_en"].casefold() for each in kept}) < len(kept):
        raise Refused("same_option_twice")
    return kept


def _check(kind: str, columns: dict[str, Any], options: list[dict[str, Any]]) -> None:
    """As an opening will: nothing is kept that could not be opened."""
    choices: dict[str, list[Choice]] = {"option": [], "criterion": []}
    for n, each in enumerate(options, 1):
        choices[each["axis"]].append(
            Choice(n, each["position"], each["label_en"], each["label_cy"], each["meaning"])
        )
    names = ("least", "most", "per_option", "threshold", "lowest", "highest", "decimals")
    numbers = {name: columns[name] for name in names}
    vote_types.check(vote_types.Ask(kind, choices["option"], choices["criterion"], **numbers))
