"""A model on disk, to go on from on another day: `save(model, path)`, `load(path)`.

A checkpoint is an uncompressed zip archive of plain numpy arrays, each with a checksum of its own, behind `header.json`, which says what
was lived and lists the arrays. The directory of the archive is written last: without it a file is torn. Nothing is pickled, and
`numpy.load` opens the arrays without this program. They go from the tables of the model to the file and back, one after the
other, so that a city is never held twice.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

import numpy as np
from pydantic import ValidationError

from experiments.identity import model_version
from experiments.parquet import whole_file
from experiments.settings import Frozen
from experiments.texts import both
from sim.errors import DataError, StoreError
from sim.memory import Form, form_of, lengths, remembered, room, wake

if TYPE_CHECKING:
    from sim.model import CommunityModel
    from sim.tables import Array

FORMAT: Final = 1
KIND: Final = "xietong checkpoint"
HEADER: Final = "header.json"
#: Bytes that are read or written at a time.
CHUNK: Final = 1 << 24
#: First bytes of an archive.
BEGINNING: Final = b"PK\x03\x04"
#: What the archive reader raises over bytes that are not as they were written.
TORN: Final = (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError, struct.error, zlib.error)


class CheckpointError(StoreError):
    """A checkpoint is missing, torn, of another run, of another model version or of a newer format.

    `reason` and `values` say which of these it is.
    """

    def __init__(self, path: Path, reason: str, **values: Any) -> None:
        self.path, self.reason, self.values = path, reason, values
        super().__init__(*both(f"checkpoint_{reason}", path=path, **values))


class Header(Frozen):
    """What a checkpoint says about itself.

    `name` is what a store calls it, the run or the common past whose morning it is, and `runs` are the runs that it serves; both are
    empty where a model was saved by itself. `keeps_all` and `by_street` are those of the model; `rows` tells how long the tables that
    grow were, with their spare room. `arrays` are dtype and shape by name, in the order of the file.
    """

    kind: Literal["xietong checkpoint"] = KIND
    format: int = FORMAT
    model_version: str
    name: str
    runs: tuple[str, ...]
    day: int
    days: int
    reform_day: int
    seed: int
    replicate: int
    world: dict[str, Any]
    strategy: dict[str, Any]
    future: dict[str, Any]
    parameters: dict[str, float]
    pinned: dict[str, int]
    keeps_all: bool
    by_street: bool
    rows: dict[str, int]
    arrays: dict[str, Form]


def save(model: CommunityModel, path: Path | str, name: str = "", runs: tuple[str, ...] = ()) -> Header:
    """Keep this morning of a model in a file, which replaces what stood there once it is whole; returns its header.

    Raises
    ------
    WriteError
        The folder cannot be written, the disk is full; an earlier checkpoint at `path` is as it was.
    """
    arrays = remembered(model)
    header = _header_of(model, name, runs, arrays)
    with whole_file(Path(path)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(HEADER), header.model_dump_json(indent=1))
        for each, array in arrays.items():
            with archive.open(zipfile.ZipInfo(_member(each)), "w", force_zip64=True) as member:
                _write(member, array)
    return header


def load(path: Path | str, threads: int = 1) -> CommunityModel:
    """The model that was saved at `path`, on the morning on which it was saved; it lives on as if it had never stopped, in `threads`.

    Raises
    ------
    CheckpointError
        There is no such file, or it is torn, of another model version or of a newer format.
    """
    from sim.model import CommunityModel
    from sim.scenario import Future, Strategy, World

    path = Path(path)
    header = read_header(path)
    try:
        # As JSON, in which there are no tuples: own data hold many.
        world = World.model_validate_json(json.dumps(header.world))
        strategy = Strategy.model_validate(header.strategy)
        future = Future.model_validate(header.future)
    except ValidationError:
        raise CheckpointError(path, "torn", detail=HEADER) from None
    model = CommunityModel(
        world=world, strategy=strategy, future=future, seed=header.seed, replicate=header.replicate, days=header.days,
        reform_day=header.reform_day, parameters=header.parameters, pinned=header.pinned,
        by_street=header.by_street, keeps_all=header.keeps_all, threads=threads,
    )  # fmt: skip
    return restore(model, path, header.name)


def restore(model: CommunityModel, path: Path, name: str) -> CommunityModel:
    """Take a model of the same scenario to the morning of the checkpoint `name`; its strategy is left as it is.

    Raises
    ------
    CheckpointError
        As `load`, or the file is a checkpoint of another run. The model is then of no use any more.
    """
    with _opened(path) as (archive, header):
        _judge_name(path, header, name)
        judge_record(path, header, model.state.keeps_all, by_street(model))
        try:
            arrays = room(model, header.day, header.arrays, header.rows)
        except DataError as error:
            raise CheckpointError(path, "other_arrays", detail=error) from None
        for each, array in arrays.items():
            with archive.open(_member(each)) as member:
                _read_into(member, array)
    return wake(model, header.day, arrays)


def read_header(path: Path) -> Header:
    """What a checkpoint says about itself; its arrays are all there, but not one of their bytes is read.

    Raises
    ------
    CheckpointError
        As `load`.
    """
    with _opened(path) as (_, header):
        return header


def verify(path: Path, name: str) -> Header:
    """The header of the checkpoint `name`, after every byte was read; raises as `restore` does."""
    with _opened(path) as (archive, header):
        _judge_name(path, header, name)
        for each, form in header.arrays.items():
            with archive.open(_member(each)) as member:
                _judge_form(member, form)
                while member.read(CHUNK):
                    pass
        return header


def by_street(model: CommunityModel) -> bool:
    """Whether a model keeps daily sums by street."""
    return model.records.place == "street"


def judge_record(path: Path, header: Header, keeps_all: bool, streets: bool) -> None:
    """Refuse a checkpoint of a model that kept other things than this one does.

    Raises
    ------
    CheckpointError
        It did: what it gave back cannot be told any more.
    """
    if (header.keeps_all, header.by_street) != (keeps_all, streets):
        raise CheckpointError(path, "other_record")


def _header_of(
    model: CommunityModel, name: str, runs: tuple[str, ...], arrays: Mapping[str, Array]
) -> Header:
    world, strategy, future = (
        scenario.model_dump(mode="json") for scenario in (model.world, model.strategy, model.future)
    )
    return Header(
        model_version=model_version(), name=name, runs=runs, day=model.day, days=model.days, reform_day=model.reform_day,
        seed=int(model.seed), replicate=int(model.replicate), world=world, strategy=strategy, future=future,
        parameters={key: float(value) for key, value in model.parameters.items()},
        pinned={key: int(value) for key, value in model.pinned.items()}, by_street=by_street(model),
        keeps_all=model.state.keeps_all, rows=lengths(model.state),
        arrays={each: form_of(array) for each, array in arrays.items()},
    )  # fmt: skip


def _member(name: str) -> str:
    """The file of an array inside the archive."""
    return f"{name}.npy"


def _write(member: Any, array: Array) -> None:
    """One array as numpy's own format has it."""
    array = np.ascontiguousarray(array)  # a copy only where a column is not in one piece
    np.lib.format.write_array_header_1_0(member, np.lib.format.header_data_from_array_1_0(array))
    for piece in _pieces(array):
        member.write(piece)


def _read_into(member: Any, array: Array) -> None:
    """Fill an array; the last piece judges the checksum."""
    _judge_form(member, form_of(array))
    whole = array if array.flags.c_contiguous else np.empty(array.shape, array.dtype)
    for piece in _pieces(whole):
        if member.readinto(piece) != len(piece):
            raise EOFError("an array is too short")
    if member.read(1):
        raise ValueError("an array is too long")
    if whole is not array:
        array[...] = whole


def _pieces(array: Array) -> Iterator[memoryview]:
    """The bytes of an array in pieces, without a copy."""
    if array.size:
        content = array.data.cast("B")
        for first in range(0, len(content), CHUNK):
            yield content[first : first + CHUNK]


def _judge_form(member: BinaryIO | Any, form: Form) -> None:
    """Whether the array is written as the header of the checkpoint says."""
    if np.lib.format.read_magic(member) != (1, 0):
        raise ValueError("numpy's format of another version")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(member)
    if by_column or (dtype.str, shape) != (form[0], tuple(form[1])):
        raise ValueError("an array of another form")


def _judge_name(path: Path, header: Header, name: str) -> None:
    if header.name != name:
        raise CheckpointError(path, "foreign", found=header.name or "–", own=name or "–")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Header]]:
    """A checkpoint to read from, and its header; what is wrong with its bytes, before or while they are read, is one error."""
    try:
        with path.open("rb") as file:
            _judge_ends(path, file)
            with zipfile.ZipFile(file) as archive:
                yield archive, _header(path, archive, os.fstat(file.fileno()).st_size)
    except FileNotFoundError:
        raise CheckpointError(path, "missing") from None
    except OSError as error:
        raise CheckpointError(path, "unreadable", detail=error.strerror or error) from None
    except TORN as error:
        raise CheckpointError(path, "torn", detail=" ".join(str(error).split())) from None


def _judge_ends(path: Path, file: BinaryIO) -> None:
    """Whether the file begins and ends as an archive does."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        begun = file.read(len(BEGINNING))
        raise CheckpointError(path, "cut" if begun in (b"", BEGINNING) else "not_one")


def _judge_layout(members: Iterable[zipfile.ZipInfo], size: int) -> None:
    """Whether members of the archive are ours in their outer form: nothing packed, nothing longer than the file."""
    for member in members:
        plain = member.compress_type == zipfile.ZIP_STORED and member.compress_size == member.file_size
        if not plain or member.header_offset + member.file_size > size:
            raise zipfile.BadZipFile(f"{member.filename}: not as it was written")


def _header(path: Path, archive: zipfile.ZipFile, size: int) -> Header:
    """The header of a file of `size` bytes, its format first: of a newer one nothing else is expected."""
    if HEADER not in archive.namelist():
        raise CheckpointError(path, "not_one")
    _judge_layout([archive.getinfo(HEADER)], size)
    raw = json.loads(archive.read(HEADER))
    if not isinstance(raw, dict) or raw.get("kind") != KIND:
        raise CheckpointError(path, "not_one")
    if raw.get("format") != FORMAT:
        raise CheckpointError(path, "newer", found=raw.get("format"), own=FORMAT)
    if raw.get("model_version") != model_version():
        raise CheckpointError(path, "other_model", found=raw.get("model_version"), own=model_version())
    header = Header.model_validate_json(json.dumps(raw))
    _judge_layout(archive.infolist(), size)
    if archive.namelist() != [HEADER, *map(_member, header.arrays)]:
        raise zipfile.BadZipFile("other arrays than the header lists")
    return header
