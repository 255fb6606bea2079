// Any text and any bytes as a derivation path.

#include <string>

#include "apdu/derivation_path.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::apdu {
namespace {

std::string wire(const DerivationPath& path) {
    ByteWriter writer;
    path.write(writer);
    return to_hex(writer.view());
}

void check(const DerivationPath& path) {
    const auto size = path.components().size();
    require(size >= 1 && size <= 10, "a path has 1 to 10 components");
    const auto from_text = DerivationPath::parse(path.text());
    require(from_text && *from_text == path, "a path survives its text");
}

void read(ByteView data) {
    ByteReader reader(data);
    const auto path = DerivationPath::read(reader);
    if (path) {
        check(*path);
        const auto used = data.first(data.size() - reader.remaining());
        require(wire(*path) == to_hex(used), "a path survives the wire");
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge::apdu;
    read({data, size});
    const auto path = DerivationPath::parse(std::string(data, data + size));
    if (path) {
        check(*path);
    }
    return 0;
}
