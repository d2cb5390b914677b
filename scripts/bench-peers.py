"""The three reports of the benchmark in a peer's SQL: bench-peers.py PEER THREADS FILES...

With --table PATH --rounds N the log becomes a table on disk first, sorted by user and time, and only
the questions are timed, each round of them by itself.
"""

import json
import sys
import time


def answered(load, ask, rounds):
    """Loads, and asks so many times; with `rounds` the seconds come along."""
    began = time.perf_counter()
    load()
    loaded = time.perf_counter()
    seconds = []
    for _ in range(rounds or 1):
        began_round = time.perf_counter()
        answer = ask()
        seconds.append(time.perf_counter() - began_round)
    if rounds:
        answer["load_seconds"] = loaded - began
        answer["seconds"] = seconds
    print(json.dumps(answer))


def shaped(daily, retention, funnel):
    """One shape for every engine: what scripts/bench compares."""
    return {
        "daily": {str(day): [int(events), int(active), int(new)]
                  for day, events, active, new in daily},
        "retention": {f"{cohort}+{int(period)}": int(returned)
                      for cohort, period, returned in retention if int(returned)},
        "funnel": [int(count) for count in funnel],
    }


def is_csv(files):
    return files[0].endswith(".csv.gz")


def duckdb(threads, files, table=None, rounds=0):
    import duckdb as engine
    db = engine.connect(table or ":memory:")
    answered(lambda: load_duckdb(db, threads, files, table), lambda: ask_duckdb(db), rounds)


def load_duckdb(db, threads, files, table):
    db.execute(f"set threads = {threads}")
    db.execute("set timezone = 'UTC'")
    # The columns are named, so that nothing is guessed and nothing else is materialised.
    columns = {"userId": "VARCHAR", "event": "VARCHAR", "timestamp": "TIMESTAMP"}
    reader = "read_json(?, format = 'newline_delimited', compression = 'gzip', columns = "
    if is_csv(files):
        columns = {"timestamp": "TIMESTAMP", "userId": "VARCHAR", "event": "VARCHAR",
                   "messageId": "VARCHAR"}
        reader = "read_csv(?, header = true, compression = 'gzip', columns = "
    db.execute(f"""
        create {"" if table else "temp"} table log as
        select "userId" as u, event as e, "timestamp" as t from {reader}{columns})
        {"order by u, t" if table else ""}
        """, [files])
    if table:
        db.execute("checkpoint")


def ask_duckdb(db):
    daily = db.execute("""
        with first as (select u, min(t)::date as day from log group by u),
             days as (select t::date as day, count(*) as events, count(distinct u) as active
                      from log group by 1),
             joined as (select day, count(*) as new from first group by 1)
        select days.day, events, active, coalesce(new, 0) from days left join joined using (day)
        """).fetchall()
    retention = db.execute("""
        with first as (select u, date_trunc('week', min(t)) as cohort from log group by u),
             active as (select distinct u, date_trunc('week', t) as week from log)
        select cohort::date, (date_diff('day', cohort, week) / 7)::int as period, count(*)
        from active join first using (u) group by 1, 2 having period <= 8
        """).fetchall()
    # The latest entry that can still reach each step wins; an exact search over all entries.
    funnel = db.execute("""
        with s as (select u, e, t, case when e = 'view_item' then t end as a from log
                   where e in ('view_item', 'add_to_cart', 'begin_checkout', 'purchase')),
             s1 as (select *, max(a) over w as last1 from s
                    window w as (partition by u order by t range unbounded preceding)),
             s2 as (select *, case when e = 'add_to_cart' and t - last1 <= interval 7 day
                    then last1 end as b from s1),
             s3 as (select *, max(b) over w as last2 from s2
                    window w as (partition by u order by t range unbounded preceding)),
             s4 as (select *, case when e = 'begin_checkout' and t - last2 <= interval 7 day
                    then last2 end as c from s3),
             s5 as (select *, max(c) over w as last3 from s4
                    window w as (partition by u order by t range unbounded preceding)),
             s6 as (select *, case when e = 'purchase' and t - last3 <= interval 7 day
                    then last3 end as d from s5)
        select count(distinct u) filter (a is not null), count(distinct u) filter (b is not null),
               count(distinct u) filter (c is not null), count(distinct u) filter (d is not null)
        from s6
        """).fetchone()
    return shaped(daily, retention, funnel)


def clickhouse(threads, files, table=None, rounds=0):
    from chdb import session
    db = session.Session(table) if table else session.Session()
    answered(lambda: load_clickhouse(db, threads, files, table), lambda: ask_clickhouse(db), rounds)


def load_clickhouse(db, threads, files, table):
    db.query(f"set max_threads = {threads}")
    # Alternatives stand behind the folder: a pattern that begins with them would match nothing.
    folder, _, _ = files[0].rpartition("/")
    names = ",".join(path.rpartition("/")[2] for path in files)
    paths = f"{folder}/{{{names}}}" if len(files) > 1 else files[0]
    db.query("create database bench engine = Atomic")
    engine = "MergeTree order by (u, t)" if table else "Memory"
    db.query(f"""
        create table bench.log engine = {engine} as
        select userId as u, event as e, timestamp as t
        from file('{paths}', '{"CSVWithNames" if is_csv(files) else "JSONEachRow"}',
                  'userId String, event LowCardinality(String), timestamp DateTime64(3, ''UTC'')')
        settings input_format_skip_unknown_fields = 1, date_time_input_format = 'best_effort',
                 max_threads = {threads}
        """)
    if table:
        db.query("optimize table bench.log final")


def ask_clickhouse(db):
    def rows(sql):
        text = str(db.query(sql, "TSV"))
        return [line.split("\t") for line in text.splitlines()]
    daily = rows("""
        with first as (select u, toDate(min(t)) as day from bench.log group by u),
             joined as (select day, count() as new from first group by day)
        select days.day, events, active, new from
            (select toDate(t) as day, count() as events, uniqExact(u) as active
             from bench.log group by day) as days
        left join joined using (day)
        """)
    retention = rows("""
        with first as (select u, toStartOfWeek(min(t), 1) as cohort from bench.log group by u),
             active as (select distinct u, toStartOfWeek(t, 1) as week from bench.log)
        select cohort, intDiv(dateDiff('day', cohort, week), 7) as period, count()
        from active join first using (u) group by cohort, period having period <= 8
        """)
    levels = rows(f"""
        select level, count() from
            (select u, windowFunnel({7 * 86_400_000})(toUInt64(toUnixTimestamp64Milli(t)),
                e = 'view_item', e = 'add_to_cart', e = 'begin_checkout', e = 'purchase') as level
             from bench.log group by u)
        group by level
        """)
    counts = {int(level): int(count) for level, count in levels}
    return shaped(daily, retention, [sum(counts.get(k, 0) for k in range(n, 5)) for n in range(1, 5)])


def main():
    peer, threads, *rest = sys.argv[1:]
    table, rounds = None, 0
    if rest[0] == "--table":
        table, rounds, rest = rest[1], int(rest[3]), rest[4:]
    {"duckdb": duckdb, "clickhouse": clickhouse}[peer](int(threads), rest, table, rounds)


if __name__ == "__main__":
    main()
