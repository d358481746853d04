"""Malformed things, drawn by number: words, texts, bytes, JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

#: Values that some reader somewhere takes for something else.
SCALARS = (
    "", " ", "0", "-1", "1", "2.5", "1e308", "-1e309", "1e-320", "nan", ".nan", "inf", "-.inf", "true", "no", "null", "~", "None", "???",
    "9" * 25, "9" * 5000, "0x1f", "0b1", "1_000", "1:30", "2020-01-01", "a,b", "range(1,3)", "choice(1,2)", "shuffle(1)", "glob(*)",
    "[]", "[1,[2]]", "[nan]", "{}", "{a:1}", "{a:{b:[1]}}", "[" * 60 + "]" * 60, "[" * 3000, "{a:" * 50 + "1" + "}" * 50,
    "'", '"', "\\", "'a", "a'b", "$", "${", "${x}", "${oc.env:HOME}", "${oc.env:NO_SUCH}", "${world}", "${world.streets}", "$(id)",
    "%", "%s", "{0}", "!!python/object/apply:os.system [id]", "!!binary x", "&a *a", "*a", "<<", "#", "- a", "a: b", "a=b", "=", "==",
    "../../x", "/", "/dev/null", "~nobody", "CON", "a/b", "a\tb", "a\nb", "a\x00b", "\ufeff1", "\u202e1", "é", "平均", "１", "🙂", "\udc80",
    "x" * 3000, "posterior[3]", "posterior[-1]", "posterior[99999]", "posterior[]", "posterior", "siloed", "wuhan", "street", "auto",
)  # fmt: skip
#: Characters that mean something to a grammar.
SIGNS = "=,.:;[]{}()'\"\\$%&*?!#@~+-/|<>^` \t\n\x00é平🙂\udc800123456789eE"


def character(luck: random.Random) -> str:
    return luck.choice(SIGNS) if luck.random() < 0.8 else chr(luck.randrange(1, 0x3000))


def garbled(text: str, luck: random.Random) -> str:
    """A text with some characters lost, doubled, swapped, replaced or put in."""
    letters = list(text)
    for _ in range(luck.choice((1, 1, 1, 2, 3, 8))):
        at = luck.randrange(len(letters) + 1)
        what = luck.randrange(5)
        if what == 0:
            letters[at:at] = character(luck)
        elif what == 1:
            del letters[at : at + luck.choice((1, 1, 2, 10))]
        elif what == 2 and at < len(letters):
            letters[at] = character(luck)
        elif what == 3 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at:at] = letters[max(0, at - 5) : at]
    return "".join(letters)


def damaged(content: bytes, luck: random.Random) -> bytes:
    """A file cut, flipped, doubled, zeroed or replaced."""
    data = bytearray(content)
    what = luck.randrange(7)
    if what == 0:
        return b""
    if what == 1:
        return bytes(data[: luck.randrange(len(data) + 1)])
    if what == 2:
        return luck.randbytes(luck.choice((1, 10, 1000)))
    if what == 3:
        return bytes(data + data)
    if what == 4:
        at = luck.randrange(len(data) + 1)
        data[at : at + 64] = bytes(min(64, len(data) - at))
        return bytes(data)
    for _ in range(luck.choice((1, 3, 30))):
        if data:
            data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    return bytes(data)


def _lines(text: str, luck: random.Random) -> str:
    """A text with lines lost, doubled, swapped or moved to another depth."""
    lines = text.splitlines() or [""]
    at, other = luck.randrange(len(lines)), luck.randrange(len(lines))
    what = luck.randrange(5)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(at, lines[other])
    elif what == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif what == 3:
        lines[at] = " " * luck.randrange(1, 5) + lines[at]
    else:
        lines[at] = lines[at].lstrip() if luck.random() < 0.5 else "\t" + lines[at]
    return "\n".join(lines) + "\n"


def _value(text: str, luck: random.Random) -> str:
    """A text with what follows one of its signs replaced by a strange value."""
    places = [at for at, letter in enumerate(text) if letter in ":,-\n"]
    if not places:
        return luck.choice(SCALARS)
    at = luck.choice(places) + 1
    end = next((i for i in range(at + 1, len(text)) if text[i] in ",}]\n"), len(text))
    return text[:at] + " " + luck.choice(SCALARS) + text[end:]


def _laughs(text: str, luck: random.Random) -> str:
    """A document of few lines that stands for very many."""
    levels = "\n".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9)}]" for i in range(1, 9))
    return f"b0: &b0 [x, x]\n{levels}\n{text}"


def _whole(text: str, luck: random.Random) -> str:
    deep = luck.choice((50, 900, 5000))
    return luck.choice((
        "", "\n", "null\n", "3\n", "just words\n", "- a\n- b\n", "[" * deep, "{a: " * deep, "a: " * deep, "? " * deep, "- " * deep,
        "&a [*a]\n", "a: &a {b: *a}\n", "%YAML 9.9\n---\n" + text, text + "---\n" + text, "\ufeff" + text, text.replace("\n", "\r"),
        text.upper(), text.replace(":", "："), "name: " + "x" * 100_000 + "\n", "!!python/object/apply:os.getcwd []\n",
    ))  # fmt: skip


def malformed_text(text: str, luck: random.Random) -> bytes:
    """A text file gone wrong."""
    ways: tuple[Callable[[str, random.Random], str], ...] = (garbled, _lines, _value, _value, _whole, _laughs)
    way = luck.randrange(len(ways) + 2)
    if way == len(ways):
        return text.encode(luck.choice(("utf-16", "utf-32", "utf-8-sig", "gb18030")))
    if way > len(ways):
        return damaged(text.encode(), luck)
    return ways[way](text, luck).encode("utf-8", "surrogateescape" if way == 0 else "surrogatepass")


#: What may stand in JSON in place of something else.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3.5, 10**30, 1e308, float("nan"), float("inf"), "", "x", "../..", "\x00", "平", "\ud800", [], [None], [[]], {},
    {"a": {}}, [0] * 5, "x" * 2000,
)  # fmt: skip


def malformed_json(content: Any, luck: random.Random) -> bytes:
    """JSON with one value replaced, lost, doubled or buried."""
    tree = json.loads(json.dumps(content))
    if not isinstance(tree, dict | list):
        tree = [tree]
    holders = [tree]
    for holder in holders:
        inner = holder.values() if isinstance(holder, dict) else holder
        holders.extend(part for part in inner if isinstance(part, dict | list) and part)
    holder = luck.choice(holders[:12]) if luck.random() < 0.5 else luck.choice(holders)
    if holder:
        key = luck.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        what = luck.randrange(6)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        elif what == 2:
            holder[key] = [holder[key]]
        else:
            holder[key] = luck.choice(VALUES)
    told = json.dumps(tree)
    if luck.random() < 0.1:
        deep = luck.choice((300, 100_000))
        told = luck.choice(
            (
                '{"a":' * deep,
                "[" * deep,
                "[" * deep + "]" * deep,
                told + told,
                told[:-5],
                "[]",
                "3",
                "null",
                '"x"',
            )
        )
    return told.encode()
