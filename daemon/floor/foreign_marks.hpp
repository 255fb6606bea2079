// Watermark files of other signers. Pure.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "daemon/floor/interchange.hpp"

namespace ledger_bridge::floor {

// See parse_marks_file. Error: bad_interchange, also when the name fits none of them.
Result<Interchange> parse_foreign_marks(std::string_view file_name,
                                        const nlohmann::json& object,
                                        WallTime written);

}  // namespace ledger_bridge::floor
