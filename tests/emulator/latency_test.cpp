// Signing times.
#include "tools/emulator/rig/latency.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::emulator {

using std::chrono::milliseconds;

TEST(Latency, HasThePublishedMeans) {
    EXPECT_EQ(mean_latency(Profile::flex, Curve::secp256k1), milliseconds(214));
    EXPECT_EQ(mean_latency(Profile::flex, Curve::p256), milliseconds(215));
    EXPECT_EQ(mean_latency(Profile::flex, Curve::ed25519), milliseconds(456));
    EXPECT_EQ(mean_latency(Profile::flex, Curve::bip32_ed25519), milliseconds(783));
    EXPECT_EQ(mean_latency(Profile::nano_s_plus, Curve::secp256k1), milliseconds(229));
    EXPECT_EQ(mean_latency(Profile::nano_s_plus, Curve::p256), milliseconds(226));
    EXPECT_EQ(mean_latency(Profile::nano_s_plus, Curve::ed25519), milliseconds(465));
    EXPECT_EQ(mean_latency(Profile::nano_s_plus, Curve::bip32_ed25519), milliseconds(787));
    EXPECT_EQ(mean_latency(Profile::nano_s, Curve::secp256k1), milliseconds(876));
    EXPECT_EQ(mean_latency(Profile::nano_s, Curve::p256), milliseconds(670));
    EXPECT_EQ(mean_latency(Profile::nano_s, Curve::ed25519), milliseconds(670));
    EXPECT_EQ(mean_latency(Profile::nano_s, Curve::bip32_ed25519), milliseconds(878));
    EXPECT_EQ(mean_latency(Profile::none, Curve::ed25519), milliseconds(0));
}

TEST(Latency, DrawsAroundTheMean) {
    Latency latency(Profile::nano_s_plus, 7);
    Duration sum{0};
    Duration lowest = Duration::max();
    Duration highest{0};
    for (int i = 0; i < 1000; ++i) {
        const auto drawn = latency.next(Curve::ed25519);
        sum += drawn;
        lowest = std::min(lowest, drawn);
        highest = std::max(highest, drawn);
    }
    EXPECT_GE(lowest, Duration(milliseconds(465)) * 9 / 10);
    EXPECT_LE(highest, Duration(milliseconds(465)) * 11 / 10);
    EXPECT_GT(highest - lowest, milliseconds(50));
    EXPECT_NEAR(static_cast<double>((sum / 1000).count()), 465e6, 5e6);
}

TEST(Latency, IsTheSameForTheSameSeed) {
    Latency one(Profile::flex, 3);
    Latency same(Profile::flex, 3);
    Latency other(Profile::flex, 4);
    const auto drawn = one.next(Curve::p256);
    EXPECT_EQ(same.next(Curve::p256), drawn);
    EXPECT_NE(other.next(Curve::p256), drawn);
}

TEST(Latency, IsATenthAtTenTimesTheSpeed) {
    Latency true_speed(Profile::nano_s_plus, 7);
    Latency ten_times(Profile::nano_s_plus, 7, 10);
    EXPECT_EQ(ten_times.next(Curve::secp256k1), true_speed.next(Curve::secp256k1) / 10);
}

TEST(Latency, IsNothingWithoutAProfile) {
    Latency none(Profile::none, 1);
    EXPECT_EQ(none.next(Curve::bip32_ed25519), Duration{0});
}

}  // namespace ledger_bridge::emulator
