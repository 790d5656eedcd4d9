"""What an organiser settles about a vote before it opens: read from its form, checked before it is stored."""

from dataclasses import dataclass

from app.domain import texts
from app.domain.votes.forms import option_lines
from app.domain.votes.forms.form_fields import BOUNDS, MOST_LINES, NUMBERS
from app.domain.votes.forms.form_reader import Columns, FormReader, Problems
from app.domain.votes.types.question import Choice, Form, Question
from app.errors import Refused

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


@dataclass(frozen=True, slots=True)
class VoteSettings:
    """The columns of a vote, and of each of its options and criteria in order."""

    columns: Columns
    options: list[Columns]

    @property
    def question(self) -> Question:
        """What the vote asks, its options and criteria numbered from 1."""
        axes: dict[str, list[Choice]] = {"option": [], "criterion": []}
        for n, each in enumerate(self.options, 1):
            choice = Choice(n, each["position"], each["label_en"], each["label_cy"], each["meaning"])
            axes[each["axis"]].append(choice)
        columns = {name: self.columns[name] for name in QUESTION_COLUMNS}
        return Question(options=axes["option"], criteria=axes["criterion"], **columns)


def read(form: Form) -> VoteSettings:
    """The settings in a form (see vote_forms). When no vote could be held with them, the first problem of
    `read_with_problems` is raised, with its `field` among the facts."""
    settings, problems = read_with_problems(form)
    for field, refused in problems.items():
        refused.facts["field"] = field
        raise refused
    return settings


def read_with_problems(form: Form) -> tuple[VoteSettings, Problems]:
    """What can be read of a form that may not be finished, and what is still wrong with it: by field, the
    refusal of the reader, of `texts` or of the type's `check`, or `Refused("nothing_to_rate")`."""
    reader = FormReader(form)
    columns = {"type": reader.kind, **reader.words(), **reader.numbers(), **reader.conditions()}
    columns |= {**reader.rule(), **reader.repeat()}
    settings = VoteSettings(columns, option_lines.choices(reader))
    _check(reader, settings)
    return settings, reader.problems


def _check(reader: FormReader, settings: VoteSettings) -> None:
    """As an opening will: what could not be opened is a problem now."""
    numbered = (field.rstrip("0123456789").endswith("_") for field in reader.problems)
    if any(numbered) or not reader.problems.keys().isdisjoint(QUESTION_COLUMNS):
        return  # it would complain of what could not be read
    try:
        reader.vote_type.check(settings.question)
    except Refused as refused:
        one = refused.code == "too_few_options" and refused.facts.get("least") == 1
        field = _field_of(reader, refused, settings.columns)
        reader.problems.setdefault(field, Refused("nothing_to_rate") if one else refused)


def _field_of(reader: FormReader, refused: Refused, columns: Columns) -> str:
    named = FIELD_OF.get(refused.code) or next(iter(reader.vote_type.fields), "type")
    if refused.code == "setting_outside" and 1 <= (columns["most"] or 0) <= refused.facts["highest"]:
        named = "per_option"
    if named not in MOST_LINES:
        return named
    filled = [n for n in range(1, MOST_LINES[named]) if texts.clean(reader.form.get(f"{named}_en_{n}", ""))]
    return f"{named}_en_{max(filled, default=0) + 1}"
