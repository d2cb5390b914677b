"""What check-machines and spark/test have in common: logs, specs, and what is compared."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = "2027-01-01"
# What tells of the machine; all else is the same in one run and in steps.
TELLS_THE_MACHINE = ["wall_seconds", "cpu_seconds", "peak_memory_bytes", "started_at", "ended_at"]

IDENTITY = """
identity:
  anonymous_rows: next
"""

# By name: how logs are made, the spec, and what is added to it.
CASES = {
    "bench": (["--profile", "segment"], "bench", ""),
    "b2b": (["--profile", "b2b"], "b2b", ""),
    "b2c": (["--profile", "b2c"], "b2c", ""),
    "identity": (["--profile", "b2c"], "b2c", IDENTITY),
    "sources": (["--profile", "b2b", "--sources"], "b2b-sources", ""),
}


class Case:
    """Logs of a case in a folder, its spec, and the tables of one run."""

    def __init__(self, name, folder, binaries, events, files, seed=1, runs=True):
        flags, spec, added = CASES[name]
        self.name, self.folder = name, Path(folder)
        logs = self.folder / f"{name}-logs"
        subprocess.run(
            [binaries / "twinfunnel-generate", *flags, "--out", logs, "--events", str(events),
             "--files", str(files), "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
        self.spec = self.folder / f"{name}.yaml"
        self.spec.write_text((ROOT / f"fixtures/specs/{spec}.yaml").read_text() + added)
        found = sorted(path for path in logs.rglob("*") if path.is_file())
        # Every map task is given the files of `maps`.
        self.common = [path for path in found if path.parent.name == "map"]
        self.files = [path for path in found if path not in self.common]
        self.deals = name in ("identity", "sources")
        self.expected = None
        if runs:
            self.run(binaries / "twinfunnel")

    def run(self, binary, *flags):
        out = self.folder / f"{self.name}-whole"
        subprocess.run(
            [binary, "run", self.spec, *self.files, *self.common, "--out", out, "--now", NOW,
             "--quiet", *map(str, flags)], check=True)
        self.expected = published(out)

    def wrong(self, out):
        """Files that are not as one run has them."""
        found = published(out)
        return sorted(name for name in found.keys() | self.expected.keys()
                      if found.get(name) != self.expected.get(name))


def published(folder):
    files = {str(path.relative_to(folder)): path.read_bytes()
             for path in Path(folder).rglob("*") if path.is_file()}
    manifest = json.loads(files.pop("run.json"))
    for key in TELLS_THE_MACHINE:
        manifest.pop(key, None)
    return files | {"run.json": json.dumps(manifest).encode()}
