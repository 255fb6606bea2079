#include "tools/common/mark_request.hpp"

#include "daemon/node/node_client.hpp"
#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {

namespace {

constexpr std::chrono::seconds kNodeTime{10};

// Reads an option if it is given; the error names the option.
template <class Value>
Result<void> read_option(const char* name,
                         const std::optional<std::string>& text,
                         Result<Value> (*parse)(std::string_view),
                         std::optional<Value>& out) {
    if (!text) {
        return {};
    }
    const auto value = parse(*text);
    if (!value) {
        auto error = value.error();
        error.detail = std::string(name) + " " + (error.detail.empty() ? *text : error.detail);
        return error;
    }
    out.emplace(*value);
    return {};
}

Result<void> read_key(const MarkOptions& options, admin::AdminRequest& request) {
    auto curve = read_option("--curve", options.curve, apdu::parse_curve, request.curve);
    if (!curve) {
        return curve;
    }
    auto path = read_option("--path", options.path, apdu::DerivationPath::parse, request.path);
    if (!path) {
        return path;
    }
    return read_option("--chain", options.chain, apdu::parse_chain_id, request.chain);
}

Result<void> read_levels(const MarkOptions& options, admin::MarkWish& marks) {
    auto level = read_option("--level", options.level, apdu::parse_level, marks.level);
    if (!level) {
        return level;
    }
    marks.force_lower = options.force_lower;
    return read_option("--test-level", options.test_level, apdu::parse_level, marks.test_level);
}

Result<std::optional<node::NodeHead>> ask_for_head(const MarkOptions& options, const Clock& clock) {
    if (!options.node) {
        return std::optional<node::NodeHead>();
    }
    const auto url = node::parse_node_url(*options.node);
    if (!url) {
        return url.error();
    }
    const auto head = node::ask_node(*url, Deadline::after(clock, kNodeTime), clock);
    return head ? Result<std::optional<node::NodeHead>>(*head) : head.error();
}

}  // namespace

Result<admin::AdminRequest> mark_request(const MarkOptions& options, const Clock& clock) {
    admin::AdminRequest request;
    const auto key = read_key(options, request);
    if (!key) {
        return key.error();
    }
    const auto levels = read_levels(options, request.marks);
    if (!levels) {
        return levels.error();
    }
    const auto head = ask_for_head(options, clock);
    if (!head) {
        return head.error();
    }
    request.marks.head = *head;
    return request;
}

}  // namespace ledger_bridge::tools
