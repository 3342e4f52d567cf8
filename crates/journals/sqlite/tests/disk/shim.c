/* A disk that fails on command, for tests. Preloaded, it stands before the C library's calls that
 * write, watches those on files in one folder, refuses some of them, and keeps a record.
 *
 * DISK_FOLDER  the folder (no symbolic link in it); other files pass untouched
 * DISK_RECORD  a file that a record is appended to, see `record`
 * DISK_CALLS   "all", or "sync" to count those calls only
 * DISK_FROM    the first call that fails, counted from 1; 0 or none: no call fails
 * DISK_TO      the last call that fails
 * DISK_FIRED   a file that then says "sync" or "write", by what failed first
 * DISK_ERROR   errno for it
 * DISK_SHORT   set: a write at DISK_FROM takes half of its bytes instead, as at the end of a disk
 * DISK_FULL    while this file exists, writes fail with ENOSPC
 *
 * The file "said" in the folder is the process's own way out: it never fails, and is in the record.
 * Nothing is really synced: power cuts are simulated from the record. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 1024
static char names[FILES][64];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long calls;
static int record_to = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static long number(const char *variable) {
    const char *text = getenv(variable);
    return text ? atol(text) : 0;
}

/* What a path is called in the folder; "." for the folder itself; null for anything else. */
static const char *inside(const char *path) {
    const char *folder = getenv("DISK_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length)) return NULL;
    if (!path[length] || !strcmp(path + length, "/")) return ".";
    if (path[length] != '/' || strlen(path + length + 1) >= 64) return NULL;
    return path + length + 1;
}

static int is_said(const char *name) { return !strcmp(name, "said"); }

static const char *watched(int fd) {
    return fd >= 0 && fd < FILES && names[fd][0] ? names[fd] : NULL;
}

/* One event: a line "<kind> <name> <a> <b>", and for a write its b bytes. Kinds: C created, W written
 * at a, T cut to a, S synced, F sync failed, U removed. The index in shared memory is never durable. */
static void record(char kind, const char *name, long a, const void *bytes, long b) {
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, "-shm")) return;
    const char *path = getenv("DISK_RECORD");
    if (!path) return;
    if (record_to < 0) record_to = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char line[128];
    int size = snprintf(line, sizeof line, "%c %s %ld %ld\n", kind, name, a, b);
    if (REAL(write)(record_to, line, size) != size) abort();
    while (b > 0) {
        ssize_t done = REAL(write)(record_to, bytes, b);
        if (done <= 0) abort();
        bytes = (const char *)bytes + done;
        b -= done;
    }
}

/* 0, or the errno this call is to fail with; -1 for half a write. */
static int fault(const char *name, int is_sync) {
    if (is_said(name)) return 0;
    const char *full = getenv("DISK_FULL");
    if (full && !is_sync && !access(full, F_OK)) return ENOSPC;
    const char *which = getenv("DISK_CALLS");
    if (which && !strcmp(which, "sync") && !is_sync) return 0;
    calls++;
    long from = number("DISK_FROM");
    if (!from || calls < from || calls > number("DISK_TO")) return 0;
    if (calls == from) {
        int fired = REAL(open)(getenv("DISK_FIRED"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fired >= 0) {
            const char *what = is_sync ? "sync" : "write";
            if (REAL(write)(fired, what, strlen(what)) < 0) abort();
            REAL(close)(fired);
        }
        if (!is_sync && getenv("DISK_SHORT")) return -1;
    }
    return (int)number("DISK_ERROR");
}

static int opened(int fd, const char *name, int existed) {
    if (fd >= 0 && fd < FILES && name) {
        strcpy(names[fd], name);
        if (!existed) record('C', name, 0, NULL, 0);
    }
    return fd;
}

#define OPEN(function)                                                                             \
    int function(const char *path, int flags, ...) {                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                  \
        va_end(rest);                                                                              \
        const char *name = inside(path);                                                           \
        pthread_mutex_lock(&mutex);                                                                \
        int existed = !name || !access(path, F_OK);                                                \
        int fd = opened(REAL(function)(path, flags, mode), name, existed);                         \
        pthread_mutex_unlock(&mutex);                                                              \
        return fd;                                                                                 \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    pthread_mutex_lock(&mutex);
    if (fd >= 0 && fd < FILES) names[fd][0] = 0;
    int done = REAL(close)(fd);
    pthread_mutex_unlock(&mutex);
    return done;
}

/* Writes at `at`, or where the file stands if that is negative. */
static ssize_t put(int fd, const void *bytes, size_t length, off_t at) {
    const char *name = watched(fd);
    if (!name) return at < 0 ? REAL(write)(fd, bytes, length) : REAL(pwrite64)(fd, bytes, length, at);
    pthread_mutex_lock(&mutex);
    int failing = fault(name, 0);
    ssize_t done = -1;
    if (failing > 0) {
        errno = failing;
    } else {
        if (failing) length = length > 1 ? length / 2 : length;
        int appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
        off_t stands = at < 0 ? lseek(fd, 0, appends ? SEEK_END : SEEK_CUR) : at;
        done = at < 0 ? REAL(write)(fd, bytes, length) : REAL(pwrite64)(fd, bytes, length, at);
        int error = errno;
        if (done > 0) record('W', name, stands, bytes, done);
        errno = error;
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) { return put(fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return put(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return put(fd, bytes, length, at); }

static int cut(int fd, off_t length) {
    const char *name = watched(fd);
    if (!name) return REAL(ftruncate)(fd, length);
    pthread_mutex_lock(&mutex);
    int failing = fault(name, 0), done = -1;
    if (failing > 0) {
        errno = failing;
    } else {
        done = REAL(ftruncate)(fd, length);
        if (!done) record('T', name, length, NULL, 0);
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

static int sync_file(int fd) {
    const char *name = watched(fd);
    if (!name) return 0;
    pthread_mutex_lock(&mutex);
    int failing = fault(name, 1);
    record(failing ? 'F' : 'S', name, 0, NULL, 0);
    if (failing) errno = failing;
    pthread_mutex_unlock(&mutex);
    return failing ? -1 : 0;
}

int fsync(int fd) { return sync_file(fd); }
int fdatasync(int fd) { return sync_file(fd); }

int unlink(const char *path) {
    const char *name = inside(path);
    pthread_mutex_lock(&mutex);
    int done = REAL(unlink)(path);
    if (!done && name) record('U', name, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return done;
}
