// What clients may have before the paths of the HTTP interface, as people write it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// "/bakery/signer" has two segments, and none at all is no prefix.
struct PathPrefix {
    std::vector<std::string> segments = {};

    // Whether that path, decoded segment by segment, begins with it.
    [[nodiscard]] bool begins(const std::vector<std::string>& path) const;

    bool operator==(const PathPrefix&) const = default;
};

// "none", or segments with a slash before each, of letters, digits and - . _ ~ alone, so that
// nobody between writes them in another way. The first is none of the interface's own, whose paths
// would have two meanings then. Errors: bad_option.
Result<PathPrefix> parse_path_prefix(std::string_view text);

}  // namespace ledger_bridge::daemon
