"""Numbers of Linux's system calls on the two architectures that Notula's sandboxes know.

Taken from the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h, which aarch64
uses. The numbers never change.
"""

import platform
import struct
from dataclasses import dataclass

# name, number on x86_64, number on aarch64; "-" where that architecture has no such call
_TABLE = """
read 0 63, readv 19 65, pread64 17 67, write 1 64, writev 20 66, close 3 57, fstat 5 80, lseek 8 62, mmap 9 222,
mprotect 10 226, munmap 11 215, mremap 25 216, brk 12 214, madvise 28 233, futex 202 98, sched_yield 24 124, exit 60 93,
exit_group 231 94, rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, sigaltstack 131 132,
restart_syscall 219 128, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
gettimeofday 96 169, time 201 -, times 100 153, getrusage 98 165, getpid 39 172, gettid 186 178, getuid 102 174,
geteuid 107 175, getgid 104 176, getegid 108 177, getcpu 309 168, getrandom 318 278, sysinfo 99 179, uname 63 160,
membarrier 324 283, rseq 334 293, set_robust_list 273 99, poll 7 -, ppoll 271 73, tgkill 234 131,

execve 59 221, execveat 322 281, fork 57 -, vfork 58 -, clone 56 220, clone3 435 435, ptrace 101 117,
process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440, process_mrelease 448 448, kcmp 312 272,
pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424, kill 62 129, tkill 200 130,
rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, setpgid 109 154,

socket 41 198, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242,

chmod 90 -, fchmod 91 52, fchmodat 268 53, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, utime 132 -,
utimes 235 -, utimensat 280 88, futimesat 261 -, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14,
lremovexattr 198 15, fremovexattr 199 16, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276,
mkdir 83 -, mkdirat 258 34, rmdir 84 -, truncate 76 45, ftruncate 77 46, fallocate 285 47, link 86 -, linkat 265 37,
symlink 88 -, symlinkat 266 36, mknod 133 -, mknodat 259 33, creat 85 -, open 2 -, openat 257 56, openat2 437 437,
name_to_handle_at 303 264, open_by_handle_at 304 265, ioctl 16 29,

add_key 248 217, request_key 249 218, keyctl 250 219, bpf 321 280, perf_event_open 298 241, userfaultfd 323 282,
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, personality 135 92, memfd_create 319 279,
memfd_secret 447 447, shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semop 65 193, semctl 66 191,
semtimedop 220 192, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180, mq_unlink 241 181,
prlimit64 302 261, setrlimit 160 164, setpriority 141 140, ioprio_set 251 30, sched_setaffinity 203 122,
sched_setscheduler 144 119, sched_setparam 142 118, sched_setattr 314 274, migrate_pages 256 238, move_pages 279 239,

setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147, setresgid 119 149,
setgroups 116 159, setfsuid 122 151, setfsgid 123 152, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51,
open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
mount_setattr 442 442, unshare 272 97, setns 308 268, fanotify_init 300 262, init_module 175 105, finit_module 313 273,
delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294, reboot 169 142, swapon 167 224, swapoff 168 225,
acct 163 89, quotactl 179 60, quotactl_fd 443 443, syslog 103 116, settimeofday 164 170, clock_settime 227 112,
clock_adjtime 305 266, adjtimex 159 171, sethostname 170 161, setdomainname 171 162, vhangup 153 58,
lookup_dcookie 212 18, iopl 172 -, ioperm 173 -, modify_ldt 154 -
"""

SECCOMP = {"x86_64": 317, "aarch64": 277}
CAPSET = {"x86_64": 126, "aarch64": 91}

_BYTES_OF_64_BITS = 8
"""A pointer of this Python; `platform.architecture` would run the program `file` to find that out."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """How the kernel names an architecture to a filter (linux/audit.h), and the numbers of its system calls."""

    audit: int
    seccomp: int
    capset: int
    numbers: dict[str, int]
    first_foreign: int | None
    """From this number on, calls belong to another interface on the same processor (x32), which is not filtered."""

    def number(self, name: str) -> int | None:
        """The number of a call, None where this architecture has no such call. Raises KeyError for an unknown name."""
        number = self.numbers[name]
        return number if number >= 0 else None


def this_architecture(machine: str | None = None) -> Architecture | None:
    """The processor that this process runs on, None where its numbers aren't known."""
    machine = machine or platform.machine()
    column = {"x86_64": 1, "aarch64": 2}.get(machine)
    if column is None or (machine == platform.machine() and struct.calcsize("P") != _BYTES_OF_64_BITS):
        return None
    rows = [entry.split() for entry in _TABLE.replace("\n", " ").split(",")]
    return Architecture(
        audit=0xC000003E if column == 1 else 0xC00000B7,
        seccomp=SECCOMP[machine],
        capset=CAPSET[machine],
        numbers={row[0]: -1 if row[column] == "-" else int(row[column]) for row in rows},
        first_foreign=0x40000000 if column == 1 else None,
    )
