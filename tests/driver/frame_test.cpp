#include "driver/frame.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "driver/transport.hpp"

namespace ledger_bridge::driver {
namespace {

constexpr Channel kChannel{0x0101};
constexpr Channel kForeign{0x0202};

Bytes message_of(std::size_t size) {
    Bytes message(size);
    for (std::size_t i = 0; i < size; ++i) {
        message[i] = static_cast<std::uint8_t>(i * 7 + size);
    }
    return message;
}

bool every_length() {
    return std::getenv("BRIDGE_EVERY_LENGTH") != nullptr;
}

// Every length of a short message, then those around every end of a report, up to the longest.
// With BRIDGE_EVERY_LENGTH in the environment, which takes a minute: every one there is.
std::vector<std::size_t> lengths() {
    constexpr std::size_t kShort = 1000;
    std::vector<std::size_t> all;
    for (std::size_t size = 0; size <= kMaxMessageSize; ++size) {
        const auto past_report_end = (size + 59 - 57) % 59;
        const bool near_end = past_report_end <= 1 || past_report_end == 58;
        if (size <= kShort || near_end || size + 2 > kMaxMessageSize || every_length()) {
            all.push_back(size);
        }
    }
    return all;
}

// An independent statement of how many reports a message needs: 57 bytes, then 59 each.
std::size_t reports_for(std::size_t size) {
    std::size_t reports = 1;
    for (std::size_t room = 57; room < size; room += 59) {
        ++reports;
    }
    return reports;
}

Result<std::optional<Bytes>> add_all(Assembler& assembler, const std::vector<Report>& reports) {
    for (std::size_t i = 0; i + 1 < reports.size(); ++i) {
        auto part = assembler.add(reports[i]);
        if (!part || *part) {
            return part ? fail(Errc::bad_frame, "complete too early") : part;
        }
    }
    return assembler.add(reports.back());
}

bool is_bad_frame(const Result<std::optional<Bytes>>& result) {
    return !result && result.error().code == Errc::bad_frame;
}

TEST(Encode, LengthsHaveTheirNumberOfReports) {
    for (const auto size : lengths()) {
        ASSERT_EQ(encode(kChannel, Bytes(size)).size(), reports_for(size)) << size;
    }
}

TEST(Encode, RefusesWhatTheLengthFieldCannotSay) {
    EXPECT_TRUE(encode(kChannel, Bytes(kMaxMessageSize + 1)).empty());
}

TEST(Encode, PadsTheLastReportWithZeros) {
    const auto reports = encode(kChannel, Bytes(58, 0xff));
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[1][5], 0xff);
    EXPECT_TRUE(
        std::all_of(reports[1].begin() + 6, reports[1].end(), [](auto byte) { return byte == 0; }));
}

TEST(Assembler, RoundTripsLengthsUpToTheLongest) {
    for (const auto size : lengths()) {
        if (size < 2) {
            continue;
        }
        const auto message = message_of(size);
        Assembler assembler(kChannel);
        const auto result = add_all(assembler, encode(kChannel, message));
        ASSERT_TRUE(result && *result) << size;
        ASSERT_TRUE(**result == message) << size;
    }
}

TEST(Assembler, RejectsLengthsWithoutRoomForAStatusWord) {
    for (const std::size_t size : {0U, 1U}) {
        Assembler assembler(kChannel);
        EXPECT_TRUE(is_bad_frame(assembler.add(encode(kChannel, Bytes(size))[0])));
    }
}

TEST(Assembler, SkipsForeignChannelsAnywhere) {
    const auto message = message_of(300);
    const auto reports = encode(kChannel, message);
    const auto foreign = encode(kForeign, Bytes(300));
    Assembler assembler(kChannel);
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto skipped = assembler.add(foreign[i]);
        ASSERT_TRUE(skipped && !*skipped);
        const auto result = assembler.add(reports[i]);
        ASSERT_TRUE(result);
        EXPECT_EQ(result->has_value(), i + 1 == reports.size());
    }
    const auto after = assembler.add(foreign[0]);
    EXPECT_TRUE(after && !*after);
}

TEST(Assembler, RejectsWrongTag) {
    for (unsigned tag = 0; tag < 256; ++tag) {
        auto report = encode(kChannel, message_of(20))[0];
        report[2] = static_cast<std::uint8_t>(tag);
        Assembler assembler(kChannel);
        EXPECT_EQ(is_bad_frame(assembler.add(report)), tag != 5) << tag;
    }
}

TEST(Assembler, RejectsRepeatedSequence) {
    const auto reports = encode(kChannel, message_of(300));
    Assembler assembler(kChannel);
    EXPECT_TRUE(assembler.add(reports[0]));
    EXPECT_TRUE(assembler.add(reports[1]));
    EXPECT_TRUE(is_bad_frame(assembler.add(reports[1])));
}

TEST(Assembler, RejectsSkippedSequence) {
    const auto reports = encode(kChannel, message_of(300));
    Assembler assembler(kChannel);
    EXPECT_TRUE(assembler.add(reports[0]));
    EXPECT_TRUE(is_bad_frame(assembler.add(reports[2])));
}

TEST(Assembler, RejectsAMessageThatDoesNotBeginAtZero) {
    Assembler assembler(kChannel);
    EXPECT_TRUE(is_bad_frame(assembler.add(encode(kChannel, message_of(300))[1])));
}

TEST(Assembler, RejectsSurplusReports) {
    const auto first = encode(kChannel, message_of(20));
    const auto second = encode(kChannel, message_of(70));
    for (const auto& surplus : {first[0], second[0], second[1]}) {
        Assembler assembler(kChannel);
        EXPECT_TRUE(assembler.add(first[0]));
        EXPECT_TRUE(is_bad_frame(assembler.add(surplus)));
    }
}

TEST(Assembler, RejectsReportsOfAnotherSize) {
    const auto report = encode(kChannel, message_of(20))[0];
    for (std::size_t size = 0; size < kReportSize; ++size) {
        Assembler assembler(kChannel);
        EXPECT_TRUE(is_bad_frame(assembler.add(ByteView(report).first(size)))) << size;
    }
    Bytes longer(report.begin(), report.end());
    longer.push_back(0);
    Assembler assembler(kChannel);
    EXPECT_TRUE(is_bad_frame(assembler.add(longer)));
}

TEST(Assembler, StaysFailedAfterAnError) {
    const auto reports = encode(kChannel, message_of(70));
    Assembler assembler(kChannel);
    EXPECT_TRUE(is_bad_frame(assembler.add(reports[1])));
    EXPECT_TRUE(is_bad_frame(assembler.add(reports[0])));
    EXPECT_TRUE(is_bad_frame(assembler.add(encode(kForeign, message_of(2))[0])));
}

// Channel, tag and sequence are checked on every report, so a change of any of those bytes never
// ends in a message. The two length bytes have no check sum: a changed length never ends in the
// message that was sent.
TEST(Assembler, NoSingleByteCorruptionOfAHeaderGoesUnnoticed) {
    const auto message = message_of(300);
    const auto reports = encode(kChannel, message);
    for (std::size_t which = 0; which < reports.size(); ++which) {
        const std::size_t header_size = which == 0 ? 7 : 5;
        for (std::size_t position = 0; position < header_size; ++position) {
            for (unsigned change = 1; change < 256; ++change) {
                auto corrupted = reports;
                corrupted[which][position] ^= static_cast<std::uint8_t>(change);
                Assembler assembler(kChannel);
                const auto result = add_all(assembler, corrupted);
                const bool complete = result && *result;
                const bool in_length = which == 0 && position >= 5;
                ASSERT_FALSE(complete && (!in_length || **result == message))
                    << "report " << which << " byte " << position << " xor " << change;
            }
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
