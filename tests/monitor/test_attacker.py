"""Somebody of the unit's staff who looks at everything after every answer finds nobody out."""

import csv
import io
import itertools
import json
import random
import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from survey_app.ledger.seal import seal_waiting
from survey_app.store.tables import Role, Unit
from tests.differencing import Window, recovered, windows_of
from tests.people import add_person, log_in, post
from tests.worlds import submission_id

ANSWERS = 200
EVERY_PAGE_EACH = 20
# Pages that count answers as they come; none of them says what anybody answered.
COUNTING = {
    *("monitor.surveys", "monitor.survey", "fieldwork.live", "fieldwork.download"),
    *("visits.overview", "web.metrics", "desk_lists.surveys"),
}
UNREAD = (".pdf", ".png", ".svg", ".zip", ".docx", ".xlsx", ".sav")
# Addresses that write, log out, or need a thing that this world does not have.
LEFT_OUT = {"static", "accounts.log_in", "respond.receipt", "respond.thanks"}


@dataclass
class Attacker:
    """A browser of the unit's staff, and what it has seen."""

    client: object
    world: object
    sizes: list[int] = field(default_factory=list)
    levels: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    pages: dict[str, tuple[int, str]] = field(default_factory=dict)
    break_offs: list[tuple[int, int]] = field(default_factory=list)

    def table(self, name):
        reply = self.client.get(f"/meja/survei/{self.world.key}/hasil/{name}.csv")
        return list(csv.DictReader(io.StringIO(reply.text)))

    def look_at_results(self):
        """Read the index and all levels; returns how many respondents they are of."""
        index = self.table("indeks")
        size = int(index[0]["jawaban"]) if index else 0
        self.sizes.append(size)
        if size and size not in self.levels:
            self.levels[size] = {
                row["kode"]: [int(row[f"jawaban_{level}"]) for level in (1, 2, 3, 4)]
                for row in self.table("unsur")
            }
        return size

    def look_at_break_offs(self):
        """Read how many forms were opened and sent, where the page says so."""
        page = self.client.get(f"/meja/survei/{self.world.key}").text
        card = re.search(r'id="judul-berhenti".*?</section>', page, re.DOTALL)
        if card:
            opened, sent = re.findall(r'<td class="number">(\d+)</td>', card.group())
            self.break_offs.append((int(opened), int(sent)))

    def look_everywhere(self, size):
        """Open every page there is; returns those that changed though the result did not."""
        changed = []
        for endpoint, address in self.addresses():
            if address.endswith(UNREAD):
                continue  # workbooks and pictures hold the tables that are read as text
            reply = self.client.get(address)
            if not reply.mimetype.startswith("text/"):
                continue
            text = reply.text
            text = re.sub(r'(nonce|value|csrf[^"]*)="[^"]*"', "", text)
            before = self.pages.get(address)
            if before and before[0] == size and before[1] != text and endpoint not in COUNTING:
                changed.append(address)
            self.pages[address] = (size, text)
        return changed

    def addresses(self):
        known = {
            "key": self.world.key,
            "unit": "unit-uji",
            "code": self.world.links["ktp"],
            "slug": "unit-uji",
            "year": 2026,
        }
        for rule in self.client.application.url_map.iter_rules():
            # Where an address has a few words to choose from, every one of them is tried.
            choices = {
                name: sorted(converter.items)
                for name, converter in rule._converters.items()
                if isinstance(converter, AnyConverter)
            }
            values = {name: [value] for name, value in known.items()} | choices
            if (
                rule.arguments <= values.keys()
                and "GET" in rule.methods
                and rule.endpoint not in LEFT_OUT
                and not rule.endpoint.startswith("respond")
            ):
                for chosen in itertools.product(*(values[name] for name in rule.arguments)):
                    parts = dict(zip(rule.arguments, chosen, strict=True))
                    yield rule.endpoint, str(rule.build(parts)[1])


@pytest.fixture
def attacker(app, store, clock, world):
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
    return Attacker(log_in(app, add_person(store, clock, "p@x.id", Role.STAFF, unit=unit)), world)


def send(client, world, dice, place):
    """One citizen at one of two counters opens the form and answers on a phone."""
    service = ("ktp", "ktp", "akta")[place % 3]
    client.get(f"/s/{world.links[service]}")
    answers = {code: dice.choice((2, 3, 3, 4, 4, 4)) for code in world.instrument.codes}
    profile = {
        question.code: dice.choice(question.options).code for question in world.instrument.profile
    }
    body = {"submission_id": submission_id(dice), "answers": answers, "profile": profile}
    address = f"/api/v1/links/{world.links[service]}/responses"
    reply = client.post(address, data=json.dumps(body), content_type="application/json")
    assert reply.status_code == 201, reply.text
    return list(answers.values()), {"layanan": service.upper(), **profile}


def labels(world):
    """What the tables call each option of the profile."""
    return {
        (question.label, option.label): (question.code, option.code)
        for question in world.instrument.profile
        for option in question.options
    }


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_polling_everything_after_each_answer_recovers_no_single_answer(
    app, world, settings, clock, attacker
):
    citizens, dice = app.test_client(), random.Random(24)
    rows, people, odd = [], [], []
    for place in range(ANSWERS):
        answers, person = send(citizens, world, dice, place)
        rows.append(answers)
        people.append(person)
        seal_waiting(world.store, settings, clock)  # the worst hour: sealed at every chance
        if place % 9 == 4:
            citizens.get(f"/s/{world.links['ktp']}")  # opened, and never sent
        app.extensions["opened_forms"](world.store, settings, clock())
        size = attacker.look_at_results()
        attacker.look_at_break_offs()
        if place % EVERY_PAGE_EACH < 2:  # in pairs: what changes with one answer?
            odd += attacker.look_everywhere(size)
    assert odd == []
    for _ in range(2):
        post(attacker.client, f"/meja/survei/{world.key}/tutup")
    assert attacker.look_at_results() == ANSWERS
    post(attacker.client, f"/meja/survei/{world.key}/terbitkan")
    assert_no_form_is_told_alone(attacker.break_offs)
    answers = np.array(rows)
    assert_well_informed(attacker, answers, world.instrument.codes)
    windows = windows_of(answers, attacker.sizes, shown_groups(attacker, people))
    assert len(windows) > 10  # there was much to subtract
    found = [recovered(window, (1, 2, 3, 4)) for window in windows]
    assert sum(len(one) for one in found) == 0
    assert min(len(window.answers) for window in windows) >= settings.batch_minimum


def assert_well_informed(attacker, answers, codes):
    """The levels that the attacker read are those of the first so many respondents."""
    for size, levels in attacker.levels.items():
        for q, code in enumerate(codes):
            true = [int((answers[:size, q] == level).sum()) for level in (1, 2, 3, 4)]
            assert levels[code] == true


def assert_no_form_is_told_alone(looks):
    """Whoever looks after every form sees counts move on by five, never by one."""
    assert len(set(looks)) > 10
    for before, after in itertools.pairwise(looks):
        assert all((b - a) % 5 == 0 and b >= a for a, b in zip(before, after, strict=True))
    opened, sent = looks[-1]
    assert opened > sent


def shown_groups(attacker, people):
    """Groups whose index is shown in the end: their members by the attacker's knowledge."""
    names, groups = labels(attacker.world), {}
    for row in attacker.table("kelompok"):
        key = (row["menurut"], row["kelompok"])
        code, value = names.get(key, ("layanan", row["kelompok"]))
        members = [i for i, person in enumerate(people) if person.get(code) == value]
        if row["nilai"] and members:
            groups["|".join(key)] = members
    assert len(groups) > 5
    return groups


def test_the_attacker_would_succeed_against_results_that_follow_every_batch():
    dice = random.Random(24)
    answers = np.array(
        [[dice.choice((2, 3, 3, 4, 4, 4)) for _ in range(9)] for _ in range(ANSWERS)]
    )
    windows = windows_of(answers, range(5, ANSWERS + 1, 5), {})
    assert sum(len(recovered(window, (1, 2, 3, 4))) for window in windows) > 20


def test_the_attacker_reads_a_single_new_answer_at_once():
    window = Window(np.array([[4, 3, 1]]), [])
    assert recovered(window, (1, 2, 3, 4)) == {(0, 0), (0, 1), (0, 2)}


def test_the_attacker_combines_a_group_with_the_whole():
    # Of two, the sum of the one in a group of one is its answer, and the other's follows.
    window = Window(np.array([[4], [2]]), [[0]])
    assert recovered(window, (1, 2, 3, 4)) == {(0, 0), (1, 0)}
