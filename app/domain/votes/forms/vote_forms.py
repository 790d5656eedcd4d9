"""The form of a vote: which settings its type has, and what stands in the fields.

Fields: type, those in WORDS and NUMBERS, decimals, lowest and highest (as people write them), those in CHOSEN
(in the words of the model; a rule may also be one of decisions.USUAL), rule_percent, those in ON ("1" for
yes), closes_minutes (empty: closed by hand), repeats (the id of the vote it asks again) and repeats_as;
option_en_1, option_cy_1 …, of a grid also criterion_en_1 …, of a scale level_en_1 … (ours where empty).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.votes import decisions
from app.domain.votes.decisions import Share
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import MOST_CRITERIA, MOST_OPTIONS, with_decimals, written
from app.domain.votes.types.question import Choice, Form, Question
from app.models import Vote

NUMBERS = ("least", "most", "per_option", "threshold")
BOUNDS = ("lowest", "highest")
ON = ("shuffled", "reasons", "receipts")
CHOSEN = ("unit", "secrecy", "rule", "abstentions", "ties")
WORDS = ("question_en", "question_cy", "measure_en", "measure_cy")
EACH = (  # of every type
    "question_en", "question_cy", "unit", "secrecy", "closes_minutes", "repeats", "repeats_as",
)  # fmt: skip
LONGEST = {"option": MOST_OPTIONS, "criterion": MOST_CRITERIA, "level": MOST_OPTIONS}
AXES = {"option": "options", "criterion": "criteria", "level": "levels"}


def parts(kind: str) -> frozenset[str]:
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


def of(vote: Vote, question: Question) -> dict[str, str]:
    """The form that this vote would be written with."""
    form = {name: getattr(vote, name) for name in ("type", *WORDS, *CHOSEN)}
    form |= {name: str(n) for name in NUMBERS if (n := getattr(vote, name)) is not None}
    form |= {name: "1" for name in ON if getattr(vote, name)}
    bounds = ((name, getattr(vote, name)) for name in BOUNDS)
    form |= {name: with_decimals(n, vote.decimals) for name, n in bounds if n is not None}
    if "decimals" in parts(vote.type):
        form["decimals"] = str(vote.decimals)
    if vote.rule == "share":
        form |= share_form(decisions.Share(vote.rule_part or 0, vote.rule_whole or 0))
    if vote.closes_after is not None:
        form["closes_minutes"] = str(vote.closes_after // 60)
    if vote.repeats_id is not None:
        form |= {"repeats": str(vote.repeats_id), "repeats_as": vote.repeats_as or ""}
    axis = "level" if "levels" in parts(vote.type) else "option"
    return {**form, **_labels(axis, question.options), **_labels("criterion", question.criteria)}


def told(about: Mapping[str, Any], first_id: int | None = None) -> dict[str, str]:
    """The form of a vote as the content of a built-in workshop tells it; `first_id` is the one it repeats."""
    plain = ((name, value) for name, value in about.items() if isinstance(value, str | int))
    form = {name: "1" if value is True else str(value) for name, value in plain if value is not False}
    for axis, named in AXES.items():
        for n, each in enumerate(about.get(named, []), 1):
            form[f"{axis}_en_{n}"], form[f"{axis}_cy_{n}"] = each["label_en"], each["label_cy"]
    return {**form, "repeats": str(first_id or ""), "repeats_as": about.get("as", "")}


def turned(form: Form) -> dict[str, str]:
    """The form after its type has been changed from `was`: what belongs to that one alone is put aside under
    its name ("dots.most"), and is there again when the type is."""
    was, kind = form.get("was", ""), form.get("type") or "single"
    if not was or was == kind:
        return dict(form)
    put_aside = {f"{was}.{name}": value for name, value in form.items() if _own(name)}
    mark = f"{kind}."
    back = {name.removeprefix(mark): value for name, value in form.items() if name.startswith(mark)}
    kept = {name: value for name, value in form.items() if not _own(name) and not name.startswith(mark)}
    return {**blank(kind), **kept, **put_aside, **back}


def filled(form: Form, question: str, line: Mapping[str, str]) -> dict[str, str]:
    """The form with something in the place of what no vote can do without: the question, and as many lines
    (of each axis, with %(n)s) as the type and its limits need."""
    kind = form.get("type") or "single"
    vote_type = registry.type_of(kind)
    most = form.get("most") or str(vote_type.defaults.get("most", ""))
    fewest = vote_type.fewest_options
    if parts(kind) >= {"least", "most"} and most.isdecimal():  # they count options
        fewest = max(fewest, int(most))
    full = {**form, "question_en": form.get("question_en") or form.get("question_cy") or question}
    for axis, least in (("option", fewest), ("criterion", int(vote_type.criteria))):
        taken = [n for n in _places(axis) if form.get(f"{axis}_en_{n}") or form.get(f"{axis}_cy_{n}")]
        free = [n for n in _places(axis) if n not in taken]
        full |= {f"{axis}_en_{n}": line[axis] % {"n": n} for n in free[: max(0, least - len(taken))]}
        full |= {f"{axis}_en_{n}": form.get(f"{axis}_en_{n}") or form[f"{axis}_cy_{n}"] for n in taken}
    return full


def aside(form: Form) -> dict[str, str]:
    """What has been typed for other types: kept in the form, though nothing of it is shown."""
    drawn = fields(form.get("type") or "single")
    known = {name for each in registry.names() for name in fields(each)}
    others = {name: value for name, value in form.items() if value and name not in drawn}
    return {name: value for name, value in others.items() if name.rpartition(".")[2] in known}


def fields(kind: str) -> set[str]:
    """The names of the fields that a form of this type shows."""
    here = parts(kind)
    found = {*EACH, *(name for name in (*NUMBERS, *BOUNDS, *ON, *CHOSEN, "decimals") if name in here)}
    found |= {"measure_en", "measure_cy"} if "measure" in here else set()
    found |= {"rule_percent"} if "rule" in here else set()
    shown = [axis for axis, part in AXES.items() if part in here]
    lines = {"level": [level.position for level in registry.type_of(kind).levels]}
    numbered = ((axis, n) for axis in shown for n in lines.get(axis, _places(axis)))
    return found | {f"{axis}_{end}_{n}" for axis, n in numbered for end in ("en", "cy")}


def share_form(share: Share) -> dict[str, str]:
    """The fields that say this least share: the rule by name ("2/3"), or a percentage as people type it."""
    for name, usual in decisions.USUAL.items():
        if share == usual:
            return {"rule": name}
    return {"rule": "share", "rule_percent": written(100 * share.exact, 2)}


def _own(name: str) -> bool:
    return name in NUMBERS or name.startswith("level_")


def _places(axis: str) -> range:
    return range(1, LONGEST[axis] + 1)


def _labels(axis: str, choices: Sequence[Choice]) -> dict[str, str]:
    labels = {}
    for choice in choices:
        labels[f"{axis}_en_{choice.position}"] = choice.label_en
        labels[f"{axis}_cy_{choice.position}"] = choice.label_cy
    return labels
