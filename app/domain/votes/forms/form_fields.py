"""Which settings a vote of each type has, and the fields of its form.

Fields: type, those in WORDS and NUMBERS, decimals, lowest and highest (as people write them), those in ENUMS
(in the words of the model; a rule may also be one of decisions.NAMED_SHARES), rule_percent, those in
CHECKBOXES ("1" for yes), closes_minutes (empty: closed by hand), repeats (the id of the vote it asks again)
and repeats_as; option_en_1, option_cy_1 …, of a grid also criterion_en_1 …, of a scale level_en_1 … (ours
where empty).
"""

from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import MOST_CRITERIA, MOST_OPTIONS
from app.domain.votes.types.question import Form

NUMBERS = ("least", "most", "per_option", "threshold")
BOUNDS = ("lowest", "highest")
CHECKBOXES = ("shuffled", "reasons", "receipts")
ENUMS = ("unit", "secrecy", "rule", "abstentions", "ties")
WORDS = ("question_en", "question_cy", "measure_en", "measure_cy")
OF_EVERY_TYPE = (
    "question_en", "question_cy", "unit", "secrecy", "closes_minutes", "repeats", "repeats_as",
)  # fmt: skip
MOST_LINES = {"option": MOST_OPTIONS, "criterion": MOST_CRITERIA, "level": MOST_OPTIONS}
AXES = {"option": "options", "criterion": "criteria", "level": "levels"}


def setting_names(kind: str) -> frozenset[str]:
    """Which settings this type has beside those of every vote: some of "options", "levels", "criteria",
    "measure", "rule", "abstentions", "ties", "shuffled", "reasons", "receipts", and the numbers."""
    vote_type = registry.type_of(kind)
    free = vote_type.options == "free"
    in_words = vote_type.options == "none" and not vote_type.fields
    has = {
        "options": free,
        "levels": vote_type.options == "levels",
        "criteria": vote_type.criteria,
        "rule": vote_type.decides,
        "abstentions": vote_type.decides and any(level.meaning == "abstain" for level in vote_type.levels),
        "ties": free and not vote_type.criteria,
        "shuffled": free,
        "reasons": not in_words,  # words are their own reason
        "receipts": not in_words,  # and become notes, which may be hidden, but not from a published list
    }
    return frozenset(vote_type.fields) | {name for name, needed in has.items() if needed}


def fields_of_other_types(form: Form) -> dict[str, str]:
    """What has been typed for other types: it stays in the form, hidden."""
    shown = field_names(form.get("type") or "single")
    known = {name for each in registry.names() for name in field_names(each)}
    others = {name: value for name, value in form.items() if value and name not in shown}
    return {name: value for name, value in others.items() if name.rpartition(".")[2] in known}


def field_names(kind: str) -> set[str]:
    """The names of the fields that a form of this type shows."""
    settings = setting_names(kind)
    named = {*NUMBERS, *BOUNDS, *CHECKBOXES, *ENUMS, "decimals"}
    found = {*OF_EVERY_TYPE, *(settings & named)}
    found |= {"measure_en", "measure_cy"} if "measure" in settings else set()
    found |= {"rule_percent"} if "rule" in settings else set()
    axes = [axis for axis, part in AXES.items() if part in settings]
    lines = {"level": [level.position for level in registry.type_of(kind).levels]}
    numbered = ((axis, n) for axis in axes for n in lines.get(axis, places(axis)))
    return found | {f"{axis}_{end}_{n}" for axis, n in numbered for end in ("en", "cy")}


def places(axis: str) -> range:
    """The numbers of the lines of an axis."""
    return range(1, MOST_LINES[axis] + 1)
