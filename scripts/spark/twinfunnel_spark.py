"""The steps of a run on Apache Spark: `twinfunnel map` and `fold` in tasks, `ledger` and `merge` here.

Spark moves file names and bytes, and runs again what was lost; it looks into none of them. Two ways
for the rows between the two stages:

    --shared DIR    a folder that every machine sees: Spark moves paths alone (cheapest)
    (none)          Spark's own shuffle, by ranges of partitions
"""

import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

CHUNK = 1 << 20
# What trying again does not mend: usage, data, inputs, spec.
FINAL = {64, 65, 66, 78}
MARK = "twinfunnel-exit:"


class StepFailed(Exception):
    """A step of the binary that failed, with what it said."""

    def __init__(self, code, text):
        super().__init__(f"{MARK}{code}:{text}")
        self.code, self.text = code, text


def die_with_parent():
    """A task that Spark kills must not leave its binary behind."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (AttributeError, OSError):
        pass


def step(binary, *arguments):
    result = subprocess.run(
        [binary, *map(str, arguments), "--progress", "none"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=die_with_parent, check=False)
    if result.returncode:
        raise StepFailed(result.returncode, result.stderr.decode(errors="replace"))


def pack(files, task_bytes):
    """Whole files into tasks of about so many bytes, the largest first: gzip does not split."""
    tasks = []
    for path, size in sorted(files, key=lambda file: (-file[1], file[0])):
        fit = next((task for task in tasks if task[0] + size <= task_bytes), None)
        if fit is None:
            tasks.append(fit := [0, []])
        fit[0] += size
        fit[1].append(path)
    return [sorted(paths) for _, paths in tasks]


class Plan:
    """What every task gets: all of it decided once, by the driver."""

    def __init__(self, spec, flags, partitions, buckets, shared=None, binary=None):
        self.spec, self.flags, self.partitions = spec, flags, partitions
        self.buckets, self.shared, self.local_binary = buckets, shared, binary

    def binary(self):
        if self.local_binary:
            return self.local_binary
        from pyspark import SparkFiles
        return SparkFiles.get("twinfunnel")

    def range(self, bucket):
        """First partition of a bucket, and the one after its last."""
        return (bucket * self.partitions // self.buckets,
                (bucket + 1) * self.partitions // self.buckets)

    def share(self, bucket):
        first, end = self.range(bucket)
        return f"{first}-{end - 1}/{self.partitions}"

    def spec_file(self, folder):
        path = Path(folder) / Path(self.spec[0]).name
        path.write_bytes(self.spec[1])
        return path


def slices(part, plan):
    """(bucket, offset, length) of all rows of a part, in the order of the file."""
    offset = 0
    for schema in part["schemas"]:
        for worker in schema:
            for lengths in worker["lengths"]:
                for bucket in range(plan.buckets):
                    first, end = plan.range(bucket)
                    size = sum(lengths[first:end])
                    if size:
                        yield bucket, offset, size
                    offset += size


def map_task(plan, number, inputs):
    """One map task. Yields (bucket, (part, offset, bytes)); what is no rows goes to the last bucket."""
    last = plan.buckets
    with tempfile.TemporaryDirectory(prefix="twinfunnel-map-") as scratch:
        name = f"part-{number:06d}"
        folder = Path(plan.shared or scratch) / name
        try:
            # One thread and no haste: a task that is run again leaves the same bytes.
            step(plan.binary(), "map", plan.spec_file(scratch), *inputs, "--segments", folder,
                 "--partitions", plan.partitions, "--threads", 1, "--scratch", scratch, *plan.flags)
        except StepFailed as error:
            if error.code not in FINAL:
                raise
            yield last, ("error", error.code, error.text)
            return
        part = (folder / "part.json").read_bytes()
        if not plan.shared:
            with open(folder / "rows.twr", "rb") as rows:
                for bucket, offset, size in slices(json.loads(part.splitlines()[0]), plan):
                    rows.seek(offset)
                    while size:
                        piece = rows.read(min(CHUNK, size))
                        if not piece:
                            raise StepFailed(73, f"{folder}/rows.twr ends too early")
                        yield bucket, (name, offset, piece)
                        offset += len(piece)
                        size -= len(piece)
        yield last, ("part", name, part, (folder / "ledger.json").read_bytes(),
                     (folder / "rows.twr").stat().st_size)


def fold_task(plan, bucket, records, ledger, parts):
    """One fold task. Yields (bucket, bytes of its state), in order."""
    with tempfile.TemporaryDirectory(prefix="twinfunnel-fold-") as scratch:
        scratch = Path(scratch)
        folders = [Path(plan.shared or scratch) / name for name, *_ in parts]
        if not plan.shared:
            for folder, (_, part, size) in zip(folders, parts):
                folder.mkdir()
                (folder / "part.json").write_bytes(part)
                with open(folder / "rows.twr", "wb") as rows:
                    # Only the rows of these partitions are written; what is not read costs nothing.
                    rows.truncate(size)
            opened = (None, None)
            for _, (name, offset, piece) in records:
                if opened[0] != name:
                    if opened[1]:
                        opened[1].close()
                    opened = (name, open(scratch / name / "rows.twr", "r+b"))
                opened[1].seek(offset)
                opened[1].write(piece)
            if opened[1]:
                opened[1].close()
        (scratch / "ledger").write_bytes(ledger)
        state = scratch / "state"
        try:
            step(plan.binary(), "fold", plan.spec_file(scratch), "--ledger", scratch / "ledger",
                 "--partitions", plan.share(bucket), "--state", state, "--threads", 1,
                 "--scratch", scratch, "--segments", *folders)
        except StepFailed as error:
            if error.code not in FINAL:
                raise
            yield bucket, (error.code, error.text)
            return
        with open(state, "rb") as file:
            while piece := file.read(CHUNK):
                yield bucket, piece


def run(sc, plan, tasks, binary, out, observed_until, publishing):
    """The whole run; `tasks`: lists of inputs. Raises StepFailed with what the binary said."""
    from pyspark import StorageLevel
    work = Path(tempfile.mkdtemp(prefix="twinfunnel-driver-"))
    if plan.shared:
        # Of this run alone, gone when it ends.
        plan.shared = str(Path(plan.shared) / f"twinfunnel-{os.getpid()}-{random.getrandbits(32):08x}")
        os.makedirs(plan.shared)
    try:
        numbered = list(enumerate(tasks))
        mapped = (
            sc.parallelize(numbered, len(numbered))
            .mapPartitions(lambda own: (r for number, files in own
                                        for r in map_task(plan, number, files)))
            .partitionBy(plan.buckets + 1, lambda bucket: bucket))
        # The same dataset for both jobs: the map stage is run once, for all of its buckets.
        records = sc.runJob(mapped, lambda own: [record for _, record in own], [plan.buckets])
        for record in records:
            if record[0] == "error":
                raise StepFailed(record[1], record[2])
        records.sort(key=lambda record: record[1])
        ledgers = []
        for _, name, _, ledger, _ in records:
            (work / name).write_bytes(ledger)
            ledgers.append(work / name)
        # By the name that it has here: run.json tells it.
        spec = plan.spec[0]
        step(binary, "ledger", spec, *ledgers, "--out", work / "ledger",
             *(["--observed-until", observed_until] if observed_until else []))
        told = sc.broadcast(
            ((work / "ledger").read_bytes(),
             [(name, part if not plan.shared else b"", size) for _, name, part, _, size in records]))

        def fold(bucket, own):
            if bucket == plan.buckets:
                return iter(())
            ledger, parts = told.value
            return fold_task(plan, bucket, own, ledger, parts)

        folded = mapped.mapPartitionsWithIndex(fold).persist(StorageLevel.DISK_ONLY)
        folded.count()
        states = []
        for bucket, piece in folded.toLocalIterator():
            if isinstance(piece, tuple):
                raise StepFailed(*piece)
            path = work / f"state-{bucket}"
            if path not in states:
                states.append(path)
            with open(path, "ab") as file:
                file.write(piece)
        folded.unpersist()
        result = subprocess.run(
            [binary, "merge", spec, "--ledger", work / "ledger", "--out", out, *publishing,
             "--states", *states], stdin=subprocess.DEVNULL, check=False)
        return result.returncode
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if plan.shared:
            shutil.rmtree(plan.shared, ignore_errors=True)


def told(error):
    """What the binary said, and its exit code, behind an exception of Spark; None if it said nothing."""
    if isinstance(error, StepFailed):
        return error.code, error.text
    text = str(error)
    place = text.find(MARK)
    if place < 0:
        return None
    code, _, rest = text[place + len(MARK):].partition(":")
    lines = []
    for line in rest.splitlines():
        if not line.startswith("twinfunnel"):
            break
        lines.append(line)
    return (int(code) if code.lstrip("-").isdigit() else 70), "\n".join(lines) + "\n"
