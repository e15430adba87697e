"""One browser: found, started in a folder and a process session of its own, and killed without a
trace."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, cast

from selenium import webdriver
from selenium.common.exceptions import (
    InvalidArgumentException,
    UnknownMethodException,
    WebDriverException,
)
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from urllib3.exceptions import HTTPError

from resilience import guardian, processes
from resilience.faults import BrowserLost, BrowserUnusable, of
from resilience.finding import find_browser, find_driver
from resilience.last_words import DRIVER_LOG, last_words, why_not_started
from resilience.navigation import NavigationGuard
from resilience.origins import Origins
from resilience.private import private_folder
from resilience.settings import BrowserSettings, Timeouts, environment_of

OWNER = "owner.json"
_LONGEST_PARENT = 30
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-search-engine-choice-screen",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--window-size=1280,1600",
)
_CDP, _LOG = "cjDevTools", "cjLog"
_READY = "was started successfully on port "
_TAKEN = "port not available"
_PORT_TRIES = 10


def state_folder() -> str:
    """The folder below which every browser of this user has its own; private, made if need be.

    It is in the system's temporary folder (``TMPDIR``), or in ``/tmp`` if that path is too long:
    Chromium makes a socket below it, and the system allows those some hundred characters. Raises
    `UnsafeFolder` if it is not ours alone."""
    parent = tempfile.gettempdir()
    if len(parent) > _LONGEST_PARENT and os.path.isdir("/tmp"):
        parent = "/tmp"
    return private_folder("cj-browsers", parent=parent)


def options(
    settings: BrowserSettings, binary: str | None, profile: str | None
) -> webdriver.ChromeOptions:
    """The options a browser is started with; ``--no-sandbox`` only for root, who cannot have the
    sandbox."""
    chosen = webdriver.ChromeOptions()
    chosen.page_load_strategy = "eager"
    chosen.unhandled_prompt_behavior = "accept and notify"
    if binary:
        chosen.binary_location = binary
    shell = binary is not None and "headless-shell" in os.path.basename(binary)
    arguments = [*_FLAGS, *settings.arguments]
    if not settings.headed:
        arguments.append("--blink-settings=imagesEnabled=false")
        arguments.append("--headless" if shell else "--headless=new")
    if profile and not shell:
        # With a shell chromedriver waits for ever for the port file of a profile that it did not
        # make itself; the one it makes is below TMPDIR, which is our folder too.
        arguments.append(f"--user-data-dir={profile}")
    if not settings.remote_url and hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    if settings.user_agent:
        arguments.append(f"--user-agent={settings.user_agent}")
    if settings.proxy:
        arguments.append(f"--proxy-server={settings.proxy}")
    for argument in arguments:
        chosen.add_argument(argument)
    # Else every page's console would be in the driver's log.
    chosen.add_experimental_option("excludeSwitches", ["enable-logging"])
    chosen.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "WARNING"})
    chosen.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
    return chosen


def connect(
    address: str, chosen: webdriver.ChromeOptions, *, start: float, client: float, local: bool
) -> webdriver.Remote:
    """A driver whose every command ends within ``client`` seconds, also when the driver process
    hangs.

    `webdriver.Chrome` takes no client configuration; and urllib3 would silently try a GET four
    times, so its retries are off (the doubled key is what selenium hands through)."""
    config = ClientConfig(
        remote_server_addr=address,
        timeout=start,  # type: ignore[arg-type]  # selenium says int, urllib3 takes float
        init_args_for_pool_manager={"init_args_for_pool_manager": {"retries": False}},
    )
    if local:
        config.proxy = Proxy({"proxyType": ProxyType.DIRECT})
    driver = webdriver.Remote(command_executor=address, options=chosen, client_config=config)
    config.timeout = client
    executor = cast(Any, driver.command_executor)
    executor.add_command(_CDP, "POST", "/session/$sessionId/goog/cdp/execute")
    executor.add_command(_LOG, "POST", "/session/$sessionId/se/log")
    return driver


class Browser:
    """A running browser with its driver. Made by `Browser.start`, ended by `kill`."""

    def __init__(
        self,
        driver: webdriver.Remote,
        *,
        folder: str | None = None,
        keeper: subprocess.Popen[bytes] | None = None,
        driver_pid: int | None = None,
        driver_start: str | None = None,
        port: int | None = None,
    ) -> None:
        self.driver = driver
        self.folder = folder
        self.keeper = keeper
        self.driver_pid = driver_pid
        self.driver_start = driver_start
        self.port = port
        self.guard = NavigationGuard()
        self._pid = os.getpid()

    @classmethod
    def start(
        cls, settings: BrowserSettings | None = None, timeouts: Timeouts | None = None
    ) -> Browser:
        """Starts a browser. Raises `BrowserNotFound` if there is none, `BrowserLost` if it does not
        come up."""
        settings = settings or BrowserSettings()
        timeouts = timeouts or Timeouts()
        if settings.remote_url:
            return cls._remote(settings, timeouts)
        binary = find_browser(settings.binary, headed=settings.headed)
        driver_path = find_driver(settings.driver, browser=binary)
        folder = tempfile.mkdtemp(prefix="b-", dir=state_folder())
        started: _Local | None = None
        try:
            started = _Local.start(folder, driver_path, timeouts.start)
            driver = connect(
                f"http://127.0.0.1:{started.port}",
                options(settings, binary, os.path.join(folder, "profile")),
                start=timeouts.start,
                client=timeouts.client,
                local=True,
            )
        except (WebDriverException, HTTPError, OSError) as error:
            words = last_words(folder)
            if started is not None:
                _end(started.keeper, started.pid, started.begun, folder)
            shutil.rmtree(folder, ignore_errors=True)
            raise why_not_started(f"the browser {binary}", _told(error), words) from error
        except BaseException:
            if started is not None:
                _end(started.keeper, started.pid, started.begun, folder)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        browser = cls(
            driver,
            folder=folder,
            keeper=started.keeper,
            driver_pid=started.pid,
            driver_start=started.begun,
            port=started.port,
        )
        return browser._ready(settings, timeouts)

    @classmethod
    def _remote(cls, settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        assert settings.remote_url is not None
        try:
            driver = connect(
                settings.remote_url,
                options(settings, settings.binary, None),
                start=timeouts.start,
                client=timeouts.client,
                local=False,
            )
        except (WebDriverException, HTTPError, OSError) as error:
            raise why_not_started("the WebDriver server's browser", _told(error), "") from error
        return cls(driver)._ready(settings, timeouts)

    def _ready(self, settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        try:
            self.driver.set_page_load_timeout(timeouts.page)
            self.driver.set_script_timeout(timeouts.script)
            self.dress(settings)
        except (WebDriverException, HTTPError, OSError) as error:
            words = self.last_words()
            self.kill()
            raise why_not_started("the browser", _told(error), words) from error
        return self

    def bind(self, origins: Origins, timeouts: Timeouts) -> None:
        """From now on its top-level pages are of these origins only; what leads elsewhere is not
        asked for. Of a remote browser, whose DevTools port is out of reach, a page elsewhere is
        refused when it has come."""
        options = self.driver.capabilities.get("goog:chromeOptions", {})
        address = None if self.keeper is None else str(options["debuggerAddress"])
        self.guard.bind(address, origins, seconds=timeouts.client)

    def dress(self, settings: BrowserSettings) -> None:
        """Puts the user's contact behind the browser's own user agent, in the window that is
        current now, and keeps it from what it must never load."""
        if settings.never:
            self.devtools("Network.enable")
            self.devtools("Network.setBlockedURLs", urls=list(settings.never))
        if settings.contact and not settings.user_agent:
            agent = str(self.devtools("Browser.getVersion")["userAgent"])
            self.devtools(
                "Network.setUserAgentOverride", userAgent=f"{agent} (+{settings.contact})"
            )

    def devtools(self, command: str, **parameters: Any) -> dict[str, Any]:
        """One command of the Chrome DevTools protocol."""
        return cast(
            "dict[str, Any]",
            self.driver.execute(_CDP, {"cmd": command, "params": parameters})["value"],
        )

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What the browser has noted since the last call (``performance`` or ``browser``); empty if
        it keeps none."""
        try:
            return cast("list[dict[str, Any]]", self.driver.execute(_LOG, {"type": kind})["value"])
        except (UnknownMethodException, InvalidArgumentException):
            return []

    def last_words(self) -> str:
        """The end of what it and its driver have written; empty for a remote one."""
        return last_words(self.folder)

    def memory(self) -> int:
        """Bytes that the browser and its driver hold together; 0 for a remote one."""
        return processes.memory_of(processes.members(self.driver_pid)) if self.driver_pid else 0

    def processes(self) -> list[int]:
        """The numbers of all its living processes, the driver's among them; empty for a remote
        one."""
        return processes.members(self.driver_pid) if self.driver_pid else []

    def kill(self) -> None:
        """Ends browser and driver at once and removes their folder, whatever state they are in; may
        be called twice.

        A remote browser is only asked to end its session, under the client's deadline. In a child
        that was forked this does nothing: only the process that started it ends it.
        """
        if self._pid != os.getpid():
            return
        if self.keeper is None or self.folder is None or self.driver_pid is None:
            with contextlib.suppress(WebDriverException, HTTPError, OSError):
                self.driver.quit()
            return
        _end(self.keeper, self.driver_pid, self.driver_start, self.folder)
        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            cast(Any, self.driver.command_executor).close()


def _told(error: Exception) -> str:
    """What the driver said, whole: only the first line of it names the fault."""
    text = getattr(error, "msg", None) or str(of(error) or error)
    return str(text).partition("\nStacktrace")[0].partition("; For documentation")[0].strip()


class _PortTakenError(Exception):
    """chromedriver ended because the port it had chosen for IPv6 was taken for IPv4."""


class _Local:
    """A driver process just started below a guardian."""

    def __init__(self, keeper: subprocess.Popen[bytes], pid: int, port: int) -> None:
        self.keeper = keeper
        self.pid = pid
        self.begun = processes.started(pid)
        self.port = port
        self.guard = NavigationGuard()
        self._pid = os.getpid()

    @classmethod
    def start(cls, folder: str, driver: str, seconds: float) -> _Local:
        """Starts it, again if another process took its port between chromedriver's own two looks
        (one start in a hundred)."""
        for last in (*[False] * (_PORT_TRIES - 1), True):
            try:
                return cls._start(folder, driver, seconds)
            except _PortTakenError as taken:
                if last:
                    raise BrowserLost(
                        f"{driver} found no free port in {_PORT_TRIES} tries"
                    ) from taken
                os.makedirs(folder, mode=0o700, exist_ok=True)
        raise AssertionError("unreachable")

    @classmethod
    def _start(cls, folder: str, driver: str, seconds: float) -> _Local:
        for name in ("tmp", "home"):
            os.mkdir(os.path.join(folder, name), 0o700)
        owner: dict[str, Any] = {
            "crawler": os.getpid(),
            "crawler_start": processes.started(os.getpid()),
        }
        _write(folder, owner)
        keeper = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", guardian.__file__, folder),
                *(
                    driver,
                    "--port=0",
                    f"--log-path={os.path.join(folder, DRIVER_LOG)}",
                    "--log-level=WARNING",
                    "--enable-chrome-logs",
                ),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_of(os.environ),
            start_new_session=True,
        )
        owner |= {"guardian": keeper.pid, "guardian_start": processes.started(keeper.pid)}
        _write(folder, owner)
        pid: int | None = None
        port: int | None = None
        try:
            # The driver's own lines may overtake the guardian's.
            for line in _lines(keeper, seconds):
                if line.startswith("error "):
                    raise BrowserUnusable(f"the driver {driver} cannot be run: {line[6:]}")
                if _TAKEN in line:
                    raise _PortTakenError
                if line.startswith("driver "):
                    pid = int(line.split()[1])
                elif _READY in line:
                    port = int(line.split(_READY)[1].split(".")[0])
                if pid is not None and port is not None:
                    local = cls(keeper, pid, port)
                    _write(folder, {**owner, "driver": pid, "driver_start": local.begun})
                    return local
            raise why_not_started(
                driver, "it ended or hung before it was ready", last_words(folder)
            )
        except BaseException:
            _end(keeper, pid, processes.started(pid) if pid else None, folder)
            raise


def _write(folder: str, owner: dict[str, Any]) -> None:
    path = os.path.join(folder, OWNER)
    with open(path + "~", "w", encoding="utf-8") as file:
        json.dump(owner, file)
    os.replace(path + "~", path)


def _lines(keeper: subprocess.Popen[bytes], seconds: float) -> Any:
    """The lines that guardian and driver print, until one of them ends or the time is over."""
    assert keeper.stdout is not None
    deadline = time.monotonic() + seconds
    buffer = b""
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([keeper.stdout], [], [], left)
        if not ready:
            return
        piece = os.read(keeper.stdout.fileno(), 65536)
        if not piece:
            return
        *whole, buffer = (buffer + piece).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").strip()


def _end(keeper: subprocess.Popen[bytes], pid: int | None, begun: str | None, folder: str) -> None:
    """Closing the pipe makes the guardian end everything; if it cannot (killed, stopped), it is
    done from here."""
    for pipe in (keeper.stdin, keeper.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        keeper.wait(timeout=3)
    except subprocess.TimeoutExpired:
        keeper.send_signal(signal.SIGKILL)
        keeper.wait()
    if pid is not None:
        end_recorded(pid, begun, folder)
    shutil.rmtree(folder, ignore_errors=True)


def end_recorded(pid: int, begun: str | None, folder: str) -> None:
    """Ends the process session that a recorded driver began, if it is still that driver's.

    While any process of a session lives, the system does not give its number away. So it is still
    ours if the driver itself lives, or if the driver is gone and a member proves by ``folder``
    where it comes from."""
    now = processes.started(pid)
    if now is not None and now != begun:
        return
    members = processes.members(pid)
    if now is None and not any(processes.mentions(member, folder) for member in members):
        return
    deadline = time.monotonic() + 5
    while members and time.monotonic() < deadline:
        processes.end_session(pid)
        _collect(members)
        members = processes.members(pid)


def _collect(pids: list[int]) -> None:
    """Reaps those that have become our own children (a crawler that is process 1 of a
    container)."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)
