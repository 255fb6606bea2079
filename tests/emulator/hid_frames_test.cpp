// Commands out of reports, reports out of answers.
#include "tools/emulator/usb/hid_frames.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint16_t kChannel = 0x4321;

Bytes counted(std::size_t size) {
    Bytes bytes;
    for (std::size_t index = 0; index < size; ++index) {
        bytes.push_back(static_cast<std::uint8_t>(index + 1));
    }
    return bytes;
}

// A report written out by hand, padded with zeros.
Bytes report(std::string_view head, const Bytes& payload) {
    auto bytes = bytes_of(head);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(64);
    return bytes;
}

Bytes part(const Bytes& whole, std::size_t from, std::size_t to) {
    return {whole.begin() + static_cast<std::ptrdiff_t>(from),
            whole.begin() + static_cast<std::ptrdiff_t>(to)};
}

Bytes as_bytes(const Report& wire) {
    return {wire.begin(), wire.end()};
}

}  // namespace

TEST(Reports, OfAShortAnswerAreOnePaddedWithZeros) {
    const auto reports = to_reports(kChannel, bytes_of("01029000"));
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(as_bytes(reports[0]), report("43210500000004", bytes_of("01029000")));
}

TEST(Reports, OfALongAnswerCountFromZeroAndGiveTheLengthOnce) {
    const auto answer = counted(57 + 59 + 1);
    const auto reports = to_reports(kChannel, answer);
    ASSERT_EQ(reports.size(), 3U);
    EXPECT_EQ(as_bytes(reports[0]), report("43210500000075", part(answer, 0, 57)));
    EXPECT_EQ(as_bytes(reports[1]), report("4321050001", part(answer, 57, 116)));
    EXPECT_EQ(as_bytes(reports[2]), report("4321050002", part(answer, 116, 117)));
}

TEST(Reports, AreAsFewAsHoldTheAnswer) {
    for (std::size_t size = 0; size <= 600; ++size) {
        const auto after_first = size > 57 ? (size - 57 + 58) / 59 : 0;
        EXPECT_EQ(to_reports(kChannel, counted(size)).size(), 1 + after_first) << size;
    }
}

TEST(CommandAssembler, TakesCommandsOfEveryLengthOneAfterTheOther) {
    CommandAssembler assembler;
    for (std::size_t size = 0; size <= 260; ++size) {
        const auto command = counted(size);
        const auto reports = to_reports(kChannel, command);
        for (std::size_t index = 0; index + 1 < reports.size(); ++index) {
            EXPECT_FALSE(assembler.add(reports[index])) << size;
            EXPECT_EQ(assembler.reports(), index + 1) << size;
        }
        EXPECT_EQ(assembler.add(reports.back()), command) << size;
        EXPECT_EQ(assembler.reports(), 0U) << size;
    }
}

TEST(CommandAssembler, IgnoresCommandsThatDoNotFitTheBuffer) {
    CommandAssembler assembler;
    EXPECT_FALSE(assembler.add(report("43210500000105", counted(57))));
    EXPECT_EQ(assembler.reports(), 0U);
    EXPECT_EQ(assembler.add(report("43210500000001", {9})), Bytes{9});
}

TEST(CommandAssembler, IgnoresAnotherTagAndReportsThatAreTooShort) {
    CommandAssembler assembler;
    EXPECT_FALSE(assembler.add(report("43210200000001", {9})));
    EXPECT_FALSE(assembler.add(bytes_of("43210500")));
    EXPECT_FALSE(assembler.add(bytes_of("432105000000")));
    EXPECT_FALSE(assembler.add({}));
    EXPECT_EQ(assembler.add(report("43210500000001", {9})), Bytes{9});
}

TEST(CommandAssembler, IgnoresSkippedAndRepeatedReportsAndGoesOn) {
    const auto command = counted(150);
    const auto reports = to_reports(kChannel, command);
    ASSERT_EQ(reports.size(), 3U);
    CommandAssembler assembler;
    EXPECT_FALSE(assembler.add(reports[1]));
    EXPECT_FALSE(assembler.add(reports[0]));
    EXPECT_FALSE(assembler.add(reports[0]));
    EXPECT_FALSE(assembler.add(reports[2]));
    EXPECT_FALSE(assembler.add(reports[1]));
    EXPECT_EQ(assembler.add(reports[2]), command);
}

// What a host does to itself that stops between the reports of a command.
TEST(CommandAssembler, AppendsAReportOfALaterCommandToTheOneThatWasLeft) {
    const auto left = Bytes(100, 0xaa);
    const auto later = Bytes(100, 0xbb);
    CommandAssembler assembler;
    EXPECT_FALSE(assembler.add(to_reports(1, left)[0]));
    EXPECT_FALSE(assembler.add(to_reports(2, later)[0])) << "no new beginning";
    auto mixed = Bytes(57, 0xaa);
    mixed.resize(100, 0xbb);
    EXPECT_EQ(assembler.add(to_reports(2, later)[1]), mixed);
}

TEST(CommandAssembler, KnowsTheChannelOfTheLastReport) {
    CommandAssembler assembler;
    EXPECT_FALSE(assembler.add(to_reports(7, counted(100))[0]));
    EXPECT_EQ(assembler.channel(), 7);
    EXPECT_TRUE(assembler.add(to_reports(8, counted(100))[1])) << "it is not checked";
    EXPECT_EQ(assembler.channel(), 8);
}

}  // namespace ledger_bridge::emulator
