"""The Bot API: requests and their limits, responses, errors, splitting of texts."""
