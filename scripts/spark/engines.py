"""Two ways to ask Spark for the same three things: tasks whose records go to buckets, tasks that each
see one bucket, and what one bucket holds."""

import pickle
import random
import tempfile
from pathlib import Path


def own_number(bucket):
    return bucket


class Classic:
    """Datasets of a SparkContext, which lives in this process."""

    def __init__(self, context):
        self.context = context

    def ship(self, *files):
        for file in files:
            if file.endswith(".py"):
                self.context.addPyFile(file)
            else:
                self.context.addFile(file)

    @property
    def cores(self):
        return self.context.defaultParallelism

    def spread(self, items, buckets, work):
        """Items, each a task, to records of buckets."""
        return (
            self.context.parallelize(items, len(items))
            .mapPartitions(lambda own: (record for item in own for record in work(item)))
            .partitionBy(buckets, own_number))

    def again(self, dataset, buckets, work):
        """Buckets, each a task, to records of buckets."""
        return dataset.mapPartitionsWithIndex(
            lambda bucket, own: work(bucket, (record for _, record in own))
        ).partitionBy(buckets, own_number)

    def bucket(self, dataset, number):
        """The records of one bucket. The stage before it runs once, for all of its buckets."""
        return self.context.runJob(
            dataset, lambda own: [record for _, record in own], [number])

    def last(self, dataset, work):
        """Buckets, each a task, to records, which come one by one."""
        from pyspark import StorageLevel
        found = dataset.mapPartitionsWithIndex(
            lambda bucket, own: work(bucket, (record for _, record in own))
        ).persist(StorageLevel.DISK_ONLY)
        # All tasks at once, and each once; then they are fetched one after the other.
        found.count()
        yield from found.toLocalIterator()
        found.unpersist()

    def hand_out(self, value):
        """A value for all tasks: a function that they find it with."""
        sent = self.context.broadcast(value)
        return lambda: sent.value

    def stop(self):
        self.context.stop()


SCHEMA = "bucket int, record binary"


def batches(records):
    """Records of buckets as Arrow batches of a few MiB."""
    import pyarrow
    buckets, texts, size = [], [], 0

    def batch():
        return pyarrow.RecordBatch.from_arrays(
            [pyarrow.array(buckets, pyarrow.int32()), pyarrow.array(texts, pyarrow.binary())],
            names=["bucket", "record"])

    for bucket, record in records:
        buckets.append(bucket)
        texts.append(pickle.dumps(record))
        size += len(texts[-1])
        if size > 4 << 20:
            yield batch()
            buckets, texts, size = [], [], 0
    if texts:
        yield batch()


def loaded(own):
    for batch in own:
        for text in batch.column("record"):
            yield pickle.loads(text.as_py())


def of_bucket(work):
    """A task of one bucket, which is its partition's number."""
    def task(own):
        from pyspark import TaskContext
        return batches(work(TaskContext.get().partitionId(), loaded(own)))
    return task


class Arrow:
    """`mapInArrow`, for clusters that offer Spark Connect alone (Spark 4.1 and later)."""

    # A session of Spark Connect does not know how many there are.
    cores = 8

    def __init__(self, session):
        self.session = session
        # A bucket is a partition: nothing may join or split them.
        session.conf.set("spark.sql.adaptive.enabled", "false")
        self.work = tempfile.TemporaryDirectory(prefix="twinfunnel-")

    def ship(self, *files):
        for file in files:
            self.session.addArtifacts(
                file, **({"pyfile": True} if file.endswith(".py") else {"file": True}))

    def dealt(self, dataset, buckets):
        from pyspark import StorageLevel
        from pyspark.sql.functions import col
        # Kept: it is asked for one bucket first, then for all, and its tasks run once.
        return dataset.repartitionById(buckets, col("bucket")).persist(StorageLevel.DISK_ONLY)

    def spread(self, items, buckets, work):
        def task(own):
            numbers = [number.as_py() for batch in own for number in batch.column(0)]
            return batches(record for number in numbers for record in work(items[number]))
        return self.dealt(
            self.session.range(0, len(items), 1, len(items)).mapInArrow(task, SCHEMA), buckets)

    def again(self, dataset, buckets, work):
        return self.dealt(dataset.mapInArrow(of_bucket(work), SCHEMA), buckets)

    def bucket(self, dataset, number):
        from pyspark.sql.functions import col
        return [pickle.loads(bytes(row.record))
                for row in dataset.where(col("bucket") == number).collect()]

    def last(self, dataset, work):
        from pyspark import StorageLevel
        found = dataset.mapInArrow(of_bucket(work), SCHEMA).persist(StorageLevel.DISK_ONLY)
        found.count()
        for row in found.toLocalIterator():
            yield row.bucket, pickle.loads(bytes(row.record))
        found.unpersist()

    def hand_out(self, value):
        name = f"told-{random.getrandbits(64):016x}"
        path = Path(self.work.name) / name
        path.write_bytes(pickle.dumps(value))
        self.session.addArtifacts(str(path), file=True)

        def find():
            from pyspark import SparkFiles
            return pickle.loads(Path(SparkFiles.get(name)).read_bytes())
        return find

    def stop(self):
        if self.session:
            self.session.stop()
            self.work.cleanup()
        self.session = None
