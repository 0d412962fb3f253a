"""The monthly report of a plant's operator, in words: HTML and PDF."""

from __future__ import annotations

import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...device import journal as lines
from ...device.link import LinkError
from ...papers import tables_paper
from ...papers.tables_paper import Paper, Table
from ..accounts.people import Person
from ..history import plant_month
from ..history.plant_month import DAY_0, Month
from ..nodes import Node
from . import charts, language, plant_values, work
from .app import Site, language_of, member, peer_of, render, site_of
from .plant import STAFF, amount, today_of

NOTES = {
    "shared": "A day's electricity and gas is shared by the heat and cold that each building took on it. Pumps and hot "
              "water have no meter of their own here.",
    "anew": "≥: the controller began anew and counts starts from 0; those between its last reading and that "
            "are not counted.",
    "water": "Summed up from the flows that the plant reads. Hours in which a well did not answer, or nothing was recorded, "
             "are left out, not filled in.",
    "days": "(2 d): the energy meters counted it in so many days, as those before have no figure. COP: heat and cold for "
            "the machines' electricity; - on days on which a back-up ran. Hot water is not in the heat.",
    "span": "{first} to {last}: {days}, of which {known} have figures", "open": "open", "none": "none"}


class Writer:
    """One report in one language."""

    def __init__(self, site: Site, node: Node, lang: str, found: Month):
        self.site, self.node, self.lang, self.found = site, node, lang, found
        self.say, self.names = language.translator(lang), site.names()

    def part(self, block: str) -> str:
        """What a part is called."""
        return plant_values.title(self.names, self.node, block, self.lang)

    @staticmethod
    def date(day: int) -> str:
        """A date."""
        return f"{DAY_0 + datetime.timedelta(days=day)}"

    def facts(self) -> list[tuple[str, str]]:
        """Energy of the whole plant."""
        say, energy = self.say, self.found.energy
        known, whole = len(energy.days), self.found.end - self.found.first
        lifted, returned = (self.total([getattr(well, name) for well in self.found.wells])
                            for name in ("lifted_l", "returned_l"))
        return [(say("Days"), say(NOTES["span"], days=whole, known=known,
                                  first=self.date(self.found.first), last=self.date(self.found.end - 1))),
                (say("Heat delivered"), amount(energy.heat_kwh, 1000, 2) + " MWh"),
                (say("Cold delivered"), amount(energy.cold_kwh, 1000, 2) + " MWh"),
                (say("Electricity of the machines"), amount(energy.electricity_kwh, 1000, 2) + " MWh"),
                (say("COP, of days without a back-up ({days} days with one)", days=len(energy.helped)),
                 amount(energy.cop(), 1, 2)),
                (say("Gas"), amount(energy.gas_m3, 1, 0) + " m³"),
                (say("Cost of electricity and gas"), amount(energy.cost_fen, 100, 2) + " " + say("yuan")),
                (say("Water lifted"), amount(lifted, 1000, 0) + " m³"),
                (say("Water returned"), amount(returned, 1000, 0) + " m³"),
                (say("Returned of lifted"), plant_values.share(lifted, returned) + " %")]

    @staticmethod
    def total(values: list[int | None]) -> int | None:
        """Of what is known; None when nothing is."""
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def buildings(self) -> Table:
        """Energy and cost by building."""
        say, energy = self.say, self.found.energy
        rows = [(self.part(one.block), amount(one.heat_kwh, 1000, 2), amount(one.cold_kwh, 1000, 2),
                 amount(one.cost_fen, 100, 2)) for one in energy.buildings]
        if energy.unshared_fen:
            rows.append((say("In no building's cost"), "", "", amount(energy.unshared_fen, 100, 2)))
        note = say(NOTES["shared"])
        if energy.unpriced:
            note += " " + say("Without a price, so without a cost: {days} days.", days=len(energy.unpriced))
        return Table(say("Cost by building"), (say("Buildings"), say("Heat energy") + ", MWh", say("Cold") + ", MWh",
                                               say("Cost") + ", " + say("yuan")), rows, note)

    def runners(self) -> Table:
        """Hours and starts."""
        say = self.say
        rows = [(self.part(one.block), amount(one.run_h, 1, 1),
                 "-" if one.starts is None else ("≥ " if one.at_least else "") + str(one.starts), str(one.days))
                for one in self.found.runners]
        return Table(say("Hours and starts"), (say("Part"), say("Run time") + ", h", say("Starts"), say("Days known")), rows,
                     say(NOTES["anew"]))

    def wells(self) -> Table:
        """Water by well."""
        say = self.say
        rows = [(self.part(one.block), amount(one.lifted_l, 1000, 1), amount(one.returned_l, 1000, 1),
                 plant_values.share(one.lifted_l, one.returned_l), f"{one.known_min / 60:.1f} / {one.of_min / 60:.0f}",
                 str(one.gaps)) for one in self.found.wells]
        head = (say("Wells"), say("Water lifted") + ", m³", say("Water returned") + ", m³",
                say("Returned of lifted") + ", %", say("Hours known, of"), say("Days with gaps"))
        return Table(say("Water by well"), head, rows, say(NOTES["water"]))

    def days(self) -> Table:
        """Every day of the month; what is not known is -."""
        say, energy, rows = self.say, self.found.energy, []
        for one in self.found.water:
            several = energy.carried.get(one.day)
            mark = f" ({several} d)" if several else ""
            cells = [amount(energy.by_day[name].get(one.day), 1, 0) + mark for name in ("heat", "cold", "used")]
            cop = amount(energy.cop({one.day}), 1, 2)
            rows.append((self.date(one.day)[5:], *cells, cop, amount(one.lifted_l, 1000, 1),
                         amount(one.returned_l, 1000, 1), f"{100 * one.known_min / max(1, one.of_min):.0f}"))
        head = (say("Day"), say("Heat energy") + ", kWh", say("Cold") + ", kWh", say("Electricity") + ", kWh", "COP",
                say("Water lifted") + ", m³", say("Water returned") + ", m³", say("Water known") + ", %")
        return Table(say("By day"), head, rows, say(NOTES["days"]), self.chart())

    def chart(self) -> str:
        """Heat by day as bars; a day without figures has none, nor has the one that carries several days."""
        heat, several = self.found.energy.by_day["heat"], self.found.energy.carried
        values = [(self.date(day)[5:], 0.0 if day in several else round(heat.get(day, 0.0) / 1000, 3))
                  for day in range(self.found.first, self.found.end)]
        return charts.bars(values, "MWh", self.say("Heat delivered"))

    def proofs(self) -> Table:
        """Disinfections and proof runs."""
        say = self.say
        rows = [(self.date(day), self.part(block), say("Disinfection proved by temperature and time"))
                for block, day in self.found.disinfections]
        rows += [(self.date(day), self.part(block), say("Proof run passed")) for block, day in self.found.proofs]
        return Table(say("Hot water disinfection and proof runs"), (say("Day") + " (UTC)", say("Part"), say("What")),
                     sorted(rows), widths=(30, 50, 110))

    def alarms(self) -> Table:
        """The node's journal."""
        say, book, rows = self.say, language.book(self.lang), []
        for row in self.found.lines:
            entry = lines.Entry(row.number, 0, None, "host", row.event, row.place, row.key)
            place = self.part(row.place) if row.place in self.node.tables else row.place
            rows.append((work.moment(self.site, row.at), place, lines.explained(entry, book)))
        note = say("Only the first {most} are listed.", most=plant_month.MOST_LINES) if (
            len(rows) >= plant_month.MOST_LINES) else ""
        return Table(say("Alarms"), (say("When"), say("Part"), say("What")), rows, note, widths=(30, 40, 120))

    def orders(self) -> Table:
        """Work orders that were open in the month."""
        say, rows = self.say, []
        for one in work.found(self.site, self.found.orders, self.lang):
            record = "\n".join(" ".join(filter(None, line)) for line in one["record"])
            state = f"{one['closed']} {one['by']}" if one["closed"] else say(NOTES["open"])
            rows.append((str(one["number"]), one["where"], one["what"], one["opened"], state, record))
        return Table(say("Work orders"), (say("Number"), say("Where"), say("What"), say("Opened"), say("Closed"),
                                          say("Record")), rows, widths=(12, 28, 45, 22, 25, 58))

    def paper(self) -> Paper:
        """All of it."""
        title = self.say("Monthly report: {plant}, {month}", plant=self.part("plant"), month=self.date(self.found.first)[:7])
        return Paper(title, self.lang, self.facts(), [self.buildings(), self.runners(), self.wells(), self.days(),
                                                      self.proofs(), self.alarms(), self.orders()], self.say(NOTES["none"]),
                     self.date(self.found.first)[:7])


def found_of(request: Request, node: Node) -> Month:
    """The month of the address. HTTPException when there is no such one, or no day of it is over."""
    site = site_of(request)
    try:
        first, end = plant_month.span(request.query_params.get("month", ""), today_of(site))
    except ValueError:
        raise HTTPException(404, "There is no such file.") from None
    if end <= first:
        raise HTTPException(404, "The first day is not over yet.")
    return plant_month.month(site.engine, node, first, end, site.recorder.zone_s)


@member(*STAFF)
def report(request: Request, person: Person, form: dict[str, str]) -> Response:
    """month=2026-11 (the last one that has ended without it), as=html or pdf."""
    site, lang = site_of(request), language_of(request)
    node, form_ = site.hub.nodes().get(request.path_params["node"]), request.query_params.get("as", "html")
    if node is None or not node.blocks("plant") or form_ not in ("html", "pdf"):
        raise HTTPException(404, "There is no such file.")
    paper = Writer(site, node, lang, found_of(request, node)).paper()
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in node.key)
    name = f"wellhearth-plant-{plain}-{paper.month}.{form_}"
    try:
        body = tables_paper.as_html(paper) if form_ == "html" else tables_paper.as_pdf(paper)
    except LinkError as e:
        return render(request, "error.html", person, 503, detail=str(e), status_=503)
    site.people.note(person.name, peer_of(request), "download", name)
    kind = "text/html; charset=utf-8" if form_ == "html" else "application/pdf"
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [Route("/plant/{node}/month", report)]
