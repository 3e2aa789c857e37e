"""Denies system calls to this process with a seccomp filter, which can't be removed.

The filters are written in classic BPF as the kernel takes them (https://docs.kernel.org/userspace-api/seccomp_filter.html)
and installed with the system call itself, so no library is needed. A call that isn't allowed fails with EPERM, so
libc and Python report it, where ending the process would look like a crash. A call of another architecture ends it.
"""

import ctypes
import errno
import os
import struct
from dataclasses import dataclass

from core.system.sandbox.system_calls import Architecture, this_architecture

_SET_MODE_FILTER = 1
_GET_ACTION_AVAIL = 2
_FLAG_TSYNC = 1

_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
_KILL = 0x80000000
_REFUSE = _FAIL | errno.EPERM
_UNKNOWN = _FAIL | errno.ENOSYS
_REFUSE_OPENING = _FAIL | errno.EMFILE
"""The error of RLIMIT_NOFILE, too. With EPERM Python would take a folder for one without modules, and hide it."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_EXECUTABLE = 0x4
"""PROT_EXEC (asm-generic/mman-common.h)."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CLONE_THREAD = 0x10000
_TIOCSTI = 0x5412
_FIRST_UNKNOWN = 449
"""System calls from this number on are newer than this table. Programs have fallbacks for ENOSYS."""


@dataclass(frozen=True, slots=True)
class Only:
    """A condition on an argument's lower 32 bits: `equals` a value, has `all_of` some bits, or has `none_of` them."""

    argument: int
    equals: int | None = None
    all_of: int = 0
    none_of: int = 0


Rules = dict[str, Only | None]

_COMPUTING = """
read readv pread64 write writev close fstat lseek munmap mremap brk madvise futex sched_yield exit exit_group
rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall clock_gettime clock_getres clock_nanosleep
nanosleep gettimeofday time times getrusage getpid gettid getuid geteuid getgid getegid getcpu getrandom sysinfo
uname membarrier rseq set_robust_list poll ppoll
"""
"""The calls of a process that only computes, and reads and writes pipes that are open."""

_REFUSED_ALWAYS = """
execve execveat fork vfork ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp
pidfd_open pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo setpgid
socket connect bind listen accept accept4
chmod fchmod fchmodat chown fchown lchown fchownat utime utimes utimensat futimesat setxattr lsetxattr fsetxattr
removexattr lremovexattr fremovexattr unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir truncate
ftruncate fallocate link linkat symlink symlinkat mknod mknodat creat openat2 name_to_handle_at open_by_handle_at
add_key request_key keyctl bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
personality memfd_create memfd_secret shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv
msgctl mq_open mq_unlink setrlimit setpriority ioprio_set migrate_pages move_pages
setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid mount umount2 pivot_root chroot
open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr unshare setns fanotify_init init_module
finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl quotactl_fd syslog
settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname vhangup lookup_dcookie iopl ioperm
modify_ldt
"""

_OWN_ONLY = ("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
"""Calls whose first argument is a process, 0 for the caller."""


def is_available() -> bool:
    """Whether this kernel takes filters, on a processor whose calls are known."""
    architecture = this_architecture()
    if architecture is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    action = ctypes.c_uint32(_FAIL)
    return bool(libc.syscall(architecture.seccomp, _GET_ACTION_AVAIL, 0, ctypes.byref(action)) == 0)


def allow_computing_only() -> bool:
    """Refuse all but computing and pipes: nothing can be opened, no memory made executable, no thread started.

    No new privileges must have been given up already. Returns whether the filter is in place.
    """
    architecture = this_architecture()
    return architecture is not None and _install(architecture, computing_only(architecture, os.getpid()))


def deny_network_and_processes(*, may_write: bool) -> bool:
    """Refuse what reaches beyond this process: programs, networks, other processes, and changes to files.

    Files can be opened for reading, and threads started; `may_write` is for a graphics card's devices, which are opened
    for writing. Returns whether the filter is in place.
    """
    architecture = this_architecture()
    if architecture is None:
        return False
    return _install(architecture, reaching_out(architecture, os.getpid(), may_write=may_write))


def computing_only(architecture: Architecture, own_pid: int) -> bytes:
    """The filter of `allow_computing_only`: what it doesn't name is refused."""
    allowed: Rules = {
        **dict.fromkeys(_COMPUTING.split()),
        "mmap": Only(2, none_of=_EXECUTABLE),
        "mprotect": Only(2, none_of=_EXECUTABLE),
        "tgkill": Only(0, equals=own_pid),  # abort()
    }
    opening = [_refuse_if(architecture, name, _REFUSE_OPENING) for name in ("open", "openat")]
    return b"".join([_prologue(architecture), _conditional(architecture, allowed, _ALLOW), *opening, _return(_REFUSE)])


def reaching_out(architecture: Architecture, own_pid: int, *, may_write: bool) -> bytes:
    """The filter of `confine_engine_process`: calls that it names are allowed only under their condition."""
    conditions: Rules = {
        "clone": Only(0, all_of=_CLONE_THREAD),
        "tgkill": Only(0, equals=own_pid),
        "kill": Only(0, equals=own_pid),
        # Of this process; another's id is never 0. What the C library reads of its own limits goes this way too.
        **dict.fromkeys(_OWN_ONLY, Only(0, 0)),
    }
    if not may_write:
        conditions |= {"open": Only(1, none_of=_WRITING), "openat": Only(2, none_of=_WRITING)}
    code = [_refuse_if(architecture, "clone3", _UNKNOWN), _refuse_from(_FIRST_UNKNOWN)]
    code += [_refuse_if(architecture, name, _REFUSE) for name in _REFUSED_ALWAYS.split()]
    code.append(_refuse_terminal_input(architecture))
    return b"".join([_prologue(architecture), *code, _conditional(architecture, conditions, _ALLOW), _return(_ALLOW)])


def _prologue(architecture: Architecture) -> bytes:
    code = _load(_ARCHITECTURE_AT) + _jump(_EQUAL, architecture.audit, 1, 0) + _return(_KILL) + _load(_NUMBER_AT)
    if architecture.first_foreign is not None:
        code += _jump(_AT_LEAST, architecture.first_foreign, 0, 1) + _return(_KILL)
    return code


def _conditional(architecture: Architecture, rules: Rules, verdict: int) -> bytes:
    """For each call: `verdict` where its condition holds, else EPERM. Other calls go past all of it."""
    code = b""
    for name, only in rules.items():
        number = architecture.number(name)
        if number is None:
            continue
        body = _return(verdict) if only is None else _check(only, verdict)
        code += _jump(_EQUAL, number, 0, len(body) // 8) + body
    return code


def _check(only: Only, verdict: int) -> bytes:
    code = _load(_ARGUMENTS_AT + 8 * only.argument)
    if only.equals is not None:
        code += _jump(_EQUAL, only.equals, 1, 0) + _return(_REFUSE)
    if only.none_of:
        code += _jump(_ANY_BIT, only.none_of, 0, 1) + _return(_REFUSE)
    if only.all_of:
        code += _instruction(_AND, 0, 0, only.all_of) + _jump(_EQUAL, only.all_of, 1, 0) + _return(_REFUSE)
    return code + _return(verdict)


def _refuse_if(architecture: Architecture, name: str, verdict: int) -> bytes:
    number = architecture.number(name)
    return b"" if number is None else _jump(_EQUAL, number, 0, 1) + _return(verdict)


def _refuse_from(number: int) -> bytes:
    return _jump(_AT_LEAST, number, 0, 1) + _return(_UNKNOWN)


def _refuse_terminal_input(architecture: Architecture) -> bytes:
    """Typing into a terminal that is open is as good as running a program."""
    number = architecture.number("ioctl")
    assert number is not None
    body = _load(_ARGUMENTS_AT + 8) + _jump(_EQUAL, _TIOCSTI, 0, 1) + _return(_REFUSE) + _return(_ALLOW)
    return _jump(_EQUAL, number, 0, len(body) // 8) + body


def _load(at: int) -> bytes:
    return _instruction(_LOAD, 0, 0, at)


def _return(verdict: int) -> bytes:
    return _instruction(_RETURN, 0, 0, verdict)


def _jump(condition: int, value: int, if_so: int, if_not: int) -> bytes:
    return _instruction(condition, if_so, if_not, value)


def _instruction(code: int, if_so: int, if_not: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)  # struct sock_filter


class _FilterProgram(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _install(architecture: Architecture, code: bytes) -> bool:
    """For all threads of this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _FilterProgram(len(code) // 8, ctypes.addressof(buffer))
    done = libc.syscall(architecture.seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(program))
    return bool(done == 0)
