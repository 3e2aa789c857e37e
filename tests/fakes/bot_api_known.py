"""The parameters that each method knows, by the documentation: https://core.telegram.org/bots/api."""

_SENT = "chat_id message_thread_id disable_notification protect_content reply_parameters reply_markup"
_EDITED = "chat_id message_id reply_markup"

_KNOWN = {
    "getme": "",
    "logout": "",
    "close": "",
    "getupdates": "offset limit timeout allowed_updates",
    "setwebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deletewebhook": "drop_pending_updates",
    "getwebhookinfo": "",
    "sendmessage": f"{_SENT} text parse_mode entities link_preview_options",
    "sendrichmessage": f"{_SENT} rich_message",
    "senddocument": f"{_SENT} document thumbnail caption parse_mode caption_entities disable_content_type_detection",
    "editmessagetext": f"{_EDITED} text parse_mode entities link_preview_options rich_message",
    "editmessagecaption": f"{_EDITED} caption parse_mode caption_entities",
    "editmessagereplymarkup": _EDITED,
    "editmessagemedia": f"{_EDITED} media",
    "deletemessage": "chat_id message_id",
    "getfile": "file_id",
    "answercallbackquery": "callback_query_id text show_alert url cache_time",
    "sendchataction": "chat_id message_thread_id action",
    "setmessagereaction": "chat_id message_id reaction is_big",
    "setmycommands": "commands scope language_code",
    "deletemycommands": "scope language_code",
    "getmycommands": "scope language_code",
    "getchat": "chat_id",
    "getchatmember": "chat_id user_id",
    "getchatadministrators": "chat_id return_bots",
    "leavechat": "chat_id",
}


def unknown_parameters(method: str, given: set[str]) -> set[str]:
    """What the service would pass over without a word. `method` is in small letters."""
    return given - set(_KNOWN.get(method, "").split())
