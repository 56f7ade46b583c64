"""Pictures of every state of the citizen's form, to be looked at.

Run: python -m tests.end_to_end.take_screenshots [FOLDER] [WIDTH...]
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from survey_app.administer.surveys import begin_closing
from survey_app.clock import utc_now
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.tables import Link, Survey
from tests.end_to_end.conftest import Site, answer_all, launch, serve_demo

WIDTHS = (320, 390, 1280)
HEIGHT = 800
COLOURS = 48


def main(folder: Path, widths: list[int]) -> None:
    """One picture for each state and width."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as instance,
        serve_demo(Path(instance) / "instance") as site,
        browser() as open_page,
    ):
        for width in widths:
            for name, state in STATES.items():
                page = open_page(width, name)
                state(page, site)
                keep(page, folder / f"{name}-{width}.png")
                page.context.close()
        close(site, "demo-spkp")
        for width in widths:
            page = open_page(width, "closed")
            page.goto(f"{site.address}/s/demo-spkp")
            keep(page, folder / f"closed-{width}.png")
            page.context.close()


def start(page: Page, site: Site, code: str = "demo-skm") -> None:
    page.goto(f"{site.address}/s/{code}")


def item(page: Page, site: Site) -> None:
    start(page, site)
    page.click("#lanjut")


def item_of_six(page: Page, site: Site) -> None:
    start(page, site, "demo-spak")
    page.click("#lanjut")
    page.locator("fieldset.ask:visible .choice label").nth(4).click()
    page.wait_for_selector("#kecurangan:visible")


def item_in_javanese(page: Page, site: Site) -> None:
    start(page, site, "demo-skm?bahasa=jv")
    page.click("#lanjut")


def start_in_english(page: Page, site: Site) -> None:
    start(page, site, "demo-spak?bahasa=en")


def languages(page: Page, site: Site) -> None:
    item(page, site)
    page.click("summary")


def profile(page: Page, site: Site) -> None:
    item(page, site)
    answer_all(page)


def comment(page: Page, site: Site) -> None:
    profile(page, site)
    page.click("#lanjut")


def review(page: Page, site: Site) -> None:
    comment(page, site)
    page.click("#lanjut")


def review_in_sundanese(page: Page, site: Site) -> None:
    start(page, site, "demo-skm?bahasa=su")
    page.click("#lanjut")
    answer_all(page)
    page.click("#lanjut")
    page.click("#lanjut")


def stored(page: Page, site: Site) -> None:
    review(page, site)
    page.context.set_offline(True)
    page.click("#kirim")
    page.wait_for_selector("#tersimpan:visible")


def waiting(page: Page, site: Site) -> None:
    stored(page, site)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_selector("#antrean:visible")


def thanks(page: Page, site: Site) -> None:
    review(page, site)
    page.click("#kirim")
    page.wait_for_url("**/terima-kasih**")


def error(page: Page, site: Site) -> None:
    start(page, site)
    page.locator("#waktu-3").check()
    page.click("#kirim")
    page.wait_for_selector(".problem")


def plain(page: Page, site: Site) -> None:
    start(page, site)


STATES: dict[str, Callable[[Page, Site], None]] = {
    "start": start,
    "item": item,
    "item-six": item_of_six,
    "item-jv": item_in_javanese,
    "start-en": start_in_english,
    "languages": languages,
    "profile": profile,
    "comment": comment,
    "review": review,
    "review-su": review_in_sundanese,
    "stored": stored,
    "waiting": waiting,
    "thanks": thanks,
    "error-422-plain": error,
    "whole-plain": plain,
}


@contextmanager
def browser() -> Iterator[Callable[[int, str], Page]]:
    with sync_playwright() as playwright:
        running = launch(playwright)

        def open_page(width: int, name: str) -> Page:
            context = running.new_context(
                viewport={"width": width, "height": HEIGHT},
                java_script_enabled=not name.endswith("plain"),
            )
            return context.new_page()

        yield open_page
        running.close()


def keep(page: Page, path: Path) -> None:
    """A picture of few colours, which is small."""
    page.wait_for_timeout(300)  # a focus ring or a pressed button comes to rest
    shot = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    palette = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(path, optimize=True)


def close(site: Site, code: str) -> None:
    store = open_store(load_settings(site.instance))
    with store.write() as session:
        survey = session.scalars(
            select(Survey).join(Link, Link.survey_id == Survey.id).where(Link.code == code)
        ).one()
        begin_closing(session, survey, utc_now())
    store.engine.dispose()


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="screens-")),
        [int(word) for word in sys.argv[2:]] or list(WIDTHS),
    )
