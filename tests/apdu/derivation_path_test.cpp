#include "apdu/derivation_path.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

Bytes wire(const DerivationPath& path) {
    ByteWriter writer;
    path.write(writer);
    return writer.take();
}

TEST(DerivationPath, ReadsAndWritesTheVector) {
    const auto& hid = signer_vectors()["hid"];
    const auto path = DerivationPath::parse(hid["path"].get<std::string>()).value();
    EXPECT_EQ(path, DerivationPath::tezos_default());
    EXPECT_EQ(path.text(), "44h/1729h/0h/0h");
    const auto apdu = unhex(hid["apdu_select"]);
    EXPECT_EQ(to_hex(wire(path)), to_hex(ByteView(apdu).subspan(5)));
    const auto root_apdu = unhex(hid["root_pubkey_apdu"]);
    EXPECT_EQ(to_hex(wire(DerivationPath::root())), to_hex(ByteView(root_apdu).subspan(5)));
}

TEST(DerivationPath, ReadsBothMarksOfHardening) {
    EXPECT_EQ(DerivationPath::parse("44'/1729'/0'/0'").value(), DerivationPath::tezos_default());
    const auto path = DerivationPath::parse("0/2147483647/0h/2147483647'").value();
    EXPECT_EQ(path.components(),
              (std::vector<std::uint32_t>{0, 0x7fffffff, 0x80000000, 0xffffffff}));
    EXPECT_EQ(path.text(), "0/2147483647/0h/2147483647h");
}

TEST(DerivationPath, RejectsTextsThatAreNoPath) {
    for (const auto* text : {"",
                             "/",
                             "44h/",
                             "/44h",
                             "44h//0h",
                             "m/44h",
                             "h",
                             "44H",
                             "44hh",
                             "-1",
                             "+1",
                             " 1",
                             "1 ",
                             "2147483648",
                             "4294967296",
                             "99999999999999999999",
                             "0x2c",
                             "0/1/2/3/4/5/6/7/8/9/10"}) {
        const auto path = DerivationPath::parse(text);
        ASSERT_FALSE(path) << text;
        EXPECT_EQ(path.error().code, Errc::bad_path) << text;
    }
}

TEST(DerivationPath, HasOneToTenComponents) {
    std::vector<std::uint32_t> components;
    EXPECT_FALSE(DerivationPath::from_components(components));
    for (std::uint32_t count = 1; count <= 10; ++count) {
        components.push_back(0x80000000 | count);
        const auto path = DerivationPath::from_components(components).value();
        EXPECT_EQ(DerivationPath::parse(path.text()).value(), path);
        const auto bytes = wire(path);
        EXPECT_EQ(bytes.size(), 1 + 4 * count);
        ByteReader reader(bytes);
        EXPECT_EQ(DerivationPath::read(reader).value(), path);
        EXPECT_TRUE(reader.complete());
    }
    components.push_back(0);
    EXPECT_FALSE(DerivationPath::from_components(components));
}

TEST(DerivationPath, LeavesWhatFollowsOnTheWire) {
    auto bytes = wire(DerivationPath::root());
    bytes.push_back(0xaa);
    ByteReader reader(bytes);
    EXPECT_TRUE(DerivationPath::read(reader));
    EXPECT_EQ(reader.remaining(), 1U);
}

TEST(DerivationPath, RejectsWireFormsThatAreCutOrOfImpossibleLength) {
    const auto good = wire(DerivationPath::tezos_default());
    for (std::size_t size = 0; size < good.size(); ++size) {
        ByteReader reader(ByteView(good).first(size));
        EXPECT_FALSE(DerivationPath::read(reader)) << size;
    }
    for (unsigned count = 0; count < 256; ++count) {
        Bytes bytes(1 + 4 * 256);
        bytes[0] = static_cast<std::uint8_t>(count);
        ByteReader reader(bytes);
        EXPECT_EQ(DerivationPath::read(reader).has_value(), count >= 1 && count <= 10) << count;
    }
}

TEST(DerivationPath, KnowsWhetherAllIsHardened) {
    EXPECT_TRUE(DerivationPath::tezos_default().all_hardened());
    EXPECT_FALSE(DerivationPath::parse("44h/1729h/0h/0").value().all_hardened());
}

}  // namespace
}  // namespace ledger_bridge::apdu
