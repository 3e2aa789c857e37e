"""The Bot API: requests and their limits, responses, errors, texts cut to size."""
