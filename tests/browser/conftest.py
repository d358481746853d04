"""The real server, and a real browser that reads its page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import served

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of the page on a free port."""
    with served("days=200", "reform_day=40") as (port, _):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def opened(address: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open the page in a browser of a given width; downloads go to `tmp_path`."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    drivers: list[Any] = []

    def start(width: int = 1280, height: int = 900, fragment: str = "") -> Any:
        options = webdriver.ChromeOptions()
        options.binary_location = str(BROWSER)
        for word in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--window-size={width},{height}",
            f"--user-data-dir={tmp_path / 'profile'}",
        ):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        drivers.append(driver)
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        saving = {"behavior": "allow", "downloadPath": str(tmp_path / "saved")}
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", saving)
        driver.get(address + fragment)
        return driver

    yield start
    for driver in drivers:
        driver.quit()
