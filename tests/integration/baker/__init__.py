"""A model of octez-baker and the clients' library below it: what it asks, when, and in what order.

    wire.py      a signature over http, https, tcp or unix, as the clients' library gets it
    baker.py     one key: its queue, its own mark, what it verifies
    chain.py     levels and rounds of a chain, and what a baker must do at each

It shares no code with the daemon.
"""
