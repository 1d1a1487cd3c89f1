"""Claim: the list of 5,000 people, first page, over HTTP, is at least 20 times faster than the closest peer, Lino Avanti: 479 ms at 5,058
people (gunicorn, two workers, the same kind of machine). The peer's figure was measured apart and is taken as it was given to us.

    .venv/bin/python bench/people_list.py
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import Timing, compare, finish, measured, region  # noqa: E402

PEOPLE, PEER = 5_000, 0.479


def main() -> None:
    region("people_list", "tests")
    os.environ.update(
        SECOND_FACTOR_REQUIRED="0", STATICFILES_BACKEND="whitenoise.storage.CompressedManifestStaticFilesStorage"
    )
    import django

    django.setup()
    from datetime import date

    from django.core.management import call_command
    from django.db import connection

    from interazioni.front.demo.bodies import TORINO
    from interazioni.front.demo.cast import PASSWORD, actor
    from interazioni.front.demo.people import THIRD, Inventor
    from interazioni.plan.people.rules import register_people

    call_command("collectstatic", interactive=False, verbosity=0)
    by, inventor = actor("franca"), Inventor("bench-list", TORINO)
    for _ in range(PEOPLE // 500):
        register_people(people=[inventor.person(THIRD, date(2019, 10, 1)) for _ in range(500)], by=by)
    connection.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(ROOT / ".venv/bin/granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
         "interazioni.config.wsgi:application"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        cookies = logged_in(port, PASSWORD)

        def page() -> None:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            client.request("GET", "/desk/people/", headers={"Cookie": cookies, "Accept-Encoding": "gzip"})
            answer = client.getresponse()
            body = answer.read()
            if answer.status != 200 or len(body) < 1000:
                raise RuntimeError(f"{answer.status}")
            client.close()

        ours = measured(f"list of {PEOPLE:,} people, first page of 25, two workers", page, runs=60, warm=12)
    finally:
        server.terminate()
        server.wait()
    finish(
        compare(
            "First page of the list of people", ours, Timing("Lino Avanti, as measured apart", PEER, PEER, 1), wanted=20
        )
    )


def logged_in(port: int, password: str) -> str:
    """Through the login's form, as anybody."""
    for _ in range(150):
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            client.request("GET", "/account/login/")
            answer = client.getresponse()
            break
        except OSError:
            time.sleep(0.2)
    else:
        raise RuntimeError("the server did not answer")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    assert token is not None
    crumbs = dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie") or [])
    form = urlencode({"login": "franca", "password": password, "csrfmiddlewaretoken": token[1]})
    client.request("POST", "/account/login/", form, {
        "Cookie": "; ".join(f"{k}={v}" for k, v in crumbs.items()), "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"http://127.0.0.1:{port}/account/login/",
    })  # fmt: skip
    answer = client.getresponse()
    answer.read()
    crumbs |= dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie") or [])
    return "; ".join(f"{k}={v}" for k, v in crumbs.items())


if __name__ == "__main__":
    main()
