// Any bytes as a message to sign: what is read from it is what stands at the published places.

#include <algorithm>

#include "daemon/floor/payload.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::floor {
namespace {

constexpr std::size_t kVote = 80;
constexpr std::size_t kLongestVote = 235;
constexpr std::size_t kBlocks[] = {198, 202, 230, 234};

std::uint32_t number_at(ByteView message, std::size_t offset) {
    ByteReader reader(message.subspan(offset));
    return reader.u32();
}

void check_vote(ByteView message, const Payload& payload) {
    require(number_at(message, 40) == payload.level.value, "the level of a vote is at 40");
    require(number_at(message, 44) == payload.round.value, "the round of a vote is at 44");
    const bool with_dal = message[37] == 0x17;
    require(with_dal ? message.size() > kVote && message.size() <= kLongestVote
                     : message.size() == kVote,
            "a vote has 80 bytes, with DAL content 81 to 235");
    require(message[37] == (payload.kind == Kind::preattestation ? 0x14 : 0x15) ||
                (with_dal && payload.kind == Kind::attestation),
            "magic byte and operation agree");
}

void check_block(ByteView message, const Payload& payload) {
    require(std::ranges::count(kBlocks, message.size()) == 1, "a block has one of four lengths");
    require(number_at(message, 5) == payload.level.value, "the level of a block is at 5");
    require(number_at(message, 96) == payload.level.value, "and in its fitness at 96");
    const auto fitness_end = 87 + number_at(message, 83);
    require(number_at(message, fitness_end - 4) == payload.round.value,
            "the round ends the fitness");
}

void check(ByteView message, const Payload& payload) {
    const Kind kinds[] = {Kind::block, Kind::preattestation, Kind::attestation};
    require(kinds[message[0] - 0x11] == payload.kind, "the kind is the magic byte");
    require(std::ranges::equal(payload.chain.bytes, message.subspan(1, 4)), "the chain is at 1");
    require(payload.level < apdu::Level::kEnd, "the device takes the level");
    require(payload.round.value < 0x80000000, "a round is never negative");
    require(payload.digest == apdu::blake2b_256(message), "the digest is of the whole message");
    require(
        has_dal_content(message) == (payload.kind == Kind::attestation && message.size() != kVote),
        "DAL content makes an attestation longer");
    payload.kind == Kind::block ? check_block(message, payload) : check_vote(message, payload);
}

}  // namespace
}  // namespace ledger_bridge::floor

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto payload = ledger_bridge::floor::parse_payload({data, size});
    static_cast<void>(ledger_bridge::floor::has_dal_content({data, size}));
    if (payload) {
        ledger_bridge::floor::check({data, size}, *payload);
    } else {
        ledger_bridge::require(!payload.error().text().empty(), "a refusal says why");
    }
    return 0;
}
