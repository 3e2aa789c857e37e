"""aiogram middlewares: errors, access, rate limit and rights, around every handler."""
