"""The queue of one process: asyncio workers in front of a journal."""
