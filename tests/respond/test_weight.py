"""What the first visit of a form weighs: the page and its service worker, headers and all."""

import re

import pytest

from survey_app.web.languages import LANGUAGES
from tests.worlds import make_world

LIMIT_BYTES = 14_000
GZIP = {"Accept-Encoding": "gzip"}


def weight(response):
    """Bytes of a response on the wire, status line and headers included."""
    head = sum(len(f"{name}: {value}\r\n") for name, value in response.headers.items())
    return len("HTTP/1.1 200 OK\r\n\r\n") + head + len(response.data)


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("name", ["skm-2017", "spak-2023", "spkp-2023"])
def test_the_first_visit_weighs_at_most_14_kilobytes(
    client, store, settings, clock, name, language
):
    world = make_world(store, settings, clock, name, "unit-ringan")
    page = client.get(f"/s/{world.links['ktp']}?bahasa={language}", headers=GZIP)
    whole = weight(page) + weight(client.get("/s/sw.js", headers=GZIP))
    print(f"\n{name} {language}: {whole} bytes in 2 requests")
    assert whole <= LIMIT_BYTES


def test_a_page_asks_nobody_for_anything_but_its_worker(client, link):
    page = client.get(link).text
    assert not re.search(r'<(?:img|link|script|iframe)[^>]+(?:src|href)="(?!data:,)', page)
    assert "@import" not in page
    assert "@font-face" not in page
    assert "url(" not in page.split("</style>")[0]
