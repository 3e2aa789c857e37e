"""Errors of the engine and the models that transcribe on this computer."""

from core.domain.errors.providers import ProviderError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class EngineCrashed(ProviderError):
    """The on-device engine's process died; a new one is started for the next attempt."""

    sentence = mark("The transcription engine stopped unexpectedly. Try again; if it goes on, choose a smaller model.")
    page = WindowPage.MODELS
    sentence_while_retrying = mark("The transcription engine stopped unexpectedly. Notula tries again.")
    transient = True


class EngineUnavailable(ProviderError):
    """The engine can't run on this machine at all (missing library, too old a processor)."""

    sentence = mark("The on-device engine can't run on this computer: {reason}. Run 'notula doctor' for what to do.")


class ModelNotLoaded(EngineUnavailable):
    """The engine runs, and the model's files aren't to its liking; `reason` is what its libraries say."""

    sentence = mark("The model {model} can't be loaded: {reason}. Choose another one in Notula under Settings.")
    page = WindowPage.MODELS


class EngineNotInstalled(EngineUnavailable):
    """Notula is installed without the extra that transcribes on this computer."""

    sentence = mark(
        "Transcription on this computer isn't installed: run 'pip install \".[device]\"' in Notula's folder, or choose "
        "an online provider in Notula under Settings."
    )
    page = WindowPage.PROVIDERS


class ModelLacksLanguage(ProviderError):
    """A model for many languages was given one that isn't among them."""

    sentence = mark(
        "The model {model} doesn't know the language {language}. Choose another one in Notula under Settings."
    )
    page = WindowPage.MODELS


class OtherLanguage(ProviderError):
    """An English-only model was given speech in another language."""

    sentence = mark(
        "The model {model} can't understand this recording. It knows only English: this may be another language, or "
        "people talk at the same time, or it is noisy. "
        "Choose a model for many languages in Notula under Settings, or set the language to English if it is."
    )
    page = WindowPage.MODELS


class MultilingualModelMissing(OtherLanguage):
    """The same where "auto" has no other model to ask. `megabytes` is what `model` takes, `count` its languages."""

    sentence = mark(
        "This recording doesn't sound like English, and only models for English are on this computer. "
        "Get the model {model} ({megabytes} MB) for {count} languages in Notula under Settings, or with "
        "'notula models download {model}'; or set the language to English if it is."
    )


class ModelError(ProviderError):
    """Something about a Whisper model's files."""

    sentence = mark("The model {model} can't be used. Delete it in Notula under Settings and download it again.")
    page = WindowPage.MODELS


class ModelUnknown(ModelError):
    """No model of that name."""

    sentence = mark("There is no model called {model}. Choose one of the list in Notula under Settings.")


class ModelMissing(ModelError):
    """Known, but not downloaded."""

    sentence = mark(
        "The model {model} isn't on this computer yet. Download it in Notula under Settings, or choose another."
    )


class ModelCorrupt(ModelError):
    """A file does not have the checksum that it must have."""

    sentence = mark("The model {model} is damaged: {file} doesn't match its checksum. Delete and download it again.")


class BundledModelDamaged(ModelError):
    """A file of a model that was installed with Notula is not what it must be, so that deleting doesn't help."""

    sentence = mark(
        "The model {model} that came with Notula is damaged: {file} doesn't match its checksum. Install Notula again, "
        "or get the model with: notula models download {model}"
    )


class ModelDownloadFailed(ModelError):
    """The download broke off or was refused; trying again may help."""

    sentence = mark("The model {model} could not be downloaded. Check the internet connection and try again.")
    transient = True


class ModelNotDeleted(ModelError):
    """Its files are still there, all or some."""

    sentence = mark("The model {model} could not be deleted: {reason}")


class ModelNotWritten(ModelError):
    """The folder of the models doesn't take it."""

    sentence = mark("The model {model} could not be written: {reason}")


class ModelDoesNotFit(ModelError):
    """Not enough room on the disk."""

    sentence = mark("There isn't enough room on the disk for the model {model}: it needs {megabytes} MB.")


class ModelIsBundled(ModelError):
    """The model that is installed with Notula can't be taken away."""

    sentence = mark("The model {model} belongs to Notula and can't be deleted.")


class ModelCannotTranslate(ModelError):
    """It was made from Whisper without its second task."""

    sentence = mark(
        "The model {model} can't translate. Choose another model for many languages in Notula under Settings."
    )
