/* Preloaded into a process: records every call that changes the file system below one folder, in order, with its
 * bytes, and can end the process at one of them, a write in its middle, or let the disk be full from one of them on.
 * Replayed by tests/journeys/powercut/disk.py.
 *
 * One record: char what; u64 inode; u64 offset; u32 length of a; u32 length of b; a; b.
 *   C a=path             a file was made        W a=bytes at offset     T offset=new size
 *   M a=path             a folder was made      R a=from b=to           L a=from b=to
 *   U a=path             a name was removed     F a file was synced     D a folder was synced, a=path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char root[PATH_MAX];
static int journal = -1;
static long kill_at, full_from, count;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static ssize_t raw_write(int fd, const void *octets, size_t size) {
    REAL(write);
    return real(fd, octets, size);
}

void recorder_begin(const char *folder, int descriptor, long at, long full) {
    snprintf(root, sizeof root, "%s", folder);
    journal = descriptor;
    kill_at = at;
    full_from = full;
    count = 0;
}

long recorder_count(void) { return count; }

static int below(const char *path) {
    size_t length = strlen(root);
    return length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

/* The absolute path that a call means; 0 where it is none of ours. */
static int meant(int folder, const char *path, char *full) {
    char base[PATH_MAX];
    if (journal < 0 || !path) return 0;
    if (path[0] == '/') {
        snprintf(full, PATH_MAX, "%s", path);
        return below(full);
    }
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t size = readlink(link, base, sizeof base - 1);
        if (size < 0) return 0;
        base[size] = 0;
    }
    if (snprintf(full, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    return below(full);
}

/* The path and inode behind a descriptor; 0 where it is none of ours. Only files and folders count. */
static int held(int fd, char *full, struct stat *found) {
    char link[64];
    if (journal < 0 || fd == journal) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, full, PATH_MAX - 1);
    if (size < 0) return 0;
    full[size] = 0;
    return below(full) && !fstat(fd, found) && (S_ISREG(found->st_mode) || S_ISDIR(found->st_mode));
}

static void note(char what, uint64_t inode, uint64_t offset, const void *a, uint32_t a_size, const void *b,
                 uint32_t b_size) {
    unsigned char head[25];
    head[0] = what;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &a_size, 4);
    memcpy(head + 21, &b_size, 4);
    raw_write(journal, head, sizeof head);
    if (a_size) raw_write(journal, a, a_size);
    if (b_size) raw_write(journal, b, b_size);
}

static void note_path(char what, uint64_t inode, const char *a, const char *b) {
    note(what, inode, 0, a, a ? strlen(a) : 0, b, b ? strlen(b) : 0);
}

/* Counts a call that changes something; true where the process is to end in it. */
static int last(void) { return ++count == kill_at; }

/* True where the disk is full by now, which the call is then told. */
static int no_room(void) {
    if (!full_from || count < full_from) return 0;
    errno = ENOSPC;
    return 1;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static uint64_t inode_of(const char *path) {
    struct stat found;
    return lstat(path, &found) ? 0 : found.st_ino;
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    REAL(openat);
    char full[PATH_MAX];
    struct stat found;
    if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_DIRECTORY) || !meant(folder, path, full))
        return real(folder, path, flags, mode);
    pthread_mutex_lock(&order);
    int there = !stat(full, &found);
    uint64_t size = there ? found.st_size : 0;
    int changes = !there || ((flags & O_TRUNC) && size);
    if (changes && last()) die();
    if (!there && no_room()) {
        pthread_mutex_unlock(&order);
        errno = ENOSPC;
        return -1;
    }
    int fd = real(folder, path, flags, mode), error = errno;
    if (fd >= 0 && changes && !fstat(fd, &found) && S_ISREG(found.st_mode)) {
        if (!there) note_path('C', found.st_ino, full, NULL);
        else note('T', found.st_ino, 0, NULL, 0, NULL, 0);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return fd;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & O_CREAT) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) {
    MODE
    char full[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !meant(folder, path, full)) {
        REAL(openat);
        return real(folder, path, flags, mode);
    }
    return opened(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) { MODE return openat(folder, path, flags, mode); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __openat_2(int folder, const char *path, int flags) { return openat(folder, path, flags, 0); }
int __openat64_2(int folder, const char *path, int flags) { return openat(folder, path, flags, 0); }

static ssize_t written(int fd, const void *octets, size_t size, off_t at) {
    static ssize_t (*positioned)(int, const void *, size_t, off_t);
    if (!positioned) positioned = dlsym(RTLD_NEXT, "pwrite");
    char full[PATH_MAX];
    struct stat found;
    if (!held(fd, full, &found)) return at < 0 ? raw_write(fd, octets, size) : positioned(fd, octets, size, at);
    pthread_mutex_lock(&order);
    fstat(fd, &found);
    off_t where = at >= 0 ? at : (fcntl(fd, F_GETFL) & O_APPEND) ? found.st_size : lseek(fd, 0, SEEK_CUR);
    int ends = last();
    size_t part = ends ? size / 2 : size;
    if (no_room()) {
        part = count == full_from ? size / 2 : 0;
        if (!part) {
            pthread_mutex_unlock(&order);
            errno = ENOSPC;
            return -1;
        }
    }
    ssize_t done = at < 0 ? raw_write(fd, octets, part) : positioned(fd, octets, part, at);
    int error = errno;
    if (done > 0) note('W', found.st_ino, where, octets, done, NULL, 0);
    if (ends) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *octets, size_t size) { return written(fd, octets, size, -1); }
ssize_t pwrite(int fd, const void *octets, size_t size, off_t at) { return written(fd, octets, size, at); }
ssize_t pwrite64(int fd, const void *octets, size_t size, off_t at) { return written(fd, octets, size, at); }
ssize_t writev(int fd, const struct iovec *pieces, int number) {
    char full[PATH_MAX];
    struct stat found;
    REAL(writev);
    if (!held(fd, full, &found)) return real(fd, pieces, number);
    ssize_t total = 0;
    for (int i = 0; i < number; i++) {
        ssize_t done = written(fd, pieces[i].iov_base, pieces[i].iov_len, -1);
        if (done < 0) return total ? total : done;
        total += done;
        if ((size_t)done < pieces[i].iov_len) break;
    }
    return total;
}

static int sized(int fd, off_t size) {
    static int (*real)(int, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "ftruncate");
    char full[PATH_MAX];
    struct stat found;
    if (!held(fd, full, &found)) return real(fd, size);
    pthread_mutex_lock(&order);
    if (last()) die();
    int done = real(fd, size), error = errno;
    if (!done) note('T', found.st_ino, size, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int ftruncate(int fd, off_t size) { return sized(fd, size); }
int ftruncate64(int fd, off_t size) { return sized(fd, size); }
/* Not offered: whoever wants room is told to write zeros, which are recorded. */
int posix_fallocate(int fd, off_t at, off_t size) { (void)fd; (void)at; (void)size; return EOPNOTSUPP; }
int fallocate(int fd, int mode, off_t at, off_t size) {
    (void)fd; (void)mode; (void)at; (void)size;
    errno = EOPNOTSUPP;
    return -1;
}
int fallocate64(int fd, int mode, off_t at, off_t size) { return fallocate(fd, mode, at, size); }
ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    (void)to; (void)from; (void)at; (void)size;
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int to, int from, off_t *at, size_t size) { return sendfile(to, from, at, size); }
ssize_t copy_file_range(int from, off_t *at, int to, off_t *there, size_t size, unsigned flags) {
    (void)from; (void)at; (void)to; (void)there; (void)size; (void)flags;
    errno = EXDEV;
    return -1;
}

static int synced(int fd, const char *name) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    (void)name;
    char full[PATH_MAX];
    struct stat found;
    if (!held(fd, full, &found)) return real(fd);
    pthread_mutex_lock(&order);
    if (last()) die();
    note(S_ISDIR(found.st_mode) ? 'D' : 'F', found.st_ino, 0, full, strlen(full), NULL, 0);
    pthread_mutex_unlock(&order);
    return 0; /* the disk is simulated: what was recorded as synced counts as kept */
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }

static int renamed(int from_folder, const char *from, int to_folder, const char *to) {
    REAL(renameat);
    char a[PATH_MAX], b[PATH_MAX];
    int ours = meant(from_folder, from, a);
    ours = meant(to_folder, to, b) && ours;
    if (!ours) return real(from_folder, from, to_folder, to);
    pthread_mutex_lock(&order);
    uint64_t inode = inode_of(a);
    if (last()) die();
    int done = real(from_folder, from, to_folder, to), error = errno;
    if (!done) note_path('R', inode, a, b);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    static int (*real)(int, const char *, int, const char *);
    char a[PATH_MAX];
    if (!meant(from_folder, from, a)) {
        if (!real) real = dlsym(RTLD_NEXT, "renameat");
        return real(from_folder, from, to_folder, to);
    }
    return renamed(from_folder, from, to_folder, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    REAL(linkat);
    char a[PATH_MAX], b[PATH_MAX];
    int ours = meant(from_folder, from, a);
    ours = meant(to_folder, to, b) && ours;
    if (!ours) return real(from_folder, from, to_folder, to, flags);
    pthread_mutex_lock(&order);
    uint64_t inode = inode_of(a);
    if (last()) die();
    int done = real(from_folder, from, to_folder, to, flags), error = errno;
    if (!done) note_path('L', inode, a, b);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    char full[PATH_MAX];
    if (!meant(folder, path, full)) return real(folder, path, flags);
    pthread_mutex_lock(&order);
    uint64_t inode = inode_of(full);
    if (last()) die();
    int done = real(folder, path, flags), error = errno;
    if (!done) note_path('U', inode, full, NULL);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    struct stat found;
    return unlinkat(AT_FDCWD, path, !lstat(path, &found) && S_ISDIR(found.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(mkdirat);
    char full[PATH_MAX];
    if (!meant(folder, path, full)) return real(folder, path, mode);
    pthread_mutex_lock(&order);
    if (last()) die();
    int failed = no_room();
    int done = failed ? -1 : real(folder, path, mode), error = failed ? ENOSPC : errno;
    if (!done) note_path('M', inode_of(full), full, NULL);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
