// Which manager operation registers a key as its own delegate: exactly one, of it and to it.
#include "daemon/floor/delegation.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::floor {
namespace {

using nlohmann::json;
using Numbers = std::array<std::uint64_t, 4>;  // fee, counter, gas limit, storage limit

constexpr std::uint64_t kHighest = 0xffffffffffffffff;
constexpr std::uint64_t kHighestFee = 0x7fffffffffffffff;

// One key of each kind: that of the recordings, and the base points of the other two curves.
struct Signer {
    std::uint8_t kind;
    Bytes raw;

    [[nodiscard]] apdu::KeyHash hash() const {
        return apdu::public_key_from_raw(static_cast<apdu::KeyKind>(kind), raw)->hash();
    }
};

const std::vector<Signer>& signers() {
    static const std::vector<Signer> all{
        {0, *from_hex("1dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca5")},
        {1, *from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")},
        {2, *from_hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")}};
    return all;
}

// The encoder of the test: text, not bytes, and arithmetic of its own.
std::string number(std::uint64_t value) {
    std::string hex;
    do {
        const auto digit = static_cast<std::uint8_t>(value % 128 + (value >= 128 ? 128 : 0));
        hex += to_hex(Bytes{digit});
        value /= 128;
    } while (value != 0);
    return hex;
}

std::string source(const Signer& signer) {
    return to_hex(Bytes{signer.kind}) + to_hex(signer.hash().hash);
}

std::string head(const std::string& tag, const Signer& signer, const Numbers& numbers) {
    auto hex = tag + source(signer);
    for (const auto value : numbers) {
        hex += number(value);
    }
    return hex;
}

std::string branch() {
    return "03" + std::string(64, 'a');
}

std::string reveal(const Signer& signer, const Numbers& numbers) {
    return head("6b", signer, numbers) + to_hex(Bytes{signer.kind}) + to_hex(signer.raw);
}

std::string delegation(const Signer& signer, const Numbers& numbers) {
    return head("6e", signer, numbers) + "ff" + source(signer);
}

Result<Delegation> parse(const std::string& hex, const Signer& signer = signers()[0]) {
    const auto message = *from_hex(hex);
    auto read = parse_delegation(message, signer.hash());
    EXPECT_TRUE(read || read.error().code == make_error_code(Errc::bad_message));
    EXPECT_TRUE(!read || read->digest == apdu::blake2b_256(message));
    return read;
}

std::string refusal(const std::string& hex) {
    const auto read = parse(hex);
    return read ? "none" : read.error().detail;
}

void expect_refused(const std::string& hex, const std::string& found) {
    EXPECT_NE(refusal(hex).find("found " + found), std::string::npos) << refusal(hex);
}

constexpr Numbers kOne{1, 1, 1, 1};
const Signer& me() {
    return signers()[0];
}

TEST(DelegationTest, EveryKindOfKeyAndEveryNumberIsRead) {
    std::mt19937_64 random(static_cast<std::uint64_t>(test::random_seed()));
    std::vector<std::uint64_t> values{0, 1, 127, 128, 16383, 16384, 0xffffffff, kHighest};
    for (int more = 0; more < 40; ++more) {
        values.push_back(random() >> (random() % 64));
    }
    for (const auto& signer : signers()) {
        for (const auto value : values) {
            const Numbers numbers{value & kHighestFee, value, kHighest - value, value};
            const auto alone = parse(branch() + delegation(signer, numbers), signer);
            ASSERT_TRUE(alone) << alone.error().detail;
            EXPECT_FALSE(alone->reveals);
            EXPECT_EQ(alone->fee, numbers[0]);
            const auto both =
                parse(branch() + reveal(signer, kOne) + delegation(signer, numbers), signer);
            ASSERT_TRUE(both) << both.error().detail;
            EXPECT_TRUE(both->reveals);
            EXPECT_EQ(both->fee, numbers[0] + 1);
        }
    }
}

TEST(DelegationTest, FeesDoNotWrapAround) {
    const Numbers most{kHighestFee, 1, 1, 1};
    const auto both = parse(branch() + reveal(me(), most) + delegation(me(), most));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->fee, kHighest - 1);
    expect_refused(branch() + delegation(me(), {kHighestFee + 1, 1, 1, 1}), "9223372036854775808");
}

// The device asked a person for exactly these, of all operations that were tried on it.
TEST(DelegationTest, IsWhatTheDeviceAskedForWhenItWasRecorded) {
    std::size_t asked = 0;
    std::size_t not_asked = 0;
    for (const auto& file : std::filesystem::directory_iterator(TEST_DATA "/transcripts")) {
        std::ifstream in(file.path());
        for (const auto& exchange : json::parse(in)) {
            const auto apdu = exchange.value("apdu", "");
            if (apdu.size() < 12 || apdu.substr(4, 2) != "81" || apdu.substr(10, 2) != "03" ||
                exchange.value("name", "").find("unauthorised") != std::string::npos) {
                continue;
            }
            const bool question = !exchange.value("screens", json::array()).empty();
            EXPECT_EQ(parse(apdu.substr(10)).has_value(), question) << exchange;
            ++(question ? asked : not_asked);
        }
    }
    EXPECT_EQ(asked, 10U);
    EXPECT_GT(not_asked, 20U);
}

// What the test reads of a number of at most nine bytes: the value, and the offset behind it;
// nothing where a shorter form exists.
std::optional<std::pair<std::uint64_t, std::size_t>> number_at(const Bytes& bytes,
                                                               std::size_t offset) {
    std::uint64_t value = 0;
    std::uint64_t weight = 1;
    for (auto at = offset; at < bytes.size() && at < offset + 9; ++at) {
        value += weight * (bytes[at] % 128);
        weight *= 128;
        if (bytes[at] < 128) {
            const bool shortest = at == offset || bytes[at] != 0;
            return shortest ? std::optional(std::pair(value, at + 1)) : std::nullopt;
        }
    }
    return std::nullopt;
}

// Whether four numbers, and nothing else, stand between two offsets; the fee.
std::optional<std::uint64_t> fee_between(const Bytes& bytes, std::size_t begin, std::size_t end) {
    std::optional<std::uint64_t> fee;
    for (int read = 0; read < 4; ++read) {
        const auto one = number_at(bytes, begin);
        if (!one || (!fee && one->first > kHighestFee)) {
            return std::nullopt;
        }
        fee = fee.value_or(one->first);
        begin = one->second;
    }
    return begin == end ? fee : std::nullopt;
}

TEST(DelegationTest, EveryOtherByteIsRefusedOrIsAnotherNumber) {
    const Numbers numbers{1000, 300, 128, 257};  // two bytes each
    for (const bool reveals : {false, true}) {
        const auto hex =
            branch() + (reveals ? reveal(me(), numbers) : "") + delegation(me(), numbers);
        const auto whole = *from_hex(hex);
        std::vector<std::size_t> begins{55};
        if (reveals) {
            begins.push_back(55 + 8 + 33 + 22);
        }
        for (std::size_t offset = 0; offset < whole.size(); ++offset) {
            for (unsigned flip = 1; flip < 256; ++flip) {
                auto altered = whole;
                altered[offset] = static_cast<std::uint8_t>(altered[offset] ^ flip);
                std::optional<std::uint64_t> expected;
                bool number = false;
                for (const auto begin : begins) {
                    number = number || (offset >= begin && offset < begin + 8);
                }
                if (number || (offset >= 1 && offset < 33)) {
                    expected = 0;
                    for (const auto begin : begins) {
                        const auto fee = fee_between(altered, begin, begin + 8);
                        expected = fee && expected ? std::optional(*expected + *fee) : std::nullopt;
                    }
                }
                const auto read = parse_delegation(altered, me().hash());
                ASSERT_EQ(read.has_value(), expected.has_value()) << offset << " " << flip;
                ASSERT_TRUE(!read || read->fee == *expected) << offset << " " << flip;
            }
        }
    }
}

TEST(DelegationTest, NothingIsMissingAndNothingFollows) {
    const auto alone = branch() + delegation(me(), kOne);
    const auto both = branch() + reveal(me(), kOne) + delegation(me(), kOne);
    for (const auto& hex : {alone, both}) {
        for (std::size_t size = 0; size < hex.size(); size += 2) {
            EXPECT_FALSE(parse(hex.substr(0, size))) << size;
        }
        for (const auto* more : {"00", "01", "6b", "6c", "ff"}) {
            EXPECT_FALSE(parse(hex + more)) << more;
        }
        EXPECT_FALSE(parse(hex + std::string(128, '0'))) << "an empty signature";
    }
}

TEST(DelegationTest, SaysWhatItFoundInstead) {
    const auto& other = signers()[1];
    const auto reveals = reveal(me(), kOne);
    const auto delegates = delegation(me(), kOne);
    const auto to = [](const std::string& delegate) {
        return branch() + head("6e", me(), kOne) + delegate;
    };
    expect_refused(to("ff" + source(other)), other.hash().text() + ", expected tz1RVYaHiobUKXMf");
    expect_refused(to("00"), "none, which withdraws the delegation");
    expect_refused(to("ff03" + std::string(40, '0')), "a tz4 key");
    expect_refused(to("ff07" + std::string(40, '0')), "07000000");
    expect_refused(to("01" + source(me())), "0x01");
    expect_refused(branch() + delegation(other, kOne), other.hash().text());
    expect_refused(branch() + "6e03" + std::string(40, '0') + "01010101ff", "a tz4 key");
    expect_refused(branch() + head("6c", me(), kOne), "0x6c (a transaction)");
    expect_refused(branch() + reveals, "the end, expected 0x6e (a delegation)");
    expect_refused(branch() + reveals + reveals + delegates, "0x6b (a reveal), expected 0x6e");
    expect_refused(branch() + reveals + "00" + delegates, "0x00, the end of a reveal in newer");
    expect_refused(branch() + delegates + reveals, "0x6b (a reveal), expected nothing");
    expect_refused(branch() + delegates + delegates, "0x6e (a delegation), expected nothing");
    expect_refused(branch() + delegates + head("6c", me(), kOne), "0x6c (a transaction)");
    expect_refused("11" + (branch() + delegates).substr(2), "0x11");
    expect_refused(branch() + reveal(other, kOne) + delegates, other.hash().text());
    auto other_key = branch() + reveals;
    other_key.back() = other_key.back() == '0' ? '1' : '0';
    EXPECT_FALSE(parse(other_key + delegates));
}

TEST(DelegationTest, NumbersHaveOneFormAndFit) {
    const auto with = [](const std::string& numbers) {
        return branch() + "6e" + source(me()) + numbers + "ff" + source(me());
    };
    EXPECT_TRUE(parse(with("01010101")));
    expect_refused(with("8100010101"), "a zero too much");
    expect_refused(with("010101" + std::string(18, 'f') + "02"), "2^64 or more");
    expect_refused(with("010101" + std::string(18, 'f') + "8100"), "2^64 or more");
    EXPECT_FALSE(parse(with("010101")));
}

}  // namespace
}  // namespace ledger_bridge::floor
