"""Errors of language models, which translate and summarize."""

from core.domain.errors.providers import ProviderError
from core.domain.languages import language_in_sentence, similar_language
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class NoLlm(ProviderError):
    """No language model is set up for translating and summarizing."""

    sentence = mark(
        "Nobody is set up to translate or summarize. Add a Groq key, or a server with a chat model, in Notula "
        "under Settings."
    )
    page = WindowPage.PROVIDERS


class TranslatorsChanged(ProviderError):
    """None of the services that a person was told of is set up any more, so nothing was sent."""

    sentence = mark("Who translates was changed meanwhile, so nothing was sent. Look who it is now, then try again.")


class LlmRefused(ProviderError):
    """Status 400, 404, 415 or 422: the server has no such model, or the model doesn't take the request."""

    sentence = mark(
        "{provider} refuses to work with the chat model {model}. Choose another one in Notula under Settings."
    )
    page = WindowPage.PROVIDERS


class LlmTextTooLong(ProviderError):
    """The text and the answer to it exceed the context of the language model; less text may do."""

    sentence = mark(
        "This is too much text for the chat model {model} of {provider}. Choose another one in Notula under Settings."
    )
    page = WindowPage.PROVIDERS


class LinesMissing(ProviderError):
    """The language model leaves out lines, however few it is given."""

    sentence = mark(
        "The chat model {model} leaves out parts of this transcript. Choose another one in Notula under Settings."
    )
    page = WindowPage.PROVIDERS


class LanguageUnknown(ProviderError):
    """What was asked for is neither the code nor the name of a language."""

    sentence = mark(
        "{language} is no language that Notula knows. Name it by its code or its name, such as en, id or Indonesian."
    )

    @staticmethod
    def of(language: str) -> "LanguageUnknown":
        """The error for this text, with the language that may have been meant."""
        code = similar_language(language)
        if not code:
            return LanguageUnknown(language=language)
        return LanguageMistyped(language=language, meant=language_in_sentence(code), code=code)


class LanguageMistyped(LanguageUnknown):
    """The same, where it is like the name of one. `meant` is that name, `code` its code."""

    sentence = mark("{language} is no language that Notula knows. Did you mean {meant} ({code})?")
