// The two bytes at the end of every answer, as error codes with advice.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "driver/base/result.hpp"

namespace ledger_bridge::apdu {

// Any 16-bit value may come; those without a name keep their number.
// Source: measured on the app's releases 2.5.0 and 2.5.1.
enum class StatusWord : std::uint16_t {
    ok = 0x9000,
    crypto_failure = 0x9001,         // unhardened ed25519 path; AUTHORIZE without path and key
    no_path_or_too_long = 0x917e,    // message packet without selection; more than 235 bytes
    parse_error = 0x9405,            // SIGN: not understood, or packets out of sequence
    locked = 0x5515,                 // PIN lock, answered to every APDU; nothing changed
    unauthorised = 0x6982,           // SIGN: the selected key is not the authorised one
    refused_by_user = 0x6985,        // Reject pressed; nothing changed
    watermark_or_bad_data = 0x6a80,  // SIGN: watermark; elsewhere: bad data
    no_authorised_key = 0x6a88,      // QUERY_AUTH_KEY_WITH_CURVE on 2.5.0
    bad_parameters = 0x6b00,         // P1 or P2
    bad_length = 0x6c00,             // Lc and data disagree, trailing bytes after a path
    unknown_instruction = 0x6d00,    // another app is open
    unknown_class = 0x6e00,          // another app, or the dashboard, is open
    other_status_word = 0xffff,      // never sent: whose row is that of all words without a name
};

error_code make_error_code(StatusWord status);

// Four hex digits: "6a80".
std::string status_text(StatusWord status);

// One row for each named status word but ok.
std::span<const ErrorRow> status_rows();

}  // namespace ledger_bridge::apdu

namespace boost::system {
template <>
struct is_error_code_enum<ledger_bridge::apdu::StatusWord> : std::true_type {};
}  // namespace boost::system
