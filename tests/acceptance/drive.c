/* A drive that fails when a test wants it to: loaded into one process with LD_PRELOAD, Linux only.

   While the file NOTULA_TEST_SYNC_FAILS exists, nothing can be made durable. At write number NOTULA_TEST_KILL_AT_WRITE
   to a write-ahead log, half of it is written and the process is killed. */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int sync_file(int file, long call) {
    const char *fails = getenv("NOTULA_TEST_SYNC_FAILS");
    if (fails != NULL && access(fails, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, file);
}

int fsync(int file) { return sync_file(file, SYS_fsync); }

int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }

static int is_log(int file) {
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name);
    return length > 4 && memcmp(name + length - 4, "-wal", 4) == 0;
}

static ssize_t write_at(int file, const void *data, size_t size, off_t place) {
    static int writes = 0;
    const char *last = getenv("NOTULA_TEST_KILL_AT_WRITE");
    if (last != NULL && is_log(file) && ++writes == atoi(last)) {
        syscall(SYS_pwrite64, file, data, size / 2, place);
        kill(getpid(), SIGKILL);
    }
    return syscall(SYS_pwrite64, file, data, size, place);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t place) { return write_at(file, data, size, place); }

ssize_t pwrite64(int file, const void *data, size_t size, off_t place) { return write_at(file, data, size, place); }
