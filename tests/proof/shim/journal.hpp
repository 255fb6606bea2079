// Writes down what a process does to the files of one directory, for disk.py to replay.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace ledger_bridge::proof {

// A number that a file keeps for the life of the process, also when its inode is used again.
using FileNumber = int;
inline constexpr FileNumber kNotOurs = -1;
inline constexpr FileNumber kDirectory = 0;

// Lines; W is followed by its bytes. Names are relative to the directory.
//   F number name      a file that was there when the process began
//   C number name      created      U name   removed      R old/new   renamed
//   W number at size   written      T number size   cut or lengthened
//   S number           saved: fsync or fdatasync returned 0; number 0 is the directory
//   E number           saving failed
//   X what             something that this shim does not model
// Any thread. Writes are noted before they happen, saving after it happened: a process killed in
// between has written more and saved less than it knows.
class Journal {
public:
    // The directory is that of BRIDGE_DISK, the file that of BRIDGE_DISK_JOURNAL; without them
    // nothing is ours.
    static Journal& get();

    [[nodiscard]] bool is_inside(const char* path) const;
    FileNumber number_of(int descriptor);
    void opened(int descriptor, const char* path, bool created);

    void wrote(FileNumber file, std::uint64_t at, std::string_view bytes);
    void resized(FileNumber file, std::uint64_t size);
    void saved(FileNumber file, bool success);
    void renamed(const char* from, const char* to);
    void removed(const char* path);
    void not_modelled(std::string_view what);

    // What the test wants to go wrong: a file BRIDGE_DISK_FAULT + "." + kind is there.
    [[nodiscard]] bool fails(const char* kind) const;

private:
    Journal();
    [[nodiscard]] std::string name_of(const char* path) const;
    void list_directory();
    void line(const std::string& text, std::string_view bytes = {});

    using Inode = std::pair<dev_t, ino_t>;

    std::string root_;
    std::string fault_;
    int file_ = -1;
    std::mutex mutex_;
    std::map<Inode, FileNumber> numbers_;
    FileNumber next_ = kDirectory + 1;
};

}  // namespace ledger_bridge::proof
