"""What Python says about the C libraries under it, and proof that they work. Run inside Node and in plain Python."""

import ctypes
import ctypes.util
import hashlib
import io
import json
import socket
import ssl
import sys
import threading
import zlib
from pathlib import Path

here = Path(__file__).parent


def stdlib() -> dict[str, object]:
    context = ssl.create_default_context()
    return {
        "openssl": ssl.OPENSSL_VERSION,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "default verify paths": list(ssl.get_default_verify_paths()),
        "trusted certificates": len(context.get_ca_certs()),
        "ciphers": [cipher["name"] for cipher in context.get_ciphers()],
        "hashes": {name: hashlib.new(name, b"abc").digest_size for name in sorted(hashlib.algorithms_guaranteed)},
        "loader": type(zlib.__spec__.loader).__name__ if zlib.__spec__ else None,
    }


def opened_by_hand() -> dict[str, object]:
    """ctypes: the library itself, and a library that calls another one (libssl → libcrypto)."""
    crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "")
    crypto.OpenSSL_version.restype = ctypes.c_char_p
    compression = ctypes.CDLL(ctypes.util.find_library("z") or "")
    compression.zlibVersion.restype = ctypes.c_char_p
    return {"libcrypto": crypto.OpenSSL_version(0).decode(), "libz": compression.zlibVersion().decode()}


def packages() -> dict[str, object]:
    import brotli
    import uvloop.loop
    from PIL import Image, features

    text = b"the same text, many times " * 100
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    return {
        "brotli": brotli.version,
        "brotli round trip": brotli.decompress(brotli.compress(text)) == text,
        "libuv": uvloop.loop.libuv_get_version(),
        "zlib of Pillow": features.version("zlib"),
        "first pixel": Image.open(picture).getpixel((0, 0)),
    }


def child_environment() -> str:
    """libuv gives a child its environment through the C variable `environ`."""
    import asyncio

    import uvloop

    async def ask() -> str:
        child = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            "echo $ONLY_FOR_THE_CHILD",
            env={"ONLY_FOR_THE_CHILD": "yes"},
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await child.communicate()
        return output.decode().strip()

    return uvloop.run(ask())


def handshake() -> list[str | None]:
    """A verified TLS connection to a server on a thread of our own: protocol, cipher, what it answered."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(here / "certificate.pem", here / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def serve() -> None:
        connection, _ = listener.accept()
        with server.wrap_socket(connection, server_side=True) as stream:
            stream.sendall(stream.recv(100).upper())

    thread = threading.Thread(target=serve)
    thread.start()
    client = ssl.create_default_context(cafile=here / "certificate.pem")
    with client.wrap_socket(
        socket.create_connection(listener.getsockname(), 20), server_hostname="localhost"
    ) as stream:
        stream.sendall(b"hello")
        cipher = stream.cipher()
        answer = [stream.version(), cipher[0] if cipher else None, stream.recv(100).decode()]
    thread.join()
    listener.close()
    return answer


def report(name: str) -> str:
    return json.dumps(globals()[name](), sort_keys=True)


if __name__ == "__main__":
    print(report(sys.argv[1]))
