#include "apdu/animal_names.hpp"

#include <set>

#include <gtest/gtest.h>
#include <sodium.h>

#include "apdu/animal_names_words.hpp"
#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

std::string sha256_of_lines(const std::vector<std::string_view>& words) {
    std::string lines;
    for (const auto word : words) {
        lines += lines.empty() ? "" : "\n";
        lines += word;
    }
    Bytes hash(crypto_hash_sha256_BYTES);
    const auto bytes = as_bytes(lines);
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    return to_hex(hash);
}

// The check sums are those of the protocol notes, taken from Octez' source.
TEST(AnimalNames, ListsAreOctezLists) {
    EXPECT_EQ(sha256_of_lines(adjectives()),
              "b27b583f8c97bdfcc53fbb223ae236f33b9e588684a54e307b5e70e9e84c9e92");
    EXPECT_EQ(sha256_of_lines(animals()),
              "3ec4e982d85683045bf98888047a17475b66e71debcdd8136f52e6b4f2c07a72");
}

TEST(AnimalNames, ListsKeepTheirDuplicates) {
    EXPECT_EQ(adjectives().size(), 1308U);
    EXPECT_EQ(std::set(adjectives().begin(), adjectives().end()).size(), 1300U);
    EXPECT_EQ(animals().size(), 283U);
    EXPECT_EQ(adjectives().front(), "abandoned");
    EXPECT_EQ(adjectives().back(), "zesty");
    EXPECT_EQ(animals().front(), "aardvark");
    EXPECT_EQ(animals().back(), "zorse");
}

TEST(AnimalNames, AgreeWithTheVectors) {
    for (const auto& vector : signer_vectors()["animals"]) {
        const auto name = vector["name"].get<std::string>();
        if (vector.contains("input_ascii")) {
            const auto input = vector["input_ascii"].get<std::string>();
            EXPECT_EQ(animal_name_of_bytes(as_bytes(input)), name);
            continue;
        }
        const auto key = public_key_from_raw(KeyKind::tz1, unhex(vector["ed25519_pk_hex"])).value();
        EXPECT_EQ(key.hash().text(), vector["pkh"].get<std::string>());
        EXPECT_EQ(animal_name(key), name);
    }
}

TEST(AnimalNames, AgreeForTheSandboxKeys) {
    for (const auto& vector : signer_vectors()["keys"]) {
        const auto key = parse_public_key(vector["pk"].get<std::string>()).value();
        EXPECT_EQ(animal_name(key), vector["animals_if_root"].get<std::string>());
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu
