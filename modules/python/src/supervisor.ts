/**
 * The program that runs pytest, at /slipway/pytest. It waits for the containers that the tests use, enforces the
 * limit, and checks the containers again at the end. Meanwhile ports of localhost lead to them. It also writes the reports
 * of the coverage; an old coverage.py may not support lcov and HTML, and no test depends on them.
 *
 * Arguments: JSON with probes, within, limit, rcfile, before and forwards; then pytest's own arguments.
 */
export const supervisor = `
import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

NOT_READY = 75
NOT_PREPARED = 76


def fault(probe):
    at = urlsplit(probe)
    try:
        if at.scheme == "tcp":
            socket.create_connection((at.hostname, at.port), 2).close()
            return ""
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=5)
        connection.request("GET", f"{at.path}?{at.query}" if at.query else at.path)
        status = connection.getresponse().status
        connection.close()
        return "" if status < 400 else f"HTTP status {status}"
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__


def faults(probes, seconds):
    end = time.monotonic() + seconds
    pause = 0.05
    while True:
        found = [{"probe": probe, "fault": what} for probe in probes if (what := fault(probe))]
        if not found or time.monotonic() >= end:
            return found
        time.sleep(pause)
        pause = min(2 * pause, 1)


def note(when, found):
    with open("/reports/containers.json", "w") as report:
        json.dump({"when": when, "faults": found}, report)


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


async def lead(local, host, port):
    async def connected(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))
        writer.close()
        far_writer.close()

    for address in ("127.0.0.1", "::1"):
        try:
            await asyncio.start_server(connected, address, local)
        except OSError as error:
            if address == "127.0.0.1":
                print(f"localhost:{local} does not lead to {host}: {error}", file=sys.stderr)


async def lead_all(ports):
    for port in ports:
        await lead(**port)


def forward(ports):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(lead_all(ports))
    threading.Thread(target=loop.run_forever, daemon=True).start()


def coverage_reports(rcfile, is_whole):
    if not os.path.exists(os.environ["COVERAGE_FILE"]):
        return
    # Where pytest runs, so that plugins of coverage.py in the project are found.
    sys.path.insert(0, os.getcwd())
    try:
        import coverage

        measured = coverage.Coverage(config_file=rcfile or used_config() or True)
        measured.load()
    except Exception as error:
        print(f"the coverage could not be read: {error}", file=sys.stderr)
        return
    # As pytest-cov does: code of no file, which a test compiled, has no source.
    reports = [
        lambda: measured.html_report(directory="/reports/coverage-html", ignore_errors=True),
        lambda: measured.lcov_report(outfile="/reports/coverage.lcov", ignore_errors=True),
    ]
    if is_whole:
        reports = [
            lambda: measured.json_report(outfile="/reports/coverage.json", ignore_errors=True),
            lambda: measured.xml_report(outfile="/reports/coverage.xml", ignore_errors=True),
            *reports,
        ]
    for write in reports:
        try:
            write()
        except Exception as error:
            print(f"a report of the coverage could not be written: {error}", file=sys.stderr)


def used_config():
    try:
        with open("/tmp/slipway-coverage-config") as file:
            return file.read()
    except OSError:
        return ""


settings = json.loads(sys.argv[1])
unready = faults(settings["probes"], settings["within"])
if unready:
    note("before", unready)
    sys.exit(NOT_READY)
if settings["forwards"]:
    forward(settings["forwards"])
limit = ["timeout", "--kill-after=10s", f"{settings['limit']}s"]
for command in settings["before"]:
    print(f"+ {command}", flush=True)
    code = subprocess.run([*limit, "bash", "-eo", "pipefail", "-c", command]).returncode
    if code != 0:
        with open("/reports/before.json", "w") as report:
            json.dump({"command": command, "exitCode": code}, report)
        note("after", faults(settings["probes"], 2))
        sys.exit(NOT_PREPARED)
# As text and not as a file, because coverage.py measures every file that is not installed.
with open("/slipway/runner.py") as text:
    pytest = [sys.executable, "-c", text.read()]
code = subprocess.run([*limit, *pytest, *sys.argv[2:]]).returncode
if settings["probes"]:
    note("after", faults(settings["probes"], 2))
# Not by pytest: filters of warnings, such as those that make each an error, are for the tests. 2: no test ran.
coverage_reports(settings["rcfile"], code in (0, 1, 5))
sys.exit(code if code >= 0 else 128 - code)
`;

/**
 * Runs pytest as `python -m pytest` does, and records each failed attempt of a test. pytest's own report has none of
 * them. With pytest-rerunfailures from 16.6.1 on, it has an extra test case for each, as if it had passed.
 */
export const attempts = `
import json
import os
import sys

import pytest


class Attempts:
    def __init__(self):
        self.failed = []
        self.ran = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        if report.when == "setup":
            self.ran.append(report.nodeid)
        if report.outcome == "rerun":
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message if crash else report.longreprtext
            self.failed.append({"test": report.nodeid, "message": message[:1000]})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        # The settings by which pytest-cov measures: the reports need the same.
        with open("/tmp/slipway-coverage-config", "w") as used:
            used.write(str(getattr(session.config.option, "cov_config", None) or ""))
        with open("/reports/retries.json", "w") as report:
            json.dump(self.failed, report)
        if any(argument.startswith("--splits=") for argument in sys.argv):
            with open("/reports/ran.json", "w") as report:
                json.dump(self.ran, report)


sys.path[0] = os.getcwd()
sys.exit(pytest.main(sys.argv[1:], plugins=[Attempts()]))
`;
