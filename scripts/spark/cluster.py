"""A Spark cluster on this machine: a master and two workers, each with an address of its own, so that
Spark sees two hosts; and what runs below it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

WORKERS = ["127.0.0.2", "127.0.0.3"]


def free_port(address="127.0.0.1"):
    with socket.socket() as taken:
        taken.bind((address, 0))
        return taken.getsockname()[1]


def spark_home():
    import pyspark
    return Path(pyspark.__file__).parent


class Cluster:
    """Lives until `stop`; all that it writes is below a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.temporary = self.folder / "tmp"
        self.local = self.folder / "local"
        self.events = self.folder / "events"
        for path in [self.temporary, self.local, self.events]:
            path.mkdir(parents=True)
        self.environment = dict(
            os.environ, SPARK_HOME=str(spark_home()), PYSPARK_PYTHON=sys.executable,
            TMPDIR=str(self.temporary), SPARK_LOCAL_DIRS=str(self.local),
            SPARK_MASTER_OPTS="-Dspark.deploy.maxExecutorRetries=-1",
            SPARK_WORKER_OPTS="-Dspark.worker.cleanup.enabled=true")
        self.processes = []
        port, page = free_port(), free_port()
        self.master = f"spark://127.0.0.1:{port}"
        self.launch("master", "127.0.0.1", "spark-class", "org.apache.spark.deploy.master.Master",
                    "--host", "127.0.0.1", "--port", port, "--webui-port", page)
        self.await_port("127.0.0.1", port)
        for number, host in enumerate(WORKERS):
            self.launch(f"worker{number}", host, "spark-class",
                        "org.apache.spark.deploy.worker.Worker", "--host", host, "--cores", 1,
                        "--memory", "1g", "--webui-port", free_port(host), "--work-dir",
                        self.folder / f"work{number}", self.master)
        self.await_line("master", "Registering worker", len(WORKERS))

    def log(self, name):
        return self.folder / f"{name}.log"

    def launch(self, name, host, program, *arguments):
        with open(self.log(name), "wb") as log:
            process = subprocess.Popen(
                [spark_home() / "bin" / program, *map(str, arguments)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=os.setpgrp,
                env=dict(self.environment, SPARK_LOCAL_IP=host))
        self.processes.append(process)
        return process

    def await_port(self, host, port, seconds=120):
        end = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection((host, port), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def await_line(self, name, text, count, seconds=120):
        end = time.monotonic() + seconds
        while self.log(name).read_text(errors="replace").count(text) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{name}: {self.log(name).read_text()[-2000:]}")
            time.sleep(0.1)

    def connect(self, settings):
        """Starts a server of Spark Connect on the cluster. Returns its address and its process."""
        port = free_port()
        flags = [flag for setting in settings for flag in ("--conf", setting)]
        process = self.launch(
            "connect", "127.0.0.1", "spark-submit", "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", self.master,
            "--conf", f"spark.connect.grpc.binding.port={port}", *flags, "spark-internal")
        self.await_port("127.0.0.1", port)
        return f"sc://127.0.0.1:{port}", process

    def end(self, process):
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, signal_number)
            except ProcessLookupError:
                break
            try:
                process.wait(15)
                break
            except subprocess.TimeoutExpired:
                pass
        self.processes.remove(process)

    def stop(self):
        for process in list(reversed(self.processes)):
            self.end(process)

    def below(self):
        """Processes of the cluster: by id, the parent's id and the words of the command."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            parents[int(entry.name)] = (int(stat.rpartition(")")[2].split()[1]), words)
        ours = {process.pid for process in self.processes}

        def is_ours(number):
            while number in parents and number not in ours:
                number = parents[number][0]
            return number in ours

        return {number: found for number, found in parents.items() if is_ours(number)}
