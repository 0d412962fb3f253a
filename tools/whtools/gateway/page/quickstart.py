"""Quick start for a new house: the questions of `wellhearth config init` as a form, its configs and wires as the answer.

Nothing is kept, nothing goes to a board: the installer takes the configs along and goes on with `wellhearth flash`.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ...device import boardcheck, wires, wizard
from ...device.link import LinkError
from ..accounts.people import Person
from . import language
from .app import language_of, member, peer_of, render, site_of

ROOM = re.compile(r"room (\d+): (.+)")
FIELD = "q "  # before a question's key in the form, apart from the form's own fields
# Every question of the wizard without its unit and without its room's number.
QUESTIONS = (
    "name of the house", "board of the well", "city, Chinese or English (none: no advice; wellhearth climate lists them)",
    "number of rooms with a unit of their own", "rated heating capacity", "its name", "compressor",
    "comfort periods, e.g. mo-fr 06:30-22:00 (none: always)",
    "type of the units (I: well water; II, III: antifreeze in a loop)",
    "measured freezing point of the loop's filling, thousandths of a degC", "kind of well", "drive of the pump",
    "motor of the pump", "flow that cools the motor", "most flow the well was tested with, L/h",
    "least flow, also the pump's at 30 Hz, L/h", "pulses of the flow meter in the lift pipe",
    "a second meter in the return pipe (it finds leaks)", "its pulses, 1/m3", "signal of the pressure transmitter",
    "its full scale", "its zero (a sealed return over a deep level: -100)", "reinjection pressure limit",
    "a clock chip (DS3231) on each board, for schedules over a power cut",
    "auxiliary contacts of the contactors are wired (they find a welded one)", "the first room on the well's own board",
    "board of the other rooms")


@dataclass
class Question:
    """One field of the form. choices: words to choose from, () for a number or text."""

    key: str
    words: str
    value: Any
    choices: tuple[str, ...]
    bounds: tuple[int, int] | None
    wrong: str


class Form(wizard.Asker):
    """Answers from a form: what is missing takes its default, what is wrong is noted, nothing stops at the first."""

    def __init__(self, answers: dict[str, str]):
        super().__init__(answers)
        self.questions: list[Question] = []

    def ask(self, key: str, words: str, default, allowed=None) -> Any:
        """One answer; the default where the given one cannot be taken."""
        given = (self.answers or {}).get(key, default)
        value, wrong = wizard.judge(given, default, allowed)
        several = () if allowed is None else tuple(allowed)
        choices = ("yes", "no") if isinstance(default, bool) else several if several and isinstance(several[0], str) else ()
        bounds = None if choices or len(several) != 2 else (int(several[0]), int(several[1]))
        shown = ("yes" if given else "no") if isinstance(given, bool) else given
        self.questions.append(Question(key, words, shown, choices, bounds, wrong))
        self.taken[key] = default if wrong else value
        return self.taken[key]

    def done(self) -> None:
        """Answers to what is not asked any more (fewer rooms) do no harm."""

    @property
    def whole(self) -> bool:
        """Every question was answered, each with something that can be taken."""
        return all(one.key in (self.answers or {}) and not one.wrong for one in self.questions)


def said(words: str, lang: str) -> str:
    """A question in the language, with its unit behind."""
    say, room = language.translator(lang), ROOM.fullmatch(words)
    plain = room[2] if room else words
    known = max((one for one in QUESTIONS if plain == one or plain.startswith(one + ", ")), key=len, default="")
    text = say(known) + plain[len(known):] if known else plain
    return say("Room {number}", number=room[1]) + ": " + text if room else text


def asked(answers: dict[str, str]) -> tuple[Form, list, list[str]]:
    """(the form, controllers, what is wrong). Controllers only where every answer is there."""
    form = Form(answers)
    try:
        found = wizard.compose(form)
    except LinkError as e:
        return form, [], [str(e)]
    if not form.whole:
        return form, [], []
    errors = wizard.judged(found)
    return form, [] if errors else found, errors


def packed(form: Form, found: list) -> bytes:
    """The configs and the answers as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for file, _board, data in found:
            pack.writestr(file, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        pack.writestr("answers.json", json.dumps(form.taken, indent=1, ensure_ascii=False) + "\n")
    return out.getvalue()


def controllers(found: list) -> list[tuple]:
    """(file, board, its title, wires) of each controller."""
    return [(file, board, boardcheck.title(board), wires.wires(wizard.config.validate(wizard.with_roms(data))[0], board))
            for file, board, data in found]


@member("installer")
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """The form; once all of it is answered, the controllers, their wires, and the configs to take away."""
    answers = {name[len(FIELD):]: value.strip() for name, value in form.items() if name.startswith(FIELD)}
    questions, found, errors = asked(answers)
    if found and form.get("take"):
        site_of(request).people.note(person.name, peer_of(request), "download", "quick start")
        return Response(packed(questions, found), media_type="application/zip",
                        headers={"Content-Disposition": 'attachment; filename="house.zip"'})
    lang = language_of(request)
    return render(request, "quickstart.html", person, found=controllers(found), errors=errors, begun=bool(answers),
                  questions=[(one, said(one.words, lang)) for one in questions.questions], field=FIELD)
