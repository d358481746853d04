"""Which fonts the pictures use: DejaVu Sans for Latin and signs, Noto Sans SC for Chinese where it is installed."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path


@cache
def chinese_font() -> Path | None:
    """The file of Noto Sans SC, or None where the package that carries it is not installed."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return None
    path = Path(pylopdf_fonts_zh_cn.sans_path())
    return path if path.is_file() else None


@cache
def families() -> tuple[str, ...]:
    """Font families for matplotlib, first choice first; registers the Chinese font once a process."""
    from matplotlib import font_manager

    path = chinese_font()
    if path is None:
        return ("DejaVu Sans",)
    font_manager.fontManager.addfont(str(path))
    return ("DejaVu Sans", font_manager.FontProperties(fname=str(path)).get_name())


@cache
def drawable(lang: str) -> str:
    """The language in which pictures can be labelled: `lang`, or English, with one warning, when the Chinese font is absent."""
    if lang == "zh" and chinese_font() is None:
        warnings.warn(
            "no Chinese font found (package pylopdf-fonts-zh-cn): pictures are labelled in English",
            stacklevel=2,
        )
        return "en"
    return lang
