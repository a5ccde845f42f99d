"""Arguments that calls which write share, for type checkers: `**common` is one of these.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from earnest import _views as v
    from earnest._secret import Secret
    from earnest._wire import Actor


class Common(TypedDict, total=False):
    """Arguments of every call that writes."""

    actor: Actor | str | Mapping[str, str] | None
    """The actor who asks."""

    reference: str | None
    """The caller's own id of the object, indexed."""

    metadata: Mapping[str, Any] | None
    """A JSON object of the caller's, at most 16 KiB."""

    context: v.Trace | None
    """Tracing ids; they make no difference to what is done."""

    risk_score: int | None
    """The host's own risk score of this call, 0 to 100, for rules; not hashed."""

    expected_version: int | None
    """Refuse with `version_conflict` unless the object has this version."""

    proofs: Sequence[str | Secret] | None
    """Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
    `credentials.verify_pin` or `verify_totp`.
    """


class Keyed(Common, total=False):
    """The same, and a key that need not be given."""

    key: str | None
    """Idempotency key: the same key with the same request is one effect and one reply."""
