"""Which recordings can be read: the one table of containers, their endings and first bytes, and of codecs.

The decoder's allow-lists, the search in folders, the file dialog, the bot and web addresses follow from it. The names
of demuxers and decoders are libav's (https://ffmpeg.org/general.html#Supported-File-Formats_002c-Codecs-or-Features);
a test checks that libav knows each.

Left out on purpose: playlists and descriptions (hls, dash, concat, sdp, imf), which name other files and hosts;
pictures and subtitles; raw samples, which anything could be, but for those of telephone systems that are known by
their endings; formats of games, whose decoders are hardly tested.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file. `demuxers` and `suffixes` (without their dots) are separated by spaces.

    `signature` matches the first bytes that only this container has, `hint` such as other files may have, too: text,
    pictures and noise.
    """

    name: str
    demuxers: str
    suffixes: str = ""
    signature: bytes | None = None
    hint: bytes | None = None


# An ISO base media file begins with a box; pictures (HEIF, AVIF) have `ftyp` with a brand of their own.
_PICTURE_BRANDS = rb"(?:hei[cmsx]|hev[cmsx]|avi[fs]|mi[fa]f|mif[12]|msf1|jp2 |jpx |crx )"

CONTAINERS = (
    Container(
        "mp4",
        "mov mp4 m4a 3gp 3g2 f4v",
        "3g2 3ga 3gp 3gp2 3gpp 3gpp2 f4a f4b f4v ismv isma m4a m4b m4r m4s m4v mj2 mov mp4 mp4a mp4v mqv qt",
        rb".{4}(?:ftyp(?!" + _PICTURE_BRANDS + rb")|moov)",
        rb".{4}(?:ftyp|mdat|wide|free|skip|moof|styp|sidx|pnot)",
    ),
    Container("ogg", "ogg", "oga ogg ogm ogv ogx opus spx", rb"OggS"),
    Container("wav", "wav", "bwf rf64 rifx wav wave", rb"(?:RIFF|RF64|RIFX|BW64).{4}WAVE"),
    Container("avi", "avi", "avi divx", rb"RIFF.{4}AVI "),
    Container("flac", "flac", "fla flac", rb"fLaC"),
    Container("matroska", "matroska webm", "mk3d mka mkv weba webm", rb"\x1a\x45\xdf\xa3"),
    Container("aiff", "aiff", "aif aifc aiff", rb"FORM.{4}AIF[FC]"),
    Container("caf", "caf", "caf", rb"caff\x00"),
    Container("amr", "amr amrnb amrwb", "amr awb", rb"#!AMR"),
    Container("asf", "asf asf_o", "asf dvr-ms wm wma wmv", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    Container("wtv", "wtv", "wtv", rb"\xb7\xd8\x00\x20\x37\x49\xda\x11"),
    Container("flv", "flv", "flv", rb"FLV\x01"),
    Container("w64", "w64", "w64", rb"riff\x2e\x91\xcf\x11"),
    Container("au", "au", "au snd", rb"\.snd|dns\."),
    Container("mpegts", "mpegts", "m2t m2ts mts trp ts", rb"(?:.{4})?\x47.{187}(?:.{4})?\x47.{187}(?:.{4})?\x47"),
    Container("mpeg", "mpeg", "m2p mpe mpeg mpg tod vob", rb"\x00\x00\x01\xba"),
    Container("mxf", "mxf", "mxf", rb"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01"),
    Container("gxf", "gxf", "gxf", rb"\x00{4}\x01\xbc"),
    Container("nut", "nut", "nut", rb"nut/multimedia container\x00"),
    Container("dv", "dv", "dv", None, rb"\x1f\x07\x00[\x3f\xbf]"),
    Container("dhav", "dhav", "dav", rb"DHAV|DAHUA"),
    Container("realmedia", "rm", "ra rm rmvb", rb"\.RMF|\.ra\xfd"),
    Container("wavpack", "wv", "wv", rb"wvpk"),
    Container("tta", "tta", "tta", rb"TTA[12]"),
    Container("ape", "ape", "ape", rb"MAC "),
    Container("musepack", "mpc mpc8", "mp+ mpc mpp", rb"MP\+[\x07\x17]|MPCK"),
    Container("tak", "tak", "tak", rb"tBaK"),
    Container("shorten", "shn", "shn", rb"ajkg"),
    Container("dsf", "dsf", "dsf", rb"DSD \x1c"),
    Container("dsdiff", "iff", "8svx dff", rb"FRM8.{8}DSD |FORM.{4}8SVX"),
    Container("voc", "voc", "voc", rb"Creative Voice File\x1a"),
    Container("sony", "oma", "aa3 at3 oma omg", rb"ea3\x03|EA3\x01"),
    Container("qcp", "qcp", "qcp", rb"RIFF.{4}QLCM"),
    Container("vqf", "vqf", "vql vqf", rb"TWIN9[57]"),
    Container("dss", "dss", "dss", rb"\x02dss|\x03dss"),
    Container("act", "act"),
    Container("gsm", "gsm", "gsm"),
    Container("ilbc", "ilbc", "lbc", rb"#!iLBC"),
    Container("ircam", "ircam", "", rb"\x64\xa3[\x01-\x04]\x00|\x00[\x01-\x04]\xa3\x64"),
    Container("nist", "nistsphere", "nist sph", rb"NIST_1A\n"),
    Container("sox", "sox", "sox", rb"\.SoX|XoS\."),
    Container("ac3", "ac3 eac3", "ac3 ec3 eac3", None, rb"\x0b\x77"),
    Container("dts", "dts dtshd", "dts dtshd", rb"DTSHDHDR", rb"\x7f\xfe\x80\x01|\xfe\x7f\x01\x80"),
    Container("truehd", "truehd mlp", "mlp thd truehd", None, rb".{4}\xf8\x72\x6f[\xba\xbb]"),
    Container("loas", "loas", "latm loas", None, rb"\x56[\xe0-\xff]"),
    Container("id3", "", "", rb"ID3[\x02-\x04]"),
    # An MPEG audio frame: layer 1-3 with a real bit rate and sample rate, or AAC's ADTS with layer 0.
    Container("mp3", "mp3", "m1a m2a mp1 mp2 mp3 mpa mpga", None, rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xeb]"),
    Container("aac", "aac", "aac adts", None, rb"\xff[\xf0\xf1\xf8\xf9]"),
)


@dataclass(frozen=True, slots=True)
class RawFormat:
    """Sound without any header, which is known by its name alone: libav's demuxer and its options."""

    demuxer: str
    options: tuple[tuple[str, str], ...] = ()


def _samples(demuxer: str, rate_hz: int) -> RawFormat:
    return RawFormat(demuxer, (("sample_rate", str(rate_hz)),))


RAW_FORMATS = {
    **dict.fromkeys((".ulaw", ".ul", ".mulaw", ".pcmu"), _samples("mulaw", 8000)),
    **dict.fromkeys((".alaw", ".al", ".pcma"), _samples("alaw", 8000)),
    ".g722": RawFormat("g722"),
    ".g723": RawFormat("g723_1"),
    ".g729": RawFormat("g729", (("bit_rate", "8000"),)),
    ".sln": _samples("s16le", 8000),
    **{f".sln{rate}": _samples("s16le", rate * 1000) for rate in (12, 16, 24, 32, 48, 96, 192)},
    ".sln44": _samples("s16le", 44_100),
}
"""By endings, as Asterisk (its folder formats/) and SoX write them: 8 kHz unless the ending says more."""

UNSTATED_SUFFIXES = frozenset(
    {".raw", ".pcm", ".vox", ".g726", ".g728", ".s16", ".s16le", ".s8", ".u8", ".f32", ".lpc10"}
)
"""Endings of bare samples of which nobody but their maker knows how they are written."""

DECODERS = frozenset(
    decoder
    for kind in (
        # Lossy, of music and films
        "8svx_exp 8svx_fib aac aac_latm ac3 als aptx aptx_hd atrac1 atrac3 atrac3al atrac3plus atrac3plusal cook "
        "dca dvaudio eac3 iac imc libopus mace3 mace6 mp1 mp1float mp2 mp2float mp3 mp3adu mp3adufloat mp3float "
        "mp3on4 mp3on4float mpc7 mpc8 nellymoser on2avc opus qdm2 qdmc s302m sbc twinvq vorbis wmapro wmav1 wmav2",
        # Of speech: telephones, dictation machines, radio
        "acelp.kelvin amrnb amrwb dss_sp evrc ftr g722 g723_1 g726 g726le g728 g729 gsm gsm_ms ilbc libopencore_amrnb "
        "libopencore_amrwb metasound misc4 msnsiren qcelp real_144 real_288 sipr siren speex truespeech wmavoice",
        # Lossless
        "alac ape dsd_lsbf dsd_lsbf_planar dsd_msbf dsd_msbf_planar dst flac mlp ralf shorten tak truehd tta "
        "wavpack wmalossless",
        # Differences of samples
        "adpcm_adx adpcm_ct adpcm_g722 adpcm_g726 adpcm_ima_amv adpcm_ima_oki "
        "adpcm_ima_qt adpcm_ima_ssi adpcm_ima_wav adpcm_ms adpcm_sanyo adpcm_sbpro_2 adpcm_sbpro_3 adpcm_sbpro_4 "
        "adpcm_swf adpcm_yamaha dfpwm",
        # Samples
        "pcm_alaw pcm_bluray pcm_dvd pcm_f16le pcm_f24le pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_lxf pcm_mulaw "
        "pcm_s16be pcm_s16be_planar pcm_s16le pcm_s16le_planar pcm_s24be pcm_s24daud pcm_s24le pcm_s24le_planar "
        "pcm_s32be pcm_s32le pcm_s32le_planar pcm_s64be pcm_s64le pcm_s8 pcm_s8_planar pcm_u16be pcm_u16le "
        "pcm_u24be pcm_u24le pcm_u32be pcm_u32le pcm_u8 pcm_vidc",
    )
    for decoder in kind.split()
)
"""The decoders that may see a file. Those of pictures and subtitles are never opened."""

DEMUXERS = frozenset(demuxer for container in CONTAINERS for demuxer in container.demuxers.split())

MEDIA_SUFFIXES = frozenset(RAW_FORMATS).union(
    f".{suffix}" for container in CONTAINERS for suffix in container.suffixes.split()
)
"""Endings of recordings' names, in small letters."""

HEAD_BYTES = 4096
"""How much of a file's beginning `container_of` and `is_signed` need."""

_SIGNATURES, _HINTS = (
    tuple(
        (container.name, re.compile(pattern, re.DOTALL))
        for container in CONTAINERS
        if (pattern := getattr(container, kind)) is not None
    )
    for kind in ("signature", "hint")
)


def container_of(head: bytes) -> str | None:
    """The container that `head` looks like the beginning of, or None where it looks like no recording at all."""
    return next((name for name, pattern in _SIGNATURES + _HINTS if pattern.match(head)), None)


def is_signed(head: bytes) -> bool:
    """Whether a file that begins with `head` is a recording for certain, whatever its name says."""
    return any(pattern.match(head) for _, pattern in _SIGNATURES)
