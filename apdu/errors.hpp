// What can go wrong in the Baking app's language and in Tezos' texts, on the host's side.
#pragma once

#include <span>

#include "driver/base/result.hpp"

namespace ledger_bridge::apdu {

// What the device itself refuses is a StatusWord (status_word.hpp).
enum class Errc {
    malformed_answer = 1,
    wrong_app,
    no_app_open,
    bad_path,
    bad_curve,
    bad_base58,
    bad_key,
    bad_signature,
    bad_chain_id,
    bad_level,
    bad_ledger_uri,
    message_too_long,
};

error_code make_error_code(Errc code);

// One row for each Errc, in that order.
std::span<const ErrorRow> error_rows();

}  // namespace ledger_bridge::apdu

namespace boost::system {
template <>
struct is_error_code_enum<ledger_bridge::apdu::Errc> : std::true_type {};
}  // namespace boost::system
