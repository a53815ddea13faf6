"""The museum against a local server that answers as https://api.artic.edu/docs describes, with faults."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contrastive import datasets
from contrastive.datasets import museum
from contrastive.datasets.museum import fetching, search, web
from contrastive.errors import UserError
from tests.datasets.museum_server import Museum, jpeg, work


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Museum]:
    """A museum, with data of its own and no pause between requests."""
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(fetching, "PAUSE", 0.0)
    monkeypatch.setattr(web, "PATIENCE", 0.0)
    place = Museum()
    monkeypatch.setenv("CONTRASTIVE_MUSEUM_URL", place.url)
    thread = threading.Thread(target=place.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield place
    place.server.shutdown()
    place.server.server_close()
    thread.join()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten works a page."""
    monkeypatch.setattr(search, "PER_PAGE", 10)


def close(place: Museum) -> None:
    """Go offline: nothing listens there any more."""
    place.server.shutdown()
    place.server.server_close()
    place.asked.clear()


def test_fetched_once_and_then_without_network(there: Museum) -> None:
    steps: list[tuple[int, int]] = []
    found = datasets.load(
        "museum:query=cats & dogs,limit=120", size=32, progress=lambda done, total: steps.append((done, total))
    )
    assert steps[:121] == [(n, 120) for n in range(121)], "fetching is counted before decoding"
    asked = parse_qs(urlsplit(there.pages()[0]).query)
    assert asked["q"] == ["cats & dogs"]
    assert asked["query[term][is_public_domain]"] == ["true"]
    assert set(asked["fields"][0].split(",")) >= {"id", "image_id", "artist_title", "style_title", "medium_display"}
    assert [parse_qs(urlsplit(p).query)["page"] for p in there.pages()] == [["1"], ["2"]]
    assert len(there.pictures()) == len(set(there.pictures())) == 120
    assert there.agents == {web.AGENT}

    row = found.table.iloc[4]
    expected = {"id": "4", "title": "Work 4", "artist": "Artist 1", "style": "Realism", "date": "1890"}
    expected |= {"link": "https://www.artic.edu/artworks/4", "licence": "CC0 1.0 (public domain)"}
    expected |= {"medium": "Oil on canvas", "department": "Painting and Sculpture of Europe"}
    assert {key: row[key] for key in expected} == expected
    assert found.label_columns == ["style", "artist"]
    assert found.classes == ["Impressionism", "Realism"]
    assert (found.codes() == -1).sum() == 40
    assert len(found) == 120
    assert found.open(4).size == (400, 500)
    stored = fetching.place(search.Wish("cats & dogs")) / "pictures" / "4.jpg"
    assert stored.read_bytes() == jpeg(4)

    close(there)
    again = datasets.load("museum", query="cats & dogs", limit=120, size=32)
    assert again.fingerprint == found.fingerprint
    assert len(datasets.load("museum", query="cats & dogs", limit=7)) == 7
    assert there.asked == []


def test_a_larger_limit_fetches_only_the_rest(there: Museum, small_pages: None) -> None:
    there.works = there.works[:35]
    museum.fetch(limit=3)
    museum.fetch(limit=9)
    assert len(there.pictures()) == 9
    assert len(there.pages()) == 1
    museum.fetch(limit=5000)
    assert len(there.pictures()) == 35
    assert len(there.pages()) == 4
    assert len(datasets.load("museum", limit=5000)) == 35


def test_a_department_and_a_style_are_conditions(there: Museum) -> None:
    there.works[5]["department_title"] = there.works[7]["department_title"] = "Textiles"
    found = datasets.load("museum", department="Textiles", style="Realism", query="")
    assert found.table["id"].tolist() == ["7"]
    assert found.label_columns == []
    assert "q=" not in there.pages()[0].replace("query", "")


def test_what_cannot_be_used_is_counted_and_what_cannot_be_read_is_listed(there: Museum) -> None:
    there.works = [
        work(0),
        work(1, image_id=None),
        work(2, is_public_domain=False),
        work(3, image_id="../../secrets"),
        work(4, id="../4"),
        "no record",
        work(0),
        *(work(n) for n in range(7, 12)),
        work(12, style_title=None, artist_title=None, date_display=None, title=None),
    ]
    there.refusals = {
        "1ccd0007": [(200, {}, b"<html>Just a moment...</html>")],
        "1ccd0008": [(200, {}, jpeg(8)[:3000])],
        "1ccd0009": [(404, {}, b"")],
        "1ccd0010": [(200, {}, b"x" * (fetching.PICTURE_BYTES + 1))],
    }
    found = datasets.load("museum", limit=50, size=32)
    assert found.table["id"].tolist() == ["0", "11", "12"]
    assert found.table["title"].tolist()[2] == "Untitled"
    assert found.card["skipped"] == {
        "without a picture": 1,
        "not in the public domain": 1,
        "not a readable record": 3,
        "seen before": 1,
    }
    reasons = {bad["id"]: bad["reason"] for bad in found.card["unreadable"]}
    assert list(reasons) == ["7", "8", "9", "10"]
    assert "not a picture" in reasons["7"]
    assert "cut off" in reasons["8"]
    assert "404" in reasons["9"]
    assert "larger than 8 MiB" in reasons["10"]

    there.asked.clear()
    museum.fetch(limit=50)
    assert [path[8:16] for path in there.pictures()] == ["1ccd0007", "1ccd0008", "1ccd0009", "1ccd0010"]
    assert len(datasets.load("museum", limit=50, size=32)) == 7


def test_an_interruption_keeps_what_came(there: Museum) -> None:
    seen = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        museum.fetch(limit=20, progress=stop)
    assert seen == [(n, 20) for n in range(10)]
    first = there.pictures()
    museum.fetch(limit=20)
    assert len(there.pictures()) == 20
    assert there.pictures()[: len(first)] == first
    assert len(set(there.pictures())) == 20


def test_a_busy_museum_is_asked_again_after_the_time_it_names(there: Museum) -> None:
    there.refusals = {"page=1": [(429, {"Retry-After": "0"}, b"")], "1ccd0002": [(503, {}, b"")] * 3}
    assert len(datasets.load("museum", limit=5)) == 5
    assert len(there.pages()) == 2
    assert len(there.pictures()) == 8

    there.refusals = {"1ccd0006": [(429, {"Retry-After": "0"}, b"")] * 9}
    with pytest.raises(UserError, match=r"busy \(429\)"):
        museum.fetch(limit=10)
    assert sum("1ccd0006" in path for path in there.pictures()) == web.TRIES
    there.refusals = {"1ccd0006": [(503, {"Retry-After": "86400"}, b"")]}
    with pytest.raises(UserError, match="busy"):
        museum.fetch(limit=10)

    close(there)
    with pytest.raises(UserError, match="limit=6 shows them"):
        datasets.load("museum", limit=10)
    assert len(datasets.load("museum", limit=6)) == 6


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (None, 15.0), ("soon", 15.0), ("-3", 15.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    assert web._seconds(header) == seconds


def test_requests_keep_their_distance(there: Museum, monkeypatch: pytest.MonkeyPatch) -> None:
    now, starts = 0.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(web, "time", SimpleNamespace(monotonic=lambda: now, sleep=sleep))
    ticks: list[float] = []
    asking = web.Web(1.5, lambda: ticks.append(now))
    for _ in range(3):
        asking.get(search.Wish("x").address(1), 10**6)
        starts.append(now)
    assert starts == [0.0, 1.5, 3.0]
    assert ticks == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5], "a wait can be cancelled twice a second"


def test_a_server_that_refuses_programs_is_not_asked_to_the_end(there: Museum) -> None:
    there.refusals = {"/iiif/": [(403, {}, b"<html>Just a moment...</html>")] * 250}
    with pytest.raises(UserError, match="refuses programs") as caught:
        datasets.load("museum", limit=200)
    assert len(there.pictures()) == fetching.REFUSALS
    assert "folder:PATH" in caught.value.hint
    there.refusals = {}
    assert len(datasets.load("museum", limit=8)) == 8, "what was refused was not taken for unreadable"


def test_where_the_museum_stops_paging_is_the_end(there: Museum, small_pages: None) -> None:
    there.refusals = {"page=2": [(403, {}, b"")]}
    assert len(datasets.load("museum", limit=15)) == 10


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"data": []}',
        b'{"data": 3, "pagination": {"total_pages": 1}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_not_the_documented_json(there: Museum, small_pages: None, junk: bytes) -> None:
    there.refusals = {"page=2": [(200, {}, junk)]}
    with pytest.raises(UserError, match="not what its documentation describes"):
        museum.fetch(limit=15)
    there.refusals = {}
    museum.fetch(limit=15)
    assert len(there.pages()) == 3, "the first page was kept"


@pytest.mark.parametrize("address", ["file:///etc", "ftp://x", 7, None, "http://h\u00e9 y"])
def test_only_a_web_address_is_taken_for_pictures(there: Museum, address: Any) -> None:
    content = json.dumps({"data": [], "pagination": {"total_pages": 1}, "config": {"iiif_url": address}})
    assert search.read(content.encode()).iiif_url == search.IIIF


def test_offline_with_nothing_fetched_is_one_sentence(there: Museum) -> None:
    close(there)
    with pytest.raises(UserError, match=r"127\.0\.0\.1:\d+ cannot be reached") as caught:
        datasets.load("museum")
    assert "folder:PATH" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_mistakes_are_one_sentence(there: Museum, tmp_path: Path) -> None:
    for limit in (0, -1, 5001, "many", 2.5):
        with pytest.raises(UserError, match="1 to 5,000"):
            datasets.load("museum", limit=limit)
    there.works = []
    with pytest.raises(UserError, match="no picture in the public domain for unicorn"):
        datasets.load("museum", query="unicorn")
    with pytest.raises(UserError, match="does not hold 200 works"):
        datasets.load("museum", root=tmp_path)
    there.works = [work(1)]
    there.refusals = {"/iiif/": [(404, {}, b"")]}
    with pytest.raises(UserError, match="None of the 1 pictures could be read"):
        datasets.load("museum")


def test_a_fetched_folder_can_be_carried_to_another_machine(there: Museum, tmp_path: Path) -> None:
    folder = museum.fetch(limit=4)
    close(there)
    folder.rename(tmp_path / "carried")
    assert len(datasets.load("museum", root=tmp_path / "carried", limit=4)) == 4


def test_one_fetch_at_a_time(there: Museum) -> None:
    def inner(done: int, total: int) -> None:
        with pytest.raises(UserError, match="already"):
            museum.fetch(limit=1)

    museum.fetch(limit=2, progress=inner)


def test_artists_are_labels_only_where_there_are_enough_of_each(there: Museum) -> None:
    for n, record in enumerate(there.works[:40]):
        record["artist_title"] = f"Artist {n % 2}" if n < 12 else f"Once {n}"
    assert datasets.load("museum", limit=40).label_columns == ["style"]
    assert "artist" in datasets.load("museum", limit=24).label_columns
