"""The form of a vote, filled in: anew, from a vote, from content, and after its type has been changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.votes import decisions
from app.domain.votes.decisions import Share
from app.domain.votes.forms.form_fields import (
    AXES,
    BOUNDS,
    CHECKBOXES,
    ENUMS,
    NUMBERS,
    WORDS,
    places,
    setting_names,
)
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import decimal_text, units_text
from app.domain.votes.types.question import Choice, Form, Question
from app.models import Vote


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


def from_content(entry: Mapping[str, Any], first_id: int | None = None) -> dict[str, str]:  # Any: TOML
    """The form of a vote of a built-in workshop's content; `first_id` is the vote it repeats."""
    plain = ((name, value) for name, value in entry.items() if isinstance(value, str | int))
    form = {name: "1" if value is True else str(value) for name, value in plain if value is not False}
    for axis, named in AXES.items():
        for n, each in enumerate(entry.get(named, []), 1):
            form[f"{axis}_en_{n}"], form[f"{axis}_cy_{n}"] = each["label_en"], each["label_cy"]
    return {**form, "repeats": str(first_id or ""), "repeats_as": entry.get("as", "")}


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
        taken = [n for n in places(axis) if form.get(f"{axis}_en_{n}") or form.get(f"{axis}_cy_{n}")]
        free = [n for n in places(axis) if n not in taken]
        full |= {f"{axis}_en_{n}": line[axis] % {"n": n} for n in free[: max(0, least - len(taken))]}
        full |= {f"{axis}_en_{n}": form.get(f"{axis}_en_{n}") or form[f"{axis}_cy_{n}"] for n in taken}
    return full


def share_form(share: Share) -> dict[str, str]:
    """The fields that say this least share: the rule by name ("2/3"), or a percentage as people type it."""
    for name, usual in decisions.NAMED_SHARES.items():
        if share == usual:
            return {"rule": name}
    return {"rule": "share", "rule_percent": decimal_text(100 * share.exact, 2)}


def _of_one_type(name: str) -> bool:
    return name in NUMBERS or name.startswith("level_")


def _labels(axis: str, choices: Sequence[Choice]) -> dict[str, str]:
    labels = {}
    for choice in choices:
        labels[f"{axis}_en_{choice.position}"] = choice.label_en
        labels[f"{axis}_cy_{choice.position}"] = choice.label_cy
    return labels
