"""The live page in a real browser: a class starts, plays, moves a slider, scrubs back, switches the language, takes the session home."""

from __future__ import annotations

import base64
import csv
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None or DRIVER is None, reason="no Chromium or no chromedriver is installed"
    ),
]
#: Seconds after which something that should have happened did not.
PATIENCE = 30.0
SLIDE = "const t = arguments[0]; t.value = arguments[1]; t.dispatchEvent(new Event('input')); t.dispatchEvent(new Event('change'));"


def wait(driver: Any, condition: str) -> Any:
    """The value of a condition of the page, once it is true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = driver.execute_script(
            f"return window.classroom && window.classroom.ready() ? ({condition}) : null"
        )
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"never came true: {condition}; log: {driver.get_log('browser')}")


def one(driver: Any, name: str) -> Any:
    from selenium.webdriver.common.by import By

    return driver.find_element(By.ID, name)


def saved(folder: Path, ending: str) -> Path:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = list(folder.glob(f"*{ending}"))
        if found and found[0].stat().st_size:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no {ending} was saved")


def quiet(driver: Any) -> bool:
    """Whether nothing was written to the console and nothing was fetched from elsewhere."""
    home = driver.execute_script("return location.origin")
    fetched = driver.execute_script("return performance.getEntriesByType('resource').map(r => r.name)")
    assert [name for name in fetched if not name.startswith(home)] == []
    assert driver.get_log("browser") == []
    return True


def test_a_lesson_from_start_to_export(opened: Callable[..., Any], tmp_path: Path) -> None:
    driver = opened()
    wait(driver, "classroom.day() === 0")
    one(driver, "play").click()
    wait(driver, "classroom.day() >= 5")
    driver.execute_script(SLIDE, one(driver, "timeline"), "90")
    wait(driver, "classroom.day() === 90")
    slider = one(driver, "dose-big_committee-1")
    driver.execute_script(SLIDE, slider, "0.4")
    change = wait(driver, "classroom.script().changes[0]")
    assert (change["day"], change["side"], change["mechanism"], change["dose"]) == (
        90,
        1,
        "big_committee",
        0.4,
    )
    driver.execute_script(SLIDE, one(driver, "timeline"), "200")
    wait(driver, "classroom.day() === 200")
    driver.execute_script(SLIDE, one(driver, "timeline"), "60")
    wait(driver, "classroom.day() === 60")
    wait(driver, "document.getElementById('dose-big_committee-1').value === '1'")
    one(driver, "language").click()
    assert one(driver, "day-told").text and wait(driver, "document.documentElement.lang === 'zh-CN'")
    wait(driver, "document.getElementById('day-told').textContent.includes('第 60 日')")
    assert "第 90 日" in one(driver, "log").get_property("textContent")
    for button in ("save-table", "save-sheet", "save-picture"):
        driver.execute_script("document.getElementById(arguments[0]).click()", button)
    rows = list(csv.reader(saved(tmp_path / "saved", ".csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 1 + 200 * 2 * 2
    assert "课堂记录" in saved(tmp_path / "saved", ".html").read_text(encoding="utf-8")
    assert saved(tmp_path / "saved", ".png").read_bytes()[:4] == b"\x89PNG"
    assert quiet(driver)


def test_dragging_the_timeline_is_never_too_fast(opened: Callable[..., Any]) -> None:
    driver = opened()
    wait(driver, "classroom.day() === 0")
    driver.execute_script("""
        const t = document.getElementById('timeline');
        let at = 0;
        const drag = setInterval(() => {
            at += 1;
            t.value = String((at * 7) % 200);
            t.dispatchEvent(new Event('input'));
            if (at === 400) { clearInterval(drag); t.value = '123'; t.dispatchEvent(new Event('input')); t.dispatchEvent(new Event('change')); window.dragged = true; }
        }, 10)""")
    wait(driver, "window.dragged && classroom.day() === 123")
    assert one(driver, "notice").get_property("hidden")
    assert quiet(driver)


def test_cell_institution_and_need_show_their_numbers(opened: Callable[..., Any]) -> None:
    from selenium.webdriver.common.keys import Keys

    driver = opened()
    wait(driver, "classroom.day() === 0")
    driver.execute_script(SLIDE, one(driver, "timeline"), "120")
    wait(driver, "classroom.day() === 120")
    one(driver, "map-0").send_keys(Keys.ARROW_RIGHT, Keys.ENTER)
    wait(driver, "document.querySelectorAll('#details-body tbody tr').length > 10")
    assert one(driver, "spoken").get_property("textContent").startswith("A: Cell ")
    one(driver, "net-1").send_keys(Keys.ARROW_RIGHT, Keys.ENTER)
    wait(driver, "document.getElementById('details-body').textContent.includes('alignment')")
    driver.execute_script(
        "for (let d = 0; d < 40 && !document.querySelector('.cases button'); d++) document.getElementById('step').click()"
    )
    wait(driver, "document.querySelector('.cases button')")
    driver.execute_script("document.querySelector('.cases button').click()")
    wait(driver, "document.getElementById('details-body').textContent.includes('The need arises.')")
    assert quiet(driver)


def test_the_keyboard_is_enough(opened: Callable[..., Any]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = opened()
    wait(driver, "classroom.day() === 0")
    press = lambda *keys: ActionChains(driver).send_keys(*keys).perform()  # noqa: E731
    press(Keys.ARROW_RIGHT)
    wait(driver, "classroom.day() === 1")
    ActionChains(driver).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).key_up(Keys.SHIFT).perform()
    wait(driver, "classroom.day() === 11")
    press(" ")
    wait(driver, "classroom.day() >= 14")
    press(" ")
    wait(driver, "document.getElementById('play').getAttribute('aria-pressed') === 'false'")
    press(Keys.HOME)
    wait(driver, "classroom.day() === 0")
    press("l")
    wait(driver, "document.documentElement.lang === 'zh-CN'")
    press("t")
    wait(driver, "document.documentElement.classList.contains('large')")
    unnamed = driver.execute_script("""
        const named = (e) => e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim() || e.getAttribute('aria-hidden');
        return [...document.querySelectorAll('button, input, select, canvas[tabindex], textarea')].filter((e) => !named(e)).map((e) => e.outerHTML)""")
    assert unnamed == []
    assert quiet(driver)


def test_a_lesson_is_predicted_lived_and_explained(opened: Callable[..., Any]) -> None:
    driver = opened()
    wait(driver, "classroom.day() === 0")
    driver.execute_script(
        "const s = document.getElementById('lesson'); s.value = 'voice'; s.dispatchEvent(new Event('change'));"
    )
    wait(driver, "classroom.script().days === 480")
    assert wait(driver, "document.querySelectorAll('#lesson-body input[type=radio]').length") >= 2
    driver.execute_script("document.querySelector('.todo button').click()")
    wait(driver, "classroom.script().changes.length === 1")
    driver.execute_script("[...document.querySelectorAll('.steps button')].at(-1).click()")
    wait(driver, "classroom.day() === 480")
    wait(driver, "[...document.querySelectorAll('.watched')].some((e) => /A .*B /.test(e.textContent))")
    driver.execute_script("document.querySelector('#lesson-happened button').click()")
    one(driver, "lesson-body").find_element("css selector", "textarea").send_keys("because ")
    wait(driver, "document.querySelectorAll('.finding').length >= 3")
    assert driver.execute_script("return document.activeElement.value") == "because "
    assert quiet(driver)


@pytest.mark.parametrize(
    ("width", "height", "large"),
    [(390, 844, False), (390, 844, True), (1280, 900, False), (1920, 1080, True)],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_sticks_out(
    opened: Callable[..., Any], width: int, height: int, large: bool, lang: str
) -> None:
    driver = opened(width, height)
    wait(driver, "classroom.day() === 0")
    if lang == "zh":
        one(driver, "language").click()
    if large:
        one(driver, "large").click()
    driver.execute_script(
        "const s = document.getElementById('lesson'); s.value = 'voice'; s.dispatchEvent(new Event('change'));"
    )
    wait(driver, "classroom.script().days === 480")
    driver.execute_script(SLIDE, one(driver, "timeline"), "60")
    wait(driver, "classroom.day() === 60")
    wide, inner = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert inner == width and wide <= width
    assert quiet(driver)


def link(content: Any) -> str:
    return "#s=" + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_link_brings_script_day_and_layer_back(opened: Callable[..., Any]) -> None:
    change = {"day": 50, "side": 0, "mechanism": "whistle", "dose": 0.6}
    script = {
        "world": "classroom",
        "strategies": ["siloed", "shanghai"],
        "seed": 4,
        "days": 120,
        "reform_day": 20,
        "changes": [change],
    }
    driver = opened(fragment=link({"script": script, "day": 77, "layer": "satisfaction"}))
    wait(driver, "classroom.day() === 77")
    assert wait(driver, "classroom.script().strategies[1]") == "shanghai"
    assert driver.execute_script("return document.getElementById('layer').value") == "satisfaction"
    again = wait(driver, "location.hash.length > 100 && location.href")
    driver.get("about:blank")
    driver.get(again)
    wait(driver, "classroom.day() === 77")
    assert quiet(driver)


@pytest.mark.parametrize(
    "fragment",
    [
        "#s=%%%",
        "#s=AAAA",
        link(7),
        link({"script": 3}),
        link({"script": {"world": "<img src=x onerror=alert(1)>"}, "day": 1e9}),
    ],
)
def test_a_broken_link_is_refused_and_the_page_begins_anew(opened: Callable[..., Any], fragment: str) -> None:
    driver = opened(fragment=fragment)
    wait(driver, "classroom.day() === 0 && classroom.script().days === 200")
    assert not driver.execute_script("return document.querySelector('img')")
    assert quiet(driver)
