// Any text as the address of a node, and as what it answers.

#include <chrono>
#include <string>

#include "daemon/node/node_head.hpp"
#include "daemon/node/node_url.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::node {
namespace {

void check_url(const std::string& text) {
    const auto url = parse_node_url(text);
    if (!url) {
        return;
    }
    const auto again =
        parse_node_url((url->tls ? "https://" : "http://") + host_header(*url) + url->path);
    require(again && *again == *url, "an address that is written again is read as the same");
    require(host_header(*url).find_first_of("\r\n ") == std::string::npos, "a header is one line");
}

void check_head(const std::string& text) {
    const auto head = parse_head(text, WallTime(std::chrono::hours{24 * 365 * 56}));
    if (head) {
        require(head->level < apdu::Level::kEnd, "a level is one that the device signs");
        require(!head->chain.unspecified(), "a node is on one chain");
        require(head->age >= std::chrono::seconds{0}, "no block is made tomorrow");
    }
}

}  // namespace
}  // namespace ledger_bridge::node

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    ledger_bridge::node::check_url(text);
    ledger_bridge::node::check_head(text);
    return 0;
}
