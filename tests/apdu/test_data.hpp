// The recorded exchanges and the vectors in tests/data.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// signer_vectors.json.
const nlohmann::json& signer_vectors();

// The bytes of a hex text, of a vector or written down; ends the test program when it is none.
Bytes unhex(const nlohmann::json& text);

// One recorded APDU that was answered.
struct Exchange {
    std::string where;  // "c_sign_p256_2.5.1.json: SIGN block"
    Bytes apdu;
    Bytes data;  // of the answer
    std::uint16_t status = 0;
    nlohmann::json entry;  // the whole of it
};

// The exchanges of each recording, in order; every recording there is.
std::vector<std::vector<Exchange>> recordings();

}  // namespace ledger_bridge::apdu
