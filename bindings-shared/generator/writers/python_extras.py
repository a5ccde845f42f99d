"""Members of Python classes beyond the contract."""

#: Members of a record of `items`, beside them.
ITEMS = """
    def __iter__(self) -> Iterator[{of}]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    async def __aiter__(self) -> AsyncIterator[{of}]:
        for item in self.items:
            yield item
"""

#: The engine of the two below, with the methods that they call. It runs calls, as their services want it to.
BANK = """

class Bank(Protocol):
    \"\"\"The methods of an engine that its services pass on to.\"\"\"

    {async_}def call(self, name: str, args: dict[str, Any]) -> Any: ...

    {async_}def subscribe(self, *given: Any, **fields: Any) -> Any: ...

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> {iterator}[v.Event]: ...

    def worker(
        self, handlers: Mapping[str, JobHandler], *, concurrency: int = {concurrency}, all_books: bool = False
    ) -> Worker: ...
"""

#: An engine's `events` beyond the operations, as the methods of the engine itself.
READERS = """

class EngineEvents(Events):
    \"\"\"The operations of `events`, and handlers and loops that read the log: of an engine, not of a transaction.\"\"\"

    __slots__ = ("_bank",)

    def __init__(self, bank: Bank) -> None:
        super().__init__(bank)
        self._bank = bank

    @overload
    {async_}def subscribe(
{made}    ) -> v.SinkReply: ...

    @overload
    {async_}def subscribe(
        self,
        name: str,
        handler: EventHandler,
        *,
        from_: str | None = None,
        lease: timedelta | str | None = None,
        max_attempts: int | None = None,
        types: Sequence[str] | None = None,
    ) -> Subscription: ...

    {async_}def subscribe(self, *given: Any, **fields: Any) -> Any:
        \"\"\"`subscribe(name, handler)` gives the events of a sink to a handler until it is stopped: the same as
        `Engine.subscribe`, which says how. Without a handler it makes the sink, or changes what one wants.
        \"\"\"
        if len(given) < 2 and "handler" not in fields:
            return {await_}super().subscribe(*given, **fields)
        return {await_}self._bank.subscribe(*given, **fields)

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> {iterator}[v.Event]:
        \"\"\"The log of this book after a place in it, with what is to come: the same as `Engine.follow`.\"\"\"
        return self._bank.follow(after_seq, types=types)
"""

#: An engine's `jobs` beyond the operations, as the method of the engine itself.
WORKERS = """

class EngineJobs(Jobs):
    \"\"\"The operations of `jobs`, and handlers that do them: of an engine, not of a transaction.\"\"\"

    __slots__ = ("_bank",)

    def __init__(self, bank: Bank) -> None:
        super().__init__(bank)
        self._bank = bank

    def worker(
        self, handlers: Mapping[str, JobHandler], *, concurrency: int = {concurrency}, all_books: bool = False
    ) -> Worker:
        \"\"\"Runs handlers of jobs by their kind until it is stopped: the same as `Engine.worker`, which says how.\"\"\"
        return self._bank.worker(handlers, concurrency=concurrency, all_books=all_books)
"""
