"""People, sessions and invitations. No password is ever stored: argon2id hashes; of tokens only their SHA-256.

resident: sees and sets the own rooms. operator: sees everything, sets what a building system may. installer: that, and
people, names, deletion. None of them is more on a node than the way to it is: a bus, over Modbus.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

import argon2
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..history.schema import AUDIT, HOME, INVITE, PERSON, SESSION, insert
from ..nodes.transport import Clock

ROLES = ("resident", "operator", "installer")
LETTERS = {"resident": "r", "operator": "o", "installer": "i"}
PASSWORD_MIN = 10
IDLE_S = {"resident": 30 * 86400, "operator": 8 * 3600, "installer": 3600}
LONGEST_S = {"resident": 180 * 86400, "operator": 7 * 86400, "installer": 86400}
INVITE_S = 86400
SEEN_S = 60  # a session's last use is written once a minute
AUDIT_KEPT_S = 365 * 86400
HASHER = argon2.PasswordHasher()  # argon2id with the library's own parameters (RFC 9106, low memory)
NOBODY = HASHER.hash(secrets.token_hex())  # a stranger's name takes as long as a wrong password


class AccountError(Exception):
    """Why not, in English; the page translates it."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in. homes: (node, block) of the own rooms."""

    id: int
    name: str
    role: str
    homes: frozenset[tuple[str, str]]
    csrf: str = ""

    def sees(self, node: str, block: str) -> bool:
        """Whether this person may see a block: a resident the own rooms, and what all share."""
        if self.role != "resident":
            return True
        return (node, block) in self.homes or block in ("well", "well2", "loop")

    def commands(self, node: str, block: str, who: str) -> bool:
        """Whether this person may set a point of a block. who: the roles of the point's row."""
        if self.role == "resident":
            return (node, block) in self.homes and "r" in who
        return LETTERS[self.role] in who


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class People:
    """All accounts, in the gateway's database."""

    def __init__(self, engine: sa.Engine, clock: Clock | None = None):
        self.engine = engine
        self.clock = clock or Clock()

    def now(self) -> int:
        """UTC seconds. Sessions are judged by the host's clock, not by a simulated one."""
        return int(self.clock.wall())

    def nobody(self) -> bool:
        """Whether there is no account yet."""
        with self.engine.connect() as connection:
            return not connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar()

    # -- invitations: the only way to an account --

    def invite(self, role: str, homes: list[tuple[str, str]]) -> str:
        """A token that makes one account of this role; it holds a day, and once."""
        if role not in ROLES:
            raise AccountError("There is no such role.")
        token = secrets.token_urlsafe(24)
        with self.engine.begin() as connection:
            connection.execute(sa.delete(INVITE).where(INVITE.c.until < self.now()))
            connection.execute(sa.insert(INVITE).values(token=digest(token), role=role, homes=json.dumps(homes),
                                                        until=self.now() + INVITE_S))
        return token

    def invited(self, token: str) -> bool:
        """Whether an invitation is still good."""
        with self.engine.connect() as connection:
            query = sa.select(INVITE.c.until).where(INVITE.c.token == digest(token))
            return (connection.execute(query).scalar() or 0) >= self.now()

    def join(self, token: str, name: str, password: str) -> int:
        """Make the account that an invitation is for; AccountError says what is wrong. The invitation is used up."""
        name = name.strip()
        if not 1 <= len(name) <= 40 or not name.isprintable():
            raise AccountError("A name has 1 to 40 characters.")
        if len(password) < PASSWORD_MIN or len(password) > 200:
            raise AccountError("A password has at least 10 characters.")
        hashed = HASHER.hash(password)
        try:
            with self.engine.begin() as connection:
                row = connection.execute(sa.select(INVITE).where(INVITE.c.token == digest(token))).first()
                gone = connection.execute(sa.delete(INVITE).where(INVITE.c.token == digest(token))).rowcount
                if row is None or not gone or row.until < self.now():
                    raise AccountError("This link was used already, or it is too old.")
                person = insert(connection, PERSON, name=name, hash=hashed, role=row.role, made=self.now())
                homes = [{"person": person, "node": node, "block": block} for node, block in json.loads(row.homes)]
                if homes:
                    connection.execute(sa.insert(HOME), homes)
                return person
        except IntegrityError:
            raise AccountError("Somebody has this name already.") from None

    # -- sessions --

    def check(self, name: str, password: str) -> int | None:
        """The person whose password this is; None when it is nobody's. Takes as long for a name that nobody has."""
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(PERSON).where(PERSON.c.name == name.strip()[:40])).first()
        try:
            HASHER.verify(row.hash if row is not None else NOBODY, password[:200])
        except argon2.exceptions.VerifyMismatchError:
            return None
        return row.id if row is not None else None

    def log_in(self, person: int) -> str:
        """A new session's token: never one that came from outside."""
        token = secrets.token_urlsafe(32)
        with self.engine.begin() as connection:
            connection.execute(sa.insert(SESSION).values(token=digest(token), person=person, csrf=secrets.token_urlsafe(24),
                                                         made=self.now(), seen=self.now()))
        return token

    def of_session(self, token: str) -> Person | None:
        """Who is behind a session's token; None when it is none, or it has expired."""
        with self.engine.begin() as connection:
            query = sa.select(SESSION, PERSON.c.name, PERSON.c.role).join(PERSON, PERSON.c.id == SESSION.c.person)
            row = connection.execute(query.where(SESSION.c.token == digest(token))).first()
            if row is None:
                return None
            now = self.now()
            if now - row.seen > IDLE_S[row.role] or not 0 <= now - row.made + 300 <= LONGEST_S[row.role] + 300:
                connection.execute(sa.delete(SESSION).where(SESSION.c.token == digest(token)))
                return None
            if now - row.seen >= SEEN_S:
                connection.execute(sa.update(SESSION).where(SESSION.c.token == digest(token)).values(seen=now))
            homes = connection.execute(sa.select(HOME.c.node, HOME.c.block).where(HOME.c.person == row.person))
            return Person(row.person, row.name, row.role, frozenset((home.node, home.block) for home in homes), row.csrf)

    def log_out(self, token: str) -> None:
        """End a session."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(SESSION).where(SESSION.c.token == digest(token)))

    def everybody(self) -> list[sa.Row]:
        """Name and role of all."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(PERSON.c.id, PERSON.c.name, PERSON.c.role).order_by(PERSON.c.name)))

    def remove(self, person: int) -> None:
        """Delete an account, its sessions, its rooms' rights, and its name in the audit trail."""
        with self.engine.begin() as connection:
            name = connection.execute(sa.select(PERSON.c.name).where(PERSON.c.id == person)).scalar()
            connection.execute(sa.delete(SESSION).where(SESSION.c.person == person))
            connection.execute(sa.delete(HOME).where(HOME.c.person == person))
            connection.execute(sa.delete(PERSON).where(PERSON.c.id == person))
            connection.execute(sa.update(AUDIT).where(AUDIT.c.who == name).values(who="-", peer="-", detail="-"))

    # -- audit --

    def note(self, who: str, peer: str, what: str, detail: str = "") -> None:
        """A line of the audit trail; those older than a year go."""
        with self.engine.begin() as connection:
            connection.execute(sa.insert(AUDIT).values(at=self.now(), who=who[:40], peer=peer[:60], what=what[:40],
                                                       detail=detail[:200]))
            connection.execute(sa.delete(AUDIT).where(AUDIT.c.at < self.now() - AUDIT_KEPT_S))

    def trail(self, last: int = 200) -> list[sa.Row]:
        """The last lines, newest first."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(last)))
