"""Stand-ins for outside systems: separate servers with durable books of their own and faults on request.

They speak the real wire protocol of what they stand for and know nothing of the platform (never import `jiedao`
or `jiedao_schemas`; codecs of `jiedao_connectors` are fine). The kit that all of them share:

* `books`: durable books in SQLite, safe against kill -9 and between threads;
* `faults`: what should go wrong next, for HTTP and TCP servers alike;
* `httpd`: an HTTP/1.1 server with routing, faults and the control face under ``/_sandbox/``;
* `process`: command line, the line that says "I listen", and dying with the parent;
* `launch`: starting, killing and restarting stand-ins as child processes.

Convention: the module of a stand-in (see the table in `__main__`) has ``main(arguments: list[str]) -> int``, parses
``process.parser(name)``, opens its books, starts its servers, and returns ``process.run(...)``, which prints exactly
one JSON line on standard output, ``{"name": ..., "url": ..., "control": ...}``, and blocks until the end. `url` is
where its own protocol is spoken (``http://127.0.0.1:8080`` or ``tcp://127.0.0.1:7000``), `control` is the base
address of the control face. An effect is committed to the books before the answer is sent.
"""
