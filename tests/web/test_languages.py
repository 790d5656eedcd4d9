"""R7, R113: what the interface says, it says in English and Welsh, and every face can be read in either."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType, SimpleNamespace

import pytest
from babel.messages import Message
from jinja2 import nodes

from app import errors
from app.settings import ROOT
from app.web import row_texts
from app.web.language import drawn_for, translate, translate_many
from app.web.templating import environment

TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))
GETTEXT = {"_", "gettext", "ngettext"}
SPOKEN = {"aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "label"}
NAMES = {"Plenary", "English", "Cymraeg", "JSON", "CSV", "csv"}  # ours, the languages', the file formats'
LITERALS = {"Control+Z", "Alt", "Table %d"}
COUNTS = (0, 1, 2, 3, 6, 10)


@cache
def script() -> ModuleType:
    """scripts/translate, which has no ending to be imported by."""
    loader = SourceFileLoader("translate_script", str(ROOT / "scripts/translate"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    code = compile(loader.get_data(loader.path), loader.path, "exec")
    exec(code, module.__dict__)  # not by the loader, which would leave its cache beside the script
    return module


@cache
def welsh() -> list[Message]:
    return [message for message in script().translated() if message.id]


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_the_catalogue_holds_the_words_in_use_and_no_others() -> None:
    """R113"""

    def known(catalogue) -> set:
        return {(message.id, message.context) for message in catalogue if message.id}

    used, kept = known(script().extracted()), known(script().translated())
    assert not used - kept, "not in the catalogue: run scripts/translate, then write the Welsh"
    assert not kept - used, "no longer in use: run scripts/translate"


def test_every_word_has_its_welsh() -> None:
    """R113: nothing is empty and nothing is a guess."""
    assert script().untranslated(script().translated()) == []
    assert [message.id for message in welsh() if message.fuzzy] == []


def test_the_file_is_written_alike_by_everyone() -> None:
    """No dates and no line numbers, so that branches merge."""
    text = script().CATALOGUE.read_text()
    assert script().text(script().translated()) == text
    assert not re.search(r"^#: .*:\d", text, re.M)
    assert "Date:" not in text


@pytest.mark.parametrize("n", COUNTS)
def test_plurals_take_the_form_of_their_number(n) -> None:
    """R113: Welsh has a form each for 0, 1, 2, 3 and 6, and one for the rest."""
    plurals = [message for message in welsh() if message.pluralizable]
    assert plurals
    for message in plurals:
        with drawn_for("cy"):
            said = translate_many(*message.id, n)
        assert said.strip()
        assert said == message.string[{0: 0, 1: 1, 2: 2, 3: 3, 6: 4}.get(n, 5)]
        with drawn_for("en"):
            assert translate_many(*message.id, n) == message.id[n != 1]


def test_nouns_mutate_after_numbers() -> None:
    """Masculine, feminine and unchanging; a few by name, since no rule in code can tell."""
    expected = {
        ("%(n)s note", "%(n)s notes"): "0 nodyn, 1 nodyn, 2 nodyn, 3 nodyn, 6 nodyn, 10 nodyn",
        ("%(n)s entry", "%(n)s entries"): "0 cofnod, 1 cofnod, 2 gofnod, 3 chofnod, 6 chofnod, 10 cofnod",
        (
            "%(n)s vote",
            "%(n)s votes",
        ): "0 pleidlais, 1 bleidlais, 2 bleidlais, 3 pleidlais, 6 phleidlais, 10 pleidlais",
        (
            "%(n)s person",
            "%(n)s people",
        ): "0 o bobl, 1 person, 2 berson, 3 pherson, 6 pherson, 10 o bobl",
    }
    with drawn_for("cy"):
        for pair, said in expected.items():
            assert ", ".join(translate_many(*pair, n) % {"n": n} for n in COUNTS) == said


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    """A form for one number only may leave the number out ("unwaith"); nothing else may be missing."""

    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>", text))

    for message in welsh():
        said = forms(message)
        if message.pluralizable:
            wanted = holes(message.id[1])
            assert holes(said[-1]) == wanted, message.id
            assert all(set(holes(form)) <= set(wanted) for form in said), message.id
        else:
            assert holes(said[0]) == holes(message.id), message.id


def test_every_refusal_has_a_welsh_sentence() -> None:
    for code, (_, words) in errors.WORDS.items():
        with drawn_for("cy"):
            said = translate(words)
        assert said != words, code
        assert said.endswith("."), code


# Templates


class Reader(HTMLParser):
    """What stands in a template outside tags, and in the attributes people read or hear."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def words(self) -> list[str]:
        found = [word for text in self.said for word in re.findall(r"[^\W\d_]+", text)]
        return [word for word in found if word not in NAMES]


def raw(node: nodes.Node) -> str:
    """A template's HTML as it is written, with nothing where gettext or a value stands."""
    if isinstance(node, nodes.Output):
        return "".join(_literal(each) for each in node.nodes)
    return "".join(raw(child) for child in node.iter_child_nodes())


def _literal(node: nodes.Node) -> str:
    """What an expression may say without gettext: its strings, also those it chooses between."""
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Const):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, nodes.CondExpr):
        return _literal(node.expr1) + (_literal(node.expr2) if node.expr2 else "")
    if isinstance(node, nodes.Concat):
        return "".join(map(_literal, node.nodes))
    if isinstance(node, nodes.And | nodes.Or | nodes.Add):
        return _literal(node.left) + _literal(node.right)
    return ""


def unmarked(node: nodes.Node) -> Iterator[str]:
    """Strings in expressions that begin like a sentence and are no text of gettext's."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and re.match(r"[A-Z]\w", node.value):
        yield node.value
    for child in [node.value] if isinstance(node, nodes.Pair) else node.iter_child_nodes():
        yield from unmarked(child)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_speaks_past_the_catalogue(name) -> None:
    """R113: text, labels and what a macro is given."""
    tree = environment().parse((ROOT / "templates" / name).read_text())
    assert Reader(raw(tree)).words() == []
    assert [text for text in unmarked(tree) if text not in NAMES | LITERALS] == []


def test_the_check_of_templates_sees_what_it_should() -> None:
    tree = environment().parse(
        '<p title="{{ "Hint" if a else b }}">Raw {% if a %}{{ _("Told") }}{% else %}{{ "hello" }}{% endif %}'
        '{{ press("id", "/url", "Press me") }}<b class="x">Plenary {% trans n=1 %}{{ n }} told{% endtrans %}'
    )
    assert Reader(raw(tree)).words() == ["Hint", "Raw", "hello"]
    assert list(unmarked(tree)) == ["Hint", "Press me"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_translate_whole_sentences(name) -> None:
    """What is put together from pieces cannot be translated."""
    tree = environment().parse((ROOT / "templates" / name).read_text())
    for call in tree.find_all(nodes.Call):
        called = getattr(call.node, "name", "")
        if called in GETTEXT:
            texts = call.args[: 2 if called == "ngettext" else 1]
            assert all(isinstance(text, nodes.Const) for text in texts), f"line {call.lineno}"


def test_modules_translate_whole_sentences() -> None:
    pieces = ast.JoinedStr | ast.BinOp | ast.Call
    for path in (ROOT / "app").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") in script().KEYWORDS:
                assert not any(isinstance(text, pieces) for text in call.args[:1]), f"{path}:{call.lineno}"


# The faces


def in_welsh(person) -> None:
    """Choose Welsh the way a browser does."""
    answer = person.post("language", {"language": "cy"}, htmx=False)
    assert answer.status_code == 303


def shows_welsh(page: str, *words: str) -> None:
    assert '<html lang="cy"' in page
    for each in words:
        assert each in page, each


def test_the_way_in_is_in_welsh(room) -> None:
    """R7: before anything is asked."""
    stranger = room.stranger()
    page = stranger.get(f"/{room.code}").text
    assert page.index('value="cy"') < page.index('name="name"')
    in_welsh(stranger)
    shows_welsh(
        stranger.get(f"/{room.code}").text, "Yn gyntaf: beth a gesglir", "Ymuno â’r gweithdy", "Eich bwrdd"
    )
    shows_welsh(stranger.get("/").text, "Ymuno â gweithdy")
    refused = stranger.get(f"/{room.code}/votes/1")
    shows_welsh(refused.text, "Nid oes dim yma.")


def test_the_phone_is_in_welsh(room) -> None:
    """R7: and stays so on another device."""
    carys = room.join("Carys", language="cy")
    shows_welsh(carys.get(f"/{room.code}").text, "Rydych chi i mewn", "Cylch gwaith")
    shows_welsh(carys.get("me").text, "Eich cod personol")
    shows_welsh(carys.get("remit").text, "Rhaglen")
    second = room.stranger()
    second.post("devices", {"personal": carys.http.cookies["me"].partition(".")[0]}, htmx=False)
    shows_welsh(second.get(f"/{room.code}").text, "Rydych chi i mewn")
    shows_welsh(second.get("remit").text, "Rhaglen")


def test_what_arrives_is_in_the_language_of_each_phone(room, alice) -> None:
    carys, dev = room.join("Carys", language="cy").screen(), room.join("Dev").screen()
    alice.does("day/start", {"from": "now"})
    carys.shows("now", "Cyrraedd ac ymuno")
    dev.shows("now", "Arrival and joining")


def test_the_console_and_the_pad_are_in_welsh(room, alice, bob) -> None:
    for person, words in ((alice, "Dechrau’r diwrnod"), (bob, "Yr hyn a ddywedwyd")):
        in_welsh(person)
        shows_welsh(person.get(person.home).text, words)
    assert "Bwrdd 1" in bob.get(bob.home).text
    shows_welsh(alice.get("links").text, "Creu dolen newydd", "Prif daflunydd", "Bwrdd 2")
    shows_welsh(alice.get("record").text, "Sut yr aeth y diwrnod")


def test_a_projector_is_in_the_language_the_console_chose(room, alice) -> None:
    """R96: whatever the browser it runs in prefers."""
    projector = room.enter("projector")
    screen, number = projector.screen(), projector.home.rpartition("/")[2]
    screen.shows("stage", "Welcome").shows("foot", "Data sharing")
    alice.does(f"projectors/{number}/language", {"language": "cy"})
    screen.shows("stage", "Croeso").shows("foot", "Rhannu data")
    assert all(
        'lang="cy"' in html.split(">")[0] for html in screen.regions.values() if "hidden" not in html[:40]
    )
    shows_welsh(projector.get(projector.home).text, "Croeso", "a theipiwch y cod")


def test_a_text_without_welsh_is_shown_in_english_and_says_so(room, alice) -> None:
    room.write(lambda session: setattr(room.workshop(session), "title_cy", ""))
    carys = room.join(language="cy")
    page = carys.get(f"/{room.code}").text
    assert '<span lang="en" class="untranslated">Data sharing for public benefit</span>' in page
    row = SimpleNamespace(text_en="One.\n\nTwo.", text_cy="")
    with drawn_for("cy"):
        assert row_texts.prose(row, "text").count('lang="en" class="untranslated"') == 2


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["console", "record", "links", "edit"])
def test_choosing_a_language_leads_back_to_the_page(room, alice, place) -> None:
    """R7: on every page, and nowhere else than back."""
    where = f"/{room.code}/{place}"
    page = alice.get(place).text
    assert f'<input type="hidden" name="back" value="{where}">' in page
    answer = alice.post("language", {"language": "cy", "back": where}, htmx=False)
    assert answer.headers["location"] == where
    shows_welsh(alice.get(place).text)


@pytest.mark.parametrize(
    "back", ["", "//elsewhere.example/", "https://elsewhere.example", "/CODE/\\elsewhere", "/other"]
)
def test_choosing_a_language_leads_nowhere_else(shared_room, back) -> None:
    stranger = shared_room.stranger()
    fields = {"language": "cy", "back": back.replace("CODE", shared_room.code)}
    assert stranger.post("language", fields, htmx=False).headers["location"] == f"/{shared_room.code}"
    assert stranger.post("/language", fields, htmx=False).headers["location"] == "/"


def test_a_language_can_be_chosen_before_signing_in(room) -> None:
    stranger, link = room.stranger(), f"/enter/{room.tokens['lead']}"
    assert "data-language" in stranger.get(link).text
    answer = stranger.post("/language", {"language": "cy", "back": link}, htmx=False)
    assert answer.headers["location"] == link
    shows_welsh(stranger.get(link).text, "Mewngofnodi yma")
