"""Pictures of every state of the citizen's form, to be looked at, and a sheet of them all.

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
from survey_app.respond.kiosk import set_pin
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.tables import Channel, Link, Survey
from tests.end_to_end.conftest import Site, answer_all, launch, serve_demo

WIDTHS = (320, 390, 1280)
PIN = "402918"
HEIGHT = 800
COLOURS = 48
# A state's top on the sheet, as a share of its size: small, and still readable.
SHEET_SCALE, SHEET_COLUMNS, SHEET_HEIGHT = 0.5, 6, 900
SHEET_COLOURS = 16


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
    for width in widths:
        lay_out(folder, width)


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


def ticket(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/t")


def lobby(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/s/{link_of(site, Channel.LOBBY)}")


def assisted(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/s/{link_of(site, Channel.ASSISTED)}")


def kiosk_closed(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/kios/{link_of(site, Channel.KIOSK, PIN)}")


def kiosk_start(page: Page, site: Site) -> None:
    kiosk_closed(page, site)
    page.fill("#pin", PIN)
    page.click("button[type=submit]")
    page.wait_for_selector("text=Mulai")


def kiosk_countdown(page: Page, site: Site) -> None:
    kiosk_start(page, site)
    page.clock.install()
    page.goto(page.url.replace("/kios/", "/s/"))
    page.clock.run_for(21_000)
    page.wait_for_selector("#tunggu:visible")


def kiosk_thanks(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/kios/{link_of(site, Channel.KIOSK)}/terima-kasih")


def receipt(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/struk")


def link_of(site: Site, channel: Channel, pin: str = "") -> str:
    """The demo's link of a channel; a kiosk's PIN is set on the way."""
    store = open_store(load_settings(site.instance))
    with store.write() as session:
        found = select(Link.code).where(Link.channel == channel).order_by(Link.code)
        code = session.scalars(found).first() or ""
        if pin:
            set_pin(session, code, pin)
    store.engine.dispose()
    return code


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
    "ticket": ticket,
    "lobby": lobby,
    "assisted": assisted,
    "kiosk-closed": kiosk_closed,
    "kiosk-start": kiosk_start,
    "kiosk-countdown": kiosk_countdown,
    "kiosk-thanks": kiosk_thanks,
    "receipt": receipt,
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


def lay_out(folder: Path, width: int) -> None:
    """All states of one width side by side, each cut off where a hand would scroll on."""
    names = [*STATES, "closed"]
    columns = SHEET_COLUMNS if width < 1000 else 3
    cell = (round(width * SHEET_SCALE), round(SHEET_HEIGHT * SHEET_SCALE))
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", ((cell[0] + 8) * columns, (cell[1] + 8) * rows), "white")
    for place, name in enumerate(names):
        with Image.open(folder / f"{name}-{width}.png") as shot:
            top = shot.convert("RGB").crop((0, 0, width, min(shot.height, SHEET_HEIGHT)))
        small = top.resize((cell[0], round(top.height * SHEET_SCALE)))
        spot = (place % columns * (cell[0] + 8), place // columns * (cell[1] + 8))
        sheet.paste(small, spot)
    palette = sheet.quantize(SHEET_COLOURS, dither=Image.Dither.NONE)
    palette.save(folder / f"states-{width}.png", optimize=True)


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
