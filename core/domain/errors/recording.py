"""Errors of recording from a microphone, or what the computer plays."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class RecordingFailed(NotulaError):
    """Nothing could be recorded, or no more of it."""

    sentence = mark("Notula can't record now. Close other programs that use the microphone, then press Record again.")


class NoCaptureDevice(RecordingFailed):
    """The computer has nothing to record from."""

    sentence = mark("There is no microphone. Connect one, then press Record again.")


class CaptureDeviceUnusable(RecordingFailed):
    """The device was unplugged before it was opened, or another program holds it."""

    sentence = mark(
        "This device can't be recorded from now. Connect it again, close other programs that use it, or choose another "
        "device."
    )


class CaptureRefused(RecordingFailed):
    """The operating system doesn't let this program record."""

    sentence = mark(
        "The system doesn't let Notula use the microphone. Allow it in the system's privacy settings, then press "
        "Record again."
    )


class CaptureDeviceLost(RecordingFailed):
    """The device was unplugged while it was recorded from, or its driver doesn't answer any more."""

    sentence = mark(
        "The device doesn't answer any more. All until now is saved: choose a device to go on, or stop the recording."
    )


class AlreadyRecording(RecordingFailed):
    """There is one recording at a time."""

    sentence = mark("Notula is recording already. Stop that recording first.")


class NotRecording(RecordingFailed):
    """There is no recording to pause or stop any more."""

    sentence = mark("Nothing is being recorded any more.")


class NoRoomToRecord(RecordingFailed):
    """The drive with the folder for recordings is nearly full."""

    sentence = mark(
        "There is too little free space to record in {folder}. Free {megabytes} MB, then press Record again."
    )


class RecordingDiskFull(RecordingFailed):
    """The drive became full while it was recorded to."""

    sentence = mark("The recording has ended because the disk is full. All until then is saved. Free some space.")


class RecordingNotWritten(RecordingFailed):
    """The drive or the folder can't be written to."""

    sentence = mark(
        "The recording can't be written any more. What was written is kept. Check the drive and the folder {folder}."
    )


class SavedRecordingGone(RecordingFailed):
    """A recording that was found at the start was moved or deleted since, or taken by another Notula."""

    sentence = mark("This recording isn't there any more.")


class SoundNotDeleted(RecordingFailed):
    """The text is deleted, but not the file with its sound."""

    sentence = mark("The sound of {name} could not be deleted. Delete it yourself in {folder}.")
