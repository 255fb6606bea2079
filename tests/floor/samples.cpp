#include "tests/floor/samples.hpp"

#include <string>

namespace ledger_bridge::floor::test {

namespace {

void write_number(std::uint8_t* target, std::uint32_t number) {
    for (int i = 0; i < 4; ++i) {
        target[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
}

}  // namespace

MarkKey sample_key(Kind kind, std::uint8_t number) {
    MarkKey key{{}, apdu::kMainnet, kind};
    key.key.hash[0] = number;
    return key;
}

Position sample_position(std::uint32_t level, std::uint32_t round) {
    return {{level}, {round}};
}

apdu::Digest sample_digest(std::uint32_t number) {
    apdu::Digest digest{};
    write_number(digest.data(), number);
    return digest;
}

apdu::Signature sample_signature(std::uint32_t number) {
    apdu::Signature signature;
    write_number(signature.raw.data(), number);
    return signature;
}

WallTime sample_time(std::uint32_t number) {
    return WallTime(std::chrono::microseconds{1'700'000'000'000'000 + std::int64_t{number}});
}

AdoptedLevel sample_adopted(std::uint32_t level, ChainScope::Kind kind) {
    return {"masculine-pig-stupendous-dugong",
            sample_key().key,
            {kind, kind == ChainScope::Kind::all ? apdu::ChainId{} : apdu::kMainnet},
            {level},
            "the main mark",
            sample_time(level)};
}

DeviceRecord sample_device(std::uint32_t level) {
    return {"masculine-pig-stupendous-dugong",
            {apdu::Curve::ed25519, apdu::DerivationPath::tezos_default()},
            *apdu::parse_public_key(kSampleKey),
            apdu::kMainnet,
            {{{level}, {1}}, {{0xffffffff}, {2}}, apdu::kMainnet},
            sample_time(level)};
}

bool same_mark(const SignedMark& left, const SignedMark& right) {
    return left.position == right.position && left.digest == right.digest &&
           left.signature == right.signature && left.time == right.time;
}

}  // namespace ledger_bridge::floor::test
