"""What is told of result folders that cannot be read or must not be written, English and Chinese."""

from __future__ import annotations

from typing import Final

STORES: Final[dict[str, tuple[str, str]]] = {
    "store_is_file": ("out={root}: a file stands there; choose a folder", "out={root}：那里是一个文件；请指定文件夹"),
    "store_other_files": ("out={root}: the folder holds other files and no {manifest}; choose a new or an empty folder",
        "out={root}：文件夹中有其他文件而没有 {manifest}；请指定新的或空的文件夹"),
    "store_other_pages": ("out={root}: the folder holds other files ({first}); choose a new or an empty folder",
        "out={root}：文件夹中有其他文件（{first}）；请指定新的或空的文件夹"),
    "store_other_model": ("out={root}: results of model version {found} stand there, this is {own}; they are never mixed: choose another folder with out=…",
        "out={root}：其中是模型版本 {found} 的结果，当前版本为 {own}；两者绝不混用：请用 out=… 指定其他文件夹"),
    "store_not_written": ("out={root}: {reason}; choose another folder", "out={root}：{reason}；请指定其他文件夹"),
    "store_no_manifest": ("{root}: not a result folder of xietong: there is no {manifest}", "{root}：不是 xietong 的结果文件夹：没有 {manifest}"),
    "store_unreadable": ("{path}: cannot be read ({reason}); choose another folder", "{path}：无法读取（{reason}）；请指定其他文件夹"),
    "store_other_format": ("{path}: not a manifest of this program (format {format} is needed); choose another folder",
        "{path}：不是本程序的清单（须为格式 {format}）；请指定其他文件夹"),
    "store_damaged": ("{path}: damaged at `{where}`; choose another folder", "{path}：在 `{where}` 处损坏；请指定其他文件夹"),
    "store_broken_table": ("{path}: missing or broken; `xietong check store={root}` tells more", "{path}：缺失或损坏；`xietong check store={root}` 说明详情"),
    "store_first_fault": ("{root}: {first}, and other files may be; `xietong check store={root}` tells more",
        "{root}：{first}，其他文件或许也是；`xietong check store={root}` 说明详情"),
    "store_no_configuration": ("{root}: its configuration cannot be read ({reason})", "{root}：无法读取其配置（{reason}）"),
    "store_no_table": ("{path}: cannot be read as a table ({reason})", "{path}：无法作为表格读取（{reason}）"),
    "store_no_design": ("{path}: not the design of a sweep: no column {missing}", "{path}：不是扫描的设计表：缺少列 {missing}"),
    "model_edited": ("the model was edited while it ran ({own} is now {found}); start again with another out=…",
        "运行期间模型被修改（{own} 现为 {found}）；请换一个 out=… 重新开始"),
    "not_written": ("{path}: cannot be written: {reason}", "{path}：无法写入：{reason}"),
}  # fmt: skip
