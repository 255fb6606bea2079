// Texts of the screens.
#include "tools/emulator/app/screens.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::emulator {

// Every address on a recorded screen.
TEST(Screens, BreakAddressesWhereTheDeviceDoes) {
    EXPECT_EQ(screen("Address", "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"),
              "Address | tz1RVYaHiobUKXMfJ | 47F7Rjxx5tu3LC35WS | A");
    EXPECT_EQ(screen("Address", "tz1N4GQ8gYgMdq6gUsja783KJButHUHn5K7z"),
              "Address | tz1N4GQ8gYgMdq6g | Usja783KJButHUHn5K | 7z");
    EXPECT_EQ(screen("Address", "tz2B7VjuK6zMjsUh44DL83chgBhiwpzLQS2q"),
              "Address | tz2B7VjuK6zMjsUh44 | DL83chgBhiwpzLQS2 | q");
    EXPECT_EQ(screen("Address", "tz1adyNdQvHvCvvBrDYJEF1UjxeT8bWJWRxn"),
              "Address | tz1adyNdQvHvCvvBr | DYJEF1UjxeT8bWJWR | xn");
    EXPECT_EQ(screen("Address", "tz3UMzeGBFu1nrPJnfTxBDu7D5NVkwvwtgu6"),
              "Address | tz3UMzeGBFu1nrPJnf | TxBDu7D5NVkwvwtg | u6");
    EXPECT_EQ(screen("Address", "tz4AeMtFa8kef9j1B7cctQnRdkxpNj5du9ht"),
              "Address | tz4AeMtFa8kef9j1B7c | ctQnRdkxpNj5du9ht");
}

TEST(Screens, BreakAtASpaceRatherThanInAWord) {
    EXPECT_EQ(screen("Fee", fee_text(18'446'744'073'709'551'615U)),
              "Fee | 18446744073709.551 | 615 XTZ");
    EXPECT_EQ(screen("Open app", "Tezos Wallet (XTZ) for ever"),
              "Open app | Tezos Wallet (XTZ) for | ever");
}

TEST(Screens, NameChains) {
    EXPECT_EQ(chain_text(0), "any");
    EXPECT_EQ(chain_text(0x7a06a770), "mainnet");
    EXPECT_EQ(chain_text(0xaf1864d9), "NetXnHfVqm9iesp");
}

TEST(Screens, ShowFeesInTezWithoutTrailingZeros) {
    EXPECT_EQ(fee_text(0), "0 XTZ");
    EXPECT_EQ(fee_text(1), "0.000001 XTZ");
    EXPECT_EQ(fee_text(1'000), "0.001 XTZ");
    EXPECT_EQ(fee_text(12'000'000), "12 XTZ");
    EXPECT_EQ(fee_text(12'340'000), "12.34 XTZ");
}

TEST(Screens, OpenWithReviewAndEndWithRejectAndAccept) {
    EXPECT_EQ(review({"Reset HWM | 5"}),
              (Screens{"Review | Request", "Reset HWM | 5", "Reject", "Accept"}));
}

}  // namespace ledger_bridge::emulator
