"""Bytes, requests and time to usable of the citizen's form, beside peers, on slow 2G.

Run: python -m tests.benchmarks.form_weight [--no-surveyjs]

Peers: the same nine questions rendered by SurveyJS (survey-core and survey-js-ui, fetched by npm
into a temporary folder and served compressed from this machine), and a page of 500 kB.
"""

import gzip
import http.server
import json
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

import instruments
from tests.end_to_end.conftest import launch, serve_demo

# Chromium's effective connection type "slow-2g": round trips of 2 s, 50 kbit/s.
SLOW_2G = {"latency": 2000, "downloadThroughput": 6250, "uploadThroughput": 6250}
SURVEYJS = {"survey-core": "2.5.38", "survey-js-ui": "2.5.38"}
PATIENCE_MS = 600_000


def main(with_surveyjs: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        with serve_demo(Path(folder) / "instance") as site:
            for language in ("id", "jv"):
                address = f"{site.address}/s/demo-skm?bahasa={language}"
                report(f"ours ({language})", measure(browser, address, "#lanjut:visible"))
        with serving(heavy_page(Path(folder) / "heavy")) as address:
            report("a page of 500 kB", measure(browser, address, "#usable"))
        if with_surveyjs:
            with serving(surveyjs_page(Path(folder) / "surveyjs")) as address:
                report("SurveyJS", measure(browser, address, "input[type=radio]"))


def report(name: str, figures: tuple[int, int, float]) -> None:
    size, requests, seconds = figures
    print(f"{name:<18}{size:>9,} bytes {requests:>3} requests {seconds:>7.1f} s to usable")


def measure(browser, address: str, usable: str) -> tuple[int, int, float]:
    """Bytes on the wire with headers, requests, and seconds until the element is there."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False} | SLOW_2G)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    workers: list[int] = []
    context.on("response", lambda reply: workers.append(_size(reply)) if _is_worker(reply) else 0)
    page.goto(address, wait_until="commit", timeout=PATIENCE_MS)
    page.wait_for_selector(usable, timeout=PATIENCE_MS)
    seconds = page.evaluate("performance.now()") / 1000
    page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
    page.wait_for_timeout(5000)
    context.close()
    return int(sum(sizes)) + sum(workers), len(sizes) + len(workers), seconds


def _is_worker(reply) -> bool:
    # The service worker is fetched outside the page, whose session does not see it.
    return reply.url.endswith("/sw.js")


def _size(reply) -> int:
    sizes = reply.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def heavy_page(folder: Path) -> Path:
    """A page whose script of 500 kB, already compressed, must arrive before it can be used."""
    folder.mkdir()
    (folder / "app.js").write_text(
        "document.body.innerHTML = '<input id=usable type=radio>';//" + "x" * 499_900
    )
    (folder / "index.html").write_text("<!doctype html><body><script src=app.js></script>")
    return folder


def surveyjs_page(folder: Path) -> Path:
    """The nine questions of the SKM in SurveyJS's own rendering."""
    folder.mkdir()
    packages = [f"{name}@{version}" for name, version in SURVEYJS.items()]
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    form = {"elements": [_question(item) for item in instruments.load("skm-2017").form_items]}
    (folder / "index.html").write_text(
        "<!doctype html><meta name=viewport content='width=device-width'>"
        "<link rel=stylesheet href=node_modules/survey-core/survey-core.min.css>"
        "<body><div id=form></div>"
        "<script src=node_modules/survey-core/survey.core.min.js></script>"
        "<script src=node_modules/survey-js-ui/survey-js-ui.min.js></script>"
        f"<script>new Survey.Model({json.dumps(form)}).render(document.getElementById('form'))"
        "</script>"
    )
    return folder


def _question(item) -> dict[str, object]:
    choices = [{"value": option.value, "text": option.label} for option in item.options]
    return {"type": "radiogroup", "name": item.code, "title": item.question, "choices": choices}


class _Compressing(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.exists():
            self.send_error(404)
            return
        content = path.read_bytes()
        if path.name != "app.js":
            content = gzip.compress(content, 9)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.name != "app.js":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serving(folder: Path):
    handler = partial(_Compressing, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


if __name__ == "__main__":
    main("--no-surveyjs" not in sys.argv)
