"""A PostgreSQL server of the tests' own: real, with fsync, gone when the tests are over.

Nearly every test takes a database of its own, a thousand small files: on a disk that costs more than the test. Tests
therefore keep theirs in memory where the system offers it (`in_memory`). That changes no answer: a process that is
killed leaves its files behind in either place. What is measured is measured on the disk.

It listens on a Unix socket and on a loopback port. The schema belongs to `OWNER`; the application signs in as
`APPLICATION`, which owns nothing, so that row-level security and the triggers hold in every test.
"""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema

OWNER = "jiedao_owner"
APPLICATION = "jiedao_app"
_TEMPLATE = "jiedao_template"
_START_SECONDS = 30.0
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own in it
_ENOUGH_MEMORY = 4 << 30


@dataclass(frozen=True)
class Database:
    """One database: the address that the application uses, and the one of its owner (the same on SQLite)."""

    url: str
    owner_url: str

    @property
    def engine(self) -> str:
        """sqlite or postgresql."""
        return self.url.partition(":")[0].partition("+")[0]


def binaries() -> Path | None:
    """Where initdb and postgres are, or None where PostgreSQL is not installed."""
    candidates = []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(asked.stdout.strip()))
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    return next((folder for folder in candidates if _has_all(folder)), None)


def _has_all(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


def in_memory() -> Path | None:
    """Where files are kept in memory, when there is room for the servers of some workers (4 GB)."""
    if os.access(_SHARED_MEMORY, os.W_OK) and shutil.disk_usage(_SHARED_MEMORY).free >= _ENOUGH_MEMORY:
        return _SHARED_MEMORY
    return None


class PostgresServer:
    """The server process and the databases in it; `parent` is where its folder is made."""

    def __init__(self, binaries: Path, parent: Path | None = None) -> None:
        self._binaries = binaries
        self._user = _unprivileged()
        # Not pytest's folder: another user has to reach it, and a socket's path must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="jiedao-pg-", dir=parent))
        self._password = secrets.token_hex(16)
        self._numbers = itertools.count(1)
        try:
            self._initialise()
            self.port = _free_port()
            self._process = self._start()
            self._prepare()
        except BaseException:
            self.stop()
            raise

    def create(self) -> Database:
        """A new database with the schema in it."""
        name = f"jiedao_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} OWNER {OWNER}")
        return Database(self.url(name, APPLICATION), self.url(name, OWNER))

    def drop(self, database: Database) -> None:
        """Remove a database, whoever is still connected."""
        name = database.url.partition("?")[0].rpartition("/")[2]
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, database: str, role: str) -> str:
        """The address of a database for a role, over the Unix socket."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}&port={self.port}"

    def loopback_url(self, database: str, role: str) -> str:
        """The same over TCP on loopback, with the password."""
        return f"postgresql+psycopg://{role}:{self._password}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Stop at once; nothing in it is needed any more."""
        process: subprocess.Popen[bytes] | None = getattr(self, "_process", None)
        if process is not None:
            _end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        password = self.folder / "password"
        password.write_text(self._password)
        if os.geteuid() == 0:
            for path in (self.folder, password):
                shutil.chown(path, self._user)
        self._run(
            "initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres", "--auth-local=trust",
            "--auth-host=scram-sha-256", f"--pwfile={password}", f"--pgdata={self.folder / 'data'}",
        )  # fmt: skip

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {
            "unix_socket_directories": str(self.folder),
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "max_connections": "200",
            "fsync": "on",
            "synchronous_commit": "on",
            "logging_collector": "off",
            **({"max_wal_size": "256MB"} if self.folder.parent == _SHARED_MEMORY else {}),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data"), *options]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self._as_user())

    def _prepare(self) -> None:
        self._wait()
        for role in (OWNER, APPLICATION):
            self._administer(f"CREATE ROLE {role} LOGIN PASSWORD '{self._password}'")
        self._administer(f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}")
        engine = open_engine(self.url(_TEMPLATE, OWNER))
        create_schema(engine, role=APPLICATION)
        engine.dispose()

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._administer("SELECT 1")
            except Exception:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)

    def _administer(self, statement: str) -> None:
        engine = create_engine(self.url("postgres", "postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._binaries / program), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as_user())

    def _as_user(self) -> dict[str, object]:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam(self._user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _unprivileged() -> str:
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
