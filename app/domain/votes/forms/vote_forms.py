"""The form of a vote: which settings its type has, and what stands in the fields.

Fields: type, those in WORDS and NUMBERS, decimals, lowest and highest (as people write them), those in ENUMS
(in the words of the model; a rule may also be one of decisions.NAMED_SHARES), rule_percent, those in
CHECKBOXES ("1" for yes), closes_minutes (empty: closed by hand), repeats (the id of the vote it asks again)
and repeats_as; option_en_1, option_cy_1 …, of a grid also criterion_en_1 …, of a scale level_en_1 … (ours
where empty).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.votes import decisions
from app.domain.votes.decisions import Share
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import MOST_CRITERIA, MOST_OPTIONS, decimal_text, units_text
from app.domain.votes.types.question import Choice, Form, Question
from app.models import Vote

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


def blank(kind: str) -> dict[str, str]:
    """The form of a new vote of this type, as it is sent when nothing is changed but the words."""
    vote_type = registry.type_of(kind)
    numbers = {name: str(n) for name, n in vote_type.defaults.items()}
    return {"type": kind, **numbers, **_labels("level", vote_type.levels)}


def of_vote(vote: Vote, question: Question) -> dict[str, str]:
    """The form that this vote would be written with."""
    form = {name: getattr(vote, name) for name in ("type", *WORDS, *ENUMS)}
    form |= {name: str(n) for name in NUMBERS if (n := getattr(vote, name)) is not None}
    form |= {name: "1" for name in CHECKBOXES if getattr(vote, name)}
    bounds = ((name, getattr(vote, name)) for name in BOUNDS)
    form |= {name: units_text(n, vote.decimals) for name, n in bounds if n is not None}
    if "decimals" in setting_names(vote.type):
        form["decimals"] = str(vote.decimals)
    if vote.rule == "share":
        form |= share_form(decisions.Share(vote.rule_part or 0, vote.rule_whole or 0))
    if vote.closes_after is not None:
        form["closes_minutes"] = str(vote.closes_after // 60)
    if vote.repeats_id is not None:
        form |= {"repeats": str(vote.repeats_id), "repeats_as": vote.repeats_as or ""}
    axis = "level" if "levels" in setting_names(vote.type) else "option"
    return {**form, **_labels(axis, question.options), **_labels("criterion", question.criteria)}


def from_content(about: Mapping[str, Any], first_id: int | None = None) -> dict[str, str]:
    """The form of a vote of a built-in workshop's content; `first_id` is the vote it repeats."""
    plain = ((name, value) for name, value in about.items() if isinstance(value, str | int))
    form = {name: "1" if value is True else str(value) for name, value in plain if value is not False}
    for axis, named in AXES.items():
        for n, each in enumerate(about.get(named, []), 1):
            form[f"{axis}_en_{n}"], form[f"{axis}_cy_{n}"] = each["label_en"], each["label_cy"]
    return {**form, "repeats": str(first_id or ""), "repeats_as": about.get("as", "")}


def change_type(form: Form) -> dict[str, str]:
    """The form after its type has been changed from `was`: what belongs to that type alone is kept under a
    name of its own ("dots.most"), and is there again when the type is."""
    was, kind = form.get("was", ""), form.get("type") or "single"
    if not was or was == kind:
        return dict(form)
    prefix = f"{kind}."
    saved = {f"{was}.{name}": value for name, value in form.items() if _of_one_type(name)}
    restored = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    others = [name for name in form if not _of_one_type(name) and not name.startswith(prefix)]
    return {**blank(kind), **{name: form[name] for name in others}, **saved, **restored}


def with_placeholders(form: Form, question: str, line: Mapping[str, str]) -> dict[str, str]:
    """The form with a placeholder for what no vote can do without: the question, and as many lines (of each
    axis, with %(n)s) as the type and its limits need."""
    kind = form.get("type") or "single"
    vote_type = registry.type_of(kind)
    most = form.get("most") or str(vote_type.defaults.get("most", ""))
    fewest = vote_type.fewest_options
    if setting_names(kind) >= {"least", "most"} and most.isdecimal():  # they count options
        fewest = max(fewest, int(most))
    full = {**form, "question_en": form.get("question_en") or form.get("question_cy") or question}
    for axis, least in (("option", fewest), ("criterion", int(vote_type.criteria))):
        taken = [n for n in _places(axis) if form.get(f"{axis}_en_{n}") or form.get(f"{axis}_cy_{n}")]
        free = [n for n in _places(axis) if n not in taken]
        full |= {f"{axis}_en_{n}": line[axis] % {"n": n} for n in free[: max(0, least - len(taken))]}
        full |= {f"{axis}_en_{n}": form.get(f"{axis}_en_{n}") or form[f"{axis}_cy_{n}"] for n in taken}
    return full


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
    numbered = ((axis, n) for axis in axes for n in lines.get(axis, _places(axis)))
    return found | {f"{axis}_{end}_{n}" for axis, n in numbered for end in ("en", "cy")}


def share_form(share: Share) -> dict[str, str]:
    """The fields that say this least share: the rule by name ("2/3"), or a percentage as people type it."""
    for name, usual in decisions.NAMED_SHARES.items():
        if share == usual:
            return {"rule": name}
    return {"rule": "share", "rule_percent": decimal_text(100 * share.exact, 2)}


def _of_one_type(name: str) -> bool:
    return name in NUMBERS or name.startswith("level_")


def _places(axis: str) -> range:
    return range(1, MOST_LINES[axis] + 1)


def _labels(axis: str, choices: Sequence[Choice]) -> dict[str, str]:
    labels = {}
    for choice in choices:
        labels[f"{axis}_en_{choice.position}"] = choice.label_en
        labels[f"{axis}_cy_{choice.position}"] = choice.label_cy
    return labels
