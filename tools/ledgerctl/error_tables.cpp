#include "tools/ledgerctl/error_tables.hpp"

#include <array>

#include "apdu/errors.hpp"
#include "apdu/status_meaning.hpp"
#include "apdu/status_word.hpp"
#include "daemon/admin/errors.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/node/errors.hpp"
#include "driver/errors.hpp"
#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {

namespace {

constexpr unsigned kBug = 500;

struct Table {
    std::string_view from;
    error_code any;
};

std::array<Table, 8> tables() {
    return {{{"connection", make_error_code(driver::Errc::no_device)},
             {"device", make_error_code(apdu::StatusWord::locked)},
             {"device", make_error_code(apdu::Errc::malformed_answer)},
             {"watermark", make_error_code(floor::Errc::bad_message)},
             {"daemon", make_error_code(daemon::Errc::unknown_key)},
             {"node", make_error_code(node::Errc::bad_node_url)},
             {"command", make_error_code(admin::Errc::bad_request)},
             {"tool", make_error_code(Errc::bad_option)}}};
}

}  // namespace

std::vector<KnownError> known_errors() {
    std::vector<KnownError> all;
    for (const auto& [from, any] : tables()) {
        const auto& category = dynamic_cast<const ErrorCategory&>(any.category());
        for (const auto& row : category.rows()) {
            all.push_back({from, {row.value, category}, &row});
        }
    }
    return all;
}

std::optional<unsigned> status_over_http(const KnownError& error) {
    const auto status = daemon::http_status(error.code);
    const bool told = status != kBug || error.code == make_error_code(daemon::Errc::internal);
    return told ? std::optional(status) : std::nullopt;
}

std::optional<unsigned> status_word(const KnownError& error) {
    const bool devices =
        error.code.category() == make_error_code(apdu::StatusWord::locked).category();
    const bool one = devices && error.code != make_error_code(apdu::StatusWord::other_status_word);
    return one ? std::optional(static_cast<unsigned>(error.code.value())) : std::nullopt;
}

std::optional<KnownError> error_of_word(unsigned word) {
    const auto status = static_cast<apdu::StatusWord>(word);
    const auto code = make_error_code(status);
    const KnownError error{"device", code, error_row(code)};
    const bool named = error.row->value == code.value();
    // Words of any card begin with 6 or 9.
    const bool possible = named || word >> 12U == 6 || word >> 12U == 9;
    const bool is_error = status != apdu::StatusWord::ok && status_word(error);
    return possible && is_error ? std::optional(error) : std::nullopt;
}

std::string_view meaning(const KnownError& error) {
    const auto word = status_word(error);
    return word ? apdu::status_meaning(static_cast<apdu::StatusWord>(*word)) : std::string_view();
}

}  // namespace ledger_bridge::tools
