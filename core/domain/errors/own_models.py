"""Errors of models that a person has added, and of the hub that models come from."""

from core.domain.errors.on_device import ModelDownloadFailed, ModelError
from core.domain.translatable_text import mark


class OwnModelUnusable(ModelError):
    """What was named can't be a model for the engine; `reason` says why and what to do."""

    sentence = mark("{place} can't be used as a model: {reason}")


class ModelNeedsConversion(ModelError):
    """A Whisper model, but in a form that the engine doesn't read."""

    sentence = mark(
        "{place} is a {kind} model, which has to be converted before it can be added. Where Python has ctranslate2, "
        "transformers and torch: ct2-transformers-converter --model {source} --output_dir NEW_FOLDER --copy_files "
        "tokenizer.json preprocessor_config.json --quantization float16. Then add NEW_FOLDER."
    )


class ModelNameTaken(ModelError):
    """There is a model of this name, or of one that differs only in capitals."""

    sentence = mark("There is already a model called {model}. Choose another name.")


class ModelNameUnusable(ModelError):
    """A name that settings don't take."""

    sentence = mark(
        "{model} can't be a model's name: letters, digits, dots, - and _ are, 64 at most, with a letter or digit first."
    )


class OwnModelLost(ModelError):
    """The files aren't where they were when the model was added."""

    sentence = mark(
        "The files of the model {model} aren't in {place} any more. Put them back, or remove the model in Notula under "
        "Settings and add it anew."
    )


class ModelIsInCache(ModelError):
    """It belongs to other programs as well."""

    sentence = mark(
        "The model {model} is in the Hugging Face cache of this computer, which Notula leaves as it is. Delete it "
        "there with the tools of Hugging Face."
    )


class HubAddressUnusable(ModelError):
    """The variable HF_ENDPOINT holds what can't be used."""

    sentence = mark(
        "Models can't be fetched from {address}, which the variable HF_ENDPOINT names: it has to be an address that "
        "begins with https://, or with http:// for a server in your own network."
    )


class HubTokenUnprotected(ModelError):
    """The token would be readable on the way."""

    sentence = mark(
        "Models aren't fetched from {address}, because your token for Hugging Face would be sent there without "
        "encryption. Set HF_ENDPOINT to an address that begins with https://, or remove HF_TOKEN."
    )


class HubModelNotFound(ModelError):
    """The hub doesn't know the repository or revision, or doesn't show it to everybody."""

    sentence = mark(
        "{place} isn't at Hugging Face, or not for everybody. Check the name; for a model that asks for it, accept its "
        "conditions on its page and set HF_TOKEN."
    )


class HubTokenRefused(ModelError):
    """The hub doesn't know the token, and so answers nothing at all to it."""

    sentence = mark(
        "{place} can't be fetched: Hugging Face doesn't accept your token. Set HF_TOKEN to one that is valid, or "
        "remove it (with 'hf auth logout', if you have logged in)."
    )


class HubBusy(ModelDownloadFailed):
    """The hub has had too many requests, or is out of order."""

    sentence = mark("The model {model} could not be downloaded: the server is overloaded. Try again later.")


class HubNotAsked(ModelError):
    """A person has forbidden it."""

    sentence = mark(
        "Models aren't fetched, because the variable {variable} forbids it. Remove it, or add a model from a folder."
    )


class HubAnswerUnusable(ModelError):
    """The hub answered something else than it should."""

    sentence = mark("{place} can't be fetched: the server answered something that makes no sense. Check HF_ENDPOINT.")
