"""Sentences about who lives the runs, English and Chinese."""

from __future__ import annotations

from typing import Final

ENGINES: Final[dict[str, tuple[str, str]]] = {
    "unit_seconds": ("seconds", "秒"),
    "fault_no_scheduler": ("engine=dask: which scheduler? give its address, such as engine.scheduler=tcp://host:8786",
        "engine=dask：须指明调度器地址，例如 engine.scheduler=tcp://host:8786"),
    "fault_scheduler_alone": ("engine.scheduler={value}: only with engine=dask", "engine.scheduler={value}：仅用于 engine=dask"),
    "fault_bad_address": ("engine.scheduler={value}: an address is needed, tcp://HOST:PORT or tls://HOST:PORT",
        "engine.scheduler={value}：须为地址，写作 tcp://主机:端口 或 tls://主机:端口"),
    "fault_one_for_all": ("{key}: one value for all jobs of a multirun is needed", "{key}：multirun 的各任务只能用同一个值"),
    "engine_unreachable": ("engine.scheduler={address}: no dask scheduler answers within {seconds} s ({reason}); is it running, is the address right? engine.timeout=… waits longer",
        "engine.scheduler={address}：{seconds} 秒内没有 dask 调度器应答（{reason}）；请确认其已启动且地址正确，或用 engine.timeout=… 延长等待"),
    "engine_no_workers": ("engine.scheduler={address}: the scheduler has no worker after {seconds} s; start some with `dask worker {address} --nthreads 1`, "
        "or wait longer with engine.timeout=…",
        "engine.scheduler={address}：{seconds} 秒内调度器没有工作进程；请用 `dask worker {address} --nthreads 1` 启动，或用 engine.timeout=… 延长等待"),
    "engine_mute_worker": ("worker {worker}: cannot import this program ({reason}); install the same version there",
        "工作进程 {worker}：无法导入本程序（{reason}）；请在该处安装同一版本"),
    "engine_other_model": ("worker {worker}: has model version {found}, this is {own}; results of two models are never mixed: install the same version there and restart it",
        "工作进程 {worker}：模型版本为 {found}，此处为 {own}；两种模型的结果不可混合：请在该处安装同一版本并重启"),
    "engine_other_packages": ("worker {worker}: has other packages than here: {differences}; install the same there and restart it",
        "工作进程 {worker}：软件包与此处不同：{differences}；请在该处安装相同版本并重启"),
    "engine_difference": ("{name} {found} (here {own})", "{name} {found}（此处 {own}）"),
    "engine_none": ("none", "无"),
    "engine_blind_worker": ("worker {worker}: does not see the folder {out} as this program does ({reason}); choose a folder on a file system that all share with out=…",
        "工作进程 {worker}：看不到与本程序相同的目录 {out}（{reason}）；请用 out=… 选择共享文件系统上的目录"),
    "engine_folder_absent": ("what was written here is not there", "此处写入的内容在那里不存在"),
    "engine_folder_mute": ("what it writes does not arrive here", "其写入的内容未到达此处"),
    "future_never": (
        "xietong: nothing of future={future} comes to pass: it begins on day {first}, and the last day is that before days={days}",
        "xietong：future={future} 的任何变化都不会发生：它始于第{first}天，而模拟只到 days={days}",
    ),
    "engine_lost": ("the connection to the scheduler {address} is lost; finished runs are kept, the same command goes on from here",
        "与调度器 {address} 的连接中断；已完成的运行均已保留，再次运行同一命令即可接续"),
    "stopped_failing": ("stopped at the first failure, as fail_fast=true asks: {told}", "已按 fail_fast=true 在首次失败时停止：{told}"),
}  # fmt: skip
