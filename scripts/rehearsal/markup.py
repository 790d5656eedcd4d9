"""What a simulated person finds in a page: forms with what may be chosen in them, buttons, attributes."""

from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID_TEXT = {"text", "search", ""}


@dataclass(slots=True)
class Form:
    """A form: its attributes, what it sends unasked, what may be chosen by field, its text fields, the most
    its number fields may hold; and how much a ballot may spend in all, and has to."""

    attributes: dict[str, str]
    given: dict[str, str] = field(default_factory=dict)
    choices: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    budget: int = 1
    least: int = 1

    @property
    def action(self) -> str:
        return self.attributes.get("action", "")


class Page(HTMLParser):
    """A page or a piece of one: `tags` in order, each (name, attributes), and its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._outside: list[tuple[str, dict[str, str], str]] = []
        self.feed(html)
        self.close()
        for tag, attributes, select in self._outside:
            self._settle(tag, attributes, select)

    def first(self, name: str, default: str = "") -> str:
        """The value of the first attribute with this name."""
        return next((attributes[name] for _, attributes in self.tags if name in attributes), default)

    def of(self, identity: str) -> dict[str, str]:
        """The attributes of the element with this id, empty where there is none."""
        return next((attributes for _, attributes in self.tags if attributes.get("id") == identity), {})

    def addresses(self) -> set[str]:
        """Where its buttons and forms lead."""
        names = ("hx-post", "formaction", "action")
        return {attributes[name] for _, attributes in self.tags for name in names if name in attributes}

    def form(self, ending: str) -> Form | None:
        """The first form whose address ends so."""
        return next((form for form in self.forms if form.action.endswith(ending)), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        if tag == "select":
            self._select = attributes.get("name", "")
        if "data-budget" in attributes and self._form is not None:
            self._form.budget = int(attributes["data-budget"])
            self._form.least = int(attributes.get("data-least", 1))
        if tag in ("input", "textarea", "button", "option"):
            if "form" in attributes:
                self._outside.append((tag, attributes, self._select))
            elif self._form is not None:
                _take(self._form, tag, attributes, self._select)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""

    def _settle(self, tag: str, attributes: dict[str, str], select: str) -> None:
        for form in self.forms:
            if form.attributes.get("id") == attributes["form"]:
                _take(form, tag, attributes, select)


def _take(form: Form, tag: str, attributes: dict[str, str], select: str) -> None:
    kind, name, value = attributes.get("type", ""), attributes.get("name", ""), attributes.get("value", "")
    if tag == "option" and select and value:
        form.choices[select].append(value)
    elif not name or "disabled" in attributes:
        return
    elif tag == "button" or kind in ("radio", "checkbox"):
        form.choices[name].append(value)
    elif kind == "number":
        form.numbers[name] = int(attributes.get("max", 0))
    elif tag == "textarea" or kind in VOID_TEXT:
        form.texts.append(name)
    elif tag == "input":
        form.given[name] = value
