#include "apdu/errors.hpp"

#include <set>

#include <gtest/gtest.h>

#include "apdu/status_word.hpp"

namespace ledger_bridge::apdu {
namespace {

void expect_good_rows(std::span<const ErrorRow> rows) {
    std::set<std::string_view> ids;
    std::set<int> values;
    for (const auto& row : rows) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_TRUE(values.insert(row.value).second) << row.id;
        EXPECT_FALSE(row.sentence.empty()) << row.id;
        EXPECT_FALSE(row.advice.empty()) << row.id;
    }
}

TEST(ApduErrors, EveryCodeHasARowInOrder) {
    int value = static_cast<int>(Errc::malformed_answer);
    for (const auto& row : error_rows()) {
        EXPECT_EQ(row.value, value++);
    }
    EXPECT_EQ(value, static_cast<int>(Errc::message_too_long) + 1);
}

TEST(ApduErrors, EveryRowSaysWhatHappenedAndWhatToDo) {
    expect_good_rows(error_rows());
    expect_good_rows(status_rows());
}

TEST(StatusWord, EveryNamedOneHasARow) {
    for (const unsigned status : {0x9001U,
                                  0x917eU,
                                  0x9405U,
                                  0x5515U,
                                  0x6982U,
                                  0x6985U,
                                  0x6a80U,
                                  0x6a88U,
                                  0x6b00U,
                                  0x6c00U,
                                  0x6d00U,
                                  0x6e00U}) {
        const auto error = fail(static_cast<StatusWord>(status));
        EXPECT_NE(error_row(error.code), nullptr) << std::hex << status;
    }
}

TEST(StatusWord, IsAnErrorCodeOfItsOwn) {
    const auto error = fail(StatusWord::locked, "SIGN answered 5515");
    EXPECT_EQ(error.code, StatusWord::locked);
    EXPECT_NE(error.code, StatusWord::unauthorised);
    EXPECT_EQ(error.text(),
              "the device is locked (SIGN answered 5515); enter the PIN on the device");
}

TEST(StatusWord, UnknownOnesKeepTheirNumber) {
    for (unsigned value = 1; value <= 0xffff; ++value) {
        const auto error = fail(static_cast<StatusWord>(value));
        ASSERT_EQ(static_cast<unsigned>(error.code.value()), value);
        ASSERT_TRUE(error.code.failed());
    }
    EXPECT_EQ(status_text(StatusWord{0x6f42}), "6f42");
}

TEST(StatusWord, UnknownOnesHaveASentenceAndACure) {
    const auto error = fail(StatusWord{0x6f42}, "SIGN answered 6f42");
    EXPECT_EQ(error.id(), "other_status_word");
    EXPECT_EQ(
        error.text(),
        "the device answered with a status word that the Baking app is not known to give "
        "(SIGN answered 6f42); ask again; if it comes again, unplug the device, plug it in "
        "and open the Tezos Baking app, 2.5.0 or later; 'ledgerctl explain' and the word tell "
        "what is known of it");
}

}  // namespace
}  // namespace ledger_bridge::apdu
