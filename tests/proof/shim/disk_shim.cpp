// Preloaded into the daemon: notes in the journal what it does to its state directory, lets it fail
// on demand, and asks the gate around each step. The real functions do the work.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "tests/proof/shim/gate.hpp"
#include "tests/proof/shim/journal.hpp"

#include <dlfcn.h>

using ledger_bridge::proof::ask_gate;
using ledger_bridge::proof::Journal;
using ledger_bridge::proof::kNotOurs;

namespace {

template <class Function>
Function* real(const char* name) {
    // dlsym gives functions as pointers to objects.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int open_noted(const char* name, const char* path, int flags, mode_t mode) {
    static auto* const open_it = real<int(const char*, int, ...)>("open64");
    auto& journal = Journal::get();
    if (!journal.is_inside(path)) {
        return real<int(const char*, int, ...)>(name)(path, flags, mode);
    }
    if ((flags & O_TRUNC) != 0) {
        journal.not_modelled("O_TRUNC");
    }
    const bool creates = (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
    if (creates && journal.fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    const int descriptor = open_it(path, flags, mode);
    if (descriptor >= 0) {
        journal.opened(descriptor, path, creates);
    }
    return descriptor;
}

template <class Write>
ssize_t write_noted(int descriptor, const void* bytes, std::size_t size, off_t at, Write write) {
    auto& journal = Journal::get();
    const auto file = journal.number_of(descriptor);
    if (file == kNotOurs) {
        return write();
    }
    ask_gate("disk_write");
    if (journal.fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    journal.wrote(file, static_cast<std::uint64_t>(at), {static_cast<const char*>(bytes), size});
    const auto written = write();
    ask_gate("disk_written");
    return written;
}

int resize_noted(const char* name, int descriptor, off_t size) {
    auto& journal = Journal::get();
    const auto file = journal.number_of(descriptor);
    if (file != kNotOurs) {
        ask_gate("disk_write");
        journal.resized(file, static_cast<std::uint64_t>(size));
    }
    return real<int(int, off_t)>(name)(descriptor, size);
}

int save_noted(const char* name, int descriptor) {
    auto& journal = Journal::get();
    const auto file = journal.number_of(descriptor);
    if (file == kNotOurs) {
        return real<int(int)>(name)(descriptor);
    }
    ask_gate("disk_save");
    if (journal.fails("save")) {
        journal.saved(file, false);
        errno = EIO;
        return -1;
    }
    // Nothing is really saved: the journal says what a power cut would leave.
    journal.saved(file, true);
    ask_gate("disk_saved");
    return 0;
}

void* map_noted(
    const char* name, void* at, std::size_t size, int rights, int flags, int file, off_t offset) {
    if (file >= 0 && (rights & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0 &&
        Journal::get().number_of(file) != kNotOurs) {
        Journal::get().not_modelled("mmap " + std::to_string(Journal::get().number_of(file)));
    }
    return real<void*(void*, std::size_t, int, int, int, off_t)>(name)(
        at, size, rights, flags, file, offset);
}

mode_t mode_argument(int flags, std::va_list arguments) {
    return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// Their names and arguments are the C library's.
// NOLINTBEGIN(cert-dcl50-cpp,readability-inconsistent-declaration-parameter-name)
extern "C" {

int open(const char* path, int flags, ...) {
    std::va_list arguments;
    va_start(arguments, flags);
    const auto mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_noted("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    std::va_list arguments;
    va_start(arguments, flags);
    const auto mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_noted("open64", path, flags, mode);
}

ssize_t write(int file, const void* bytes, std::size_t size) {
    static auto* const real_write = real<ssize_t(int, const void*, std::size_t)>("write");
    const auto at = ::lseek(file, 0, SEEK_CUR);
    return write_noted(file, bytes, size, at, [&] { return real_write(file, bytes, size); });
}

ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t at) {
    static auto* const real_write = real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
    return write_noted(file, bytes, size, at, [&] { return real_write(file, bytes, size, at); });
}

ssize_t pwrite64(int file, const void* bytes, std::size_t size, off_t at) {
    return pwrite(file, bytes, size, at);
}

int ftruncate(int file, off_t size) noexcept {
    return resize_noted("ftruncate", file, size);
}

int ftruncate64(int file, off_t size) noexcept {
    return resize_noted("ftruncate64", file, size);
}

int fsync(int file) {
    return save_noted("fsync", file);
}

int fdatasync(int file) {
    return save_noted("fdatasync", file);
}

int rename(const char* from, const char* to) noexcept {
    auto& journal = Journal::get();
    if (journal.is_inside(from)) {
        ask_gate("disk_write");
        journal.renamed(from, to);
    }
    return real<int(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) noexcept {
    auto& journal = Journal::get();
    if (journal.is_inside(path) && ::access(path, F_OK) == 0) {
        ask_gate("disk_write");
        journal.removed(path);
    }
    return real<int(const char*)>("unlink")(path);
}

int remove(const char* path) noexcept {
    auto& journal = Journal::get();
    if (journal.is_inside(path) && ::access(path, F_OK) == 0) {
        ask_gate("disk_write");
        journal.removed(path);
    }
    return real<int(const char*)>("remove")(path);
}

int fallocate(int file, int mode, off_t at, off_t size) {
    if (Journal::get().number_of(file) != kNotOurs) {
        Journal::get().not_modelled("fallocate");
    }
    return real<int(int, int, off_t, off_t)>("fallocate")(file, mode, at, size);
}

int posix_fallocate(int file, off_t at, off_t size) {
    if (Journal::get().number_of(file) != kNotOurs) {
        Journal::get().not_modelled("posix_fallocate");
    }
    return real<int(int, off_t, off_t)>("posix_fallocate")(file, at, size);
}

void* mmap(void* at, std::size_t size, int rights, int flags, int file, off_t offset) noexcept {
    return map_noted("mmap", at, size, rights, flags, file, offset);
}

void* mmap64(void* at, std::size_t size, int rights, int flags, int file, off_t offset) noexcept {
    return map_noted("mmap64", at, size, rights, flags, file, offset);
}
}
// NOLINTEND(cert-dcl50-cpp,readability-inconsistent-declaration-parameter-name)
