"""The owner's Telegram bot: updates in, recordings to the queue, transcripts back into the chat."""
