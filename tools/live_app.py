"""A Streamlit script served on a free port, and a Chromium to open it: for browser tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_TIMEOUT_S = 90
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A running app: where it is, its process and the file that it prints to."""

    url: str
    process: subprocess.Popen
    log_path: Path

    def log(self) -> str:
        """Return what the app has printed."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_until_healthy(self) -> None:
        """Wait until the app answers.

        Raises
        ------
        RuntimeError
            If it ends, or takes longer than `START_TIMEOUT_S`; with what it printed.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"The app did not start; it printed:\n{self.log()}")

    def stop(self) -> None:
        """End the app's process."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    folder: Path, *, data: str | Path, script: str = "app.py", port: int = 0, **environment: str
) -> Server:
    """Start a Streamlit script as ``streamlit run`` does; it may not answer yet.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder for the app's log and for what it keeps.
    data : str or Path
        Data folder, absolute or relative to the project.
    script : str, optional
        What to run, relative to the project.
    port : int, optional
        Where it listens, such as where another did before; a free one where none is given.
    **environment : str
        Further variables of the process; none that begins with ``OUTREACH_`` is passed on from this one.
    """
    port = port or _free_port()
    log_path = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    variables |= {"OUTREACH_DATA": str(data), "OUTREACH_VAR": str(folder / "var"), **environment}
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    return Server(f"http://{HOST}:{port}", process, log_path)


def launch_chromium(playwright: Playwright, *options: str) -> Browser:
    """Start the Chromium of this machine, or the one that Playwright installed if there is no other.

    Parameters
    ----------
    playwright : Playwright
        What drives it.
    *options : str
        Options of its command line, beside those that all share.
    """
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    path = next((path for name in names if (path := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGS, *options])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
