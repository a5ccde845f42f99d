"""The customers of a prepaid shop, for Locust: `locust -f locustfile.py --host http://127.0.0.1:8000`.

It remembers what every account must have in the end; `load.py` compares that with what the shop says.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

from gevent.lock import BoundedSemaphore
from locust import FastHttpUser, constant_pacing, events, task

#: The balance that each customer must have, by the answers that came.
expected: Counter[str] = Counter()
#: Customers with a request whose outcome nobody knows.
unsure: set[str] = set()
_numbers = itertools.count(1)
_shops: list[int] = []
_opening = BoundedSemaphore()

SHOP_OF = 50  # customers


class Customer(FastHttpUser):
    """One customer at the counter of a shop."""

    wait_time = constant_pacing(8)

    def on_start(self) -> None:
        number = next(_numbers)
        with _opening:
            if number % SHOP_OF == 1 or not _shops:
                _shops.append(self.made("/shops", {"name": f"shop {number}"}, 0))
            self.shop = _shops[-1]
        self.customer = self.made("/customers", {"name": f"customer {number:05}", "phone": "010"}, self.shop)
        self.sales: list[str] = []
        self.count = 0
        self.move("top-ups", 100_000)

    def made(self, path: str, body: Any, shop: int) -> int:
        """Asks until it is there; what went wrong before is among the failures."""
        while True:
            reply = self.send(path, body, path, shop)
            if reply is not None:
                return int(reply["id"])

    @task(3)
    def top_up(self) -> None:
        self.move("top-ups", random.randint(1, 50) * 1000)

    @task(10)
    def buy(self) -> None:
        self.move("purchases", -random.randint(1, 20) * 500)

    @task(1)
    def buy_too_much(self) -> None:
        self.move("purchases", -10_000_000_000, refused=True)

    @task(1)
    def cancel(self) -> None:
        if self.sales:
            self.move(f"/sales/{self.sales.pop()}/cancel", 0)

    @task(3)
    def statement(self) -> None:
        self.get(f"/customers/{self.customer}/statement", "statement")

    @task(2)
    def search(self) -> None:
        self.get("/customers?name=customer%200", "search by name")

    @task(1)
    def richest(self) -> None:
        self.get("/customers?order=balance&limit=10", "search by balance")

    def get(self, path: str, name: str) -> None:
        self.client.get(path, name=name, headers={"authorization": f"Bearer {self.shop}"})

    def move(self, what: str, amount: int, refused: bool = False) -> None:
        """Asks for a movement, again with the same key now and then, and notes what must have become of it."""
        self.count += 1
        key = f"{self.customer}-{self.count}"
        path = what if what.startswith("/") else f"/customers/{self.customer}/{what}"
        body = {"amount": f"{abs(amount)} KRW", "item": "a coffee"} if not what.startswith("/") else {}
        name = "cancel" if what.startswith("/") else what
        before: Any = None
        for _ in range(2 if self.count % 10 == 0 else 1):
            reply = self.send(path, body, name, self.shop, key, 409 if refused else None)
            if refused:
                continue
            if reply is None:
                unsure.add(str(self.customer))
                return
            assert before is None or (reply["replayed"] and reply["transfer"]["id"] == before)
            if before is None:
                change = int(reply["transfer"]["amount"]["amount"])
                expected[str(self.customer)] += change if amount >= 0 else -change
                if what == "purchases":
                    self.sales.append(reply["transfer"]["id"])
            before = reply["transfer"]["id"]

    def send(self, path: str, body: Any, name: str, shop: int, key: str = "", wanted: int | None = None) -> Any:
        headers = {"authorization": f"Bearer {shop}", "idempotency-key": key}
        with self.client.post(path, json=body, name=name, headers=headers, catch_response=True) as answer:
            if wanted is not None and answer.status_code == wanted:
                answer.success()
                return None
            if wanted is not None:
                answer.failure(f"{answer.status_code} where {wanted} was to come")
            return answer.json() if answer.ok and answer.text else None


@events.test_stop.add_listener
def compare(environment: Any, **_: Any) -> None:
    """Asks for the balance of every customer, and for the invariants of the books."""
    import json
    import urllib.request

    def ask(path: str, shop: int) -> Any:
        request = urllib.request.Request(environment.host + path, headers={"authorization": f"Bearer {shop}"})
        return json.load(urllib.request.urlopen(request, timeout=120))

    found: dict[str, int] = {}
    for shop in _shops:
        after = ""
        while True:
            page = ask(f"/customers?limit=500{after}", shop)
            for account in page["items"]:
                found[account["account"].removeprefix("customer-")] = int(account["available"]["amount"])
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
    wrong = [name for name, amount in expected.items() if name not in unsure and found.get(name) != amount]
    check = ask("/check", 0)
    total, stats = environment.stats.total, environment.stats
    failures = total.num_failures / max(total.num_requests, 1)
    print(
        json.dumps(
            {
                "requests": total.num_requests,
                "requests_per_second": round(total.total_rps, 1),
                "p50_ms": total.get_response_time_percentile(0.5),
                "p95_ms": total.get_response_time_percentile(0.95),
                "p99_ms": total.get_response_time_percentile(0.99),
                "error_rate": failures,
                "errors": [str(error.to_dict())[:200] for error in list(stats.errors.values())[:3]],
                "customers": len(expected),
                "mismatches": len(wrong),
                "unsure": len(unsure),
                **check,
            }
        )
    )
