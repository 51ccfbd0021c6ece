"""`jiedao serve`: the counter and its interface over HTTP, with waitress."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao_cli.installation import opened, pass_home
from jiedao_cli.logs import log_format, log_to_error
from jiedao_cli.memory import limited, memory_option
from jiedao_cli.speech import say
from jiedao_cli.spoken import alone, option

if TYPE_CHECKING:
    from jiedao.house import House

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8150
_THREADS: Final = 8


@alone(
    Text(
        zh="开通窗口网页和接口。\n\n默认只在本机（127.0.0.1）可见；对外请放在带 TLS 的反向代理后面。",
        en="Serve the counter and its interface.\n\nBy default only this machine sees it (127.0.0.1); for others, put "
        "it behind a reverse proxy with TLS.",
    ),
    "serve",
)
@option("--host", default=LOOPBACK, show_default=True, says=Text(zh="监听地址", en="Address to listen on"))
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    says=Text(zh="监听端口，0 表示任选", en="Port to listen on; 0 takes a free one"),
)
@option(
    "--threads",
    type=click.IntRange(1, 256),
    default=_THREADS,
    show_default=True,
    says=Text(zh="同时处理的请求数", en="Requests served at a time"),
)
@option(
    "--workers-inside/--no-workers-inside",
    default=True,
    says=Text(
        zh="是否在本进程内了结未完成的操作；否则另行运行 jiedao worker",
        en="Finish open operations in this process; if not, run jiedao worker beside it",
    ),
)
@option(
    "--trusted-proxy",
    default=None,
    metavar="ADDRESS",
    says=Text(
        zh="反向代理的地址；只有它说的 X-Forwarded-Proto 和 X-Forwarded-For 才算数，别人的一律丢掉",
        en="Address of the reverse proxy: its X-Forwarded-Proto and X-Forwarded-For are believed, and nobody else's",
    ),
)
@log_format
@memory_option
@pass_home
def command(
    home: Path,
    host: str,
    port: int,
    threads: int,
    workers_inside: bool,
    trusted_proxy: str | None,
    log_format: str,
    memory: int | None,
) -> None:
    """Until SIGTERM or Ctrl-C; what is under way is finished first."""
    log_to_error(log_format)
    with (
        terminated_like_interrupted(),
        opened(home) as house,
        working(house, workers_inside),
        counter(house, host, port, threads, trusted_proxy) as server,
        limited(memory),
    ):
        say(_HERE, url=address(server))
        server.run()
        say(_ENDED)


@contextmanager
def counter(
    house: House, host: str, port: int, threads: int = _THREADS, trusted_proxy: str | None = None
) -> Iterator[Any]:
    """A server that has its port already and waits to be run; `Conflict` when somebody else has the port."""
    from waitress.server import create_server

    from jiedao.worker import Runner
    from jiedao_web.app import create_app, warm_up

    # Bound here: waitress leaves things open when it cannot bind.
    listening = _bound(host, port)
    runner = Runner(house)
    # Behind a proxy that speaks TLS, it alone says whether the browser does; the session's cookie is then Secure.
    believed: dict[str, Any] = {
        "trusted_proxy": trusted_proxy,
        "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"} if trusted_proxy else set(),
        "clear_untrusted_proxy_headers": True,
    }
    app = create_app(house, runner=runner, metrics_token=os.environ.get("JIEDAO_METRICS_TOKEN", ""))
    server = create_server(app, sockets=[listening], threads=threads, ident="", **believed)
    warm_up()
    try:
        with start_up_kept():
            yield server
    finally:
        server.close()
        runner.close()


@contextmanager
def start_up_kept() -> Iterator[None]:
    """Take what start-up made out of the garbage collector's sight.

    A full collection goes through everything that lives, a quarter of a million objects of modules and schemas: it
    holds all requests for longer than any page takes, and finds nothing there.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(place[:2], family=family, backlog=1024)
    except OSError as refused:
        raise Conflict("serve.port", _TAKEN.format(host=host, port=port, why=refused.strerror or refused)) from None
    listening.setblocking(False)
    return listening


def address(server: Any) -> str:
    """Where a server can be opened in a browser."""
    return f"http://{server.effective_host}:{server.effective_port}/"


@contextmanager
def working(house: House, wanted: bool = True) -> Iterator[None]:
    """A worker beside what is done in the block."""
    from jiedao.worker import Worker
    from jiedao_connectors.webhook import post

    worker = Worker(house, send=post)
    if wanted:
        worker.start()
    try:
        yield
    finally:
        worker.stop()


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_HERE: Final = Text(zh="窗口网页：{url}（按 Ctrl-C 结束）", en="The counter is at {url} (Ctrl-C ends it)")
_TAKEN: Final = Text(
    zh="{host}:{port} 用不了（{why}），请用 --port 另选",
    en="{host}:{port} cannot be used ({why}); choose another --port",
)
_ENDED: Final = Text(zh="已结束", en="Ended")
