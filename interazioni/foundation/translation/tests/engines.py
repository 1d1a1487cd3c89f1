"""LibreTranslate, DeepL and eTranslation on the loopback, as their documents say they speak."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Engines:
    """`asked`: (path, body) of each request. `faults`: statuses to answer with first. `spoil`: loses the marks."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)
    spoil: bool = False
    hang_at: int = 0  # the n-th text that is asked for waits until `release`
    hangs: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def said(self, text: str) -> str:
        """Words turned into capitals, marks left where they are."""
        parts = re.split(r"(<x id=\"\d+\"/>|⟦\d+⟧|&\w+;)", text)
        made = "".join(part if at % 2 else part.upper() for at, part in enumerate(parts))
        return re.sub(r"<x[^>]*>|⟦\d+⟧", "", made) if self.spoil else made

    def texts(self) -> list[str]:
        found: list[str] = []
        for _path, body, _headers in self.asked:
            given = body.get("q", body.get("text", body.get("textToTranslate", [])))
            found += given if isinstance(given, list) else [given]
        return found


@contextmanager
def engines() -> Iterator[Engines]:
    state = Engines()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None: ...

        def answer(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            codes = ["it", "en", "fr", "ar", "zh-Hans"]
            self.answer(200, [{"code": code, "name": code, "targets": codes} for code in codes])

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append((self.path, body, dict(self.headers)))
            if state.hang_at and len(state.asked) == state.hang_at:
                state.hangs.set()
                state.release.wait(60)
                return None
            if state.faults:
                status = state.faults.pop(0)
                if status != 200:
                    return self.answer(status, {"error": "no", "message": "no"})
            if self.path == "/translate":
                return self.answer(200, {"translatedText": [state.said(text) for text in body["q"]]})
            if self.path == "/v2/translate":
                if self.headers["Authorization"] != "DeepL-Auth-Key k:fx":
                    return self.answer(403, {"message": "Forbidden"})
                rows = [{"detected_source_language": "IT", "text": state.said(text)} for text in body["text"]]
                return self.answer(200, {"translations": rows})
            if self.path == "/askTranslate":
                if self.headers["Authorization"] != "Basic " + base64.b64encode(b"app:secret").decode():
                    return self.answer(401, {})
                return self.answer(200, {"requestId": 4711 + len(state.asked)})
            return self.answer(404, {})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
