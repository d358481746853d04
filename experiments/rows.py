"""Rows of many runs as one table, in little more memory than its content takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: What `runs.parquet` is sorted by.
ORDER: Final = ("strategy", "world", "future", "replicate")
#: Tables that are read before they are joined: one of a single row takes a hundred times the memory of its content.
ROWS: Final = 16


def joined(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables `ROWS` times as long."""
    import pyarrow as pa

    left = iter(tables)
    while batch := list(itertools.islice(left, ROWS)):
        yield pa.concat_tables(batch).combine_chunks()


def by_columns(tables: Iterable[pa.Table], most: int) -> dict[str, Any]:
    """Tables of one schema and `most` rows in all, as columns: of numbers each in an array, of texts as arrow has them.

    A number goes to its place at once: two or three copies of all would need more memory than all the rest of a large design.

    Raises
    ------
    ValueError
        The schemas differ.
    """
    import numpy as np
    import pyarrow as pa

    columns: dict[str, Any] = {}
    schema, filled = None, 0
    for table in tables:
        if schema is None:
            schema = table.schema
            for field in schema:
                text = pa.types.is_string(field.type)
                columns[field.name] = [] if text else np.empty(most, field.type.to_pandas_dtype())
        if table.schema != schema:
            raise ValueError("rows of several schemas")
        for name, column in columns.items():
            if isinstance(column, list):
                column.extend(table[name].chunks)
            else:
                column[filled : filled + len(table)] = table[name].to_numpy()
        filled += len(table)
    return {
        name: pa.chunked_array(column) if isinstance(column, list) else column[:filled]
        for name, column in columns.items()
    }


def sorted_rows(columns: dict[str, Any], run_ids: Sequence[str]) -> pd.DataFrame:
    """The rows of those runs by `ORDER`, where that is the same as they stand in `run_ids`; takes the columns away, for the memory."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    asked = pc.index_in(
        pa.array(run_ids, pa.string()), value_set=columns["run_id"].combine_chunks()
    ).drop_null()
    keys = pa.table({name: columns[name] for name in ORDER})
    order = asked.take(pc.sort_indices(keys.take(asked), [(name, "ascending") for name in ORDER])).to_numpy()
    return pd.DataFrame({name: _taken(columns.pop(name), order) for name in list(columns)}, copy=False)


def _taken(column: Any, places: Any) -> Any:
    """Numbers or texts of `by_columns` at these places, as pandas has them."""
    taken = column.take(places)
    return taken.to_pandas() if hasattr(taken, "to_pandas") else taken
