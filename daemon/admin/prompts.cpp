#include "daemon/admin/prompts.hpp"

#include <chrono>

#include <fmt/format.h>

#include "apdu/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::admin {

namespace {

constexpr std::chrono::hours kForAPerson{24 * 365};

}  // namespace

Deadline answer_deadline(const Operator& context) {
    return Deadline::after(context.clock, kAnswerTime);
}

Deadline prompt_deadline(const Operator& context, Duration longest) {
    return Deadline::after(context.clock, context.settle ? longest : Duration{kForAPerson});
}

bool answer_lost(const Error& error) {
    return error.code.category() == make_error_code(driver::Errc::timed_out).category() ||
           error.code == make_error_code(apdu::Errc::malformed_answer);
}

std::string marks_text(const apdu::DeviceMarks& marks) {
    return fmt::format("{}, main {} round {}, test {} round {}",
                       apdu::chain_display_name(marks.chain),
                       marks.main.level.value,
                       marks.main.round.value,
                       marks.test.level.value,
                       marks.test.round.value);
}

}  // namespace ledger_bridge::admin
