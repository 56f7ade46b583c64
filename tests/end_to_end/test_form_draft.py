"""A half-filled form stays on the phone for a reload, and goes when its owner says so."""


def test_wiping_takes_every_answer_and_the_draft_off_the_phone(site, open_page):
    page = open_page(320, 640)
    page.goto(f"{site.address}/s/demo-skm")
    page.click("#lanjut")
    first = page.locator("fieldset.ask:visible")
    name = first.get_attribute("id")
    first.locator(".choice label").nth(1).click()
    page.locator(f"#{name}").wait_for(state="hidden")
    before = page.input_value("[name=submission_id]")
    page.reload()
    assert page.locator("input:checked").count() == 1
    assert page.evaluate("sessionStorage.length") == 1
    page.click("#hapus")
    assert page.locator("input:checked").count() == 0
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    assert page.locator("input:checked").count() == 0
    # Whatever is answered now is another answer, also to the server.
    assert page.input_value("[name=submission_id]") != before
