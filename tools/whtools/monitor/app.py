"""The screen: five pages, a table each, keys and mouse. It only looks and asks; the hub's thread does the rest."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Footer, Sparkline, Static, TabbedContent, TabPane

from .. import words
from ..device.journal import Zone
from ..gateway.nodes import Hub, Node
from . import trends, views

REFRESH_S = 0.5
SETTLE_S = 0.6  # after the last + or -: one order goes out, not five
STEP_MC = 500
BOOST_MIN = 60
WHO = "monitor"
PAGES = ("house", "trends", "trips", "journal", "points")
LINES_OF_TREND = 7


class Table(DataTable):
    """A table whose rows are told as {key: cells}; the cursor stays where it is."""

    def __init__(self, columns: tuple[str, ...], lang: str, **options):
        super().__init__(cursor_type="row", zebra_stripes=True, cell_padding=1, **options)
        self.names, self.lang = columns, lang

    def on_mount(self) -> None:
        """The headings."""
        for name in self.names:
            self.add_column(views.SAID[self.lang][name], key=name)

    def show(self, rows: dict[str, tuple[str, ...]]) -> None:
        """Only what differs is drawn."""
        here = [key.value for key in self.rows]
        if here != list(rows):
            at = self.cursor_row
            self.clear()
            for key, cells in rows.items():
                self.add_row(*cells, key=key)
            self.move_cursor(row=min(at, max(0, len(rows) - 1)))
            return
        for key, cells in rows.items():
            for name, value in zip(self.names, cells):
                if self.get_cell(key, name) != value:
                    self.update_cell(key, name, value, update_width=True)

    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        keys = list(self.rows)
        return keys[self.cursor_row].value if 0 <= self.cursor_row < len(keys) else None


class Monitor(App):
    """Keys are in the footer; every page is reached by its number or a click."""

    CSS = """
    #title { height: 1; background: $primary; color: $text; text-style: bold; }
    Screen { overflow: hidden; }
    #pages, ContentSwitcher, TabPane { height: 1fr; }
    TabPane { padding: 0; }
    #wells { height: auto; max-height: 5; }
    #rooms { height: 1fr; }
    #why { height: 2; color: $text-muted; }
    Sparkline { height: 1; }
    .caption { height: 1; }
    DataTable { overflow-x: hidden; }
    """
    BINDINGS = [
        *[Binding(str(n), f"page('{page}')", page, show=False) for n, page in enumerate(PAGES, start=1)],
        Binding("plus,equals_sign", "warmer(1)", "+0.5", key_display="+"),
        Binding("minus", "warmer(-1)", "-0.5", key_display="-"),
        Binding("m", "mode", "mode"), Binding("b", "boost", "boost"), Binding("r", "reset", "reset"),
        Binding("n", "next_node", "node"), Binding("k", "next_block", "block"), Binding("l", "language", "中/en"),
        Binding("q", "quit", "quit")]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Wellhearth"

    def __init__(self, hub: Hub, lang: str = "en"):
        super().__init__()
        self.hub = hub
        self.lang = lang
        self.key: str | None = None
        self.block: str | None = None
        self.trends = trends.Trends()
        self.wanted: dict[tuple[str, str], int] = {}  # setpoints on their way, by node and room
        self.presses = 0
        self.remaking = False

    @property
    def book(self) -> words.Words:
        """The words of the tongue chosen."""
        return words.load(self.lang)

    # -- the screen --

    def compose(self) -> ComposeResult:
        """Everything, once."""
        said = views.SAID[self.lang]
        yield Static(id="title", markup=False)
        with TabbedContent(id="pages"):
            with TabPane(f"1 {said['house']}", id="house"), Vertical():
                wells = Table(views.WELL_COLUMNS, self.lang, id="wells")
                wells.can_focus, wells.show_cursor = False, False
                yield wells
                yield Table(views.ROOM_COLUMNS, self.lang, id="rooms")
                yield Static(id="why", markup=False)
            with TabPane(f"2 {said['trends']}", id="trends"), Vertical():
                for n in range(LINES_OF_TREND):
                    yield Static(id=f"caption{n}", classes="caption", markup=False)
                    yield Sparkline(id=f"line{n}")
            with TabPane(f"3 {said['trips']}", id="trips"), Vertical():
                yield Static(id="none", markup=False)
                yield Table(views.TRIP_COLUMNS, self.lang, id="triplist")
            with TabPane(f"4 {said['journal']}", id="journal"):
                yield Table(views.JOURNAL_COLUMNS, self.lang, id="lines")
            with TabPane(f"5 {said['points']}", id="points"):
                yield Table(views.POINT_COLUMNS, self.lang, id="values")
        yield Footer()

    def on_mount(self) -> None:
        """Look at once, then regularly."""
        self.set_interval(REFRESH_S, self.look)
        self.look()
        self.query_one("#rooms").focus()

    def node(self) -> Node | None:
        """The node that is shown."""
        nodes = self.hub.nodes()
        if self.key not in nodes:
            self.key = next(iter(nodes), None)
        return nodes.get(self.key) if self.key is not None else None

    def look(self) -> None:
        """Everything as it stands; only the page that is seen."""
        if self.remaking or not self.query("#title"):
            return  # the screen is being made, or is gone already
        nodes, node = self.hub.nodes(), self.node()
        for one in nodes.values():
            self.trends.sample(one, self.hub.clock.mono())
        place = f"({list(nodes).index(node.key) + 1}/{len(nodes)})" if node is not None and len(nodes) > 1 else ""
        self.query_one("#title", Static).update(views.title(node, self.book, self.hub.problems, place))
        if node is not None:
            getattr(self, f"show_{self.query_one(TabbedContent).active or 'house'}")(node)

    def show_house(self, node: Node) -> None:
        """Wells, rooms, and the whole reason of the room under the cursor."""
        self.query_one("#wells", Table).show(views.well_rows(node))
        mine = {room: value for (key, room), value in self.wanted.items() if key == node.key}
        self.query_one("#rooms", Table).show(views.room_rows(node, self.book, mine))
        room = self.room()
        trips = views.trip_rows(node, self.book)
        first = f"{room}: {views.why(node, room, self.book)}" if room else ""
        second = "! " + "; ".join(f"{where} {what}" for where, what, _locked in trips.values()) if trips else \
            views.SAID[self.lang]["none"]
        self.query_one("#why", Static).update(f"{first[:self.size.width]}\n{second[:self.size.width]}")

    def show_trends(self, node: Node) -> None:
        """The room under the cursor, and the well."""
        paths = trends.paths(node, self.room())
        for n in range(LINES_OF_TREND):
            there = n < len(paths)
            samples = self.trends.of(node, paths[n]) if there else []
            self.query_one(f"#caption{n}", Static).update(trends.caption(node, paths[n], samples) if there else "")
            self.query_one(f"#line{n}", Sparkline).data = samples

    def show_trips(self, node: Node) -> None:
        """What is at work."""
        rows = views.trip_rows(node, self.book)
        self.query_one("#none", Static).update("" if rows else views.SAID[self.lang]["none"])
        self.query_one("#none").display = not rows
        self.query_one("#triplist", Table).show(rows)

    def show_journal(self, node: Node) -> None:
        """The newest first."""
        self.query_one("#lines", Table).show(views.journal_rows(node, self.book, Zone()))

    def show_points(self, node: Node) -> None:
        """Every point of a block."""
        if self.block not in node.tables:
            self.block = next(iter(node.tables))
        assert self.block is not None
        self.query_one("#values", Table).show(views.point_rows(node, self.block, self.book))
        self.query_one(TabbedContent).get_tab("points").label = f"5 {views.SAID[self.lang]['points']}: {self.block}"

    def room(self) -> str | None:
        """The room under the cursor."""
        return self.query_one("#rooms", Table).chosen()

    # -- keys --

    def action_page(self, page: str) -> None:
        """Show a page."""
        self.query_one(TabbedContent).active = page
        self.look()
        for table in self.query_one(f"#{page}").query(Table):
            if table.can_focus:
                table.focus()

    def on_tabbed_content_tab_activated(self) -> None:
        """A page was clicked."""
        self.look()

    def action_warmer(self, steps: int) -> None:
        """Half a degree; several presses become one order."""
        node, room = self.node(), self.room()
        if node is None or room is None:
            return
        now = self.wanted.get((node.key, room), node.value(f"{room}.setpoint_mc"))
        row = node.row(f"{room}.setpoint_mc")
        if now is None or row is None:
            return
        self.wanted[node.key, room] = min(row.hi, max(row.lo, now + steps * STEP_MC))
        self.presses += 1
        presses = self.presses
        self.set_timer(SETTLE_S, lambda: self.send_wanted() if presses == self.presses else None)
        self.look()

    def send_wanted(self) -> None:
        """The setpoints that were dialled."""
        wanted, self.wanted = self.wanted, {}
        for (key, room), value in wanted.items():
            self.give(key, f"{room}.setpoint_mc", value)

    def action_mode(self) -> None:
        """Off, heat, cool, auto, off ..."""
        node, room = self.node(), self.room()
        row = node.row(f"{room}.mode") if node is not None else None
        if node is not None and row is not None:
            self.give(node.key, f"{room}.mode", ((node.value(f"{room}.mode") or 0) + 1) % len(row.words))

    def action_boost(self) -> None:
        """An hour, or its end."""
        node, room = self.node(), self.room()
        if node is not None and node.row(f"{room}.boost_min") is not None:
            self.give(node.key, f"{room}.boost_min", 0 if node.value(f"{room}.boost_min") else BOOST_MIN)

    def action_reset(self) -> None:
        """Reset the lockout under the cursor (page 3)."""
        node, key = self.node(), self.query_one("#triplist", Table).chosen()
        order = views.reset_of(node, key) if node is not None and key is not None else None
        if node is None or order is None:
            self.notify(views.SAID[self.lang]["nothing"], severity="warning")
            return
        self.give(node.key, *order)

    def action_next_node(self) -> None:
        """The next node."""
        nodes = list(self.hub.nodes())
        if nodes:
            self.key = nodes[(nodes.index(self.key) + 1) % len(nodes)] if self.key in nodes else nodes[0]
            self.look()

    def action_next_block(self) -> None:
        """The next block on the page of points."""
        node = self.node()
        if node is not None:
            blocks = list(node.tables)
            at = blocks.index(self.block) if self.block in blocks else -1
            self.block = blocks[(at + 1) % len(blocks)]
            self.look()

    async def action_language(self) -> None:
        """The other tongue; the screen is made anew."""
        self.lang = "zh" if self.lang == "en" else "en"
        self.remaking = True
        await self.recompose()
        self.remaking = False
        self.look()
        self.query_one("#rooms").focus()

    # -- orders --

    def give(self, key: str, path: str, value: int) -> None:
        """An order, in a thread: the screen goes on."""
        self.run_worker(lambda: self.order(key, path, value), thread=True, exit_on_error=False)

    def order(self, key: str, path: str, value: int) -> None:
        """In the worker's thread."""
        answer = self.hub.order(key, path, value, WHO)
        self.call_from_thread(self.answered, path, answer)

    def answered(self, path: str, why: str | None) -> None:
        """What the node said."""
        said = views.SAID[self.lang]
        if why is None:
            self.notify(f"{path}: {said['ok']}", timeout=2)
        else:
            self.notify(f"{path}: {said['refused']}: {why}", severity="error", timeout=8, markup=False)
        self.look()
