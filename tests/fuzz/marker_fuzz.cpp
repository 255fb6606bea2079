// Any text as the marker beside the state directory.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/marker.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

// Removed with the program.
struct Folder {
    Folder() { std::filesystem::create_directories(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("marker-fuzz-" + std::to_string(::getpid()));
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    static const Folder folder;
    const std::string text(data, data + size);
    std::ofstream(folder.path / "marker", std::ios::binary) << text;
    const auto read = floor::MarkerFile::read(folder.path);
    if (!read) {
        require(read.error().code == make_error_code(floor::Errc::marker_damaged),
                "every error is marker_damaged");
        return 0;
    }
    require(read->has_value(), "a file is a marker or damaged");
    const auto& marker = **read;
    require(text.find("floor " + marker.floor + " writes ") != std::string::npos,
            "the state's name stands in the file");
    require(text.find(std::to_string(marker.writes)) != std::string::npos, "and the number");
    return 0;
}
