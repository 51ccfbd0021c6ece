"""Every act on the outside world, made durable: intent before the call, outcome after it, recovery of the rest.

    planned → sent → succeeded | declined | reversed
                  ↘ unknown, pending → … → review

The row is the queue: a crash between two commits leaves a row that says exactly what may have happened. Plugins
never retry; what they declare (`jiedao.hookspecs.manifest.Recovery`) chooses how an unknown is resolved.
"""
