"""A link between a phone and a server that cuts and stalls at random, and kills the server now and then."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable

from tools.live_app import HOST

PIECE_BYTES = 16 * 1024
FAULTS = {"cut": 30, "cut_within": 25, "stall": 20, "stall_and_cut": 15, "reload": 10}
"""Faults, and how often each comes beside the others."""
KILL_EVERY = 40
"""The server is killed instead at each fault of this many."""
CHANCE = 0.25
"""Chance of a fault with every piece that passes, either way."""
LONGEST_STALL_S = 0.4


class BadLink:
    """A TCP proxy with faults; none as long as it is `calm`.

    Parameters
    ----------
    port : int
        Where the server listens on this computer.
    seed : int
        Of the faults: what they are and in which order. Where they strike is up to the threads, too.
    kill : callable
        Kills the server, and returns once another listens on the same port.

    Attributes
    ----------
    calm : bool
        True while nothing goes wrong; true at first.
    faults : Counter
        How often each fault has struck, ``kill`` and ``reload`` included.
    passed_bytes : int
        Bytes that were passed on, both ways.
    reload_due : threading.Event
        Set when the page at the end of the link is to be loaded again in the middle of what it does.
    """

    def __init__(self, port: int, *, seed: int, kill: Callable[[], None]) -> None:
        self.calm = True
        self.faults: Counter[str] = Counter()
        self.passed_bytes = 0
        self.reload_due = threading.Event()
        self._server = (HOST, port)
        self._random = random.Random(seed)
        self._kill = kill
        self._turn = threading.Lock()
        self._is_up = threading.Event()
        self._is_up.set()
        self._closed = threading.Event()
        self._listener = socket.create_server((HOST, 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Address of the server as it is reached over this link."""
        return f"http://{HOST}:{self._listener.getsockname()[1]}"

    def wait_for_server(self, timeout_s: float) -> None:
        """Wait until the server runs, if it was killed.

        Raises
        ------
        TimeoutError
            If it did not come back.
        """
        if not self._is_up.wait(timeout_s):
            raise TimeoutError("the server did not come back")

    def close(self) -> None:
        """Let nobody in any more."""
        self._closed.set()
        self._listener.close()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._server, timeout=30)
            except OSError:
                _cut(phone)
                continue
            for ends in ((phone, server, False), (server, phone, True)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        """Pass on what comes from one end, until one of the two is gone or a fault strikes."""
        try:
            while piece := source.recv(PIECE_BYTES):
                match self._next_fault():
                    case "cut":
                        break
                    case "cut_within":
                        target.sendall(piece[: self._random.randrange(len(piece))])
                        break
                    case "stall":
                        self._closed.wait(self._random.uniform(0, LONGEST_STALL_S))
                    case "stall_and_cut":
                        self._closed.wait(self._random.uniform(0, LONGEST_STALL_S))
                        break
                    case "reload":
                        self.reload_due.set()
                    case "kill":
                        if not is_answer:
                            # The server dies with the request in its hands, not before it came.
                            target.sendall(piece)
                        self._restart()
                        break
                target.sendall(piece)
                with self._turn:
                    self.passed_bytes += len(piece)
        except OSError:
            # The other end is gone.
            pass
        _cut(source)
        _cut(target)

    def _next_fault(self) -> str | None:
        with self._turn:
            if self.calm or not self._is_up.is_set() or self._random.random() > CHANCE:
                return None
            count = self.faults.total() + 1
            (fault,) = self._random.choices(list(FAULTS), list(FAULTS.values()))
            if count % KILL_EVERY == 0:
                fault = "kill"
                self._is_up.clear()
            self.faults[fault] += 1
            return fault

    def _restart(self) -> None:
        try:
            self._kill()
        finally:
            self._is_up.set()


def _cut(end: socket.socket) -> None:
    """End a connection at once, as a lost signal does: nothing more arrives, nothing is said."""
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()
