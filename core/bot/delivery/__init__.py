"""From an accepted recording to its answer in the chat: outbox, status messages, files."""
