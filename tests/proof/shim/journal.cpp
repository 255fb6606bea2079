#include "tests/proof/shim/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include <dirent.h>

namespace ledger_bridge::proof {

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// The system calls themselves: the library's functions of these names are ours.
void write_all(int file, const char* bytes, std::size_t size) {
    while (size > 0) {
        const auto written = ::syscall(SYS_write, file, bytes, size);
        if (written <= 0) {
            std::abort();  // a proof with half a journal proves nothing
        }
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
}

}  // namespace

Journal& Journal::get() {
    // Never destroyed: threads may still write while the process ends.
    static auto* const journal = new Journal;
    return *journal;
}

Journal::Journal() : root_(variable("BRIDGE_DISK")), fault_(variable("BRIDGE_DISK_FAULT")) {
    const auto path = variable("BRIDGE_DISK_JOURNAL");
    if (root_.empty() || path.empty()) {
        root_.clear();
        return;
    }
    file_ = static_cast<int>(::syscall(
        SYS_openat, AT_FDCWD, path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
    list_directory();
}

void Journal::list_directory() {
    struct stat found {};
    if (::stat(root_.c_str(), &found) != 0) {
        return;
    }
    numbers_[{found.st_dev, found.st_ino}] = kDirectory;
    auto* const directory = ::opendir(root_.c_str());
    while (const auto* const entry = ::readdir(directory)) {
        const std::string name(static_cast<const char*>(entry->d_name));
        if (::stat((root_ + "/" + name).c_str(), &found) == 0 && S_ISREG(found.st_mode)) {
            numbers_[{found.st_dev, found.st_ino}] = next_;
            line("F " + std::to_string(next_++) + " " + name);
        }
    }
    ::closedir(directory);
}

bool Journal::is_inside(const char* path) const {
    return !root_.empty() && path != nullptr &&
           std::strncmp(path, root_.c_str(), root_.size()) == 0 &&
           (path[root_.size()] == '/' || path[root_.size()] == '\0');
}

std::string Journal::name_of(const char* path) const {
    return std::string(path).substr(std::min(root_.size() + 1, std::strlen(path)));
}

FileNumber Journal::number_of(int descriptor) {
    struct stat found {};
    if (root_.empty() || ::fstat(descriptor, &found) != 0) {
        return kNotOurs;
    }
    const std::scoped_lock lock(mutex_);
    const auto known = numbers_.find({found.st_dev, found.st_ino});
    return known == numbers_.end() ? kNotOurs : known->second;
}

void Journal::opened(int descriptor, const char* path, bool created) {
    struct stat found {};
    if (!created || ::fstat(descriptor, &found) != 0) {
        return;
    }
    const std::scoped_lock lock(mutex_);
    numbers_[{found.st_dev, found.st_ino}] = next_;
    line("C " + std::to_string(next_++) + " " + name_of(path));
}

void Journal::wrote(FileNumber file, std::uint64_t at, std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    line(
        "W " + std::to_string(file) + " " + std::to_string(at) + " " + std::to_string(bytes.size()),
        bytes);
}

void Journal::resized(FileNumber file, std::uint64_t size) {
    const std::scoped_lock lock(mutex_);
    line("T " + std::to_string(file) + " " + std::to_string(size));
}

void Journal::saved(FileNumber file, bool success) {
    const std::scoped_lock lock(mutex_);
    line((success ? "S " : "E ") + std::to_string(file));
}

void Journal::renamed(const char* from, const char* to) {
    const std::scoped_lock lock(mutex_);
    line("R " + name_of(from) + "/" + name_of(to));
}

void Journal::removed(const char* path) {
    const std::scoped_lock lock(mutex_);
    line("U " + name_of(path));
}

void Journal::not_modelled(std::string_view what) {
    const std::scoped_lock lock(mutex_);
    line("X " + std::string(what));
}

bool Journal::fails(const char* kind) const {
    return !fault_.empty() && ::access((fault_ + "." + kind).c_str(), F_OK) == 0;
}

// One system call a line, so that a kill leaves whole lines, but perhaps not the bytes after one.
void Journal::line(const std::string& text, std::string_view bytes) {
    std::string whole = text + "\n";
    whole.append(bytes);
    write_all(file_, whole.data(), whole.size());
}

}  // namespace ledger_bridge::proof
