"""The body of an answer, unpacked as it comes and cut off where it grows beyond its limits."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from callboard.errors import FetchError

_STEP = 64 * 1024  # bytes unpacked at a time
_RATIO_FROM = 256 * 1024  # a small body may be very regular
_GZIP = b"\x1f\x8b"


class Unpacker(Protocol):
    """Packed bytes in, plain bytes out, at most about `_STEP` a call."""

    def unpack(self, data: bytes) -> bytes: ...

    @property
    def done(self) -> bool:
        """Whether the packed body is complete."""
        ...

    @property
    def waiting(self) -> bool:
        """Whether more comes out without more going in."""
        ...


class _Plain:
    done = True
    waiting = False

    def unpack(self, data: bytes) -> bytes:
        return data


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._left = b""
        self.done = False

    def unpack(self, data: bytes) -> bytes:
        if self.done:
            return b""  # what stands behind the end is of no use
        out = self._member.decompress(self._left + data, _STEP)
        self._left = self._member.unconsumed_tail
        self.done = self._member.eof
        if self._member.unused_data.startswith(_GZIP):  # several members are one body (RFC 1952, 2.2)
            self._left, self.done = self._member.unused_data, False
            self._member = zlib.decompressobj(31)
        return out

    @property
    def waiting(self) -> bool:
        return bool(self._left)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def unpack(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data, output_buffer_limit=_STEP))

    @property
    def done(self) -> bool:
        return bool(self._stream.is_finished())

    @property
    def waiting(self) -> bool:
        return not self._stream.can_accept_more_data()


def unpacker_for(encoding: str) -> Unpacker:
    """
    What unpacks a content encoding.

    Raises:
        FetchError: It is none of identity, gzip and br, or several.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Plain()
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "br":
        return _Brotli()
    raise FetchError(f"packed as {encoding!r}, which was not asked for; only gzip and br are unpacked")


async def read_body(
    chunks: AsyncIterator[bytes], unpacker: Unpacker, *, raw: int, decoded: int, ratio: int, cut: bool = False
) -> bytes:
    """
    The whole body, unpacked.

    Args:
        chunks: The body as it comes.
        unpacker: By its content encoding.
        raw: Most bytes that may come.
        decoded: Most bytes that may come out.
        ratio: Most that may come out for one byte that came.
        cut: Return the beginning of a body that is too large.

    Raises:
        FetchError: It is too large, a bomb, damaged, or ends early.
    """
    came = 0
    out = bytearray()
    async for chunk in chunks:
        came += len(chunk)
        data = chunk
        while True:
            try:
                out += unpacker.unpack(data)
            except (zlib.error, brotli.error) as error:
                raise FetchError(f"damaged: it does not unpack as its header says ({error})") from error
            if len(out) > _RATIO_FROM and len(out) > came * ratio:
                raise FetchError(f"a bomb: it unpacks to more than {ratio} times its size")
            if len(out) > decoded or came > raw:
                if cut:
                    return bytes(out[:decoded])
                limit = raw if came > raw else decoded
                raise FetchError(f"larger than {limit / 1e6:g} MB, the most that is fetched")
            data = b""
            if not unpacker.waiting:
                break
    if not unpacker.done:
        raise FetchError("ends early: the packed body is incomplete")
    if out.startswith(_GZIP):
        raise FetchError("packed more than once; only one layer is unpacked")
    return bytes(out)
