"""A real browser before a real server that serves the demo instance."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Site:
    """A served demo: where it is and who may log in."""

    address: str
    instance: Path
    accounts: dict[str, dict[str, str]]

    def log_in(self, page, label):
        """Log in as one of the demo's people."""
        account = self.accounts[label]
        page.goto(f"{self.address}/masuk")
        page.fill("#email", account["email"])
        page.fill("#password", account["password"])
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/masuk" not in url)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demo, made and served by the commands of the README."""
    with serve_demo(tmp_path_factory.mktemp("demo") / "instance") as served:
        yield served


@contextmanager
def serve_demo(instance):
    """Make the demo in a folder and serve it for the length of a block."""
    port = free_port()
    command(["demo", "--no-serve", "--port", port, "--instance", instance])
    with (instance / "server.log").open("w") as log:
        server = subprocess.Popen(
            arguments(["run", "--port", port, "--workers", 1, "--instance", instance]),
            stderr=log,
            env=os.environ | {"ZI_SURVEY_SEAL_INTERVAL_SECONDS": "5"},
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address)
        people = json.loads((instance / "demo-accounts.json").read_text())
        yield Site(address, instance, {person["label"]: person for person in people})
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def chromium():
    """Chromium as found on the machine, or Playwright's own."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no Chromium on this machine: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


def found_chromium():
    """Where the machine's own Chromium is, or None for Playwright's."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright):
    """A browser with the flags that suit a test."""
    return playwright.chromium.launch(executable_path=found_chromium(), args=list(FLAGS))


@pytest.fixture
def open_page(chromium):
    """Opens a fresh profile; whatever a page writes to its console as an error fails the test."""
    contexts, complaints = [], []

    def open_(width=390, height=800, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = patient(context.new_page())
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    # Refusals, and a network that a test has cut.
    expected = ("the server responded with a status of 4", "net::ERR_")
    assert [text for text in complaints if not any(words in text for words in expected)] == []


def patient(page):
    """The same page, whose scripts wait for the document that a click has asked for.

    A click returns when the next document has begun, and what a script finds then may be empty.
    """
    at_once = page.evaluate

    def evaluate(script, arg=None):
        page.wait_for_load_state()
        return at_once(script, arg)

    page.evaluate = evaluate
    return page


def arguments(words):
    return [sys.executable, "-c", "from survey_app.cli import main; main()", *map(str, words)]


def command(words):
    return subprocess.run(arguments(words), check=True, capture_output=True, text=True).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(address):
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def answer_all(page, place=2):
    """Answer one question after another with a finger, as far as the profile."""
    for _ in range(page.locator("fieldset.ask").count()):
        shown = page.locator("fieldset.ask:visible")
        name = shown.get_attribute("id")
        shown.locator(".choice label").nth(place).click()
        page.locator(f"#{name}").wait_for(state="hidden")
