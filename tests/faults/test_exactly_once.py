"""Crashes, cut replies and impatient clients: every acknowledged answer is there exactly once."""

import dataclasses
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from survey_app.ledger.receipts import find_receipt
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Comment, Receipt, Response
from tests.faults.server import Crowd, post, send_all
from tests.worlds import submissions


def counts(world):
    with world.store.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Response, Comment, Receipt)
        ]


def test_kill_9_at_five_moments_loses_and_doubles_nothing(world, server):
    drawn, crowd = list(submissions(world.instrument, 1000)), Crowd()
    server.start()
    load = threading.Thread(
        target=send_all, args=(server.port, world.links["ktp"], drawn, 50, crowd)
    )
    load.start()
    moments = sorted(random.Random(1).sample(range(50, 900), 5))
    for moment in moments:
        while len(crowd.receipts) < moment:
            time.sleep(0.005)
        server.kill()
        server.start()
    load.join()
    assert len(crowd.receipts) == len(set(crowd.receipts.values())) == 1000
    assert counts(world) == [1000, 250, 1000]
    with world.store.read() as session:
        assert all(find_receipt(session, code) for code in crowd.receipts.values())
    assert verify_database(world.store).damages == []
    replays, cut = crowd.statuses[200], crowd.statuses["cut"]
    print(
        f"\nkill -9 after {moments} acknowledgements: 1000 of 1000 acknowledged exactly once; "
        f"{cut} requests cut, {replays} retries recognised"
    )


def test_a_hundred_identical_posts_at_once_are_one_answer_with_one_receipt(world, server):
    server.start()
    submission = next(submissions(world.instrument, 1))
    with ThreadPoolExecutor(50) as pool:
        replies = list(
            pool.map(lambda _: post(server.port, world.links["ktp"], submission), range(100))
        )
    assert sorted({reply.status for reply in replies}) == [200, 201]
    assert [reply.status for reply in replies].count(201) == 1
    assert len({reply.receipt for reply in replies}) == 1
    assert counts(world) == [1, 1, 1]
    print("\nidentical posts: 100 at once, 1 row, 1 receipt")


def test_the_same_id_with_another_body_is_409_and_reveals_nothing(world, server):
    server.start()
    submission = next(submissions(world.instrument, 1))
    first = post(server.port, world.links["ktp"], submission)
    other = dataclasses.replace(submission, answers=dict.fromkeys(world.instrument.codes, 1))
    second = post(server.port, world.links["ktp"], other)
    assert (first.status, second.status) == (201, 409)
    assert first.receipt.encode() not in second.body
    assert second.headers["content-type"].startswith("application/problem+json")
    assert counts(world) == [1, 1, 1]


def test_a_reply_cut_after_commit_is_retried_to_one_row_and_its_receipt(world, server):
    server.start()
    drawn = list(submissions(world.instrument, 20))
    with _CuttingProxy(server.port, cuts_of_three=2) as proxy:
        crowd = Crowd()
        send_all(proxy.port, world.links["ktp"], drawn, 4, crowd)
    assert len(crowd.receipts) == 20
    assert counts(world)[0] == counts(world)[2] == 20
    assert crowd.statuses["cut"] >= 20
    print(f"\nreplies cut after commit: {crowd.statuses['cut']}; 20 of 20 rows, receipts shown")


class _CuttingProxy:
    """Forwards each request whole and drops two of three replies after the server has answered."""

    def __init__(self, target: int, cuts_of_three: int) -> None:
        self._target = target
        self._cuts = cuts_of_three
        self._seen = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._seen += 1
            is_cut = self._seen % 3 < self._cuts
            threading.Thread(target=self._carry, args=(client, is_cut), daemon=True).start()

    def _carry(self, client, is_cut):
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            server.sendall(_request(client))
            reply = server.recv(65536)
            if not is_cut:
                client.sendall(reply)


def _request(client) -> bytes:
    content = b""
    while b"\r\n\r\n" not in content:
        content += client.recv(65536)
    head, _, body = content.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        more = client.recv(65536)
        body, content = body + more, content + more
    return content
