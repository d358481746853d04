"""A store of many runs: how long it takes to open and to aggregate, with how much memory.

Real runs are lived once; the store is filled with copies of them under other names, written as the store writes them except that
the name stands uncompressed, so that a copy costs no more than a replacement of bytes. Each measurement is a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments import manifest
from experiments.configuration import read
from experiments.ensemble import carry_out
from experiments.parquet import LEVEL, ROW_GROUP, parquet_bytes
from experiments.store import Store

RUNS = 10_000
DAYS = 730
#: A name that no hash of a run has.
NAME = "run_id_of_a_copy"
#: The peak of this program alone: `getrusage` would count what its parent held when it started.
PEAK = """
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]
print(len(told), spent, int(peak) / 1024)
"""
#: Python that is measured, with the store in the working directory.
MEASURED = {
    "runs.parquet by strategy, pandas": """
import pandas
told = pandas.read_parquet('runs.parquet').groupby('strategy').mean(numeric_only=True)
""",
    "runs.parquet and design.csv by swept key, DuckDB": """
import duckdb
told = duckdb.sql('''SELECT "parameters.voice.base_hazard" AS hazard, strategy, avg(unmet_need_days) FROM 'design.csv'
    JOIN 'runs.parquet' USING (run_id, strategy) GROUP BY ALL ORDER BY ALL''').fetchall()
""",
    "daily/ by day and strategy, DuckDB": """
import duckdb
told = duckdb.sql('''SELECT day, runs.strategy, avg(needs_open), sum(satisfaction_sum) / sum(residents) FROM 'daily/*.parquet' AS daily
    JOIN 'runs.parquet' AS runs USING (run_id) GROUP BY ALL ORDER BY ALL''').fetchall()
""",
    "compact: daily/ joined in daily.parquet": """
from pathlib import Path
from experiments.store import Store
told = Store(Path('.')).compact()
""",
    "daily.parquet by day and strategy, DuckDB": """
import duckdb
told = duckdb.sql('''SELECT day, runs.strategy, avg(needs_open), sum(satisfaction_sum) / sum(residents) FROM 'daily.parquet' AS daily
    JOIN 'runs.parquet' AS runs USING (run_id) GROUP BY ALL ORDER BY ALL''').fetchall()
""",
    "daily.parquet by day and strategy, pandas": """
import pandas
columns = ['run_id', 'day', 'needs_open', 'satisfaction_sum', 'residents']
daily = pandas.read_parquet('daily.parquet', columns=columns)
strategy = daily['run_id'].map(pandas.read_parquet('runs.parquet').set_index('run_id')['strategy'])
told = daily.groupby(['day', strategy])[columns[2:]].sum()
""",
    "runs collected from runs/, as a rerun does": """
from pathlib import Path
from experiments.store import Store
told = Store(Path('.')).collect()
""",
}


def measure(count: int = RUNS, folder: str | None = None) -> None:
    """Build the store and print seconds and peak memory of each reading."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(folder or temporary)
        if not (root / "manifest.json").exists():
            start = time.perf_counter()
            build(root, count)
            print(f"built {count} runs of {DAYS} days in {time.perf_counter() - start:.0f} s")
        for label, code in MEASURED.items():
            wrapped = f"import time\nstart = time.perf_counter()\n{code}\nspent = time.perf_counter() - start\n{PEAK}"
            for _ in range(2):
                done = subprocess.run(
                    [sys.executable, "-c", wrapped], cwd=root, check=True, capture_output=True, text=True
                )
                rows, seconds, peak = done.stdout.splitlines()[-1].split()
                print(
                    f"{label:52s} {rows:>6s} rows {float(seconds):7.2f} s with imports, peak {float(peak):6.0f} MB"
                )


def build(root: Path, count: int) -> None:
    """A store of `count` runs, copies of four real ones."""
    words = ["world=classroom", f"days={DAYS}", "strategies=[siloed,wuhan]", "replicates=2", "lang=en"]
    real = root.parent / f"{root.name}-real"
    done = carry_out(read("compare", [*words, f"out={real}"], "en"))
    templates = [(row, _template(done.store, str(row["run_id"]))) for row in done.runs.to_dict("records")]
    store = Store(root)
    planned: list[dict[str, Any]] = []
    design = ["run_id,point,strategy,replicate,parameters.voice.base_hazard"]
    for folder in ("runs", "daily"):
        (root / folder).mkdir(parents=True)
    for number in range(count):
        row, daily = templates[number % len(templates)]
        run_id = hashlib.sha256(str(number).encode()).hexdigest()[:16]
        content = daily.replace(NAME.encode(), run_id.encode())
        files = {"daily": {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
        line = parquet_bytes(pd.DataFrame([row | {"run_id": run_id}]), {"files": json.dumps(files)})
        store.path("daily", run_id).write_bytes(content)
        store.path("runs", run_id).write_bytes(line)
        planned.append({"run_id": run_id, "strategy": row["strategy"], "replicate": number // 2})
        design.append(
            f"{run_id},{number // 200},{row['strategy']},{number // 2 % 100},{0.003 + number // 200 / 2000:g}"
        )
    settings = done.settings.model_copy(update={"out": root})
    manifest.save(root, manifest.begun(settings, planned))
    (root / "design.csv").write_text("\n".join(design) + "\n")
    store.collect()


def _template(store: Store, run_id: str) -> bytes:
    """The daily table of a run under `NAME`."""
    table = pq.ParquetFile(store.path("daily", run_id)).read()
    table = table.set_column(table.schema.get_field_index("run_id"), "run_id", pa.array([NAME] * len(table)))
    compression = {field.name: "none" if field.name == "run_id" else "zstd" for field in table.schema}
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, row_group_size=ROW_GROUP, store_schema=False, write_statistics=False, use_dictionary=["run_id"],
        use_byte_stream_split=[field.name for field in table.schema if pa.types.is_floating(field.type)],
        compression=compression, compression_level={name: LEVEL for name, kind in compression.items() if kind == "zstd"},
    )  # fmt: skip
    return sink.getvalue().to_pybytes()
