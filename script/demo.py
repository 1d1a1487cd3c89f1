"""The demo region: environment → database → tables → region → web, events and worker. Run by `script/demo`, in its environment.

Everything it keeps is in `var/demo/`: the PostgreSQL data, the secrets made once, the mail that was sent, the files.

`DATABASE_URL` chooses a server of yours instead of the embedded one. With `DATABASE_OWNER_URL` beside it, the former is
the application's role and the latter the tables' owner. Alone, it is taken as the owner (it needs CREATEROLE once), and
an application role named after the database is made: the application itself never owns what it reads.
"""

import fcntl
import io
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from base64 import b64encode
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "demo"
HOST = "127.0.0.1"
BUILDING, BUILT = "InterAzioni demo: being built", "InterAzioni demo: built"
PDF_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]


def say(text: str = "") -> None:
    print(text, flush=True)


def stop_with(*lines: str) -> NoReturn:
    say()
    for line in lines:
        say(line)
    sys.exit(1)


def run(*command: str, quiet: bool = False) -> str:
    """A step of our own; its output is shown, or returned when `quiet`. Ends the demo when it fails."""
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE if quiet else None, check=False)
    if done.returncode:
        stop_with(f"This step failed: {' '.join(command[1:])}", done.stdout or "")
    return done.stdout or ""


def interazioni(*command: str) -> str:
    """A command of the application in this process, once its environment is set: a process apiece would cost seconds."""
    import django
    from django.core.management import call_command

    django.setup()
    out = io.StringIO()
    try:
        call_command(*command, stdout=out)
    except Exception as fault:  # noqa: BLE001
        stop_with(f"This step failed: interazioni {' '.join(command)}", f"    {fault!r}")
    return out.getvalue()


# --- before anything is made --------------------------------------------------------------------------------------------


def alone() -> object:
    """One demo at a time in a folder: two would share a database and disagree about the clock."""
    HOME.mkdir(parents=True, exist_ok=True)
    lock = (HOME / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stop_with("The demo is already running from this folder. End that one first (Ctrl-C where it runs).")
    return lock


def free_port(name: str, usual: int) -> int:
    text = os.environ.get(name, str(usual))
    if not text.isdigit() or not 0 < int(text) < 65536:
        stop_with(f"{name} is {text!r}: it must be a number between 1 and 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError:
            stop_with(f"Port {text} may only be opened by root. Choose another:  {name}=8080 script/demo")
        except OSError:
            stop_with(f"Port {text} is in use by another program. Choose another:  {name}=8080 script/demo")
    return int(text)


def events_port(web: int) -> int:
    """Beside the web's. Where nobody chose it and it is taken, any that is free: nobody has to remember this one."""
    if "EVENTS_PORT" in os.environ:
        return free_port("EVENTS_PORT", web + 1)
    for port in (web + 1, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port if port < 65536 else 0))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    stop_with("There is no free port for the events.")


def kept_secrets() -> dict[str, str]:
    """Made once: with other keys, what the database holds could not be read again."""
    path = HOME / "secrets.env"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "VAPID_PRIVATE_KEY": secrets.token_urlsafe(32),
            "FIELD_KEYS": "demo1:" + b64encode(secrets.token_bytes(32)).decode(),
            "FIELD_INDEX_KEY": b64encode(secrets.token_bytes(32)).decode(),
            "DEMO_DATABASE_PASSWORD": secrets.token_urlsafe(24),
        }
        draft = path.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{key}={value}\n" for key, value in made.items())
        draft.rename(path)
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line)


def pdf_libraries() -> None:
    """WeasyPrint draws with Pango, which is no Python package. Without it everything but PDFs works."""
    probe = [sys.executable, "-c", "import weasyprint"]
    known = HOME / "pdf-works"
    if known.exists():
        return
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        known.touch()
        return
    names = " ".join(PDF_PACKAGES)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"libraries for PDFs: {names} …")
        with (ROOT / "var" / "apt.log").open("w") as log:
            quiet = {"stdout": log, "stderr": log, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
            subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PDF_PACKAGES]
            subprocess.run(install, check=False, **quiet)  # type: ignore[call-overload]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return
    say("PDFs cannot be made yet; everything else works. They need:")
    say(f"    sudo apt install {names}")


# --- the database -------------------------------------------------------------------------------------------------------


class Database:
    """Where the region lives: `owner` makes the tables, `app` reads and writes rows."""

    def __init__(self, owner: str, app: str, *, folder: str = "") -> None:
        self.owner, self.app, self.folder = owner, app, folder

    @property
    def embedded(self) -> bool:
        return bool(self.folder)

    def note(self) -> str:
        """What an earlier run wrote on the database about its build."""
        with psycopg.connect(self.owner) as connection:
            found = connection.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        return str(found[0]) if found else ""

    def write_note(self, text: str) -> None:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(text)))

    def holds_bodies(self) -> bool:
        with psycopg.connect(self.owner) as connection:
            row = connection.execute("SELECT EXISTS (SELECT FROM partners_body)").fetchone()
        return bool(row and row[0])

    def start_over(self) -> None:
        from interazioni.config import embedded

        embedded.drop_database(self.folder, "interazioni")
        embedded.create_database(self.folder, "interazioni")


def database(kept: dict[str, str]) -> Database:
    given, owner = os.environ.get("DATABASE_URL", ""), os.environ.get("DATABASE_OWNER_URL", "")
    if not given:
        from interazioni.config import embedded

        say("PostgreSQL …")
        folder = embedded.start(HOME / "pg")
        embedded.create_database(folder, "interazioni")
        return Database(
            embedded.url(folder, embedded.OWNER, "interazioni"),
            embedded.url(folder, embedded.APP, "interazioni"),
            folder=folder,
        )
    if not owner:
        parts = urlsplit(given)
        owner, role = given, f"{parts.path.strip('/') or 'interazioni'}_app"
        place = parts.netloc.rpartition("@")[2]
        given = urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(kept['DEMO_DATABASE_PASSWORD'])}@{place}"))
        say(f"DATABASE_URL's role owns the tables; the application connects as {role}, which owns nothing.")
        say("(Give DATABASE_OWNER_URL too, and DATABASE_URL is used as the application's own.)")
    try:
        psycopg.connect(owner, connect_timeout=5).close()
    except psycopg.OperationalError as fault:
        stop_with("The database does not answer:", f"    {fault}")
    return Database(owner, given)


def prepare(base: Database) -> None:
    """Tables and region; what an earlier run left half done is made again, what people entered is kept."""
    note = base.note()
    if note == BUILDING:
        if not base.embedded:
            stop_with(
                "An earlier run was interrupted while it built the region in this database.",
                "Nothing is dropped on a server of yours: empty the database, or name another, and run this again.",
            )
        say("the region was left half built: making it again …")
        base.start_over()
        note = ""
    say("tables …")
    interazioni("prepare", "--verbosity=0")
    if note == BUILT:
        return
    if base.holds_bodies():
        stop_with("This database holds an installation that is not the demo's: nothing was changed in it.")
    size = os.environ.get("SIZE", "1")
    say("the region: two years of the plan, made through the rules; this takes a while, the first time only …")
    base.write_note(BUILDING)
    # A process of its own: this one has become the tables' owner, and the region is made as the application.
    run(sys.executable, "-m", "interazioni", "demo", "build", f"--size={size}")
    base.write_note(BUILT)


# --- the processes ------------------------------------------------------------------------------------------------------


def launch(*command: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this script alone, which ends the others in order.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def answers(port: int, web: subprocess.Popen[bytes]) -> bool:
    for _ in range(240):
        if web.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/", timeout=5) as page:  # our own
                return bool(page.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    return False


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Asks each to end, by its own id; what does not within 15 seconds is ended hard."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + 15
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(port: int, events: int) -> int:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        web = launch(
            str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", HOST, "--port", str(port),
            "--workers", "2", "--blocking-threads", "2", "--log-level", "warning", "interazioni.config.wsgi:application",
        )  # fmt: skip
        processes.append(web)
        processes.append(launch(
            str(Path(sys.executable).parent / "granian"), "--interface", "asgi", "--host", HOST, "--port", str(events),
            "--workers", "1", "--workers-kill-timeout", "5", "--log-level", "warning", "interazioni.config.asgi:application",
        ))  # fmt: skip
        if any(ROOT.glob("interazioni/**/management/commands/worker.py")):
            processes.append(launch(sys.executable, "-m", "interazioni", "worker"))
        if not answers(port, web):
            say("The web server did not start; its last words are above.")
            return 1
        say()
        say(interazioni("demo", "cast"))
        say(f"\n    http://{HOST}:{port}/\n\nCtrl-C ends the demo; what you enter is kept for the next time.")
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        say("A process of the demo ended by itself; its last words are above.")
        return 1
    finally:
        end(processes)


class Ended(BaseException):
    """Ctrl-C or a request to terminate."""


def on_signal(_number: int, _frame: object) -> NoReturn:
    # Whoever is impatient must not break the orderly end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Ended


def main() -> int:
    # Said by the embedded PostgreSQL's wheel where nobody has logged in; it then uses /tmp, which is fine.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    lock = alone()
    port = free_port("PORT", 8000)
    events = events_port(port)
    kept = kept_secrets()
    base: Database | None = None
    try:
        run("script/assets")
        run(sys.executable, "script/messages.py", "compile")
        pdf_libraries()
        base = database(kept)
        os.environ.update(kept)
        os.environ.update(
            {
                "DJANGO_SETTINGS_MODULE": "interazioni.config.settings",
                "INTERAZIONI_DEMO": "1",
                "INTERAZIONI_DATA_DIR": str(HOME),
                "DATABASE_URL": base.app,
                "DATABASE_OWNER_URL": base.owner,
                "SMTP_URL": f"file://{HOME / 'mail'}",
                "BASE_URL": f"http://{HOST}:{port}",
                "EVENTS_PORT": str(events),
                "ALLOWED_HOSTS": f"{HOST},localhost",
                "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            }
        )
        os.environ.pop("DATABASE_APP_ROLE", None)
        prepare(base)
        say("static files …")
        interazioni("collectstatic", "--noinput", "--verbosity=0")
        os.environ["INTERAZIONI_CLOCK_OFFSET_SECONDS"] = interazioni("demo", "clock-offset").strip()
        # The processes that serve never own anything.
        del os.environ["DATABASE_OWNER_URL"]
        return serve(port, events)
    except Ended:
        say("\nending …")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if base is None or base.embedded:
            from interazioni.config import embedded

            if (HOME / "pg").exists():
                embedded.stop(HOME / "pg")
        lock.close()  # type: ignore[attr-defined]
        say("ended.")


if __name__ == "__main__":
    sys.exit(main())
