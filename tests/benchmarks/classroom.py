"""The live page: pictures a second in a browser, days a second on the street, thirty sessions at once, memory of a session."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import time
from pathlib import Path
from typing import Any

from serving import served

SESSIONS = 30
SECONDS = 30.0
DAYS = 730
PAUSE = 1.0
#: What a class does, in turns drawn by chance; each is answered by a message of the type beside it.
DEEDS = ("go", "go", "step", "change", "cell", "institution", "watch")


def resident(process: int) -> float:
    """Resident memory of a process in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024.0


def classroom() -> None:
    """All figures of `docs/classroom.md`."""
    in_browser("classroom")
    in_browser("street")
    for days in (0, DAYS):
        crowd(days)


def in_browser(world: str) -> None:
    """Pictures and days a second as a headless Chromium shows them."""
    driver_path, browser = shutil.which("chromedriver"), shutil.which("chromium")
    if driver_path is None or browser is None:
        print("no Chromium with chromedriver: pictures a second not measured")
        return
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"):
        options.add_argument(word)
    with served(f"world={world}", f"days={DAYS}") as (port, _):
        driver = webdriver.Chrome(options=options, service=Service(driver_path))
        try:
            driver.get(f"http://127.0.0.1:{port}/")
            while not driver.execute_script("return Boolean(window.classroom && classroom.ready())"):
                time.sleep(0.05)
            for speed in ("0", "40"):  # the fastest first: days that were lived are shown from what is kept
                driver.execute_script(
                    "const s = document.getElementById('speed'); s.value = arguments[0]; document.getElementById('reset').click()",
                    speed,
                )
                while driver.execute_script("return classroom.day()"):
                    time.sleep(0.05)
                driver.execute_script("document.getElementById('play').click()")
                began, frames, day = (
                    time.perf_counter(),
                    *driver.execute_script("return [classroom.drawn(), classroom.day()]"),
                )
                while time.perf_counter() - began < 8.0 and day < DAYS:
                    time.sleep(0.02)
                    now_drawn, day = driver.execute_script("return [classroom.drawn(), classroom.day()]")
                spent = time.perf_counter() - began
                print(
                    f"{world:10s} speed {speed:>2s}: {(now_drawn - frames) / spent:5.1f} pictures/s, {day / spent:6.1f} days/s"
                )
                driver.execute_script(
                    "if (document.getElementById('play').getAttribute('aria-pressed') === 'true') document.getElementById('play').click()"
                )
                time.sleep(0.3)
        finally:
            driver.quit()


def crowd(lived: int) -> None:
    """Thirty sessions that play and do something each second; latency from asking to answer."""
    with served("world=classroom", f"days={DAYS}") as (port, process):
        before = resident(process)
        spans = asyncio.run(_crowd(port, lived))
        after = resident(process)
    spans.sort()
    cut = lambda share: 1000.0 * spans[int(share * (len(spans) - 1))]  # noqa: E731
    print(
        f"{SESSIONS} sessions from day {lived}: {len(spans)} deeds, p50 {cut(0.5):.0f} ms, p95 {cut(0.95):.0f} ms, worst {cut(1.0):.0f} ms; "
        f"{(after - before) / SESSIONS:.1f} MB a session ({after:.0f} MB in all)"
    )


async def _crowd(port: int, lived: int) -> list[float]:
    found = await asyncio.gather(*(_pupil(port, number, lived) for number in range(SESSIONS)))
    return [span for spans in found for span in spans]


async def _pupil(port: int, number: int, lived: int) -> list[float]:
    from websockets.asyncio.client import connect

    chance, spans = random.Random(number), []
    async with connect(
        f"ws://127.0.0.1:{port}/session", origin=f"http://127.0.0.1:{port}", max_size=None
    ) as socket:  # type: ignore[arg-type]
        script = {
            "world": "classroom",
            "strategies": ["siloed", "wuhan"],
            "seed": number,
            "days": DAYS,
            "reform_day": 180,
        }
        await _done(socket, {"type": "begin", "script": script, "day": lived}, "scene", None)
        day = await _done(socket, {"type": "go", "day": lived}, "frame", lived)
        until = time.perf_counter() + SECONDS
        await asyncio.sleep(chance.random())
        while time.perf_counter() < until:
            await socket.send(json.dumps({"type": "play", "speed": 5}))
            await asyncio.sleep(PAUSE * (0.5 + chance.random()))
            message, kind, goal = _deed(chance, day, lived)
            began = time.perf_counter()
            day = await _done(socket, message, kind, goal)
            spans.append(time.perf_counter() - began)
    return spans


def _deed(chance: random.Random, day: int, lived: int) -> tuple[dict[str, Any], str, int | None]:
    deed = chance.choice(DEEDS)
    if deed in ("go", "step"):
        goal = min(DAYS, day + 1) if deed == "step" else chance.randrange(max(lived, day) + 1)
        return {"type": "go", "day": goal}, "frame", goal
    if deed == "change":
        return (
            {"type": "change", "side": 1, "mechanism": "whistle", "dose": round(chance.random(), 2)},
            "script",
            None,
        )
    if deed == "watch":
        return {"type": "watch", "measure": "reports"}, "watch", None
    return {"type": deed, deed: chance.randrange(8)}, deed, None


async def _done(socket: Any, message: dict[str, Any], kind: str, goal: int | None) -> int:
    """Send a message and hear until it is answered; the day that is shown then."""
    await socket.send(json.dumps(message))
    while True:
        raw = await socket.recv()
        told = json.loads(raw if isinstance(raw, str) else raw[4 : 4 + int.from_bytes(raw[:4], "little")])
        if told["type"] == "refused":
            return 0
        if told["type"] == kind and goal in (None, told["day"]):
            return int(told.get("day", 0))
