/* Takes the place of the C library's calls that write and flush, in a process that is started with it (LD_PRELOAD). What it
   does to them is read from the file that CAPSTAN_DISK names, at every call: so it begins and ends while the process runs.
   The file is one line:
   generation, syncs that go well before one fails (-1: none fails), the same of writes that are flushes, microseconds that a
   flush takes longer, the error of all other writes (0: none), a part of the paths to which both kinds of writes fail (-: all). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

struct state {
    long generation, syncs, writes, micros;
    int error;
    char part[4096];
};

static int control = -1;
static long generation = -1, syncs, writes;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CAPSTAN_DISK");
    if (path) control = open(path, O_RDONLY | O_CLOEXEC);
}

static int look(struct state *state) {
    char line[4608];
    if (control < 0) return 0;
    ssize_t length = pread(control, line, sizeof line - 1, 0);
    if (length <= 0) return 0;
    line[length] = 0;
    if (sscanf(line, "%ld %ld %ld %ld %d %4095[^\n ]", &state->generation, &state->syncs, &state->writes, &state->micros,
               &state->error, state->part) != 6)
        return 0;
    if (__atomic_exchange_n(&generation, state->generation, __ATOMIC_SEQ_CST) != state->generation) {
        __atomic_store_n(&syncs, 0, __ATOMIC_SEQ_CST);
        __atomic_store_n(&writes, 0, __ATOMIC_SEQ_CST);
    }
    return 1;
}

static int fails(long after, long *count) {
    if (after < 0 || __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST) < after) return 0;
    errno = EIO;
    return 1;
}

static int sync_fails(void) {
    struct state state;
    if (!look(&state)) return 0;
    if (state.micros > 0) usleep(state.micros);
    return fails(state.syncs, &syncs);
}

static int concerns(int fd, const char *part) {
    char link[64], path[4096];
    if (!strcmp(part, "-")) return 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, part) != 0;
}

static int write_fails(int fd) {
    struct state state;
    if (!look(&state)) return 0;
    /* A write past the kernel's cache is its own flush. */
    if ((state.writes >= 0 || state.micros > 0) && (fcntl(fd, F_GETFL) & O_DSYNC)) {
        if (state.micros > 0) usleep(state.micros);
        if (state.writes >= 0 && concerns(fd, state.part) && fails(state.writes, &writes)) return 1;
    }
    if (state.error == 0 || !concerns(fd, state.part)) return 0;
    errno = state.error;
    return 1;
}

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return sync_fails() ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return sync_fails() ? -1 : NEXT(fdatasync)(fd); }
int msync(void *from, size_t length, int flags) { return sync_fails() ? -1 : NEXT(msync)(from, length, flags); }

ssize_t write(int fd, const void *bytes, size_t size) {
    return write_fails(fd) ? -1 : NEXT(write)(fd, bytes, size);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t to) {
    return write_fails(fd) ? -1 : NEXT(pwrite)(fd, bytes, size, to);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t to) {
    return write_fails(fd) ? -1 : NEXT(pwrite64)(fd, bytes, size, to);
}
ssize_t writev(int fd, const struct iovec *pieces, int count) {
    return write_fails(fd) ? -1 : NEXT(writev)(fd, pieces, count);
}
ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t to) {
    return write_fails(fd) ? -1 : NEXT(pwritev)(fd, pieces, count, to);
}
int fallocate(int fd, int mode, off_t from, off_t length) {
    return write_fails(fd) ? -1 : NEXT(fallocate)(fd, mode, from, length);
}
int posix_fallocate(int fd, off_t from, off_t length) {
    return write_fails(fd) ? errno : NEXT(posix_fallocate)(fd, from, length);
}
