"""The steps of a run on Apache Spark: `twinfunnel map`, `deal` and `fold` in tasks, `ledger` and
`merge` at the driver.

Spark moves file names and bytes, and runs again what was lost; it looks into none of them. Two ways
for the rows between the stages:

    --shared DIR    a folder that every machine sees: Spark moves paths alone (cheapest)
    (none)          Spark's own shuffle, by ranges of partitions

and two ways to ask for tasks: datasets of a SparkContext (`engines.Classic`), or, where a cluster
offers Spark Connect alone, `mapInArrow` (`engines.Arrow`).
"""

import ctypes
import heapq
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

CHUNK = 1 << 20
# What trying again does not mend: usage, data, inputs, spec.
FINAL = {64, 65, 66, 78}
MARK = "twinfunnel-exit:"
PREFIX = "twinfunnel-"


class StepFailed(Exception):
    """A step of the binary that failed, with what it said."""

    def __init__(self, code, text):
        super().__init__(f"{MARK}{code}:{text}")
        self.code, self.text = code, text

    def __reduce__(self):
        return StepFailed, (self.code, self.text)


def die_with_parent():
    """A task that Spark kills must not leave its binary behind."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (AttributeError, OSError):
        pass


def step(binary, *arguments):
    try:
        result = subprocess.run(
            [binary, *map(str, arguments), "--progress", "none"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=die_with_parent,
            check=False)
    except OSError as error:
        raise StepFailed(
            70, f"twinfunnel: cannot start {binary}: {error.strerror}\n") from None
    if result.returncode:
        raise StepFailed(
            result.returncode, result.stderr.decode(errors="replace")
            or f"twinfunnel: {arguments[0]} ended with {result.returncode}\n")


def pack(files, task_bytes):
    """Whole files into tasks of about so many bytes, all of about the same size: gzip does not split,
    and the longest task is waited for. The largest first, each to the smallest task."""
    count = -(-sum(size for _, size in files) // task_bytes) or 1
    tasks = [(0, number, []) for number in range(min(count, len(files)))]
    for path, size in sorted(files, key=lambda file: (-file[1], file[0])):
        filled, number, paths = heapq.heappop(tasks)
        paths.append(path)
        heapq.heappush(tasks, (filled + size, number, paths))
    return [sorted(paths) for _, _, paths in sorted(tasks, key=lambda task: task[1])]


class Plan:
    """What every task gets: all of it decided once, by the driver."""

    def __init__(self, spec, flags, map_flags, partitions, buckets, shared=None, common=()):
        self.spec, self.flags, self.map_flags = spec, flags, map_flags
        self.partitions, self.buckets = partitions, buckets
        self.shared, self.common = shared, list(common)

        # Of the file that was shipped.
        self.name = "twinfunnel"

    def binary(self):
        from pyspark import SparkFiles
        path = SparkFiles.get(self.name)
        if not os.access(path, os.X_OK) and os.path.exists(path):
            # Spark Connect ships a file's bytes alone.
            os.chmod(path, 0o755)
        return path

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


def scratch_folder():
    """Where Spark itself keeps what goes with the application, whoever is killed."""
    places = [place for place in os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
              if os.path.isdir(place)]
    return tempfile.TemporaryDirectory(
        prefix=PREFIX, dir=random.choice(places) if places else None, ignore_cleanup_errors=True)


def slices(schemas, plan):
    """(bucket, offset, length) of all rows of a part, in the order of the file."""
    offset = 0
    for schema in schemas:
        for export in schema:
            for lengths in export["lengths"]:
                for bucket in range(plan.buckets):
                    first, end = plan.range(bucket)
                    size = sum(lengths[first:end])
                    if size:
                        yield bucket, offset, size
                    offset += size


def pieces(path, name, schemas, plan):
    """The rows of a folder as records of buckets, of at most a chunk each."""
    with open(path, "rb") as rows:
        for bucket, offset, size in slices(schemas, plan):
            rows.seek(offset)
            while size:
                piece = rows.read(min(CHUNK, size))
                if not piece:
                    raise StepFailed(73, f"twinfunnel: {path} ends too early\n")
                yield bucket, ("rows", name, offset, piece)
                offset += len(piece)
                size -= len(piece)


def told_to_driver(plan, error):
    """A failure that trying again does not mend is a record; others are Spark's to try again."""
    if error.code not in FINAL:
        raise error
    return plan.buckets, ("error", error.code, error.text)


def map_task(plan, number, inputs):
    """One map task. Yields (bucket, record); what is no rows goes to the last bucket."""
    last = plan.buckets
    with scratch_folder() as scratch:
        name = f"part-{number:06d}"
        folder = Path(plan.shared or scratch) / name
        try:
            # One thread and no haste: a task that is run again leaves the same bytes.
            step(plan.binary(), "map", plan.spec_file(scratch), *inputs, *plan.common,
                 "--segments", folder, "--partitions", plan.partitions, "--threads", 1,
                 "--scratch", scratch, *plan.map_flags, *plan.flags)
        except StepFailed as error:
            yield told_to_driver(plan, error)
            return
        part = (folder / "part.json").read_bytes()
        told = json.loads(part.splitlines()[0])
        links = folder / "links.twl"
        if not plan.shared:
            yield from pieces(folder / "rows.twr", name, told["schemas"], plan)
            if links.exists():
                with open(links, "rb") as file:
                    offset = 0
                    while piece := file.read(CHUNK):
                        yield last, ("links", name, offset, piece)
                        offset += len(piece)
        yield last, ("part", name, part, (folder / "ledger.json").read_bytes(),
                     (folder / "rows.twr").stat().st_size, bool(told["links"]))


class Folders:
    """The folders of the tasks before, as a task of a bucket sees them."""

    def __init__(self, plan, told, scratch):
        self.plan, self.told, self.scratch = plan, told, Path(scratch)
        self.open_name, self.file = None, None
        if plan.shared:
            return
        for name, text, size, links in told["parts"]:
            folder = self.scratch / name
            folder.mkdir()
            (folder / ("dealt.json" if name.startswith("dealt") else "part.json")).write_bytes(text)
            if links:
                (folder / "links.twl").write_bytes(links)
            with open(folder / "rows.twr", "wb") as rows:
                # Only the rows of these partitions are written; what is not read costs nothing.
                rows.truncate(size)

    def paths(self):
        return [Path(self.plan.shared or self.scratch) / name for name, *_ in self.told["parts"]]

    def put(self, record):
        _, name, offset, piece = record
        if self.open_name != name:
            self.close()
            self.open_name = name
            self.file = open(self.scratch / name / "rows.twr", "r+b")
        self.file.seek(offset)
        self.file.write(piece)

    def close(self):
        if self.file:
            self.file.close()
        self.open_name, self.file = None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def deal_task(plan, bucket, records, told):
    """One deal task: rows that belong elsewhere by now to their buckets; those that do not stay."""
    with scratch_folder() as scratch:
        with Folders(plan, told, scratch) as folders:
            for record in records:
                folders.put(record)
                # Both go to the fold stage together.
                yield bucket, record
        (Path(scratch) / "ledger").write_bytes(told["ledger"])
        name = f"dealt-{bucket:06d}"
        folder = Path(plan.shared or scratch) / name
        try:
            step(plan.binary(), "deal", plan.spec_file(scratch), "--ledger",
                 Path(scratch) / "ledger", "--partitions", plan.share(bucket), "--out", folder,
                 "--threads", 1, "--scratch", scratch, *plan.flags, "--segments",
                 *folders.paths())
        except StepFailed as error:
            yield told_to_driver(plan, error)
            return
        text = (folder / "dealt.json").read_bytes()
        if not plan.shared:
            schemas = [schema["exports"] for schema in json.loads(text.splitlines()[0])["schemas"]]
            yield from pieces(folder / "rows.twr", name, schemas, plan)
        yield plan.buckets, ("dealt", name, text, (folder / "rows.twr").stat().st_size)


def fold_task(plan, bucket, records, told):
    """One fold task. Yields (bucket, bytes of its state), in order."""
    with scratch_folder() as scratch:
        with Folders(plan, told, scratch) as folders:
            for record in records:
                folders.put(record)
        (Path(scratch) / "ledger").write_bytes(told["ledger"])
        state = Path(scratch) / "state"
        try:
            step(plan.binary(), "fold", plan.spec_file(scratch), "--ledger",
                 Path(scratch) / "ledger", "--partitions", plan.share(bucket), "--state", state,
                 "--threads", 1, "--scratch", scratch, *plan.flags, "--segments",
                 *folders.paths())
        except StepFailed as error:
            yield bucket, told_to_driver(plan, error)[1]
            return
        offset = 0
        with open(state, "rb") as file:
            while piece := file.read(CHUNK):
                yield bucket, ("state", offset, piece)
                offset += len(piece)


def driven(records):
    """What tasks told the driver, but for failures."""
    for record in records:
        if record[0] == "error":
            raise StepFailed(record[1], record[2])
    return records


def run(engine, plan, tasks, binary, out, ledger_flags, publishing):
    """The whole run; `tasks`: lists of inputs. Raises StepFailed with what the binary said.

    Returns the exit code of `merge`.
    """
    work = Path(tempfile.mkdtemp(prefix=PREFIX))
    spec = plan.spec[0]
    if plan.shared:
        # Of this run alone, gone when it ends.
        plan.shared = str(
            Path(plan.shared) / f"{PREFIX}{os.getpid()}-{random.getrandbits(32):08x}")
        os.makedirs(plan.shared)
    try:
        mapped = engine.spread(list(enumerate(tasks)), plan.buckets + 1,
                               lambda own: map_task(plan, *own))
        records = driven(engine.bucket(mapped, plan.buckets))
        parts = sorted((record for record in records if record[0] == "part"),
                       key=lambda record: record[1])
        links = {}
        for record in sorted(r[1:] for r in records if r[0] == "links"):
            links[record[0]] = links.get(record[0], b"") + record[2]
        ledgers = []
        for _, name, _, ledger, *_ in parts:
            (work / name).write_bytes(ledger)
            ledgers.append(work / name)
        # By the name that it has here: run.json tells it.
        step(binary, "ledger", spec, *ledgers, "--out", work / "ledger", *ledger_flags,
             *plan.flags)
        told = {"ledger": (work / "ledger").read_bytes(), "parts": [
            (name, b"" if plan.shared else text, size, links.get(name))
            for _, name, text, _, size, _ in parts]}
        stage = mapped
        if any(part[5] for part in parts):
            first = engine.hand_out(told)
            stage = engine.again(
                mapped, plan.buckets + 1, lambda bucket, own: deal_task(
                    plan, bucket, own, first()) if bucket < plan.buckets else ())
            dealt = sorted(driven(engine.bucket(stage, plan.buckets)))
            told["parts"] += [(name, b"" if plan.shared else text, size, None)
                              for _, name, text, size in dealt]
        second = engine.hand_out(told)
        states = []
        for bucket, record in engine.last(
                stage, lambda bucket, own: fold_task(plan, bucket, own, second())
                if bucket < plan.buckets else ()):
            driven([record])
            path = work / f"state-{bucket}"
            if path not in states:
                states.append(path)
                path.touch()
            with open(path, "r+b") as file:
                file.seek(record[1])
                file.write(record[2])
        result = subprocess.run(
            [binary, "merge", spec, "--ledger", work / "ledger", "--out", out, *publishing,
             *plan.flags, "--states", *states], stdin=subprocess.DEVNULL, check=False)
        return result.returncode
    finally:
        engine.stop()
        shutil.rmtree(work, ignore_errors=True)
        # A twin of a task may write for a moment still.
        for _ in range(20):
            if not plan.shared or not os.path.exists(plan.shared):
                break
            shutil.rmtree(plan.shared, ignore_errors=True)
            time.sleep(0.1 if os.path.exists(plan.shared) else 0)


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
