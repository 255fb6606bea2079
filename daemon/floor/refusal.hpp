// Whether the store is well and says that this must not be signed, or not be imported. Internal to
// this folder.
#pragma once

#include "daemon/floor/errors.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::floor {

inline bool is_refusal(const Error& error) {
    return error.code == make_error_code(Errc::commit_conflict) ||
           error.code == make_error_code(Errc::handed_over) ||
           error.code == make_error_code(Errc::nothing_since_handover);
}

}  // namespace ledger_bridge::floor
