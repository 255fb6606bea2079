// Any text as the marker beside the state directory.

#include <string>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/marker.hpp"
#include "tests/fuzz/folder.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    static const FuzzFolder folder("marker");
    const std::string text(data, data + size);
    write_file(folder.path / "marker", text);
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
