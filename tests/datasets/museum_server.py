"""A local server that answers as https://api.artic.edu/docs describes: search with paging, and IIIF pictures."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

STYLES = ["Impressionism", "Realism", None]


def jpeg(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 255, (50, 40, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).resize((400, 500)).save(buffer, "JPEG")
    return buffer.getvalue()


def work(number: int, **changed: Any) -> dict[str, Any]:
    record = {
        "id": number,
        "title": f"Work\n {number}",
        "artist_title": f"Artist {number % 3}",
        "date_display": "1890",
        "style_title": STYLES[number % 3],
        "medium_display": "Oil on canvas",
        "department_title": "Painting and Sculpture of Europe",
        "image_id": f"1ccd{number:04d}-0000-4000",
        "is_public_domain": True,
    }
    return record | changed


class Museum:
    """The server: `works`, `refusals` (substring of an address -> answers given before it works), what was asked."""

    def __init__(self) -> None:
        self.works = [work(n) for n in range(250)]
        self.refusals: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        self.asked: list[str] = []
        self.agents: set[str | None] = set()
        museum = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                museum.asked.append(self.path)
                museum.agents.add(self.headers["AIC-User-Agent"])
                for part, answers in museum.refusals.items():
                    if part in self.path and answers:
                        status, headers, body = answers.pop(0)
                        break
                else:
                    status, headers, body = museum.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        where = urlsplit(path)
        if found := re.fullmatch(r"/iiif/2/1ccd(\d+)-0000-4000/full/400,/0/default.jpg", where.path):
            return 200, {}, jpeg(int(found[1]))
        if where.path != "/api/v1/artworks/search":
            return 404, {}, b"{}"
        asked = {key: values[0] for key, values in parse_qs(where.query).items()}
        terms = {
            key.rpartition("[term]")[2].strip("[]").removesuffix(".keyword"): value
            for key, value in asked.items()
            if key.startswith("query[")
        }
        page, limit = int(asked["page"]), int(asked["limit"])
        if limit > 100 or page * limit > 10_000:
            return 403, {}, b'{"status": 403, "error": "Invalid limit"}'
        assert terms.pop("is_public_domain") == "true"
        works = [w for w in self.works if not isinstance(w, dict) or all(w[k] == v for k, v in terms.items())]
        fields = asked["fields"].split(",")
        part = works[(page - 1) * limit : page * limit]
        document = {
            "preference": None,
            "pagination": {
                "total": len(works),
                "limit": limit,
                "offset": (page - 1) * limit,
                "total_pages": -(-len(works) // limit),
                "current_page": page,
            },
            "data": [{k: w[k] for k in ["_score", *fields] if k in w} if isinstance(w, dict) else w for w in part],
            "info": {"license_text": "CC0", "version": "1.10"},
            "config": {"iiif_url": f"{self.url}/iiif/2", "website_url": "https://www.artic.edu"},
        }
        return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()

    def pictures(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/iiif")]

    def pages(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/api")]
