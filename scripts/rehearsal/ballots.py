"""How a simulated person fills in a ballot of any type, from nothing but the form they are shown."""

import random

from scripts.rehearsal.markup import Form

ESTIMATES = (0, 1000)


def filled(form: Form, sentences: list[str]) -> dict[str, str]:
    """Fields that answer this form, at random; those that a person leaves alone are left out."""
    if picks := [name for name in form.choices if name.startswith("pick_")]:
        return dict.fromkeys(
            random.sample(picks, random.randint(form.least, min(form.budget, len(picks)))), "1"
        )
    if spends := [name for name in form.numbers if name.startswith("n_")]:
        return _spent(spends, form)
    if places := [name for name in form.choices if name.startswith("place_")]:
        chosen = random.sample(form.choices[places[0]], random.randint(1, len(places)))
        return dict(zip(places, chosen, strict=False))
    if rates := [name for name in form.choices if name.startswith("rate_")]:
        return {name: random.choice([each for each in form.choices[name] if each]) for name in rates}
    if "option" in form.choices:
        return {"option": random.choice(form.choices["option"])}
    if "value" in form.texts:
        return {"value": str(random.randint(*ESTIMATES))}
    return {"text": random.choice(sentences)[:280].strip()} if "text" in form.texts else {}


def as_one(form: Form, fields: dict[str, str]) -> dict[str, str]:
    """What colleagues agreed on: the first option, so that their organisation has one answer."""
    return {**fields, "option": form.choices["option"][0]} if "option" in fields else fields


def said(form: Form, fields: dict[str, str]) -> str:
    """What these fields say, in the words of the account: options by their place in the vote, not by their
    id, for the record knows no ids. "2"; "1=2;3=1" (dots); "3>1" (ranking); "1.2=4" (grid)."""
    options, criteria = _ids(form, 1), _ids(form, 2)
    if "option" in fields:
        return str(options.index(int(fields["option"])) + 1)
    if "value" in fields or "text" in fields:
        return fields.get("value") or fields["text"]
    places = [
        options.index(int(value)) + 1 for name, value in sorted(fields.items()) if name.startswith("place_")
    ]
    if places:
        return ">".join(map(str, places))
    return ";".join(sorted(_answer(name, value, options, criteria) for name, value in fields.items()))


def _answer(name: str, value: str, options: list[int], criteria: list[int]) -> str:
    what, option, *criterion = name.split("_")
    place = str(options.index(int(option)) + 1)
    if criterion:
        place += f".{criteria.index(int(criterion[0])) + 1}"
    return place if what == "pick" else f"{place}={value}"


def _ids(form: Form, part: int) -> list[int]:
    """The ids of the options (1) or criteria (2) of a form: they are made in the order of their places."""
    if part == 1 and (listed := form.choices.get("option") or form.choices.get("place_1")):
        return sorted(map(int, listed))
    named = (name.split("_") for name in (*form.choices, *form.numbers))
    found = {int(words[part]) for words in named if words[0] in ("pick", "n", "rate") and len(words) > part}
    return sorted(found)


def _spent(names: list[str], form: Form) -> dict[str, str]:
    """The whole budget, as far as each may have it."""
    spent = dict.fromkeys(names, 0)
    for _ in range(form.budget):
        free = [name for name in names if spent[name] < form.numbers[name]]
        if free:
            spent[random.choice(free)] += 1
    return {name: str(n) for name, n in spent.items() if n}
