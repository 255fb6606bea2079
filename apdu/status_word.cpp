#include "apdu/status_word.hpp"

#include <array>

#include <fmt/format.h>

namespace ledger_bridge::apdu {

namespace {

constexpr int row_value(StatusWord status) {
    return static_cast<int>(status);
}

constexpr std::array<ErrorRow, 13> kRows{{
    {row_value(StatusWord::crypto_failure),
     "crypto_failure",
     "the device cannot compute with this key",
     "use a path whose numbers are all hardened, like 44h/1729h/0h/0h"},
    {row_value(StatusWord::no_path_or_too_long),
     "no_path_or_too_long",
     "the device has no key selected, or the message is too long for it",
     "try again; if it happens again, check that the app is release 2.5.0 or later"},
    {row_value(StatusWord::parse_error),
     "parse_error",
     "the device does not understand what it was asked to sign",
     "only blocks, preattestations and attestations can be signed; check that the app is up to "
     "date"},
    {row_value(StatusWord::locked),
     "device_locked",
     "the device is locked",
     "enter the PIN on the device"},
    {row_value(StatusWord::unauthorised),
     "unauthorised",
     "the device is not authorised to bake with this key",
     "run setup-ledger for this key"},
    {row_value(StatusWord::refused_by_user),
     "refused_by_user",
     "the request was rejected on the device",
     "run the command again and press Accept if that was a mistake; nothing was changed"},
    {row_value(StatusWord::watermark_or_bad_data),
     "device_watermark",
     "the device refused: its high watermark forbids this signature, or the data is not valid",
     "compare with the marks that 'ledgerctl status' shows; reset-hwm can move them"},
    {row_value(StatusWord::no_authorised_key),
     "no_authorised_key",
     "no key is authorised for baking on the device",
     "run setup-ledger"},
    {row_value(StatusWord::bad_parameters),
     "bad_parameters",
     "the app does not know this variant of the request",
     "check that the app is release 2.5.0 or later"},
    {row_value(StatusWord::bad_length),
     "bad_length",
     "the device finds the length of the request wrong",
     "unplug the device and plug it in; check that the app is release 2.5.0 or later"},
    {row_value(StatusWord::unknown_instruction),
     "unknown_instruction",
     "the open app does not know this request",
     "open the Tezos Baking app on the device"},
    {row_value(StatusWord::unknown_class),
     "unknown_class",
     "the Tezos Baking app is not open",
     "open the Tezos Baking app on the device"},
    {row_value(StatusWord::other_status_word),
     "other_status_word",
     "the device answered with a status word that the Baking app is not known to give",
     "ask again; if it comes again, unplug the device, plug it in and open the Tezos Baking app, "
     "2.5.0 or later; 'ledgerctl explain' and the word tell what is known of it"},
}};

}  // namespace

std::span<const ErrorRow> status_rows() {
    return kRows;
}

error_code make_error_code(StatusWord status) {
    static const ErrorCategory category("status_word", kRows, &kRows.back());
    return {static_cast<int>(status), category};
}

std::string status_text(StatusWord status) {
    return fmt::format("{:04x}", static_cast<std::uint16_t>(status));
}

}  // namespace ledger_bridge::apdu
