#include "daemon/admin/admin_protocol.hpp"

#include <gtest/gtest.h>

#include "apdu/status_word.hpp"
#include "daemon/admin/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::admin {
namespace {

using nlohmann::json;

// A line without its end, which every line must have exactly once.
std::string stripped(std::string line) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    line.pop_back();
    return line;
}

TEST(AdminProtocol, EventResultAndErrorRoundTrip) {
    const json event{{"event", "prompt"}, {"instruction", "SETUP"}};
    const auto read_event = parse_answer_line(stripped(event_line(event)));
    EXPECT_EQ(std::get<EventMessage>(*read_event).event, event);

    const auto read_result = parse_answer_line(stripped(result_line({{"changed", true}})));
    EXPECT_EQ(std::get<ResultMessage>(*read_result).result, (json{{"changed", true}}));

    const auto error = fail(apdu::StatusWord::refused_by_user, "SETUP");
    const auto read_error = parse_answer_line(stripped(error_line(error)));
    const auto& failure = std::get<Failure>(*read_error);
    EXPECT_EQ(failure.id, "refused_by_user");
    EXPECT_EQ(failure.message, error.text());
    EXPECT_EQ(failure.exit_code, ExitCode::refused_by_user);
}

TEST(AdminProtocol, TextThatIsNoUtf8StillMakesALine) {
    const auto line = error_line(fail(Errc::bad_answer, "\xff\xfe\n"));
    EXPECT_TRUE(parse_answer_line(stripped(line)));
}

TEST(AdminProtocol, RefusesWhatIsNoAnswer) {
    for (const auto* line : {"",
                             "{",
                             "[]",
                             "1",
                             "{}",
                             "{\"error\":{}}",
                             "{\"error\":1}",
                             "{\"error\":{\"message\":\"\"}}",
                             "{\"error\":{\"message\":5}}"}) {
        const auto read = parse_answer_line(line);
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().code, make_error_code(Errc::bad_answer)) << line;
    }
}

TEST(AdminProtocol, AnErrorNeverExitsWithZeroNorUnlisted) {
    for (const auto* code : {"0", "7", "-1", "\"4\"", "4.5", "null"}) {
        const auto line =
            std::string(R"({"error":{"id":"x","message":"m","exit_code":)") + code + "}}";
        EXPECT_EQ(std::get<Failure>(*parse_answer_line(line)).exit_code, ExitCode::failed) << code;
    }
}

TEST(AdminProtocol, RequestsAreObjects) {
    EXPECT_TRUE(parse_request_line(R"({"command":"list"})"));
    for (const auto* line : {"", "[]", "\"list\"", "{\"command\":"}) {
        EXPECT_EQ(parse_request_line(line).error().code, make_error_code(Errc::bad_request));
    }
}

TEST(ExitCodes, AreThoseOfTheContract) {
    EXPECT_EQ(exit_code_of(fail(Errc::read_back_differs)), ExitCode::failed);
    EXPECT_EQ(exit_code_of(fail(Errc::level_needed)), ExitCode::wrong_usage);
    EXPECT_EQ(exit_code_of(fail(Errc::no_authorized_key)), ExitCode::no_usable_device);
    EXPECT_EQ(exit_code_of(fail(apdu::StatusWord::locked)), ExitCode::no_usable_device);
    EXPECT_EQ(exit_code_of(fail(apdu::StatusWord::unknown_class)), ExitCode::no_usable_device);
    EXPECT_EQ(exit_code_of(fail(apdu::StatusWord::refused_by_user)), ExitCode::refused_by_user);
    EXPECT_EQ(exit_code_of(fail(Errc::level_not_above_signed)), ExitCode::refused_by_watermark);
    EXPECT_EQ(exit_code_of(fail(driver::Errc::timed_out)), ExitCode::timed_out);
    EXPECT_EQ(exit_code_of(fail(static_cast<apdu::StatusWord>(0x6f42))), ExitCode::failed);
}

}  // namespace
}  // namespace ledger_bridge::admin
