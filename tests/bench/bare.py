"""The least that the work can take over aiohttp: ask, read, check twice; by it a machine is compared with another."""

import asyncio
import sys

import aiohttp


async def main(url: str, key: str, cases: int, at_once: int) -> None:
    """Ask for every case, so many at once."""
    turn = asyncio.Semaphore(at_once)
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once), headers=headers) as session:

        async def right(number: int) -> bool:
            messages = [{"role": "user", "content": f"SAY room {number} opens at nine"}]
            body = {"model": "stub-1", "temperature": 0, "max_tokens": 40, "messages": messages}
            async with turn, session.post(f"{url}/chat/completions", json=body) as said:
                text = (await said.json())["choices"][0]["message"]["content"]
            return f"room {number} " in text and len(text.split()) <= 9

        assert all(await asyncio.gather(*map(right, range(cases))))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
