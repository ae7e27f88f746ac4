"""PostgreSQL over TLS by psycopg, whose libpq has an OpenSSL of its own. services.mjs starts the server, sets PG*."""

from __future__ import annotations

import asyncio
import threading

import psycopg
import pytest
from psycopg import pq


def test_verifies_the_certificate_and_encrypts() -> None:
    with psycopg.connect() as connection:
        row = connection.execute("SELECT ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert row is not None
        assert row[0] is True
        assert row[1] == "TLSv1.3"
        assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize("settings", [{"sslrootcert": "/dev/null"}, {"sslmode": "disable"}, {"host": "elsewhere"}])
def test_refuses_what_is_not_trusted(settings: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**settings)  # pyright: ignore[reportArgumentType]


def test_rows_both_ways() -> None:
    rows = [(n, f"naïve {n}", bytes([n % 256]) * n, n / 7) for n in range(500)]
    with psycopg.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE guests (id int, name text, data bytea, share float8)")
        cursor.executemany("INSERT INTO guests VALUES (%s, %s, %s, %s)", rows)
        assert cursor.execute("SELECT * FROM guests ORDER BY id").fetchall() == rows


def test_copies_many_records() -> None:
    data = b"x" * 8192
    with psycopg.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE blobs (data bytea)")
        with cursor.copy("COPY blobs FROM STDIN (FORMAT BINARY)") as copy:
            for _ in range(2000):
                copy.write_row((data,))
        assert cursor.execute("SELECT count(*), sum(length(data)) FROM blobs").fetchone() == (2000, 2000 * 8192)
        assert cursor.execute("SELECT string_agg(data, '') FROM blobs").fetchone() == (data * 2000,)


def test_errors_arrive_as_themselves() -> None:
    with psycopg.connect() as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM nowhere")


def test_asynchronous_connections_overlap() -> None:
    async def one(number: int) -> int:
        async with await psycopg.AsyncConnection.connect() as connection:
            row = await (await connection.execute("SELECT pg_sleep(0.05), %s::int", (number,))).fetchone()
            assert row is not None
            return row[1]

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one(number) for number in range(10)))

    assert asyncio.run(all_of_them()) == list(range(10))


def test_threads_have_connections_of_their_own() -> None:
    numbers: list[int] = []

    def work(number: int) -> None:
        with psycopg.connect() as connection:
            row = connection.execute("SELECT %s::int", (number,)).fetchone()
            assert row is not None
            numbers.append(row[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(8))


def test_uses_the_compiled_libpq() -> None:
    assert pq.__impl__ == "binary"
