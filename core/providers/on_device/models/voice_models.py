"""The models that tell voices apart, as data: where their files are, what they must hash to, and their thresholds."""

from dataclasses import dataclass

from core.domain.model import ModelKind
from core.providers.on_device.models.catalogue import CATALOGUE, CatalogueModel, HubPlace, PinnedFile

VOICES_MODEL = "voices"

SEGMENTATION_FILE = "segmentation.onnx"
PRINT_FILE = "voice-print.onnx"


@dataclass(frozen=True, slots=True)
class VoiceThresholds:
    """From which cosine of two groups of voice prints on they are one person's. It differs from model to model.

    Groups are joined while the mean cosine between their prints is at least `joined`, or `joined_narrow` where speech
    has come through a telephone. Then those with less than `smallest_s` seconds of speech go to the nearest other one,
    and two groups whose means are at least `same` alike are joined as well.
    """

    joined: float
    joined_narrow: float
    smallest_s: float
    same: float


CAM_PLUS_PLUS = VoiceThresholds(joined=0.525, joined_narrow=0.6, smallest_s=3.0, same=0.75)
"""For CAM++ zh_en, chosen on 17 development talks of 60 people. The same voice has 0.56 to 0.86 there on the average
of a recording, another one 0.31 to 0.52. Through a telephone's band another one has up to 0.53: of nine talks of 1 to 6
people as mu-law and as GSM, and one at 8 kHz, 10 of 19 had the right count with 0.525, and 16 with 0.58 to 0.61."""

VOICES = CatalogueModel(
    VOICES_MODEL,
    "csukuangfj/speaker-embedding-models",
    "0743f301363dec56491a490f6d6cbc9d67f9a3bf",
    english_only=False,
    files=(
        # pyannote segmentation-3.0, MIT (https://huggingface.co/pyannote/segmentation-3.0)
        PinnedFile(
            SEGMENTATION_FILE,
            5_992_913,
            "220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079",
            HubPlace(
                "csukuangfj/sherpa-onnx-pyannote-segmentation-3-0",
                "9403a6902bb58e3d5ae8c7e77c3422de279db2e0",
                "model.onnx",
            ),
        ),
        # CAM++ of 3D-Speaker, Apache-2.0 (https://github.com/modelscope/3D-Speaker)
        PinnedFile(
            PRINT_FILE,
            28_281_164,
            "aa3cfc16963a10586a9393f5035d6d6b57e98d358b347f80c2a30bf4f00ceba2",
            HubPlace(
                "csukuangfj/speaker-embedding-models",
                "0743f301363dec56491a490f6d6cbc9d67f9a3bf",
                "3dspeaker_speech_campplus_sv_zh_en_16k-common_advanced.onnx",
            ),
        ),
    ),
    kind=ModelKind.VOICES,
)

ALL_MODELS: tuple[CatalogueModel, ...] = (*CATALOGUE, VOICES)
