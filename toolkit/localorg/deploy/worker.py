"""The queue: one job at a time for the whole org, whichever process took it in.

Jobs live in the state file. A worker holds an exclusive lock on a second file while it works, so two
processes never run jobs of one org at once; the lock goes with the process, and a job that its process
left InProgress is begun again by the next one that holds the lock.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from contextlib import closing

from toolkit.localorg.model.org import Org
from toolkit.localorg.store.jobs import Job

CANCELING = "Canceling"
log = logging.getLogger("toolkit.localorg")
_LOCK_SECONDS = 0.2
_REST_STEP = 0.05


class Worker:
    """A thread that runs jobs when it is woken."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="localorg-jobs", daemon=True)
        self._progress: dict[str, tuple[int, int, str]] = {}
        self._running = ""
        self._canceled: dict[str, str] = {}
        self._lock_path = org.state / "queue.sqlite"

    def start(self) -> None:
        os.close(os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600))
        self._wake.set()  # there may be jobs that another process left
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        self._wake.set()

    def progress(self, job_id: str) -> tuple[int, int, str]:
        """Components done and in all, and what is being done, of a job that this process runs."""
        done, total, state = self._progress.get(job_id, (0, 0, ""))
        return done, total, CANCELING if job_id in self._canceled else state

    def report(self, job_id: str, done: int, total: int, state: str) -> None:
        self._progress[job_id] = (done, total, state)

    def interrupt(self, job_id: str, user_id: str) -> bool:
        """Ask the job that this process runs to end; False when it runs another.

        The state file cannot say so: the job itself holds its write transaction.
        """
        if job_id != self._running:
            return False
        self._canceled[job_id] = user_id
        return True

    def canceled_by(self, job_id: str) -> str | None:
        """Who has asked a running job to end."""
        return self._canceled.get(job_id)

    def rest(self, job_id: str, seconds: float) -> bool:
        """Wait that long, or until the job is cancelled; False when the process ends and the job stays where it is."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and job_id not in self._canceled:
            if self._stop.wait(min(left, _REST_STEP)):
                return False
        return True

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self._drain()
            except sqlite3.Error:
                log.exception("the queue of the local org cannot be read")

    def _drain(self) -> None:
        with closing(sqlite3.connect(self._lock_path, timeout=_LOCK_SECONDS, isolation_level=None)) as lock:
            while not self._stop.is_set():
                try:
                    lock.execute("BEGIN EXCLUSIVE")
                except sqlite3.OperationalError:
                    if not self._pending():
                        return
                    continue  # another process works; it may end before it comes to our job
                try:
                    self._work()
                finally:
                    lock.execute("ROLLBACK")
                if not self._pending():
                    return

    def _pending(self) -> bool:
        with self.org.read() as work:
            return work.jobs.next() is not None

    def _work(self) -> None:
        while not self._stop.is_set():
            with self.org.read() as work:
                job = work.jobs.next()
            if job is None:
                return
            if self.org.options.job_delay and job.status == "Pending" and self._stop.wait(self.org.options.job_delay):
                return
            self._running = job.id
            self._one(job)
            self._running = ""
            self._progress.pop(job.id, None)
            self._canceled.pop(job.id, None)

    def _one(self, job: Job) -> None:
        from toolkit.localorg.deploy import runner

        try:
            runner.run(self.org, job, self)
        except Exception:
            log.exception("job %s failed", job.id)
            runner.break_off(self.org, job)
