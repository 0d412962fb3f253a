"""The file system of a board as one image: littlefs, or the read-only ROMFS."""

from __future__ import annotations

FS_BLOCK, PICO_FS_BLOCKS = 4096, 352  # the stock rp2 build's file system on a 2 MiB Pico


def littlefs(files: dict[str, bytes], blocks: int = PICO_FS_BLOCKS) -> bytes:
    """A littlefs image (disk version 2.0, which every MicroPython mounts)."""
    from littlefs import LittleFS
    fs = LittleFS(block_size=FS_BLOCK, block_count=blocks, disk_version=0x00020000)
    for path, data in files.items():
        if "/" in path:
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        with fs.open(path, "wb") as f:
            f.write(data)
    return bytes(fs.context.buffer)


def romfs(files: dict[str, bytes]) -> bytes:
    """A ROMFS image, made by mpremote's own writer."""
    from mpremote.romfs import VfsRomWriter
    writer = VfsRomWriter()

    def add(folder: str) -> None:
        for name in sorted({p[len(folder):].split("/")[0] for p in files if p.startswith(folder)}):
            if folder + name in files:
                writer.mkfile(name, files[folder + name])
            else:
                writer.opendir(name)
                add(folder + name + "/")
                writer.closedir()
    add("")
    return writer.finalise()
