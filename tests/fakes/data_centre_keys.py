"""How a data centre and a client agree on a key: https://core.telegram.org/mtproto/auth_key"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

import rsa
from telethon import helpers
from telethon.crypto import AES, AuthKey
from telethon.crypto import rsa as telegram_rsa
from telethon.extensions import BinaryReader
from telethon.tl import functions, types

_P = int(
    "ff2d18221da670de895d6737f0ffde98c442eaa4fe0005d73fbcbac385b1a964bcfa968c57de505d06d972c3b87c6b0accf1859d4bb46940"
    "5e4aeabce342f5c08692c46312053985f67ded761ccee77af1f4608db14b87ce5a7f0f63acef48d0e6388cd7d1649145a8a9e45320bc648f"
    "609dece4f6ac7251816a274ef8d0a2db",
    16,
)
_Q = int(
    "cae2c6e5bd5bf4604c2861ed6b93ec9f91f2226adc79eb3505113bb85d059acb7b88a02cda556068612c2f5af23e5cb4eef2a449c3b1889f"
    "fea21eb8dcc81300bf0b9db9327871d3a1f383385ddf7d3f3ea63b777d2f50b02bfd47a88caac3a9b88d3469417d21cb8401c505e6d37a4c"
    "966efac81027d7dcd7a25b2114b416cd",
    16,
)
_N, _E = _P * _Q, 65537
_D = pow(_E, -1, (_P - 1) * (_Q - 1))
"""Nobody's key but that of the data centres in the tests."""

_PRIME = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b"
    "302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe6"
    "49286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d"
    "670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff",
    16,
)
"""The 2048-bit group of https://www.rfc-editor.org/rfc/rfc3526#section-3"""

_GENERATOR = 2
_SMALL_PRIMES = (1_229_739_323, 1_402_015_859)
_PUBLIC_KEY = rsa.PublicKey(_N, _E)


class Unfit(Exception):
    """What a client sent can't be the next step."""


def trust_test_key() -> Callable[[], None]:
    """Let Telethon believe this key to be Telegram's, until what is returned is called."""
    telegram_rsa.add_key(_PUBLIC_KEY.save_pkcs1(), old=False)
    return lambda: telegram_rsa._server_keys.pop(_fingerprint(), None)


@dataclass(slots=True)
class Handshake:
    """One client's way to a key, which is in `key` at its end."""

    server_nonce: int
    nonce: int = 0
    new_nonce: int = 0
    secret: int = 0
    key: AuthKey | None = None

    @classmethod
    def begun(cls) -> "Handshake":
        return cls(int.from_bytes(os.urandom(16), "big", signed=True))

    def answer(self, request: Any) -> Any:
        """The answer to its next step. Raises `Unfit`."""
        if isinstance(request, functions.ReqPqMultiRequest):
            self.nonce = request.nonce
            product = _bytes_of(_SMALL_PRIMES[0] * _SMALL_PRIMES[1])
            return types.ResPQ(self.nonce, self.server_nonce, product, [_fingerprint()])
        if (request.nonce, request.server_nonce) != (self.nonce, self.server_nonce):
            raise Unfit("nonces")
        if isinstance(request, functions.ReqDHParamsRequest):
            return self._parameters(request)
        if isinstance(request, functions.SetClientDHParamsRequest):
            return self._agreed(request)
        raise Unfit(type(request).__name__)

    def _parameters(self, request: Any) -> Any:
        factors = (int.from_bytes(request.p, "big"), int.from_bytes(request.q, "big"))
        if factors != _SMALL_PRIMES or request.public_key_fingerprint != _fingerprint():
            raise Unfit("factors or key")
        plain = pow(int.from_bytes(request.encrypted_data, "big"), _D, _N).to_bytes(255, "big")
        inner = _hashed(plain)
        if not isinstance(inner, types.PQInnerData) or inner.server_nonce != self.server_nonce:
            raise Unfit("inner data")
        self.new_nonce = inner.new_nonce
        self.secret = int.from_bytes(os.urandom(256), "big")
        g_a = pow(_GENERATOR, self.secret, _PRIME)
        told = bytes(
            types.ServerDHInnerData(
                self.nonce, self.server_nonce, _GENERATOR, _bytes_of(_PRIME), _bytes_of(g_a), int(time.time())
            )
        )
        answer = sha1(told).digest() + told
        answer += os.urandom(-len(answer) % 16)
        return types.ServerDHParamsOk(self.nonce, self.server_nonce, AES.encrypt_ige(answer, *self._passing_key()))

    def _agreed(self, request: Any) -> Any:
        inner = _hashed(AES.decrypt_ige(request.encrypted_data, *self._passing_key()))
        if not isinstance(inner, types.ClientDHInnerData):
            raise Unfit("client's data")
        g_b = int.from_bytes(inner.g_b, "big")
        if not 1 << 1984 <= g_b <= _PRIME - (1 << 1984):
            raise Unfit("g_b")
        self.key = AuthKey(_bytes_of(pow(g_b, self.secret, _PRIME)))
        return types.DhGenOk(self.nonce, self.server_nonce, self.key.calc_new_nonce_hash(self.new_nonce, 1))

    def _passing_key(self) -> tuple[bytes, bytes]:
        return helpers.generate_key_data_from_nonce(self.server_nonce, self.new_nonce)


def _fingerprint() -> int:
    return telegram_rsa._compute_fingerprint(_PUBLIC_KEY)


def _hashed(plain: bytes) -> Any:
    """An object behind its SHA-1, before whatever fills the block."""
    with BinaryReader(plain[20:]) as reader:
        found = reader.tgread_object()
        if sha1(plain[20 : 20 + reader.tell_position()]).digest() != plain[:20]:
            raise Unfit("hash")
    return found


def _bytes_of(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
