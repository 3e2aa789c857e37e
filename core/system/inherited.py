"""What a child process inherits from this one: environment variables and open file descriptors."""

import contextlib
import os
import sys
from pathlib import Path

_FIRST_BESIDE_STANDARD = 3
_MOST_DESCRIPTORS = 65_536
"""How many numbers are tried where the system can't list the open ones."""

_NAMES = """
PATH HOME LANG LANGUAGE TZ TMPDIR TEMP TMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH GLIBC_TUNABLES LC_ALL LC_CTYPE LC_COLLATE
LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME SYSTEMROOT SYSTEMDRIVE WINDIR USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA
PROGRAMFILES NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_PATH CUDA_HOME
CUDA_MODULE_LOADING CUDA_LAUNCH_BLOCKING CUDA_CACHE_DISABLE CUDA_CACHE_PATH CUDA_CACHE_MAXSIZE CUDA_FORCE_PTX_JIT
CUDA_DISABLE_PTX_JIT NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES NVIDIA_TF32_OVERRIDE CT2_VERBOSE
CT2_FORCE_CPU_ISA CT2_USE_MKL CT2_USE_EXPERIMENTAL_PACKED_GEMM CT2_CUDA_ALLOCATOR CT2_CUDA_ALLOW_FP16
CT2_CUDA_ALLOW_BF16 CT2_CUDA_TRUE_FP16_GEMM CT2_CUDA_CACHING_ALLOCATOR_CONFIG OMP_NUM_THREADS OMP_THREAD_LIMIT
OMP_WAIT_POLICY OMP_PROC_BIND OMP_PLACES OMP_DYNAMIC OMP_SCHEDULE OMP_STACKSIZE KMP_AFFINITY KMP_BLOCKTIME
KMP_DUPLICATE_LIB_OK MKL_NUM_THREADS MKL_DYNAMIC MKL_CBWR MKL_ENABLE_INSTRUCTIONS OPENBLAS_NUM_THREADS
OPENBLAS_CORETYPE _MEIPASS2 _PYI_APPLICATION_HOME_DIR _PYI_ARCHIVE_FILE _PYI_PARENT_PROCESS_LEVEL _PYI_SPLASH_IPC
_PYI_LINUX_PROCESS_NAME COVERAGE_PROCESS_START COVERAGE_PROCESS_CONFIG COV_CORE_SOURCE COV_CORE_CONFIG
COV_CORE_DATAFILE
"""
"""By their whole names: a variable that only begins like one of these may hold anything.

Everybody's; Windows'; what the engine computes with (CUDA, CTranslate2, OpenMP, MKL, OpenBLAS); PyInstaller's, without
which a frozen program unpacks itself again; coverage.py's and pytest-cov's, which measure children too.
"""

_PASSED_ON = frozenset(_NAMES.split())


def clean_environment() -> dict[str, str]:
    """The variables of our environment that children need: others may hold keys and passwords."""
    return {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}


def close_inherited_descriptors() -> None:
    """Close everything but standard input, output and error: whatever started Notula may have left files open.

    Python makes its own descriptors private, but not those that it was started with, and uvloop hands them on.
    """
    if sys.platform == "win32":  # Handles aren't inherited unless they are named.
        return
    for descriptor in _open_descriptors():
        if descriptor >= _FIRST_BESIDE_STANDARD:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _open_descriptors() -> list[int]:
    for folder in (Path("/proc/self/fd"), Path("/dev/fd")):
        with contextlib.suppress(OSError, ValueError):
            return [int(entry.name) for entry in folder.iterdir()]
    limit = os.sysconf("SC_OPEN_MAX")
    return list(range(_FIRST_BESIDE_STANDARD, min(max(limit, 1024), _MOST_DESCRIPTORS)))
