#include "tests/floor/fault_vfs.hpp"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include <sqlite3.h>

namespace ledger_bridge::floor::test {

namespace {

namespace fs = std::filesystem;

struct State {
    fs::path watched;
    fs::path durable;
    int left = std::numeric_limits<int>::max();
    int syncs = 0;
    bool fired = false;
    FaultVfs::Fault fault = FaultVfs::Fault::once;
};

// SQLite calls back without a place for our own pointer in every call.
State state;             // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
sqlite3_vfs* real_vfs;   // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
sqlite3_vfs faulty_vfs;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// A file of ours with the real one behind it, in the memory that SQLite gives for both.
struct File {
    sqlite3_file base;
    bool watched;
    const char* name;  // lives as long as the file, says SQLite
};

File* ours(sqlite3_file* file) {
    return reinterpret_cast<File*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(ours(file) + 1);
}

bool is_watched(const char* name) {
    return name != nullptr && fs::path(name).parent_path() == state.watched;
}

bool fails(bool watched) {
    if (!watched) {
        return false;
    }
    if (state.left > 0) {
        --state.left;
        return false;
    }
    if (state.fired && state.fault != FaultVfs::Fault::forever) {
        return false;
    }
    state.fired = true;
    return true;
}

fs::path durable_copy(const char* name) {
    return state.durable / fs::path(name).filename();
}

void make_durable(const File& file) {
    if (file.watched && file.name != nullptr) {
        ++state.syncs;
        std::error_code ignored;
        fs::copy_file(
            file.name, durable_copy(file.name), fs::copy_options::overwrite_existing, ignored);
    }
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}

int read_file(sqlite3_file* file, void* target, int size, sqlite3_int64 offset) {
    return fails(ours(file)->watched)
               ? SQLITE_IOERR_READ
               : real(file)->pMethods->xRead(real(file), target, size, offset);
}

int write_file(sqlite3_file* file, const void* source, int size, sqlite3_int64 offset) {
    const auto write = [&](int count) {
        return real(file)->pMethods->xWrite(real(file), source, count, offset);
    };
    if (!fails(ours(file)->watched)) {
        return write(size);
    }
    if (state.fault == FaultVfs::Fault::torn) {
        write(size / 2);
    }
    return SQLITE_FULL;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return fails(ours(file)->watched) ? SQLITE_IOERR_TRUNCATE
                                      : real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
    if (fails(ours(file)->watched)) {
        return SQLITE_IOERR_FSYNC;
    }
    const int code = real(file)->pMethods->xSync(real(file), flags);
    if (code == SQLITE_OK) {
        make_durable(*ours(file));
    }
    return code;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    return fails(ours(file)->watched) ? SQLITE_IOERR_FSTAT
                                      : real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
    return fails(ours(file)->watched) ? SQLITE_IOERR_LOCK
                                      : real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_reserved_lock(sqlite3_file* file, int* result) {
    return fails(ours(file)->watched)
               ? SQLITE_IOERR_CHECKRESERVEDLOCK
               : real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int file_control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

int device_characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int shm_map(sqlite3_file* file, int page, int size, int extend, volatile void** memory) {
    return fails(ours(file)->watched)
               ? SQLITE_IOERR_SHMMAP
               : real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    // Giving a lock back does not fail.
    return (flags & SQLITE_SHM_LOCK) != 0 && fails(ours(file)->watched)
               ? SQLITE_IOERR_SHMLOCK
               : real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void shm_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

int shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: no memory-mapped reads, so that every read can fail.
const sqlite3_io_methods kMethods{2,
                                  close_file,
                                  read_file,
                                  write_file,
                                  truncate_file,
                                  sync_file,
                                  size_of_file,
                                  lock_file,
                                  unlock_file,
                                  check_reserved_lock,
                                  file_control,
                                  sector_size,
                                  device_characteristics,
                                  shm_map,
                                  shm_lock,
                                  shm_barrier,
                                  shm_unmap,
                                  nullptr,
                                  nullptr};

int open_file(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* given) {
    const bool watched = is_watched(name);
    file->pMethods = nullptr;
    if (fails(watched)) {
        return SQLITE_CANTOPEN;
    }
    const int code = real_vfs->xOpen(real_vfs, name, real(file), flags, given);
    if (real(file)->pMethods != nullptr) {
        *ours(file) = {{&kMethods}, watched, name};
    }
    return code;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* name, int sync_directory) {
    if (fails(is_watched(name))) {
        return SQLITE_IOERR_DELETE;
    }
    const int code = real_vfs->xDelete(real_vfs, name, sync_directory);
    if (code == SQLITE_OK && is_watched(name)) {
        std::error_code ignored;
        fs::remove(durable_copy(name), ignored);
    }
    return code;
}

int access_file(sqlite3_vfs* /*vfs*/, const char* name, int flags, int* result) {
    return fails(is_watched(name)) ? SQLITE_IOERR_ACCESS
                                   : real_vfs->xAccess(real_vfs, name, flags, result);
}

}  // namespace

FaultVfs::FaultVfs(const fs::path& watched, const fs::path& durable) {
    state = State{.watched = watched, .durable = durable};
    real_vfs = sqlite3_vfs_find("unix");
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.szOsFile = real_vfs->szOsFile + static_cast<int>(sizeof(File));
    faulty_vfs.xOpen = open_file;
    faulty_vfs.xDelete = delete_file;
    faulty_vfs.xAccess = access_file;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&faulty_vfs);
    sqlite3_vfs_register(real_vfs, 1);
}

void FaultVfs::arm(int calls_that_pass, Fault fault) {
    state.left = calls_that_pass;
    state.fired = false;
    state.fault = fault;
}

void FaultVfs::disarm() {
    state.left = std::numeric_limits<int>::max();
}

bool FaultVfs::fired() const {
    return state.fired;
}

int FaultVfs::syncs() const {
    return state.syncs;
}

}  // namespace ledger_bridge::floor::test
