"""The server listens where it is told, and says in words why it cannot."""

from __future__ import annotations

import socket
import threading
import urllib.request

import pytest

from dashboard.server import serve
from placedata import PlaceDataError


def test_it_answers_at_the_address_that_it_tells(place):
    told, ready = [], threading.Event()

    def on_ready(address):
        told.append(address)
        ready.set()

    threading.Thread(
        target=serve, args=(place,), kwargs={"port": 0, "on_ready": on_ready}, daemon=True
    ).start()
    assert ready.wait(30)
    with urllib.request.urlopen(f"{told[0]}/about", timeout=10) as answer:
        assert answer.status == 200
        assert answer.headers.get("Server") in (None, "")


def test_a_busy_port_is_named_with_the_way_to_choose_another(place):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(PlaceDataError, match=rf"port {port} is taken.*--port.*PORT="):
            serve(place, port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_other_machines_are_let_in_only_when_it_is_said(place, host):
    with pytest.raises(PlaceDataError, match="--public"):
        serve(place, host=host, port=0)


def test_a_port_that_is_no_port_is_refused_in_words(place):
    with pytest.raises(PlaceDataError, match="99999"):
        serve(place, port=99999)
