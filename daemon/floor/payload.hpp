// Reads what is to be signed: which kind of message, for which chain, at which level and round.
#pragma once

#include <string_view>

#include "apdu/digest.hpp"
#include "apdu/types.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

enum class Kind { block, preattestation, attestation };

// "block", "preattestation" or "attestation", as Octez spells them.
std::string_view kind_name(Kind kind);

struct Payload {
    Kind kind = Kind::block;
    apdu::ChainId chain;
    apdu::Level level;      // below Level::kEnd
    apdu::Round round;      // below 2^31
    apdu::Digest digest{};  // BLAKE2b-256 of the whole message, magic byte included
};

// Reads a message strictly; integers are big-endian. Source: Octez remote-signer protocol,
// payload layouts of protocols 023 to 025 and alpha.
//
//   block, 0x11, 198, 202, 230 or 234 bytes
//     0 magic(1)  1 chain(4)  5 level(4)  9 proto(1)  10 predecessor(32)  42 timestamp(8)
//     50 passes(1)  51 operations(32)  83 fitness size F(4) = 33 or 37
//     87 00000001 02  92 00000004 level(4)  100 00000000, or 00000004 locked round(4) when F = 37
//     then 00000004 predecessor round(4)  00000004 round(4)
//     87+F context(32) payload hash(32) payload round(4) nonce(8)
//     then 00, or ff seed nonce hash(32); votes(1)
//   preattestation, 0x12, 80 bytes; attestation, 0x13, 80 bytes, or 81 to 235 with DAL content
//     0 magic(1)  1 chain(4)  5 branch(32)  37 operation 14 / 15 / 17 with DAL(1)  38 slot(2)
//     40 level(4)  44 round(4)  48 block payload hash(32)  80 DAL content (1 to 155 bytes)
//
// DAL content is any bytes: protocols recode it, and it says nothing about level or round.
//
// Errors: bad_message, with field, offset, what was found and what was expected;
// tz4_message for operations 28 and 29; level_out_of_range.
Result<Payload> parse_payload(ByteView message);

// Whether it is an attestation with DAL content, if it is a message at all.
bool has_dal_content(ByteView message);

}  // namespace ledger_bridge::floor
