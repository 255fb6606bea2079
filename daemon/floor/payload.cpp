#include "daemon/floor/payload.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/fields.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::uint8_t kBlockMagic = 0x11;
constexpr std::uint8_t kPreattestationMagic = 0x12;
constexpr std::uint8_t kAttestationMagic = 0x13;

constexpr std::uint8_t kPreattestation = 0x14;
constexpr std::uint8_t kAttestation = 0x15;
constexpr std::uint8_t kAttestationWithDal = 0x17;
constexpr std::uint8_t kTz4Preattestation = 0x28;
constexpr std::uint8_t kTz4Attestation = 0x29;

// Octez's rounds are signed 32-bit integers and never negative.
constexpr std::uint32_t kRoundEnd = 0x80000000;
// The app takes 235 bytes in its one message packet, 80 of which come before the DAL content.
constexpr std::size_t kMaxDal = 155;
constexpr std::size_t kOperationOffset = 37;
// Magic byte, chain, level: octez-signer looks no further at anything shorter.
constexpr std::size_t kOctezLeast = 9;

constexpr std::uint32_t kFitnessWithoutLock = 33;
constexpr std::uint32_t kFitnessWithLock = 37;
constexpr std::uint8_t kNoNonceHash = 0x00;
constexpr std::uint8_t kNonceHash = 0xff;

struct Numbers {
    apdu::ChainId chain;
    apdu::Level level;
    apdu::Round round;
};

// The chain id is four raw bytes, first byte first.
apdu::ChainId read_chain(Fields& fields) {
    Bytes bytes = ByteWriter().u32(fields.u32("chain id")).take();
    apdu::ChainId chain;
    std::copy(bytes.begin(), bytes.end(), chain.bytes.begin());
    return chain;
}

apdu::Level read_level(Fields& fields) {
    return {fields.u32_below("level", apdu::Level::kEnd.value, Errc::level_out_of_range)};
}

apdu::Round read_round(Fields& fields, std::string_view field) {
    return {fields.u32_below(field, kRoundEnd, Errc::bad_message)};
}

// Octez's fitness: version 2, level, locked round or none, predecessor round, round; each a length
// and that many bytes. The locked round makes the whole 4 bytes longer.
apdu::Round read_fitness(Fields& fields, apdu::Level level) {
    const auto size = fields.u32("fitness size", {kFitnessWithoutLock, kFitnessWithLock});
    const auto locked_size = size == kFitnessWithLock ? 4U : 0U;
    fields.u32("size of the fitness version", {1});
    fields.u8("fitness version", {0x02});
    fields.u32("size of the fitness level", {4});
    fields.u32("fitness level", {level.value});
    fields.u32("size of the locked round", {locked_size});
    if (locked_size != 0) {
        read_round(fields, "locked round");
    }
    fields.u32("size of the predecessor round", {4});
    fields.skip("predecessor round", 4);
    fields.u32("size of the round", {4});
    return read_round(fields, "round");
}

Numbers read_block(Fields& fields) {
    Numbers numbers;
    numbers.chain = read_chain(fields);
    numbers.level = read_level(fields);
    fields.skip("proto level", 1);
    fields.skip("predecessor", 32);
    fields.skip("timestamp", 8);
    fields.skip("validation passes", 1);
    fields.skip("operations hash", 32);
    numbers.round = read_fitness(fields, numbers.level);
    fields.skip("context hash", 32);
    fields.skip("payload hash", 32);
    read_round(fields, "payload round");
    fields.skip("proof-of-work nonce", 8);
    if (fields.u8("seed nonce flag", {kNoNonceHash, kNonceHash}) == kNonceHash) {
        fields.skip("seed nonce hash", 32);
    }
    fields.skip("per-block votes", 1);
    fields.rest("end of the block header", 0, 0);
    return numbers;
}

// The operation under the magic byte; the forms of tz4 keys are told apart, since a baker with such
// a key needs another answer than one that sends nonsense.
std::uint8_t read_operation(Fields& fields, std::initializer_list<std::uint8_t> expected) {
    const auto operation = fields.u8("operation");
    if (operation == kTz4Preattestation || operation == kTz4Attestation) {
        fields.refuse(Errc::tz4_message,
                      operation == kTz4Preattestation ? "0x28 (preattestation by a tz4 key)"
                                                      : "0x29 (attestation by a tz4 key)",
                      "the form for tz1, tz2 and tz3 keys");
    }
    fields.require(operation, expected);
    return operation;
}

Numbers read_vote(Fields& fields, std::initializer_list<std::uint8_t> operations) {
    Numbers numbers;
    numbers.chain = read_chain(fields);
    fields.skip("branch", 32);
    const auto operation = read_operation(fields, operations);
    fields.skip("slot", 2);
    numbers.level = read_level(fields);
    numbers.round = read_round(fields, "round");
    fields.skip("block payload hash", 32);
    if (operation == kAttestationWithDal) {
        fields.rest("DAL content", 1, kMaxDal);
    } else {
        fields.rest("end of the vote", 0, 0);
    }
    return numbers;
}

Numbers read_body(Fields& fields, Kind kind) {
    switch (kind) {
        case Kind::block:
            return read_block(fields);
        case Kind::preattestation:
            return read_vote(fields, {kPreattestation});
        case Kind::attestation:
            break;
    }
    return read_vote(fields, {kAttestation, kAttestationWithDal});
}

Kind kind_of(std::uint8_t magic) {
    switch (magic) {
        case kBlockMagic:
            return Kind::block;
        case kPreattestationMagic:
            return Kind::preattestation;
        default:
            return Kind::attestation;
    }
}

// In octez-signer's words, which scripts match.
Error unreadable(ByteView message, Kind kind, Error error) {
    if (error.code == make_error_code(Errc::tz4_message)) {
        return error;
    }
    const auto words =
        message.size() < kOctezLeast
            ? std::string("byte sequence too short to be a block")
            : fmt::format("Failed to retrieve level and round of {}", kind_name(kind));
    error.detail = fmt::format("{}: {}", words, error.detail);
    return error;
}

}  // namespace

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::block:
            return "block";
        case Kind::preattestation:
            return "preattestation";
        case Kind::attestation:
            break;
    }
    return "attestation";
}

bool has_dal_content(ByteView message) {
    return message.size() > kOperationOffset && message.front() == kAttestationMagic &&
           message[kOperationOffset] == kAttestationWithDal;
}

Result<Payload> parse_payload(ByteView message) {
    Fields fields(message);
    const auto magic =
        fields.u8("magic byte", {kBlockMagic, kPreattestationMagic, kAttestationMagic});
    if (!fields.ok()) {
        return *fields.error();
    }
    const auto kind = kind_of(magic);
    const auto numbers = read_body(fields, kind);
    if (!fields.ok()) {
        return unreadable(message, kind, *fields.error());
    }
    return Payload{kind, numbers.chain, numbers.level, numbers.round, apdu::blake2b_256(message)};
}

}  // namespace ledger_bridge::floor
