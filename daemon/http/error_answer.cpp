// The one table from error codes to HTTP statuses, and the error array that clients decode.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/json_text.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

enum class Words {
    sentence_first,
    // The detail is octez-signer's text, which scripts match at the beginning.
    detail_first,
};

// Whose code it is.
enum class Owner { daemon, floor, apdu, driver, device };

struct StatusRow {
    Owner owner;
    int value;
    unsigned status;
    Words words;
};

constexpr unsigned kBadRequest = 400;
constexpr unsigned kUnauthorized = 401;
constexpr unsigned kForbidden = 403;
constexpr unsigned kNotFound = 404;
constexpr unsigned kMethodNotAllowed = 405;
constexpr unsigned kRequestTimeout = 408;
constexpr unsigned kConflict = 409;
constexpr unsigned kPayloadTooLarge = 413;
constexpr unsigned kHeaderTooLarge = 431;
constexpr unsigned kInternal = 500;
constexpr unsigned kNotImplemented = 501;
constexpr unsigned kUnavailable = 503;

using apdu::StatusWord;
using Apdu = apdu::Errc;
using Device = driver::Errc;
using Floor = floor::Errc;

constexpr Owner owner(Errc /*code*/) {
    return Owner::daemon;
}
constexpr Owner owner(Floor /*code*/) {
    return Owner::floor;
}
constexpr Owner owner(Apdu /*code*/) {
    return Owner::apdu;
}
constexpr Owner owner(Device /*code*/) {
    return Owner::driver;
}
constexpr Owner owner(StatusWord /*code*/) {
    return Owner::device;
}

template <class Code>
constexpr StatusRow row(Code code, unsigned status, Words words = Words::sentence_first) {
    return {owner(code), static_cast<int>(code), status, words};
}

// Codes that are not here are 500. The order is that of the statuses.
constexpr std::array kTable{
    row(Errc::bad_body, kBadRequest),
    row(Errc::bad_request, kBadRequest),
    row(Floor::bad_message, kBadRequest, Words::detail_first),
    row(Floor::level_out_of_range, kBadRequest, Words::detail_first),
    row(Apdu::bad_base58, kBadRequest),
    row(Apdu::bad_key, kBadRequest),
    row(Apdu::bad_level, kBadRequest),
    row(Apdu::message_too_long, kBadRequest),
    row(StatusWord::parse_error, kBadRequest),

    row(Errc::authentication_missing, kUnauthorized),
    row(Errc::authentication_invalid, kUnauthorized),

    row(Errc::magic_byte, kForbidden, Words::detail_first),
    row(Errc::kind_refused, kForbidden),
    row(Errc::reveal_unsafe, kForbidden),
    row(Errc::chain_refused, kForbidden),
    row(Errc::tz4_refused, kForbidden),
    row(Errc::page_refused, kForbidden),
    row(Errc::known_keys_off, kForbidden),
    row(Errc::possession_off, kForbidden),
    row(Errc::nonces_off, kForbidden),
    row(Errc::policy_client, kForbidden),
    row(Errc::policy_kind, kForbidden, Words::detail_first),
    row(Errc::policy_chain, kForbidden),
    row(Floor::tz4_message, kForbidden),
    row(StatusWord::refused_by_user, kForbidden),

    row(Errc::unknown_key, kNotFound, Words::detail_first),
    row(Errc::no_such_path, kNotFound),
    row(Errc::method_refused, kMethodNotAllowed),
    row(Errc::request_timeout, kRequestTimeout),

    row(Floor::below_watermark, kConflict, Words::detail_first),
    row(Floor::not_above_watermark, kConflict, Words::detail_first),
    row(Floor::different_data, kConflict, Words::detail_first),
    row(Floor::device_watermark, kConflict, Words::detail_first),
    row(Floor::commit_conflict, kConflict, Words::detail_first),
    row(Floor::level_jump, kConflict),
    row(Errc::signature_lost, kConflict, Words::detail_first),
    row(StatusWord::watermark_or_bad_data, kConflict),

    row(Errc::body_too_large, kPayloadTooLarge),
    row(Errc::header_too_large, kHeaderTooLarge),
    row(Errc::method_unknown, kNotImplemented),

    row(Errc::too_many_connections, kUnavailable),
    row(Errc::no_device_yet, kUnavailable),
    row(Errc::device_absent, kUnavailable),
    row(Errc::opening, kUnavailable),
    row(Errc::identifying, kUnavailable),
    row(Errc::wrong_app, kUnavailable),
    row(Errc::locked, kUnavailable),
    row(Errc::unauthorised, kUnavailable),
    row(Errc::prompting, kUnavailable),
    row(Errc::session_lost, kUnavailable),
    row(Errc::app_crashed, kUnavailable),
    row(Errc::queue_full, kUnavailable),
    row(Errc::client_queue_full, kUnavailable),
    row(Errc::deadline_passed, kUnavailable),
    row(Errc::store_not_ready, kUnavailable),
    row(Errc::stopping, kUnavailable),
    row(Errc::wrong_signature, kUnavailable),
    row(Floor::store_unavailable, kUnavailable),
    row(Floor::store_full, kUnavailable),
    row(Floor::handed_over, kUnavailable),
    row(Floor::store_damaged, kUnavailable),
    row(Floor::store_newer, kUnavailable),
    row(Floor::store_locked, kUnavailable),
    row(Floor::bad_state_directory, kUnavailable),
    row(Floor::no_state_directory, kUnavailable),
    row(Device::no_device, kUnavailable),
    row(Device::several_devices, kUnavailable),
    row(Device::permission_denied, kUnavailable),
    row(Device::device_busy, kUnavailable),
    row(Device::no_hid_driver, kUnavailable),
    row(Device::bootloader, kUnavailable),
    row(Device::unknown_product, kUnavailable),
    row(Device::disconnected, kUnavailable),
    row(Device::timed_out, kUnavailable),
    row(Device::bad_frame, kUnavailable),
    row(Device::system, kUnavailable),
    row(Apdu::malformed_answer, kUnavailable),
    row(Apdu::bad_signature, kUnavailable),
    row(Apdu::wrong_app, kUnavailable),
    row(Apdu::no_app_open, kUnavailable),
    row(StatusWord::locked, kUnavailable),
    row(StatusWord::unauthorised, kUnavailable),
    row(StatusWord::no_authorised_key, kUnavailable),
    row(StatusWord::unknown_instruction, kUnavailable),
    row(StatusWord::unknown_class, kUnavailable),
};

const boost::system::error_category& category(Owner owner) {
    switch (owner) {
        case Owner::daemon:
            return make_error_code(Errc::internal).category();
        case Owner::floor:
            return make_error_code(Floor::bad_message).category();
        case Owner::apdu:
            return make_error_code(Apdu::bad_key).category();
        case Owner::driver:
            return make_error_code(Device::no_device).category();
        case Owner::device:
            break;
    }
    return make_error_code(StatusWord::ok).category();
}

// Null for a bug in this program.
const StatusRow* find_row(const error_code& code) {
    const auto* const found =
        std::find_if(kTable.begin(), kTable.end(), [&code](const StatusRow& row) {
            return row.value == code.value() && category(row.owner) == code.category();
        });
    return found == kTable.end() ? nullptr : found;
}

std::string message(const Error& error) {
    const auto* const row = find_row(error.code);
    if (row == nullptr || row->words == Words::sentence_first || error.detail.empty()) {
        return error.text();
    }
    return error.detail + ": " + Error{error.code, {}}.text();
}

}  // namespace

unsigned http_status(const error_code& code) {
    const auto* const row = find_row(code);
    if (row != nullptr) {
        return row->status;
    }
    // A word of the device that nobody foresaw is no bug of this program.
    return code.category() == category(Owner::device) ? kUnavailable : kInternal;
}

HttpAnswer error_answer(const Error& error) {
    const auto array = nlohmann::ordered_json::array(
        {{{"kind", "temporary"}, {"id", "failure"}, {"msg", message(error)}}});
    return {.status = http_status(error.code), .body = json_text(array) + "\n"};
}

}  // namespace ledger_bridge::daemon
