"""A model that answers any request at once with the same words: `python -m tests.bench.model` prints its port."""

import asyncio
import json
import sys

SAID = "Room 7 opens at nine, and closes again at half past five in the afternoon."
_MESSAGE = {"index": 0, "message": {"role": "assistant", "content": SAID}, "finish_reason": "stop"}
_USAGE = {"prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50}
_BODY = json.dumps({"id": "1", "object": "chat.completion", "choices": [_MESSAGE], "usage": _USAGE}).encode()
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_BODY)


class Model(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep whom to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._seen = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            length = int(self._seen[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            if len(self._seen) < (end := end + 4 + length):
                return
            self._seen = self._seen[end:]
            self._transport.write(_HEAD + _BODY)


async def main() -> None:
    """Answer until the process ends."""
    server = await asyncio.get_running_loop().create_server(Model, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
