"""A small HTTP client for measurements: it keeps its connections, and costs little beside the server."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Client:
    """One connection, one request at a time."""

    #: Of the last answer, by their names in small letters.
    headers: dict[str, str]

    def __init__(self, base: str, language: str = "en") -> None:
        self.language = language
        self.host, port = base.removeprefix("http://").split(":")
        self.port = int(port)

    async def __aenter__(self) -> Client:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def post(self, path: str, body: dict[str, Any], shop: int, key: str = "") -> tuple[int, Any]:
        data = json.dumps(body).encode()
        return await self._ask(
            f"POST {path} HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {shop}\r\nidempotency-key: {key}\r\n"
            f"accept-language: {self.language}\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n".encode()
            + data
        )

    async def get(self, path: str, shop: int = 0) -> tuple[int, Any]:
        return await self._ask(f"GET {path} HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {shop}\r\n\r\n".encode())

    async def _ask(self, request: bytes) -> tuple[int, Any]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        lines = [line.partition(": ") for line in head.decode().splitlines()[1:-1]]
        self.headers = {name.lower(): value for name, _, value in lines}
        return status, json.loads(await self.reader.readexactly(int(self.headers["content-length"])))
