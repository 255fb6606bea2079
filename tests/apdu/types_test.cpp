#include "apdu/types.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

TEST(ChainId, KnowsTheNamedNetworks) {
    EXPECT_EQ(kMainnet.text(), "NetXdQprcVkpaWU");
    EXPECT_EQ(kGhostnet.text(), "NetXnHfVqm9iesp");
    EXPECT_EQ(parse_chain_id("NetXdQprcVkpaWU").value(), kMainnet);
    EXPECT_EQ(parse_chain_id("mainnet").value(), kMainnet);
    EXPECT_EQ(parse_chain_id("ghostnet").value(), kGhostnet);
    EXPECT_TRUE(parse_chain_id("any").value().unspecified());
}

TEST(ChainId, ShowsNamesWhereThereAreSome) {
    const ChainId other{{1, 2, 3, 4}};
    EXPECT_EQ(chain_display_name(kMainnet), "mainnet");
    EXPECT_EQ(chain_display_name(kGhostnet), "ghostnet");
    EXPECT_EQ(chain_display_name(ChainId{}), "any");
    EXPECT_EQ(chain_display_name(other), other.text());
    EXPECT_EQ(parse_chain_id(other.text()).value(), other);
}

TEST(ChainId, RejectsEverythingElse) {
    for (const auto* text : {"", "Mainnet", "NetX", "NetXdQprcVkpaWV", "NetXdQprcVkpaWU ", "0"}) {
        const auto chain = parse_chain_id(text);
        ASSERT_FALSE(chain) << text;
        EXPECT_EQ(chain.error().code, Errc::bad_chain_id) << text;
    }
}

TEST(ChainId, OnlyChainsApartFromMainnetAreTestNetworks) {
    EXPECT_FALSE(is_test_network(kMainnet));
    EXPECT_FALSE(is_test_network(ChainId{}));
    EXPECT_TRUE(is_test_network(kGhostnet));
    EXPECT_TRUE(is_test_network(ChainId{{1, 2, 3, 4}}));
}

TEST(ChainId, ReadsTheVectors) {
    for (const auto& payload : signer_vectors()["payloads"]) {
        const auto text = payload["chain_id"].get<std::string>();
        const auto message = unhex(payload["hex"]);
        const auto chain = parse_chain_id(text);
        ASSERT_TRUE(chain) << text;
        EXPECT_EQ(to_hex(chain->bytes), to_hex(ByteView(message).subspan(1, 4)));
        EXPECT_EQ(chain->text(), text);
    }
}

TEST(Level, ReadsNumbersBelowTheEnd) {
    EXPECT_EQ(parse_level("0").value().value, 0U);
    EXPECT_EQ(parse_level("1073741823").value().value, Level::kEnd.value - 1);
    for (const auto* text : {"", "-1", "+1", "1 ", " 1", "1e3", "1073741824", "4294967296", "x"}) {
        const auto level = parse_level(text);
        ASSERT_FALSE(level) << text;
        EXPECT_EQ(level.error().code, Errc::bad_level) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu
